package formats

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Charset is a way to write characters as bytes.
type Charset uint8

// The charsets that can be read and written.
const (
	UTF8 Charset = iota
	UTF16LE
	UTF16BE
	Windows1252
)

// Encoding is a charset and whether a byte order mark comes first.
type Encoding struct {
	Charset Charset
	BOM     bool
}

var (
	bomUTF8    = []byte{0xEF, 0xBB, 0xBF}
	bomUTF16LE = []byte{0xFF, 0xFE}
	bomUTF16BE = []byte{0xFE, 0xFF}
)

// ParseEncoding returns the charset of a name; false when it is not known.
func ParseEncoding(name string) (Charset, bool) {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name)) {
	case "utf8":
		return UTF8, true
	case "utf16le", "utf16":
		return UTF16LE, true
	case "utf16be":
		return UTF16BE, true
	case "cp1252", "windows1252", "latin1", "iso88591":
		return Windows1252, true
	}
	return UTF8, false
}

// Mark says whether a text in the charset begins with its byte order mark.
func (c Charset) Mark(head []byte) Encoding {
	e := Encoding{Charset: c}
	e.BOM = len(e.mark()) > 0 && bytes.HasPrefix(head, e.mark())
	return e
}

// Detect tells the encoding of a text by its head: a byte order mark, the
// zero bytes of UTF-16, else UTF-8 unless more of the head's bytes are out of
// place in UTF-8 than make sense in it.
func Detect(head []byte) Encoding {
	switch {
	case bytes.HasPrefix(head, bomUTF8):
		return Encoding{UTF8, true}
	case bytes.HasPrefix(head, bomUTF16LE):
		return Encoding{UTF16LE, true}
	case bytes.HasPrefix(head, bomUTF16BE):
		return Encoding{UTF16BE, true}
	}
	if c, ok := zeros(head[:min(len(head), 1024)]); ok {
		return Encoding{Charset: c}
	}
	if utf8.Valid(head) {
		return Encoding{}
	}
	good, bad := 0, 0
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRune(head[i:])
		switch {
		case r == utf8.RuneError && n == 1 && (utf8.FullRune(head[i:]) || len(head) < HeadSize):
			bad++
		case n > 1:
			good++
		}
		i += n
	}
	if bad > good {
		return Encoding{Charset: Windows1252}
	}
	return Encoding{}
}

// zeros recognises UTF-16 without a mark: text in it that is mostly ASCII has
// a zero in nearly every second byte.
func zeros(head []byte) (Charset, bool) {
	var at [2]int
	for i, b := range head {
		if b == 0 {
			at[i%2]++
		}
	}
	most := len(head) / 2 * 7 / 10
	switch {
	case len(head) < 4:
		return UTF8, false
	case at[1] > most && at[0] == 0:
		return UTF16LE, true
	case at[0] > most && at[1] == 0:
		return UTF16BE, true
	}
	return UTF8, false
}

func (e Encoding) mark() []byte {
	switch e.Charset {
	case UTF16LE:
		return bomUTF16LE
	case UTF16BE:
		return bomUTF16BE
	case Windows1252:
		return nil
	}
	return bomUTF8
}

// Mark returns the bytes that come before the text: the byte order mark, or
// none.
func (e Encoding) Mark() []byte {
	if e.BOM {
		return e.mark()
	}
	return nil
}

// Decode returns the text as UTF-8, without the mark. Nothing is lost: Append
// gives the same bytes back, because half of a UTF-16 pair is kept as three
// bytes that UTF-8 does not allow, and reading them as a value is an error.
func (e Encoding) Decode(src []byte) ([]byte, error) {
	src = bytes.TrimPrefix(src, e.Mark())
	switch e.Charset {
	case Windows1252:
		return decode1252(src), nil
	case UTF16LE:
		return decode16(src, binary.LittleEndian)
	case UTF16BE:
		return decode16(src, binary.BigEndian)
	}
	return src, nil
}

func decode16(src []byte, order binary.ByteOrder) ([]byte, error) {
	if len(src)%2 != 0 {
		return nil, errors.New("a UTF-16 text has an odd number of bytes: it is cut off")
	}
	dst := make([]byte, 0, len(src)/2+len(src)/8)
	for i := 0; i < len(src); i += 2 {
		u := rune(order.Uint16(src[i:]))
		if u >= 0xD800 && u < 0xDC00 && i+4 <= len(src) {
			if low := rune(order.Uint16(src[i+2:])); low >= 0xDC00 && low < 0xE000 {
				dst = utf8.AppendRune(dst, (u-0xD800)<<10+(low-0xDC00)+0x10000)
				i += 2
				continue
			}
		}
		if u >= 0xD800 && u < 0xE000 {
			dst = append(dst, 0xE0|byte(u>>12), 0x80|byte(u>>6)&0x3F|0x80, 0x80|byte(u)&0x3F)
			continue
		}
		dst = utf8.AppendRune(dst, u)
	}
	return dst, nil
}

// Append writes UTF-8 text in the encoding, without the mark. A character the
// charset does not have is an error.
func (e Encoding) Append(dst, text []byte) ([]byte, error) {
	switch e.Charset {
	case Windows1252:
		return append1252(dst, text)
	case UTF16LE:
		return append16(dst, text, binary.LittleEndian), nil
	case UTF16BE:
		return append16(dst, text, binary.BigEndian), nil
	}
	return append(dst, text...), nil
}

// decode1252 takes the five bytes cp1252 leaves undefined for the control
// characters of that number, as browsers do.
func decode1252(src []byte) []byte {
	dst := make([]byte, 0, len(src)+len(src)/8)
	for _, b := range src {
		r := charmap.Windows1252.DecodeByte(b)
		if r == utf8.RuneError {
			r = rune(b)
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

func append1252(dst, text []byte) ([]byte, error) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok && r >= 0x80 && r < 0xA0 && charmap.Windows1252.DecodeByte(byte(r)) == utf8.RuneError {
			b, ok = byte(r), true
		}
		if !ok {
			return dst, errors.New("a character of the value does not exist in cp1252")
		}
		dst = append(dst, b)
		i += n
	}
	return dst, nil
}

func append16(dst, text []byte, order binary.AppendByteOrder) []byte {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n == 1 && i+3 <= len(text) && text[i] == 0xED:
			half := uint16(text[i]&0x0F)<<12 | uint16(text[i+1]&0x3F)<<6 | uint16(text[i+2]&0x3F)
			dst = order.AppendUint16(dst, half)
			n = 3
		case r >= 0x10000:
			r -= 0x10000
			dst = order.AppendUint16(dst, 0xD800+uint16(r>>10))
			dst = order.AppendUint16(dst, 0xDC00+uint16(r&0x3FF))
		default:
			dst = order.AppendUint16(dst, uint16(r))
		}
		i += n
	}
	return dst
}
