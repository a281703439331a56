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

// String returns the path as it was written.
func (p Path) String() string { return p.text }
