package sqltable

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/schema"
)

// scanner is where rows are scanned to: one cell of any type per column.
type scanner struct {
	row  []any
	dest []any
}

func newScanner(n int) *scanner {
	s := &scanner{row: make([]any, n), dest: make([]any, n)}
	for i := range s.row {
		s.dest[i] = &s.row[i]
	}
	return s
}

// fill reads one page of rows as items.
func (s *stream) fill(ctx context.Context, text string, args []any, b *connectors.Batch) error {
	n := len(s.p.cols)
	if s.keysOnly {
		n = 2
	}
	s.raw, s.ends, s.run = s.raw[:0], s.ends[:0], run{}
	err := s.c.query(ctx, nil, text, args, n, func(cells []any) error { return s.item(b, cells) })
	s.bind(b)
	return err
}

// item adds a row to the page and remembers its place in the order.
func (s *stream) item(b *connectors.Batch, row []any) error {
	it := connectors.Item{Index: len(b.Items)}
	var err error
	if s.keysOnly {
		it.ID = idText(row[0])
		it.Hash = hashKey(row[0], row[1])
	} else {
		err = s.rowItem(&it, row)
	}
	if n := len(b.Items); !s.p.unique && n > 0 && b.Items[n-1].ID != it.ID {
		s.run = run{from: n, before: append([]any(nil), s.last...)}
	}
	b.Items = append(b.Items, it)
	s.last = s.last[:0]
	for _, cell := range s.order {
		if s.keysOnly {
			cell = 0
		}
		s.last = append(s.last, row[cell])
	}
	return err
}

// rowItem makes an item of a whole row; its bytes are bound when the page is
// complete.
func (s *stream) rowItem(it *connectors.Item, row []any) (err error) {
	from := len(s.raw)
	if s.raw, err = appendRow(s.raw, row); err != nil {
		return err
	}
	s.ends = append(s.ends, len(s.raw))
	it.ID = idText(row[s.p.id])
	it.Hash = s.p.hash(s.raw[from:], row)
	if len(s.order) == 2 {
		s.next, err = asCell(row[s.p.cursor])
	}
	return err
}

// bind gives the items their bytes, which no longer move.
func (s *stream) bind(b *connectors.Batch) {
	from := 0
	for i, to := range s.ends {
		b.Items[i].Raw = s.raw[from:to:to]
		from = to
	}
}

// Decode turns a row into a record. An item of an id only has nothing to
// decode: it is got by id.
func (s *stream) Decode(it *connectors.Item, rec *schema.Record) error {
	if it.Raw == nil {
		return &connectors.Error{
			Kind: connectors.Unsupported, Op: "read", Where: s.p.table.Name,
			Err: plain("the listing has only the row's id: get it by id"),
		}
	}
	return s.p.decode(string(it.Raw), it.Hash, rec)
}

// Done says where the next listing continues; complete after a full one.
func (s *stream) Done() (connectors.Checkpoint, bool) {
	return s.next.mark(), s.complete && s.ended
}

// Close ends the listing. Nothing is open between pages.
func (s *stream) Close() error { return nil }

// appendRow appends a row's cells.
func appendRow(b []byte, row []any) (_ []byte, err error) {
	for _, v := range row {
		if b, err = appendCell(b, v); err != nil {
			return b, err
		}
	}
	return b, nil
}

// hash returns what tells two states of a row apart: its id and revision
// where there is one, all cells otherwise.
func (p *plan) hash(raw []byte, row []any) uint64 {
	if p.rev >= 0 {
		return hashKey(row[p.id], row[p.rev])
	}
	return xxh3.Hash(raw)
}

// hashKey is the hash of an id and a revision.
func hashKey(id, rev any) uint64 {
	var buf [96]byte
	b, err := appendCell(buf[:0], id)
	if err == nil {
		b, err = appendCell(b, rev)
	}
	if err != nil {
		b = fmt.Append(b, id, rev)
	}
	return xxh3.Hash(b)
}

// decode fills a record from a row's cells.
func (p *plan) decode(raw string, hash uint64, rec *schema.Record) error {
	rec.Reset()
	var few [24]cell
	cells, err := readCells(few[:0], raw, len(p.cols))
	if err != nil {
		return err
	}
	rec.ID = cells[p.id].string()
	rec.Revision = p.revision(cells, hash)
	if p.at >= 0 {
		if rec.At, err = cells[p.at].timestamp(); err != nil {
			return p.unfit(p.at, rec.ID, err)
		}
	}
	if p.author >= 0 {
		rec.Author = cells[p.author].string()
	}
	if p.trace >= 0 {
		rec.Trace = cells[p.trace].string()
	}
	for i, n := range p.slots {
		v, err := p.column(n).value(cells[n], rec.Shape.Field(i).Type)
		if err != nil {
			return p.unfit(n, rec.ID, err)
		}
		rec.Slots[i] = v
	}
	return nil
}

// revision returns the revision of a row: its column's, or the hash.
func (p *plan) revision(cells []cell, hash uint64) string {
	if p.rev >= 0 {
		return cells[p.rev].string()
	}
	var b [8]byte
	for i := range b {
		b[i] = byte(hash >> (56 - 8*i))
	}
	return hex.EncodeToString(b[:])
}

// unfit says which column of which row does not hold what its type says.
func (p *plan) unfit(cell int, id string, err error) error {
	return &connectors.Error{
		Kind: connectors.Unreadable, Op: "read", Where: p.table.Name + " row " + id,
		Field: p.column(cell).Name, Err: err,
		Hint: "correct the row, or declare another type in fields",
	}
}

// readCells reads the cells of a row.
func readCells(cells []cell, s string, n int) ([]cell, error) {
	for range n {
		c, rest, ok := readCell(s)
		if !ok {
			return nil, plain("the row's bytes are cut off")
		}
		cells, s = append(cells, c), rest
	}
	return cells, nil
}

// asCell returns a driver's value as a cell.
func asCell(v any) (cell, error) {
	b, err := appendCell(nil, v)
	if err != nil {
		return cell{}, err
	}
	c, _, _ := readCell(string(b))
	return c, nil
}

// idText returns an id as the engine knows it.
func idText(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return v
	}
	c, _ := asCell(v)
	return c.string()
}
