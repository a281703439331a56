package schema

import "errors"

// The reasons why a path cannot be set in a value.
var (
	ErrNotWritable = errors.New("a path with a numbered element can only be read")
	ErrNotObject   = errors.New("the path leads through a value that is no object")
	ErrNotList     = errors.New("the path selects an element of a value that is no list")
	ErrSelector    = errors.New("the element to write is not the one the path selects")
)

// Set returns root with v at the path; root itself stays as it is. Objects on
// the way that are missing are made. An element that a selector finds is
// replaced in place; where there is none, one with the selector's field is
// appended, but not for the sake of a null. An absent v changes nothing.
func (p Path) Set(root, v Value) (Value, error) {
	if !p.Writable() {
		return Value{}, ErrNotWritable
	}
	if v.state == Absent {
		return root, nil
	}
	return set(p.steps, root, v)
}

func set(steps []step, at, v Value) (Value, error) {
	if len(steps) == 0 {
		return v, nil
	}
	if steps[0].kind == stepSelector {
		return steps[0].setElement(steps[1:], at, v)
	}
	return steps[0].setField(steps[1:], at, v)
}

func (s step) setField(rest []step, at, v Value) (Value, error) {
	if at.Is() && at.kind != KindObject {
		return Value{}, ErrNotObject
	}
	inner, err := set(rest, at.Field(s.name), v)
	if err != nil || inner.state == Absent {
		return at, err
	}
	return withField(at, s.name, inner), nil
}

// withField returns the object with one field set, in its place or at the end.
func withField(object Value, name string, v Value) Value {
	names, items := object.Names(), object.Items()
	for i, n := range names {
		if n == name {
			return Object(names, replaced(items, i, v))
		}
	}
	count := len(items)
	return Object(append(names[:count:count], name), append(items[:count:count], v))
}

func replaced(items []Value, i int, v Value) []Value {
	changed := append([]Value(nil), items...)
	changed[i] = v
	return changed
}

func (s step) setElement(rest []step, at, v Value) (Value, error) {
	if at.Is() && !at.kind.Collection() {
		return Value{}, ErrNotList
	}
	items := at.Items()
	i := s.find(items)
	if i < 0 && v.state == Null {
		return at, nil
	}
	element := Object([]string{s.name}, []Value{s.want})
	if i >= 0 {
		element = items[i]
	}
	element, err := s.changed(rest, element, v)
	if err != nil {
		return Value{}, err
	}
	if i >= 0 {
		items = replaced(items, i, element)
	} else {
		items = append(items[:len(items):len(items)], element)
	}
	if at.kind == KindSet {
		return Set(items...), nil
	}
	return List(items...), nil
}

// changed returns the element with v at the rest of the path, still the one
// that the selector finds.
func (s step) changed(rest []step, element, v Value) (Value, error) {
	element, err := set(rest, element, v)
	if err != nil {
		return Value{}, err
	}
	if element.kind != KindObject {
		return Value{}, ErrNotObject
	}
	selected := element.Field(s.name)
	if selected.state == Absent {
		return withField(element, s.name, s.want), nil
	}
	if !selected.Is() || !s.selects(selected) {
		return Value{}, ErrSelector
	}
	return element, nil
}
