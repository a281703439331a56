package connectortest

import (
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

// write sends changes the way the connection takes them and returns one result
// per change. A session is committed.
func (b *bench) write(changes ...connectors.Change) []connectors.Result {
	b.Helper()
	for i := range changes {
		b.sent++
		changes[i].Operation = b.Name() + " " + number(b.sent)
	}
	var results []connectors.Result
	var err error
	switch w := b.conn.(type) {
	case connectors.Writer:
		results, err = w.Write(b.ctx, b.sel, changes)
	case connectors.SessionWriter:
		results, err = b.session(w, changes)
	default:
		b.Fatal("the facts state a write grade, and the connection is no Writer")
	}
	if err != nil {
		b.Fatalf("write: %v", err)
	}
	if len(results) != len(changes) {
		b.Fatalf("%d results of %d changes", len(results), len(changes))
	}
	return results
}

func (b *bench) session(w connectors.SessionWriter, changes []connectors.Change) ([]connectors.Result, error) {
	s, err := w.Begin(b.ctx, b.sel)
	if err != nil {
		return nil, err
	}
	defer s.Abort()
	results, err := s.Write(b.ctx, changes)
	if err != nil {
		return nil, err
	}
	return results, s.Commit(b.ctx)
}

// update returns a change of the record as it was listed.
func (b *bench) update(was listed, set map[string]schema.Value) connectors.Change {
	ch := connectors.Change{Verb: "update", ID: was.rec.ID, Revision: was.rec.Revision, Hash: was.hash}
	for _, f := range b.h.fields() {
		if v, ok := set[f.Name]; ok {
			ch.Set = append(ch.Set, connectors.Assignment{Path: schema.PathTo(f.Name), Value: v})
			ch.Seen = append(ch.Seen, connectors.Assignment{Path: schema.PathTo(f.Name), Value: was.rec.Get(f.Name)})
		}
	}
	return ch
}

func (b *bench) create(r Row) connectors.Change {
	ch := connectors.Change{Verb: "create"}
	if b.h.Definition.Facts.Create == connectors.CreateExternalID {
		ch.NewID = r.ID
	}
	for _, f := range b.h.fields() {
		if v, ok := r.Values[f.Name]; ok {
			ch.Set = append(ch.Set, connectors.Assignment{Path: schema.PathTo(f.Name), Value: v})
		}
	}
	return ch
}

// agrees holds a result to the next listing.
func (b *bench) agrees(res connectors.Result, list map[string]listed) {
	b.Helper()
	got, ok := list[res.ID]
	if !ok {
		b.Errorf("the written record %q is not listed", res.ID)
		return
	}
	if res.Hash != got.hash {
		b.Errorf("the hash told for %q is not the listing's", res.ID)
	}
	if res.Revision != got.rec.Revision {
		b.Errorf("the revision told for %q is %q, the listing's %q", res.ID, res.Revision, got.rec.Revision)
	}
}

func testCreate(t *testing.T, h Harness) {
	if !h.writes("create") {
		return // it creates nothing
	}
	b := open(t, h, row("a"))
	results := b.write(b.create(row("new1")), b.create(row("new2")))
	list := b.all()
	if len(list) != 3 {
		t.Errorf("%d records after creating 2 beside 1", len(list))
	}
	for i, res := range results {
		if res.Err != nil || res.ID == "" {
			t.Fatalf("create %d: id %q, %v", i, res.ID, res.Err)
		}
		b.agrees(res, list)
		if got, want := list[res.ID].rec.Get("name").Text(), "name of new"+string(rune('1'+i)); got != want {
			t.Errorf("name = %q, want %q", got, want)
		}
	}
}

func testUpdate(t *testing.T, h Harness) {
	if !h.writes("update") {
		return // it updates nothing
	}
	b := open(t, h, row("a"), row("b"), row("c"))
	before := b.all()
	set := map[string]schema.Value{"name": schema.String("after")}
	results := b.write(b.update(before["a"], set), b.update(before["c"], set))
	list := b.all()
	for i, id := range []string{"a", "c"} {
		if results[i].Err != nil {
			t.Fatalf("update of %s: %v", id, results[i].Err)
		}
		b.agrees(results[i], list)
		if got := list[id].rec.Get("name").Text(); got != "after" {
			t.Errorf("name of %s = %q", id, got)
		}
	}
	if list["b"].hash != before["b"].hash {
		t.Error("nobody wrote b, and its hash is another")
	}
	again := b.write(b.update(list["a"], map[string]schema.Value{"note": schema.String("more")}))
	if again[0].Err != nil {
		t.Errorf("an update after an update: %v", again[0].Err)
	}
	list = b.all()
	b.agrees(again[0], list)
	if got := list["a"].rec; got.Get("note").Text() != "more" || got.Get("name").Text() != "after" {
		t.Error("an update after an update was lost, or took the first with it")
	}
}

func testDelete(t *testing.T, h Harness) {
	if !h.writes("delete") {
		return // it deletes nothing
	}
	b := open(t, h, row("a"), row("b"), row("c"))
	before := b.all()
	for _, id := range []string{"b", "a", "c"} {
		ch := b.update(before[id], nil)
		ch.Verb = "delete"
		if res := b.write(ch); res[0].Err != nil {
			t.Errorf("delete %s: %v", id, res[0].Err)
		}
	}
	if left := b.all(); len(left) != 0 {
		t.Errorf("%d records are left of none", len(left))
	}
}

// testCondition holds the write grade: an update that rests on what somebody
// has changed since does not happen.
func testCondition(t *testing.T, h Harness) {
	if !h.writes("update") || h.Definition.Facts.Grade >= connectors.ReadBeforeWrite {
		return // its grade promises nothing
	}
	b := open(t, h, row("a"), row("b"))
	if b.place.Edit == nil {
		return // nobody else can write
	}
	before := b.all()
	b.place.Edit(Row{ID: "a", Values: map[string]schema.Value{"name": schema.String("somebody's")}})
	set := map[string]schema.Value{"name": schema.String("ours")}
	results := b.write(b.update(before["a"], set), b.update(before["b"], set))
	if connectors.KindOf(results[0].Err) != connectors.Moved {
		t.Errorf("an update of what somebody changed gave %v, want kind moved", results[0].Err)
	}
	if results[1].Err != nil {
		t.Errorf("the refused change took another with it: %v", results[1].Err)
	}
	list := b.all()
	if got := list["a"].rec.Get("name").Text(); got != "somebody's" {
		t.Errorf("somebody's edit was overwritten with %q", got)
	}
	if got := list["b"].rec.Get("name").Text(); got != "ours" {
		t.Errorf("the other update did not happen: %q", got)
	}
	testSessionMoved(b)
}

// testSessionMoved lets somebody write while a session is open.
func testSessionMoved(b *bench) {
	w, ok := b.conn.(connectors.SessionWriter)
	if !ok {
		return
	}
	list := b.all()
	s, err := w.Begin(b.ctx, b.sel)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Abort()
	if _, err := s.Write(b.ctx, []connectors.Change{b.update(list["b"], map[string]schema.Value{"name": schema.String("lost")})}); err != nil {
		b.Fatal(err)
	}
	b.place.Edit(Row{ID: "b", Values: map[string]schema.Value{"name": schema.String("in between")}})
	if err := s.Commit(b.ctx); connectors.KindOf(err) != connectors.Moved {
		b.Errorf("a session on what somebody changed committed with %v, want kind moved", err)
	}
	if got := b.all()["b"].rec.Get("name").Text(); got != "in between" {
		b.Errorf("somebody's edit was overwritten with %q", got)
	}
}

func testRefusals(t *testing.T, h Harness) {
	b := open(t, h, row("a"), row("b"))
	other := *b.sel
	other.Object = "no such object"
	if r, ok := b.conn.(connectors.Reader); ok {
		if s, err := r.Read(b.ctx, &other, nil, true); err == nil {
			s.Close()
			t.Error("an object that is not there is read")
		}
	}
	if !h.writes("update") {
		return
	}
	list := b.all()
	nobody := listed{rec: &schema.Record{Shape: b.sel.Shape, ID: "nobody", Slots: make([]schema.Value, b.sel.Shape.Len()), Revision: list["a"].rec.Revision}}
	unknown := b.update(list["b"], nil)
	unknown.Verb = "levitate"
	name := map[string]schema.Value{"name": schema.String("after")}
	results := b.write(b.update(nobody, name), unknown, b.update(list["a"], name))
	if results[0].Err == nil {
		t.Error("a record that is not there is updated")
	}
	if connectors.KindOf(results[1].Err) != connectors.Unsupported {
		t.Errorf("a verb nobody knows gave %v, want kind unsupported", results[1].Err)
	}
	if results[2].Err != nil {
		t.Errorf("refused changes took another with them: %v", results[2].Err)
	}
}
