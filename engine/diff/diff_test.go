package diff_test

import (
	"testing"

	"pgregory.net/rapid"

	"syncline/engine/diff"
	"syncline/schema"
)

var values = rapid.SampledFrom([]schema.Value{
	{}, schema.NullValue(), schema.String(""), schema.String("  "), schema.String("a"), schema.String("b"),
	schema.Int(0), schema.Int(1), schema.Bool(false), schema.List(), schema.Set(schema.String("a")),
})

// TestHashFollowsEqual: equal values have equal hashes, others have not; a
// hash is never 0 and depends on the key.
func TestHashFollowsEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := diff.Form{Distinct: rapid.Bool().Draw(t, "distinct")}
		a, b := values.Draw(t, "a"), values.Draw(t, "b")
		if f.Equal(a, b) != (f.Hash(7, a) == f.Hash(7, b)) {
			t.Fatalf("equal %v, hashes %x %x", f.Equal(a, b), f.Hash(7, a), f.Hash(7, b))
		}
		if f.Equal(a, b) != f.Equal(b, a) || !f.Equal(a, a) {
			t.Fatal("equality is not symmetric and reflexive")
		}
		if f.Hash(7, a) == 0 || f.Hash(7, a) == f.Hash(8, a) {
			t.Fatal("the hash does not depend on its key")
		}
	})
}

func TestBlanksAreOne(t *testing.T) {
	one, apart := diff.Form{}, diff.Form{Distinct: true}
	null, empty := schema.NullValue(), schema.String("")
	if !one.Equal(null, empty) || apart.Equal(null, empty) {
		t.Error("null and empty are one, unless they are told apart")
	}
	if one.Equal(schema.Value{}, null) || one.Blank(schema.Value{}) {
		t.Error("absent is not blank")
	}
}

func group(a, b schema.Value) schema.Value {
	return schema.Object([]string{"city", "zip"}, []schema.Value{a, b})
}

func TestGroups(t *testing.T) {
	f := diff.FormOf(schema.Field{Name: "city"}, schema.Field{Name: "zip", Distinct: true})
	x := group(schema.NullValue(), schema.NullValue())
	if !f.Equal(x, group(schema.String(""), schema.NullValue())) || f.Equal(x, group(schema.NullValue(), schema.String(""))) {
		t.Error("each member is compared in its own way")
	}
	if !f.Blank(x) || f.Blank(group(schema.String("a"), schema.NullValue())) {
		t.Error("a group is blank when all of it is")
	}
	if !f.Absent(group(schema.String("a"), schema.Value{})) || f.Absent(x) {
		t.Error("a group is absent when a member is")
	}
	if f.Hash(1, group(schema.String("a"), schema.String("b"))) == f.Hash(1, group(schema.String("b"), schema.String("a"))) {
		t.Error("members that change places hash the same")
	}
}

func drawSet(t *rapid.T, label string) schema.Value {
	var items []schema.Value
	for i := range 5 {
		if rapid.Bool().Draw(t, label) {
			items = append(items, schema.Int(int64(i)))
		}
	}
	return schema.Set(items...)
}

func holds(set schema.Value, n int) bool {
	return diff.Contains(set, schema.Set(schema.Int(int64(n))))
}

// TestMergeLaw: an element is in the merge when a side added it, or the base
// has it and no side removed it; the order of the sides does not matter.
func TestMergeLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, a, b := drawSet(t, "base"), drawSet(t, "a"), drawSet(t, "b")
		merged, mirrored := diff.Merge(schema.KindSet, base, a, b), diff.Merge(schema.KindSet, base, b, a)
		for n := range 5 {
			want := holds(a, n) || holds(b, n)
			if holds(base, n) {
				want = holds(a, n) && holds(b, n)
			}
			if holds(merged, n) != want || holds(mirrored, n) != want {
				t.Fatalf("element %d: got %v and %v, want %v", n, holds(merged, n), holds(mirrored, n), want)
			}
		}
		if again := diff.Merge(schema.KindSet, merged, merged, merged); !diff.Contains(again, merged) {
			t.Fatal("merging what is merged changes it")
		}
	})
}

func TestUnion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawSet(t, "a"), drawSet(t, "b")
		all := diff.Union(schema.KindSet, a, b)
		if !diff.Contains(all, a) || !diff.Contains(all, b) || len(all.Items()) > len(a.Items())+len(b.Items()) {
			t.Fatalf("the union is not one")
		}
		for n := range 5 {
			if holds(all, n) && !holds(a, n) && !holds(b, n) {
				t.Fatalf("element %d comes from nowhere", n)
			}
		}
	})
}
