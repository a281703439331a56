package schema

import (
	"math"
	"slices"
	"unsafe"
)

// DecodeObject reads a JSON object into the slots of the record, which has
// the shape. Fields the shape does not name, and members it does not want of an
// object in a slot, are checked and skipped undecoded; slots the object does
// not name become absent. A mistake is a *SyntaxError,
// and the slots are then absent.
//
// Why two steps: plain strings, the most of a record, are first only noted as
// places in raw, then copied into one text that all of them are parts of: one
// allocation a record, and nothing of what was skipped is kept alive.
func DecodeObject(raw []byte, shape *Shape, rec *Record) error {
	clear(rec.Slots)
	if len(raw) > math.MaxInt32 {
		return &SyntaxError{What: "JSON", Offset: math.MaxInt32, Reason: "an object of more than 2 GiB"}
	}
	r := objectReader{jsonReader: jsonReader{jsonScanner: jsonScanner{src: raw}}, shape: shape, slots: rec.Slots}
	err := r.object()
	if err == nil {
		err = r.finish()
	}
	if err != nil {
		clear(rec.Slots)
		return err
	}
	r.copyTexts()
	return nil
}

type objectReader struct {
	jsonReader
	shape *Shape
	slots []Value
	total int // bytes of the strings noted
}

// noted is the kind of a string that is still a place in the source: its
// start and end are the halves of num.
const noted = kindMask

func (r *objectReader) object() error {
	if r.next() != '{' {
		return r.fail("expected an object")
	}
	r.pos++
	if r.next() == '}' {
		r.pos++
		return nil
	}
	for {
		key, err := r.key()
		if err != nil {
			return err
		}
		if err := r.field(key); err != nil {
			return err
		}
		if done, err := r.separator('}'); done || err != nil {
			return err
		}
	}
}

func (r *objectReader) field(key span) error {
	slot, err := r.slot(r.shape, key)
	if err != nil {
		return err
	}
	if slot < 0 {
		return r.skip(1)
	}
	if r.slots[slot].state != Absent {
		return r.failAt(key, twice)
	}
	switch c := r.next(); {
	case c == '"':
		return r.note(slot)
	case c == '{' && r.shape.innerOf(slot) != nil:
		r.slots[slot], err = r.narrowed(r.shape.innerOf(slot))
	default:
		r.slots[slot], err = r.value(1)
	}
	return err
}

// narrowed reads an object in a slot, and of it the members of the shape.
func (r *objectReader) narrowed(shape *Shape) (Value, error) {
	r.pos++
	if r.next() == '}' {
		r.pos++
		return Object(nil, nil), nil
	}
	names, items := make([]string, 0, shape.Len()), make([]Value, 0, shape.Len())
	for {
		key, err := r.key()
		if err != nil {
			return Value{}, err
		}
		switch slot, err := r.slot(shape, key); {
		case err != nil:
			return Value{}, err
		case slot < 0:
			if err := r.skip(2); err != nil {
				return Value{}, err
			}
		case slices.Contains(names, shape.Field(slot).Name):
			return Value{}, r.failAt(key, twice)
		default:
			item, err := r.value(2)
			if err != nil {
				return Value{}, err
			}
			names, items = append(names, shape.Field(slot).Name), append(items, item)
		}
		if done, err := r.separator('}'); err != nil {
			return Value{}, err
		} else if done {
			return Object(names, items), nil
		}
	}
}

func (r *objectReader) slot(shape *Shape, key span) (int, error) {
	if !key.escaped {
		return shape.SlotOf(r.src[key.start:key.end]), nil
	}
	name, err := r.unescaped(key)
	return shape.Slot(name), err
}

func (r *objectReader) note(slot int) error {
	t, err := r.text()
	if err != nil {
		return err
	}
	if t.escaped {
		text, err := r.unescaped(t)
		r.slots[slot] = String(text)
		return err
	}
	if t.start == t.end {
		r.slots[slot] = EmptyValue(KindString)
		return nil
	}
	r.slots[slot] = Value{state: Present, kind: noted, num: int64(t.start)<<32 | int64(t.end)}
	r.total += t.end - t.start
	return nil
}

// copyTexts turns the strings noted into parts of one new text.
func (r *objectReader) copyTexts() {
	if r.total == 0 {
		return
	}
	buffer := make([]byte, 0, r.total)
	all := unsafe.String(unsafe.SliceData(buffer), r.total)
	for i, v := range r.slots {
		if v.kind != noted {
			continue
		}
		from := len(buffer)
		buffer = append(buffer, r.src[v.num>>32:v.num&(1<<32-1)]...)
		r.slots[i] = Value{state: Present, kind: KindString, text: all[from:len(buffer)]}
	}
}
