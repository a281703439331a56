package rowfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"syncline/connectors"
	"syncline/connectors/formats"
)

// maxInMemory is how large a file may be that is not UTF-8: its text is kept
// in memory while it is read.
const maxInMemory = 512 << 20

// source is an open file as a text in UTF-8.
type source struct {
	target   Target
	file     File
	text     io.ReaderAt // without the byte order mark
	size     int64       // of text
	encoding formats.Encoding
	layout   *formats.Layout
}

func (c *Conn) open(ctx context.Context, t Target) (*source, error) {
	file, err := c.folder.Open(ctx, t)
	if err != nil {
		return nil, err
	}
	s := &source{target: t, file: file}
	if err := c.inspect(s); err != nil {
		file.Close()
		var known *connectors.Error
		if errors.As(err, &known) {
			return nil, err
		}
		return nil, Unreadable(t, err)
	}
	return s, nil
}

func (c *Conn) inspect(s *source) (err error) {
	format := c.format
	if format == formats.None {
		if format = formats.Of(s.target.Path); format == formats.None {
			return Refuse("read", s.target.Shown, "the ending names no format", "set format to csv, tsv, jsonl, json or xlsx")
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
	s.layout, err = formats.InspectBelow(head, format, delimiter, c.header)
	return err
}

// unpack makes the text of a workbook's sheet.
func (c *Conn) unpack(s *source) error {
	text, err := formats.Sheet(io.NewSectionReader(s.file, 0, s.file.Size()), c.sheet)
	s.text, s.size = bytes.NewReader(text), int64(len(text))
	s.target.Only = "an xlsx workbook is only read"
	return err
}

// decode finds the encoding and makes the text. A file in UTF-8 is its text.
func (c *Conn) decode(s *source) error {
	head, err := readHead(s.file, s.file.Size())
	if err != nil {
		return err
	}
	s.encoding = formats.Detect(head)
	if c.charset != nil {
		s.encoding = c.charset.Mark(head)
	}
	mark := int64(len(s.encoding.Mark()))
	if s.encoding.Charset == formats.UTF8 {
		s.size = s.file.Size() - mark
		s.text = io.NewSectionReader(s.file, mark, s.size)
		return nil
	}
	if s.file.Size() > maxInMemory {
		return fmt.Errorf("the file is larger than %d MiB and not in UTF-8: convert it", maxInMemory>>20)
	}
	raw := make([]byte, s.file.Size())
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

// bind prepares the rows of the source for a selection.
func (c *Conn) bind(s *source, sel *connectors.Selection) (*formats.Binding, error) {
	w := c.wanted(s, sel)
	if w.ID != "" && s.layout.Format.Rows() && s.layout.Header != nil && s.layout.Column(w.ID) < 0 {
		return nil, Refuse("read", s.target.Shown, fmt.Sprintf("the header has no column %q, which is to hold the id", w.ID), "correct id, or the file")
	}
	return s.layout.Bind(w)
}

func (c *Conn) wanted(s *source, sel *connectors.Selection) formats.Wanted {
	w := formats.Wanted{
		Shape: sel.Shape, ID: sel.ID, Revision: sel.Revision, At: sel.At,
		Author: sel.Author, Trace: sel.Trace, Formulas: c.formulas,
	}
	if w.ID == "" && (s.layout.Column("id") >= 0 || !s.layout.Format.Rows()) {
		w.ID = "id"
	}
	return w
}
