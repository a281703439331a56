package run

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// TestSpool proves that what was appended is read back, in any order, whether
// it still lies in memory or in the file.
func TestSpool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		folder, err := os.MkdirTemp("", "spool")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(folder)
		s := newSpool(folder, rapid.Bool().Draw(t, "encrypted"))
		defer s.close()
		sizes := rapid.SliceOfN(rapid.IntRange(0, 300_000), 1, 40).Draw(t, "sizes")
		at := make([]int64, len(sizes))
		content := func(i int) []byte { return bytes.Repeat([]byte{byte(i + 1)}, sizes[i]) }
		for i := range sizes {
			if at[i], err = s.append(content(i)); err != nil {
				t.Fatal(err)
			}
		}
		for range 60 {
			i := rapid.IntRange(0, len(sizes)-1).Draw(t, "which")
			got, err := s.read(at[i])
			if err != nil || !bytes.Equal(got, content(i)) {
				t.Fatalf("string %d of %d bytes: got %d bytes, %v", i, sizes[i], len(got), err)
			}
		}
		s.reset()
		again, err := s.append([]byte("after"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.read(again); err != nil || string(got) != "after" {
			t.Fatalf("after a reset: %q, %v", got, err)
		}
	})
}

// TestSpoolLeavesNothing proves that a killed process leaves no file behind:
// the spool's file has no name.
func TestSpoolLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	s := newSpool(folder, false)
	for range 3 {
		if _, err := s.append(make([]byte, spoolMemory)); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
	if _, err := s.read(1 << 40); err == nil {
		t.Error("an offset beyond the end was read")
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// TestSpoolWithoutFolder proves that a plan before the first run, which makes no
// state folder, can spool, and shows nobody what.
func TestSpoolWithoutFolder(t *testing.T) {
	temp, folder := t.TempDir(), filepath.Join(t.TempDir(), "not made")
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	s := newSpool(folder, false)
	text := bytes.Repeat([]byte("ada lovelace "), spoolMemory/10)
	at, err := s.append(text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.read(at); err != nil || !bytes.Equal(got, text) {
		t.Fatal("read back wrong", err)
	}
	file := make([]byte, s.start)
	if _, err := s.file.ReadAt(file, 0); err != nil || bytes.Contains(file, []byte("lovelace")) {
		t.Error("the file shows its text", err)
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "*")); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("it made the state folder")
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// TestSpoolIsCovered proves that the file of an encrypted spool shows nothing of
// what it holds, and not the same bytes twice for the same text.
func TestSpoolIsCovered(t *testing.T) {
	for _, encrypted := range []bool{false, true} {
		s := newSpool(t.TempDir(), encrypted)
		text := bytes.Repeat([]byte("ada lovelace "), spoolMemory/10)
		var before []byte
		for range 2 {
			at, err := s.append(text)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.read(at)
			if err != nil || !bytes.Equal(got, text) {
				t.Fatal("read back wrong", err)
			}
			file := make([]byte, s.start)
			if _, err := s.file.ReadAt(file, 0); err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(file, []byte("lovelace")) == encrypted || bytes.Equal(file, before) == encrypted && before != nil {
				t.Errorf("encrypted %v: the file shows its text, or is the same twice", encrypted)
			}
			before = file
			s.reset()
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
}
