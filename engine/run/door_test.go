package run

import (
	"context"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/engine/plans"
	"syncline/pipelines"
	"syncline/schema"
)

// asked is a system that notes what reaches it.
type asked struct{ got []connectors.Change }

func (a *asked) Close() error { return nil }

func (a *asked) Write(_ context.Context, _ *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	a.got = append(a.got, changes...)
	out := make([]connectors.Result, len(changes))
	for i := range out {
		out[i].ID = changes[i].ID
	}
	return out, nil
}

// askedAtOnce is one whose writes go through a session.
type askedAtOnce struct{ asked }

func (a *askedAtOnce) Begin(context.Context, *connectors.Selection) (connectors.Session, error) {
	return &askedSession{of: &a.asked}, nil
}

type askedSession struct{ of *asked }

func (s *askedSession) Stamp() string { return "" }
func (s *askedSession) Write(ctx context.Context, changes []connectors.Change) ([]connectors.Result, error) {
	return s.of.Write(ctx, nil, changes)
}
func (s *askedSession) Commit(context.Context) error { return nil }
func (s *askedSession) Abort() error                 { return nil }

func doored(conn connectors.Conn) *endPass {
	return &endPass{conn: conn, End: &plans.End{
		End: &pipelines.End{
			Name: "crm", Object: "people", Allow: []string{"create", "read", "update"},
			Selection: connectors.Selection{Object: "people", Writes: []string{"mail", "source"}},
		},
		Facts: connectors.Facts{Batch: 10},
	}}
}

func sets(verb, id string, paths ...string) connectors.Change {
	c := connectors.Change{Verb: verb, ID: id}
	for _, p := range paths {
		c.Set = append(c.Set, connectors.Assignment{Path: schema.PathTo(p), Value: schema.String("x")})
	}
	return c
}

// TestDoor pushes changes beyond the declaration through the door: each is
// refused by name, none reaches the system, and what is declared does.
func TestDoor(t *testing.T) {
	argued := sets("update", "3", "mail")
	argued.Args = []connectors.Assignment{{Path: schema.PathTo("salary"), Value: schema.Int(1)}}
	accompanied := sets("create", "", "mail")
	accompanied.With = []connectors.Companion{{Object: "notes"}}
	beyond := []struct {
		change connectors.Change
		names  string
	}{
		{sets("delete", "1"), "delete people record 1: the `allow`"},
		{sets("archive", "1"), "archive people record 1: the `allow`"},
		{sets("update", "2", "mail", "salary"), "update people record 2, field salary"},
		{argued, "update people record 3, field salary"},
		{accompanied, "create people: the pipeline does not write this object"},
		{sets("update", "4", ""), "update people record 4"},
	}
	for _, whole := range []bool{false, true} {
		for _, b := range beyond {
			plain, atOnce := &asked{}, &askedAtOnce{}
			e, reached := doored(plain), plain
			if whole {
				e, reached = doored(atOnce), &atOnce.asked
			}
			results, err := new(pass).sendAll(t.Context(), e, []connectors.Change{sets("update", "8", "mail"), b.change, sets("create", "", "mail", "source")})
			if err != nil || len(results) != 3 || results[0].Err != nil || results[2].Err != nil {
				t.Fatalf("law 8: %s: %v, %+v", b.names, err, results)
			}
			if len(reached.got) != 2 || reached.got[0].ID != "8" || reached.got[1].Verb != "create" {
				t.Errorf("law 8: %s: the system was asked for %+v", b.names, reached.got)
			}
			if got := results[1].Err; got == nil || !strings.Contains(got.Error(), b.names) || connectors.KindOf(got) != connectors.Unsupported {
				t.Errorf("law 8: %s: refused with %v", b.names, got)
			}
		}
	}
}

// TestDoorOfAnotherObject holds that nothing leaves for an object that is not
// the end's.
func TestDoorOfAnotherObject(t *testing.T) {
	conn := &asked{}
	e := doored(conn)
	e.Selection.Object = "salaries"
	results, err := new(pass).sendAll(t.Context(), e, []connectors.Change{sets("update", "1", "mail")})
	if err != nil || len(results) != 1 || results[0].Err == nil || len(conn.got) != 0 {
		t.Errorf("law 8: %v, %+v, and the system was asked for %+v", err, results, conn.got)
	}
}

// TestDoorIsFree holds that looking at what may leave allocates nothing.
func TestDoorIsFree(t *testing.T) {
	e := doored(&asked{})
	page := []connectors.Change{sets("update", "1", "mail"), sets("create", "", "mail", "source")}
	if n := testing.AllocsPerRun(100, func() {
		if !e.declares(page) {
			t.Fatal("refused")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
