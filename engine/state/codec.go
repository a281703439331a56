package state

import (
	"encoding/binary"
	"errors"
	"time"

	"syncline/schema"
)

// format is the first byte of every encoded value.
const format = 1

var errEncoding = errors.New("a stored value does not read: it is cut off, damaged or of another version")

// encoder appends to b. Numbers in keys are big-endian, so that keys sort.
type encoder struct{ b []byte }

func (e *encoder) u8(n uint8)       { e.b = append(e.b, n) }
func (e *encoder) number(n Number)  { e.b = binary.BigEndian.AppendUint16(e.b, uint16(n)) }
func (e *encoder) entity(n Entity)  { e.b = binary.BigEndian.AppendUint64(e.b, uint64(n)) }
func (e *encoder) u64(n uint64)     { e.b = binary.BigEndian.AppendUint64(e.b, n) }
func (e *encoder) uvarint(n uint64) { e.b = binary.AppendUvarint(e.b, n) }
func (e *encoder) varint(n int64)   { e.b = binary.AppendVarint(e.b, n) }
func (e *encoder) raw(s string)     { e.b = append(e.b, s...) }

func (e *encoder) str(s string) {
	e.uvarint(uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) bytes(p []byte) {
	e.uvarint(uint64(len(p)))
	e.b = append(e.b, p...)
}

func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.u8(0)
		return
	}
	e.u8(1)
	e.varint(t.UnixMicro())
}

func (e *encoder) value(v schema.Value) { e.bytes(v.AppendBinary(nil)) }

// decoder reads a copy of the bytes, so that what it gives outlives the
// transaction. After the first failure everything it gives is zero.
type decoder struct {
	s   string
	err error
}

func newDecoder(data []byte) decoder {
	d := decoder{s: string(data)}
	if d.u8() != format {
		d.fail()
	}
	return d
}

func (d *decoder) fail() {
	d.s = ""
	if d.err == nil {
		d.err = errEncoding
	}
}

func (d *decoder) take(n uint64) string {
	if n > uint64(len(d.s)) {
		d.fail()
		return ""
	}
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}

func (d *decoder) u8() uint8 {
	s := d.take(1)
	if s == "" {
		return 0
	}
	return s[0]
}

func (d *decoder) number() Number {
	s := d.take(2)
	if s == "" {
		return 0
	}
	return Number(s[0])<<8 | Number(s[1])
}

func (d *decoder) u64() uint64 {
	s := d.take(8)
	if s == "" {
		return 0
	}
	return uint64(s[0])<<56 | uint64(s[1])<<48 | uint64(s[2])<<40 | uint64(s[3])<<32 |
		uint64(s[4])<<24 | uint64(s[5])<<16 | uint64(s[6])<<8 | uint64(s[7])
}

func (d *decoder) entity() Entity { return Entity(d.u64()) }

func (d *decoder) uvarint() uint64 {
	var n uint64
	for i := 0; i < len(d.s) && i < binary.MaxVarintLen64; i++ {
		c := d.s[i]
		if i == binary.MaxVarintLen64-1 && c > 1 {
			break
		}
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			d.s = d.s[i+1:]
			return n
		}
	}
	d.fail()
	return 0
}

func (d *decoder) varint() int64 {
	n := d.uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

// count reads how many things follow, each of at least the size: what cannot
// be there is refused before memory is taken for it.
func (d *decoder) count(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.s)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) str() string { return d.take(d.uvarint()) }

func (d *decoder) bytes() []byte {
	s := d.str()
	if s == "" {
		return nil
	}
	return []byte(s)
}

func (d *decoder) time() time.Time {
	if d.u8() == 0 {
		return time.Time{}
	}
	return time.UnixMicro(d.varint()).UTC()
}

func (d *decoder) value() schema.Value {
	s := d.str()
	if d.err != nil {
		return schema.Value{}
	}
	v, err := decodeValue(s)
	if err != nil {
		d.fail()
	}
	return v
}

// end returns the first failure; bytes left over are one.
func (d *decoder) end() error {
	if d.err == nil && d.s != "" {
		d.fail()
	}
	return d.err
}

func decodeValue(s string) (schema.Value, error) {
	v, rest, err := schema.DecodeBinary([]byte(s))
	if err == nil && len(rest) > 0 {
		err = errEncoding
	}
	return v, err
}

func (e *encoder) bool(yes bool) {
	if yes {
		e.u8(1)
		return
	}
	e.u8(0)
}
