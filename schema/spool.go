package schema

import (
	"encoding/binary"
	"strconv"
)

// recordForm is the version of a record's binary form.
const recordForm = 1

// AppendBinary appends the record in the form its DecodeBinary reads: four
// bytes of length, a version, the facts, then the slots.
func (r *Record) AppendBinary(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0, recordForm)
	dst = appendText(dst, r.ID)
	dst = appendText(dst, r.Revision)
	dst = appendText(dst, r.Author)
	dst = appendText(dst, r.Trace)
	dst = r.At.AppendBinary(dst)
	dst = binary.AppendUvarint(dst, uint64(len(r.Slots)))
	for _, v := range r.Slots {
		dst = v.AppendBinary(dst)
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

// DecodeBinary fills the record, which has the shape it was written with, and
// returns the bytes behind it. It copies what it keeps: one allocation for all
// texts. After an error the record is empty.
func (r *Record) DecodeBinary(src []byte) (rest []byte, err error) {
	if len(src) < 5 {
		return src, &SyntaxError{What: "binary record", Offset: len(src), Reason: "it is cut off"}
	}
	size := binary.LittleEndian.Uint32(src)
	body := src[4:]
	if uint64(size) > uint64(len(body)) {
		return src, &SyntaxError{What: "binary record", Offset: len(src), Reason: "it is cut off"}
	}
	d := binaryReader{src: string(body[:size])}
	r.Reset()
	if err := r.decode(&d); err != nil {
		r.Reset()
		return src, err
	}
	return body[size:], nil
}

func (r *Record) decode(d *binaryReader) (err error) {
	if d.src == "" || d.src[0] != recordForm {
		return d.fail("a record of another version")
	}
	d.pos++
	for _, fact := range []*string{&r.ID, &r.Revision, &r.Author, &r.Trace} {
		if *fact, err = d.text(); err != nil {
			return err
		}
	}
	if r.At, err = d.value(0); err != nil {
		return err
	}
	count, err := d.length()
	if err != nil {
		return err
	}
	if count != len(r.Slots) {
		return d.fail("a record of another shape: " + strconv.Itoa(count) + " slots instead of " + strconv.Itoa(len(r.Slots)))
	}
	for i := range r.Slots {
		if r.Slots[i], err = d.value(0); err != nil {
			return err
		}
	}
	if d.pos != len(d.src) {
		return d.fail("bytes left over")
	}
	return nil
}

// Clone returns a record that shares nothing that changes with this one.
func (r *Record) Clone() *Record {
	c := *r
	c.Slots = append([]Value(nil), r.Slots...)
	return &c
}
