package schema

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// jsonScanner walks over the bytes of one JSON text and checks them, without
// making values.
type jsonScanner struct {
	src []byte
	pos int
}

// span is a part of the source: the inside of a string, or a number.
type span struct {
	start, end int
	escaped    bool // a string with backslashes
	fraction   bool // a number with a point or an exponent
}

// next steps over blanks and returns the byte there, 0 at the end.
func (s *jsonScanner) next() byte {
	for s.pos < len(s.src) {
		if c := s.src[s.pos]; c > ' ' || !isBlank(c) {
			return c
		}
		s.pos++
	}
	return 0
}

// skip steps over one value. Depth counts the brackets around it.
func (s *jsonScanner) skip(depth int) error {
	switch c := s.next(); {
	case c == '"':
		_, err := s.text()
		return err
	case c == '{' || c == '[':
		return s.skipCompound(c, depth)
	case c == '-' || c-'0' <= 9:
		_, err := s.number()
		return err
	}
	_, err := s.literal()
	return err
}

func (s *jsonScanner) skipCompound(open byte, depth int) error {
	if depth >= maxDepth {
		return s.fail("nested deeper than 64")
	}
	end := open + 2 // ']' and '}' stand two behind '[' and '{'
	s.pos++
	if s.next() == end {
		s.pos++
		return nil
	}
	for {
		if open == '{' {
			if _, err := s.key(); err != nil {
				return err
			}
		}
		if err := s.skip(depth + 1); err != nil {
			return err
		}
		if done, err := s.separator(end); done || err != nil {
			return err
		}
	}
}

// key steps over "name": and returns the name's span.
func (s *jsonScanner) key() (span, error) {
	if s.next() != '"' {
		return span{}, s.fail("expected a key in quotes")
	}
	name, err := s.text()
	if err != nil {
		return name, err
	}
	if s.next() != ':' {
		return name, s.fail("expected a colon")
	}
	s.pos++
	return name, nil
}

// separator steps over a comma, or over the closing bracket.
func (s *jsonScanner) separator(end byte) (done bool, err error) {
	c := s.next()
	if c != ',' && c != end {
		return false, s.fail("expected a comma or a closing bracket")
	}
	s.pos++
	return c == end, nil
}

const (
	everyByte = 0x0101010101010101
	highBits  = 0x80 * everyByte
)

// text steps over a string, at whose opening quote the scanner stands. It
// looks at eight bytes at a time for what ends or marks it.
func (s *jsonScanner) text() (span, error) {
	at := s.pos + 1
	t := span{start: at}
	var beyondASCII uint64
	for {
		for at+8 <= len(s.src) {
			w := binary.LittleEndian.Uint64(s.src[at:])
			quote, slash := w^('"'*everyByte), w^('\\'*everyByte)
			found := ((quote-everyByte)&^quote | (slash-everyByte)&^slash | (w-' '*everyByte)&^w) & highBits
			if found != 0 {
				beyondASCII |= w & (found&-found - 1) & highBits
				at += bits.TrailingZeros64(found) / 8
				break
			}
			beyondASCII |= w & highBits
			at += 8
		}
		if at >= len(s.src) {
			s.pos = len(s.src)
			return t, s.fail("the string does not end")
		}
		switch c := s.src[at]; {
		case c == '"':
			t.end, s.pos = at, at+1
			if beyondASCII != 0 && !utf8.Valid(s.src[t.start:at]) {
				return t, s.fail("the string is not valid UTF-8")
			}
			return t, nil
		case c == '\\':
			t.escaped = true
			at += 2
		case c < ' ':
			s.pos = at
			return t, s.fail("a control character in a string")
		default:
			beyondASCII |= uint64(c & 0x80)
			at++
		}
	}
}

// number steps over a number as the grammar of JSON has it.
func (s *jsonScanner) number() (span, error) {
	n := span{start: s.pos}
	if s.src[s.pos] == '-' {
		s.pos++
	}
	zero := s.pos < len(s.src) && s.src[s.pos] == '0'
	if count := s.digits(); count == 0 || zero && count > 1 {
		return n, s.fail("a malformed number")
	}
	if s.pos < len(s.src) && s.src[s.pos] == '.' {
		n.fraction = true
		s.pos++
		if s.digits() == 0 {
			return n, s.fail("a malformed number")
		}
	}
	if s.pos < len(s.src) && s.src[s.pos]|0x20 == 'e' {
		n.fraction = true
		s.pos++
		if s.pos < len(s.src) && (s.src[s.pos] == '+' || s.src[s.pos] == '-') {
			s.pos++
		}
		if s.digits() == 0 {
			return n, s.fail("a malformed number")
		}
	}
	n.end = s.pos
	return n, nil
}

func (s *jsonScanner) digits() int {
	start := s.pos
	for s.pos < len(s.src) && s.src[s.pos]-'0' <= 9 {
		s.pos++
	}
	return s.pos - start
}

// literal steps over true, false or null and returns its value.
func (s *jsonScanner) literal() (Value, error) {
	rest := s.src[s.pos:]
	switch {
	case len(rest) >= 4 && string(rest[:4]) == "null":
		s.pos += 4
		return NullValue(), nil
	case len(rest) >= 4 && string(rest[:4]) == "true":
		s.pos += 4
		return Bool(true), nil
	case len(rest) >= 5 && string(rest[:5]) == "false":
		s.pos += 5
		return Bool(false), nil
	case len(rest) == 0:
		return Value{}, s.fail("it is cut off")
	}
	return Value{}, s.fail("expected a value")
}

// finish demands that nothing but blanks is left.
func (s *jsonScanner) finish() error {
	if s.next() != 0 || s.pos < len(s.src) {
		return s.fail("unexpected text after the value")
	}
	return nil
}

func (s *jsonScanner) fail(reason string) error {
	return &SyntaxError{What: "JSON", Offset: s.pos, Reason: reason}
}
