package schema

// Shape names the slots of records: what a compiled pipeline reads of an
// object. It is immutable and shared by every record of a pass.
type Shape struct {
	fields []Field
	index  map[string]int
}

// NewShape returns the shape with one slot per field, in order.
func NewShape(fields ...Field) *Shape {
	s := &Shape{fields: fields, index: make(map[string]int, len(fields))}
	for i, f := range fields {
		s.index[f.Name] = i
	}
	return s
}

// Len returns the number of slots.
func (s *Shape) Len() int { return len(s.fields) }

// Field returns the field of slot i.
func (s *Shape) Field(i int) Field { return s.fields[i] }

// Fields returns the fields in slot order. The caller does not change them.
func (s *Shape) Fields() []Field { return s.fields }

// Slot returns the slot of a name, -1 when there is none.
func (s *Shape) Slot(name string) int {
	if i, ok := s.index[name]; ok {
		return i
	}
	return -1
}

// SlotOf is Slot for a name that stands in a buffer. It does not allocate.
func (s *Shape) SlotOf(name []byte) int {
	if i, ok := s.index[string(name)]; ok {
		return i
	}
	return -1
}

// Record is what a system holds, as far as the pipeline asked: one value per
// slot of its shape. It is reused between reads; a caller that keeps one
// clones it.
type Record struct {
	Shape    *Shape
	Slots    []Value
	ID       string
	Revision string
	At       Value  // when it changed last, as the system says; absent when it does not
	Author   string // who changed it last; "" when the system does not say
	Trace    string
}

// NewRecord returns an empty record of the shape: every slot absent.
func NewRecord(s *Shape) *Record {
	return &Record{Shape: s, Slots: make([]Value, s.Len())}
}

// Reset makes the record empty again and keeps its memory.
func (r *Record) Reset() {
	clear(r.Slots)
	r.ID, r.Revision, r.Author, r.Trace, r.At = "", "", "", "", Value{}
}

// Get returns the value of a top-level field; absent when the shape has none.
func (r *Record) Get(name string) Value {
	if i := r.Shape.Slot(name); i >= 0 {
		return r.Slots[i]
	}
	return Value{}
}
