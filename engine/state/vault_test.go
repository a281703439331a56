package state_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"syncline/engine/state"
	"syncline/schema"
)

var (
	firstKey  = []byte("the first key of the tests, long enough")
	secondKey = []byte("the second key of the tests, also long")
)

func openWith(folder string, key []byte) (*state.Store, error) {
	return state.Open(state.Options{Folder: folder, Engine: "test", Command: "run", Key: key})
}

// rewritten writes a state anew and puts it in the old one's place.
func rewritten(t testing.TB, folder string, was []byte, o state.Rewriting) {
	t.Helper()
	s, err := openWith(folder, was)
	must(t, err)
	to := filepath.Join(folder, state.NewName)
	_, err = s.Rewrite(to, o)
	must(t, err)
	must(t, os.Rename(to, filepath.Join(folder, "state.db")))
	must(t, s.Close())
}

// TestRewrite takes a state with something in every bucket through packing,
// encryption, new keys, and back into the open: nothing is lost, only the right
// key opens it, and while it is encrypted no byte of it names anybody.
func TestRewrite(t *testing.T) {
	folder := former(t, 1)
	must(t, open(t, folder).Close())
	must(t, os.Remove(filepath.Join(folder, state.FormerName(1))))
	for _, step := range []struct {
		name     string
		was, now []byte
		o        state.Rewriting
	}{
		{"packed", nil, nil, state.Rewriting{Keep: true}},
		{"encrypted", nil, firstKey, state.Rewriting{Key: firstKey}},
		{"packed encrypted", firstKey, firstKey, state.Rewriting{Keep: true}},
		{"another key", firstKey, secondKey, state.Rewriting{Key: secondKey}},
		{"all anew", secondKey, firstKey, state.Rewriting{Key: firstKey, Fresh: true}},
		{"in the open", firstKey, nil, state.Rewriting{}},
	} {
		rewritten(t, folder, step.was, step.o)
		for _, key := range [][]byte{nil, firstKey, secondKey} {
			s, err := openWith(folder, key)
			if want := bytes.Equal(key, step.now); (err == nil) != want {
				t.Fatalf("%s: opens with %q: %v", step.name, key, err)
			}
			if err != nil {
				if k := (*state.KeyError)(nil); !errors.As(err, &k) || !strings.Contains(err.Error(), "encryption") {
					t.Errorf("%s: %v", step.name, err)
				}
				continue
			}
			clean(t, s)
			filled(t, s)
			if s.Encrypted() != (key != nil) {
				t.Error(step.name, "encrypted:", s.Encrypted())
			}
			must(t, s.Close())
		}
		if step.now != nil {
			silent(t, folder, step.name, "1-00000", "0-00000", "kept", "both moved", "ats/new", "old", "bad", "no date", "parent", "hello", "cursor", "e1", "pre", "post")
		}
	}
}

// silent holds that no byte of any file in a folder says one of the words.
func silent(t testing.TB, folder, when string, words ...string) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, word := range words {
			// Two or three bytes stand anywhere by chance.
			if len(word) > 3 && bytes.Contains(text, []byte(word)) {
				t.Errorf("%s: %s says %q", when, d.Name(), word)
			}
		}
		return err
	}))
}

// TestSameStore proves that an encrypted store answers like an open one,
// whatever is done to both.
func TestSameStore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		folders := [2]string{t.TempDir(), t.TempDir()}
		var stores [2]*state.Store
		reopen := func() {
			for i, key := range [][]byte{nil, firstKey} {
				if stores[i] != nil {
					must(t, stores[i].Close())
				}
				s, err := openWith(folders[i], key)
				must(t, err)
				stores[i] = s
			}
		}
		reopen()
		for range 400 {
			stores[0].NewEntity()
			stores[1].NewEntity()
		}
		defer func() { must(t, stores[0].Close()); must(t, stores[1].Close()) }()
		salt := stores[0].NewSalt()
		for range rapid.IntRange(1, 3).Draw(rt, "commits") {
			size := rapid.SampledFrom([]int{1, 5, 300}).Draw(rt, "size")
			n := rapid.IntRange(0, 50).Draw(rt, "from")
			kind := rapid.IntRange(0, 3).Draw(rt, "kind")
			for _, s := range stores {
				b := s.NewBatch()
				for i := n; i < n+size; i++ {
					change(b, i, kind, salt)
				}
				must(t, s.Commit(b))
			}
			if rapid.Bool().Draw(rt, "reopen") {
				reopen()
			}
		}
		plain, closed := told(t, stores[0]), told(t, stores[1])
		if plain != closed {
			rt.Fatalf("open:\n%s\nencrypted:\n%s", plain, closed)
		}
		for _, s := range stores {
			clean(t, s)
		}
		silent(t, folders[1], "encrypted", "record-of-", "reason-of-", "value-of-")
	})
}

func change(b *state.Batch, i, kind int, salt [16]byte) {
	record := fmt.Sprintf("record-of-%d", i)
	x := state.Entity(i + 1)
	at := time.UnixMicro(1_790_000_000_000_000).UTC()
	subject := fmt.Sprintf("ats/%s", record)
	if kind == 3 {
		b.DeleteLink(x)
		b.DeleteID(1, 1, record)
		b.ReleaseKey(1, 1, uint64(i), x)
		b.DeleteDead(1, 1, record)
		b.DeleteConflict(1, 0, 0, subject)
		b.DeleteDue(&state.Due{At: at, Pipeline: 1, Subject: subject, Kind: "escalate"})
		b.DeleteWait(1, x, 1, 0)
		return
	}
	u := state.Unit{Unit: 1, Owner: -1, Agreed: true, Bases: []uint64{uint64(kind)}}
	u.Keep(schema.String(fmt.Sprintf("value-of-%d", kind)))
	b.PutLink(&state.Link{
		Entity: x, Pipeline: 1, State: state.Active, Class: state.Class(kind), Salt: salt,
		Ends: []state.End{{End: 1, Record: record, Evidence: state.Live}}, Units: []state.Unit{u},
	})
	b.PutID(1, 1, record, x)
	b.ClaimKey(1, 1, uint64(i), x)
	b.PutWait(&state.Wait{Pipeline: 1, Entity: x, End: 1, Reason: "reason-of-" + record, Since: at})
	if kind == 1 {
		b.PutDead(&state.Dead{Kind: state.DeadAside, Pipeline: 1, End: 1, Record: record, Reason: "reason-of-" + record, At: at})
		b.PutConflict(&state.Conflict{Kind: state.KindReview, Pipeline: 1, Subject: subject, Reason: "reason-of-" + record})
		b.PutDue(&state.Due{At: at, Pipeline: 1, Subject: subject, Kind: "escalate"})
		b.PutApart(1, state.Ref{End: 1, Record: record}, state.Ref{End: 2, Record: record + "x"})
		b.PutTomb(&state.Tomb{Pipeline: 1, End: 1, Record: record, At: at})
		b.PutSeen(&state.Seen{Pipeline: 1, End: 1, Event: record, Until: at})
	}
}

// told is what a store answers, in an order of its own.
func told(t testing.TB, s *state.Store) string {
	t.Helper()
	var out bytes.Buffer
	view(t, s, func(v *state.View) {
		must(t, v.Links(0, func(l *state.Link) error {
			x, ok := v.ByID(1, 1, l.Ends[0].Record)
			fmt.Fprintln(&out, l.Entity, l.Class, l.Ends[0].Record, len(l.Units), l.Units[0].Kept, x, ok)
			return nil
		}))
		for i := range 360 {
			record := fmt.Sprintf("record-of-%d", i)
			d, dead := v.Dead(1, 1, record)
			c, open := v.Conflict(1, 0, 0, "ats/"+record)
			_, seen := v.Seen(1, 1, record)
			apart := v.Apart(1, state.Ref{End: 2, Record: record + "x"}, state.Ref{End: 1, Record: record})
			fmt.Fprintln(&out, i, dead, d.Reason, open, c.Reason, seen, apart, v.ByKey(1, 1, uint64(i), nil))
		}
		count := map[string]int{}
		must(t, v.Deads(1, func(d *state.Dead) error { count["dead"] += len(d.Record); return nil }))
		must(t, v.Tombs(1, func(d *state.Tomb) error { count["tomb"] += len(d.Record); return nil }))
		must(t, v.Conflicts(1, func(d *state.Conflict) error { count["conflict"] += len(d.Subject); return nil }))
		must(t, v.Dues(func(d *state.Due) error { count["due"] += len(d.Subject); return nil }))
		must(t, v.Waits(1, func(d *state.Wait) error { count["wait"] += len(d.Reason); return nil }))
		must(t, v.Aparts(1, func(d *state.Apart) error { count["apart"] += len(d.Records[0].Record); return nil }))
		fmt.Fprintln(&out, count, v.Totals(1))
	})
	return out.String()
}

// TestKeyTooShort holds that a key which can be guessed is refused.
func TestKeyTooShort(t *testing.T) {
	_, err := openWith(t.TempDir(), []byte("short"))
	if k := (*state.KeyError)(nil); !errors.As(err, &k) || !strings.Contains(err.Error(), "openssl rand") {
		t.Error(err)
	}
}

// TestEveryValueHasItsOwnNonceAndPlace commits the same values again and again:
// no nonce is in the file twice, none that was used comes back, and a value that
// is put under the key of another does not open.
func TestEveryValueHasItsOwnNonceAndPlace(t *testing.T) {
	folder := t.TempDir()
	s, err := openWith(folder, firstKey)
	must(t, err)
	for range 400 {
		s.NewEntity()
	}
	salt, seen := s.NewSalt(), map[string]bool{}
	for range 4 {
		for from := range 3 { // some of them in one transaction, some in the next
			commit(t, s, func(b *state.Batch) {
				for i := range 100 {
					change(b, 100*from+i, 1, salt)
				}
			})
		}
		must(t, s.Close())
		for _, nonce := range nonces(t, folder) {
			if seen[nonce] {
				t.Fatalf("a nonce was used before, after %d others", len(seen))
			}
			seen[nonce] = true
		}
		s, err = openWith(folder, firstKey)
		must(t, err)
	}
	clean(t, s)
	must(t, s.Close())
	if len(seen) != 4*2*300 {
		t.Errorf("%d nonces were seen", len(seen))
	}
	inFile(t, folder, func(tx *bbolt.Tx) {
		b := tx.Bucket([]byte("wait"))
		first, value := b.Cursor().First()
		last, other := b.Cursor().Last()
		value, other = bytes.Clone(value), bytes.Clone(other)
		must(t, errors.Join(b.Put(bytes.Clone(first), other), b.Put(bytes.Clone(last), value)))
	})
	s, err = openWith(folder, firstKey)
	must(t, err)
	defer s.Close()
	if findings, err := s.Check(); err != nil || len(findings) == 0 || !strings.Contains(findings[0], "wait") {
		t.Errorf("two values were exchanged, and a check says %v %v", findings, err)
	}
}

// nonces returns those of every link and wait in a file.
func nonces(t testing.TB, folder string) (all []string) {
	inFile(t, folder, func(tx *bbolt.Tx) {
		for bucket, open := range map[string]int{"link": 5, "wait": 0} {
			must(t, tx.Bucket([]byte(bucket)).ForEach(func(_, v []byte) error {
				all = append(all, string(v[open:open+12]))
				return nil
			}))
		}
	})
	return all
}

func inFile(t testing.TB, folder string, fn func(*bbolt.Tx)) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(folder, "state.db"), 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bbolt.Tx) error { fn(tx); return nil }))
	must(t, db.Close())
}
