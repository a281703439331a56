package schema

import (
	"math/bits"
	"unsafe"
)

// Shape names the slots of records: what a compiled pipeline reads of an
// object. It is immutable and shared by every record of a pass.
//
// Why a table of its own instead of a map: a decoder asks it for every key of
// every record, and knows that there are few keys and all of them short.
type Shape struct {
	fields []Field
	table  []int32  // slot + 1 by the name's hash, 0 where none; a power of two long
	inner  []*Shape // by slot: the members read of an object there, nil: all; empty when no slot is narrowed
}

// NewShape returns the shape with one slot per field, in order. Of two fields
// of one name the later is found by name.
func NewShape(fields ...Field) *Shape {
	size := 1 << bits.Len(uint(4*len(fields)))
	s := &Shape{fields: fields, table: make([]int32, size)}
	for i, f := range fields {
		s.table[s.place(f.Name)] = int32(i + 1)
	}
	return s
}

// Narrowed returns the shape with only these members read of an object that
// stands in a slot of that name. What is no object is read as ever.
func (s *Shape) Narrowed(members map[string][]string) *Shape {
	out := &Shape{fields: s.fields, table: s.table, inner: make([]*Shape, len(s.fields))}
	for name, wanted := range members {
		slot := s.Slot(name)
		if slot < 0 {
			continue
		}
		fields := make([]Field, len(wanted))
		for i, member := range wanted {
			fields[i].Name = member
		}
		out.inner[slot] = NewShape(fields...)
	}
	return out
}

// Members returns the names of the members that are read of an object in slot
// i, and whether there is such a choice.
func (s *Shape) Members(i int) (names []string, narrowed bool) {
	inner := s.innerOf(i)
	if inner == nil {
		return nil, false
	}
	for _, f := range inner.fields {
		names = append(names, f.Name)
	}
	return names, true
}

func (s *Shape) innerOf(i int) *Shape {
	if len(s.inner) == 0 {
		return nil
	}
	return s.inner[i]
}

// Len returns the number of slots.
func (s *Shape) Len() int { return len(s.fields) }

// Field returns the field of slot i.
func (s *Shape) Field(i int) Field { return s.fields[i] }

// Fields returns the fields in slot order. The caller does not change them.
func (s *Shape) Fields() []Field { return s.fields }

// Slot returns the slot of a name, -1 when there is none.
func (s *Shape) Slot(name string) int { return int(s.table[s.place(name)]) - 1 }

// SlotOf is Slot for a name that stands in a buffer. It does not allocate.
func (s *Shape) SlotOf(name []byte) int {
	return s.Slot(unsafe.String(unsafe.SliceData(name), len(name)))
}

// place returns where in the table a name stands, or would stand. The table
// is at least half empty, so the search ends.
func (s *Shape) place(name string) int {
	last := len(s.table) - 1
	at := int(nameHash(name)) & last
	for {
		slot := s.table[at]
		if slot == 0 || s.fields[slot-1].Name == name {
			return at
		}
		at = (at + 1) & last
	}
}

// nameHash mixes the length, the first and the last eight bytes.
func nameHash(s string) uint32 {
	var first, last uint64
	n := len(s)
	switch {
	case n >= 8:
		first, last = load(s[:8]), load(s[n-8:])
	case n >= 4:
		first = uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
		last = uint64(s[n-4]) | uint64(s[n-3])<<8 | uint64(s[n-2])<<16 | uint64(s[n-1])<<24
	case n > 0:
		first, last = uint64(s[0])|uint64(s[n>>1])<<8, uint64(s[n-1])
	}
	high, low := bits.Mul64(first^0x9e3779b97f4a7c15, last^0xc2b2ae3d27d4eb4f^uint64(n))
	return uint32(high ^ low)
}

func load(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
