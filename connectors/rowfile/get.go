package rowfile

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/connectors/formats"
	"syncline/schema"
)

// index knows where in a text the rows of ids are: 24 bytes a row.
type index struct {
	src     *source
	binding *formats.Binding
	sel     *connectors.Selection
	own     bool // whether the revision is the hash of the row
	entries []entry
	rows    []span // of a json array: every element, in order
	lost    int    // rows whose id nobody can tell
	end     int64  // where the last row ends
}

type entry struct {
	id     uint64 // the hash of the id
	offset int64
	size   int32 // without the line's end
	number int32
}

type span struct{ start, end int64 }

// build reads the whole text once.
func (c *Conn) build(ctx context.Context, src *source, sel *connectors.Selection) (*index, error) {
	b, err := c.bind(src, sel)
	if err != nil {
		return nil, err
	}
	x := &index{src: src, binding: b, sel: sel, own: sel.Revision == "", end: src.layout.Start}
	s := formats.NewSplitter(src.rows(), src.layout)
	var id []byte
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.Fill(); err == io.EOF {
			break
		} else if err != nil {
			return nil, Unreadable(src.target, err)
		}
		var row formats.Row
		for s.Next(&row) {
			id = x.add(&row, id[:0])
		}
	}
	slices.SortFunc(x.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.offset, b.offset))
	})
	return x, nil
}

func (x *index) add(row *formats.Row, id []byte) []byte {
	x.end = row.Offset + int64(len(row.Raw))
	if x.src.layout.Format == formats.JSON {
		x.rows = append(x.rows, span{row.Offset, x.end})
	}
	id = x.binding.AppendID(id, row.Raw)
	switch {
	case len(id) > 0:
		x.entries = append(x.entries, entry{xxh3.Hash(id), row.Offset, int32(len(row.Raw)), int32(row.Number)})
	case row.Err != nil:
		x.lost++
	}
	return id
}

// find returns the place among the entries of the first row with the id, and
// the row; -1 when there is none. The row is in buf.
func (x *index) find(id string, buf []byte) (int, []byte, error) {
	h := xxh3.HashString(id)
	at, _ := slices.BinarySearchFunc(x.entries, h, func(e entry, h uint64) int { return cmp.Compare(e.id, h) })
	for ; at < len(x.entries) && x.entries[at].id == h; at++ {
		e := x.entries[at]
		buf = slices.Grow(buf[:0], int(e.size))[:e.size]
		if _, err := x.src.text.ReadAt(buf, e.offset); err != nil && err != io.EOF {
			return -1, buf, err
		}
		if string(x.binding.AppendID(nil, buf)) == id {
			return at, buf, nil
		}
	}
	return -1, buf, nil
}

// Get implements connectors.Getter. The first call reads the file once and
// keeps where its rows are, until the file moves.
func (c *Conn) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t, err := c.target(ctx, "get", sel.Object)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	x, err := c.indexed(ctx, t, sel)
	if err != nil {
		return nil, err
	}
	out := make([]connectors.Got, len(ids))
	var buf []byte
	for i, id := range ids {
		out[i], buf = x.get(id, buf)
	}
	if !x.src.file.Steady() {
		return nil, &connectors.Error{Kind: connectors.Unavailable, Op: "get", Where: t.Shown, Err: errors.New("somebody wrote to the file while it was read")}
	}
	return out, nil
}

// indexed returns the index of a file as it stands now.
func (c *Conn) indexed(ctx context.Context, t Target, sel *connectors.Selection) (*index, error) {
	x := c.indexes[t.Path]
	if x != nil && x.sel == sel && x.src.file.Same(ctx, t) {
		return x, nil
	}
	if x != nil {
		x.src.close()
		delete(c.indexes, t.Path)
	}
	src, err := c.open(ctx, t)
	if err != nil {
		return nil, err
	}
	if x, err = c.build(ctx, src, sel); err != nil {
		src.close()
		return nil, err
	}
	if c.indexes == nil {
		c.indexes = map[string]*index{}
	}
	c.indexes[t.Path] = x
	return x, nil
}

func (x *index) get(id string, buf []byte) (connectors.Got, []byte) {
	at, raw, err := x.find(id, buf)
	switch {
	case err != nil:
		return connectors.Got{Err: Problem("get", x.src.target.Shown, err)}, raw
	case at < 0 && x.lost > 0:
		return connectors.Got{Err: &connectors.Error{
			Kind: connectors.Unreadable, Op: "get", Where: x.src.target.Shown,
			Err: errors.New("no readable row has this id, but there are rows that cannot be read"),
		}}, raw
	case at < 0:
		return connectors.Got{Presence: connectors.Gone}, raw
	}
	rec := schema.NewRecord(x.sel.Shape)
	if err := x.binding.Decode(raw, rec); err != nil {
		return connectors.Got{Err: rowProblem("get", where(x.src.target, int(x.entries[at].number)), err)}, raw
	}
	hash := x.src.layout.Hash(raw)
	if x.own {
		rec.Revision = revision(hash)
	}
	return connectors.Got{Presence: connectors.Live, Record: rec, Hash: hash}, raw
}
