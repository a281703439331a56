package formats

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/zeebo/xxh3"
)

// HeadSize is how much of the beginning of a text Inspect and Detect look at.
const HeadSize = 1 << 20

// Layout is how one text is laid out.
type Layout struct {
	Format    Format
	Delimiter byte     // of csv and tsv
	Newline   string   // "\n", "\r\n" or, in an old csv, "\r"
	Header    []string // of csv and tsv: the names of the columns; "" for one without
	Quoted    bool     // whether every cell of the header is quoted
	Start     int64    // where the first row begins
	Seed      uint64   // of the rows' hashes: equal rows under another header are not equal
	first     int      // the number of the first row
	column    string   // that the header has, where other rows may stand before it
}

// Hash returns the hash of a raw row.
func (l *Layout) Hash(raw []byte) uint64 { return xxh3.HashSeed(raw, l.Seed) }

// Inspect looks at the head of a text in UTF-8. delimiter 0 means: what the
// header shows. A csv without any header has a nil Header.
func Inspect(head []byte, format Format, delimiter byte) (*Layout, error) {
	return InspectBelow(head, format, delimiter, "")
}

// InspectBelow is Inspect of a text whose header is the first row that has this
// column: what stands before it is no row. "" is a column of any.
func InspectBelow(head []byte, format Format, delimiter byte, column string) (*Layout, error) {
	l := &Layout{Format: format, Newline: "\n", first: 1, column: column}
	if at := bytes.IndexByte(head, '\n'); at > 0 && head[at-1] == '\r' {
		l.Newline = "\r\n"
	}
	switch {
	case format == JSON:
		return l, l.inspectJSON(head)
	case format.Rows():
		return l, l.inspectTable(head, delimiter)
	}
	return l, nil
}

func (l *Layout) inspectTable(head []byte, delimiter byte) error {
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		l.Newline = "\r"
	}
	if l.Delimiter = delimiter; delimiter == 0 {
		l.Delimiter = l.guess(head)
	}
	c := records{delimiter: l.Delimiter, newline: l.Newline[len(l.Newline)-1]}
	for int(l.Start) < len(head) {
		rest := head[l.Start:]
		p, _ := c.cut(rest, true)
		if p.err != nil {
			return fmt.Errorf("the header: %w", p.err)
		}
		l.Start += int64(p.size)
		l.first += p.lines
		if !p.skip && l.heads(rest[:p.raw]) {
			return l.header(rest[:p.raw])
		}
	}
	if l.column != "" && len(head) > 0 {
		return fmt.Errorf("no row has a column %q, which the header is told by", l.column)
	}
	return nil
}

// heads reports whether a row is the header.
func (l *Layout) heads(raw []byte) bool {
	if l.column == "" {
		return true
	}
	for _, c := range appendCells(nil, raw, l.Delimiter) {
		if strings.TrimSpace(c.text(string(raw))) == l.column {
			return true
		}
	}
	return false
}

// guess returns the delimiter that stands most often in the header's line.
func (l *Layout) guess(head []byte) byte {
	if l.Format == TSV {
		return '\t'
	}
	newline := l.Newline[len(l.Newline)-1]
	first := head
	if at := bytes.Index(head, []byte(l.column)); at > 0 {
		first = head[bytes.LastIndexByte(head[:at], newline)+1:]
	}
	first = bytes.TrimLeft(first, "\r\n")
	if at := bytes.IndexByte(first, newline); at >= 0 {
		first = first[:at]
	}
	best, most := byte(','), 0
	for _, d := range []byte{',', ';', '\t', '|'} {
		if n := bytes.Count(first, []byte{d}); n > most {
			best, most = d, n
		}
	}
	return best
}

func (l *Layout) header(raw []byte) error {
	l.Seed = xxh3.HashSeed(raw, uint64(l.Delimiter))
	seen := map[string]int{}
	l.Quoted = true
	for i, c := range appendCells(nil, raw, l.Delimiter) {
		name := strings.TrimSpace(c.text(string(raw)))
		l.Quoted = l.Quoted && c.quoted
		l.Header = append(l.Header, name)
		if name == "" {
			continue
		}
		if at := seen[name]; at > 0 {
			return fmt.Errorf("the header names column %q twice, as column %d and %d", name, at, i+1)
		}
		seen[name] = i + 1
	}
	return nil
}

func (l *Layout) inspectJSON(head []byte) error {
	i := skipSpace(head, 0)
	if i < len(head) && head[i] == '{' {
		i = arrayIn(head, i+1)
	}
	if i < 0 || i >= len(head) || head[i] != '[' {
		return fmt.Errorf("this is neither a JSON array of objects nor an object that holds one")
	}
	l.Start = int64(i + 1)
	return nil
}

// arrayIn returns where the first array among the members of an object begins.
func arrayIn(b []byte, i int) int {
	for {
		if i = skipSpace(b, i); i >= len(b) || b[i] != '"' {
			return -1
		}
		if i = skipString(b, i); i < 0 {
			return -1
		}
		if i = skipSpace(b, i); i >= len(b) || b[i] != ':' {
			return -1
		}
		if i = skipSpace(b, i+1); i < len(b) && b[i] == '[' {
			return i
		}
		next := skipValue(b, i)
		if next <= i {
			return -1
		}
		if i = skipSpace(b, next); i >= len(b) || b[i] != ',' {
			return -1
		}
		i++
	}
}

// Column returns the place of a column, -1 when the header does not name it.
func (l *Layout) Column(name string) int {
	for i, n := range l.Header {
		if n == name && n != "" {
			return i
		}
	}
	return -1
}

// WithHeader returns the layout of a text that begins with this header, and
// the header's line, for a table that has none yet.
func (l *Layout) WithHeader(names []string) (*Layout, []byte) {
	var raw []byte
	for i, n := range names {
		if i > 0 {
			raw = append(raw, l.Delimiter)
		}
		raw = appendCell(raw, n, l.Delimiter, false)
	}
	next := *l
	next.Header = nil
	if err := next.header(raw); err != nil {
		panic("formats: " + err.Error())
	}
	next.Quoted = false
	raw = append(raw, l.Newline...)
	next.Start, next.first = int64(len(raw)), 2
	return &next, raw
}
