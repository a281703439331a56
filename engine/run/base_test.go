package run

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"syncline/engine/decide"
	"syncline/engine/state"
)

// TestExtra proves that what a unit remembers beside its bases comes back, and
// that hostile bytes give something, never a panic.
func TestExtra(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := extra{
			filled: decide.Ends(rapid.Uint64().Draw(t, "filled")),
			spread: decide.Spread{
				Value: rapid.Uint64Min(1).Draw(t, "spread"), Source: rapid.IntRange(-1, 9).Draw(t, "source"),
				Behind: decide.Ends(rapid.Uint64().Draw(t, "behind")),
			},
		}
		for range rapid.IntRange(0, 3).Draw(t, "maybes") {
			x.maybe = append(x.maybe, decide.Maybe{
				Target: rapid.IntRange(0, 9).Draw(t, "target"), Source: rapid.IntRange(-1, 9).Draw(t, "from"),
				TargetHash: rapid.Uint64().Draw(t, "hash"), SourceHash: rapid.Uint64().Draw(t, "hash"),
			})
		}
		x.ring.Len = rapid.IntRange(0, len(x.ring.Posts)).Draw(t, "ring")
		for i := range x.ring.Len {
			x.ring.Posts[i] = rapid.Uint64().Draw(t, "post")
		}
		x.ring.Writes = rapid.IntRange(0, 9).Draw(t, "writes")
		s := x.encode()
		if diff := cmp.Diff(x, decodeExtra(s), cmp.AllowUnexported(extra{})); diff != "" {
			t.Fatal(diff)
		}
		decodeExtra(s[:rapid.IntRange(0, len(s)).Draw(t, "cut")])
	})
	if (&extra{}).encode() != "" {
		t.Error("a unit without anything special takes room")
	}
}

// TestAlign proves that a link means the same after the configuration's ends
// changed their order, and after one came or went.
func TestAlign(t *testing.T) {
	p := &pass{}
	p.numbers.ends = []state.Number{3, 1, 2}
	l := &state.Link{
		Ends:  []state.End{{End: 1, Record: "one"}, {End: 2, Record: "two"}, {End: 9, Record: "gone"}},
		Units: []state.Unit{{Unit: 5, Owner: 1, Bases: []uint64{11, 22, 99}}, {Unit: 6, Owner: 2, Bases: []uint64{1, 1, 1}}},
	}
	p.align(l)
	want := &state.Link{
		Ends:  []state.End{{End: 3}, {End: 1, Record: "one"}, {End: 2, Record: "two"}},
		Units: []state.Unit{{Unit: 5, Owner: 2, Bases: []uint64{0, 11, 22}}, {Unit: 6, Owner: -1, Bases: []uint64{0, 1, 1}}},
	}
	if diff := cmp.Diff(want.Ends, l.Ends); diff != "" {
		t.Error(diff)
	}
	for i := range want.Units {
		if diff := cmp.Diff(want.Units[i].Bases, l.Units[i].Bases); diff != "" || want.Units[i].Owner != l.Units[i].Owner {
			t.Errorf("unit %d: owner %d, %s", want.Units[i].Unit, l.Units[i].Owner, diff)
		}
	}
}
