package rowfile

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"

	"syncline/connectors"
	"syncline/connectors/formats"
)

// sealed is the new file, whole, under a name of its own.
type sealed struct {
	draft Draft
	stamp string
}

// Seal implements connectors.Sealer.
func (s *session) Seal(ctx context.Context) (string, error) {
	if s.over {
		return "", Refuse("write", s.target.Shown, "the session is over", "begin another")
	}
	if s.sealed != nil {
		return s.sealed.stamp, nil
	}
	draft, err := s.conn.folder.Draft(ctx, s.target, s.index.src.file, s.stamp)
	if err != nil {
		return "", Problem("write", s.target.Shown, err)
	}
	w := &writer{sum: sha256.New(), encoding: s.index.src.encoding}
	w.out = bufio.NewWriterSize(io.MultiWriter(draft, w.sum, &w.count), 1<<20)
	err = s.merge(ctx, w)
	err = errors.Join(err, w.out.Flush())
	if err == nil {
		err = draft.Seal(ctx)
	}
	if err != nil {
		draft.Remove()
		return "", Problem("write", s.target.Shown, err)
	}
	s.sealed = &sealed{draft: draft, stamp: StampOf(int64(w.count), w.sum.Sum(nil))}
	return s.sealed.stamp, nil
}

// Commit implements connectors.Session.
func (s *session) Commit(ctx context.Context) error {
	if s.over {
		return Refuse("write", s.target.Shown, "the session is over", "begin another")
	}
	defer s.Abort()
	if len(s.patches) == 0 && s.count == 0 {
		return nil
	}
	if _, err := s.Seal(ctx); err != nil {
		return err
	}
	return s.sealed.draft.Publish(ctx)
}

// Changed is the failure of a session on a file that somebody wrote to.
func Changed(t Target) error {
	return &connectors.Error{
		Kind: connectors.Moved, Op: "write", Where: t.Shown,
		Hint: "the file is as its writer left it; run again", Err: errors.New("somebody wrote to the file meanwhile"),
	}
}

// StampOf is the stamp of a file of a size and SHA-256.
func StampOf(size int64, sum []byte) string {
	return strconv.FormatInt(size, 10) + ":" + hex.EncodeToString(sum)
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
