package schema

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth bounds how deep types, JSON and stored values may nest.
const maxDepth = 64

// String returns the type in the notation ParseType reads: "date?",
// "list(string)", "ref(job)", "enum(a, b)", "enum(low < high)",
// "object(name = string, age = int?)".
func (t Type) String() string {
	return string(t.append(nil))
}

func (t Type) append(dst []byte) []byte {
	dst = append(dst, t.Kind.String()...)
	switch {
	case t.Kind.Collection() && t.Elem != nil:
		dst = append(t.Elem.append(append(dst, '(')), ')')
	case t.Kind == KindRef && t.Entity != "":
		dst = append(appendName(append(dst, '('), t.Entity), ')')
	case t.Kind == KindEnum && len(t.Words) > 0:
		dst = append(t.appendWords(append(dst, '(')), ')')
	case t.Kind == KindObject && len(t.Fields) > 0:
		dst = append(t.appendFields(append(dst, '(')), ')')
	}
	if t.Nullable {
		dst = append(dst, '?')
	}
	return dst
}

func (t Type) appendWords(dst []byte) []byte {
	separator := ", "
	if t.Ordered {
		separator = " < "
	}
	for i, w := range t.Words {
		if i > 0 {
			dst = append(dst, separator...)
		}
		dst = appendName(dst, w)
	}
	return dst
}

func (t Type) appendFields(dst []byte) []byte {
	for i, f := range t.Fields {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(appendName(dst, f.Name), " = "...)
		dst = f.Type.append(dst)
	}
	return dst
}

// appendName writes a name, quoted when it is not a plain one.
func appendName(dst []byte, name string) []byte {
	if name != "" && plainLength(name) == len(name) {
		return append(dst, name...)
	}
	return strconv.AppendQuote(dst, name)
}

// ParseType reads the notation of String. A mistake is a *SyntaxError.
func ParseType(text string) (Type, error) {
	p := typeParser{text: text}
	t, err := p.parse(0)
	if err != nil {
		return Type{}, err
	}
	if p.blanks(); p.pos < len(text) {
		return Type{}, p.fail("unexpected text after the type")
	}
	return t, nil
}

type typeParser struct {
	text string
	pos  int
}

func (p *typeParser) parse(depth int) (Type, error) {
	if depth > maxDepth {
		return Type{}, p.fail("nested too deep")
	}
	p.blanks()
	start := p.pos
	p.pos += plainLength(p.text[p.pos:])
	kind, ok := ParseKind(p.text[start:p.pos])
	if !ok {
		p.pos = start
		return Type{}, p.fail("expected a type: " + strings.Join(kindWords[1:], ", "))
	}
	t := Type{Kind: kind}
	if p.take('(') {
		if err := p.arguments(&t, depth); err != nil {
			return Type{}, err
		}
		if !p.take(')') {
			return Type{}, p.fail("expected )")
		}
	}
	t.Nullable = p.take('?')
	return t, nil
}

func (p *typeParser) arguments(t *Type, depth int) (err error) {
	switch t.Kind {
	case KindList, KindSet:
		var elem Type
		elem, err = p.parse(depth + 1)
		t.Elem = &elem
	case KindRef:
		t.Entity, err = p.name()
	case KindEnum:
		err = p.words(t)
	case KindObject:
		err = p.fields(t, depth)
	default:
		err = p.fail(t.Kind.String() + " takes nothing in parentheses")
	}
	return err
}

func (p *typeParser) words(t *Type) error {
	for {
		w, err := p.name()
		if err != nil {
			return err
		}
		if t.Rank(w) >= 0 {
			return p.fail("a word stands twice")
		}
		t.Words = append(t.Words, w)
		more, ordered := p.take(','), false
		if !more {
			ordered = p.take('<')
		}
		if !more && !ordered {
			return nil
		}
		if len(t.Words) > 1 && ordered != t.Ordered {
			return p.fail("either all words are separated by commas or all by <")
		}
		t.Ordered = ordered
	}
}

func (p *typeParser) fields(t *Type, depth int) error {
	for {
		name, err := p.name()
		if err != nil {
			return err
		}
		if _, twice := t.Field(name); twice {
			return p.fail("a field stands twice")
		}
		if !p.take('=') {
			return p.fail("expected = and the field's type")
		}
		ft, err := p.parse(depth + 1)
		if err != nil {
			return err
		}
		t.Fields = append(t.Fields, Field{Name: name, Type: ft})
		if !p.take(',') {
			return nil
		}
	}
}

func (p *typeParser) name() (string, error) {
	p.blanks()
	rest := p.text[p.pos:]
	if strings.HasPrefix(rest, `"`) {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return "", p.fail("the quotation does not end")
		}
		p.pos += len(quoted)
		return strconv.Unquote(quoted)
	}
	n := plainLength(rest)
	if n == 0 {
		return "", p.fail("expected a name")
	}
	p.pos += n
	return rest[:n], nil
}

func (p *typeParser) blanks() {
	for p.pos < len(p.text) && isBlank(p.text[p.pos]) {
		p.pos++
	}
}

func (p *typeParser) take(c byte) bool {
	p.blanks()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *typeParser) fail(reason string) error {
	return &SyntaxError{What: "type", Offset: p.pos, Reason: reason}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// plainLength returns how many bytes at the start of s can stand as a name
// without quotes: letters, digits, and _ - $ @ : # /.
func plainLength(s string) int {
	for i, r := range s {
		if !plainRune(r) {
			return i
		}
	}
	return len(s)
}

func plainRune(r rune) bool {
	switch r {
	case '_', '-', '$', '@', ':', '#', '/':
		return true
	case utf8.RuneError:
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
