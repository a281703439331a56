package salesforce

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// statement is a query of SOQL, as far as it is known here.
type statement struct {
	fields []string
	from   string
	where  []condition // all hold
	limit  int         // 0: none
}

// condition is a field that is one of some values, or not before a moment.
type condition struct {
	field string
	in    []literal
	since time.Time // where in is nil
}

// literal is a value in a query.
type literal struct {
	text   string
	quoted bool
}

var errMalformed = errors.New("unexpected token")

// parse reads a query: SELECT, FROM, a WHERE of IN and >= that are all to hold,
// and LIMIT. Whatever else SOQL knows is malformed here.
func parse(source string) (statement, error) {
	p := &parser{}
	var s statement
	if !p.cut(source) {
		return s, errMalformed
	}
	p.word("SELECT")
	for {
		s.fields = append(s.fields, p.name())
		if !p.next(",") {
			break
		}
	}
	p.word("FROM")
	s.from = p.name()
	if p.next("WHERE") {
		for {
			s.where = append(s.where, p.condition())
			if !p.next("AND") {
				break
			}
		}
	}
	if p.next("LIMIT") {
		n, err := strconv.Atoi(p.take().text)
		if s.limit = n; err != nil || n < 1 {
			p.bad = true
		}
	}
	if p.bad || p.at != len(p.tokens) {
		return s, errMalformed
	}
	return s, nil
}

// parser walks the tokens of a query; bad stays.
type parser struct {
	tokens []literal
	at     int
	bad    bool
}

// cut cuts a query into tokens; false where it cannot be.
func (p *parser) cut(s string) bool {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ':
			i++
		case c == '\'':
			text, n, ok := unquote(s[i:])
			if !ok {
				return false
			}
			p.tokens = append(p.tokens, literal{text, true})
			i += n
		case strings.IndexByte("(),", c) >= 0:
			p.tokens = append(p.tokens, literal{s[i : i+1], false})
			i++
		case strings.HasPrefix(s[i:], ">="):
			p.tokens = append(p.tokens, literal{">=", false})
			i += 2
		case plain(c):
			from := i
			for i < len(s) && plain(s[i]) {
				i++
			}
			p.tokens = append(p.tokens, literal{s[from:i], false})
		default:
			return false
		}
	}
	return true
}

// plain reports a byte of a name, a number or a moment.
func plain(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("_.:+-", c) >= 0
}

// unquote reads a text in single quotes, and how long it was with them.
func unquote(s string) (text string, n int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\'':
			return b.String(), i + 1, true
		case '\\':
			i++
			if i == len(s) {
				return "", 0, false
			}
			if at := strings.IndexByte("ntrbfNTRBF", s[i]); at >= 0 {
				b.WriteByte("\n\t\r\b\f\n\t\r\b\f"[at])
				continue
			}
			if strings.IndexByte(`"'\`, s[i]) < 0 {
				return "", 0, false
			}
			b.WriteByte(s[i])
		case '\n', '\r':
			return "", 0, false
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0, false
}

func (p *parser) take() literal {
	if p.at == len(p.tokens) {
		p.bad = true
		return literal{}
	}
	p.at++
	return p.tokens[p.at-1]
}

// next takes a word or a sign if it comes next.
func (p *parser) next(word string) bool {
	if p.at < len(p.tokens) && !p.tokens[p.at].quoted && strings.EqualFold(p.tokens[p.at].text, word) {
		p.at++
		return true
	}
	return false
}

// word takes a word or a sign that has to come next.
func (p *parser) word(word string) { p.bad = !p.next(word) || p.bad }

// name takes the name of a field or an object.
func (p *parser) name() string {
	t := p.take()
	if t.quoted || t.text == "" || t.text[0]|0x20 < 'a' || t.text[0]|0x20 > 'z' || strings.ContainsAny(t.text, ".:+-") {
		p.bad = true
	}
	return t.text
}

func (p *parser) condition() condition {
	out := condition{field: p.name()}
	if p.next(">=") {
		at, err := time.Parse(time.RFC3339, p.take().text)
		p.bad, out.since = p.bad || err != nil, at
		return out
	}
	p.word("IN")
	p.word("(")
	for !p.bad {
		out.in = append(out.in, p.take())
		if !p.next(",") {
			break
		}
	}
	p.word(")")
	return out
}
