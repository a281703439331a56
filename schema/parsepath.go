package schema

import (
	"strconv"
	"strings"
)

// maxIndex is the largest place of an element a path may name.
const maxIndex = 1 << 30

// ParsePath reads a path: names separated by points, quoted where they are
// odd, each followed by any number of [0] or [name eq 'text']. A mistake is a
// *SyntaxError whose Offset is where to underline.
func ParsePath(text string) (Path, error) {
	p := pathParser{text: text}
	for {
		if err := p.field(); err != nil {
			return Path{}, err
		}
		for p.take('[') {
			if err := p.bracket(); err != nil {
				return Path{}, err
			}
		}
		if p.pos == len(text) {
			return Path{text: text, steps: p.steps}, nil
		}
		if !p.take('.') {
			return Path{}, p.fail(p.unexpected())
		}
	}
}

type pathParser struct {
	text  string
	pos   int
	steps []step
}

func (p *pathParser) field() error {
	if len(p.steps) > maxDepth {
		return p.fail("more than 64 steps")
	}
	name, err := p.name()
	p.steps = append(p.steps, step{name: name})
	return err
}

func (p *pathParser) name() (string, error) {
	rest := p.text[p.pos:]
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		return p.quoted()
	}
	n := plainLength(rest)
	if n == 0 {
		return "", p.fail("expected a name; put an odd one in quotes")
	}
	p.pos += n
	return rest[:n], nil
}

// quoted reads "text" or 'text', in which a backslash takes the next
// character as it is.
func (p *pathParser) quoted() (string, error) {
	start, quote := p.pos, p.text[p.pos]
	var text []byte
	for i := start + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == quote:
			p.pos = i + 1
			return string(text), nil
		case c == '\\' && i+1 < len(p.text):
			i++
			text = append(text, p.text[i])
		default:
			text = append(text, c)
		}
	}
	return "", p.fail("the quotation does not end")
}

func (p *pathParser) bracket() error {
	if len(p.steps) > maxDepth {
		return p.fail("more than 64 steps")
	}
	if p.steps[len(p.steps)-1].kind == stepSelector {
		return p.fail("what a selector finds is an object; expected a point and a name")
	}
	p.blanks()
	s, err := p.inside()
	if err != nil {
		return err
	}
	p.blanks()
	if !p.take(']') {
		return p.fail("expected ]")
	}
	p.steps = append(p.steps, s)
	return nil
}

func (p *pathParser) inside() (step, error) {
	if n := countDigits(p.text[p.pos:]); n > 0 {
		index, err := strconv.Atoi(p.text[p.pos : p.pos+n])
		if err != nil || index > maxIndex {
			return step{}, p.fail("the number of the element is too large")
		}
		p.pos += n
		return step{kind: stepIndex, index: index}, nil
	}
	name, err := p.name()
	if err != nil {
		return step{}, p.fail("expected the number of an element, or a selector such as type eq 'work'")
	}
	p.blanks()
	if !strings.EqualFold(p.ahead(2), "eq") {
		return step{}, p.fail("expected eq, the one comparison a selector has")
	}
	p.pos += 2
	p.blanks()
	want, err := p.wanted()
	return step{kind: stepSelector, name: name, want: want}, err
}

// wanted reads what a selector compares with: a text in quotes, true, false,
// or a number.
func (p *pathParser) wanted() (Value, error) {
	if c := p.ahead(1); c == "'" || c == `"` {
		start := p.pos
		text, err := p.quoted()
		if err == nil && text == "" {
			p.pos = start
			err = p.fail("a selector cannot compare with an empty text")
		}
		return String(text), err
	}
	n := strings.IndexAny(p.text[p.pos:], " ]")
	if n < 0 {
		n = len(p.text) - p.pos
	}
	v, err := FromJSON([]byte(p.ahead(n)))
	if err != nil || !v.Is() || !v.kind.Scalar() || v.kind == KindString {
		return Value{}, p.fail("expected a text in quotes, a number, true or false")
	}
	p.pos += n
	return v, nil
}

func (p *pathParser) ahead(n int) string {
	return p.text[p.pos:min(p.pos+n, len(p.text))]
}

func (p *pathParser) blanks() {
	for p.pos < len(p.text) && p.text[p.pos] == ' ' {
		p.pos++
	}
}

func (p *pathParser) take(c byte) bool {
	if p.ahead(1) != string(c) {
		return false
	}
	p.pos++
	return true
}

func (p *pathParser) unexpected() string {
	switch p.text[p.pos] {
	case ' ', '\t':
		return "unexpected blank; put a name with blanks in quotes"
	case '(':
		return "a path calls no functions; use read for that"
	}
	return "expected a point, a bracket or the end"
}

func (p *pathParser) fail(reason string) error {
	return &SyntaxError{What: "path", Offset: p.pos, Reason: reason}
}
