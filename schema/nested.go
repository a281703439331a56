package schema

import (
	"slices"
	"sort"
	"strconv"
	"strings"
)

// normalItems returns a list in its order, or a set sorted and without
// repeated or blank elements.
func (t *Type) normalItems(v Value, n Norm) (Value, error) {
	if !v.kind.Collection() {
		return Value{}, &Unfit{Want: *t, Reason: "expected several values, got one", value: v}
	}
	items, elem := v.Items(), t.ElemType()
	changed := false
	for i, item := range v.Items() {
		normal, err := elem.Normal(item, n)
		if err != nil {
			return Value{}, inside(err, "element "+strconv.Itoa(i+1), v)
		}
		if Equal(item, normal) {
			continue
		}
		if !changed {
			items, changed = slices.Clone(items), true
		}
		items[i] = normal
	}
	if t.Kind == KindSet {
		return sortedSet(v, items, changed), nil
	}
	if !changed && v.kind == KindList {
		return v, nil
	}
	return List(items...), nil
}

// sortedSet returns the set of normal items; v itself when it is that set
// already. Owned says that items is not v's own slice.
func sortedSet(v Value, items []Value, owned bool) Value {
	if !owned && v.kind == KindSet && isSet(items) {
		return v
	}
	if !owned {
		items = slices.Clone(items)
	}
	items = slices.DeleteFunc(items, notAnElement)
	slices.SortFunc(items, arrange)
	items = slices.CompactFunc(items, Equal)
	return Set(items...)
}

func isSet(items []Value) bool {
	for i, item := range items {
		if notAnElement(item) || i > 0 && arrange(items[i-1], item) >= 0 {
			return false
		}
	}
	return true
}

func notAnElement(v Value) bool { return v.state != Present }

// inside wraps what is wrong with a part of a value.
func inside(err error, part string, whole Value) error {
	if u := AsUnfit(err); u != nil {
		return &Unfit{Want: u.Want, Reason: part + ": " + u.Reason, Near: u.Near, value: whole}
	}
	return err
}

// normalObject returns an object with its fields sorted by name, each in the
// normal form of its type, without the absent ones. Fields the type does not
// know are kept.
func (t *Type) normalObject(v Value, n Norm) (Value, error) {
	if v.kind != KindObject {
		return Value{}, &Unfit{Want: *t, Reason: "expected an object, got a " + v.kind.String(), value: v}
	}
	f := fieldsOf(v)
	for i, name := range f.names {
		known, _ := t.Field(name)
		normal, err := known.Type.Normal(f.items[i], n)
		if err != nil {
			return Value{}, inside(err, "field "+strconv.Quote(name), v)
		}
		f.set(i, normal)
	}
	return f.object(v), nil
}

// normalAny sorts the fields of objects, so that equal ones look alike.
func normalAny(v Value) Value {
	switch {
	case v.state != Present:
		return v
	case v.kind == KindObject:
		f := fieldsOf(v)
		for i, item := range f.items {
			f.set(i, normalAny(item))
		}
		return f.object(v)
	case v.kind == KindSet:
		return sortedSet(v, anyItems(v.Items()), true)
	case v.kind == KindList:
		return anyList(v)
	}
	return v
}

func anyList(v Value) Value {
	for _, item := range v.Items() {
		if !item.kind.Scalar() && item.kind != KindAny {
			return List(anyItems(v.Items())...)
		}
	}
	return v
}

func anyItems(items []Value) []Value {
	normal := make([]Value, len(items))
	for i, item := range items {
		normal[i] = normalAny(item)
	}
	return normal
}

// fields is an object while it is made normal. Its slices are the object's
// own until something changes.
type fields struct {
	names []string
	items []Value
	owned bool
}

// fieldsOf returns the object's fields, sorted and without the absent ones.
func fieldsOf(v Value) *fields {
	f := &fields{names: v.Names(), items: v.Items()}
	sorted := slices.IsSorted(f.names)
	if sorted && !slices.ContainsFunc(f.items, Value.IsAbsent) {
		return f
	}
	f.own()
	if !sorted {
		sort.Stable(f)
	}
	kept := 0
	for i, item := range f.items {
		if item.state != Absent {
			f.names[kept], f.items[kept] = f.names[i], item
			kept++
		}
	}
	f.names, f.items = f.names[:kept], f.items[:kept]
	return f
}

func (f *fields) own() {
	if !f.owned {
		f.names, f.items, f.owned = slices.Clone(f.names), slices.Clone(f.items), true
	}
}

func (f *fields) set(i int, v Value) {
	if !Equal(f.items[i], v) {
		f.own()
		f.items[i] = v
	}
}

func (f *fields) object(v Value) Value {
	if !f.owned {
		return v
	}
	return Object(f.names, f.items)
}

// Len is the number of fields.
func (f *fields) Len() int { return len(f.names) }

// Less orders fields by name.
func (f *fields) Less(i, j int) bool { return strings.Compare(f.names[i], f.names[j]) < 0 }

// Swap exchanges two fields.
func (f *fields) Swap(i, j int) {
	f.names[i], f.names[j] = f.names[j], f.names[i]
	f.items[i], f.items[j] = f.items[j], f.items[i]
}
