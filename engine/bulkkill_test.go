package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/engine"
)

// cut does something and is killed before or after its so-manyth effect on the
// disk. It reports whether it came to its end before that.
func (p *pair) cut(at int, done bool, do func(*engine.Engine) error) (finished bool) {
	p.Helper()
	state, copied := p.config.Engine.State, filepath.Join(p.folder, "killed")
	n := 0
	d := p.world.Definition()
	e := engine.New(engine.Options{
		Connectors: []*connectors.Definition{&d}, Clock: func() time.Time { return p.now },
		Effect: func(_ string, after bool) {
			if after != done {
				return
			}
			if n++; n == at {
				if err := os.CopyFS(copied, os.DirFS(state)); err != nil {
					p.Fatal(err)
				}
				panic(killed{})
			}
		},
	})
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case killed:
			if err := errors.Join(os.RemoveAll(state), os.Rename(copied, state)); err != nil {
				p.Fatal(err)
			}
		default:
			panic(r)
		}
	}()
	if err := do(e); err != nil {
		p.Fatal(err)
	}
	return true
}

// TestBulkIsKilled proves that many answers that are killed at any moment leave
// whole items, each answered with its own line in the journal or as it was, and
// that the same command once more answers the rest and nothing twice.
func TestBulkIsKilled(t *testing.T) {
	const n = 2001 // a page and one more
	ctx := context.Background()
	p := conflicting(t, n)
	before := p.picked(t)
	kept := filepath.Join(p.folder, "before")
	if err := os.CopyFS(kept, os.DirFS(p.config.Engine.State)); err != nil {
		t.Fatal(err)
	}
	finished := false
	for at := 1; !finished; at++ {
		for _, done := range []bool{false, true} {
			if err := errors.Join(os.RemoveAll(p.config.Engine.State), os.CopyFS(p.config.Engine.State, os.DirFS(kept))); err != nil {
				t.Fatal(err)
			}
			answer := func(e *engine.Engine) error {
				_, err := e.ResolveAll(ctx, p.config, before, "ats", "tester", nil)
				return err
			}
			finished = p.cut(at, done, answer)
			chosen := 0
			for _, i := range p.open() {
				switch {
				case i.Choice == "ats" && i.By == "tester":
					chosen++
				case i.Choice != "" || i.By != "":
					t.Fatalf("half an answer: %+v", i)
				}
			}
			if chosen != n && chosen%2000 != 0 {
				t.Errorf("effect %d, %t: %d of a page are answered", at, done, chosen)
			}
			out, err := p.engine.ResolveAll(ctx, p.config, p.picked(t), "ats", "tester", nil)
			if err != nil || out.Stored != n-chosen || out.Same != chosen || len(out.Refused) != 0 {
				t.Errorf("effect %d, %t: once more after %d: %v %d stored, %d the same, %d refused", at, done, chosen, err, out.Stored, out.Same, len(out.Refused))
			}
			if lines := len(p.journaled("choice")); lines != n {
				t.Errorf("effect %d, %t: %d lines for %d answers", at, done, lines, n)
			}
		}
	}
	if s := p.unguarded(n); s.Closed["somebody chose"] != n || len(p.open()) != 0 {
		t.Errorf("applied: %+v", s.Closed)
	}
}

// picked are the items that take ats, with what they show now.
func (p *pair) picked(t testing.TB) []engine.Pick {
	t.Helper()
	s, err := p.engine.Survey(context.Background(), p.config, engine.ConflictsOptions{}, "ats")
	if err != nil {
		t.Fatal(err)
	}
	return s.Picks
}
