package sqltable

import (
	"context"
	"slices"
	"strings"

	"syncline/connectors"
)

// plan is how one selection reads and writes one table.
type plan struct {
	table  *Table
	from   string // the quoted table
	cols   []int  // the columns read, in the order of a row's cells
	exprs  []string
	id     int // cell of the id
	rev    int // cell of the revision, -1: a hash of the row
	at     int // -1: none, like the ones below
	author int
	trace  int
	cursor int
	slots  []int // cell by slot
	unique bool  // whether the id column is
}

// newPlan resolves the names of a selection.
func newPlan(d *Dialect, t *Table, sel *connectors.Selection) (*plan, error) {
	p := &plan{table: t, from: d.quote(t.Parts...)}
	id := sel.ID
	if id == "" {
		id = t.id()
	}
	if id == "" {
		return nil, noKey(t)
	}
	for _, part := range []struct {
		path string
		cell *int
	}{
		{id, &p.id}, {sel.Revision, &p.rev}, {sel.At, &p.at},
		{sel.Author, &p.author}, {sel.Trace, &p.trace}, {sel.Cursor, &p.cursor},
	} {
		n, err := p.use(d, part.path)
		if err != nil {
			return nil, err
		}
		*part.cell = n
	}
	p.slots = make([]int, sel.Shape.Len())
	for i, f := range sel.Shape.Fields() {
		n, err := p.use(d, f.Name)
		if err != nil {
			return nil, err
		}
		p.slots[i] = n
	}
	p.unique = t.unique(p.column(p.id).Name)
	return p, nil
}

// use returns the cell of a column, which is read from now on; -1 of no path.
func (p *plan) use(d *Dialect, path string) (int, error) {
	if path == "" {
		return -1, nil
	}
	i, err := p.table.named(path)
	if err != nil {
		return -1, err
	}
	if n := slices.Index(p.cols, i); n >= 0 {
		return n, nil
	}
	c := &p.table.Columns[i]
	p.cols = append(p.cols, i)
	p.exprs = append(p.exprs, d.Read(c, d.quote(c.Name)))
	return len(p.cols) - 1, nil
}

// noKey says that the id of a table has to be told.
func noKey(t *Table) error {
	why := "has no primary key"
	if len(t.Key) > 1 {
		why = "has a primary key of several columns (" + strings.Join(t.Key, ", ") + ")"
	}
	return &connectors.Error{
		Kind: connectors.Unsupported, Op: "read", Where: t.Name, Err: plain(why),
		Hint: `name one column that is unique for every row: id = "COLUMN"`,
	}
}

// named returns the column a path leads to. A path into a column is an error:
// tables are flat.
func (t *Table) named(path string) (int, error) {
	if i := t.Column(path); i >= 0 {
		return i, nil
	}
	return -1, &connectors.Error{
		Kind: connectors.Unreadable, Op: "read", Where: t.Name, Field: path,
		Err:  plain("there is no such column"),
		Hint: "correct the name, or add the column to the table",
	}
}

// column returns the column of a cell.
func (p *plan) column(cell int) *Column { return &p.table.Columns[p.cols[cell]] }

// list returns the expressions of all columns.
func (p *plan) list() string { return strings.Join(p.exprs, ", ") }

// plan returns the plan of a selection, made once.
func (c *Conn) plan(ctx context.Context, sel *connectors.Selection) (*plan, error) {
	c.mu.Lock()
	p := c.plans[sel]
	c.mu.Unlock()
	if p != nil {
		return p, nil
	}
	t, err := c.table(ctx, sel.Object)
	if err != nil {
		return nil, err
	}
	if p, err = newPlan(c.d, t.clone(), sel); err != nil {
		return nil, err
	}
	if err := c.sample(ctx, p, sel.Shape); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.plans) >= maxPlans {
		clear(c.plans)
	}
	c.plans[sel] = p
	return p, nil
}

// maxPlans bounds the plans kept: selections are made anew for each pass.
const maxPlans = 64
