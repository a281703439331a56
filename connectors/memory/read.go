package memory

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// pageSize is how many items a batch of a listing has at most.
const pageSize = 4096

type conn struct {
	system *System
	name   string
}

// Close does nothing: the system lives as long as its world.
func (c *conn) Close() error { return nil }

// Check implements connectors.Checker.
func (c *conn) Check(ctx context.Context) error {
	_, err := c.enter(ctx, "check", "")
	if err == nil {
		c.system.world.mu.Unlock()
	}
	return err
}

// enter locks the world for one operation and applies the faults that stop it.
// On success the caller unlocks.
func (c *conn) enter(ctx context.Context, op, object string) (*Table, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.system.world.mu.Lock()
	t, err := c.lookup(op, object)
	if err != nil {
		c.system.world.mu.Unlock()
	}
	return t, err
}

func (c *conn) lookup(op, object string) (*Table, error) {
	if err := c.system.admit(op, object); err != nil {
		return nil, err
	}
	if f := c.system.due(op, object, "", "", stops); f != nil {
		return nil, f.problem(op, object)
	}
	if op == "check" || op == "objects" {
		return nil, nil
	}
	t := c.system.tables[object]
	if t == nil && object == "" && len(c.system.order) == 1 {
		t = c.system.tables[c.system.order[0]]
	}
	if t == nil {
		return nil, &connectors.Error{Kind: connectors.NotFound, Op: op, Where: object, Err: fmt.Errorf("the system has no such object")}
	}
	return t, nil
}

// Objects implements connectors.Lister.
func (c *conn) Objects(ctx context.Context) ([]connectors.Object, error) {
	if _, err := c.enter(ctx, "objects", ""); err != nil {
		return nil, err
	}
	defer c.system.world.mu.Unlock()
	var out []connectors.Object
	for _, name := range c.system.order {
		t := c.system.tables[name]
		fields := t.layout.Fields
		if schema.NewShape(fields...).Slot(t.layout.ID) < 0 {
			id := schema.Field{Name: t.layout.ID, Type: schema.Type{Kind: schema.KindString}, Required: true, ReadOnly: true}
			fields = append([]schema.Field{id}, fields...)
		}
		out = append(out, connectors.Object{
			Name: name, Fields: fields, Open: t.layout.Open, ID: t.layout.ID,
			ReadOnly: c.system.world.facts.Grade == connectors.GradeNone,
		})
	}
	return out, nil
}

// Read implements connectors.Reader. The listing shows the table as it is now,
// whatever happens before its last page.
func (c *conn) Read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	defer c.told("read")()
	t, err := c.enter(ctx, "read", sel.Object)
	if err != nil {
		return nil, err
	}
	defer c.system.world.mu.Unlock()
	since := int64(0)
	if !full && sel.Cursor != "" && len(from) > 0 {
		if since, err = strconv.ParseInt(string(from), 10, 64); err != nil {
			return nil, &connectors.Error{Kind: connectors.Refused, Op: "read", Where: t.name, Err: fmt.Errorf("the checkpoint is not one of this connector")}
		}
	}
	s := &stream{conn: c, sel: sel, table: t, complete: since == 0 && c.system.world.facts.Complete}
	s.fill(since)
	return s, nil
}

type entry struct {
	id string
	*state
}

type stream struct {
	conn     *conn
	sel      *connectors.Selection
	table    *Table
	entries  []entry
	at       int
	next     connectors.Checkpoint
	complete bool
}

// fill takes a picture of the table, with the faults that bend a listing.
func (s *stream) fill(since int64) {
	sys := s.conn.system
	horizon, newest := sys.horizon("read"), max(since, sys.version)
	if !horizon.IsZero() {
		newest = since // what is not seen yet comes with the next listing
	}
	for _, id := range s.table.order {
		st := s.conn.seen(s.table, "read", id, horizon)
		if st == nil || st.version <= since || (since == 0 && st.presence != connectors.Live && !sys.manners.Leavers) {
			continue
		}
		if since == 0 && st.presence != connectors.Live {
			sys.showed["leavers"]++
		}
		newest = max(newest, st.version)
		s.entries = append(s.entries, entry{id, st})
		if sys.due("read", s.table.name, "", id, Duplicate.only) != nil {
			s.entries = append(s.entries, entry{id, st})
		}
	}
	sys.ordered(s.entries)
	if s.sel.Cursor != "" {
		s.next = connectors.Checkpoint(strconv.FormatInt(newest, 10))
	}
	if f := sys.due("read", s.table.name, "", "", shortens); f != nil {
		s.shorten(f.Kind)
	}
}

// shorten ends a listing before its end.
func (s *stream) shorten(k Kind) {
	switch k {
	case Incomplete:
		s.entries, s.complete, s.next = s.entries[:len(s.entries)/2], false, nil
	case Cut:
		s.entries = s.entries[:len(s.entries)/2]
	case Empty:
		s.entries = nil
	}
}

// seen returns the state a reader gets to see: the newest as of the horizon, or
// with a stale read the one before it. nil: there is nothing to see.
func (c *conn) seen(t *Table, op, id string, horizon time.Time) *state {
	r := t.rows[id]
	if r == nil {
		return nil
	}
	st := r.asOf(horizon)
	if st != r.now {
		c.system.showed["lagging"]++
	}
	if st != nil && c.system.due(op, t.name, "", id, Stale.only) != nil {
		st = st.prev
	}
	if st == nil || st.unseen {
		return nil
	}
	if f := c.system.due(op, t.name, "", id, bends); f != nil {
		st = st.bent(f, id)
	}
	return st
}

// bent returns the state without a field, or with nothing in it; its hash tells
// that something is different.
func (st *state) bent(f *fault, id string) *state {
	next := *st
	next.names, next.values = slices.Clone(st.names), slices.Clone(st.values)
	next.set(f.Field, schema.NullValue())
	next.hash = next.sum(id)
	if f.Kind == Partial {
		next.lacks = f.Field
		next.hash++
	}
	return &next
}

// Next implements connectors.Stream.
func (s *stream) Next(ctx context.Context, b *connectors.Batch) error {
	defer s.conn.told("next")()
	b.Reset()
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.at >= len(s.entries) {
		return io.EOF
	}
	s.conn.system.world.mu.Lock()
	defer s.conn.system.world.mu.Unlock()
	if err := s.conn.system.admit("read", s.table.name); err != nil {
		return err
	}
	if f := s.conn.system.due("next", s.table.name, "", "", stops); f != nil {
		return f.problem("read", s.table.name)
	}
	for ; s.at < len(s.entries) && len(b.Items) < pageSize; s.at++ {
		e := s.entries[s.at]
		it := b.Add()
		it.ID, it.Hash, it.Index, it.Gone = e.id, e.hash, s.at, e.presence != connectors.Live
		if s.conn.system.world.options.Raw && !it.Gone {
			it.Raw = append(it.Raw[:0], e.id...)
		}
		if f := s.conn.system.due("next", s.table.name, "", e.id, Unreadable.only); f != nil {
			it.Err, it.Where = f.problem("read", s.table.name), s.Where(it)
		}
	}
	return nil
}

// Where implements connectors.Locator.
func (s *stream) Where(it *connectors.Item) string { return "record " + strconv.Itoa(it.Index+1) }

// Decode implements connectors.Stream.
func (s *stream) Decode(it *connectors.Item, rec *schema.Record) error {
	if it.Err != nil {
		return it.Err
	}
	e := s.entries[it.Index]
	s.conn.system.world.mu.Lock()
	defer s.conn.system.world.mu.Unlock()
	s.conn.decode(s.sel, s.table, e.id, e.state, rec)
	return nil
}

// Done implements connectors.Stream.
func (s *stream) Done() (connectors.Checkpoint, bool) { return s.next, s.complete }

// Close implements connectors.Stream.
func (s *stream) Close() error { return nil }

func (c *conn) decode(sel *connectors.Selection, t *Table, id string, st *state, rec *schema.Record) {
	rec.Reset()
	for i := range rec.Slots {
		name := sel.Shape.Field(i).Name
		switch {
		case t.missing(name):
			c.system.showed["missing field"]++
		case st.lacks == name:
		case name == t.layout.ID:
			rec.Slots[i] = schema.String(id)
		default:
			rec.Slots[i] = st.get(name)
			if t.retyped[name] == schema.KindList && rec.Slots[i].Kind() == schema.KindList {
				c.system.showed["retyped field"]++
			}
			if c.system.world.facts.Whole && rec.Slots[i].IsAbsent() {
				rec.Slots[i] = schema.NullValue()
			}
		}
	}
	rec.ID, rec.Revision = id, c.system.revision(st)
	rec.At, rec.Trace = schema.Timestamp(st.at), st.trace
	if c.system.world.facts.Attribution {
		rec.Author = st.author
	}
}

func (c *conn) got(sel *connectors.Selection, t *Table, id string, st *state) connectors.Got {
	if st == nil {
		return connectors.Got{Presence: connectors.Gone}
	}
	g := connectors.Got{Presence: st.presence, Hash: st.hash, Into: st.into}
	if st.presence == connectors.Live || st.presence == connectors.Archived {
		g.Record = schema.NewRecord(sel.Shape)
		c.decode(sel, t, id, st, g.Record)
	}
	return g
}

func (c *conn) get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	t, err := c.enter(ctx, "get", sel.Object)
	if err != nil {
		return nil, err
	}
	defer c.system.world.mu.Unlock()
	out := make([]connectors.Got, len(ids))
	horizon := c.system.horizon("get")
	for i, id := range ids {
		if f := c.system.due("get", t.name, "", id, stopsOne); f != nil {
			out[i] = connectors.Got{Presence: connectors.Unknown, Err: f.problem("get", t.name)}
			continue
		}
		out[i] = c.got(sel, t, id, c.seen(t, "get", id, horizon))
	}
	return out, nil
}

func (c *conn) find(ctx context.Context, sel *connectors.Selection, queries []connectors.Query) ([][]connectors.Got, error) {
	t, err := c.enter(ctx, "find", sel.Object)
	if err != nil {
		return nil, err
	}
	defer c.system.world.mu.Unlock()
	out := make([][]connectors.Got, len(queries))
	horizon := c.system.horizon("find")
	for i, q := range queries {
		for _, id := range t.order {
			st := c.seen(t, "find", id, horizon)
			if st == nil || st.presence != connectors.Live || !t.matches(id, st, q) {
				continue
			}
			if out[i] = append(out[i], c.got(sel, t, id, st)); len(out[i]) == 10 {
				break
			}
		}
	}
	return out, nil
}

func (t *Table) matches(id string, st *state, q connectors.Query) bool {
	for i, path := range q.Paths {
		v := st.get(path)
		if path == t.layout.ID {
			v = schema.String(id)
		}
		found := false
		for _, want := range q.Values[i] {
			found = found || (v.Is() && alike(v, want))
		}
		if !found {
			return false
		}
	}
	return true
}

// alike compares as a search does: texts by their text, whatever their kind.
func alike(a, b schema.Value) bool {
	if a.Text() != "" || b.Text() != "" {
		return a.Text() == b.Text()
	}
	return same(a, b)
}

func (c *conn) stamp(ctx context.Context, sel *connectors.Selection) (string, error) {
	if _, err := c.enter(ctx, "stamp", sel.Object); err != nil {
		return "", err
	}
	defer c.system.world.mu.Unlock()
	if c.system.manners.Lag > 0 {
		return "", &connectors.Error{
			Kind: connectors.Unsupported, Op: "stamp", Where: sel.Object,
			Err: fmt.Errorf("a system that lags cannot prove that nothing moved"),
		}
	}
	return strconv.FormatInt(c.system.version, 10), nil
}
