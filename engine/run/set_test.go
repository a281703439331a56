package run

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"syncline/engine/match"
	"syncline/engine/state"
)

// TestIndex proves that the index gives what a map of slices gives, with many
// values under one digest.
func TestIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x index
		want := map[uint64][]uint32{}
		digests := rapid.SliceOfN(rapid.Uint64Range(0, 400), 1, 3000).Draw(t, "digests")
		for i, d := range digests {
			x.add(d, uint32(i))
			want[d] = append(want[d], uint32(i))
		}
		for d := range uint64(402) {
			got := x.find(d, nil)
			slices.Sort(got)
			if !slices.Equal(got, want[d]) {
				t.Fatalf("digest %d: got %v, want %v", d, got, want[d])
			}
		}
	})
	var empty index
	if got := empty.find(7, nil); got != nil {
		t.Errorf("an empty index found %v", got)
	}
}

// TestIndexOfOneDigest proves that a hundred thousand records with one key cost
// no more than a few: the first of them are found, and that is enough.
func TestIndexOfOneDigest(t *testing.T) {
	var x index
	for i := range uint32(100_000) {
		x.add(42, i)
	}
	x.add(43, 7)
	got := x.find(42, nil)
	slices.Sort(got)
	if len(got) != match.MaxBlock || got[0] != 0 || got[len(got)-1] != match.MaxBlock-1 {
		t.Errorf("found %d of them, from %d to %d", len(got), got[0], got[len(got)-1])
	}
	if got := x.find(43, nil); !slices.Equal(got, []uint32{7}) {
		t.Errorf("the neighbour: %v", got)
	}
	if len(x.slots) > 1<<12 {
		t.Errorf("it takes %d places", len(x.slots))
	}
}

// TestEntities proves that the set holds what was added and nothing else.
func TestEntities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s entities
		added := map[state.Entity]bool{}
		for _, n := range rapid.SliceOf(rapid.Uint64Range(0, 100_000)).Draw(t, "numbers") {
			s.add(state.Entity(n))
			added[state.Entity(n)] = true
		}
		for n := range state.Entity(100_100) {
			if s.has(n) != added[n] {
				t.Fatalf("entity %d: %v", n, s.has(n))
			}
		}
	})
}
