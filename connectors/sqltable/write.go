package sqltable

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// attempts bounds how often a page is tried that met a lock, a deadlock or a
// serialisation failure; pause is the wait before the second.
const (
	attempts = 4
	pause    = 20 * time.Millisecond
)

// Write carries out the changes in one transaction. A refused change is left
// out and the others go on. After an error every change of the page is undone,
// unless the error is Uncertain.
func (c *Conn) Write(ctx context.Context, sel *connectors.Selection, changes []connectors.Change) ([]connectors.Result, error) {
	p, err := c.plan(ctx, sel)
	if err != nil {
		return nil, err
	}
	if why := p.table.ReadOnly; why != "" || p.table.View {
		if why == "" {
			why = "it is a view"
		}
		return nil, &connectors.Error{
			Kind: connectors.Unsupported, Op: "write", Where: p.table.Name, Err: plain(why),
			Hint: "write to the table behind it",
		}
	}
	for try := 1; ; try++ {
		results, err := c.page(ctx, sel, p, changes)
		err = c.failed(p, err)
		if connectors.KindOf(err) == connectors.Refused && err != nil && len(changes) > 1 {
			return c.alone(ctx, sel, p, changes)
		}
		if err == nil || connectors.KindOf(err) != connectors.Limited || try == attempts {
			return results, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause << (2 * (try - 1))):
		}
	}
}

// failed is an error of a write. What the database calls the column at fault
// is told only where the table has it: a trigger can put anything there.
func (c *Conn) failed(p *plan, err error) error {
	if _, known := err.(*connectors.Error); known || err == nil {
		return err
	}
	err = c.d.Fail("write", p.table.Name, err)
	if e, ok := err.(*connectors.Error); ok && p.table.Column(e.Field) < 0 {
		e.Field = ""
	}
	return err
}

// alone writes each change in a transaction of its own, when the database
// refused the page as late as its commit.
func (c *Conn) alone(ctx context.Context, sel *connectors.Selection, p *plan, changes []connectors.Change) ([]connectors.Result, error) {
	results := make([]connectors.Result, len(changes))
	for i := range changes {
		one, err := c.page(ctx, sel, p, changes[i:i+1])
		if err != nil {
			results[i].Err = c.failed(p, err)
			continue
		}
		results[i] = one[0]
	}
	return results, nil
}

// page carries out changes in one transaction.
func (c *Conn) page(ctx context.Context, sel *connectors.Selection, p *plan, changes []connectors.Change) ([]connectors.Result, error) {
	tx, done, err := c.transaction(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	defer tx.Rollback()
	if c.d.Enter != nil {
		if err := c.d.Enter(ctx, tx, p.from); err != nil {
			return nil, err
		}
	}
	if c.d.Local {
		ctx = context.WithoutCancel(ctx)
	}
	w := &writer{
		c: c, d: c.d, tx: tx, sel: sel, p: p, changes: changes,
		results: make([]connectors.Result, len(changes)),
		stmts:   map[string]*sql.Stmt{},
	}
	for from := 0; from < len(changes); {
		to := from + 1
		for to < len(changes) && changes[to].Verb == changes[from].Verb {
			to++
		}
		if err := w.run(ctx, from, to); err != nil {
			return nil, err
		}
		from = to
	}
	if err := tx.Commit(); err != nil {
		return nil, c.lost(p, err)
	}
	return w.results, nil
}

// lost says what an error of a commit means: with the connection went the
// answer, not necessarily the write.
func (c *Conn) lost(p *plan, err error) error {
	e, ok := c.failed(p, err).(*connectors.Error)
	if ok && (e.Kind == connectors.Unavailable || e.Kind == connectors.Failed) {
		e.Kind = connectors.Uncertain
		e.Hint = "the next run reads the rows and finds out"
	}
	return e
}

// writer is one transaction of changes.
type writer struct {
	c       *Conn
	d       *Dialect
	tx      *sql.Tx
	sel     *connectors.Selection
	p       *plan
	changes []connectors.Change
	results []connectors.Result
	stmts   map[string]*sql.Stmt
	depth   int
}

// run carries out changes of one verb.
func (w *writer) run(ctx context.Context, from, to int) error {
	switch verb := w.changes[from].Verb; verb {
	case "create":
		return w.create(ctx, from, to)
	case "update":
		return w.change(ctx, from, to, w.update)
	case "delete":
		return w.change(ctx, from, to, w.delete)
	default:
		for i := from; i < to; i++ {
			w.results[i].Err = &connectors.Error{
				Kind: connectors.Unsupported, Op: verb, Where: w.p.table.Name,
				Err: plain("a table knows create, update and delete"),
			}
		}
		return nil
	}
}

// attempt runs work on a range of things under a savepoint. When the database
// refuses one of them, the range is halved until the refused one stands alone;
// the others go on.
func (w *writer) attempt(ctx context.Context, from, to int, work func(from, to int) error, refused func(i int, err error)) error {
	if from == to {
		return nil
	}
	w.depth++
	name := fmt.Sprintf("syncline_%d", w.depth)
	defer func() { w.depth-- }()
	if _, err := w.tx.ExecContext(ctx, "SAVEPOINT "+name); err != nil {
		return err
	}
	err := work(from, to)
	if err == nil {
		_, err = w.tx.ExecContext(ctx, "RELEASE SAVEPOINT "+name)
		return err
	}
	err = w.c.failed(w.p, err)
	if connectors.KindOf(err) != connectors.Refused {
		return err
	}
	if _, err := w.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT "+name); err != nil {
		return err
	}
	if to-from == 1 {
		refused(from, err)
		return nil
	}
	middle := from + (to-from)/2
	if err := w.attempt(ctx, from, middle, work, refused); err != nil {
		return err
	}
	return w.attempt(ctx, middle, to, work, refused)
}

// exec runs a prepared statement of this transaction.
func (w *writer) exec(ctx context.Context, text string, args []any) (sql.Result, error) {
	st, err := w.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// query runs a prepared statement that answers with rows.
func (w *writer) query(ctx context.Context, text string, args []any, n int, each func([]any) error) error {
	st, err := w.stmt(ctx, text)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	return eachRow(rows, n, each)
}

func (w *writer) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if st := w.stmts[text]; st != nil {
		return st, nil
	}
	st, err := w.tx.PrepareContext(ctx, text)
	if err == nil {
		w.stmts[text] = st
	}
	return st, err
}

// assigned resolves what a change sets, its arguments included, since a table
// has no other place for them: the columns, in the order given, and their
// parameters.
func (w *writer) assigned(ch *connectors.Change, cols []int, args []any) ([]int, []any, error) {
	cols, args, err := w.assignedOf(ch, ch.Set, cols, args)
	if err != nil || len(ch.Args) == 0 {
		return cols, args, err
	}
	return w.assignedOf(ch, ch.Args, cols, args)
}

// assignedOf appends the columns and values of one list; a column that has a
// value already keeps it.
func (w *writer) assignedOf(ch *connectors.Change, list []connectors.Assignment, cols []int, args []any) ([]int, []any, error) {
	for _, a := range list {
		name := a.Path.Top()
		i := w.p.table.Column(name)
		if i < 0 || !a.Path.IsTop() {
			return cols, args, &connectors.Error{
				Kind: connectors.Refused, Op: ch.Verb, Where: w.p.table.Name, Field: a.Path.String(),
				Err: plain("there is no such column"), Hint: "a table's columns are written whole",
			}
		}
		c := &w.p.table.Columns[i]
		if c.Generated {
			return cols, args, &connectors.Error{
				Kind: connectors.Refused, Op: ch.Verb, Where: w.p.table.Name, Field: name,
				Err: plain("the database computes this column"), Hint: "leave the column out of what is written",
			}
		}
		if index(cols, i) >= 0 {
			continue
		}
		v, err := w.d.store(c, a.Value)
		if err != nil {
			return cols, args, err
		}
		cols, args = append(cols, i), append(args, v)
	}
	return cols, args, nil
}

// columns returns quoted names, joined by what stands between them.
func (w *writer) columns(cols []int) string {
	var b strings.Builder
	for n, i := range cols {
		if n > 0 {
			b.WriteString(", ")
		}
		b.WriteString(w.d.quote(w.p.table.Columns[i].Name))
	}
	return b.String()
}

// confirm completes the results of written rows with what the table holds
// now: the hash, the revision, and the record.
func (w *writer) confirm(ctx context.Context, done []int) (map[string]row, error) {
	ids := make([]string, 0, len(done))
	for _, i := range done {
		ids = append(ids, w.results[i].ID)
	}
	found, err := w.c.byID(ctx, w.tx, w.p, ids, "")
	if err != nil {
		return nil, err
	}
	for _, i := range done {
		r := &w.results[i]
		now, ok := found[r.ID]
		if !ok {
			continue
		}
		r.Hash = now.hash
		rec := schema.NewRecord(w.sel.Shape)
		if err := w.p.decode(now.raw, now.hash, rec); err != nil {
			continue
		}
		r.Revision, r.Confirmed = rec.Revision, rec
	}
	return found, nil
}
