package file

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"syncline/connectors"
	"syncline/connectors/formats"
)

// sealed is the new file, whole and on the disk, under a name of its own.
type sealed struct {
	path  string
	stamp string
}

func (s *sealed) remove() { os.Remove(s.path) }

// tempPattern is what files beside path are called until they take its name.
// The process stands in it, so that what a killed one left can be told from
// what another is writing.
func tempPattern(path string) string {
	return tempPrefix(path) + strconv.Itoa(os.Getpid()) + "-*.tmp"
}

func tempPrefix(path string) string { return "." + filepath.Base(path) + ".syncline-" }

// sweep removes what killed processes left beside a file.
func sweep(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), tempPrefix(path))
		pid, _, _ := strings.Cut(rest, "-")
		n, err := strconv.Atoi(pid)
		if !ours || err != nil || !strings.HasSuffix(rest, ".tmp") || n == os.Getpid() || running(n) {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(path), e.Name())); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func running(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer p.Release()
	err = p.Signal(syscall.Signal(0))
	return !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, syscall.ESRCH)
}

// Seal implements connectors.Sealer.
func (s *session) Seal(ctx context.Context) (string, error) {
	if s.over {
		return "", refuse("write", s.target.shown, "the session is over", "begin another")
	}
	if s.sealed != nil {
		return s.sealed.stamp, nil
	}
	temp, err := os.CreateTemp(filepath.Dir(s.real), tempPattern(s.real))
	if err != nil {
		return "", problem("write", s.target.shown, err)
	}
	w := &writer{sum: sha256.New(), encoding: s.index.src.encoding}
	w.out = bufio.NewWriterSize(io.MultiWriter(temp, w.sum, &w.count), 1<<20)
	err = s.merge(ctx, w)
	err = errors.Join(err, w.out.Flush(), s.dress(temp), temp.Sync(), temp.Close())
	if err != nil {
		os.Remove(temp.Name())
		return "", problem("write", s.target.shown, err)
	}
	s.sealed = &sealed{path: temp.Name(), stamp: stampOf(int64(w.count), w.sum.Sum(nil))}
	return s.sealed.stamp, nil
}

// dress gives the new file the mode of the old one and, where this process
// may, its owner.
func (s *session) dress(temp *os.File) error {
	keepOwner(temp, s.index.src.info)
	return temp.Chmod(s.index.src.info.Mode().Perm())
}

// Commit implements connectors.Session.
func (s *session) Commit(ctx context.Context) error {
	if s.over {
		return refuse("write", s.target.shown, "the session is over", "begin another")
	}
	defer s.Abort()
	if len(s.patches) == 0 && s.count == 0 {
		return nil
	}
	if _, err := s.Seal(ctx); err != nil {
		return err
	}
	now, err := s.conn.digest(s.target)
	if err != nil {
		return err
	}
	if real, err := filepath.EvalSymlinks(s.target.path); now != s.stamp || err != nil || real != s.real {
		return &connectors.Error{
			Kind: connectors.Moved, Op: "write", Where: s.target.shown,
			Hint: "the file is as its writer left it; run again", Err: errors.New("somebody wrote to the file meanwhile"),
		}
	}
	if err := os.Rename(s.sealed.path, s.real); err != nil {
		return problem("write", s.target.shown, err)
	}
	return s.published()
}

// published makes the rename last. A failure here leaves the new file in
// place, but nobody knows whether a power cut would.
func (s *session) published() error {
	if err := syncFolder(filepath.Dir(s.real)); err != nil {
		return &connectors.Error{Kind: connectors.Uncertain, Op: "write", Where: s.target.shown, Err: bare(err)}
	}
	return nil
}

// syncFolder makes the names in a folder last. Windows has no such call for a
// folder, and writes names through.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// writer writes text in the encoding of the file.
type writer struct {
	out      *bufio.Writer
	sum      hash.Hash
	count    counter
	encoding formats.Encoding
	buf      []byte
}

type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// Write implements io.Writer: b is text, whole characters.
func (w *writer) Write(b []byte) (int, error) {
	if w.encoding.Charset == formats.UTF8 {
		return w.out.Write(b)
	}
	var err error
	if w.buf, err = w.encoding.Append(w.buf[:0], b); err != nil {
		return 0, err
	}
	_, err = w.out.Write(w.buf)
	return len(b), err
}

// copy writes a stretch of a text.
func (w *writer) copy(from io.ReaderAt, start, end int64) error {
	if w.encoding.Charset != formats.UTF8 {
		// Encoded text is in memory whole, and a stretch of it begins and ends
		// with a character.
		b := make([]byte, end-start)
		if _, err := from.ReadAt(b, start); err != nil && err != io.EOF {
			return err
		}
		_, err := w.Write(b)
		return err
	}
	n, err := io.Copy(w.out, io.NewSectionReader(from, start, end-start))
	if err == nil && n != end-start {
		err = errors.New("the file became shorter while it was read")
	}
	return err
}

// merge writes the new text: the old one in order, with what the patches say.
func (s *session) merge(ctx context.Context, w *writer) error {
	if _, err := w.out.Write(s.index.src.encoding.Mark()); err != nil {
		return err
	}
	slices.SortFunc(s.patches, func(a, b patch) int { return cmp.Compare(a.offset, b.offset) })
	s.lead = s.leading()
	src, at := s.index.src, int64(0)
	for i, p := range s.patches {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		from, to := p.offset, p.offset+int64(p.size)
		if p.to == gone {
			var err error
			if from, to, err = s.hole(p); err != nil {
				return err
			}
		}
		from = max(from, at)
		if err := w.copy(src.text, at, from); err != nil {
			return err
		}
		if p.to != gone {
			if err := w.copy(&s.rows, p.at, p.at+int64(p.to)); err != nil {
				return err
			}
		}
		at = to
	}
	return s.finish(w, at)
}

// hole returns what goes when a row goes: of a line its end as well, of an
// element the comma before it, or after it while no element before it stays.
func (s *session) hole(p patch) (from, to int64, err error) {
	from, to = p.offset, p.offset+int64(p.size)
	x := s.index
	if x.src.layout.Format != formats.JSON {
		to, err = s.lineEnd(to)
		return from, to, err
	}
	at, _ := slices.BinarySearchFunc(x.rows, from, func(r span, o int64) int { return cmp.Compare(r.start, o) })
	switch {
	case at < s.lead && at+1 < len(x.rows):
		to = x.rows[at+1].start
	case at >= s.lead:
		from = x.rows[at-1].end
	}
	return from, to, nil
}

// leading returns how many elements of a json array go before the first that
// stays. The patches are sorted.
func (s *session) leading() int {
	n := 0
	for n < len(s.index.rows) && n < len(s.patches) && s.patches[n].to == gone && s.patches[n].offset == s.index.rows[n].start {
		n++
	}
	return n
}

func (s *session) lineEnd(at int64) (int64, error) {
	var b [2]byte
	n, err := s.index.src.text.ReadAt(b[:], at)
	if err != nil && err != io.EOF {
		return at, err
	}
	switch {
	case n == 2 && b[0] == '\r' && b[1] == '\n':
		return at + 2, nil
	case n > 0:
		return at + 1, nil
	}
	return at, nil
}

// finish writes the rest of the old text from at on, with the new rows in
// their place.
func (s *session) finish(w *writer, at int64) error {
	src := s.index.src
	place := src.size
	if src.layout.Format == formats.JSON {
		place = max(s.index.end, at)
	}
	if err := w.copy(src.text, at, place); err != nil {
		return err
	}
	if err := s.join(w, place); err != nil {
		return err
	}
	if err := w.copy(&s.tail, 0, s.tail.size()); err != nil {
		return err
	}
	return w.copy(src.text, place, src.size)
}

// join writes what stands between the last old row and the first new one.
func (s *session) join(w *writer, place int64) error {
	if s.count == 0 {
		return nil
	}
	src := s.index.src
	if src.layout.Format == formats.JSON {
		if s.lead == len(s.index.rows) {
			return nil
		}
		_, err := w.Write(s.between)
		return err
	}
	if place > 0 {
		var last [1]byte
		if _, err := src.text.ReadAt(last[:], place-1); err != nil && err != io.EOF {
			return fmt.Errorf("reading the end of the file: %w", err)
		}
		if last[0] != src.layout.Newline[len(src.layout.Newline)-1] {
			if _, err := w.Write([]byte(src.layout.Newline)); err != nil {
				return err
			}
		}
	}
	_, err := w.Write(s.header)
	return err
}
