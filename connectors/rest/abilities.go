package rest

import (
	"context"

	"syncline/connectors"
)

// The abilities of a connection are found by assertion, so one that lacks an
// ability has to be another type: conn has what every connection has, and the
// types below lend it one ability each. A listing needs reading by id, and so
// does a search; see Check.
type (
	reader   struct{ c *conn }
	getter   struct{ c *conn }
	finder   struct{ c *conn }
	writer   struct{ c *conn }
	receiver struct{ c *conn }
)

// abilities gives the connection exactly what its description has.
func (c *conn) abilities() connectors.Conn {
	var reads, gets, finds, writes bool
	for i := range c.d.Objects {
		o := &c.d.Objects[i]
		reads, gets = reads || o.List != nil, gets || o.Get != nil
		finds, writes = finds || len(o.Find) > 0, writes || len(o.Writes) > 0
	}
	if c.d.Webhooks != nil {
		return c.receiving(reads, gets, finds, writes)
	}
	return c.asking(reads, gets, finds, writes)
}

func (c *conn) asking(reads, gets, finds, writes bool) connectors.Conn {
	r, g, f, w := reader{c}, getter{c}, finder{c}, writer{c}
	switch {
	case reads && finds && writes:
		return struct {
			*conn
			reader
			getter
			finder
			writer
		}{c, r, g, f, w}
	case reads && finds:
		return struct {
			*conn
			reader
			getter
			finder
		}{c, r, g, f}
	case reads && writes:
		return struct {
			*conn
			reader
			getter
			writer
		}{c, r, g, w}
	case reads:
		return struct {
			*conn
			reader
			getter
		}{c, r, g}
	case finds && writes:
		return struct {
			*conn
			getter
			finder
			writer
		}{c, g, f, w}
	case finds:
		return struct {
			*conn
			getter
			finder
		}{c, g, f}
	case gets && writes:
		return struct {
			*conn
			getter
			writer
		}{c, g, w}
	case gets:
		return struct {
			*conn
			getter
		}{c, g}
	case writes:
		return struct {
			*conn
			writer
		}{c, w}
	}
	return c
}

func (c *conn) receiving(reads, gets, finds, writes bool) connectors.Conn {
	r, g, f, w, e := reader{c}, getter{c}, finder{c}, writer{c}, receiver{c}
	switch {
	case reads && finds && writes:
		return struct {
			*conn
			reader
			getter
			finder
			writer
			receiver
		}{c, r, g, f, w, e}
	case reads && finds:
		return struct {
			*conn
			reader
			getter
			finder
			receiver
		}{c, r, g, f, e}
	case reads && writes:
		return struct {
			*conn
			reader
			getter
			writer
			receiver
		}{c, r, g, w, e}
	case reads:
		return struct {
			*conn
			reader
			getter
			receiver
		}{c, r, g, e}
	case finds && writes:
		return struct {
			*conn
			getter
			finder
			writer
			receiver
		}{c, g, f, w, e}
	case finds:
		return struct {
			*conn
			getter
			finder
			receiver
		}{c, g, f, e}
	case gets && writes:
		return struct {
			*conn
			getter
			writer
			receiver
		}{c, g, w, e}
	case gets:
		return struct {
			*conn
			getter
			receiver
		}{c, g, e}
	case writes:
		return struct {
			*conn
			writer
			receiver
		}{c, w, e}
	}
	return struct {
		*conn
		receiver
	}{c, e}
}

// Read implements connectors.Reader.
func (r reader) Read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	return r.c.read(ctx, sel, from, full)
}

// Get implements connectors.Getter.
func (g getter) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	return g.c.get(ctx, sel, ids)
}

// Find implements connectors.Finder.
func (f finder) Find(ctx context.Context, sel *connectors.Selection, queries []connectors.Query) ([][]connectors.Got, error) {
	return f.c.find(ctx, sel, queries)
}

// Write implements connectors.Writer.
func (w writer) Write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	return w.c.write(ctx, sel, changes)
}

// Receive implements connectors.Receiver.
func (r receiver) Receive(d *connectors.Delivery) (connectors.Received, error) { return r.c.receive(d) }

var (
	_ connectors.Reader   = reader{}
	_ connectors.Getter   = getter{}
	_ connectors.Finder   = finder{}
	_ connectors.Writer   = writer{}
	_ connectors.Receiver = receiver{}
	_ connectors.Lister   = (*conn)(nil)
	_ connectors.Checker  = (*conn)(nil)
)
