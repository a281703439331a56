package schema

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// FromJSON reads one JSON value. Numbers are read from their text, exactly: a
// whole one that fits 64 bits is an int, any other a decimal. A key that stands twice, invalid UTF-8, half of a surrogate pair,
// or nesting deeper than 64 is a *SyntaxError.
func FromJSON(raw []byte) (Value, error) {
	r := jsonReader{jsonScanner: jsonScanner{src: raw}}
	return r.whole()
}

// ViewJSON is FromJSON for a look: the texts and names of the value are parts
// of raw, and hold no longer than raw stays as it is.
func ViewJSON(raw []byte) (Value, error) {
	r := jsonReader{jsonScanner: jsonScanner{src: raw}, view: true}
	return r.whole()
}

// jsonReader makes values of what the scanner finds.
type jsonReader struct {
	jsonScanner
	view bool // texts are not copied
}

func (r *jsonReader) whole() (Value, error) {
	v, err := r.value(0)
	if err == nil {
		err = r.finish()
	}
	if err != nil {
		return Value{}, err
	}
	return v, nil
}

func (r *jsonReader) value(depth int) (Value, error) {
	switch c := r.next(); {
	case c == '"':
		t, err := r.text()
		if err != nil {
			return Value{}, err
		}
		text, err := r.unescaped(t)
		return String(text), err
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.list(depth)
	case c == '-' || c-'0' <= 9:
		return r.numeric()
	}
	return r.literal()
}

func (r *jsonReader) list(depth int) (Value, error) {
	if depth >= maxDepth {
		return Value{}, r.fail("nested deeper than 64")
	}
	r.pos++
	if r.next() == ']' {
		r.pos++
		return List(), nil
	}
	var items []Value
	for {
		item, err := r.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		items = append(items, item)
		if done, err := r.separator(']'); err != nil {
			return Value{}, err
		} else if done {
			return List(items...), nil
		}
	}
}

func (r *jsonReader) object(depth int) (Value, error) {
	if depth >= maxDepth {
		return Value{}, r.fail("nested deeper than 64")
	}
	r.pos++
	if r.next() == '}' {
		r.pos++
		return Object(nil, nil), nil
	}
	var names nameList
	var items []Value
	for {
		name, err := r.name(&names)
		if err != nil {
			return Value{}, err
		}
		item, err := r.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		names.list, items = append(names.list, name), append(items, item)
		if done, err := r.separator('}'); err != nil {
			return Value{}, err
		} else if done {
			return Object(names.list, items), nil
		}
	}
}

func (r *jsonReader) name(seen *nameList) (string, error) {
	t, err := r.key()
	if err != nil {
		return "", err
	}
	name, err := r.unescaped(t)
	if err == nil && seen.has(name) {
		err = r.failAt(t, twice)
	}
	return name, err
}

const twice = "a key stands twice"

// nameList is the keys of one object so far. It searches few of them one by
// one, and many through a map.
type nameList struct {
	list  []string
	index map[string]bool
}

func (n *nameList) has(name string) bool {
	if len(n.list) <= 24 {
		for _, other := range n.list {
			if other == name {
				return true
			}
		}
		return false
	}
	if n.index == nil {
		n.index = make(map[string]bool, 2*len(n.list))
		for _, other := range n.list {
			n.index[other] = true
		}
	}
	known := n.index[name]
	n.index[name] = true
	return known
}

// numeric reads a number by its value: 1.0 and 1e0 are the int 1.
func (r *jsonReader) numeric() (Value, error) {
	n, err := r.number()
	if err != nil {
		return Value{}, err
	}
	text := r.src[n.start:n.end]
	if !n.fraction && len(text) <= 18 {
		return Int(smallInt(text)), nil
	}
	canonical, reason := canonicalDecimal(string(text))
	if reason != "" {
		return Value{}, r.failAt(n, reason)
	}
	if whole, err := strconv.ParseInt(canonical, 10, 64); err == nil {
		return Int(whole), nil
	}
	return Decimal(canonical), nil
}

func smallInt(text []byte) (n int64) {
	negative := text[0] == '-'
	if negative {
		text = text[1:]
	}
	for _, c := range text {
		n = n*10 + int64(c-'0')
	}
	if negative {
		return -n
	}
	return n
}

// unescaped returns the text of a string.
func (r *jsonReader) unescaped(t span) (string, error) {
	raw := r.src[t.start:t.end]
	switch {
	case t.escaped:
	case r.view:
		return unsafe.String(unsafe.SliceData(raw), len(raw)), nil
	default:
		return string(raw), nil
	}
	text := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			text = append(text, raw[i])
			i++
			continue
		}
		var n int
		if text, n = unescape(text, raw[i:]); n == 0 {
			return "", r.failAt(t, "a malformed escape in a string")
		}
		i += n
	}
	return string(text), nil
}

// unescape appends what the escape at the start of raw stands for and returns
// its length, 0 when it is malformed.
func unescape(dst, raw []byte) ([]byte, int) {
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if len(raw) < 2 {
		return dst, 0
	}
	for i := range len(letters) {
		if raw[1] == letters[i] {
			return append(dst, meanings[i]), 2
		}
	}
	first, ok := hexEscape(raw)
	if !ok {
		return dst, 0
	}
	if !utf16.IsSurrogate(first) {
		return utf8.AppendRune(dst, first), 6
	}
	second, ok := hexEscape(raw[6:])
	pair := utf16.DecodeRune(first, second)
	if !ok || pair == utf8.RuneError {
		return dst, 0
	}
	return utf8.AppendRune(dst, pair), 12
}

func hexEscape(raw []byte) (rune, bool) {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range raw[2:6] {
		switch {
		case c-'0' <= 9:
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

func (r *jsonReader) failAt(t span, reason string) error {
	return &SyntaxError{What: "JSON", Offset: t.start, Reason: reason}
}
