package schema

// Path leads to a place inside a record: a.b, list[0], list[type eq 'x'].value,
// with quoted steps for odd names. The zero Path is the record itself.
type Path struct {
	text  string
	steps []step
}

type step struct {
	name string
}

// ParsePath reads a path. A mistake is a *SyntaxError with its offset.
func ParsePath(text string) (Path, error) { return Path{}, nil }

// PathTo returns the path of these names, quoted where they need it.
func PathTo(names ...string) Path { return Path{} }

// String returns the path as it was written.
func (p Path) String() string { return p.text }

// Top returns the name of the first step: the top-level field the path is in.
func (p Path) Top() string { return "" }

// IsTop reports whether the path is a top-level field and nothing below.
func (p Path) IsTop() bool { return false }

// IsZero reports whether the path is the record itself.
func (p Path) IsZero() bool { return len(p.steps) == 0 }

// Rest returns the path below its top-level field.
func (p Path) Rest() Path { return Path{} }

// Writable reports whether Set can follow the path: it has no list[0].
func (p Path) Writable() bool { return false }

// Get returns what stands at the path in the record. An absent slot is
// absent; what is missing inside a present value is null when the record is
// whole, absent when it is partial.
func (p Path) Get(r *Record, whole bool) Value { return Value{} }

// Of is Get inside a value.
func (p Path) Of(v Value, whole bool) Value { return Value{} }

// Set returns root with v at the path; root itself stays as it is. Objects on
// the way that are missing are made; an element that a selector finds is
// replaced in place, and appended with the selector's field when there is
// none.
func (p Path) Set(root, v Value) (Value, error) { return root, nil }
