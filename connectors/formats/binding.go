package formats

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"syncline/schema"
)

// Wanted says what is to be read of each row, beside the fields of the shape.
// Empty paths are not read.
type Wanted struct {
	Shape                           *schema.Shape
	ID, Revision, At, Author, Trace string
	Formulas                        Formulas // of a table
}

// Binding reads and writes single rows of one layout for one selection of
// fields. It is immutable; its methods may be called concurrently.
type Binding struct {
	layout  *Layout
	wanted  Wanted
	columns []int // by slot: the column, -1 for none
	width   int
	id      schema.Path
	extra   [5]place
}

// place is where one of the paths beside the shape is found.
type place struct {
	path   schema.Path
	top    string
	column int // of a table; -1 for none
	slot   int // of the shape; -1 for none
}

const (
	atID = iota
	atRevision
	atTime
	atAuthor
	atTrace
)

// Bind prepares reading and writing rows. A path that is no path is an error;
// one that leads nowhere reads as absent.
func (l *Layout) Bind(w Wanted) (*Binding, error) {
	b := &Binding{layout: l, wanted: w, width: len(l.Header)}
	for i := range w.Shape.Len() {
		b.columns = append(b.columns, l.Column(w.Shape.Field(i).Name))
	}
	for i, text := range []string{w.ID, w.Revision, w.At, w.Author, w.Trace} {
		b.extra[i] = place{column: l.Column(text), slot: -1}
		if text == "" || b.extra[i].column >= 0 {
			continue
		}
		p, err := schema.ParsePath(text)
		if err != nil {
			return nil, err
		}
		b.extra[i].path, b.extra[i].top, b.extra[i].slot = p, p.Top(), w.Shape.Slot(p.Top())
		if p.IsTop() {
			b.extra[i].column = l.Column(p.Top())
		}
	}
	if b.id = b.extra[atID].path; b.id.IsZero() && w.ID != "" {
		b.id = schema.PathTo(w.ID)
	}
	return b, nil
}

// Decode reads a row into a record of the shape. An error names what is wrong
// with the row and none of its values.
func (b *Binding) Decode(raw []byte, rec *schema.Record) error {
	rec.Reset()
	if b.layout.Format.Rows() {
		return b.decodeCells(raw, rec)
	}
	if err := check(raw); err != nil {
		return err
	}
	if err := schema.DecodeObject(raw, b.wanted.Shape, rec); err != nil {
		return err
	}
	for i := range b.extra {
		if p := b.extra[i]; p.slot >= 0 {
			b.describe(rec, i, p.path.Get(rec, true))
		} else if p.top != "" {
			b.describe(rec, i, b.member(raw, i))
		}
	}
	return b.identified(rec)
}

func check(raw []byte) error {
	if bytes.IndexByte(raw, 0) >= 0 {
		return fault("", "it holds a zero byte")
	}
	if !utf8.Valid(raw) {
		return fault("", "its characters are not in the encoding of the file")
	}
	return nil
}

func (b *Binding) decodeCells(raw []byte, rec *schema.Record) error {
	if err := check(raw); err != nil {
		return err
	}
	var space [64]cell
	cells := appendCells(space[:0], raw, b.layout.Delimiter)
	if len(cells) != b.width {
		return fault("", "it has %d cells where the header has %d", len(cells), b.width)
	}
	row := string(raw)
	for slot, column := range b.columns {
		if column >= 0 {
			rec.Slots[slot] = fromText(b.cell(cells[column], row), b.wanted.Shape.Field(slot).Type)
		}
	}
	for i, p := range b.extra {
		if p.column >= 0 {
			b.describe(rec, i, schema.String(b.cell(cells[p.column], row)))
		}
	}
	return b.identified(rec)
}

func (b *Binding) cell(c cell, row string) string {
	if b.wanted.Formulas == EscapeFormulas {
		return arm(c.text(row))
	}
	return c.text(row)
}

// member returns what stands at one of the paths beside the shape.
func (b *Binding) member(raw []byte, i int) schema.Value {
	p := b.extra[i]
	if p.top == "" {
		return schema.Value{}
	}
	var space [32]member
	members, _ := appendMembers(space[:0], raw)
	at := find(members, raw, p.top)
	if at < 0 {
		return schema.Value{}
	}
	v, err := schema.FromJSON(raw[members[at].start:members[at].end])
	if err != nil || p.path.IsTop() {
		return v
	}
	return p.path.Rest().Of(v, true)
}

func (b *Binding) describe(rec *schema.Record, i int, v schema.Value) {
	switch i {
	case atID:
		rec.ID = plain(v)
	case atRevision:
		rec.Revision = plain(v)
	case atAuthor:
		rec.Author = plain(v)
	case atTrace:
		rec.Trace = plain(v)
	case atTime:
		t := schema.Type{Kind: schema.KindTimestamp}
		if at, err := t.Normal(v, schema.Norm{}); err == nil && v.Is() {
			rec.At = at
		}
	}
}

// plain returns an id or the like as text; "" for what cannot be one.
func plain(v schema.Value) string {
	if !v.Is() || v.Kind() == schema.KindObject || v.Kind().Collection() {
		return ""
	}
	return string(appendText(nil, v))
}

func (b *Binding) identified(rec *schema.Record) error {
	if b.wanted.ID == "" {
		return nil
	}
	if strings.TrimSpace(rec.ID) == "" {
		return fault(b.wanted.ID, "the id is missing")
	}
	return nil
}

// AppendID appends the id of a row, "" when it has none, without decoding the
// rest of the row.
func (b *Binding) AppendID(dst, raw []byte) []byte {
	if !b.layout.Format.Rows() {
		return b.appendMemberID(dst, raw)
	}
	column := b.extra[atID].column
	if column < 0 {
		return dst
	}
	var space [64]cell
	cells := appendCells(space[:0], raw, b.layout.Delimiter)
	if column >= len(cells) {
		return dst
	}
	c := cells[column]
	if !c.quoted && b.wanted.Formulas != EscapeFormulas {
		return append(dst, raw[c.start:c.end]...)
	}
	return append(dst, b.cell(c, string(raw))...)
}

func (b *Binding) appendMemberID(dst, raw []byte) []byte {
	p := b.extra[atID]
	if p.top != "" && p.path.IsTop() {
		var space [32]member
		members, _ := appendMembers(space[:0], raw)
		at := find(members, raw, p.top)
		if at < 0 {
			return dst
		}
		v := raw[members[at].start:members[at].end]
		if v[0] == '"' && bytes.IndexByte(v, '\\') < 0 {
			return append(dst, v[1:len(v)-1]...)
		}
	}
	return append(dst, plain(b.member(raw, atID))...)
}

// holds reports whether a row of this layout can hold a value at the path.
func (b *Binding) holds(path schema.Path) bool {
	return !b.layout.Format.Rows() || b.column(path) >= 0
}

func (b *Binding) column(path schema.Path) int {
	if at := b.layout.Column(path.String()); at >= 0 {
		return at
	}
	if !path.IsTop() {
		return -1
	}
	return b.layout.Column(path.Top())
}

// Names returns the top-level names a new text of this selection needs, the id
// first.
func (w Wanted) Names() []string {
	var names []string
	if w.ID != "" {
		names = append(names, w.ID)
	}
	for _, f := range w.Shape.Fields() {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}
