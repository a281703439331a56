package sqltable

import (
	"context"
	"strconv"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// change locks the rows of a range of updates or deletes, sees that each is
// still the one last seen, and carries out the others' change.
func (w *writer) change(ctx context.Context, from, to int, do func(ctx context.Context, i int, now row) error) error {
	ids := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		ids = append(ids, w.changes[i].ID)
	}
	found, err := w.c.byID(ctx, w.tx, w.p, ids, w.d.Lock)
	if err != nil {
		return err
	}
	var ready []int
	touched := map[string]bool{}
	for i := from; i < to; i++ {
		ch := &w.changes[i]
		w.results[i].ID = ch.ID
		now, ok := found[ch.ID]
		if w.results[i].Err = w.holds(ch, now, ok, touched); w.results[i].Err == nil {
			ready = append(ready, i)
		}
	}
	refused := func(n int, err error) { w.results[ready[n]].Err = err }
	err = w.attempt(ctx, 0, len(ready), func(a, b int) error {
		for _, i := range ready[a:b] {
			if err := do(ctx, i, found[w.changes[i].ID]); err != nil {
				return err
			}
		}
		return nil
	}, refused)
	if err != nil || w.changes[from].Verb == "delete" {
		return err
	}
	return w.settle(ctx, ready, found)
}

// holds reports whether a row is still as the change saw it.
func (w *writer) holds(ch *connectors.Change, now row, there bool, touched map[string]bool) error {
	fail := func(kind connectors.ErrorKind, field, why string) error {
		return &connectors.Error{Kind: kind, Op: ch.Verb, Where: w.p.table.Name + " row " + ch.ID, Field: field, Err: plain(why)}
	}
	switch {
	case !there:
		return fail(connectors.NotFound, "", "there is no such row")
	case now.twice:
		return fail(connectors.Refused, w.p.column(w.p.id).Name, "two rows have this id")
	case touched[ch.ID]:
		return fail(connectors.Moved, "", "an earlier change of this page wrote the row")
	}
	touched[ch.ID] = true
	cells, err := readCells(nil, now.raw, len(w.p.cols))
	if err != nil {
		return err
	}
	if ch.Revision != "" && (w.p.rev >= 0 || len(ch.Seen) == 0) {
		if w.p.revision(cells, now.hash) != ch.Revision {
			return fail(connectors.Moved, "", "the row has another revision")
		}
		return nil
	}
	if len(ch.Seen) == 0 && ch.Hash != now.hash {
		return fail(connectors.Moved, "", "the row is not the one last seen")
	}
	for _, seen := range ch.Seen {
		if err := w.sees(cells, seen); err != "" {
			return fail(connectors.Moved, seen.Path.Top(), err)
		}
	}
	return nil
}

// sees compares a column with the value last seen, in normal form; "" when
// they are equal.
func (w *writer) sees(cells []cell, seen connectors.Assignment) string {
	slot := w.sel.Shape.Slot(seen.Path.Top())
	if slot < 0 {
		return "the column is not among those the pipeline reads"
	}
	t := w.sel.Shape.Field(slot).Type
	n := w.p.slots[slot]
	stored, err := w.p.column(n).value(cells[n], t)
	if err != nil {
		return "the column holds what its type does not allow"
	}
	if v := seen.Path.Rest(); !seen.Path.IsTop() && !v.IsZero() {
		stored = v.Of(stored, true)
	}
	if stored.Blank() && seen.Value.Blank() || schema.Equal(stored, seen.Value) {
		return ""
	}
	a, errA := t.Normal(stored, schema.Norm{})
	b, errB := t.Normal(seen.Value, schema.Norm{})
	if errA == nil && errB == nil && schema.Equal(a, b) {
		return ""
	}
	return "the column holds another value than last seen"
}

// update writes one row.
func (w *writer) update(ctx context.Context, i int, now row) error {
	cols, args, err := w.assigned(&w.changes[i], nil, nil)
	if err != nil {
		return err
	}
	if index(cols, w.p.cols[w.p.id]) >= 0 {
		return refuse(w.p.column(w.p.id), "the id of a row is not changed")
	}
	cells, err := readCells(nil, now.raw, len(w.p.cols))
	if err != nil {
		return err
	}
	var sets []string
	for n, col := range cols {
		sets = append(sets, w.d.quote(w.p.table.Columns[col].Name)+" = "+w.d.param(n+1))
	}
	if w.setsRevision(cols) {
		next, err := w.next(cells[w.p.rev], 0)
		if err != nil {
			return err
		}
		args = append(args, next)
		sets = append(sets, w.d.quote(w.p.column(w.p.rev).Name)+" = "+w.d.param(len(args)))
	}
	if len(sets) == 0 {
		return nil
	}
	where, args := w.where(cells, args)
	res, err := w.exec(ctx, "UPDATE "+w.p.from+" SET "+strings.Join(sets, ", ")+where, args)
	if err != nil {
		return err
	}
	return w.one(i, res)
}

// delete deletes one row.
func (w *writer) delete(ctx context.Context, i int, now row) error {
	cells, err := readCells(nil, now.raw, len(w.p.cols))
	if err != nil {
		return err
	}
	where, args := w.where(cells, nil)
	res, err := w.exec(ctx, "DELETE FROM "+w.p.from+where, args)
	if err != nil {
		return err
	}
	return w.one(i, res)
}

// where is the condition on a row: its id, and its revision as it is stored.
func (w *writer) where(cells []cell, args []any) (string, []any) {
	args = append(args, cells[w.p.id].value())
	text := " WHERE " + w.d.quote(w.p.column(w.p.id).Name) + " = " + w.d.param(len(args))
	if w.p.rev >= 0 && cells[w.p.rev].tag != cellNull {
		args = append(args, cells[w.p.rev].value())
		text += " AND " + w.d.quote(w.p.column(w.p.rev).Name) + " = " + w.d.param(len(args))
	}
	return text, args
}

// one sees that a statement wrote one row.
func (w *writer) one(i int, res interface{ RowsAffected() (int64, error) }) error {
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	w.results[i].Err = &connectors.Error{
		Kind: connectors.Moved, Op: w.changes[i].Verb, Where: w.p.table.Name + " row " + w.changes[i].ID,
		Err: plain("the row changed while it was written"),
	}
	return nil
}

// setsRevision reports whether an update has to set the revision itself.
func (w *writer) setsRevision(cols []int) bool {
	if w.p.rev < 0 {
		return false
	}
	c := w.p.column(w.p.rev)
	for _, i := range cols {
		if i == w.p.cols[w.p.rev] {
			return false
		}
	}
	return !c.Generated && !c.Renewed
}

// next returns the revision after one, as a parameter: a number grows by one,
// a time becomes the run's, and later than it was. late pushes a time on that
// the column's precision would leave as it was.
func (w *writer) next(now cell, late time.Duration) (any, error) {
	c := w.p.column(w.p.rev)
	unfit := &connectors.Error{
		Kind: connectors.Unsupported, Op: "update", Where: w.p.table.Name, Field: c.Name,
		Err:  plain("a revision is a whole number or a time"),
		Hint: "name another column as revision, or leave revision out",
	}
	if c.Type.Kind != schema.KindTimestamp {
		text := now.string()
		if now.tag == cellNull {
			text = "0"
		}
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return w.d.store(c, schema.Int(n+1))
		}
		if c.Type.Kind != schema.KindAny && c.Type.Kind != schema.KindString {
			return nil, unfit
		}
	}
	t := w.c.clock()
	if now.tag != cellNull {
		v, err := now.timestamp()
		if err != nil {
			return nil, unfit
		}
		if last := v.Time(); !t.After(last) {
			t = last.Add(time.Microsecond)
		}
	}
	t = t.Add(late)
	if c.Type.Kind != schema.KindTimestamp {
		return SpellTime(t, now.string()), nil
	}
	return w.d.store(c, schema.Timestamp(t))
}

// settle reads the written rows back. A revision that did not move, although
// something was to change it or its precision hides it, is set once more.
func (w *writer) settle(ctx context.Context, ready []int, before map[string]row) error {
	var done []int
	for _, i := range ready {
		if w.results[i].Err == nil {
			done = append(done, i)
		}
	}
	after, err := w.confirm(ctx, done)
	if err != nil || w.p.rev < 0 || w.p.column(w.p.rev).Generated {
		return err
	}
	var still []int
	for _, i := range done {
		id := w.changes[i].ID
		if _, there := after[id]; !there || len(w.changes[i].Set) == 0 {
			continue
		}
		bumped, err := w.advance(ctx, before[id], after[id])
		if err != nil {
			return err
		}
		if bumped {
			still = append(still, i)
		}
	}
	if len(still) > 0 {
		_, err = w.confirm(ctx, still)
	}
	return err
}

// advance sets the revision of a row once more where it did not grow.
func (w *writer) advance(ctx context.Context, before, after row) (bool, error) {
	old, err := readCells(nil, before.raw, len(w.p.cols))
	if err != nil {
		return false, err
	}
	now, err := readCells(nil, after.raw, len(w.p.cols))
	if err != nil {
		return false, err
	}
	if grew(old[w.p.rev], now[w.p.rev]) {
		return false, nil
	}
	next, err := w.next(old[w.p.rev], time.Second)
	if err != nil {
		return false, err
	}
	where, args := w.where(now, []any{next})
	_, err = w.exec(ctx, "UPDATE "+w.p.from+" SET "+w.d.quote(w.p.column(w.p.rev).Name)+" = "+w.d.param(1)+where, args)
	return true, err
}

// grew reports whether a revision is later than another: one that returned to
// an earlier value would hold for those who saw that. Revisions that are
// neither numbers nor times only have to differ.
func grew(old, now cell) bool {
	if now.tag == cellNull {
		return false
	}
	if a, err := old.int(); err == nil && a.Is() {
		if b, err := now.int(); err == nil {
			return b.Int() > a.Int()
		}
	}
	a, errA := old.timestamp()
	b, errB := now.timestamp()
	if errA == nil && errB == nil && a.Is() {
		return b.Time().After(a.Time())
	}
	return old != now
}
