package exec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"syncline/connectors"
	"syncline/schema"
)

// presences are the words for what a read by id found.
var presences = map[string]connectors.Presence{
	"live": connectors.Live, "gone": connectors.Gone, "archived": connectors.Archived, "merged": connectors.Merged,
}

// Get implements connectors.Getter. A plug-in that cannot read by id is listed.
func (c *plugin) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	if err := ctx.Err(); err != nil || len(ids) == 0 {
		return nil, err
	}
	o, err := c.object("get", sel)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder(c.program.name, o, sel)
	if err != nil {
		return nil, err
	}
	if c.shelf != nil {
		return c.shelf.get(ctx, d, ids, func() (connectors.Stream, error) { return c.Read(ctx, sel, nil, true) })
	}
	asked := slices.Compact(slices.Sorted(slices.Values(ids)))
	x, err := c.ask(ctx, &request{Op: "get", Object: o.Name, Fields: names(sel), RIDs: asked})
	if err != nil {
		return nil, err
	}
	found, err := d.found(ctx, x, asked)
	if err != nil {
		return nil, err
	}
	out := make([]connectors.Got, len(ids))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

// found gathers one answer for each id.
func (d *decoder) found(ctx context.Context, x *exchange, asked []string) (map[string]connectors.Got, error) {
	out := make(map[string]connectors.Got, len(asked))
	for {
		a, err := x.next(ctx)
		if err == io.EOF {
			return out, d.unanswered(out, asked)
		}
		if err != nil {
			return nil, err
		}
		e := d.entry(a)
		if _, ok := slices.BinarySearch(asked, e.id); !ok {
			return nil, x.broken(errors.New("it answers for an id that was not asked for"))
		}
		if _, twice := out[e.id]; twice {
			return nil, x.broken(errors.New("it answers twice for one id"))
		}
		g, err := d.presence(x, a, e)
		if err != nil {
			return nil, err
		}
		out[e.id] = g
	}
}

// unanswered gives the ids that a plug-in left out what they are: unknown.
func (d *decoder) unanswered(out map[string]connectors.Got, asked []string) error {
	for _, id := range asked {
		if _, ok := out[id]; !ok {
			out[id] = connectors.Got{Err: &connectors.Error{Kind: connectors.Unreadable, Op: "get", Where: d.where, Err: errors.New("the plug-in did not answer for this id")}}
		}
	}
	return nil
}

// presence reads what an answer says of one id.
func (d *decoder) presence(x *exchange, a *answer, e entry) (connectors.Got, error) {
	if a.Error != nil {
		return connectors.Got{Err: a.Error.problem(x.plugin.program.hide, "get", d.where)}, nil
	}
	word := a.Presence
	switch {
	case word == "" && a.Gone:
		word = "gone"
	case word == "":
		word = "live"
	}
	p, ok := presences[word]
	switch {
	case !ok:
		return connectors.Got{}, x.broken(fmt.Errorf("there is no presence %q", word))
	case p == connectors.Merged && a.Into == "":
		return connectors.Got{}, x.broken(errors.New("it does not say what a record was merged into"))
	case p == connectors.Live && e.raw == nil:
		return connectors.Got{}, x.broken(errors.New("it answers get with neither a record nor gone"))
	case e.raw == nil || p == connectors.Gone || p == connectors.Merged:
		return connectors.Got{Presence: p, Into: string(a.Into)}, nil
	}
	g := d.got(e)
	if g.Err == nil {
		g.Presence = p
	}
	return g, nil
}

// mostFound is how many records may be found by one query.
const mostFound = 10

// Find implements connectors.Finder.
func (f finder) Find(ctx context.Context, sel *connectors.Selection, queries []connectors.Query) ([][]connectors.Got, error) {
	c := f.c
	if err := ctx.Err(); err != nil || len(queries) == 0 {
		return nil, err
	}
	o, err := c.object("find", sel)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder(c.program.name, o, sel)
	if err != nil {
		return nil, err
	}
	r := &request{Op: "find", Object: o.Name, Fields: names(sel)}
	for _, q := range queries {
		r.Queries = append(r.Queries, asked(q))
	}
	x, err := c.ask(ctx, r)
	if err != nil {
		return nil, err
	}
	out := make([][]connectors.Got, len(queries))
	for {
		a, err := x.next(ctx)
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if a.Q == nil || *a.Q < 0 || *a.Q >= len(queries) {
			return nil, x.broken(errors.New("it answers a query that was not asked"))
		}
		g, err := d.presence(x, a, d.entry(a))
		if err != nil {
			return nil, err
		}
		if len(out[*a.Q]) < mostFound {
			out[*a.Q] = append(out[*a.Q], g)
		}
	}
}

// asked is a query as the protocol has it: by field, the spellings of which one
// has to be there.
func asked(q connectors.Query) map[string]any {
	out := map[string]any{}
	for i, path := range q.Paths {
		spellings := make([]any, len(q.Values[i]))
		for k, v := range q.Values[i] {
			spellings[k] = raw(v)
		}
		out[path] = spellings
	}
	return out
}

// raw is a value as JSON.
func raw(v schema.Value) json.RawMessage { return json.RawMessage(v.AppendJSON(nil)) }
