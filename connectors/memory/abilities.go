package memory

import (
	"context"

	"syncline/connectors"
)

// The abilities of a connection are found by assertion, so one that lacks an
// ability has to be another type: conn has what every connection has, and the
// types below lend it one ability each.
type (
	getter  struct{ c *conn }
	finder  struct{ c *conn }
	writer  struct{ c *conn }
	stamper struct{ c *conn }
)

func (w *World) abilities(c *conn) connectors.Conn {
	g, f, s := getter{c}, finder{c}, stamper{c}
	has := 0
	for i, yes := range []bool{!w.options.NoGetter, !w.options.NoFinder, !w.options.NoStamper} {
		if yes {
			has |= 1 << i
		}
	}
	if w.facts.Grade == connectors.GradeNone {
		return readOnly(c, g, f, s, has)
	}
	return writable(c, g, f, s, writer{c}, has)
}

func readOnly(c *conn, g getter, f finder, s stamper, has int) connectors.Conn {
	switch has {
	case 0:
		return c
	case 1:
		return struct {
			*conn
			getter
		}{c, g}
	case 2:
		return struct {
			*conn
			finder
		}{c, f}
	case 3:
		return struct {
			*conn
			getter
			finder
		}{c, g, f}
	case 4:
		return struct {
			*conn
			stamper
		}{c, s}
	case 5:
		return struct {
			*conn
			getter
			stamper
		}{c, g, s}
	case 6:
		return struct {
			*conn
			finder
			stamper
		}{c, f, s}
	}
	return struct {
		*conn
		getter
		finder
		stamper
	}{c, g, f, s}
}

func writable(c *conn, g getter, f finder, s stamper, w writer, has int) connectors.Conn {
	switch has {
	case 0:
		return struct {
			*conn
			writer
		}{c, w}
	case 1:
		return struct {
			*conn
			writer
			getter
		}{c, w, g}
	case 2:
		return struct {
			*conn
			writer
			finder
		}{c, w, f}
	case 3:
		return struct {
			*conn
			writer
			getter
			finder
		}{c, w, g, f}
	case 4:
		return struct {
			*conn
			writer
			stamper
		}{c, w, s}
	case 5:
		return struct {
			*conn
			writer
			getter
			stamper
		}{c, w, g, s}
	case 6:
		return struct {
			*conn
			writer
			finder
			stamper
		}{c, w, f, s}
	}
	return struct {
		*conn
		writer
		getter
		finder
		stamper
	}{c, w, g, f, s}
}

// told tells the world's hook that an operation begins; what it returns tells
// that it ended.
func (c *conn) told(op string) (ended func()) {
	hook := c.system.world.options.Hook
	if hook == nil {
		return func() {}
	}
	hook(c.name, op, false)
	return func() { hook(c.name, op, true) }
}

// Get implements connectors.Getter.
func (g getter) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	defer g.c.told("get")()
	return g.c.get(ctx, sel, ids)
}

// Find implements connectors.Finder.
func (f finder) Find(ctx context.Context, sel *connectors.Selection, queries []connectors.Query) ([][]connectors.Got, error) {
	defer f.c.told("find")()
	return f.c.find(ctx, sel, queries)
}

// Write implements connectors.Writer.
func (w writer) Write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	defer w.c.told("write")()
	return w.c.write(ctx, sel, changes)
}

// Stamp implements connectors.Stamper.
func (s stamper) Stamp(ctx context.Context, sel *connectors.Selection) (string, error) {
	defer s.c.told("stamp")()
	return s.c.stamp(ctx, sel)
}

var (
	_ connectors.Getter  = getter{}
	_ connectors.Finder  = finder{}
	_ connectors.Writer  = writer{}
	_ connectors.Stamper = stamper{}
	_ connectors.Lister  = (*conn)(nil)
	_ connectors.Reader  = (*conn)(nil)
	_ connectors.Checker = (*conn)(nil)
)
