package state_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"syncline/engine/state"
)

// TestGarbledPages overwrites each page of the file with noise, as a disk or a
// copy that went wrong does. To look at it gives an error or findings, or
// nothing where the page was free, and never a panic.
func TestGarbledPages(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder)
	commit(t, s, func(b *state.Batch) {
		for i := range 200 {
			b.PutLink(typical(s, i))
		}
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, state.FileName)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	size := os.Getpagesize()
	random, later := rand.New(rand.NewPCG(1, 2)), 0
	for page := 2; page < min(len(good)/size, 60); page++ { // the two heads have a checksum, and most of the file is free
		noise := make([]byte, size)
		for i := range noise {
			noise[i] = byte(random.Uint32())
		}
		overwrite(t, path, page*size, noise)
		s, err := state.Open(state.Options{Folder: folder, Engine: "test", ReadOnly: true})
		if err == nil {
			if _, err = s.Check(); err != nil {
				later++
			}
			_ = s.Close()
		}
		if err != nil && !errors.Is(err, state.ErrDamaged) {
			t.Errorf("page %d: %v", page, err)
		}
		overwrite(t, path, page*size, good[page*size:][:size])
	}
	if later == 0 {
		t.Error("the noise was never met after the opening")
	}
}

func overwrite(t *testing.T, path string, at int, with []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteAt(with, int64(at))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
