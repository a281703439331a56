package scenario

import (
	"context"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/schema"
)

// conn is a connection to a simulated system. It tells the world of every
// request, before it is carried out and after, and remembers what the engine
// was shown.
type conn struct {
	w      *world
	place  *place
	inner  connectors.Conn
	reader connectors.Reader
	getter connectors.Getter
	finder connectors.Finder
	writer connectors.Writer
	stamps connectors.Stamper
}

// Abilities are found by assertion: what a connection cannot do, its type does
// not have.
type (
	searching struct{ c *conn }
	writing   struct{ c *conn }
	stamping  struct{ c *conn }
)

// connect opens a connection with the abilities of the double.
func (w *world) connect(ctx context.Context, s *system) (connectors.Conn, error) {
	p := w.places[s.name]
	w.effect(p, "open", false)
	d := p.world.Definition()
	inner, err := d.Open(ctx, connectors.Settings{System: s.name, Clock: w.clock})
	if err != nil {
		return nil, err
	}
	c := &conn{w: w, place: p, inner: inner}
	c.reader, _ = inner.(connectors.Reader)
	c.getter, _ = inner.(connectors.Getter)
	c.finder, _ = inner.(connectors.Finder)
	c.writer, _ = inner.(connectors.Writer)
	c.stamps, _ = inner.(connectors.Stamper)
	return c.able(), nil
}

func (c *conn) able() connectors.Conn {
	f, x, s := searching{c}, writing{c}, stamping{c}
	switch {
	case c.finder != nil && c.writer != nil && c.stamps != nil:
		return struct {
			*conn
			searching
			writing
			stamping
		}{c, f, x, s}
	case c.finder != nil && c.writer != nil:
		return struct {
			*conn
			searching
			writing
		}{c, f, x}
	case c.finder != nil && c.stamps != nil:
		return struct {
			*conn
			searching
			stamping
		}{c, f, s}
	case c.writer != nil && c.stamps != nil:
		return struct {
			*conn
			writing
			stamping
		}{c, x, s}
	case c.finder != nil:
		return struct {
			*conn
			searching
		}{c, f}
	case c.writer != nil:
		return struct {
			*conn
			writing
		}{c, x}
	case c.stamps != nil:
		return struct {
			*conn
			stamping
		}{c, s}
	}
	return c
}

var (
	_ connectors.Lister  = (*conn)(nil)
	_ connectors.Reader  = (*conn)(nil)
	_ connectors.Getter  = (*conn)(nil)
	_ connectors.Finder  = searching{}
	_ connectors.Writer  = writing{}
	_ connectors.Stamper = stamping{}
)

// Close closes the connection; the system lives on.
func (c *conn) Close() error { return c.inner.Close() }

// Objects lists what the system holds.
func (c *conn) Objects(context.Context) ([]connectors.Object, error) {
	return c.place.system.objects, nil
}

// Read lists an object.
func (c *conn) Read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	c.w.effect(c.place, "read", false)
	c.w.selected(c.place, sel)
	s, err := c.reader.Read(ctx, sel, from, full)
	c.w.effect(c.place, "read", true)
	if err != nil {
		return nil, err
	}
	return &stream{Stream: s, c: c, sel: sel}, nil
}

// stream remembers what a listing shows.
type stream struct {
	connectors.Stream
	c   *conn
	sel *connectors.Selection
}

// Next gives the next page.
func (s *stream) Next(ctx context.Context, b *connectors.Batch) error {
	s.c.w.effect(s.c.place, "next", false)
	return s.Stream.Next(ctx, b)
}

// Decode decodes an item.
func (s *stream) Decode(it *connectors.Item, rec *schema.Record) error {
	err := s.Stream.Decode(it, rec)
	if err == nil {
		s.c.w.sought(s.c.place, s.sel, rec)
	}
	return err
}

// Get reads records by id.
func (c *conn) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	c.w.effect(c.place, "get", false)
	c.w.selected(c.place, sel)
	got, err := c.getter.Get(ctx, sel, ids)
	for i := range got {
		c.w.showed(c.place, sel, got[i].Record)
	}
	c.w.effect(c.place, "get", true)
	return got, err
}

// Find searches records.
func (s searching) Find(ctx context.Context, sel *connectors.Selection, queries []connectors.Query) ([][]connectors.Got, error) {
	c := s.c
	c.w.effect(c.place, "find", false)
	c.w.selected(c.place, sel)
	found, err := c.finder.Find(ctx, sel, queries)
	for _, list := range found {
		for i := range list {
			c.w.sought(c.place, sel, list[i].Record)
		}
	}
	c.w.effect(c.place, "find", true)
	return found, err
}

// Stamp proves that nothing moved.
func (s stamping) Stamp(ctx context.Context, sel *connectors.Selection) (string, error) {
	s.c.w.effect(s.c.place, "stamp", false)
	return s.c.stamps.Stamp(ctx, sel)
}

// Write writes changes, and holds them to the laws that concern requests.
func (x writing) Write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	c := x.c
	c.w.effect(c.place, "write", false)
	object := c.place.objectOf(sel)
	for i := range changes {
		c.w.requested(c.place, sel, object, &changes[i])
	}
	c.w.scan(c.place, people)
	sent := len(c.place.memory.Writes())
	results, err := c.writer.Write(ctx, sel, changes)
	for i, arrived := range c.place.memory.Writes()[sent:] {
		c.w.arrived(c.place, object, &arrived, results[i])
	}
	c.w.scan(c.place, theEngine)
	for i := range results {
		c.w.showed(c.place, sel, results[i].Confirmed)
	}
	c.w.effect(c.place, "write", true)
	return results, err
}

// objectOf names the object of a selection.
func (p *place) objectOf(sel *connectors.Selection) string {
	if sel.Object == "" && len(p.system.objects) == 1 {
		return p.system.objects[0].Name
	}
	return sel.Object
}

// describe is a change as a person reads it.
func describe(ch *connectors.Change) string {
	var b strings.Builder
	b.WriteString(ch.Verb)
	if ch.ID+ch.NewID != "" {
		b.WriteString(" " + ch.ID + ch.NewID)
	}
	for _, a := range ch.Set {
		b.WriteString(" " + a.Path.String() + "=" + shown(a.Value))
	}
	if ch.Uncertain {
		b.WriteString(" (again)")
	}
	return b.String()
}

// shown is a value in a trace.
func shown(v schema.Value) string {
	switch {
	case v.IsAbsent():
		return "(absent)"
	case v.IsNull():
		return "null"
	case v.State() == schema.Empty:
		return `""`
	}
	return v.Display()
}

func sorted[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
