package formats

import (
	"bytes"
	"errors"
	"io"
)

// MaxRow is how many bytes one row may have.
const MaxRow = 16 << 20

// blockSize is how much of a text is in memory at once, unless a row is
// larger. It fits the cache of one core.
const blockSize = 1 << 20

// maxOpen is how many quotes of one text may be opened and never closed.
const maxOpen = 100

// Row is one record of a text, not decoded.
type Row struct {
	Raw    []byte // without the line's end; valid until the next Fill
	Offset int64  // of Raw in the text
	Size   int    // with the line's end
	Number int    // counted as a spreadsheet or an editor does; the header is row 1
	Err    error  // the row could not be cut from the text; the others go on
}

// Splitter cuts a text into rows, a block at a time. It skips blank lines. It
// allocates nothing per row.
type Splitter struct {
	src    io.Reader
	cutter cutter
	buf    []byte // what is read and not yet cut is buf[from:to]
	from   int
	to     int
	offset int64 // of buf[0] in the text
	number int   // of the next row
	open   int   // quotes never closed so far
	eof    bool
	err    error
}

// cutter finds the end of the row that rest begins with. size 0 means that
// rest is too short to tell; final says there is no more. raw is where the row
// ends and size where the next begins. skip says it is no row at all.
type cutter interface {
	cut(rest []byte, final bool) (piece, error)
}

type piece struct {
	start int // of the row: what is before belongs to none
	raw   int
	size  int
	lines int // how many rows a reader would count
	skip  bool
	end   bool // there are no rows after this piece
	err   error
}

// NewSplitter returns a splitter of the rows of a text laid out so. src stands
// at the first row, which is at l.Start.
func NewSplitter(src io.Reader, l *Layout) *Splitter {
	s := &Splitter{src: src, buf: make([]byte, blockSize), offset: l.Start, number: l.first}
	switch {
	case l.Format == JSON:
		s.cutter = elements{}
	case l.Format == JSONL:
		s.cutter = lines{}
	default:
		s.cutter = records{delimiter: l.Delimiter, newline: l.Newline[len(l.Newline)-1]}
	}
	return s
}

// Fill reads the next block and makes the rows of the last one invalid. It
// returns io.EOF when there are no more rows, and another error when the text
// cannot be read on.
func (s *Splitter) Fill() error {
	if s.err != nil {
		return s.err
	}
	n := copy(s.buf, s.buf[s.from:s.to])
	s.offset += int64(s.from)
	s.from, s.to = 0, n
	for !s.eof && s.to < len(s.buf) {
		n, err := s.src.Read(s.buf[s.to:])
		s.to += n
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			s.err = err
			return err
		}
	}
	if s.to == 0 {
		s.err = io.EOF
	}
	return s.err
}

// Next returns the next row of the block; false when the block holds no whole
// row any more.
func (s *Splitter) Next(row *Row) bool {
	for s.err == nil && s.from < s.to {
		rest := s.buf[s.from:s.to]
		p, err := s.cutter.cut(rest, s.eof)
		if err != nil {
			s.err = err
			return false
		}
		if p.size == 0 && !s.more(rest, &p) {
			return false
		}
		if errors.Is(p.err, errOpen) {
			if s.open++; s.open > maxOpen {
				s.err = errors.New("too many quotes are opened and never closed: is the delimiter or the format right?")
				return false
			}
		}
		number := s.number
		s.number += p.lines
		at := s.from
		s.from += p.size
		if p.end {
			s.err = io.EOF
		}
		if p.skip {
			continue
		}
		*row = Row{
			Raw: rest[p.start:p.raw], Offset: s.offset + int64(at+p.start), Size: p.size - p.start,
			Number: number, Err: p.err,
		}
		return true
	}
	return false
}

// more makes room for a row that does not fit the block. A row that is longer
// than any may be ends at its first line.
func (s *Splitter) more(rest []byte, p *piece) bool {
	if len(rest) < MaxRow {
		if s.from == 0 && !s.eof {
			s.buf = append(s.buf, make([]byte, len(s.buf))...)
		}
		return false
	}
	line := bytes.IndexByte(rest, '\n')
	if _, quotes := s.cutter.(records); line < 0 || !quotes {
		s.err = errTooLong
		return false
	}
	*p = piece{raw: line, size: line + 1, lines: 1, err: errOpen}
	return true
}

var (
	errOpen    = errors.New("a quote is opened and not closed within the row")
	errTooLong = errors.New("a row is longer than 16 MiB")
)

// lines cuts jsonl.
type lines struct{}

func (lines) cut(rest []byte, final bool) (piece, error) {
	p := line(rest, '\n', final)
	if p.size > 0 {
		p.skip = blank(rest[:p.raw])
	}
	return p, nil
}

func line(rest []byte, newline byte, final bool) piece {
	n := bytes.IndexByte(rest, newline)
	switch {
	case n >= 0:
		return piece{raw: trimCR(rest, n), size: n + 1, lines: 1}
	case final:
		return piece{raw: trimCR(rest, len(rest)), size: len(rest), lines: 1}
	}
	return piece{}
}

func trimCR(b []byte, n int) int {
	if n > 0 && b[n-1] == '\r' {
		return n - 1
	}
	return n
}

func blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// records cuts csv and tsv.
type records struct{ delimiter, newline byte }

func (c records) cut(rest []byte, final bool) (piece, error) {
	p := line(rest, c.newline, final)
	if p.size > 0 && bytes.IndexByte(rest[:p.raw], '"') < 0 {
		p.skip = p.raw == 0
		return p, nil
	}
	end, err := c.quoted(rest, final)
	switch {
	case err != nil && p.size > 0:
		p.err = err
		return p, nil
	case end < 0:
		return piece{}, nil
	case end == len(rest):
		return piece{raw: trimCR(rest, end), size: end, lines: 1}, nil
	}
	return piece{raw: trimCR(rest, end), size: end + 1, lines: 1}, nil
}

// quoted returns where the row ends when its quotes are respected; -1 when
// rest is too short to tell. Only a quote at the beginning of a cell opens
// one; any other is an ordinary character.
func (c records) quoted(rest []byte, final bool) (int, error) {
	at := 0
	for {
		newline := bytes.IndexByte(rest[at:], c.newline)
		stop := len(rest)
		if newline >= 0 {
			stop = at + newline
		}
		quote := bytes.IndexByte(rest[at:stop], '"')
		if quote < 0 {
			if newline < 0 && !final {
				return -1, nil
			}
			return stop, nil
		}
		q := at + quote
		if q > 0 && rest[q-1] != c.delimiter {
			at = q + 1
			continue
		}
		after, err := c.close(rest, q+1, final)
		if err != nil || after < 0 {
			return -1, err
		}
		at = after
	}
}

// close returns the place after the quote that closes the cell begun at from.
func (c records) close(rest []byte, from int, final bool) (int, error) {
	for {
		q := bytes.IndexByte(rest[from:], '"')
		if q < 0 && final {
			return -1, errOpen
		}
		if q < 0 {
			return -1, nil
		}
		from += q + 1
		switch {
		case from == len(rest) && final:
			return from, nil
		case from == len(rest):
			return -1, nil
		case rest[from] == '"':
			from++
		case rest[from] == c.delimiter || rest[from] == c.newline:
			return from, nil
		case rest[from] == '\r':
			return c.carriage(rest, from, final)
		default:
			return -1, errStray
		}
	}
}

var errStray = errors.New("a quoted cell goes on after its closing quote: a quote inside one is written twice")

func (c records) carriage(rest []byte, at int, final bool) (int, error) {
	switch {
	case at+1 == len(rest) && !final:
		return -1, nil
	case at+1 == len(rest) || rest[at+1] == c.newline:
		return at, nil
	}
	return -1, errStray
}

// elements cuts the elements of a JSON array.
type elements struct{}

func (elements) cut(rest []byte, final bool) (piece, error) {
	start := 0
	for start < len(rest) && (isSpace(rest[start]) || rest[start] == ',') {
		start++
	}
	if start == len(rest) {
		if final {
			return piece{}, errors.New("the JSON array is not closed: the file is cut off")
		}
		return piece{start: start, raw: start, size: start, skip: true}, nil
	}
	if rest[start] == ']' {
		return piece{size: len(rest), skip: true, end: true}, nil
	}
	n := skipValue(rest, start)
	switch {
	case n < 0 && final, n == len(rest) && final:
		return piece{}, errors.New("the JSON array is not closed: the file is cut off")
	case n < 0, n == len(rest):
		return piece{}, nil
	case n == start:
		return piece{}, errors.New("the JSON array holds something that is not a JSON value")
	}
	return piece{start: start, raw: n, size: n, lines: 1}, nil
}
