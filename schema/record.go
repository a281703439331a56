package schema

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
