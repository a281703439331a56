package rest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/schema"
)

// conn is what every connection has; abilities lends it the rest.
type conn struct {
	d        *Description
	set      connectors.Settings
	settings schema.Value // an object of the settings that are no secrets
	options  Options
	base     *url.URL

	mu         sync.Mutex
	http       *httpclient.Client // nil until the first request
	plans      map[*connectors.Selection]*plan
	discovered map[string][]Field
}

// Definition returns the connector that the description is.
func (d *Description) Definition(o Options) connectors.Definition {
	def := connectors.Definition{
		Name: d.Name, Doc: d.Doc, Settings: d.Settings, Facts: d.Facts(), FactsOf: d.FactsOf,
		Limits: connectors.LimitNames(), Rotates: slices.ContainsFunc(d.Auth, rotates),
		Open: func(ctx context.Context, s connectors.Settings) (connectors.Conn, error) { return Open(ctx, d, s, o) },
	}
	if !slices.ContainsFunc(d.Objects, func(o Object) bool { return o.Discover != nil }) {
		def.Offline = func(connectors.Settings) bool { return true }
	}
	return def
}

// Open returns a connection to the system of the settings. It has exactly the
// abilities that the description gives: Lister and Checker always, Reader where
// an object has a List, Getter where one has a Get, Finder a Find, Writer a
// Write, and Receiver where there are Webhooks. Nothing is sent, and no secret
// resolved, before it is used.
func Open(ctx context.Context, d *Description, s connectors.Settings, o Options) (connectors.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := &conn{d: d.given(givenIn(s)), set: s, options: o, plans: map[*connectors.Selection]*plan{}, discovered: map[string][]Field{}}
	if o.HTTP.Clock == nil {
		c.options.HTTP.Clock = s.Now
	}
	if o.HTTP.Sleep == nil {
		c.options.HTTP.Sleep = s.Sleep
	}
	var names []string
	var values []schema.Value
	for _, f := range d.Settings {
		if f.Secret {
			continue
		}
		v, ok := s.Values[f.Name]
		if !ok {
			v = f.Default
		}
		names, values = append(names, f.Name), append(values, v)
	}
	c.settings = schema.Object(names, values)
	var err error
	if c.base, err = c.address(); err != nil {
		return nil, err
	}
	return c.abilities(), nil
}

func (c *conn) now() time.Time { return c.options.HTTP.Clock() }

// input is what every program sees.
func (c *conn) input(object string) *Input {
	return &Input{Settings: c.settings, Now: c.now(), Object: object}
}

// Close gives up idle connections.
func (c *conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.http == nil {
		return nil
	}
	return c.http.Close()
}

// Check implements connectors.Checker.
func (c *conn) Check(ctx context.Context) error {
	if c.d.Probe != nil {
		_, err := c.send(ctx, &call{op: "check", r: c.d.Probe, in: c.input("")})
		return err
	}
	for i := range c.d.Objects {
		o := &c.d.Objects[i]
		if o.List == nil || o.List.Each != nil {
			continue
		}
		_, err := c.pager(c.bare(o), o.List, walk{}).next(ctx)
		return err
	}
	_, err := c.client()
	return err
}

// Objects implements connectors.Lister.
func (c *conn) Objects(ctx context.Context) ([]connectors.Object, error) {
	out := make([]connectors.Object, len(c.d.Objects))
	for i := range c.d.Objects {
		o := &c.d.Objects[i]
		more, err := c.discover(ctx, o)
		if err != nil {
			return nil, err
		}
		out[i] = connectors.Object{
			Name: o.Name, Doc: o.Doc, Fields: o.schema(more), Open: o.Open, ID: o.Identity.field(),
			At: o.At, ReadOnly: len(o.Writes) == 0, Named: o.Named,
		}
		if f := o.revisionField(); f != nil {
			out[i].Revision = f.Name
		}
	}
	return out, nil
}

// schema returns the object's fields as pipelines see them.
func (o *Object) schema(more []Field) []schema.Field {
	var out []schema.Field
	if _, ok := o.Field(o.Identity.field()); !ok {
		out = append(out, schema.Field{Name: o.Identity.field(), Type: schema.Type{Kind: schema.KindString}, Doc: "The id of the record.", ReadOnly: true})
	}
	for _, list := range [][]Field{o.Fields, more} {
		for i := range list {
			out = append(out, list[i].Field)
		}
	}
	return out
}

// object returns the description of an object. The only one of an API needs no
// name.
func (c *conn) object(op, name string) (*Object, error) {
	if name == "" && len(c.d.Objects) == 1 && c.d.Objects[0].Named == "" {
		return &c.d.Objects[0], nil
	}
	if o, ok := c.d.Object(name); ok {
		return o, nil
	}
	names := make([]string, len(c.d.Objects))
	for i := range c.d.Objects {
		names[i] = c.d.Objects[i].Name
	}
	return nil, &connectors.Error{
		Kind: connectors.Unreadable, Op: op, Where: name, Err: errors.New("there is no such object"),
		Hint: "the objects are " + strings.Join(names[:min(len(names), 20)], ", "),
	}
}

// cannot says that an object lacks an ability that others have.
func (o *Object) cannot(op, why string) error {
	return &connectors.Error{Kind: connectors.Unsupported, Op: op, Where: o.Name, Err: fmt.Errorf("%s", why)}
}

// maxPlans bounds the plans kept: selections are made anew for each pass.
const maxPlans = 64

// plan returns the plan of a selection, made once.
func (c *conn) plan(ctx context.Context, op string, sel *connectors.Selection) (*plan, error) {
	c.mu.Lock()
	p := c.plans[sel]
	c.mu.Unlock()
	if p != nil {
		return p, nil
	}
	o, err := c.object(op, sel.Object)
	if err != nil {
		return nil, err
	}
	more, err := c.discover(ctx, o)
	if err != nil {
		return nil, err
	}
	if p, err = newPlan(o, more, sel); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.plans) >= maxPlans {
		clear(c.plans)
	}
	c.plans[sel] = p
	return p, nil
}

// bare returns the plan of a selection of nothing but ids.
func (c *conn) bare(o *Object) *plan {
	p := &plan{o: o, sel: &connectors.Selection{Object: o.Name, Shape: schema.NewShape()}, rev: o.Revision.Path}
	p.shapes()
	return p
}

// discover asks the API once for an object's further fields.
func (c *conn) discover(ctx context.Context, o *Object) ([]Field, error) {
	if o.Discover == nil {
		return nil, nil
	}
	c.mu.Lock()
	known, ok := c.discovered[o.Name]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	found, err := c.discovering(ctx, o)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.discovered[o.Name] = found
	return found, nil
}

func (c *conn) discovering(ctx context.Context, o *Object) ([]Field, error) {
	d := o.Discover
	g := c.pager(c.bare(o), &Listing{Request: d.Request, Records: d.Records, Paging: d.Paging}, walk{})
	var out []Field
	for !g.done {
		elements, err := g.next(ctx)
		if err != nil {
			return nil, err
		}
		for _, e := range elements {
			in := c.input(o.Name)
			if in.Record, err = schema.FromJSON(e.raw); err != nil {
				return nil, o.unreadable("", err)
			}
			f, ok, err := d.field(in)
			if err != nil {
				return nil, o.unreadable("", err)
			}
			if _, listed := o.Field(f.Name); ok && !listed {
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// field makes a field of one element; false where it is none.
func (d *Discovery) field(in *Input) (Field, bool, error) {
	text := func(p Program) (string, error) {
		if p == nil {
			return "", nil
		}
		v, err := p(in)
		return v.Plain(), err
	}
	if d.When != nil {
		if v, err := d.When(in); err != nil || !v.Bool() {
			return Field{}, false, err
		}
	}
	name, err := text(d.Name)
	if err != nil || name == "" {
		return Field{}, false, err
	}
	f := Field{Field: schema.Field{Name: name}}
	words, err := text(d.Type)
	if err == nil && words != "" {
		f.Type, err = schema.ParseType(words)
	}
	if err != nil {
		return Field{}, false, err
	}
	if f.Doc, err = text(d.Doc); err != nil {
		return Field{}, false, err
	}
	path, err := text(d.Path)
	if err == nil && path != "" {
		f.Path, err = schema.ParsePath(path)
	}
	return f, err == nil, err
}
