package run

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// spoolMemory is how much of a spool is kept in memory before it goes to its
// file, in bytes.
const spoolMemory = 4 << 20

// spool is a sequence of byte strings, written once and read by offset. What
// does not fit in memory lies in a nameless file of the state folder, so that
// a pass over millions of records needs the memory of a page.
type spool struct {
	folder string
	file   *os.File
	tail   []byte // not yet in the file; starts at offset start
	start  int64
	window []byte // the last stretch read from the file
	from   int64
	cover  *cover // nil: the file is not encrypted
}

func newSpool(folder string, encrypted bool) *spool {
	s := &spool{folder: folder}
	if encrypted {
		s.cover = newCover()
	}
	return s
}

// append adds a string and returns where it starts.
func (s *spool) append(b []byte) (int64, error) {
	at := s.start + int64(len(s.tail))
	s.tail = binary.AppendUvarint(s.tail, uint64(len(b)))
	s.tail = append(s.tail, b...)
	if len(s.tail) < spoolMemory {
		return at, nil
	}
	return at, s.flush()
}

func (s *spool) flush() error {
	if s.file == nil {
		f, err := s.create()
		if err != nil {
			return fmt.Errorf("spool in %s: %w", s.folder, err)
		}
		// The name goes at once, so that a killed process leaves nothing.
		if err := os.Remove(f.Name()); err != nil {
			f.Close()
			return fmt.Errorf("spool in %s: %w", s.folder, err)
		}
		s.file = f
	}
	s.cover.over(s.tail, s.start)
	if _, err := s.file.WriteAt(s.tail, s.start); err != nil {
		s.cover.over(s.tail, s.start) // it is still read from memory
		return fmt.Errorf("spool in %s: %w", s.folder, err)
	}
	s.start += int64(len(s.tail))
	s.tail = s.tail[:0]
	return nil
}

// create makes the spool's file. A plan before the first run has no state folder
// and makes none: its file lies where temporary files do, and as nobody said yet
// whether the state is to be encrypted, it is covered.
func (s *spool) create() (*os.File, error) {
	f, err := os.CreateTemp(s.folder, "spool-*")
	if errors.Is(err, fs.ErrNotExist) {
		if s.cover == nil {
			s.cover = newCover()
		}
		return os.CreateTemp("", "syncline-spool-*")
	}
	return f, err
}

// spoolWindow is how much is read from the file at once: neighbours are
// mostly read one after the other.
const spoolWindow = 64 << 10

// read returns the string that starts at the offset. It is valid until the
// next read or append.
func (s *spool) read(at int64) ([]byte, error) {
	if at < 0 || at >= s.start+int64(len(s.tail)) {
		return nil, fmt.Errorf("spool: nothing starts at offset %d", at)
	}
	if at >= s.start {
		return cut(s.tail[at-s.start:])
	}
	if b, err := cut(s.inWindow(at)); err == nil {
		return b, nil
	}
	if err := s.load(at, spoolWindow); err != nil {
		return nil, err
	}
	b, err := cut(s.inWindow(at))
	if err == nil {
		return b, nil
	}
	n, k := binary.Uvarint(s.window)
	if k <= 0 || int64(n) > s.start-at {
		return nil, fmt.Errorf("spool: nothing starts at offset %d", at)
	}
	if err := s.load(at, k+int(n)); err != nil {
		return nil, err
	}
	return cut(s.window)
}

func (s *spool) inWindow(at int64) []byte {
	if at < s.from || at >= s.from+int64(len(s.window)) {
		return nil
	}
	return s.window[at-s.from:]
}

func (s *spool) load(at int64, size int) error {
	if rest := s.start - at; int64(size) > rest {
		size = int(rest)
	}
	if cap(s.window) < size {
		s.window = make([]byte, size)
	}
	s.window = s.window[:size]
	s.from = at
	if _, err := s.file.ReadAt(s.window, at); err != nil {
		s.window = s.window[:0]
		return fmt.Errorf("spool: read back: %w", err)
	}
	s.cover.over(s.window, at)
	return nil
}

func cut(b []byte) ([]byte, error) {
	n, k := binary.Uvarint(b)
	if k <= 0 || uint64(len(b)-k) < n {
		return nil, fmt.Errorf("spool: cut off")
	}
	return b[k : k+int(n)], nil
}

// reset empties the spool and keeps its memory and its file.
func (s *spool) reset() {
	s.tail, s.start, s.window, s.from = s.tail[:0], 0, s.window[:0], 0
	if s.cover != nil {
		s.cover = newCover() // nothing is covered twice by one key
	}
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
