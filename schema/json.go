package schema

// FromJSON reads one JSON value. Numbers are read from their text, exactly:
// one without fraction and exponent that fits 64 bits is an int, any other a
// decimal. A key that stands twice, invalid UTF-8, or nesting deeper than 64
// is a *SyntaxError.
func FromJSON(raw []byte) (Value, error) { return Value{}, nil }

// DecodeObject reads a JSON object into the slots of the record, which has
// the shape. Fields the shape does not name are skipped undecoded; slots the
// object does not name become absent. A mistake is a *SyntaxError.
func DecodeObject(raw []byte, shape *Shape, rec *Record) error { return nil }

// AppendJSON appends the value as JSON: decimals as numbers with every digit,
// money as an object of amount and currency, timestamps in RFC 3339, absent
// and null as null. Fields of an object that are absent are left out.
func (v Value) AppendJSON(dst []byte) []byte { return dst }
