package schema

import (
	"encoding/binary"
	"strings"
	"unsafe"
)

// The binary form of a value is one byte, state in the upper two bits and kind
// in the lower six, and for a present value its content:
//
//	text, decimal   length, bytes
//	money           amount and currency, each length, bytes
//	int, timestamp  zigzag varint
//	bool            one byte, 0 or 1
//	list, set       count, elements
//	object          count, then per field length, name, value
//
// Lengths and counts are varints. Kind 63 is free for a later form.
const (
	kindBits   = 6
	kindMask   = 1<<kindBits - 1
	lastKind   = KindObject
	countGuess = 256 // the most elements memory is taken for before they are seen
)

// AppendBinary appends the value in the form DecodeBinary reads.
func (v Value) AppendBinary(dst []byte) []byte {
	dst = append(dst, byte(v.state)<<kindBits|byte(v.kind))
	if v.state != Present {
		return dst
	}
	switch v.kind {
	case KindInt, KindTimestamp:
		return binary.AppendVarint(dst, v.num)
	case KindBool:
		return append(dst, byte(v.num&1))
	case KindMoney:
		return appendText(appendText(dst, v.text), v.Currency())
	case KindList, KindSet:
		dst = binary.AppendUvarint(dst, uint64(v.Len()))
		for _, item := range v.Items() {
			dst = item.AppendBinary(dst)
		}
		return dst
	case KindObject:
		dst = binary.AppendUvarint(dst, uint64(v.Len()))
		for i, item := range v.Items() {
			dst = item.AppendBinary(appendText(dst, v.more.names[i]))
		}
		return dst
	}
	return appendText(dst, v.text)
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// DecodeBinary reads one value and returns the bytes behind it. It copies
// what it keeps. Bytes that AppendBinary did not write give a *SyntaxError.
func DecodeBinary(src []byte) (v Value, rest []byte, err error) {
	d := binaryReader{src: unsafe.String(unsafe.SliceData(src), len(src)), clone: true}
	if v, err = d.value(0); err != nil {
		return Value{}, src, err
	}
	return v, src[d.pos:], nil
}

// binaryReader reads values out of src. With clone it copies the texts, since
// src is then somebody else's buffer; without, they stay parts of src.
type binaryReader struct {
	src   string
	pos   int
	clone bool
}

func (d *binaryReader) value(depth int) (Value, error) {
	if d.pos >= len(d.src) {
		return Value{}, d.fail("it is cut off")
	}
	head := d.src[d.pos]
	v := Value{state: State(head >> kindBits), kind: Kind(head & kindMask)}
	if v.kind > lastKind || v.state < Empty && v.kind != KindAny {
		return Value{}, d.fail("unknown kind of value")
	}
	d.pos++
	if v.state != Present {
		return v, nil
	}
	err := d.content(&v, depth)
	return v, err
}

func (d *binaryReader) content(v *Value, depth int) (err error) {
	switch v.kind {
	case KindInt, KindTimestamp:
		v.num, err = d.number()
	case KindBool:
		err = d.truth(v)
	case KindMoney:
		var unit string
		if v.text, err = d.text(); err == nil {
			unit, err = d.text()
			v.more = unitOf(unit)
		}
	case KindList, KindSet, KindObject:
		if depth >= maxDepth {
			return d.fail("nested too deep")
		}
		v.more, err = d.compound(v.kind, depth+1)
	default:
		v.text, err = d.text()
	}
	if err == nil && v.text == "" && heldAsText(v.kind) {
		err = d.fail("a text without content")
	}
	return err
}

func heldAsText(k Kind) bool {
	return k.Textual() || k == KindDecimal || k == KindMoney || k == KindAny
}

func (d *binaryReader) truth(v *Value) error {
	if d.pos >= len(d.src) || d.src[d.pos] > 1 {
		return d.fail("expected a truth value")
	}
	v.num = int64(d.src[d.pos])
	d.pos++
	return nil
}

func (d *binaryReader) compound(kind Kind, depth int) (*compound, error) {
	count, err := d.length()
	if err != nil {
		return nil, err
	}
	if count == 0 && kind != KindObject {
		return nil, d.fail("a list without elements")
	}
	c := &compound{items: make([]Value, 0, min(count, countGuess))}
	for range count {
		if kind == KindObject {
			name, err := d.text()
			if err != nil {
				return nil, err
			}
			c.names = append(c.names, name)
		}
		item, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		c.items = append(c.items, item)
	}
	return c, nil
}

func (d *binaryReader) text() (string, error) {
	n, err := d.length()
	if err != nil {
		return "", err
	}
	s := d.src[d.pos : d.pos+n]
	d.pos += n
	if d.clone {
		s = strings.Clone(s)
	}
	return s, nil
}

// length reads a length or count. It is never more than the bytes left, since
// everything counted takes at least one.
func (d *binaryReader) length() (int, error) {
	u, err := d.unsigned()
	if err == nil && u > uint64(len(d.src)-d.pos) {
		err = d.fail("it is cut off")
	}
	return int(u), err
}

func (d *binaryReader) number() (int64, error) {
	u, err := d.unsigned()
	return int64(u>>1) ^ -int64(u&1), err
}

func (d *binaryReader) unsigned() (u uint64, err error) {
	for shift := uint(0); shift < 64 && d.pos < len(d.src); shift += 7 {
		b := d.src[d.pos]
		d.pos++
		if shift == 63 && b > 1 {
			break
		}
		u |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return u, nil
		}
	}
	return 0, d.fail("a number does not end")
}

func (d *binaryReader) fail(reason string) error {
	return &SyntaxError{What: "binary value", Offset: d.pos, Reason: reason}
}
