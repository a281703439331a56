package caldav

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/schema"
)

// together is how many events one request asks for.
const atOnce = 100

// plan is what one selection reads.
type plan struct {
	c     *Conn
	shape *schema.Shape
	slots []*field // nil: the id
	at    *field   // nil: none is told
}

func (c *Conn) plan(op string, sel *connectors.Selection) (*plan, error) {
	if sel.Object != object {
		return nil, &connectors.Error{Kind: connectors.NotFound, Op: op, Where: c.shown, Err: fmt.Errorf("a calendar has no %.60q", sel.Object), Hint: "its object is events"}
	}
	p := &plan{c: c, shape: sel.Shape}
	for _, f := range sel.Shape.Fields() {
		known := c.field(f.Name)
		if known == nil && f.Name != "id" {
			return nil, &connectors.Error{
				Kind: connectors.Refused, Op: op, Where: c.shown, Field: f.Name, Err: errors.New("an event has no such field"),
				Hint: `name its property: property "` + f.Name + `" { name = "X-…" }`,
			}
		}
		p.slots = append(p.slots, known)
	}
	if sel.At != "" {
		p.at = c.field(sel.At)
	}
	return p, nil
}

func hashOf(etag string) uint64 { return xxh3.HashString(etag) }

// decode turns an event into a record.
func (p *plan) decode(r *resource, rec *schema.Record) error {
	rec.Reset()
	fault := func(field string, err error) error {
		rec.Reset()
		return &connectors.Error{Kind: connectors.Unreadable, Op: "read", Where: "event " + idOf(r.name), Field: field, Err: err}
	}
	if len(r.data) > p.c.largest {
		return fault("", fmt.Errorf("the event is larger than %d MiB (largest)", p.c.largest>>20))
	}
	d, err := parse([]byte(r.data))
	if err != nil {
		return fault("", err)
	}
	from := reading{d, p.c.floating}
	for i, f := range p.slots {
		if f == nil {
			rec.Slots[i] = schema.String(idOf(r.name))
			continue
		}
		if rec.Slots[i], err = f.read(from); err != nil {
			return fault(f.Name, err)
		}
	}
	if p.at != nil {
		if rec.At, err = p.at.read(from); err != nil {
			return fault(p.at.Name, err)
		}
	}
	rec.ID, rec.Revision = idOf(r.name), r.etag
	return nil
}

// checkpoint is where a listing continues.
type checkpoint struct {
	Version int    `json:"v"`
	Token   string `json:"token"`
}

// Read implements connectors.Reader.
func (c *Conn) Read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	p, err := c.plan("read", sel)
	if err != nil {
		return nil, err
	}
	var at checkpoint
	if len(from) > 0 {
		if err := json.Unmarshal(from, &at); err != nil || at.Version != 1 {
			return nil, &connectors.Error{Kind: connectors.Refused, Op: "read", Where: c.shown, Err: errors.New("the checkpoint is not one of this connector"), Hint: "run once with -full"}
		}
	}
	s := &stream{p: p}
	if sel.Cursor != "" && !full && at.Token != "" {
		switch s.todo, s.token, err = c.changed(ctx, at.Token); {
		case err == nil:
			s.incremental = true
			return s, nil
		case !errors.Is(err, errNoToken):
			return nil, err
		}
	}
	// The token is asked for first: what changes meanwhile is told twice, and not
	// never.
	if s.token, err = c.about(ctx); err != nil {
		return nil, err
	}
	s.todo, err = c.events(ctx)
	return s, err
}

// stream is a listing under way.
type stream struct {
	p           *plan
	todo        []resource
	now         []resource // by the index of an item
	token       string
	incremental bool
	ended       bool
}

// Next implements connectors.Stream.
func (s *stream) Next(ctx context.Context, b *connectors.Batch) error {
	for b.Reset(); len(b.Items) == 0; {
		if err := ctx.Err(); err != nil {
			return &connectors.Error{Kind: connectors.Failed, Op: "read", Where: s.p.c.shown, Err: err}
		}
		if len(s.todo) == 0 {
			s.ended = true
			return io.EOF
		}
		part := s.todo[:min(atOnce, len(s.todo))]
		s.todo = s.todo[len(part):]
		if err := s.page(ctx, part, b); err != nil {
			return err
		}
	}
	return nil
}

// page gets some of what is listed. What is gone meanwhile is left out of a
// whole listing; what is no event, of an incremental one.
func (s *stream) page(ctx context.Context, part []resource, b *connectors.Batch) error {
	var names []string
	for _, r := range part {
		if r.gone {
			*b.Add() = connectors.Item{ID: idOf(r.name), Gone: true}
			continue
		}
		names = append(names, r.name)
	}
	s.now = nil
	if len(names) == 0 {
		return nil
	}
	found, err := s.p.c.some(ctx, names)
	if err != nil {
		return err
	}
	for _, r := range found {
		if r.gone || !slices.Contains(names, r.name) {
			continue
		}
		if _, err := parse([]byte(r.data)); s.incremental && errors.Is(err, errNoEvent) {
			continue
		}
		*b.Add() = connectors.Item{Hash: hashOf(r.etag), ID: idOf(r.name), Raw: []byte(r.data), Index: len(s.now), Where: "event " + idOf(r.name)}
		s.now = append(s.now, r)
	}
	return nil
}

// Decode implements connectors.Stream.
func (s *stream) Decode(it *connectors.Item, rec *schema.Record) error {
	if it.Index >= len(s.now) {
		return s.p.c.unreadable("there is nothing to decode")
	}
	return s.p.decode(&s.now[it.Index], rec)
}

// Done implements connectors.Stream.
func (s *stream) Done() (connectors.Checkpoint, bool) {
	complete := s.ended && !s.incremental
	if s.token == "" || !s.ended {
		return nil, complete
	}
	text, err := json.Marshal(checkpoint{1, s.token})
	if err != nil {
		panic(err) // a number and a text
	}
	return text, complete
}

// Close implements connectors.Stream.
func (s *stream) Close() error { return nil }

// Get implements connectors.Getter.
func (c *Conn) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	p, err := c.plan("get", sel)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, &connectors.Error{Kind: connectors.Failed, Op: "get", Where: c.shown, Err: err}
	}
	have := map[string]*resource{}
	var names []string
	for _, id := range ids {
		if name := nameOf(id); possible(id) && have[name] == nil {
			have[name] = &resource{name: name, gone: true}
			names = append(names, name)
		}
	}
	for chunk := range slices.Chunk(names, atOnce) {
		found, err := c.some(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for i := range found {
			if have[found[i].name] != nil {
				have[found[i].name] = &found[i]
			}
		}
	}
	out := make([]connectors.Got, len(ids))
	for i, id := range ids {
		out[i] = p.got(have[nameOf(id)])
	}
	return out, nil
}

// got is the answer to one id; what is no event is no record.
func (p *plan) got(r *resource) connectors.Got {
	if r == nil || r.gone {
		return connectors.Got{Presence: connectors.Gone}
	}
	if _, err := parse([]byte(r.data)); errors.Is(err, errNoEvent) {
		return connectors.Got{Presence: connectors.Gone}
	}
	rec := schema.NewRecord(p.shape)
	if err := p.decode(r, rec); err != nil {
		return connectors.Got{Hash: hashOf(r.etag), Err: err}
	}
	return connectors.Got{Presence: connectors.Live, Record: rec, Hash: hashOf(r.etag)}
}
