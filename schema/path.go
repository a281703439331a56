package schema

import "strconv"

// Path leads to a place inside a record: a.b, list[0], list[type eq 'x'].value,
// with quoted steps for odd names. The zero Path is the record itself.
type Path struct {
	text  string
	steps []step
}

// step is one of three: a field's name, the place of an element, or a
// selector, which is the name of a field of an element and what it equals.
type step struct {
	kind  stepKind
	name  string
	index int
	want  Value
}

type stepKind uint8

const (
	stepName stepKind = iota
	stepIndex
	stepSelector
)

// PathTo returns the path of these names, quoted where they need it.
func PathTo(names ...string) Path {
	var p Path
	var text []byte
	for i, name := range names {
		if i > 0 {
			text = append(text, '.')
		}
		text = appendName(text, name)
		p.steps = append(p.steps, step{name: name})
	}
	p.text = string(text)
	return p
}

// String returns the path as it was written.
func (p Path) String() string { return p.text }

// IsZero reports whether the path is the record itself.
func (p Path) IsZero() bool { return len(p.steps) == 0 }

// Top returns the name of the first step: the top-level field the path is in.
// It is "" for the zero path.
func (p Path) Top() string {
	if len(p.steps) == 0 {
		return ""
	}
	return p.steps[0].name
}

// Member returns the name of the second step: the field that the path goes to
// in an object at its top. It is "" where there is none, or an element.
func (p Path) Member() string {
	if len(p.steps) < 2 || p.steps[1].kind != stepName {
		return ""
	}
	return p.steps[1].name
}

// IsTop reports whether the path is a top-level field and nothing below.
func (p Path) IsTop() bool { return len(p.steps) == 1 }

// Rest returns the path below its top-level field: what to Set, or take Of,
// the value of that field.
func (p Path) Rest() Path {
	if len(p.steps) < 2 {
		return Path{}
	}
	rest := Path{steps: p.steps[1:]}
	var text []byte
	for _, s := range rest.steps {
		text = s.append(text)
	}
	rest.text = string(text)
	return rest
}

func (s step) append(dst []byte) []byte {
	switch s.kind {
	case stepIndex:
		return append(strconv.AppendInt(append(dst, '['), int64(s.index), 10), ']')
	case stepSelector:
		dst = append(appendName(append(dst, '['), s.name), " eq "...)
		if s.want.kind == KindString {
			return append(strconv.AppendQuote(dst, s.want.text), ']')
		}
		return append(append(dst, s.want.Plain()...), ']')
	}
	if len(dst) > 0 {
		dst = append(dst, '.')
	}
	return appendName(dst, s.name)
}

// Writable reports whether Set can follow the path: it has no list[0].
func (p Path) Writable() bool {
	for _, s := range p.steps {
		if s.kind == stepIndex {
			return false
		}
	}
	return true
}

// Get returns what stands at the path in the record. An absent slot is
// absent; what is missing inside a present value is null when the record is
// whole, absent when it is partial.
func (p Path) Get(r *Record, whole bool) Value {
	v := r.Get(p.Top())
	if len(p.steps) < 2 || v.state == Absent {
		return v
	}
	return follow(p.steps[1:], v, whole)
}

// Of returns what stands at the path in a value, an object. What is missing
// is null when the value is whole, absent when it is partial.
func (p Path) Of(v Value, whole bool) Value {
	if v.state == Absent {
		return v
	}
	return follow(p.steps, v, whole)
}

func follow(steps []step, v Value, whole bool) Value {
	for _, s := range steps {
		if v.state == Null {
			return v
		}
		if v = s.of(v); v.state == Absent {
			break
		}
	}
	if v.state == Absent && whole {
		return NullValue()
	}
	return v
}

// of returns what one step leads to, absent when there is nothing.
func (s step) of(v Value) Value {
	switch {
	case s.kind == stepName && v.kind == KindObject:
		return v.Field(s.name)
	case s.kind == stepIndex && v.kind.Collection() && s.index < v.Len():
		return v.Items()[s.index]
	case s.kind == stepSelector && v.kind.Collection():
		if i := s.find(v.Items()); i >= 0 {
			return v.Items()[i]
		}
	}
	return Value{}
}

// find returns the first element the selector names, -1 when there is none.
func (s step) find(items []Value) int {
	for i, item := range items {
		if got := item.Field(s.name); got.Is() && s.selects(got) {
			return i
		}
	}
	return -1
}

// selects compares as text, since a record may hold as a string what the path
// writes as a number, and the other way round.
func (s step) selects(got Value) bool {
	return got.kind != KindObject && !got.kind.Collection() && got.Plain() == s.want.Plain()
}
