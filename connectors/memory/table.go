package memory

import (
	"sort"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/schema"
)

// Fields are the values of a record by the name of their field.
type Fields map[string]schema.Value

// Layout describes the records of a table.
type Layout struct {
	Fields []schema.Field // without the id, unless it is a field like others
	ID     string         // the field that shows the id; "id" when empty
	Open   bool           // whether records may have fields that are not listed
	Unique []string       // fields no two records may share, blank apart: a write that would is refused

	// Habits are what the system does to the values it stores, by field and in
	// order; Normalise, asked first, is any other such thing. nil: nothing.
	Habits    map[string][]Habit
	Normalise func(field string, v schema.Value) schema.Value
}

// Table is one object of a system.
type Table struct {
	system *System
	name   string
	layout Layout
	rows   map[string]*row
	order  []string // ids as first made; deleted ones stay and are skipped

	words   map[string][]string // by field, the words it takes; see Words
	dropped []string            // fields that were taken away
	retyped map[string]schema.Kind
}

// row is one record. What a state holds is never changed, a new one takes its
// place, so that a listing under way and a stale read may keep an old one.
type row struct {
	now *state
}

type state struct {
	names    []string
	values   []schema.Value
	version  int64
	at       time.Time // by the system's clock
	stored   time.Time // by the world's
	author   string
	trace    string
	presence connectors.Presence
	into     string
	hash     uint64
	unseen   bool   // created, but hidden from everybody who reads
	lacks    string // the field that is left out of what is shown
	prev     *state
	forgot   bool // there was a state before, and it is not remembered
}

// Table returns the object of a name and makes it with the layout when the
// system has none of that name.
func (s *System) Table(name string, layout Layout) *Table {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	if t := s.tables[name]; t != nil {
		return t
	}
	if layout.ID == "" {
		layout.ID = "id"
	}
	t := &Table{system: s, name: name, layout: layout, rows: map[string]*row{}}
	s.tables[name] = t
	s.order = append(s.order, name)
	return t
}

// Put makes or replaces a record, as a person would.
func (t *Table) Put(id string, fields Fields) { t.Edit("a person", id, fields, true) }

// Set changes fields of a record, as a person would. A record that is not
// there is made.
func (t *Table) Set(id string, fields Fields) { t.Edit("a person", id, fields, false) }

// Edit is an edit by someone. With replace, fields that are not given go away.
func (t *Table) Edit(author, id string, fields Fields, replace bool) {
	t.system.world.mu.Lock()
	defer t.system.world.mu.Unlock()
	next := &state{}
	if old := t.live(id); old != nil && !replace {
		next.names = append(next.names, old.names...)
		next.values = append(next.values, old.values...)
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		next.set(name, fields[name])
	}
	t.store(id, next, author, "")
}

// Delete removes a record, as a person would.
func (t *Table) Delete(id string) { t.leave(id, connectors.Gone, "") }

// Archive puts a record aside, as a person would.
func (t *Table) Archive(id string) { t.leave(id, connectors.Archived, "") }

// Merge merges a record into another, as a person would.
func (t *Table) Merge(id, into string) { t.leave(id, connectors.Merged, into) }

func (t *Table) leave(id string, p connectors.Presence, into string) {
	t.system.world.mu.Lock()
	defer t.system.world.mu.Unlock()
	if old := t.live(id); old != nil {
		t.store(id, old.as(p, into), "a person", "")
	}
}

// Record returns the fields of a live record; nil when there is none.
func (t *Table) Record(id string) Fields {
	t.system.world.mu.Lock()
	defer t.system.world.mu.Unlock()
	s := t.live(id)
	if s == nil {
		return nil
	}
	f := make(Fields, len(s.names))
	for i, n := range s.names {
		f[n] = s.values[i]
	}
	return f
}

// Hidden reports whether a record is there that nobody who reads gets to see.
func (t *Table) Hidden(id string) bool {
	t.system.world.mu.Lock()
	defer t.system.world.mu.Unlock()
	st := t.live(id)
	return st != nil && st.unseen
}

// Author returns who changed a record last; "" when there is none.
func (t *Table) Author(id string) string {
	t.system.world.mu.Lock()
	defer t.system.world.mu.Unlock()
	if r := t.rows[id]; r != nil {
		return r.now.author
	}
	return ""
}

// IDs returns the ids of the live records, in the order they were made.
func (t *Table) IDs() []string {
	t.system.world.mu.Lock()
	defer t.system.world.mu.Unlock()
	var ids []string
	for _, id := range t.order {
		if t.live(id) != nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// live returns the state of a record that is there; nil when it is not. The
// caller holds the lock, as for every unexported method below.
func (t *Table) live(id string) *state {
	r := t.rows[id]
	if r == nil || r.now.presence != connectors.Live {
		return nil
	}
	return r.now
}

// store makes the state the record's newest.
func (t *Table) store(id string, next *state, author, trace string) *state {
	if next.presence == connectors.Unknown {
		next.presence = connectors.Live
	}
	for i, n := range next.names {
		next.values[i] = t.kept(n, next.values[i])
	}
	t.system.version++
	next.version, next.author, next.trace = t.system.version, author, trace
	next.stored = t.system.world.options.Clock()
	next.at = t.system.dated(next.stored)
	next.hash = next.sum(id)
	r := t.rows[id]
	if r == nil {
		r = &row{}
		t.rows[id] = r
		t.order = append(t.order, id)
	}
	next.prev, r.now = r.now, next
	next.forget(next.stored.Add(-t.system.manners.Lag))
	return next
}

// as returns a copy of the state with another presence.
func (s *state) as(p connectors.Presence, into string) *state {
	return &state{
		names: append([]string(nil), s.names...), values: append([]schema.Value(nil), s.values...),
		presence: p, into: into,
	}
}

func (s *state) get(name string) schema.Value {
	for i, n := range s.names {
		if n == name {
			return s.values[i]
		}
	}
	return schema.Value{}
}

func (s *state) set(name string, v schema.Value) {
	for i, n := range s.names {
		if n == name {
			s.values[i] = v
			return
		}
	}
	s.names = append(s.names, name)
	s.values = append(s.values, v)
}

// sum hashes what a reader can see of a state. The order in which fields were
// first set does not matter.
func (s *state) sum(id string) uint64 {
	var total uint64
	var buf []byte
	for i, n := range s.names {
		buf = appendValue(append(append(buf[:0], n...), 0), s.values[i])
		total += xxh3.Hash(buf)
	}
	buf = strconv.AppendUint(append(buf[:0], id...), total, 16)
	return xxh3.Hash(strconv.AppendInt(buf, int64(s.presence), 10))
}

// appendValue writes a value so that two values are written alike exactly when
// they are the same in state, kind and content.
func appendValue(b []byte, v schema.Value) []byte {
	b = append(b, byte(v.State()), byte(v.Kind()))
	b = strconv.AppendInt(b, v.Int(), 10)
	b = strconv.AppendQuote(b, v.Text())
	b = strconv.AppendQuote(b, v.Currency())
	names := v.Names()
	for i, item := range v.Items() {
		if i < len(names) {
			b = strconv.AppendQuote(b, names[i])
		}
		b = append(appendValue(append(b, '['), item), ']')
	}
	return b
}

func same(a, b schema.Value) bool {
	return string(appendValue(nil, a)) == string(appendValue(nil, b))
}
