package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"pgregory.net/rapid"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine/plans"
	"syncline/pipelines"
	"syncline/schema"
)

// TestElementID holds that an element's name leads back to its whole and to
// itself, whatever the two are called.
func TestElementID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab/%2F5é ")))
		whole, element := text.Draw(t, "whole"), text.Draw(t, "element")
		w, e := splitElementID(elementID(whole, element))
		if w != whole || e != element {
			t.Fatalf("%q of %q comes back as %q of %q", element, whole, e, w)
		}
	})
}

// eachEnd is an end that reads the list "jobs" of a table, and the name of the
// whole.
func eachEnd() *plans.End {
	text := schema.Type{Kind: schema.KindString}
	parent := schema.Type{Kind: schema.KindObject, Fields: []schema.Field{{Name: "name", Type: text}}}
	e := &plans.End{End: &pipelines.End{
		Name: "a", Object: "people", Each: "jobs",
		Selection: connectors.Selection{Object: "people", ID: "no", Shape: schema.NewShape(schema.Field{Name: "no"}, schema.Field{Name: "title", Type: text}, schema.Field{Name: pipelines.ParentField, Type: parent})},
		Whole:     connectors.Selection{Object: "people", Shape: schema.NewShape(schema.Field{Name: "jobs"}, schema.Field{Name: "name", Type: text})},
	}, Facts: memory.DefaultFacts()}
	e.Parent = e.Shape().Slot(pipelines.ParentField)
	return e
}

func job(no int, title string) schema.Value {
	return schema.Object([]string{"no", "title"}, []schema.Value{schema.Int(int64(no)), schema.String(title)})
}

// people opens a table of a few wholes with their jobs.
func people(t *testing.T, o memory.Options) (*memory.Table, connectors.Conn) {
	t.Helper()
	world := memory.NewWorld(o)
	table := world.System("a").Table("people", memory.Layout{Fields: []schema.Field{{Name: "name"}, {Name: "jobs"}}})
	for i := range 5 {
		var jobs []schema.Value
		for n := range i {
			jobs = append(jobs, job(n, fmt.Sprintf("job %d", n)))
		}
		table.Put(fmt.Sprintf("p/%d", i), memory.Fields{"name": schema.String("Ada"), "jobs": schema.List(jobs...)})
	}
	conn, err := world.Definition().Open(t.Context(), connectors.Settings{System: "a"})
	if err != nil {
		t.Fatal(err)
	}
	return table, conn
}

// listed reads all elements: their hashes, by id.
func listed(t *testing.T, e *plans.End, conn connectors.Conn) (hashes map[string]uint64, failed int) {
	t.Helper()
	stream, err := elementsOf(e, conn).(connectors.Reader).Read(t.Context(), &e.Selection, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	hashes = map[string]uint64{}
	rec := schema.NewRecord(e.Shape())
	for {
		b := connectors.Batch{}
		if err := stream.Next(context.Background(), &b); errors.Is(err, io.EOF) {
			return hashes, failed
		} else if err != nil {
			t.Fatal(err)
		}
		for i := range b.Items {
			it := &b.Items[i]
			if it.Err != nil {
				failed++
				continue
			}
			if err := stream.Decode(it, rec); err != nil || rec.ID != it.ID {
				t.Fatalf("%v, id %q of item %q", err, rec.ID, it.ID)
			}
			hashes[it.ID] = it.Hash
		}
	}
}

// TestElementsByID holds that an element got by id is the one that was listed,
// and that one which is in no list any more is gone.
func TestElementsByID(t *testing.T) {
	e := eachEnd()
	table, conn := people(t, memory.Options{})
	hashes, failed := listed(t, e, conn)
	if len(hashes) != 10 || failed != 0 {
		t.Fatalf("listed %v, %d failed", hashes, failed)
	}
	table.Set("p/2", memory.Fields{"jobs": schema.List(job(1, "job 1"), job(7, "new"))})
	table.Set("p/1", memory.Fields{"name": schema.String("Bo")})
	table.Delete("p/3")
	table.Merge("p/4", "p/1")
	want := map[string]struct {
		presence connectors.Presence
		same     bool
	}{
		"p%2F2/1": {connectors.Live, true}, "p%2F2/0": {connectors.Gone, false}, "p%2F2/7": {connectors.Live, false},
		"p%2F1/0": {connectors.Live, false}, "p%2F3/0": {connectors.Gone, false}, "p%2F4/3": {connectors.Gone, false}, "p%2F9/0": {connectors.Gone, false},
	}
	var ids []string
	for id := range want {
		ids = append(ids, id)
	}
	got, err := elementsOf(e, conn).(connectors.Getter).Get(t.Context(), &e.Selection, ids)
	if err != nil {
		t.Fatal(err)
	}
	after, _ := listed(t, e, conn)
	for i, id := range ids {
		w := want[id]
		if got[i].Presence != w.presence || w.presence == connectors.Live && (got[i].Record.ID != id || got[i].Hash != after[id]) {
			t.Errorf("%s: %+v, listed as %x", id, got[i], after[id])
		}
		if same := got[i].Hash == hashes[id] && got[i].Hash != 0; same != w.same {
			t.Errorf("%s is unchanged: %v, want %v", id, same, w.same)
		}
	}
}

// TestElementsApart holds that a whole that cannot be taken apart is told of,
// and hides nobody else.
func TestElementsApart(t *testing.T) {
	e := eachEnd()
	table, conn := people(t, memory.Options{})
	table.Set("p/4", memory.Fields{"jobs": schema.String("none")})
	table.Set("p/3", memory.Fields{"jobs": schema.NullValue()})
	hashes, failed := listed(t, e, conn)
	if len(hashes) != 3 || failed != 1 {
		t.Errorf("listed %v, %d failed", hashes, failed)
	}
	if _, ok := elementsOf(e, conn).(connectors.Finder); ok {
		t.Error("elements cannot be searched for")
	}
	if _, ok := elementsOf(e, conn).(connectors.Stamper); !ok {
		t.Error("a system that proves that nothing moved proves it of its elements")
	}
}
