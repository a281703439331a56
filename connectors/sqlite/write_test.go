package sqlite

import (
	"context"
	"fmt"
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

func set(name string, v schema.Value) connectors.Assignment {
	return connectors.Assignment{Path: schema.PathTo(name), Value: v}
}

// written writes changes and fails the test when the page fails.
func written(t testing.TB, c connectors.Writer, sel *connectors.Selection, changes ...connectors.Change) []connectors.Result {
	t.Helper()
	results, err := c.Write(context.Background(), sel, changes)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != len(changes) {
		t.Fatalf("%d results for %d changes", len(results), len(changes))
	}
	return results
}

func kind(err error) string {
	if err == nil {
		return ""
	}
	return connectors.KindOf(err).String()
}

func TestWriteWithRevision(t *testing.T) {
	path := file(t, `CREATE TABLE "odd ""name" (id INTEGER PRIMARY KEY, "e;mail" TEXT UNIQUE, rev INTEGER NOT NULL)`)
	c := opened(t, path)
	sel := &connectors.Selection{Object: `odd "name`, Revision: "rev", Shape: shape(field("e;mail", schema.KindString))}
	mail := func(s string) connectors.Assignment { return set("e;mail", schema.String(s)) }
	r := written(t, c, sel,
		connectors.Change{Verb: "create", Set: []connectors.Assignment{mail("a'; DROP TABLE x --")}},
		connectors.Change{Verb: "create", Set: []connectors.Assignment{mail("b")}},
		connectors.Change{Verb: "create", Set: []connectors.Assignment{mail("b")}},
		connectors.Change{Verb: "create", Set: []connectors.Assignment{mail("c")}})
	if r[0].ID != "1" || r[0].Revision != "1" || kind(r[2].Err) != "refused" || r[3].Err != nil {
		t.Fatalf("%+v", r)
	}
	r = written(t, c, sel,
		connectors.Change{Verb: "update", ID: "1", Revision: "1", Set: []connectors.Assignment{mail("A")}},
		connectors.Change{Verb: "update", ID: "2", Revision: "7", Set: []connectors.Assignment{mail("B")}},
		connectors.Change{Verb: "update", ID: "99", Revision: "1", Set: []connectors.Assignment{mail("X")}},
		connectors.Change{Verb: "update", ID: "zzz", Revision: "1", Set: []connectors.Assignment{mail("X")}},
		connectors.Change{Verb: "update", ID: r[3].ID, Revision: "1", Set: []connectors.Assignment{mail("b")}})
	for i, want := range []string{"", "moved", "not found", "not found", "refused"} {
		if kind(r[i].Err) != want {
			t.Errorf("update %d: %v, want %q", i, r[i].Err, want)
		}
	}
	if r[0].Revision != "2" {
		t.Errorf("revision %q", r[0].Revision)
	}
	list, _, _ := all(t, c, sel, nil, true)
	if len(list) != 3 || list[0].it.Hash != r[0].Hash || list[0].rec.Get("e;mail").Text() != "A" {
		t.Fatalf("%+v", list)
	}
	got, err := c.Get(context.Background(), sel, []string{"1", "5", "2"})
	if err != nil || got[0].Presence != connectors.Live || got[0].Hash != list[0].it.Hash || got[1].Presence != connectors.Gone {
		t.Fatalf("%+v %v", got, err)
	}
	r = written(t, c, sel, connectors.Change{Verb: "delete", ID: "1", Revision: "2"}, connectors.Change{Verb: "hire", ID: "2"})
	if r[0].Err != nil || kind(r[1].Err) != "unsupported" {
		t.Fatalf("%+v", r)
	}
}

func TestWriteComparesWithoutRevision(t *testing.T) {
	path := file(t, "CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT, note TEXT, at TIMESTAMP)",
		"INSERT INTO people VALUES ('x', 'Ana', NULL, '2026-01-02 03:04:05')")
	c := opened(t, path)
	sel := &connectors.Selection{Object: "people", Shape: shape(field("name", schema.KindString), field("note", schema.KindString), field("at", schema.KindTimestamp))}
	list, _, _ := all(t, c, sel, nil, true)
	rec := list[0].rec
	up := connectors.Change{
		Verb: "update", ID: "x", Set: []connectors.Assignment{set("name", schema.String("Anna"))},
		Seen: []connectors.Assignment{set("name", rec.Slots[0]), set("note", rec.Slots[1]), set("at", rec.Slots[2])},
	}
	change(t, path, "UPDATE people SET note = 'edited'")
	if r := written(t, c, sel, up); kind(r[0].Err) != "moved" {
		t.Fatalf("%+v", r)
	}
	change(t, path, "UPDATE people SET note = NULL")
	r := written(t, c, sel, up)
	if r[0].Err != nil || r[0].Confirmed.Get("name").Text() != "Anna" {
		t.Fatalf("%+v", r)
	}
	list, _, _ = all(t, c, sel, nil, true)
	if list[0].it.Hash != r[0].Hash || list[0].rec.Revision != r[0].Revision {
		t.Fatalf("listing %+v, result %+v", list[0], r[0])
	}
}

func BenchmarkCreate(b *testing.B) {
	const rows, page = 20_000, 5_000
	fields := make([]schema.Field, 12)
	columns := ""
	for i := range fields {
		fields[i] = field(fmt.Sprint("c", i), schema.KindString)
		columns += fmt.Sprintf(", c%d TEXT", i)
	}
	sel := &connectors.Selection{Object: "people", Revision: "rev", Shape: shape(fields...)}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		c := opened(b, file(b, "CREATE TABLE people (id INTEGER PRIMARY KEY, rev INTEGER NOT NULL"+columns+", UNIQUE(c0))"))
		var pages [][]connectors.Change
		for i := range rows {
			if i%page == 0 {
				pages = append(pages, nil)
			}
			ch := connectors.Change{Verb: "create"}
			for n := range fields {
				ch.Set = append(ch.Set, set(fields[n].Name, schema.String(fmt.Sprintf("%d value of a column with some %d", i, n))))
			}
			pages[len(pages)-1] = append(pages[len(pages)-1], ch)
		}
		b.StartTimer()
		for _, p := range pages {
			if _, err := c.Write(ctx, sel, p); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}

// TestArguments: what only the creating call says is written beside the
// fields, also to a column that nobody selected; a field's value goes before.
func TestArguments(t *testing.T) {
	c := opened(t, file(t, `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, lead TEXT NOT NULL)`))
	sel := &connectors.Selection{Object: "t", Shape: shape(field("name", schema.KindString))}
	r := written(t, c, sel, connectors.Change{
		Verb: "create",
		Set:  []connectors.Assignment{set("name", schema.String("a"))},
		Args: []connectors.Assignment{set("lead", schema.String("event")), set("name", schema.String("b"))},
	})
	if r[0].Err != nil {
		t.Fatal(r[0].Err)
	}
	both := &connectors.Selection{Object: "t", Shape: shape(field("name", schema.KindString), field("lead", schema.KindString))}
	list, _, _ := all(t, c, both, nil, true)
	if len(list) != 1 || list[0].rec.Get("lead").Text() != "event" || list[0].rec.Get("name").Text() != "a" {
		t.Fatalf("%+v", list)
	}
}
