package audit_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"syncline/engine/audit"
)

func day(n int) time.Time { return time.UnixMicro(1_790_000_000_000_000 + int64(n)).UTC() }

func saltOf(entity string) ([16]byte, bool) {
	if len(entity) != 2 {
		return [16]byte{}, false
	}
	return [16]byte{entity[1] - '0', 7}, true
}

// TestCut proves that a journal whose first entries are cut off verifies with
// the head it had, goes on, and shows a change of any byte.
func TestCut(t *testing.T) {
	folder := t.TempDir()
	j := open(t, folder, audit.Head{})
	head := add(t, j, 9)
	for _, drop := range []struct{ before, n, left uint64 }{{0, 0, 9}, {4, 4, 5}, {4, 0, 5}, {7, 3, 2}} {
		n, err := j.Cut(day(int(drop.before)), nil)
		if err != nil || n != drop.n {
			t.Fatalf("before %d: %d dropped, %v", drop.before, n, err)
		}
		if left, err := j.Verify(); left != drop.left || err != nil {
			t.Errorf("%d hold, %v", left, err)
		}
		if j.Head() != head {
			t.Error("the head moved")
		}
		j.Close()
		j = open(t, folder, head)
	}
	head = add(t, j, 1)
	if b, err := j.Beginning(); b.Entries != 7 || err != nil {
		t.Error(b, err)
	}
	j.Close()
	j = open(t, folder, head)
	if n, err := j.Verify(); n != 3 || err != nil {
		t.Error(n, err)
	}
	j.Close()
	path := filepath.Join(folder, "audit.log")
	whole, _ := os.ReadFile(path)
	for at := 0; at < len(whole); at += 1 + at/64*6 {
		bad := bytes.Clone(whole)
		bad[at] ^= 0x21
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := audit.Open(audit.Options{Folder: folder, Head: head, ReadOnly: true})
		if err == nil {
			_, err = j.Verify()
			j.Close()
		}
		if broken := (*audit.Broken)(nil); !errors.As(err, &broken) {
			t.Fatalf("byte %d of %d changed and nobody saw: %v", at, len(whole), err)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	j = open(t, folder, head)
	defer j.Close()
	if n, err := j.Cut(day(99), nil); n != 3 || err != nil {
		t.Error(n, err)
	}
	if n, err := j.Verify(); n != 0 || err != nil {
		t.Error("after all was cut:", n, err)
	}
	add(t, j, 2)
	if n, err := j.Verify(); n != 2 || err != nil {
		t.Error("going on:", n, err)
	}
}

// TestCutFails proves that a cut which fails at any step leaves a journal that
// the next start reads, with all entries or without the old ones.
func TestCutFails(t *testing.T) {
	for at := 0; ; at++ {
		folder := t.TempDir()
		j := open(t, folder, audit.Head{})
		head := add(t, j, 6)
		step := 0
		_, err := j.Cut(day(3), func(string) error {
			if step++; step > at {
				return os.ErrPermission
			}
			return nil
		})
		j.Close()
		j = open(t, folder, head)
		n, verr := j.Verify()
		j.Close()
		if verr != nil || n != 6 && n != 3 || err == nil && n != 3 {
			t.Fatalf("step %d: %d hold, %v", at, n, verr)
		}
		if err == nil {
			if at < 3 {
				t.Error("only", at, "steps")
			}
			return
		}
	}
}

// TestWhoIsSealed proves that the file names nobody: not the record, and not
// what a rule, an operation or a trace may say of it.
func TestWhoIsSealed(t *testing.T) {
	folder := t.TempDir()
	j := open(t, folder, audit.Head{})
	head, err := j.Append([]audit.Entry{{
		Kind: "update", Entity: "e1", Record: "record-of-ada", Rule: "rule-of-ada", Operation: "operation-of-ada",
		Trace: "trace-of-ada", Salt: [16]byte{1, 7},
	}})
	if err != nil {
		t.Fatal(err)
	}
	j.Close()
	if raw, _ := os.ReadFile(filepath.Join(folder, "audit.log")); bytes.Contains(raw, []byte("ada")) {
		t.Error("the file names somebody")
	}
	j = open(t, folder, head)
	defer j.Close()
	found := 0
	for _, record := range []string{"record-of-ada", "record-of-bob"} {
		err := j.Search(audit.Filter{Record: record}, saltOf, func(e *audit.Entry) error {
			found++
			if e.Record != record || e.Rule != "rule-of-ada" || e.Operation != "operation-of-ada" || e.Trace != "trace-of-ada" {
				t.Errorf("%+v", e)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if found != 1 {
		t.Error(found, "found")
	}
}

// TestWrappedKey proves that the master key is closed at rest, that it opens
// only with the key it was wrapped with, and that one which was left open is
// wrapped by the next start.
func TestWrappedKey(t *testing.T) {
	folder := t.TempDir()
	wrap, other := bytes.Repeat([]byte{3}, 32), bytes.Repeat([]byte{4}, 32)
	j := open(t, folder, audit.Head{})
	head := add(t, j, 2)
	j.Close()
	path := filepath.Join(folder, "audit.key")
	master, _ := os.ReadFile(path)
	try := func(wrap []byte) error {
		j, err := audit.Open(audit.Options{Folder: folder, Head: head, Wrap: wrap})
		if err != nil {
			return err
		}
		defer j.Close()
		readable := 0
		err = j.Search(audit.Filter{}, saltOf, func(e *audit.Entry) error {
			if e.Readable {
				readable++
			}
			return nil
		})
		if readable != 2 {
			t.Error(readable, "readable")
		}
		return err
	}
	if err := try(wrap); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); bytes.Contains(text, master) {
		t.Error("the master key stands open")
	}
	if err := try(wrap); err != nil {
		t.Error(err)
	}
	if try(nil) == nil || try(other) == nil {
		t.Error("it opens without its key")
	}
	if err := audit.RewrapKey(folder, wrap, nil, bytes.NewReader(nil)); err != nil {
		t.Fatal(err)
	}
	if err := try(nil); err != nil {
		t.Error(err)
	}
}
