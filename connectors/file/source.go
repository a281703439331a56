package file

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"syncline/connectors"
	"syncline/connectors/formats"
)

// maxInMemory is how large a file may be that is not UTF-8: its text is kept
// in memory while it is read.
const maxInMemory = 512 << 20

// source is an open file as a text in UTF-8.
type source struct {
	target   target
	file     *os.File
	info     fs.FileInfo // as it was when the file was opened
	text     io.ReaderAt // without the byte order mark
	size     int64       // of text
	encoding formats.Encoding
	layout   *formats.Layout
}

func (c *conn) open(t target) (*source, error) {
	if err := regular(t); err != nil {
		return nil, err
	}
	file, err := os.Open(t.path)
	if err != nil {
		return nil, problem("read", t.shown, err)
	}
	s := &source{target: t, file: file}
	if err := c.inspect(s); err != nil {
		file.Close()
		var known *connectors.Error
		if errors.As(err, &known) {
			return nil, err
		}
		return nil, unreadable(t, err)
	}
	return s, nil
}

// regular refuses what is no file before it is opened: a pipe waits for its
// writer, and a device never ends.
func regular(t target) error {
	info, err := os.Stat(t.path)
	if err == nil && !info.Mode().IsRegular() {
		return unreadable(t, errors.New("this is not a file"))
	}
	return nil // what cannot be looked at says why when it is opened
}

func (c *conn) inspect(s *source) (err error) {
	if s.info, err = s.file.Stat(); err != nil {
		return err
	}
	format := c.format
	if format == formats.None {
		if format = formats.Of(s.target.path); format == formats.None {
			return refuse("read", s.target.shown, "the ending names no format", "set format to csv, tsv, jsonl, json or xlsx")
		}
	}
	delimiter := c.delimiter
	if format == formats.XLSX {
		format, delimiter, err = formats.CSV, ',', c.unpack(s)
	} else {
		err = c.decode(s)
	}
	if err != nil {
		return err
	}
	head, err := readHead(s.text, s.size)
	if err != nil {
		return err
	}
	s.layout, err = formats.Inspect(head, format, delimiter)
	return err
}

// unpack makes the text of a workbook's sheet.
func (c *conn) unpack(s *source) error {
	text, err := formats.Sheet(s.file, c.sheet)
	s.text, s.size = bytes.NewReader(text), int64(len(text))
	s.target.only = "an xlsx workbook is only read"
	return err
}

// decode finds the encoding and makes the text. A file in UTF-8 is its text.
func (c *conn) decode(s *source) error {
	head, err := readHead(s.file, s.info.Size())
	if err != nil {
		return err
	}
	s.encoding = formats.Detect(head)
	if c.charset != nil {
		s.encoding = c.charset.Mark(head)
	}
	mark := int64(len(s.encoding.Mark()))
	if s.encoding.Charset == formats.UTF8 {
		s.size = s.info.Size() - mark
		s.text = io.NewSectionReader(s.file, mark, s.size)
		return nil
	}
	if s.info.Size() > maxInMemory {
		return fmt.Errorf("the file is larger than %d MiB and not in UTF-8: convert it", maxInMemory>>20)
	}
	raw := make([]byte, s.info.Size())
	if _, err := s.file.ReadAt(raw, 0); err != nil {
		return err
	}
	text, err := s.encoding.Decode(raw)
	s.text, s.size = bytes.NewReader(text), int64(len(text))
	return err
}

func readHead(r io.ReaderAt, size int64) ([]byte, error) {
	head := make([]byte, min(size, formats.HeadSize))
	n, err := r.ReadAt(head, 0)
	if err == io.EOF {
		err = nil
	}
	return head[:n], err
}

// rows returns the text from the first row on.
func (s *source) rows() io.Reader {
	return io.NewSectionReader(s.text, s.layout.Start, s.size-s.layout.Start)
}

func (s *source) close() { s.file.Close() }

// same reports whether the file at a path is still the one that was opened,
// as far as its size and time tell.
func (s *source) same(path string) bool {
	now, err := os.Stat(path)
	return err == nil && os.SameFile(s.info, now) && unchanged(s.info, now)
}

// steady reports whether the open file was not written to since.
func (s *source) steady() bool {
	now, err := s.file.Stat()
	return err == nil && unchanged(s.info, now)
}

func unchanged(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// bind prepares the rows of the source for a selection.
func (c *conn) bind(s *source, sel *connectors.Selection) (*formats.Binding, error) {
	w := c.wanted(s, sel)
	if w.ID != "" && s.layout.Format.Rows() && s.layout.Header != nil && s.layout.Column(w.ID) < 0 {
		return nil, refuse("read", s.target.shown, fmt.Sprintf("the header has no column %q, which is to hold the id", w.ID), "correct id, or the file")
	}
	return s.layout.Bind(w)
}

func (c *conn) wanted(s *source, sel *connectors.Selection) formats.Wanted {
	w := formats.Wanted{
		Shape: sel.Shape, ID: sel.ID, Revision: sel.Revision, At: sel.At,
		Author: sel.Author, Trace: sel.Trace, Formulas: c.formulas,
	}
	if w.ID == "" && (s.layout.Column("id") >= 0 || !s.layout.Format.Rows()) {
		w.ID = "id"
	}
	return w
}
