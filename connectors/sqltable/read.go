package sqltable

import (
	"context"
	"fmt"
	"io"
	"time"

	"syncline/connectors"
)

// Pages of a listing: of ids and revisions, and of whole rows.
const (
	keyPage = 10_000
	rowPage = 2_000
)

// overlap is how far before the checkpoint an incremental listing by time
// starts again: a transaction may commit later than the time it wrote.
const overlap = time.Minute

// Read lists the rows of a table. A listing from a nil checkpoint has whole
// rows; a full listing after an earlier one has ids only where the selection
// has a revision. Between two pages nothing is held open in the database.
func (c *Conn) Read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	p, err := c.plan(ctx, sel)
	if err != nil {
		return nil, err
	}
	s := &stream{c: c, p: p, order: []int{p.id}, complete: true}
	mark, err := readMark(from)
	if err != nil {
		return nil, err
	}
	if p.cursor >= 0 && !full && mark.tag != cellNull {
		s.order, s.complete = []int{p.cursor, p.id}, false
		s.next = mark
		s.start = rewind(mark).value()
		return s, nil
	}
	s.keysOnly = full && from != nil && p.rev >= 0
	if p.cursor >= 0 {
		if s.next, err = c.newest(ctx, p); err != nil {
			return nil, c.d.Fail("read", p.table.Name, err)
		}
	}
	return s, nil
}

// stream is a listing under way.
type stream struct {
	c        *Conn
	p        *plan
	order    []int // cells: the id alone, or the cursor and the id
	keysOnly bool
	complete bool
	start    any   // where an incremental listing begins
	last     []any // the order cells of the last row; nil before the first page
	next     cell  // the cursor to go on from
	raw      []byte
	ends     []int
	run      run
	ended    bool
}

// run is the rows at the end of a page that have one id, where ids are not
// known to be unique: the next page starts before them.
type run struct {
	from   int   // the first item of the run
	before []any // the order cells of the row before it
}

// Next reads one page.
func (s *stream) Next(ctx context.Context, b *connectors.Batch) error {
	b.Items = b.Items[:0]
	if s.ended {
		return io.EOF
	}
	text, args, limit := s.statement()
	err := s.fill(ctx, text, args, b)
	if err != nil {
		s.complete = false
		return s.c.d.Fail("read", s.p.table.Name, err)
	}
	if s.ended = len(b.Items) < limit; s.ended && s.complete {
		if err := s.nameless(ctx, b); err != nil {
			s.complete = false
			return s.c.d.Fail("read", s.p.table.Name, err)
		}
	}
	if len(b.Items) == 0 {
		return io.EOF
	}
	if !s.p.unique && !s.ended {
		return s.cut(b)
	}
	return nil
}

// nameless adds an item that says how many rows have no id, if any.
func (s *stream) nameless(ctx context.Context, b *connectors.Batch) error {
	id := s.p.column(s.p.id)
	if !id.Type.Nullable {
		return nil
	}
	text := fmt.Sprintf("SELECT count(*) FROM %s WHERE %s IS NULL", s.p.from, s.c.d.quote(id.Name))
	return s.c.query(ctx, nil, text, nil, 1, func(cells []any) error {
		if n := idText(cells[0]); n != "0" {
			it := b.Add()
			it.Where = s.p.table.Name
			it.Err = &connectors.Error{
				Kind: connectors.Unreadable, Op: "read", Where: s.p.table.Name, Field: id.Name,
				Err: plain("rows without an id: " + n), Hint: "give them one, or leave them out with a view",
			}
		}
		return nil
	})
}

// cut drops the last run of equal ids from a full page: the next page has it
// whole.
func (s *stream) cut(b *connectors.Batch) error {
	if s.run.from == 0 {
		return &connectors.Error{
			Kind: connectors.Unreadable, Op: "read", Where: s.p.table.Name, Field: s.p.column(s.p.id).Name,
			Err:  plain("more rows than a page holds have one id"),
			Hint: "name a column that is unique for every row as id",
		}
	}
	b.Items = b.Items[:s.run.from]
	s.last = append(s.last[:0], s.run.before...)
	return nil
}

// statement returns the query of the next page, by key and never by offset.
func (s *stream) statement() (text string, args []any, limit int) {
	p, d := s.p, s.c.d
	list := p.list()
	limit = rowPage
	if s.keysOnly {
		list, limit = p.exprs[p.id]+", "+p.exprs[p.rev], keyPage
	}
	id := d.quote(p.column(p.id).Name)
	where, order := id+" IS NOT NULL", id
	if len(s.order) == 2 {
		cur := d.quote(p.column(p.cursor).Name)
		order = cur + ", " + id
		where, args = cur+" >= "+d.param(1), []any{s.start}
		if s.last != nil {
			where += fmt.Sprintf(" AND (%s > %s OR %s > %s)", cur, d.param(2), id, d.param(3))
			args = []any{s.last[0], s.last[0], s.last[1]}
		}
	} else if s.last != nil {
		where, args = id+" > "+d.param(1), []any{s.last[0]}
	}
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %d", list, p.from, where, order, limit), args, limit
}
