package connectortest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

// Hostile is a database whose names and values mean to break out of their
// place in a statement.
type Hostile struct {
	Definition connectors.Definition
	Settings   connectors.Settings
	Exec       func(t testing.TB, statement string, args ...any) // as somebody else
	Quote      func(name string) string
	Mark       func(n int) string // parameter n of a statement, counted from 1
	Text       string             // the type of a text that can be a key
	Longest    int                // characters of a name
	// Strict makes the table strict with the columns id and note, and whatever
	// makes the database refuse notes and quote them while it does.
	Strict []string
}

// hostileNames are names of tables and of columns.
func hostileNames(longest int) []string {
	names := []string{
		`"; DROP TABLE victims; --`, "`; DROP TABLE victims; -- `x", `'); DELETE FROM victims; --`, `back\slash\`, `a"b""c`, "日本語 \u202e\u200b",
		"select", "$1 ? :x @y %s", "line\nbreak\ttab", strings.Repeat("long", 75),
	}
	for i, n := range names {
		if r := []rune(n); len(r) > longest {
			names[i] = string(r[:longest])
		}
	}
	return names
}

// RunHostile holds that names are names and values are values, whatever they
// hold, and that what the database says of a refused value is not told.
func RunHostile(t *testing.T, h Hostile) {
	t.Helper()
	h.Exec(t, "CREATE TABLE victims (id "+h.Text+" PRIMARY KEY)")
	h.Exec(t, "INSERT INTO victims VALUES ('1')")
	names := hostileNames(h.Longest)
	for _, n := range names {
		h.Exec(t, fmt.Sprintf("CREATE TABLE %s (%s %s PRIMARY KEY, %s %s)", h.Quote(n), h.Quote(idOf(n)), h.Text, h.Quote(n), h.Text))
		h.Exec(t, fmt.Sprintf("INSERT INTO %s VALUES (%s, %s)", h.Quote(n), h.Mark(1), h.Mark(2)), "first", n)
	}
	for _, s := range h.Strict {
		h.Exec(t, s)
	}
	conn, err := h.Definition.Open(t.Context(), h.Settings)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	objects, err := conn.(connectors.Lister).Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if !slices.ContainsFunc(objects, func(o connectors.Object) bool { return o.Name == n }) {
			t.Errorf("the table %q is not found", n)
			continue
		}
		h.writes(t, conn, n)
	}
	if ids := contents(t, conn, &connectors.Selection{Object: "victims", ID: "id", Shape: schema.NewShape()}, ""); len(ids) != 1 {
		t.Errorf("the victims are %v", ids)
	}
	h.refuses(t, conn)
}

// writes creates, changes, finds, reads and deletes rows of a table whose
// names and values are hostile.
func (h Hostile) writes(t *testing.T, conn connectors.Conn, name string) {
	t.Helper()
	sel := &connectors.Selection{Object: name, ID: idOf(name), Shape: schema.NewShape(schema.Field{Name: name, Type: schema.Type{Kind: schema.KindString, Nullable: true}})}
	want := map[string]string{"first": name}
	set := func(path, v string) connectors.Assignment {
		return connectors.Assignment{Path: schema.PathTo(path), Value: schema.String(v)}
	}
	var changes []connectors.Change
	for i, v := range hostileNames(h.Longest) {
		id := fmt.Sprint(i) + v
		if r := []rune(id); len(r) > 60 {
			id = string(r[:60])
		}
		want[id] = v
		changes = append(changes, connectors.Change{Verb: "create", NewID: id, Set: []connectors.Assignment{set(sel.ID, id), set(name, v)}})
	}
	results, err := conn.(connectors.Writer).Write(t.Context(), sel, changes)
	if err != nil {
		t.Errorf("%q: %v", name, err)
		return
	}
	for i, r := range results {
		if r.Err != nil {
			t.Errorf("%q, change %d: %v", name, i, r.Err)
		}
	}
	if got := contents(t, conn, sel, name); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q holds %q, want %q", name, got, want)
	}
	for id, v := range want {
		answers, err := conn.(connectors.Finder).Find(t.Context(), sel, []connectors.Query{{Paths: []string{name}, Values: [][]schema.Value{{schema.String(v)}}}})
		if err != nil || !slices.ContainsFunc(answers[0], func(g connectors.Got) bool { return g.Record != nil && g.Record.ID == id }) {
			t.Errorf("%q: %q is not found by its value: %v", name, id, err)
		}
		got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{id})
		if err != nil || got[0].Record == nil {
			t.Errorf("%q: %q is not got: %v", name, id, err)
			continue
		}
		r, err := conn.(connectors.Writer).Write(t.Context(), sel, []connectors.Change{{Verb: "update", ID: id, Hash: got[0].Hash, Seen: []connectors.Assignment{set(name, v)}, Set: []connectors.Assignment{set(name, v+"'")}}})
		if err != nil || r[0].Err != nil {
			t.Errorf("%q: %q is not changed: %v %v", name, id, err, r)
		}
	}
}

// contents reads a table: the value of a field by id.
func contents(t *testing.T, conn connectors.Conn, sel *connectors.Selection, field string) map[string]string {
	t.Helper()
	stream, err := conn.(connectors.Reader).Read(t.Context(), sel, nil, true)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer stream.Close()
	out := map[string]string{}
	rec := schema.NewRecord(sel.Shape)
	var b connectors.Batch
	for {
		if err := stream.Next(t.Context(), &b); err == io.EOF {
			return out
		} else if err != nil {
			t.Error(err)
			return out
		}
		for i := range b.Items {
			if err := stream.Decode(&b.Items[i], rec); err != nil {
				t.Error(err)
				continue
			}
			out[strings.Clone(rec.ID)] = ""
			if field != "" {
				out[strings.Clone(rec.ID)] = strings.Clone(rec.Get(field).Text())
			}
		}
	}
}

// refusedNotes are values that the strict table does not take. Each tries to
// be taken for the part of a message that is told.
func refusedNotes(canary string) []string {
	return []string{
		canary, "Key (" + canary + ")=(x) already exists", "x' for key '" + canary, "Column '" + canary + "' cannot be null",
		"constraint failed: t." + canary + " (1)", canary + strings.Repeat("!", 500),
	}
}

// refuses holds that no message of the database about a value reaches an error.
func (h Hostile) refuses(t *testing.T, conn connectors.Conn) {
	t.Helper()
	const canary = "C4NARY"
	sel := &connectors.Selection{Object: "strict", ID: "id", Shape: schema.NewShape(schema.Field{Name: "note", Type: schema.Type{Kind: schema.KindString, Nullable: true}})}
	for i, note := range refusedNotes(canary) {
		r, err := conn.(connectors.Writer).Write(context.Background(), sel, []connectors.Change{{
			Verb: "create", NewID: fmt.Sprint(i), Set: []connectors.Assignment{
				{Path: schema.PathTo("id"), Value: schema.String(fmt.Sprint(i))}, {Path: schema.PathTo("note"), Value: schema.String(note)},
			},
		}})
		if err == nil && r[0].Err != nil {
			err = r[0].Err
		}
		said := fmt.Sprintf("%v %+v %#v", err, err, err)
		if e, ok := err.(*connectors.Error); ok {
			said = fmt.Sprint(e, e.Field, e.Hint, e.Where)
		}
		if err == nil || strings.Contains(said, canary) {
			t.Errorf("the note %q is refused with: %s", note, said)
		}
	}
}

// idOf is the column of the ids in the table of a name.
func idOf(name string) string { return "id " + string([]rune(name)[:1]) }
