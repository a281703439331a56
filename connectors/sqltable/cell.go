package sqltable

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"time"
)

// A cell is one stored value as the driver returned it, in bytes: a tag and
// what follows it. Equal cells are equal values of one database.
const (
	cellNull byte = iota
	cellInt
	cellFloat
	cellText
	cellBytes
	cellBool
)

// appendCell appends what a driver returned.
func appendCell(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, cellNull), nil
	case int64:
		return binary.AppendVarint(append(b, cellInt), v), nil
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, cellFloat), math.Float64bits(v)), nil
	case string:
		b = binary.AppendUvarint(append(b, cellText), uint64(len(v)))
		return append(b, v...), nil
	case []byte:
		b = binary.AppendUvarint(append(b, cellBytes), uint64(len(v)))
		return append(b, v...), nil
	case bool:
		if v {
			return append(b, cellBool, 1), nil
		}
		return append(b, cellBool, 0), nil
	case uint64:
		if v <= math.MaxInt64 {
			return appendCell(b, int64(v))
		}
		return appendCell(b, strconv.FormatUint(v, 10))
	case float32:
		return appendCell(b, strconv.FormatFloat(float64(v), 'f', -1, 32))
	case time.Time:
		return appendCell(b, v.UTC().Format(time.RFC3339Nano))
	}
	return b, fmt.Errorf("the driver returned a %T", v)
}

// cell is one decoded cell. Its text shares the memory of what it was read
// from.
type cell struct {
	tag  byte
	num  int64
	real float64
	text string
}

// readCell reads the first cell of s and returns the rest.
func readCell(s string) (c cell, rest string, ok bool) {
	if s == "" {
		return c, s, false
	}
	c.tag, s = s[0], s[1:]
	switch c.tag {
	case cellNull:
		return c, s, true
	case cellInt:
		n, w := varint(s)
		c.num = n
		return c, s[w:], w > 0
	case cellFloat:
		if len(s) < 8 {
			return c, s, false
		}
		c.real = math.Float64frombits(binary.LittleEndian.Uint64([]byte(s[:8])))
		return c, s[8:], true
	case cellBool:
		if s == "" {
			return c, s, false
		}
		c.num = int64(s[0])
		return c, s[1:], true
	case cellText, cellBytes:
		n, w := uvarint(s)
		if w <= 0 || uint64(len(s)-w) < n {
			return c, s, false
		}
		c.text = s[w : w+int(n)]
		return c, s[w+int(n):], true
	}
	return c, s, false
}

// uvarint is binary.Uvarint for a string.
func uvarint(s string) (uint64, int) {
	var x uint64
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		x |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return x, i + 1
		}
	}
	return 0, 0
}

// varint is binary.Varint for a string.
func varint(s string) (int64, int) {
	u, w := uvarint(s)
	n := int64(u >> 1)
	if u&1 != 0 {
		n = ^n
	}
	return n, w
}

// string returns the cell as an id or revision is written: "" for null.
func (c cell) string() string {
	switch c.tag {
	case cellInt:
		return strconv.FormatInt(c.num, 10)
	case cellFloat:
		return strconv.FormatFloat(c.real, 'f', -1, 64)
	case cellBool:
		return strconv.FormatBool(c.num != 0)
	}
	return c.text
}

// value returns the cell as a parameter that is equal to what is stored.
func (c cell) value() any {
	switch c.tag {
	case cellNull:
		return nil
	case cellInt:
		return c.num
	case cellFloat:
		return c.real
	case cellBool:
		return c.num != 0
	case cellBytes:
		return []byte(c.text)
	}
	return c.text
}
