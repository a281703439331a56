package caldav

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a content line (RFC 5545, 3.1): its bytes with all folds and line
// ends, and what they say.
type line struct {
	raw    []byte
	name   string // in upper case
	params string // with the semicolon before each, as they stand
	value  string // as it stands, escaped
}

// document is an iCalendar object. What is not edited keeps its bytes.
type document struct {
	lines []line
	begin int // of the event that is the record: its BEGIN, and its END
	end   int
	feed  string // how lines end here
}

var (
	errNoCalendar = errors.New("this is no iCalendar object")
	errNoEvent    = errors.New("it holds no event")
)

// deepest is how far components may nest.
const deepest = 8

// parse reads an iCalendar object. The event that is the record is the first
// that is no exception to a recurring one.
func parse(text []byte) (*document, error) {
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("it is not UTF-8 text: byte %d is wrong", invalidAt(text))
	}
	d := &document{begin: -1, feed: "\r\n"}
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] != '\r' {
		d.feed = "\n"
	}
	for n := 1; len(text) > 0; n++ {
		size := logical(text)
		l, err := read(text[:size])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		n += bytes.Count(text[:size], []byte("\n")) - 1
		d.lines = append(d.lines, l)
		text = text[size:]
	}
	return d, d.structure()
}

func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n < 2 {
			return i
		}
		i += n
	}
	return len(text)
}

// logical is the length of the first content line, its folds among it.
func logical(text []byte) int {
	for i := 0; ; {
		n := bytes.IndexByte(text[i:], '\n')
		if n < 0 {
			return len(text)
		}
		i += n + 1
		if i == len(text) || text[i] != ' ' && text[i] != '\t' {
			return i
		}
	}
}

// read takes a content line apart. A line of blanks is kept, and says nothing.
func read(raw []byte) (line, error) {
	text := strings.TrimPrefix(unfold(raw), "\ufeff")
	if strings.TrimSpace(text) == "" {
		return line{raw: raw}, nil
	}
	end := strings.IndexAny(text, ";:")
	if end <= 0 || strings.ContainsFunc(text[:end], func(r rune) bool {
		return r != '-' && r != '.' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		return line{}, errors.New("it is no content line (NAME:value)")
	}
	colon, quoted := -1, false
	for i := end; i < len(text) && colon < 0; i++ {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ':' && !quoted:
			colon = i
		}
	}
	if colon < 0 {
		return line{}, errors.New("it has no value")
	}
	return line{raw: raw, name: strings.ToUpper(text[:end]), params: text[end:colon], value: text[colon+1:]}, nil
}

// unfold joins the parts of a content line.
func unfold(raw []byte) string {
	var b strings.Builder
	for i, part := range bytes.Split(bytes.TrimSuffix(raw, []byte("\n")), []byte("\n")) {
		if i > 0 {
			part = part[1:]
		}
		b.Write(bytes.TrimSuffix(part, []byte("\r")))
	}
	return b.String()
}

// structure finds the event, and faults in how components nest.
func (d *document) structure() error {
	var open []string
	begin, exception, first := -1, false, [2]int{-1, -1}
	for i := range d.lines {
		l := &d.lines[i]
		name := strings.ToUpper(strings.TrimSpace(l.value))
		switch {
		case l.name == "BEGIN":
			if len(open) == 0 && name != "VCALENDAR" || len(open) == deepest {
				return errNoCalendar
			}
			if open = append(open, name); len(open) == 2 && name == "VEVENT" {
				begin, exception = i, false
			}
		case l.name == "END":
			if len(open) == 0 || open[len(open)-1] != name {
				return fmt.Errorf("END:%.40s ends nothing that began", name)
			}
			if len(open) == 2 && name == "VEVENT" {
				if first[0] < 0 {
					first = [2]int{begin, i}
				}
				if !exception && d.begin < 0 {
					d.begin, d.end = begin, i
				}
			}
			open = open[:len(open)-1]
		case l.name == "RECURRENCE-ID" && len(open) == 2:
			exception = true
		case len(open) == 0 && l.name != "":
			return errNoCalendar
		}
	}
	switch {
	case len(open) > 0:
		return fmt.Errorf("it is cut off inside of %.40s", open[len(open)-1])
	case len(d.lines) == 0:
		return errNoCalendar
	case first[0] < 0:
		return errNoEvent
	case d.begin < 0:
		d.begin, d.end = first[0], first[1]
	}
	return nil
}

// own are the places of the event's own properties of a name: those of its
// alarms are not among them.
func (d *document) own(name string) (at []int) {
	depth := 0
	for i := d.begin + 1; i < d.end; i++ {
		switch l := &d.lines[i]; {
		case l.name == "BEGIN":
			depth++
		case l.name == "END":
			depth--
		case depth == 0 && l.name == name:
			at = append(at, i)
		}
	}
	return at
}

// get returns the event's first property of a name.
func (d *document) get(name string) (line, bool) {
	if at := d.own(name); len(at) > 0 {
		return d.lines[at[0]], true
	}
	return line{}, false
}

// put makes lines the event's only properties of a name. A line that is there
// already keeps its bytes, and the others stand where the first did.
func (d *document) put(name string, want []line) {
	old := d.own(name)
	at := d.insertion()
	if len(old) > 0 {
		at = old[0]
	}
	for i := range want {
		if k := slices.IndexFunc(old, func(o int) bool { return d.lines[o].params == want[i].params && d.lines[o].value == want[i].value }); k >= 0 {
			want[i] = d.lines[old[k]]
		} else {
			want[i].name = name
			want[i].raw = d.fold(name + want[i].params + ":" + want[i].value)
		}
	}
	for _, i := range slices.Backward(old) {
		d.lines = slices.Delete(d.lines, i, i+1)
	}
	d.end += len(want) - len(old)
	d.lines = slices.Insert(d.lines, at, want...)
}

// insertion is where a new property goes: behind the others, before the alarms.
func (d *document) insertion() int {
	for i := d.begin + 1; i < d.end; i++ {
		if d.lines[i].name == "BEGIN" {
			return i
		}
	}
	return d.end
}

// fold writes a content line, broken where it is longer than 75 bytes.
func (d *document) fold(text string) []byte {
	var b []byte
	room := 75
	for _, r := range text {
		n := utf8.RuneLen(r)
		if n > room {
			b = append(append(b, d.feed...), ' ')
			room = 74
		}
		b = utf8.AppendRune(b, r)
		room -= n
	}
	return append(b, d.feed...)
}

// bytes returns the object.
func (d *document) bytes() []byte {
	var b []byte
	for i := range d.lines {
		b = append(b, d.lines[i].raw...)
	}
	return b
}

// param returns a parameter of a line, without its quotes.
func (l *line) param(name string) string {
	for _, p := range l.parts() {
		if key, value, ok := strings.Cut(p, "="); ok && strings.EqualFold(key, name) {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// parts are the parameters, each as it stands.
func (l *line) parts() (out []string) {
	quoted, from := false, 0
	for i := 0; i <= len(l.params); i++ {
		switch {
		case i == len(l.params) || l.params[i] == ';' && !quoted:
			if i > from {
				out = append(out, l.params[from:i])
			}
			from = i + 1
		case l.params[i] == '"':
			quoted = !quoted
		}
	}
	return out
}

// without returns the parameters but for those of the names.
func (l *line) without(names ...string) string {
	var b strings.Builder
	for _, p := range l.parts() {
		key, _, _ := strings.Cut(p, "=")
		if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, key) }) {
			b.WriteString(";" + p)
		}
	}
	return b.String()
}

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

// escape writes a text as a value has it.
func escape(text string) string { return escapes.Replace(text) }

// texts reads a value that is a text, or a list of them.
func texts(value string) (out []string) {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value):
			i++
			if value[i] == 'n' || value[i] == 'N' {
				b.WriteByte('\n')
			} else {
				b.WriteByte(value[i])
			}
		case c == ',':
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(out, b.String())
}

// text reads a value that is one text, in which a comma may stand bare.
func text(value string) string { return strings.Join(texts(value), ",") }
