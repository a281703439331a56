package rowfile

import (
	"io"
	"os"
)

// spillSize is how many bytes a spill keeps in memory.
const spillSize = 4 << 20

// spill is bytes that are written once, in order, and read by their place:
// in memory while they are few, then in a file that has no name any more.
type spill struct {
	folder  string
	pattern string
	file    *os.File
	saved   int64 // bytes in the file
	buf     []byte
}

// append returns the place where b lies.
func (s *spill) append(b []byte) (int64, error) {
	at := s.size()
	s.buf = append(s.buf, b...)
	if len(s.buf) < spillSize {
		return at, nil
	}
	return at, s.save()
}

func (s *spill) size() int64 { return s.saved + int64(len(s.buf)) }

func (s *spill) save() error {
	if s.file == nil {
		file, err := os.CreateTemp(s.folder, s.pattern)
		if err != nil {
			return err
		}
		s.file = file
		// Where an open file can lose its name, nothing is left when the
		// process is killed; elsewhere close removes it.
		os.Remove(file.Name())
	}
	n, err := s.file.Write(s.buf)
	s.saved += int64(n)
	s.buf = s.buf[:copy(s.buf, s.buf[n:])]
	return err
}

// ReadAt implements io.ReaderAt.
func (s *spill) ReadAt(b []byte, at int64) (int, error) {
	n := 0
	if at < s.saved {
		var err error
		n, err = s.file.ReadAt(b[:min(int64(len(b)), s.saved-at)], at)
		if err != nil {
			return n, err
		}
		at += int64(n)
	}
	if n < len(b) && at-s.saved < int64(len(s.buf)) {
		n += copy(b[n:], s.buf[at-s.saved:])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (s *spill) close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
		s.file = nil
	}
	s.buf, s.saved = nil, 0
}
