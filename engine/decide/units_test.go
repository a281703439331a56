package decide_test

import (
	"testing"

	"pgregory.net/rapid"

	"syncline/engine/conflict"
	"syncline/engine/decide"
	"syncline/engine/diff"
	"syncline/schema"
)

// TestGroup: a group is one unit: one member's change travels with the others,
// a conflict of one holds them all, and one that is absent is no observation.
func TestGroup(t *testing.T) {
	members := []schema.Field{
		{Name: "city", Type: schema.Type{Kind: schema.KindString}}, {Name: "zip", Type: schema.Type{Kind: schema.KindString}},
	}
	u := &decide.Unit{
		Name: "address", Members: members, Form: diff.FormOf(members...), First: decide.FirstDefault,
		Chain: conflict.Chain{conflict.Review}, Ends: unitOf(2).Ends,
	}
	address := func(city, zip string) schema.Value {
		return schema.Object([]string{"city", "zip"}, []schema.Value{schema.String(city), schema.String(zip)})
	}
	base := u.Form.Hash(3, address("Bern", "3000"))
	decided := func(a, b schema.Value) *decide.Decision {
		in := &decide.Input{Owner: -1, SystemOfRecord: -1, Base: decide.Base{Key: 3, Agreed: true, Ends: []uint64{base, base}}}
		in.Ends = []decide.Seen{{Presence: decide.Live, Value: a}, {Presence: decide.Live, Value: b}}
		d := &decide.Decision{}
		decide.Decide(u, in, d)
		return d
	}
	old := address("Bern", "3000")
	d := decided(address("Bern", "3001"), old)
	if d.Kind != decide.Write || len(d.Writes) != 1 || !u.Form.Equal(d.Writes[0].Post, address("Bern", "3001")) {
		t.Errorf("a change of one member: %q", outcome(d))
	}
	if d := decided(address("Bern", "3001"), address("Basel", "3000")); d.Kind != decide.Conflict {
		t.Errorf("different members changed at the two ends: %q, want a conflict of the group", outcome(d))
	}
	gap := schema.Object([]string{"city", "zip"}, []schema.Value{schema.String("Basel"), {}})
	if d := decided(gap, old); d.Kind != decide.Nothing {
		t.Errorf("a member was not observed: %q, want nothing", outcome(d))
	}
	if d := decided(address("", ""), old); d.Kind != decide.Rebase {
		t.Errorf("an emptied group with empty = keep: %q", outcome(d))
	}
}

func skills(names ...string) schema.Value {
	var items []schema.Value
	for _, n := range names {
		items = append(items, schema.String(n))
	}
	return schema.Set(items...)
}

// setUnit is a two-way set field; its base is "go".
func setUnit() (*decide.Unit, *decide.Input) {
	elem := schema.Type{Kind: schema.KindString}
	f := schema.Field{Name: "skills", Type: schema.Type{Kind: schema.KindSet, Elem: &elem}}
	u := &decide.Unit{
		Name: f.Name, Members: []schema.Field{f}, Form: diff.FormOf(f), First: decide.FirstDefault, Merge: true,
		Chain: conflict.Chain{conflict.Review}, Ends: unitOf(2).Ends,
	}
	h := u.Form.Hash(3, skills("go"))
	return u, &decide.Input{Owner: -1, SystemOfRecord: -1, Base: decide.Base{Key: 3, Agreed: true, Ends: []uint64{h, h}, Value: skills("go")}}
}

// TestSets: what both ends did to a set is merged, and a merge that only one
// end has confirmed is finished at the other, whatever it held.
func TestSets(t *testing.T) {
	u, in := setUnit()
	in.Ends = []decide.Seen{
		{Presence: decide.Live, Value: skills("go", "sql")}, {Presence: decide.Live, Value: skills("rust")},
	}
	d := &decide.Decision{}
	decide.Decide(u, in, d)
	merged := skills("rust", "sql")
	if len(d.Writes) != 2 || !diff.Contains(d.Writes[0].Post, merged) || !diff.Contains(merged, d.Writes[1].Post) {
		t.Fatalf("got %q", outcome(d))
	}
	m := decide.Intend(u, d, &d.Writes[0])
	in.Base = decide.Advance(in.Base, &m, 0, decide.Confirmed, nil)
	in.Ends[0].Value = d.Writes[0].Post
	decide.Decide(u, in, d)
	if d.Kind != decide.Write || len(d.Writes) != 1 || d.Writes[0].End != 1 || !diff.Contains(d.Writes[0].Post, merged) {
		t.Fatalf("after the first end confirmed: %q", outcome(d))
	}
	m = decide.Intend(u, d, &d.Writes[0])
	in.Base = decide.Advance(in.Base, &m, 1, decide.Confirmed, nil)
	in.Ends[1].Value = d.Writes[0].Post
	decide.Decide(u, in, d)
	if d.Kind != decide.Nothing || !in.Base.Agreed || !diff.Contains(in.Base.Value, merged) {
		t.Errorf("after both confirmed: %q, base %+v", outcome(d), in.Base)
	}
}

// TestAppend: elements are added and never removed.
func TestAppend(t *testing.T) {
	u, in := setUnit()
	oneWay(decide.DriftKeep)(u)
	u.Merge, u.Update = false, decide.Append
	in.Ends = []decide.Seen{{Presence: decide.Live, Value: skills("sql")}, {Presence: decide.Live, Value: skills("go")}}
	d := &decide.Decision{}
	decide.Decide(u, in, d)
	if len(d.Writes) != 1 || !diff.Contains(d.Writes[0].Post, skills("go", "sql")) {
		t.Errorf("got %q", outcome(d))
	}
	in.Ends[1].Value = skills("go", "sql", "rust")
	in.Base.Ends[1] = u.Form.Hash(3, in.Ends[1].Value)
	decide.Decide(u, in, d)
	if d.Kind != decide.Rebase && d.Kind != decide.Again {
		t.Errorf("everything is there already: %q", outcome(d))
	}
}

// TestCreate is creation as a first link against nothing.
func TestCreate(t *testing.T) {
	tests := []struct {
		name, a, b string
		record     int
		want       string
	}{
		{"one value", "v", "", -1, "C=v"},
		{"two equal", "v", "v", -1, "C=v"},
		{"no value", "", "", -1, ""},
		{"two values", "v", "w", -1, "review"},
		{"two values, the system of record", "v", "w", 1, "C=w"},
	}
	for _, tt := range tests {
		u, d := unitOf(3), &decide.Decision{}
		in := &decide.Input{Owner: -1, SystemOfRecord: tt.record, Ends: []decide.Seen{seen(tt.a), seen(tt.b), seen(".")}}
		decide.Create(u, in, 2, d)
		if got := outcome(d); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if d.Kind == decide.Write && d.After[2] != u.Form.Hash(0, d.Writes[0].Post) {
			t.Errorf("%s: the base would not be what was created", tt.name)
		}
	}
}

// TestAfterwards: once every write of a decision is confirmed, in any order,
// deciding again finds nothing to do. Law 5
func TestAfterwards(t *testing.T) {
	word := rapid.SampledFrom([]string{"o", "v", "w", ""})
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 4).Draw(t, "ends")
		u := unitOf(n)
		u.Drift = decide.Drift(rapid.IntRange(0, 1).Draw(t, "drift"))
		u.Update = decide.Update(rapid.IntRange(0, 2).Draw(t, "update"))
		u.Empty = decide.Empty(rapid.IntRange(0, 1).Draw(t, "empty"))
		u.Chain = conflict.Chain{rapid.SampledFrom([]conflict.Rule{conflict.NonEmpty, conflict.Named("A", 0), conflict.Review}).Draw(t, "rule")}
		in := &decide.Input{Owner: -1, SystemOfRecord: 0, Reread: true, Base: decide.Base{Key: 3, Agreed: true}}
		for i := range n {
			u.Ends[i].Speaks, u.Ends[i].Hears = i == 0 || rapid.Bool().Draw(t, "speaks"), rapid.Bool().Draw(t, "hears")
			in.Ends = append(in.Ends, seen(word.Draw(t, "value")))
			in.Base.Ends = append(in.Base.Ends, u.Form.Hash(3, schema.String("o")))
		}
		d := &decide.Decision{}
		for range 4 {
			decide.Decide(u, in, d)
			switch d.Kind {
			case decide.Nothing, decide.Conflict, decide.Review:
				return
			case decide.Rebase:
				in.Base = decide.Settle(in.Base, d)
			case decide.Write:
				confirmAll(t, u, in, d)
			}
		}
		t.Fatalf("not at rest: %q", outcome(d))
	})
}

func confirmAll(t *rapid.T, u *decide.Unit, in *decide.Input, d *decide.Decision) {
	images := make([]decide.Image, len(d.Writes))
	for i := range d.Writes {
		images[i] = decide.Intend(u, d, &d.Writes[i])
	}
	for _, i := range rapid.Permutation(seq(len(images))).Draw(t, "order") {
		end := d.Writes[i].End
		in.Base = decide.Advance(in.Base, &images[i], end, decide.Confirmed, nil)
		in.Ends[end].Value = images[i].Post
	}
	for i := range in.Base.Ends {
		if in.Base.Ends[i] != u.Form.Hash(3, in.Ends[i].Value) {
			t.Fatalf("end %d: the base is not what it holds", i)
		}
	}
}

func seq(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}
