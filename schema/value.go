package schema

import "time"

// State says which of the four states a value is in. The zero State is
// Absent, so a slot nobody filled says so.
type State uint8

const (
	// Absent means not returned, not permitted or not selected. It is never a
	// change and never written.
	Absent State = iota
	// Null means the system says there is no value.
	Null
	// Empty means a value without content: "", an empty list or set.
	Empty
	// Present means a value.
	Present
)

// Value is one value in one of the four states. It is immutable and small,
// comparable only through Equal; its zero value is absent.
//
// What the fields hold, by kind:
//
//	string, text, email, phone, url, country, enum, ref, date   text
//	decimal                                                     text, the exact number
//	money                                                       text = amount, unit = currency
//	int, bool                                                   num
//	timestamp                                                   num = microseconds since 1970 UTC
//	list, set                                                   more.items
//	object                                                      more.names, more.items
type Value struct {
	state State
	kind  Kind
	num   int64
	text  string
	more  *compound
}

type compound struct {
	unit  string
	names []string
	items []Value
}

// State returns the state.
func (v Value) State() State { return v.state }

// Kind returns the kind of what is held; KindAny for absent and null.
func (v Value) Kind() Kind { return v.kind }

// NullValue returns the value that says there is no value.
func NullValue() Value { return Value{state: Null} }

// Text returns a text of the kind as it stands; nothing is normalised.
func Text(kind Kind, text string) Value {
	if text == "" {
		return Value{state: Empty, kind: kind}
	}
	return Value{state: Present, kind: kind, text: text}
}

// String returns a string value.
func String(text string) Value { return Text(KindString, text) }

// Int returns an integer.
func Int(n int64) Value { return Value{state: Present, kind: KindInt, num: n} }

// Bool returns a truth value.
func Bool(b bool) Value {
	v := Value{state: Present, kind: KindBool}
	if b {
		v.num = 1
	}
	return v
}

// Timestamp returns a moment, to the microsecond, in UTC.
func Timestamp(t time.Time) Value {
	return Value{state: Present, kind: KindTimestamp, num: t.UnixMicro()}
}

// List returns a list of the items. It keeps the slice.
func List(items ...Value) Value { return collection(KindList, items) }

// Set returns a set of the items as they stand; normalising sorts them and
// drops repeated ones. It keeps the slice.
func Set(items ...Value) Value { return collection(KindSet, items) }

func collection(kind Kind, items []Value) Value {
	if len(items) == 0 {
		return Value{state: Empty, kind: kind}
	}
	return Value{state: Present, kind: kind, more: &compound{items: items}}
}

// Object returns an object with the fields in this order. It keeps both
// slices, which have one length.
func Object(names []string, items []Value) Value {
	if len(names) != len(items) {
		panic("schema: an object needs one item per name")
	}
	return Value{state: Present, kind: KindObject, more: &compound{names: names, items: items}}
}

// Text returns the text of a value that holds one, "" otherwise. Of money it
// is the amount.
func (v Value) Text() string { return v.text }

// Int returns the number of an int or bool, 0 otherwise.
func (v Value) Int() int64 { return v.num }

// Bool returns whether the value is a bool that holds true.
func (v Value) Bool() bool { return v.kind == KindBool && v.num != 0 }

// Time returns the moment of a timestamp in UTC, the zero time otherwise.
func (v Value) Time() time.Time {
	if v.kind != KindTimestamp || v.state != Present {
		return time.Time{}
	}
	return time.UnixMicro(v.num).UTC()
}

// Currency returns the currency of money, "" otherwise.
func (v Value) Currency() string {
	if v.more == nil {
		return ""
	}
	return v.more.unit
}

// Items returns the elements of a list or set, or the values of an object's
// fields. The caller does not change them.
func (v Value) Items() []Value {
	if v.more == nil {
		return nil
	}
	return v.more.items
}

// Names returns the names of an object's fields, in the order of Items.
func (v Value) Names() []string {
	if v.more == nil {
		return nil
	}
	return v.more.names
}

// Field returns the field of an object; absent when it has none of that name.
func (v Value) Field(name string) Value {
	if v.more != nil {
		for i, n := range v.more.names {
			if n == name {
				return v.more.items[i]
			}
		}
	}
	return Value{}
}

// Is reports whether the value is present: neither absent, null nor empty.
func (v Value) Is() bool { return v.state == Present }
