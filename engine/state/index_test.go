package state

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// numbered is the key of an entry of the tests' logs.
func numbered(n int) []byte { return binary.BigEndian.AppendUint64([]byte{bucketID}, uint64(n)) }

// chunks is the log of so many commits, of one entry each.
func chunks(t testing.TB, commits int) (log [][]byte) {
	t.Helper()
	o := newOverlay(0)
	for n := range commits {
		at := o.end()
		o.put(numbered(n), []byte("entity.."))
		log = append(log, o.arena[at:o.end()])
	}
	return log
}

func loaded(t testing.TB, log [][]byte) *overlay {
	t.Helper()
	o := newOverlay(0)
	for _, chunk := range log {
		if err := o.load(chunk); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// TestLoadingALogIsLinear holds that the log of twice as many commits costs
// about twice as much to load: every table that is made moves all entries, and
// each is twice as large as the one before.
func TestLoadingALogIsLinear(t *testing.T) {
	log := chunks(t, 1<<14)
	tables := func(commits int) int {
		return int(testing.AllocsPerRun(1, func() { loaded(t, log[:commits]) }))
	}
	// The arena grows by steps as well.
	if small, large := tables(1<<7), tables(1<<14); large > small+64 {
		t.Errorf("a log of 128 commits makes %d tables, one of 16384 makes %d", small, large)
	}
}

// TestLoadedLogAnswersLikeTheOneThatWrote puts, cuts and loads logs at random:
// what is read of a log and what its writer knew is the same.
func TestLoadedLogAnswersLikeTheOneThatWrote(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	o, log := newOverlay(0), [][]byte(nil)
	for commit := range 400 {
		at := o.end()
		for range random.IntN(20) {
			o.put(numbered(random.IntN(900)), binary.BigEndian.AppendUint64(nil, random.Uint64()))
		}
		if random.IntN(5) == 0 {
			o.truncate(at)
		}
		log = append(log, append([]byte(nil), o.arena[at:o.end()]...))
		if commit%100 != 99 {
			continue
		}
		read := loaded(t, log)
		if read.count != o.count || read.end() != o.end() || len(read.sorted()) != len(o.sorted()) {
			t.Fatalf("%d entries of %d bytes are read, of %d of %d", read.count, read.end(), o.count, o.end())
		}
		for n := range 900 {
			was, put := o.get(o.end(), numbered(n))
			is, found := read.get(read.end(), numbered(n))
			if put != found || string(was) != string(is) {
				t.Fatalf("entry %d: %x %t is read as %x %t", n, was, put, is, found)
			}
		}
	}
}
