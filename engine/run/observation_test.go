package run

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/schema"
)

func shapes() (entity, raw *schema.Shape) {
	text := schema.Type{Kind: schema.KindString}
	return schema.NewShape(schema.Field{Name: "email", Type: text}, schema.Field{Name: "phone", Type: text}),
		schema.NewShape(schema.Field{Name: "id", Type: text}, schema.Field{Name: "mail", Type: text}, schema.Field{Name: "tags"})
}

func anyValue(t *rapid.T) schema.Value {
	switch rapid.IntRange(0, 4).Draw(t, "state") {
	case 0:
		return schema.Value{}
	case 1:
		return schema.NullValue()
	case 2:
		return schema.String("")
	case 3:
		return schema.List(schema.String(rapid.String().Draw(t, "item")), schema.Int(rapid.Int64().Draw(t, "number")))
	}
	return schema.String(rapid.String().Draw(t, "text"))
}

// TestObservation proves that an observation comes back from the spool as it
// went in, and that a cut-off one is an error, never a panic.
func TestObservation(t *testing.T) {
	entity, raw := shapes()
	rapid.Check(t, func(t *rapid.T) {
		o := newObservation(entity, raw)
		o.Mapped.ID, o.Mapped.Revision, o.Mapped.Author = "7", rapid.String().Draw(t, "revision"), rapid.String().Draw(t, "author")
		o.Raw.ID = "7"
		o.Hash, o.Index, o.Out = rapid.Uint64().Draw(t, "hash"), rapid.IntRange(-1, 1<<30).Draw(t, "index"), rapid.Bool().Draw(t, "out")
		o.Where = rapid.String().Draw(t, "where")
		for i := range o.Mapped.Slots {
			o.Mapped.Slots[i] = anyValue(t)
		}
		for i := range o.Raw.Slots {
			o.Raw.Slots[i] = anyValue(t)
		}
		for range rapid.IntRange(0, 2).Draw(t, "faults") {
			o.Faults = append(o.Faults, fault{Slot: rapid.IntRange(0, 1).Draw(t, "slot"), Kind: unmapped, Reason: "a word", Where: "main.hcl:7"})
		}
		b := o.append(nil, true)
		got := newObservation(entity, raw)
		if err := got.decode(b); err != nil {
			t.Fatal(err)
		}
		if got.Hash != o.Hash || got.Index != o.Index || got.Out != o.Out || got.Where != o.Where || got.id() != "7" {
			t.Fatalf("got %+v, want %+v", got, o)
		}
		if diff := cmp.Diff(o.Faults, got.Faults); diff != "" && len(o.Faults) > 0 {
			t.Fatal(diff)
		}
		same(t, o.Mapped, got.Mapped)
		same(t, o.Raw, got.Raw)
		if cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut"); got.decode(b[:cut]) == nil {
			t.Fatalf("cut off after %d of %d bytes, and no error", cut, len(b))
		}
	})
}

func same(t *rapid.T, want, got *schema.Record) {
	for i := range want.Slots {
		if want.Slots[i].State() != got.Slots[i].State() || !schema.Equal(want.Slots[i], got.Slots[i]) {
			t.Fatalf("slot %d: got %v, want %v", i, got.Slots[i].Display(), want.Slots[i].Display())
		}
	}
}

// TestConclusion proves that what waits for its session comes back whole.
func TestConclusion(t *testing.T) {
	link := &state.Link{
		Entity: 12, Pipeline: 1, State: state.Active, Generation: 3, Mapping: 77,
		Ends:  []state.End{{End: 1, Record: "7", Revision: "a", Raw: 5, At: 9}, {End: 2, Record: "x"}},
		Units: []state.Unit{{Unit: 4, Agreed: true, Owner: -1, Bases: []uint64{8, 8}}},
	}
	c := &conclusion{
		link: link, ids: []state.Ref{{End: 1, Record: "7"}, {End: 2, Record: "x"}}, keys: []uint64{3, 1 << 60},
		entries: []audit.Entry{{
			Run: "r", Kind: "create", Pipeline: "people", Entity: "e", End: "crm", Record: "x", Units: []string{"email"}, Rule: "create",
			Grade: "compared", Operation: "00ff", Outcome: "done", Salt: [16]byte{1, 2}, Time: microTime(1_790_000_000_000_000),
			Values: []audit.Value{{Unit: "email", Role: "after", Value: schema.String("a@example.test")}},
		}},
	}
	journal, err := audit.Open(audit.Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	p := &pass{later: newSpool(t.TempDir(), false), Job: Job{Journal: journal}}
	if err := p.postpone(c); err != nil {
		t.Fatal(err)
	}
	raw, err := p.later.read(p.postponed[0])
	if err != nil {
		t.Fatal(err)
	}
	var got settled
	if err := got.decode(raw); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.ids, got.ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(c.keys, got.keys); diff != "" {
		t.Error(diff)
	}
	var back state.Link
	if err := back.DecodeBinary(got.entity, got.link); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(link.Ends, back.Ends); diff != "" || back.Entity != 12 {
		t.Errorf("entity %d, %s", back.Entity, diff)
	}
	var lines audit.Draft
	lines.AddBytes(got.lines)
	if _, err := journal.AppendDraft(&lines); err != nil {
		t.Fatal(err)
	}
	equal := cmp.Comparer(func(a, b schema.Value) bool { return schema.Equal(a, b) })
	salts := func(string) ([16]byte, bool) { return c.entries[0].Salt, true }
	err = journal.Search(audit.Filter{}, salts, func(e *audit.Entry) error {
		want := c.entries[0]
		want.Seq, want.Readable = 1, true
		if diff := cmp.Diff(want, *e, equal, cmpopts.IgnoreUnexported(audit.Entry{})); diff != "" {
			t.Error(diff)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := got.decode(raw[:len(raw)/2]); err == nil {
		t.Error("half of it was no error")
	}
}
