package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// file makes a database from SQL and returns its path.
func file(t testing.TB, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "it's 100% ?#.db")
	change(t, path, statements...)
	return path
}

// change runs SQL in a file as another program would.
func change(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", source(path, "rwc"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// opened opens a file through the front door.
func opened(t testing.TB, path string) *conn {
	t.Helper()
	c, err := Definition().Open(context.Background(), settings(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*conn)
}

func settings(path string) connectors.Settings {
	return connectors.Settings{
		System: "crm",
		Values: map[string]schema.Value{"path": schema.String(path)},
		Clock:  func() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) },
	}
}

// shape is a selection's shape from names and kinds.
func shape(fields ...schema.Field) *schema.Shape { return schema.NewShape(fields...) }

func field(name string, kind schema.Kind) schema.Field {
	return schema.Field{Name: name, Type: schema.Type{Kind: kind, Nullable: true}}
}

type seen struct {
	rec *schema.Record
	it  connectors.Item
}

// all walks a listing to its end.
func all(t testing.TB, c connectors.Reader, sel *connectors.Selection, from connectors.Checkpoint, full bool) (list []seen, next connectors.Checkpoint, complete bool) {
	t.Helper()
	ctx := context.Background()
	s, err := c.Read(ctx, sel, from, full)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var b connectors.Batch
	for {
		err := s.Next(ctx, &b)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Items {
			it := b.Items[i]
			v := seen{it: it}
			if it.Raw != nil {
				v.rec = schema.NewRecord(sel.Shape)
				if err := s.Decode(&it, v.rec); err != nil {
					t.Fatal(err)
				}
			}
			list = append(list, v)
		}
	}
	next, complete = s.Done()
	return list, next, complete
}

func TestReadPagesByID(t *testing.T) {
	path := file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, rev INTEGER NOT NULL DEFAULT 1)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 5001) INSERT INTO people (id, name) SELECT i * 3, 'p' || i FROM n")
	c := opened(t, path)
	sel := &connectors.Selection{Object: "people", Revision: "rev", Shape: shape(field("name", schema.KindString))}
	first, mark, complete := all(t, c, sel, nil, false)
	if len(first) != 5001 || !complete || mark == nil {
		t.Fatalf("%d rows, complete %v, mark %v", len(first), complete, mark)
	}
	for i, v := range first {
		if want := fmt.Sprint((i + 1) * 3); v.rec.ID != want || v.rec.Get("name").Text() != fmt.Sprint("p", i+1) || v.rec.Revision != "1" {
			t.Fatalf("row %d: %+v", i, v.rec)
		}
	}
	again, _, complete := all(t, c, sel, mark, true)
	if len(again) != 5001 || !complete {
		t.Fatalf("%d rows, complete %v", len(again), complete)
	}
	for i, v := range again {
		if v.it.Raw != nil || v.it.Hash != first[i].it.Hash || v.it.ID != first[i].rec.ID {
			t.Fatalf("row %d: %+v, was %+v", i, v.it, first[i].it)
		}
	}
}

func BenchmarkKeys(b *testing.B) {
	path := file(b, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, rev INTEGER NOT NULL DEFAULT 1)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 100000) INSERT INTO people (id, name) SELECT i * 3, hex(randomblob(300)) FROM n")
	c := opened(b, path)
	sel := &connectors.Selection{Object: "people", Revision: "rev", Shape: shape(field("name", schema.KindString))}
	_, mark, _ := all(b, c, sel, nil, false)
	b.ReportAllocs()
	for b.Loop() {
		all(b, c, sel, mark, true)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e5, "ns/row")
}

func BenchmarkRowsAndGet(b *testing.B) {
	const n = 20_000
	columns, values := "", ""
	fields := make([]schema.Field, 12)
	for i := range fields {
		fields[i] = field(fmt.Sprint("c", i), schema.KindString)
		columns += fmt.Sprintf(", c%d TEXT", i)
		values += fmt.Sprintf(", 'value of column %d and ' || i", i)
	}
	path := file(b, "CREATE TABLE people (id INTEGER PRIMARY KEY, rev INTEGER NOT NULL"+columns+")",
		fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d) INSERT INTO people SELECT i, 1%s FROM n", n, values))
	c := opened(b, path)
	sel := &connectors.Selection{Object: "people", Revision: "rev", Shape: shape(fields...)}
	per := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b.Run("rows", func(b *testing.B) {
		b.ReportAllocs()
		rec := schema.NewRecord(sel.Shape)
		for b.Loop() {
			s, err := c.Read(ctx, sel, nil, true)
			if err != nil {
				b.Fatal(err)
			}
			var batch connectors.Batch
			for s.Next(ctx, &batch) == nil {
				for i := range batch.Items {
					if err := s.Decode(&batch.Items[i], rec); err != nil {
						b.Fatal(err)
					}
				}
			}
		}
		per(b)
	})
	b.Run("get", func(b *testing.B) {
		b.ReportAllocs()
		ids := make([]string, 1000)
		for b.Loop() {
			for from := 0; from < n; from += len(ids) {
				for i := range ids {
					ids[i] = fmt.Sprint(from + i + 1)
				}
				if _, err := c.Get(ctx, sel, ids); err != nil {
					b.Fatal(err)
				}
			}
		}
		per(b)
	})
}

func TestNumberCursorReadsTies(t *testing.T) {
	path := file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, seq INTEGER)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 4500) INSERT INTO people SELECT i, 'p', i / 3000 FROM n")
	c := opened(t, path)
	sel := &connectors.Selection{Object: "people", Cursor: "seq", Shape: shape(field("name", schema.KindString))}
	_, mark, _ := all(t, c, sel, nil, true)
	change(t, path, "INSERT INTO people VALUES (0, 'tie', 1)", "INSERT INTO people VALUES (9000, 'next', 2)",
		"UPDATE people SET seq = 3 WHERE id BETWEEN 1 AND 2499")
	list, _, _ := all(t, c, sel, mark, false)
	if want := 1501 + 1 + 1 + 2499; len(list) != want {
		t.Fatalf("%d rows, want %d", len(list), want)
	}
	seen := map[string]bool{}
	for _, v := range list {
		if seen[v.rec.ID] {
			t.Fatalf("row %s twice", v.rec.ID)
		}
		seen[v.rec.ID] = true
	}
}
