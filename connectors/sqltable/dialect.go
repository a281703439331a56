package sqltable

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"syncline/connectors"
	"syncline/schema"
)

// Dialect is what one kind of database does in its own way.
type Dialect struct {
	Name      string // the connector's name, for messages
	Quoted    byte   // the character around an identifier; doubled inside
	Numbered  bool   // parameters are $1, $2 …; otherwise ?
	Lock      string // what makes a SELECT hold its rows until the transaction ends
	Locks     bool   // a lock takes the right to update some column, also where the row is only deleted
	Returning bool   // INSERT … RETURNING answers in the order of VALUES
	Local     bool   // statements run in this process and end soon: a context is looked at between pages
	NoColumns string // what follows the table in an INSERT that sets nothing

	// Tables reads the catalogue.
	Tables func(ctx context.Context, db *sql.DB) ([]Table, error)

	// Read is the expression that reads a column as an int, float, bool, text
	// or bytes without loss; quoted is the column's quoted name.
	Read func(c *Column, quoted string) string

	// Bind turns a value into the parameter for a column. It is asked after
	// null has been handled.
	Bind func(c *Column, v schema.Value) (any, error)

	// Failure says what a driver's error means.
	Failure func(err error) Failure

	// Enter, when set, is done first in every transaction that writes to a
	// table, so that Under can tell whether one is still going on.
	Enter func(ctx context.Context, tx *sql.Tx, from string) error

	// Under, when set, reports whether a transaction that began with Enter is
	// still under way on the table, also one whose client is gone.
	Under func(ctx context.Context, db *sql.DB, from string) (bool, error)

	// Held, when set, hands over what the user may do: the object as Tables
	// names it, the right, and the column, "" for the table as a whole.
	Held func(ctx context.Context, db *sql.DB, each func(object, right, column string)) error

	// Sample, when set, completes a column of times from the data that it
	// holds: how times are spelled where the database does not fix it.
	Sample func(ctx context.Context, db *sql.DB, from string, c *Column) error
}

// Failure is the meaning of a driver's error.
type Failure struct {
	Kind      connectors.ErrorKind
	Column    string // at fault, "" when unknown; told only where the table has it
	Duplicate bool   // a record with this key exists
	Hint      string
	Text      string // what may be shown: free of values; "": that it failed
}

// quote returns an identifier as it stands in a statement. A zero byte cannot
// stand in one and is dropped.
func (d *Dialect) quote(parts ...string) string {
	var b strings.Builder
	q := string(d.Quoted)
	for i, p := range parts {
		if i > 0 {
			b.WriteByte('.')
		}
		p = strings.ReplaceAll(p, "\x00", "")
		b.WriteString(q + strings.ReplaceAll(p, q, q+q) + q)
	}
	return b.String()
}

// param returns the parameter of a position, counted from 1.
func (d *Dialect) param(n int) string {
	if d.Numbered {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

// params returns n parameters in parentheses, the first at position from.
func (d *Dialect) params(from, n int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(d.param(from + i))
	}
	b.WriteByte(')')
	return b.String()
}

// Fail gives a driver's error the meaning it has in the contract. An error
// that has one already stays as it is. Nothing else that the driver says is
// told: it may quote values.
func (d *Dialect) Fail(op, where string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*connectors.Error); ok {
		return e
	}
	var own plain
	if errors.As(err, &own) {
		return &connectors.Error{Kind: connectors.Failed, Op: op, Where: where, Err: own}
	}
	f := d.Failure(err)
	e := &connectors.Error{Kind: f.Kind, Op: op, Where: where, Field: f.Column, Hint: f.Hint, Err: plain(f.Text)}
	if f.Duplicate {
		e.Hint = "a record with this key exists"
	}
	switch {
	case errors.Is(err, context.Canceled):
		e.Err = context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		e.Err = context.DeadlineExceeded
	case f.Text == "":
		e.Err = plain("the database failed")
	}
	return e
}

// plain is an error's text that names no value.
type plain string

func (p plain) Error() string { return string(p) }
