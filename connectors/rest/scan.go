package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// element is one record in an answer, as bytes of the answer.
type element struct {
	raw    []byte
	parent []byte // the innermost object that a "*" passed; nil: none
}

var errCut = errors.New("the answer is no JSON, or one that is cut off")

// cut returns the records in an answer, by their places in it. It follows
// brackets and strings and checks nothing else: whoever decodes a record does.
func (r *Records) cut(body []byte) ([]element, error) {
	var out []element
	if err := r.walk(body, nil, r.At, &out); err != nil {
		return nil, err
	}
	return out, nil
}

func (r *Records) walk(raw, parent []byte, at []string, out *[]element) error {
	if len(at) == 0 {
		return r.leaf(raw, parent, out)
	}
	if at[0] == "*" {
		return eachIn(raw, func(inner []byte) error { return r.walk(inner, inner, at[1:], out) })
	}
	inner, err := memberOf(raw, at[0])
	if err != nil {
		return err
	}
	if inner == nil || isNull(inner) {
		if r.Optional {
			return nil
		}
		return fmt.Errorf("the answer has no %q, where the records should be", at[0])
	}
	return r.walk(inner, parent, at[1:], out)
}

func (r *Records) leaf(raw, parent []byte, out *[]element) error {
	i := skipSpace(raw, 0)
	switch {
	case r.One:
		return r.take(raw, parent, out)
	case i >= len(raw):
		return errCut
	case r.Keyed && raw[i] != '{':
		return errors.New("the answer has no object of records where one should be")
	case !r.Keyed && raw[i] != '[':
		return errors.New("the answer has no list of records where one should be")
	}
	return eachIn(raw, func(inner []byte) error { return r.take(inner, parent, out) })
}

func (r *Records) take(raw, parent []byte, out *[]element) error {
	for _, name := range r.Unwrap {
		inner, err := memberOf(raw, name)
		if err != nil {
			return err
		}
		if inner == nil {
			return fmt.Errorf("an element of the answer has no %q", name)
		}
		raw = inner
	}
	*out = append(*out, element{raw: raw, parent: parent})
	return nil
}

func isNull(raw []byte) bool { return string(bytes.TrimSpace(raw)) == "null" }

// eachIn calls f with every element of a list, or every member's value of an
// object.
func eachIn(raw []byte, f func([]byte) error) error {
	i := skipSpace(raw, 0)
	if i >= len(raw) {
		return errCut
	}
	switch raw[i] {
	case '{':
		return eachMember(raw, func(_, value []byte) error { return f(value) })
	case '[':
	default:
		return errors.New("the answer has neither a list nor an object where one should be")
	}
	if i = skipSpace(raw, i+1); i < len(raw) && raw[i] == ']' {
		return nil
	}
	for {
		end := skipValue(raw, i)
		if end <= i {
			return errCut
		}
		if err := f(raw[i:end:end]); err != nil {
			return err
		}
		if i = skipSpace(raw, end); i < len(raw) && raw[i] == ']' {
			return nil
		}
		if i >= len(raw) || raw[i] != ',' {
			return errCut
		}
		i = skipSpace(raw, i+1)
	}
}

// eachMember calls f with the quoted name and the value of each member of an
// object.
func eachMember(raw []byte, f func(name, value []byte) error) error {
	i := skipSpace(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return errors.New("the answer has no object where one should be")
	}
	if i = skipSpace(raw, i+1); i < len(raw) && raw[i] == '}' {
		return nil
	}
	for i < len(raw) && raw[i] == '"' {
		end := skipString(raw, i)
		if end < 0 {
			return errCut
		}
		name := raw[i:end]
		if i = skipSpace(raw, end); i >= len(raw) || raw[i] != ':' {
			return errCut
		}
		i = skipSpace(raw, i+1)
		if end = skipValue(raw, i); end <= i {
			return errCut
		}
		if err := f(name, raw[i:end:end]); err != nil {
			return err
		}
		if i = skipSpace(raw, end); i < len(raw) && raw[i] == '}' {
			return nil
		}
		if i >= len(raw) || raw[i] != ',' {
			return errCut
		}
		i = skipSpace(raw, i+1)
	}
	return errCut
}

// memberOf returns the value of a member; nil when the object has none.
func memberOf(raw []byte, name string) (found []byte, err error) {
	stop := errors.New("found")
	err = eachMember(raw, func(quoted, value []byte) error {
		if !isNamed(quoted, name) {
			return nil
		}
		found = value
		return stop
	})
	if err == stop {
		return found, nil
	}
	return nil, err
}

func isNamed(quoted []byte, name string) bool {
	text := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(text, '\\') < 0 {
		return string(text) == name
	}
	var s string
	return json.Unmarshal(quoted, &s) == nil && s == name
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// skipValue returns the place after the JSON value that begins at i; -1 when b
// ends first, i when there is none.
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
