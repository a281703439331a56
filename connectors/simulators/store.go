package simulators

import (
	"cmp"
	"slices"
	"time"
)

// Object is a record as JSON has it.
type Object = map[string]any

// Store is what a simulated vendor holds: tables of records by id. It belongs
// to the request that is under way. What it gives is the vendor's own: change
// it through Put.
type Store struct {
	tables map[string]map[string]*row
	last   map[string]int64
	now    time.Time
	behind bool // reads have not seen the last writes
}

// row is a record, and what it was before it was written lately.
type row struct {
	is, was Object // nil: there is none
	at      time.Time
	number  int // in order of creation
}

// lag is how long a read may not see a write.
const lag = 20 * time.Second

func newStore() *Store {
	return &Store{tables: map[string]map[string]*row{}, last: map[string]int64{}}
}

// Next gives a table's next number, after the one that it began with.
func (s *Store) Next(table string, first int64) int64 {
	s.last[table] = max(s.last[table]+1, first)
	return s.last[table]
}

// Put writes a record.
func (s *Store) Put(table, id string, o Object) {
	t := s.tables[table]
	if t == nil {
		t = map[string]*row{}
		s.tables[table] = t
	}
	r := t[id]
	if r == nil {
		r = &row{number: len(t)}
		t[id] = r
	}
	if s.now.Sub(r.at) > lag {
		r.was = r.is
	}
	r.is, r.at = o, s.now
}

// Delete removes a record.
func (s *Store) Delete(table, id string) {
	if s.tables[table][id] != nil {
		s.Put(table, id, nil)
	}
}

// Get gives a copy of a record, nil where there is none.
func (s *Store) Get(table, id string) Object {
	if r := s.tables[table][id]; r != nil {
		return clone(s.seen(r))
	}
	return nil
}

// List gives copies of the records that fit, in order of creation.
func (s *Store) List(table string, fits func(Object) bool) []Object {
	rows := make([]*row, 0, len(s.tables[table]))
	for _, r := range s.tables[table] {
		if o := s.seen(r); o != nil && (fits == nil || fits(o)) {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b *row) int { return cmp.Compare(a.number, b.number) })
	out := make([]Object, len(rows))
	for i, r := range rows {
		out[i] = clone(s.seen(r))
	}
	return out
}

func (s *Store) seen(r *row) Object {
	if s.behind && s.now.Sub(r.at) <= lag {
		return r.was
	}
	return r.is
}

func clone(o Object) Object {
	if o == nil {
		return nil
	}
	return cloned(o).(Object)
}

func cloned(v any) any {
	switch v := v.(type) {
	case Object:
		out := make(Object, len(v))
		for k, x := range v {
			out[k] = cloned(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = cloned(x)
		}
		return out
	}
	return v
}
