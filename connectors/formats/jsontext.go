package formats

import (
	"bytes"
	"encoding/json"
)

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// skipValue returns the place after the JSON value that begins at i; -1 when b
// ends first, i when there is none. It follows brackets and strings and checks
// nothing else: whoever decodes the value does.
func skipValue(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	for i < len(b) && !isSpace(b[i]) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] != ':' {
		i++
	}
	return i
}

func skipString(b []byte, i int) int {
	for i++; i < len(b); i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		slashes := 0
		for b[i-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i + 1
		}
	}
	return -1
}

func skipNested(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			if i = skipString(b, i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// member is one member of a JSON object, by its places in the raw text.
type member struct {
	name, nameEnd int // with its quotes
	start, end    int // of the value
}

// appendMembers returns the members of a JSON object.
func appendMembers(dst []member, raw []byte) ([]member, error) {
	i := skipSpace(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return dst, fault("", "this is not a JSON object")
	}
	i = skipSpace(raw, i+1)
	if i < len(raw) && raw[i] == '}' {
		return dst, nil
	}
	for i < len(raw) && raw[i] == '"' {
		m := member{name: i, nameEnd: skipString(raw, i)}
		if m.nameEnd < 0 {
			break
		}
		if i = skipSpace(raw, m.nameEnd); i >= len(raw) || raw[i] != ':' {
			break
		}
		m.start = skipSpace(raw, i+1)
		if m.end = skipValue(raw, m.start); m.end <= m.start {
			break
		}
		dst = append(dst, m)
		i = skipSpace(raw, m.end)
		if i < len(raw) && raw[i] == '}' {
			return dst, nil
		}
		if i >= len(raw) || raw[i] != ',' {
			break
		}
		i = skipSpace(raw, i+1)
	}
	return dst, fault("", "this is not a JSON object, or one that is cut off")
}

// is reports whether the member has this name.
func (m member) is(raw []byte, name string) bool {
	text := raw[m.name+1 : m.nameEnd-1]
	if bytes.IndexByte(text, '\\') < 0 {
		return string(text) == name
	}
	var s string
	return json.Unmarshal(raw[m.name:m.nameEnd], &s) == nil && s == name
}

// find returns the index of the member of a name, -1 when there is none.
func find(members []member, raw []byte, name string) int {
	for i, m := range members {
		if m.is(raw, name) {
			return i
		}
	}
	return -1
}
