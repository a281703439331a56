package audit_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/engine/audit"
	"syncline/schema"
)

func open(t testing.TB, folder string, head audit.Head) *audit.Journal {
	t.Helper()
	j, err := audit.Open(audit.Options{Folder: folder, Head: head})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func entries(n int) []audit.Entry {
	es := make([]audit.Entry, n)
	for i := range es {
		es[i] = audit.Entry{
			Time: time.UnixMicro(1_790_000_000_000_000 + int64(i)).UTC(), Run: "r1", Kind: "write", Pipeline: "people",
			Entity: fmt.Sprintf("e%d", i), End: "crm", Record: fmt.Sprint(i), Units: []string{"email"}, Outcome: "done",
			Salt:   [16]byte{byte(i), 7},
			Values: []audit.Value{{Unit: "email", Role: "after", Value: schema.String(fmt.Sprintf("ada%d@example.org", i))}},
		}
	}
	return es
}

func add(t testing.TB, j *audit.Journal, n int) audit.Head {
	t.Helper()
	head, err := j.Append(entries(n))
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func TestSearchOpensValuesOnlyWithSalt(t *testing.T) {
	folder := t.TempDir()
	j := open(t, folder, audit.Head{})
	add(t, j, 5)
	head := add(t, j, 5)
	j.Close()
	j = open(t, folder, head)
	defer j.Close()
	salts := func(entity string) ([16]byte, bool) { return [16]byte{3, 7}, entity == "e3" || entity == "e4" }
	found, readable := 0, 0
	err := j.Search(audit.Filter{Pipeline: "people", Run: "r1", Kind: "write"}, salts, func(e *audit.Entry) error {
		found++
		if e.Readable {
			readable++
			if e.Values[0].Value.Text() != "ada3@example.org" || e.Entity != "e3" {
				t.Error(e.Entity)
			}
		}
		return nil
	})
	if err != nil || found != 10 || readable != 2 {
		t.Errorf("%d found, %d readable, %v", found, readable, err)
	}
	if n, err := j.Verify(); n != 10 || err != nil {
		t.Error(n, err)
	}
	raw, _ := os.ReadFile(filepath.Join(folder, "audit.log"))
	if bytes.Contains(raw, []byte("ada3@")) {
		t.Error("a value stands open in the file")
	}
	var out strings.Builder
	if err := j.Export(&out, audit.Filter{Record: "3"}, salts); err != nil || strings.Count(out.String(), "\n") != 2 || !strings.Contains(out.String(), "ada3@example.org") {
		t.Error(out.String(), err)
	}
	for _, name := range []string{"audit.log", "audit.key"} {
		if info, _ := os.Stat(filepath.Join(folder, name)); info.Mode().Perm() != 0o600 {
			t.Error(name, info.Mode())
		}
	}
}

func TestAnyFlippedByteIsFound(t *testing.T) {
	folder := t.TempDir()
	j := open(t, folder, audit.Head{})
	head := add(t, j, 6)
	j.Close()
	path := filepath.Join(folder, "audit.log")
	whole, _ := os.ReadFile(path)
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(whole)-1).Draw(t, "at")
		bad := bytes.Clone(whole)
		bad[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := audit.Open(audit.Options{Folder: folder, Head: head, ReadOnly: true})
		if err == nil {
			defer j.Close()
			_, err = j.Verify()
		}
		var broken *audit.Broken
		if !errors.As(err, &broken) {
			t.Fatalf("byte %d of %d changed and nobody saw: %v", at, len(whole), err)
		}
	})
}

func TestCutBelowAndBeyondTheHead(t *testing.T) {
	folder := t.TempDir()
	j := open(t, folder, audit.Head{})
	head := add(t, j, 3)
	add(t, j, 3)
	j.Close()
	path := filepath.Join(folder, "audit.log")
	f, _ := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	f.Write([]byte("torn"))
	f.Close()
	j = open(t, folder, head)
	if info, _ := os.Stat(path); info.Size() != head.Length {
		t.Error("what was never committed is still there")
	}
	later := add(t, j, 1)
	if n, err := j.Verify(); n != 4 || err != nil {
		t.Error(n, err)
	}
	if err := j.Rewind(head); err != nil {
		t.Fatal(err)
	}
	if n, err := j.Verify(); n != 3 || err != nil {
		t.Error("after going back:", n, err)
	}
	j.Close()
	var broken *audit.Broken
	if _, err := audit.Open(audit.Options{Folder: folder, Head: later}); !errors.As(err, &broken) {
		t.Errorf("cut below the head: %v", err)
	}
	other := head
	other.Hash[0] ^= 1
	if _, err := audit.Open(audit.Options{Folder: folder, Head: other}); !errors.As(err, &broken) {
		t.Errorf("another head: %v", err)
	}
	os.Remove(path)
	if _, err := audit.Open(audit.Options{Folder: folder, Head: head}); !errors.As(err, &broken) {
		t.Errorf("no file: %v", err)
	}
}

func TestJournalWithoutStateIsKept(t *testing.T) {
	folder := t.TempDir()
	j := open(t, folder, audit.Head{})
	add(t, j, 2)
	j.Close()
	j = open(t, folder, audit.Head{})
	defer j.Close()
	if n, err := j.Verify(); n != 0 || err != nil {
		t.Error(n, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "audit.log.orphan-1")); err != nil {
		t.Error(err)
	}
}

func TestMissingKey(t *testing.T) {
	folder := t.TempDir()
	j := open(t, folder, audit.Head{})
	head := add(t, j, 1)
	j.Close()
	os.Remove(filepath.Join(folder, "audit.key"))
	if _, err := audit.Open(audit.Options{Folder: folder, Head: head}); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Error(err)
	}
	r, err := audit.Open(audit.Options{Folder: folder, Head: head, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := r.Verify(); n != 1 || err != nil {
		t.Error(n, err)
	}
}

func TestReadOnlyBeforeAnyJournal(t *testing.T) {
	j, err := audit.Open(audit.Options{Folder: filepath.Join(t.TempDir(), "none"), ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := j.Verify(); n != 0 || err != nil {
		t.Error(n, err)
	}
	if _, err := j.Append(entries(1)); err == nil {
		t.Error("a read-only journal took an entry")
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

func BenchmarkAppend(b *testing.B) {
	j := open(b, b.TempDir(), audit.Head{})
	defer j.Close()
	es := entries(10_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := j.Append(es); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/entry")
}

// TestDraft proves that entries which waited as bytes stand in the journal
// like those appended at once.
func TestDraft(t *testing.T) {
	j := open(t, t.TempDir(), audit.Head{})
	defer j.Close()
	var waiting, d audit.Draft
	for _, e := range entries(3) {
		d.Reset()
		if err := j.Draft(&d, &e); err != nil || e.Digest == [32]byte{} {
			t.Fatal(err)
		}
		waiting.AddBytes(d.Bytes())
	}
	add(t, j, 2)
	if _, err := j.AppendDraft(&waiting); err != nil {
		t.Fatal(err)
	}
	var seen []uint64
	salts := func(string) ([16]byte, bool) { return [16]byte{2, 7}, true }
	readable := 0
	err := j.Search(audit.Filter{}, salts, func(e *audit.Entry) error {
		if seen = append(seen, e.Seq); e.Readable {
			readable++
		}
		return nil
	})
	if err != nil || len(seen) != 5 || seen[4] != 5 || readable != 1 {
		t.Error(seen, readable, err)
	}
	if n, err := j.Verify(); n != 5 || err != nil {
		t.Error(n, err)
	}
	before := j.Head()
	d.Reset()
	d.AddBytes(waiting.Bytes()[:waiting.Len()-1])
	if _, err := j.AppendDraft(&d); err == nil || j.Head() != before {
		t.Error("a draft that was cut off went in")
	}
}
