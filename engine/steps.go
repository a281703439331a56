package engine

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// steps changes files one step after the other and stops at the first that
// fails: what a kill or a failing disk leaves is what stands after a step.
type steps struct {
	ask func(string) error
	err error
}

func (e *Engine) steps() *steps { return &steps{ask: e.options.Step} }

func (s *steps) do(what string, fn func() error) {
	if s.err != nil {
		return
	}
	if s.ask != nil {
		s.err = s.ask(what)
	}
	if s.err == nil {
		s.err = fn()
	}
	if s.err != nil {
		s.err = fmt.Errorf("%s: %w", what, s.err)
	}
}

// rename moves a file or a folder, and puts the move on the disk.
func (s *steps) rename(from, to string) {
	s.do("rename "+filepath.Base(from), func() error { return os.Rename(from, to) })
	s.do("sync "+filepath.Base(filepath.Dir(to)), func() error { return syncFolder(filepath.Dir(to)) })
}

// copy copies a file that may be missing.
func (s *steps) copy(from, to string) {
	s.do("copy "+filepath.Base(from), func() error { return copyFile(from, to) })
}

// copyFile copies a file that may be missing.
func copyFile(from, to string) error {
	f, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return keep(to, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

// keep writes a new file that only its owner may read, onto the disk.
func keep(name string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(fill(f), f.Sync(), f.Close())
}

// syncFolder puts the names of a folder on the disk. Where folders cannot be
// synced that is the system's to do.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// random is where randomness comes from.
func (e *Engine) random() io.Reader {
	if e.options.Random == nil {
		return rand.Reader
	}
	return e.options.Random
}
