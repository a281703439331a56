package state_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"syncline/engine/state"
)

func write(t testing.TB, s *state.Store, entries []state.Entry) (bytes int) {
	t.Helper()
	w, err := s.ListingWriter(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := w.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	b := s.NewBatch()
	if err := b.SetListing(w); err != nil {
		t.Fatal(err)
	}
	bytes = b.Size()
	if err := s.Commit(b); err != nil {
		t.Fatal(err)
	}
	return bytes
}

func read(t testing.TB, s *state.Store) (got []state.Entry) {
	t.Helper()
	r, err := s.ListingReader(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for {
		e, ok, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return got
		}
		got = append(got, e)
	}
}

func listing(s *state.Store, n int) []state.Entry {
	random := rand.New(rand.NewPCG(1, 2))
	entries := make([]state.Entry, n)
	for i := range entries {
		entries[i] = state.Entry{Raw: random.Uint64(), Entity: s.NewEntity(), Mark: uint8(i)}
	}
	return entries
}

func TestListingRewritesOnlyWhatChanged(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	if got := read(t, s); len(got) != 0 {
		t.Error("a listing nobody wrote has entries")
	}
	entries := listing(s, 100_000)
	write(t, s, entries)
	if !slices.Equal(read(t, s), entries) {
		t.Fatal("the listing is not what was written")
	}
	if n := write(t, s, entries); n > 2000 {
		t.Errorf("the same listing wrote %d bytes", n)
	}
	entries = slices.Insert(entries, 50_000, state.Entry{Raw: 12345, Entity: s.NewEntity()})
	entries[10].Raw++
	entries = slices.Delete(entries, 90_000, 90_001)
	if n := write(t, s, entries); n > 5*8192*16 {
		t.Errorf("three changes wrote %d bytes", n)
	}
	if !slices.Equal(read(t, s), entries) {
		t.Error("the changed listing is not what was written")
	}
	clean(t, s)
}

func TestListingCutShortLeavesTheOldOne(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	entries := listing(s, 20_000)
	write(t, s, entries)
	w, _ := s.ListingWriter(1, 1)
	for _, e := range listing(s, 600_000) {
		e.Raw++
		if err := w.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(read(t, s), entries) {
		t.Error("an unfinished listing is in force")
	}
	clean(t, s)
	write(t, s, entries[:5])
	if !slices.Equal(read(t, s), entries[:5]) {
		t.Error("the next listing is not what was written")
	}
	clean(t, s)
}

func TestIndexLogIsReadBeforeAndAfterFolding(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	const n = 3000
	links := make([]*state.Link, n)
	commit(t, s, func(b *state.Batch) {
		for i := range links {
			links[i] = typical(s, i)
			b.PutLink(links[i])
			for _, e := range links[i].Ends {
				b.PutID(1, e.End, e.Record, links[i].Entity)
			}
			b.ClaimKey(1, 1, uint64(i), links[i].Entity)
		}
	})
	check := func(gone int) {
		t.Helper()
		clean(t, s)
		view(t, s, func(v *state.View) {
			records := []string{"none"}
			for _, l := range links {
				records = append(records, l.Ends[0].Record)
			}
			for i, x := range v.ByIDs(1, 1, records, nil) {
				want := state.Entity(0)
				if i > 0 && i-1 != gone {
					want = links[i-1].Entity
				}
				if x != want {
					t.Fatalf("record %d is entity %d, not %d", i, x, want)
				}
			}
			if got := v.ByKey(1, 1, 77, nil); len(got) != 1 || got[0] != links[77].Entity {
				t.Error(got)
			}
		})
	}
	check(-1)
	commit(t, s, func(b *state.Batch) {
		b.DeleteLink(links[5].Entity)
		b.DeleteID(1, 1, links[5].Ends[0].Record)
		b.DeleteID(1, 2, links[5].Ends[1].Record)
		b.ReleaseKey(1, 1, 5, links[5].Entity)
	})
	check(5)
	reader, err := state.Open(state.Options{Folder: copied(t, s), ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	writing := s
	s = reader
	check(5)
	reader.Close()
	s = writing
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, folder)
	defer s.Close()
	check(5)
}

// BenchmarkFirstLoad puts a million records with random ids in pages of ten
// thousand: T1 with the reserved link and the page's intents, T3 with the
// active link, its ids and its key.
func BenchmarkFirstLoad(b *testing.B) {
	const pages, size = 100, 10_000
	for b.Loop() {
		folder := b.TempDir()
		s := open(b, folder)
		random := rand.New(rand.NewPCG(3, 4))
		batch := s.NewBatch()
		for page := range pages {
			links := make([]*state.Link, size)
			intents := make([]state.Intent, size)
			for i := range links {
				l := typical(s, page*size+i)
				l.Ends[0].Record, l.Ends[1].Record = fmt.Sprintf("%016x", random.Uint64()), fmt.Sprintf("%016x", random.Uint64())
				l.State = state.Creating
				links[i] = l
				batch.PutLink(l)
				intents[i] = state.Intent{Entity: l.Entity, End: 2, Pipeline: 1, Verb: state.VerbCreate, Units: []state.IntentUnit{{Unit: 1, Post: make([]byte, 120)}}}
			}
			batch.PutIntents(uint64(page), intents)
			must(b, s.Commit(batch))
			for _, l := range links {
				l.State = state.Active
				batch.PutLink(l)
				for _, e := range l.Ends {
					batch.PutID(1, e.End, e.Record, l.Entity)
				}
				batch.ClaimKey(1, 1, random.Uint64(), l.Entity)
			}
			batch.DeleteIntents(uint64(page))
			must(b, s.Commit(batch))
		}
		must(b, s.Close())
		b.ReportMetric(float64(fileSize(b, folder))/pages/size, "B/record")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/pages/size, "ns/record")
}

func BenchmarkLinkDecode(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	l := typical(s, 1)
	commit(b, s, func(batch *state.Batch) { batch.PutLink(l) })
	view(b, s, func(v *state.View) {
		var got state.Link
		b.ReportAllocs()
		for b.Loop() {
			if ok, err := v.Link(l.Entity, &got); !ok || err != nil {
				b.Fatal(ok, err)
			}
		}
	})
}
