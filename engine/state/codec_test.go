package state

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func drawLink(t *rapid.T) *Link {
	l := &Link{
		Entity: Entity(rapid.Uint64().Draw(t, "entity")), Pipeline: Number(rapid.Uint16().Draw(t, "pipeline")),
		State: LinkState(rapid.IntRange(1, 4).Draw(t, "state")), Class: Class(rapid.IntRange(0, Classes-1).Draw(t, "class")),
		Generation: rapid.Uint32().Draw(t, "generation"), Mapping: rapid.Uint64().Draw(t, "mapping"),
	}
	copy(l.Salt[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "salt"))
	for range rapid.IntRange(1, 4).Draw(t, "ends") {
		l.Ends = append(l.Ends, End{
			End: Number(rapid.Uint16().Draw(t, "end")), Evidence: Evidence(rapid.IntRange(0, 6).Draw(t, "evidence")),
			Record: rapid.String().Draw(t, "record"), Revision: rapid.String().Draw(t, "revision"),
			Raw: rapid.Uint64().Draw(t, "raw"), At: rapid.Int64().Draw(t, "at"),
		})
	}
	hashes := rapid.SliceOfN(rapid.Uint64Range(0, 2), len(l.Ends), len(l.Ends))
	for i := range rapid.IntRange(0, 12).Draw(t, "units") {
		u := Unit{
			Unit: Number(i + rapid.IntRange(0, 1).Draw(t, "gap")), Owner: rapid.IntRange(-1, len(l.Ends)-1).Draw(t, "owner"),
			Agreed: rapid.Bool().Draw(t, "agreed"),
		}
		if rapid.Bool().Draw(t, "based") {
			u.Bases = hashes.Draw(t, "bases")
		}
		if rapid.Bool().Draw(t, "more") {
			u.Extra = rapid.String().Draw(t, "extra")
		}
		if rapid.Bool().Draw(t, "kept") {
			u.Kept = rapid.String().Draw(t, "value")
		}
		l.Units = append(l.Units, u)
	}
	return l
}

func TestLinkRoundTrip(t *testing.T) {
	var got Link
	rapid.Check(t, func(t *rapid.T) {
		want := drawLink(t)
		var e encoder
		want.encode(&e)
		if err := got.decode(want.Entity, e.b); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(*want, got, cmpopts.IgnoreUnexported(Link{}), cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
		if n := rapid.IntRange(0, len(e.b)-1).Draw(t, "cut"); n < linkHead+16 && got.decode(1, e.b[:n]) == nil {
			t.Fatal("a link that is cut off reads")
		}
	})
}

func TestTypicalLinkIsSmall(t *testing.T) {
	l := &Link{Entity: 1, Pipeline: 1, State: Active, Class: ClassAgreed, Generation: 1, Mapping: 1 << 60}
	for i := range 2 {
		l.Ends = append(l.Ends, End{End: Number(i + 1), Record: "candidate-01", Revision: "2026-11-21", Raw: 1 << 63, At: 1_790_000_000_000_000})
	}
	for i := range 10 {
		u := Unit{Unit: Number(i + 1), Agreed: true, Owner: -1}
		l.SetBase(&u, uint64(i)<<50)
		l.Units = append(l.Units, u)
	}
	var e encoder
	l.encode(&e)
	if len(e.b) > 200 {
		t.Errorf("a typical link takes %d bytes", len(e.b))
	}
	var got Link
	if n := testing.AllocsPerRun(100, func() { _ = got.decode(1, e.b) }); n > 1 {
		t.Errorf("decoding allocates %v times", n)
	}
}

func FuzzDecode(f *testing.F) {
	var e encoder
	l := &Link{State: Active, Ends: []End{{End: 1, Record: "a"}}, Units: []Unit{{Unit: 1, Bases: []uint64{7}, Kept: "v", Owner: -1}}}
	l.encode(&e)
	f.Add(e.b)
	f.Add([]byte{format})
	f.Add([]byte{format, 2, 4, 0, 1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var link Link
		if err := link.decode(1, data); err == nil {
			var again encoder
			link.encode(&again)
			if err := link.decode(1, again.b); err != nil {
				t.Error("a link that reads does not read once it is written")
			}
		}
		_, _ = decodeIntents(data, nil)
		for _, r := range []interface{ decode(*decoder) }{
			&Conflict{}, &Wait{}, &Dead{}, &Tomb{}, &Fact{}, &Breaker{}, &Event{}, &Seen{}, &Action{}, &Due{},
		} {
			d := newDecoder(data)
			r.decode(&d)
		}
		_ = newOverlay(0).load(data)
	})
}

func TestWorldNamesWhatAndWhatNow(t *testing.T) {
	for cause, want := range map[error]error{
		syscall.ENOSPC:   ErrFull,
		fs.ErrPermission: ErrNotWritable,
		syscall.EROFS:    ErrNotWritable,
		errEncoding:      ErrDamaged,
	} {
		if err := world("f", fmt.Errorf("write f: %w", cause)); !errors.Is(err, want) {
			t.Errorf("%v became %v", cause, err)
		}
	}
}

// TestCheckSees breaks one thing at a time, and the check has to say so.
func TestCheckSees(t *testing.T) {
	breaks := map[string]func(*Batch){
		"link without id":     func(b *Batch) { b.DeleteID(1, 1, "a") },
		"id without link":     func(b *Batch) { b.PutID(1, 1, "b", 99) },
		"id of another":       func(b *Batch) { b.PutID(1, 1, "b", 1) },
		"key without link":    func(b *Batch) { b.ClaimKey(1, 1, 5, 99) },
		"intent without link": func(b *Batch) { b.PutIntents(1, []Intent{{Entity: 99, End: 1}}) },
		"two intents": func(b *Batch) {
			b.PutIntents(1, []Intent{{Entity: 1, End: 1}})
			b.PutIntents(2, []Intent{{Entity: 1, End: 1}})
		},
		"wait without link": func(b *Batch) { b.PutWait(&Wait{Pipeline: 1, Entity: 99, Since: time.Unix(1, 0)}) },
		"wrong count": func(b *Batch) {
			b.meta('t', func(e *encoder) { e.number(1); e.u8(countState); e.u8(2) }, func(e *encoder) { e.u64(7) })
		},
		"damaged link": func(b *Batch) {
			b.add(bucketLink, opPut, func(e *encoder) { e.entity(2) }, func(e *encoder) { e.u8(9) })
		},
		"damaged page": func(b *Batch) { b.add(bucketListing, opPut, pageKey(1, 1, 0), func(e *encoder) { e.u8(9) }) },
	}
	for name, spoil := range breaks {
		t.Run(name, func(t *testing.T) {
			s, err := Open(Options{Folder: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			w, _ := s.ListingWriter(1, 1)
			_ = w.Append(Entry{Raw: 1})
			b := s.NewBatch()
			b.PutLink(&Link{Entity: s.NewEntity(), Pipeline: 1, State: Active, Ends: []End{{End: 1, Record: "a"}}})
			b.PutID(1, 1, "a", 1)
			_ = b.SetListing(w)
			if err := s.Commit(b); err != nil {
				t.Fatal(err)
			}
			if findings, err := s.Check(); err != nil || len(findings) > 0 {
				t.Fatal(err, findings)
			}
			spoil(b)
			if err := s.Commit(b); err != nil {
				t.Fatal(err)
			}
			if findings, err := s.Check(); err == nil && len(findings) == 0 {
				t.Error("the check found nothing")
			}
		})
	}
}

// TestFailedCommitLeavesNothing fails in the middle of a batch that went to
// the index log.
func TestFailedCommitLeavesNothing(t *testing.T) {
	s, err := Open(Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := s.NewBatch()
	for i := range 500 {
		l := &Link{Entity: s.NewEntity(), Pipeline: 1, State: Active, Ends: []End{{End: 1, Record: fmt.Sprint(i)}}}
		b.PutLink(l)
		b.PutID(1, 1, fmt.Sprint(i), l.Entity)
	}
	b.PutID(1, 1, string(make([]byte, 40_000)), 1)
	if err := s.Commit(b); err == nil {
		t.Fatal("an id of 40,000 bytes was kept")
	}
	_ = s.View(func(v *View) error {
		if _, ok := v.ByID(1, 1, "3"); ok || v.Totals(1) != (Totals{}) {
			t.Error("a failed commit left something")
		}
		return nil
	})
	b.Reset()
	b.intents = MaxBatch + 1
	if err := s.Commit(b); !errors.Is(err, ErrTooBig) {
		t.Error(err)
	}
	b.Reset()
	for range directIndex + 1 { // goes to the index log
		b.PutLink(&Link{Entity: s.NewEntity(), Pipeline: 1, State: Active})
		b.ClaimKey(1, 1, uint64(len(b.index)), Entity(s.sequence.Load()))
	}
	if err := s.Commit(b); err != nil {
		t.Fatal(err)
	}
	if findings, err := s.Check(); err != nil || len(findings) > 0 {
		t.Error(err, findings)
	}
}
