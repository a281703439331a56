package sqltable

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"syncline/schema"
)

// draft is a row to be inserted.
type draft struct {
	change int
	cols   []int
	args   []any
	id     string // "" when the database gives it
}

// create inserts rows, those that set the same columns together.
func (w *writer) create(ctx context.Context, from, to int) error {
	drafts := make([]draft, 0, to-from)
	for i := from; i < to; i++ {
		d, err := w.draft(i)
		if err != nil {
			w.results[i].Err = err
			continue
		}
		drafts = append(drafts, d)
	}
	for a := 0; a < len(drafts); {
		b := a + 1
		for b < len(drafts) && b-a < rowsAtStake && same(drafts[a].cols, drafts[b].cols) {
			b++
		}
		if err := w.insertAll(ctx, drafts[a:b]); err != nil {
			return err
		}
		a = b
	}
	if w.d.Returning && !w.p.table.Triggers {
		return nil
	}
	var done []int
	for _, d := range drafts {
		if w.results[d.change].Err == nil {
			done = append(done, d.change)
		}
	}
	_, err := w.confirm(ctx, done)
	return err
}

const (
	// rowsAtOnce is how many rows one INSERT has. Measured: fewer pay for the
	// statement, more for the driver's search for parameters.
	rowsAtOnce = 16
	// rowsAtStake is how many rows are tried again in halves when one of them
	// is refused.
	rowsAtStake = 512
)

func same(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// draft resolves one create, with an id the engine chose where the database
// gives none, and a first revision where the table has no default for it.
func (w *writer) draft(i int) (draft, error) {
	ch := &w.changes[i]
	n := len(ch.Set) + 2
	cols, args, err := w.assigned(ch, make([]int, 0, n), make([]any, 0, n))
	if err != nil {
		return draft{}, err
	}
	d := draft{change: i, cols: cols, args: args}
	idColumn := w.p.column(w.p.id)
	if at := index(cols, w.p.cols[w.p.id]); at >= 0 {
		c, err := asCell(args[at])
		if err != nil {
			return d, refuse(idColumn, "the id has a form the database does not know")
		}
		d.id = c.string()
	} else if ch.NewID != "" && !idColumn.Auto && !idColumn.Generated && !(idColumn.Default && w.d.Returning) {
		key, ok := w.d.key(idColumn, ch.NewID)
		if !ok {
			return d, refuse(idColumn, "the id does not fit the column")
		}
		d.id, d.cols, d.args = ch.NewID, append(d.cols, w.p.cols[w.p.id]), append(d.args, key)
	}
	if w.p.rev >= 0 && !w.p.column(w.p.rev).Default && w.setsRevision(d.cols) {
		first, err := w.next(cell{}, 0)
		if err != nil {
			return d, err
		}
		d.cols, d.args = append(d.cols, w.p.cols[w.p.rev]), append(d.args, first)
	}
	return d, nil
}

func index(list []int, n int) int {
	for i, v := range list {
		if v == n {
			return i
		}
	}
	return -1
}

// insertAll inserts rows of the same columns.
func (w *writer) insertAll(ctx context.Context, drafts []draft) error {
	return w.attempt(ctx, 0, len(drafts), func(a, b int) error {
		if !w.d.Returning {
			return w.insertOne(ctx, drafts[a:b])
		}
		for ; a < b; a += rowsAtOnce {
			if err := w.insert(ctx, drafts[a:min(a+rowsAtOnce, b)]); err != nil {
				return err
			}
		}
		return nil
	}, func(n int, err error) {
		w.results[drafts[n].change].Err = err
	})
}

// insertText is the INSERT of n rows.
func (w *writer) insertText(cols []int, n int, returned string) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + w.p.from)
	if len(cols) == 0 {
		b.WriteString(w.d.NoColumns)
	} else {
		b.WriteString(" (" + w.columns(cols) + ") VALUES ")
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(w.d.params(1+i*len(cols), len(cols)))
		}
	}
	if w.d.Returning {
		b.WriteString(" RETURNING " + returned)
	}
	return b.String()
}

// insert inserts rows with one statement that answers with the rows as they
// are stored.
func (w *writer) insert(ctx context.Context, drafts []draft) error {
	cols := drafts[0].cols
	if len(cols) == 0 && len(drafts) > 1 {
		for i := range drafts {
			if err := w.insert(ctx, drafts[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	}
	args := make([]any, 0, len(cols)*len(drafts))
	for _, d := range drafts {
		args = append(args, d.args...)
	}
	keysOnly := w.p.rev >= 0 && w.plainly(drafts[0])
	width, returned := len(w.p.cols), w.p.list()
	if keysOnly {
		width, returned = 2, w.p.exprs[w.p.id]+", "+w.p.exprs[w.p.rev]
	}
	n := 0
	err := w.query(ctx, w.insertText(cols, len(drafts), returned), args, width, func(cells []any) error {
		n++
		if n > len(drafts) {
			return nil
		}
		return w.created(drafts[n-1], cells, keysOnly)
	})
	if err != nil {
		return err
	}
	if n != len(drafts) {
		return plain("the database answered with another number of rows than were inserted")
	}
	return nil
}

// created makes the result of a row that was inserted, from its id and
// revision or from the whole row. An answer in another order than the drafts
// would link the wrong records: the page is undone.
func (w *writer) created(d draft, cells []any, keysOnly bool) error {
	r := &w.results[d.change]
	id := cells[w.p.id]
	if keysOnly {
		id = cells[0]
	}
	r.ID = idText(id)
	if r.ID == "" {
		return refuse(w.p.column(w.p.id), "the new row has no id; give it one")
	}
	if d.id != "" && r.ID != d.id {
		return plain("the database answered in another order than the rows were inserted")
	}
	if keysOnly {
		r.Revision, r.Hash = idText(cells[1]), hashKey(cells[0], cells[1])
		return nil
	}
	raw, err := appendRow(nil, cells)
	if err != nil {
		return err
	}
	r.Hash = w.p.hash(raw, cells)
	if w.p.rev < 0 && w.plainly(d) {
		r.Revision = w.p.revision(nil, r.Hash)
		return nil
	}
	rec := schema.NewRecord(w.sel.Shape)
	if err := w.p.decode(string(raw), r.Hash, rec); err == nil {
		r.Revision, r.Confirmed = rec.Revision, rec
	}
	return nil
}

// plainly reports whether a row is stored as it was sent: texts, numbers and
// truth values are.
func (w *writer) plainly(d draft) bool {
	for _, i := range d.cols {
		switch w.p.table.Columns[i].Type.Kind {
		case schema.KindString, schema.KindText, schema.KindInt, schema.KindBool, schema.KindDate:
		default:
			if i != w.p.revColumn() {
				return false
			}
		}
	}
	return true
}

// revColumn is the column of the revision, -1 without one.
func (p *plan) revColumn() int {
	if p.rev < 0 {
		return -1
	}
	return p.cols[p.rev]
}

// insertOne inserts rows one by one, for databases that tell a new id only
// for the last.
func (w *writer) insertOne(ctx context.Context, drafts []draft) error {
	for _, d := range drafts {
		res, err := w.exec(ctx, w.insertText(d.cols, 1, ""), d.args)
		if err != nil {
			return err
		}
		id := d.id
		if id == "" {
			if id, err = given(res); err != nil || id == "" {
				return refuse(w.p.column(w.p.id), "the database does not tell the id of a new row; map a value to it")
			}
		}
		w.results[d.change].ID = id
	}
	return nil
}

// given is the number the database gave a new row, "" when it gave none.
func given(res sql.Result) (string, error) {
	n, err := res.LastInsertId()
	if err != nil || n == 0 {
		return "", err
	}
	return strconv.FormatInt(n, 10), nil
}
