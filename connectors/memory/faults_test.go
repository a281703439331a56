package memory_test

import (
	"io"
	"slices"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/schema"
)

// end is an open system with one table of two records.
type end struct {
	*testing.T
	world  *memory.World
	system *memory.System
	table  *memory.Table
	conn   connectors.Conn
	sel    *connectors.Selection
}

func newEnd(t *testing.T, o memory.Options, layout memory.Layout) *end {
	world := memory.NewWorld(o)
	e := &end{T: t, world: world, system: world.System("crm")}
	name := schema.Field{Name: "name", Type: schema.Type{Kind: schema.KindString}}
	layout.Fields = append(layout.Fields, name)
	e.table = e.system.Table("people", layout)
	e.table.Put("a", memory.Fields{"name": schema.String("A")})
	e.table.Put("b", memory.Fields{"name": schema.String("B")})
	conn, err := world.Definition().Open(t.Context(), connectors.Settings{System: "crm"})
	if err != nil {
		t.Fatal(err)
	}
	e.conn, e.sel = conn, &connectors.Selection{Object: "people", ID: "id", Shape: schema.NewShape(name)}
	return e
}

func (e *end) write(verb, id, name string) connectors.Result {
	e.Helper()
	ch := connectors.Change{Operation: verb + id + name, Verb: verb, ID: id, Set: []connectors.Assignment{{Path: schema.PathTo("name"), Value: schema.String(name)}}}
	if verb != "create" {
		ch.Revision = e.get(id).Record.Revision
	} else {
		ch.ID, ch.NewID = "", id
	}
	res, err := e.conn.(connectors.Writer).Write(e.Context(), e.sel, []connectors.Change{ch})
	if err != nil {
		return connectors.Result{Err: err}
	}
	return res[0]
}

func (e *end) get(id string) connectors.Got {
	e.Helper()
	got, err := e.conn.(connectors.Getter).Get(e.Context(), e.sel, []string{id})
	if err != nil {
		return connectors.Got{Err: err}
	}
	return got[0]
}

func (e *end) name(id string) string { return e.table.Record(id)["name"].Text() }

func TestFaultsOfWrites(t *testing.T) {
	for _, c := range []struct {
		kind          memory.Kind
		want          connectors.ErrorKind
		now, afterAll string
	}{
		{memory.Unavailable, connectors.Unavailable, "A", "A"},
		{memory.Limited, connectors.Limited, "A", "A"},
		{memory.Denied, connectors.Denied, "A", "A"},
		{memory.Refused, connectors.Refused, "A", "A"},
		{memory.Moved, connectors.Moved, "A", "A"},
		{memory.Lost, connectors.Uncertain, "new", "new"},
		{memory.Lying, connectors.Failed, "new", "new"},
		{memory.Dropped, connectors.Uncertain, "A", "A"},
		{memory.Late, connectors.Uncertain, "A", "new"},
	} {
		e := newEnd(t, memory.Options{}, memory.Layout{})
		e.system.Inject(memory.Fault{Kind: c.kind, Op: "write", Times: 1})
		if res := e.write("update", "a", "new"); connectors.KindOf(res.Err) != c.want {
			t.Errorf("%v: %v, want kind %v", c.kind, res.Err, c.want)
		}
		if got := e.name("a"); got != c.now {
			t.Errorf("%v: the record says %q, want %q", c.kind, got, c.now)
		}
		e.system.Deliver()
		if got := e.name("a"); got != c.afterAll {
			t.Errorf("%v: after everything arrived the record says %q, want %q", c.kind, got, c.afterAll)
		}
		if res := e.write("update", "b", "new"); res.Err != nil {
			t.Errorf("%v: it struck twice: %v", c.kind, res.Err)
		}
	}
}

func TestFaultsCount(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.system.Inject(memory.Fault{Kind: memory.Denied, Op: "get", ID: "a", After: 1, Times: 2})
	var got []connectors.Presence
	for range 4 {
		got = append(got, e.get("a").Presence)
	}
	if want := []connectors.Presence{connectors.Live, connectors.Unknown, connectors.Unknown, connectors.Live}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if e.get("b").Presence != connectors.Live {
		t.Error("another record is struck")
	}
}

// TestFaultsAlternate holds that a fault may strike every so many times, as one
// replica of several does that is behind.
func TestFaultsAlternate(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.table.Set("a", memory.Fields{"name": schema.String("newer")})
	e.system.Inject(memory.Fault{Kind: memory.Stale, Op: "get", After: 1, Every: 2, Times: 2})
	var got []string
	for range 6 {
		got = append(got, e.get("a").Record.Get("name").Text())
	}
	if want := []string{"newer", "A", "newer", "A", "newer", "newer"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestLimitedTellsWhenToComeBack(t *testing.T) {
	for _, want := range []time.Duration{0, time.Minute} {
		e := newEnd(t, memory.Options{}, memory.Layout{})
		e.system.Inject(memory.Fault{Kind: memory.Limited, RetryAfter: want})
		if err, ok := e.get("a").Err.(*connectors.Error); !ok || err.Kind != connectors.Limited || err.After != want {
			t.Errorf("%v, want to be told %v", err, want)
		}
	}
}

func TestEveryKindHasAName(t *testing.T) {
	names := map[string]bool{}
	for _, k := range memory.Kinds() {
		if k.String() == "" || names[k.String()] {
			t.Errorf("kind %d is called %q", k, k)
		}
		names[k.String()] = true
	}
	if last := memory.Kinds()[len(names)-1]; last != memory.Unreadable {
		t.Errorf("the last kind is %v", last)
	}
}

// TestALostCreateSentAgain holds the ladder: with idempotency keys the same
// operation makes one record however often it arrives.
func TestALostCreateSentAgain(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.system.Inject(memory.Fault{Kind: memory.Lost, Verb: "create", Times: 1})
	if res := e.write("create", "", "C"); connectors.KindOf(res.Err) != connectors.Uncertain {
		t.Errorf("%v", res.Err)
	}
	if res := e.write("create", "", "C"); res.Err != nil || len(e.table.IDs()) != 3 {
		t.Errorf("%d records, %v", len(e.table.IDs()), res.Err)
	}
}

func TestHiddenCreates(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.system.Inject(memory.Fault{Kind: memory.Hidden, Verb: "create"})
	if res := e.write("create", "c", "C"); res.Err != nil || res.ID != "c" {
		t.Fatal(res.Err)
	}
	if p := e.get("c").Presence; p != connectors.Gone {
		t.Errorf("a hidden record is %v", p)
	}
	if e.system.Deliver(); e.get("c").Presence != connectors.Live {
		t.Error("it stays hidden")
	}
}

func (e *end) list() (ids []string, faults int, complete bool) {
	e.Helper()
	l := e.read(nil, true)
	return l.ids, l.faults, l.complete
}

// listing is what a reader was told.
type listing struct {
	ids, gone []string
	faults    int
	next      connectors.Checkpoint
	complete  bool
}

func (e *end) read(from connectors.Checkpoint, full bool) (l listing) {
	e.Helper()
	stream, err := e.conn.(connectors.Reader).Read(e.Context(), e.sel, from, full)
	if err != nil {
		e.Fatal(err)
	}
	defer stream.Close()
	var b connectors.Batch
	for {
		if err := stream.Next(e.Context(), &b); err == io.EOF {
			l.next, l.complete = stream.Done()
			return l
		} else if err != nil {
			e.Fatal(err)
		}
		for _, it := range b.Items {
			switch {
			case it.Err != nil:
				l.faults++
			case it.Gone:
				l.gone = append(l.gone, it.ID)
			default:
				l.ids = append(l.ids, it.ID)
			}
		}
	}
}

func TestFaultsOfListings(t *testing.T) {
	for _, c := range []struct {
		fault    memory.Fault
		ids      []string
		faults   int
		complete bool
	}{
		{memory.Fault{Kind: memory.Duplicate, ID: "a"}, []string{"a", "a", "b"}, 0, true},
		{memory.Fault{Kind: memory.Incomplete}, []string{"a"}, 0, false},
		{memory.Fault{Kind: memory.Cut}, []string{"a"}, 0, true},
		{memory.Fault{Kind: memory.Empty}, nil, 0, true},
		{memory.Fault{Kind: memory.Unreadable, ID: "b"}, []string{"a"}, 1, true},
		{memory.Fault{Kind: memory.Stale, ID: "b"}, []string{"a"}, 0, true},
	} {
		e := newEnd(t, memory.Options{}, memory.Layout{})
		e.system.Inject(c.fault)
		ids, faults, complete := e.list()
		if !slices.Equal(ids, c.ids) || faults != c.faults || complete != c.complete {
			t.Errorf("%v: %v, %d faults, complete %v", c.fault.Kind, ids, faults, complete)
		}
		e.system.Heal()
		if ids, _, _ := e.list(); len(ids) != 2 {
			t.Errorf("%v: after healing %v", c.fault.Kind, ids)
		}
	}
}

func TestStaleAndPartialReads(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.table.Set("a", memory.Fields{"name": schema.String("newer")})
	e.system.Inject(memory.Fault{Kind: memory.Stale, Op: "get", Times: 1})
	if got := e.get("a").Record.Get("name").Text(); got != "A" {
		t.Errorf("a stale read shows %q", got)
	}
	e.system.Inject(memory.Fault{Kind: memory.Partial, ID: "a", Field: "name"})
	if v := e.get("a").Record.Get("name"); !v.IsAbsent() {
		t.Errorf("a field that was left out is %v", v.State())
	}
	if v := e.get("b").Record.Get("name"); v.Text() != "B" {
		t.Errorf("the fault struck another record: %v", v.State())
	}
	e.system.Inject(memory.Fault{Kind: memory.Blanked, ID: "b", Field: "name"})
	if v := e.get("b").Record.Get("name"); !v.IsNull() {
		t.Errorf("a field that is shown blank is %v", v.State())
	}
	e.system.Heal()
	if v := e.get("b").Record.Get("name"); v.Text() != "B" {
		t.Errorf("it was only shown blank, and is %v", v.State())
	}
}

func TestNormalisingAndUnique(t *testing.T) {
	layout := memory.Layout{Unique: []string{"name"}, Normalise: func(_ string, v schema.Value) schema.Value {
		return schema.String(v.Text() + "!")
	}}
	e := newEnd(t, memory.Options{}, layout)
	res := e.write("update", "a", "x")
	if res.Err != nil || res.Confirmed.Get("name").Text() != "x!" || e.name("a") != "x!" {
		t.Errorf("%v, %q", res.Err, e.name("a"))
	}
	plain := newEnd(t, memory.Options{NoConfirm: true}, memory.Layout{Unique: []string{"name"}})
	if res := plain.write("update", "a", "B"); connectors.KindOf(res.Err) != connectors.Refused {
		t.Errorf("a value another record holds: %v", res.Err)
	}
	if res := plain.write("update", "a", "C"); res.Err != nil || res.Confirmed != nil {
		t.Errorf("%v, confirmed %v", res.Err, res.Confirmed)
	}
}

func TestWhoWrote(t *testing.T) {
	e := newEnd(t, memory.Options{Actor: "robot"}, memory.Layout{})
	if e.write("update", "a", "x"); e.table.Author("a") != "robot" || e.get("a").Record.Author != "robot" {
		t.Errorf("author %q", e.table.Author("a"))
	}
	e.table.Set("a", memory.Fields{"name": schema.String("y")})
	if e.table.Author("a") == "robot" {
		t.Error("a person's edit is the connector's")
	}
	if w := e.system.Writes(); len(w) != 1 || w[0].Change.ID != "a" || w[0].Err != nil {
		t.Errorf("%+v", w)
	}
}

func TestLeaving(t *testing.T) {
	e := newEnd(t, memory.Options{}, memory.Layout{})
	e.table.Put("c", memory.Fields{"name": schema.String("C")})
	e.table.Archive("a")
	e.table.Merge("b", "c")
	if got := e.get("a"); got.Presence != connectors.Archived {
		t.Errorf("archived: %v", got.Presence)
	}
	if got := e.get("b"); got.Presence != connectors.Merged || got.Into != "c" {
		t.Errorf("merged: %v into %q", got.Presence, got.Into)
	}
	e.table.Delete("c")
	if got := e.get("c"); got.Presence != connectors.Gone || e.table.Record("c") != nil {
		t.Errorf("deleted: %v", got.Presence)
	}
	if ids, _, _ := e.list(); len(ids) != 0 {
		t.Errorf("the listing still has %v", ids)
	}
}
