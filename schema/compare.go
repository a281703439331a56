package schema

// Equal reports whether two values, both in normal form, are the same value
// in the same state.
func Equal(a, b Value) bool { return false }

// Compare orders two present values of one kind; numbers compare across int
// and decimal. It is false where there is no order: objects, other kinds,
// money of two currencies, null and absent.
func Compare(a, b Value) (order int, ok bool) { return 0, false }

// Compare orders two values like the function Compare, and the words of an
// ordered enum by their place in it.
func (t Type) Compare(a, b Value) (order int, ok bool) { return Compare(a, b) }

// Display returns the value as people read it, in one line, control
// characters escaped.
func (v Value) Display() string { return v.text }
