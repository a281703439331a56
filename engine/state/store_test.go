package state_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.etcd.io/bbolt"

	"syncline/engine/state"
	"syncline/schema"
)

func open(t testing.TB, folder string) *state.Store {
	t.Helper()
	s, err := state.Open(state.Options{Folder: folder, Engine: "test", Command: "run"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func commit(t testing.TB, s *state.Store, fill func(*state.Batch)) {
	t.Helper()
	b := s.NewBatch()
	fill(b)
	if err := s.Commit(b); err != nil {
		t.Fatal(err)
	}
}

func clean(t testing.TB, s *state.Store) {
	t.Helper()
	findings, err := s.Check()
	if err != nil || len(findings) > 0 {
		t.Fatalf("check: %v %s", err, strings.Join(findings, "\n"))
	}
}

func view(t testing.TB, s *state.Store, fn func(*state.View)) {
	t.Helper()
	if err := s.View(func(v *state.View) error { fn(v); return nil }); err != nil {
		t.Fatal(err)
	}
}

func typical(s *state.Store, i int) *state.Link {
	l := &state.Link{
		Entity: s.NewEntity(), Pipeline: 1, State: state.Active, Class: state.ClassAgreed,
		Generation: 1, Salt: s.NewSalt(), Mapping: 0x1234567890abcdef,
	}
	for end := range 2 {
		l.Ends = append(l.Ends, state.End{
			End: state.Number(end + 1), Evidence: state.Live, Record: fmt.Sprintf("%d-%08d", end, i),
			Revision: fmt.Sprintf("rev%07d", i), Raw: uint64(i) * 0x9e3779b97f4a7c15, At: 1_790_000_000_000_000,
		})
	}
	for u := range 10 {
		unit := state.Unit{Unit: state.Number(u + 1), Agreed: true, Owner: -1}
		l.SetBase(&unit, uint64(i*31+u)|1<<60)
		l.Units = append(l.Units, unit)
	}
	return l
}

func TestLinkSurvivesReopen(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	l := typical(s, 7)
	l.Units[2].Agreed, l.Units[2].Bases[1] = false, 99
	l.Units[3].Extra = "unlike"
	l.Units[4].Owner = 1
	l.Units[6].Keep(schema.Set(schema.String("a"), schema.String("b")))
	commit(t, s, func(b *state.Batch) {
		b.PutLink(l)
		b.PutID(1, 1, l.Ends[0].Record, l.Entity)
		b.PutID(1, 2, l.Ends[1].Record, l.Entity)
		b.ClaimKey(1, 1, 42, l.Entity)
	})
	clean(t, s)
	public := s.Public(l.Entity)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, folder)
	defer s.Close()
	clean(t, s)
	var got state.Link
	view(t, s, func(v *state.View) {
		if ok, err := v.Link(l.Entity, &got); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if x, ok := v.ByID(1, 2, l.Ends[1].Record); !ok || x != l.Entity {
			t.Error("by id:", x, ok)
		}
		if x := v.ByKey(1, 1, 42, nil); len(x) != 1 || x[0] != l.Entity {
			t.Error("by key:", x)
		}
		if n := v.Totals(1); n.States[state.Active] != 1 || n.Classes[state.ClassAgreed] != 1 {
			t.Error("totals:", n)
		}
	})
	if d := cmp.Diff(*l, got, cmpopts.IgnoreUnexported(state.Link{}), cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	if x, ok := s.FromPublic(public); !ok || x != l.Entity || public[14] != '8' {
		t.Error("public form", public, x, ok)
	}
	if next := s.NewEntity(); next <= l.Entity {
		t.Errorf("entity %d was given again as %d", l.Entity, next)
	}
}

func TestNumbersAndRecords(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	p, _ := s.Number(state.NumberPipeline, "people")
	u, _ := s.Number(state.NumberUnit, "people/email")
	now := time.UnixMicro(1_790_000_000_000_000).UTC()
	l := typical(s, 1)
	l.Pipeline, l.Ends = p, nil
	l.Units = nil
	c := state.Conflict{
		Kind: state.KindReview, Pipeline: p, Entity: l.Entity, Unit: u, Fields: []string{"email"}, First: now,
		Sides:  []state.Side{{End: 1, Record: "9", Values: []schema.Value{schema.String("x")}, At: now}},
		Choice: &state.Choice{Answer: "ats", By: "me", At: now, Saw: []uint64{1, 2}}, Reason: "both moved",
	}
	commit(t, s, func(b *state.Batch) {
		b.PutLink(l)
		b.PutConflict(&c)
		b.PutWait(&state.Wait{Pipeline: p, Entity: l.Entity, End: 1, Reason: "parent", Since: now})
		b.PutDead(&state.Dead{Kind: state.DeadAside, Pipeline: p, End: 1, Record: "bad", Reason: "no date", At: now, Attempts: 2})
		b.PutTomb(&state.Tomb{Pipeline: p, End: 1, Record: "old", At: now})
		b.PutApart(p, state.Ref{End: 2, Record: "b"}, state.Ref{End: 1, Record: "a"})
		b.PutFact(&state.Fact{Pipeline: p, Unit: u, Entity: l.Entity, From: "a", To: "b", At: now})
		b.PutBreaker(&state.Breaker{Pipeline: p, End: 1, Until: now})
		b.PutEvent(&state.Event{Sequence: s.Sequence(), Payload: []byte("{}")})
		b.PutSeen(&state.Seen{Pipeline: p, End: 1, Event: "e1", Until: now})
		b.PutAction(&state.Action{Sequence: s.Sequence(), Kind: "notify"})
		b.PutDue(&state.Due{At: now, Pipeline: p, Entity: l.Entity})
		b.SetCheckpoint(p, 1, []byte("cursor"))
		b.SetPass(p, 1, state.Pass{Complete: now, First: true})
		b.SetHash("plan", []byte{1, 2})
		b.SetAudit(77, [32]byte{5})
		b.Add(p, state.ClassAside, 3)
	})
	clean(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, folder)
	defer s.Close()
	if n, _ := s.Number(state.NumberPipeline, "people"); n != p || s.Name(state.NumberUnit, u) != "people/email" {
		t.Error("numbers are not kept")
	}
	view(t, s, func(v *state.View) {
		got, ok := v.Conflict(p, l.Entity, u, "")
		equal := cmp.Comparer(func(a, b schema.Value) bool { return bytes.Equal(a.AppendBinary(nil), b.AppendBinary(nil)) })
		if d := cmp.Diff(c, got, equal); !ok || d != "" {
			t.Error(d)
		}
		if !v.Apart(p, state.Ref{End: 1, Record: "a"}, state.Ref{End: 2, Record: "b"}) {
			t.Error("apart is forgotten")
		}
		if d, ok := v.Dead(p, 1, "bad"); !ok || d.Attempts != 2 || d.Reason != "no date" {
			t.Error("dead:", d)
		}
		if string(v.Checkpoint(p, 1)) != "cursor" || !v.Pass(p, 1).First || !v.Pass(p, 1).Complete.Equal(now) {
			t.Error("checkpoint or pass")
		}
		if n, h := v.Audit(); n != 77 || h[0] != 5 || v.Totals(p).Classes[state.ClassAside] != 3 {
			t.Error("audit or totals")
		}
		facts := 0
		if err := v.Facts(p, l.Entity, func(*state.Fact) error { facts++; return nil }); err != nil || facts != 1 {
			t.Error("facts", facts, err)
		}
	})
}

func TestKeyMovesInOneBatch(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	x, y := typical(s, 1), typical(s, 2)
	x.Ends, y.Ends, x.Units, y.Units = nil, nil, nil, nil
	commit(t, s, func(b *state.Batch) { b.PutLink(x); b.PutLink(y); b.ClaimKey(1, 1, 9, x.Entity) })
	commit(t, s, func(b *state.Batch) { b.ReleaseKey(1, 1, 9, x.Entity); b.ClaimKey(1, 1, 9, y.Entity) })
	view(t, s, func(v *state.View) {
		if got := v.ByKey(1, 1, 9, nil); len(got) != 1 || got[0] != y.Entity {
			t.Error(got)
		}
	})
	clean(t, s)
}

func TestIntentsByPage(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	var intents []state.Intent
	commit(t, s, func(b *state.Batch) {
		for i := range 40 {
			l := typical(s, i)
			l.Ends, l.Units = nil, nil
			b.PutLink(l)
			intents = append(intents, state.Intent{Pipeline: 1, End: 2, Entity: l.Entity, Verb: state.VerbUpdate, Revision: "r",
				Units: []state.IntentUnit{{Unit: 3, Pre: []byte("a"), Post: bytes.Repeat([]byte("b"), 100_000)}}})
		}
		b.PutIntents(7, intents)
	})
	clean(t, s)
	s.Close()
	s = open(t, folder)
	defer s.Close()
	view(t, s, func(v *state.View) {
		page, got, ok := v.IntentOf(intents[39].Entity, 2)
		if d := cmp.Diff(intents[39], got); !ok || page != 7 || d != "" {
			t.Error(ok, page, d)
		}
	})
	commit(t, s, func(b *state.Batch) { b.PutIntents(7, intents[:1]) })
	if _, ok := s.InFlight(intents[39].Entity, 2); ok {
		t.Error("a done intent is in flight")
	}
	if _, ok := s.InFlight(intents[0].Entity, 2); !ok {
		t.Error("an open intent is not in flight")
	}
	commit(t, s, func(b *state.Batch) { b.DeleteIntents(7) })
	view(t, s, func(v *state.View) {
		if err := v.Intents(func(uint64, []state.Intent) error { return errors.New("a page is left") }); err != nil {
			t.Error(err)
		}
	})
	clean(t, s)
}

func TestConcurrentCommitsAndViews(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 20 {
				b := s.NewBatch()
				l := typical(s, worker*1000+i)
				b.PutLink(l)
				for _, e := range l.Ends {
					b.PutID(1, e.End, e.Record, l.Entity)
				}
				if err := s.Commit(b); err != nil {
					t.Error(err)
				}
				view(t, s, func(v *state.View) {
					if x, _ := v.ByID(1, 1, l.Ends[0].Record); x != l.Entity {
						t.Error("a commit that returned is not seen")
					}
				})
			}
		})
	}
	wg.Wait()
	view(t, s, func(v *state.View) {
		if n := v.Totals(1).States[state.Active]; n != 160 {
			t.Error(n)
		}
	})
	clean(t, s)
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	_, err := state.Open(state.Options{Folder: folder, Engine: "test"})
	var locked *state.LockedError
	if !errors.As(err, &locked) || locked.PID != os.Getpid() || locked.Command != "run" {
		t.Errorf("locked: %v", err)
	}
	s.Close()
	var name *state.NameError
	if _, err := state.Open(state.Options{Folder: folder, Engine: "other"}); !errors.As(err, &name) {
		t.Errorf("name: %v", err)
	}
	db, _ := bbolt.Open(filepath.Join(folder, "state.db"), 0o600, nil)
	db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("f"), []byte{0, 0, 0, 9}) })
	db.Close()
	var newer *state.NewerError
	if _, err := state.Open(state.Options{Folder: folder, Engine: "test"}); !errors.As(err, &newer) || newer.Format != 9 {
		t.Errorf("newer: %v", err)
	}
	for name, content := range map[string][]byte{"junk": []byte("not a state"), "long": bytes.Repeat([]byte("junk "), 9000)} {
		folder := t.TempDir()
		os.WriteFile(filepath.Join(folder, "state.db"), content, 0o600)
		for _, readOnly := range []bool{false, true} {
			if _, err := state.Open(state.Options{Folder: folder, ReadOnly: readOnly}); !errors.Is(err, state.ErrDamaged) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestOpenReadsACutOffFile(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	for i := range 20 {
		commit(t, s, func(b *state.Batch) {
			for k := range 100 {
				b.PutLink(typical(s, i*100+k))
			}
		})
	}
	s.Close()
	path := filepath.Join(folder, "state.db")
	whole, _ := os.ReadFile(path)
	for _, size := range []int{100, 5000, 8192, 20000, 100000} {
		os.WriteFile(path, whole[:size], 0o600)
		if _, err := state.Open(state.Options{Folder: folder, ReadOnly: true}); !errors.Is(err, state.ErrDamaged) {
			t.Errorf("cut at %d: %v", size, err)
		}
		if _, err := state.Open(state.Options{Folder: folder}); !errors.Is(err, state.ErrDamaged) {
			t.Errorf("cut at %d: %v", size, err)
		}
	}
}

func TestReadOnlyBeforeAnyState(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "none")
	s, err := state.Open(state.Options{Folder: folder, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n, err := s.Number(state.NumberPipeline, "p"); n != 1 || err != nil || s.Public(s.NewEntity()) == "" {
		t.Error(n, err)
	}
	var l state.Link
	view(t, s, func(v *state.View) {
		if ok, _ := v.Link(1, &l); ok || v.Checkpoint(1, 1) != nil || v.Totals(1) != (state.Totals{}) {
			t.Error("an empty store holds something")
		}
		if _, ok := v.ByID(1, 1, "x"); ok || v.Conflicts(0, nil) != nil {
			t.Error("an empty store holds something")
		}
	})
	if err := s.Commit(s.NewBatch()); !errors.Is(err, state.ErrReadOnly) {
		t.Error(err)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("reading made a folder")
	}
}

func TestPermissionsAndBackup(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "s")
	s := open(t, folder)
	defer s.Close()
	commit(t, s, func(b *state.Batch) { b.SetHash("x", []byte{1}) })
	for path, want := range map[string]os.FileMode{folder: 0o700, filepath.Join(folder, "state.db"): 0o600, filepath.Join(folder, "holder.json"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Error(path, info.Mode(), err)
		}
	}
	var copied bytes.Buffer
	if _, _, err := s.Backup(&copied); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	os.WriteFile(filepath.Join(other, "state.db"), copied.Bytes(), 0o600)
	restored := open(t, other)
	defer restored.Close()
	view(t, restored, func(v *state.View) {
		if !bytes.Equal(v.Hash("x"), []byte{1}) {
			t.Error("the backup lacks what was committed")
		}
	})
	clean(t, restored)
	view(t, restored, func(v *state.View) {
		if stats := v.Stats(); stats.Bytes == 0 || len(stats.Buckets) != 20 || stats.Buckets[0].Entries == 0 {
			t.Error(stats)
		}
	})
}

func TestHolderThatWasKilledIsNotNamed(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	defer s.Close()
	host, _ := os.Hostname()
	note := fmt.Sprintf(`{"pid": 4194999, "command": "run", "host": %q}`, host)
	os.WriteFile(filepath.Join(folder, "holder.json"), []byte(note), 0o600)
	_, err := state.Open(state.Options{Folder: folder})
	var locked *state.LockedError
	if !errors.As(err, &locked) || locked.PID != 0 {
		t.Error(err)
	}
}
