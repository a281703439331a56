package connectortest

import (
	"io"
	"sync"
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

// listed is one record of a listing.
type listed struct {
	hash uint64
	rec  *schema.Record
	gone bool
}

// list reads a whole listing and fails on any fault.
func (b *bench) list(from connectors.Checkpoint, full bool) (records map[string]listed, next connectors.Checkpoint, complete bool) {
	b.Helper()
	r, ok := b.conn.(connectors.Reader)
	if !ok {
		b.Fatal("the connection is no Reader")
	}
	stream, err := r.Read(b.ctx, b.sel, from, full)
	if err != nil {
		b.Fatalf("read: %v", err)
	}
	defer stream.Close()
	records = map[string]listed{}
	var batch connectors.Batch
	for {
		err := stream.Next(b.ctx, &batch)
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatalf("next: %v", err)
		}
		if len(batch.Items) == 0 {
			b.Fatal("a batch without items came without io.EOF")
		}
		b.take(stream, &batch, records)
	}
	if len(batch.Items) > 0 {
		b.Error("io.EOF came with items")
	}
	next, complete = stream.Done()
	return records, next, complete
}

func (b *bench) take(stream connectors.Stream, batch *connectors.Batch, records map[string]listed) {
	b.Helper()
	for i := range batch.Items {
		it := &batch.Items[i]
		if it.Err != nil {
			b.Errorf("item %d, %s: %v", it.Index, it.Where, it.Err)
			continue
		}
		if it.Gone {
			records[it.ID] = listed{gone: true}
			continue
		}
		rec := schema.NewRecord(b.sel.Shape)
		if err := stream.Decode(it, rec); err != nil {
			b.Errorf("decode %d: %v", it.Index, err)
			continue
		}
		if it.ID != "" && it.ID != rec.ID {
			b.Errorf("the item says id %q and its record %q", it.ID, rec.ID)
		}
		if _, twice := records[rec.ID]; twice {
			b.Errorf("id %q is listed twice", rec.ID)
		}
		records[rec.ID] = listed{hash: it.Hash, rec: rec}
	}
}

// all reads the whole listing, which has to be complete where the facts say so.
func (b *bench) all() map[string]listed {
	b.Helper()
	records, _, complete := b.list(nil, true)
	if want := b.h.Definition.Facts.Complete; complete != want {
		b.Errorf("complete = %v, the facts say %v", complete, want)
	}
	return records
}

func testObjects(t *testing.T, h Harness) {
	b := open(t, h, row("a"))
	l, ok := b.conn.(connectors.Lister)
	if !ok {
		return // it names no objects
	}
	objects, err := l.Objects(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	o, ok := connectors.ObjectNamed(objects, b.sel.Object)
	if b.sel.Object == "" && len(objects) == 1 {
		o, ok = objects[0], true
	}
	if !ok {
		t.Errorf("object %q is not among the %d objects", b.sel.Object, len(objects))
	}
	have := schema.NewShape(o.Fields...)
	for _, f := range h.fields() {
		if ok && have.Slot(f.Name) < 0 && !o.Open {
			t.Errorf("field %s is not named", f.Name)
		}
	}
}

func testPaging(t *testing.T, h Harness) {
	for _, n := range h.Sizes {
		rows := make([]Row, n)
		for i := range rows {
			rows[i] = row(number(i))
		}
		b := open(t, h, rows...)
		records := b.all()
		if len(records) != n {
			t.Errorf("of %d records %d were listed", n, len(records))
		}
		for _, r := range rows {
			if got, ok := records[r.ID]; !ok || got.rec.Get("name").Text() != r.Values["name"].Text() {
				t.Fatalf("of %d records, %q was not listed as it is", n, r.ID)
			}
		}
	}
}

func number(i int) string {
	const digits = "0123456789"
	return string([]byte{'r', digits[i/1000%10], digits[i/100%10], digits[i/10%10], digits[i%10]})
}

func testHashes(t *testing.T, h Harness) {
	b := open(t, h, row("a"), row("b"))
	first, again := b.all(), b.all()
	for id := range first {
		if first[id].hash != again[id].hash {
			t.Errorf("nobody wrote, and the hash of %q is another", id)
		}
	}
	if b.place.Edit == nil {
		return
	}
	b.place.Edit(Row{ID: "a", Values: map[string]schema.Value{"name": schema.String("changed")}})
	later := b.all()
	if later["a"].hash == first["a"].hash {
		t.Error("somebody changed a, and its hash is the same")
	}
	if later["b"].hash != first["b"].hash {
		t.Error("somebody changed a, and the hash of b is another")
	}
	if got := later["a"].rec.Get("name").Text(); got != "changed" {
		t.Errorf("name of a = %q after somebody's edit", got)
	}
}

func testConcurrentDecode(t *testing.T, h Harness) {
	rows := make([]Row, 500)
	if h.Most > 0 {
		rows = rows[:h.Most]
	}
	for i := range rows {
		rows[i] = row(number(i))
	}
	b := open(t, h, rows...)
	stream, err := b.conn.(connectors.Reader).Read(b.ctx, b.sel, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var batch connectors.Batch
	if err := stream.Next(b.ctx, &batch); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for w := range 4 {
		group.Go(func() {
			rec := schema.NewRecord(b.sel.Shape)
			for i := w; i < len(batch.Items); i += 4 {
				if err := stream.Decode(&batch.Items[i], rec); err != nil {
					t.Errorf("decode: %v", err)
				} else if got := rec.Get("name").Text(); got != "name of "+rec.ID {
					t.Errorf("record %q has the name %q", rec.ID, got)
				}
			}
		})
	}
	group.Wait()
}

func testIncremental(t *testing.T, h Harness) {
	b := open(t, h, row("a"), row("b"), row("c"))
	_, next, _ := b.list(nil, true)
	if b.sel.Cursor == "" || len(next) == 0 {
		records, _, complete := b.list(next, false)
		if len(records) != 3 || complete != h.Definition.Facts.Complete {
			t.Errorf("without a cursor every listing is whole: %d records, complete = %v", len(records), complete)
		}
		return
	}
	if b.place.Edit == nil {
		return // nobody else can write
	}
	b.place.Edit(Row{ID: "b", Values: map[string]schema.Value{"name": schema.String("changed")}})
	records, _, complete := b.list(next, false)
	if complete {
		t.Error("an incremental listing says it is complete")
	}
	if got, ok := records["b"]; !ok || got.rec.Get("name").Text() != "changed" {
		t.Error("the changed record is not in the incremental listing")
	}
}

func testGet(t *testing.T, h Harness) {
	b := open(t, h, row("a"), row("b"), row("ü'\"x"))
	g, ok := b.conn.(connectors.Getter)
	if !ok {
		return // it reads nothing by id
	}
	list := b.all()
	got, err := g.Get(b.ctx, b.sel, []string{"b", "nobody", "ü'\"x", "a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 5 {
		t.Fatalf("%d answers to 5 ids", len(got))
	}
	for i, id := range []string{"b", "", "ü'\"x", "a", "b"} {
		if id == "" {
			if got[i].Presence != connectors.Gone {
				t.Errorf("an id nobody has is %v", got[i].Presence)
			}
			continue
		}
		if got[i].Presence != connectors.Live || got[i].Record == nil || got[i].Record.ID != id {
			t.Errorf("%q: presence %v, record %v, %v", id, got[i].Presence, got[i].Record, got[i].Err)
			continue
		}
		if got[i].Hash != list[id].hash {
			t.Errorf("%q has one hash in the listing and another by id", id)
		}
		if got[i].Record.Revision != list[id].rec.Revision {
			t.Errorf("%q has one revision in the listing and another by id", id)
		}
	}
	if got, err := g.Get(b.ctx, b.sel, nil); err != nil || len(got) != 0 {
		t.Errorf("no ids: %d answers, %v", len(got), err)
	}
	if b.place.Remove != nil {
		b.place.Remove("a")
		if got, err := g.Get(b.ctx, b.sel, []string{"a"}); err != nil || got[0].Presence == connectors.Live {
			t.Errorf("a removed record is %v, %v", got[0].Presence, err)
		}
	}
}

func testFind(t *testing.T, h Harness) {
	b := open(t, h, row("a"), row("b"))
	f, ok := b.conn.(connectors.Finder)
	if !ok {
		return // it searches nothing
	}
	ask := func(texts ...string) connectors.Query {
		q := connectors.Query{Paths: []string{"name"}, Values: make([][]schema.Value, 1)}
		for _, text := range texts {
			q.Values[0] = append(q.Values[0], schema.String(text))
		}
		return q
	}
	got, err := f.Find(b.ctx, b.sel, []connectors.Query{ask("name of b"), ask("nobody"), ask("nothing", "name of a"), ask("' OR 1=1 --")})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"b", "", "a", ""} {
		switch {
		case want == "" && len(got[i]) != 0:
			t.Errorf("query %d found %d records, none fits", i, len(got[i]))
		case want != "" && (len(got[i]) != 1 || got[i][0].Record == nil || got[i][0].Record.ID != want):
			t.Errorf("query %d did not find exactly %q", i, want)
		}
	}
}

func testStamp(t *testing.T, h Harness) {
	b := open(t, h, row("a"))
	s, ok := b.conn.(connectors.Stamper)
	if !ok {
		return // it stamps nothing
	}
	stamp := func() string {
		t.Helper()
		text, err := s.Stamp(b.ctx, b.sel)
		if err != nil || text == "" {
			t.Fatalf("stamp %q, %v", text, err)
		}
		return text
	}
	first := stamp()
	if stamp() != first {
		t.Error("nobody wrote, and the stamp moved")
	}
	if b.place.Edit != nil {
		b.place.Edit(row("b"))
		if stamp() == first {
			t.Error("somebody wrote, and the stamp is the same")
		}
	}
}
