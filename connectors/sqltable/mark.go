package sqltable

import (
	"context"
	"fmt"
	"time"

	"syncline/connectors"
)

// markVersion begins every checkpoint: 1, then the cell of the cursor.
const markVersion = 1

// mark returns the checkpoint of a cursor's value; of null one that says only
// that there was a listing.
func (c cell) mark() connectors.Checkpoint {
	b, _ := appendCell([]byte{markVersion}, c.value())
	return b
}

// readMark reads a checkpoint; nil is the one of no listing.
func readMark(from connectors.Checkpoint) (cell, error) {
	if len(from) == 0 {
		return cell{}, nil
	}
	c, rest, ok := readCell(string(from[1:]))
	if from[0] != markVersion || !ok || rest != "" {
		return c, &connectors.Error{
			Kind: connectors.Unreadable, Op: "read", Where: "the checkpoint",
			Err:  plain("it is not one of this connector"),
			Hint: "walk the whole listing once",
		}
	}
	return c, nil
}

// rewind returns where an incremental listing begins: at the checkpoint, ties
// included, and for times a little before it.
func rewind(c cell) cell {
	if c.tag != cellText && c.tag != cellBytes {
		return c
	}
	t, ok := ParseTime(c.text)
	if !ok || len(c.text) <= len(time.DateOnly) {
		return c
	}
	c.text = SpellTime(t.Add(-overlap), c.text)
	return c
}

// newest returns the largest cursor before a full listing begins: what is
// written while it runs is read again by the next.
func (c *Conn) newest(ctx context.Context, p *plan) (cell, error) {
	cur := c.d.quote(p.column(p.cursor).Name)
	text := fmt.Sprintf("SELECT %s FROM %s WHERE %s IS NOT NULL ORDER BY %s DESC LIMIT 1", p.exprs[p.cursor], p.from, cur, cur)
	var top cell
	err := c.query(ctx, nil, text, nil, 1, func(cells []any) (err error) {
		top, err = asCell(cells[0])
		return err
	})
	return top, err
}
