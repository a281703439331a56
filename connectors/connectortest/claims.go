package connectortest

import (
	"context"
	"errors"
	"io"
	"testing"

	"syncline/connectors"
)

func testDefinition(t *testing.T, h Harness) {
	if err := h.Definition.Check(); err != nil {
		t.Error(err)
	}
}

// testClaims holds the facts to the abilities: what is stated is there.
func testClaims(t *testing.T, h Harness) {
	b := open(t, h, row("a"))
	_, writer := b.conn.(connectors.Writer)
	_, session := b.conn.(connectors.SessionWriter)
	if claims := h.Definition.Facts.Grade != connectors.GradeNone; claims != (writer || session) {
		t.Errorf("the facts state the write grade %v; writer: %v, session writer: %v", h.Definition.Facts.Grade, writer, session)
	}
	if writer && session {
		t.Error("the connection writes both ways; the engine needs one")
	}
	if _, ok := b.conn.(connectors.Getter); !ok && h.writes("update") {
		t.Error("what is updated must be readable by id, and the connection is no Getter")
	}
	if c, ok := b.conn.(connectors.Checker); ok {
		if err := c.Check(b.ctx); err != nil {
			t.Errorf("check: %v", err)
		}
	}
	if offline := h.Definition.Offline; offline != nil {
		offline(b.place.Settings)
	}
}

// testCancelled calls everything with a context that is over.
func testCancelled(t *testing.T, h Harness) {
	b := open(t, h, row("a"))
	before := b.all()
	over, cancel := context.WithCancel(b.ctx)
	cancel()
	refused := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s went on in a context that is over", what)
		} else if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v does not wrap context.Canceled", what, err)
		}
	}
	if r, ok := b.conn.(connectors.Reader); ok {
		refused("reading", readAll(over, r, b.sel))
	}
	if g, ok := b.conn.(connectors.Getter); ok {
		_, err := g.Get(over, b.sel, []string{"a"})
		refused("reading by id", err)
	}
	if f, ok := b.conn.(connectors.Finder); ok {
		_, err := f.Find(over, b.sel, []connectors.Query{{}})
		refused("finding", err)
	}
	if w, ok := b.conn.(connectors.Writer); ok && h.writes("create") {
		_, err := w.Write(over, b.sel, []connectors.Change{b.create(row("new"))})
		refused("writing", err)
	}
	if w, ok := b.conn.(connectors.SessionWriter); ok {
		_, err := w.Begin(over, b.sel)
		refused("beginning a session", err)
	}
	if after := b.all(); len(after) != len(before) {
		t.Errorf("%d records became %d", len(before), len(after))
	}
}

func readAll(ctx context.Context, r connectors.Reader, sel *connectors.Selection) error {
	s, err := r.Read(ctx, sel, nil, true)
	if err != nil {
		return err
	}
	defer s.Close()
	var batch connectors.Batch
	for err == nil {
		err = s.Next(ctx, &batch)
	}
	if err == io.EOF {
		return nil
	}
	return err
}

func testClose(t *testing.T, h Harness) {
	b := open(t, h, row("a"))
	b.all()
	if err := b.conn.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := b.conn.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}
