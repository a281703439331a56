package sqltable

import (
	"context"
	"database/sql"
	"fmt"

	"syncline/connectors"
	"syncline/schema"
)

// row is one row as it was read by id.
type row struct {
	raw   string
	hash  uint64
	twice bool // another row has the same id
}

// Get returns the rows of the ids. An id no row has is gone: the table was
// readable.
func (c *Conn) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	p, err := c.plan(ctx, sel)
	if err != nil {
		return nil, err
	}
	found, err := c.byID(ctx, nil, p, ids, "")
	if err != nil {
		return nil, c.d.Fail("read", p.table.Name, err)
	}
	answers := make([]connectors.Got, len(ids))
	for i, id := range ids {
		r, ok := found[id]
		if !ok {
			answers[i] = connectors.Got{Presence: connectors.Gone}
			continue
		}
		answers[i] = p.got(r, id, sel.Shape)
	}
	return answers, nil
}

// got decodes a row as the answer to an id.
func (p *plan) got(r row, id string, shape *schema.Shape) connectors.Got {
	if r.twice {
		return connectors.Got{Err: p.unfit(p.id, id, plain("two rows have this id"))}
	}
	rec := schema.NewRecord(shape)
	if err := p.decode(r.raw, r.hash, rec); err != nil {
		return connectors.Got{Hash: r.hash, Err: err}
	}
	return connectors.Got{Presence: connectors.Live, Record: rec, Hash: r.hash}
}

// keySizes are the numbers of ids that statements are made for: few texts, so
// that prepared statements are used again. Shorter lists repeat their last id.
var keySizes = [...]int{1, 10, 100, 1000}

// byID reads rows by id, in a transaction or outside, with a lock or without.
func (c *Conn) byID(ctx context.Context, tx *sql.Tx, p *plan, ids []string, lock string) (map[string]row, error) {
	found := make(map[string]row, len(ids))
	keys := make([]any, 0, len(ids))
	for _, id := range ids {
		if k, ok := c.d.key(p.column(p.id), id); ok {
			keys = append(keys, k)
		}
	}
	for len(keys) > 0 {
		n := min(len(keys), keySizes[len(keySizes)-1])
		if err := c.keyed(ctx, tx, p, keys[:n], lock, found); err != nil {
			return nil, err
		}
		keys = keys[n:]
	}
	return found, nil
}

// keyed reads the rows of one list of keys. A key that the column's type
// cannot hold is looked for alone and not found.
func (c *Conn) keyed(ctx context.Context, tx *sql.Tx, p *plan, keys []any, lock string, found map[string]row) error {
	err := c.collect(ctx, tx, p, keys, lock, found)
	if err == nil || tx != nil || c.d.Failure(err).Kind != connectors.Refused {
		return err
	}
	if len(keys) == 1 {
		return nil
	}
	for _, k := range keys {
		if err := c.keyed(ctx, tx, p, []any{k}, lock, found); err != nil {
			return err
		}
	}
	return nil
}

func (c *Conn) collect(ctx context.Context, tx *sql.Tx, p *plan, keys []any, lock string, found map[string]row) error {
	size := 0
	for _, size = range keySizes {
		if size >= len(keys) {
			break
		}
	}
	args := make([]any, size)
	for i := range args {
		args[i] = keys[min(i, len(keys)-1)]
	}
	text := fmt.Sprintf("SELECT %s FROM %s WHERE %s IN %s%s", p.list(), p.from,
		c.d.quote(p.column(p.id).Name), c.d.params(1, size), lock)
	var raw []byte
	return c.query(ctx, tx, text, args, len(p.cols), func(cells []any) (err error) {
		if raw, err = appendRow(raw[:0], cells); err != nil {
			return err
		}
		id := idText(cells[p.id])
		_, twice := found[id]
		found[id] = row{raw: string(raw), hash: p.hash(raw, cells), twice: twice}
		return nil
	})
}

// query runs a prepared query and hands over its rows, whose cells are valid
// until the function returns.
func (c *Conn) query(ctx context.Context, tx *sql.Tx, text string, args []any, n int, each func([]any) error) error {
	st, err := c.prepared(ctx, tx, text)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	return eachRow(rows, n, each)
}

// eachRow hands over the rows of an answer and closes it.
func eachRow(rows *sql.Rows, n int, each func([]any) error) error {
	defer rows.Close()
	scan := newScanner(n)
	for rows.Next() {
		if err := rows.Scan(scan.dest...); err != nil {
			return err
		}
		if err := each(scan.row); err != nil {
			return err
		}
	}
	return rows.Err()
}
