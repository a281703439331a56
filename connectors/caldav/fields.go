package caldav

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"syncline/schema"
)

// reading is what a field's value is read from.
type reading struct {
	*document
	floating *time.Location // of times that name no zone
}

// field is a field of an event, and where it stands. write edits the event; a
// value that is absent or null takes the property away. nil: it is only read.
type field struct {
	schema.Field
	read  func(r reading) (schema.Value, error)
	write func(d *document, v schema.Value) error
}

// moments are the fields that are written together: when the event is.
var moments = []string{"start", "end", "all_day"}

func fields() []field {
	word := schema.Type{Kind: schema.KindString, Nullable: true}
	words := schema.SetOf(schema.Type{Kind: schema.KindString})
	at := schema.Type{Kind: schema.KindTimestamp, Nullable: true}
	of := func(name string, t schema.Type, doc string) schema.Field {
		return schema.Field{Name: name, Type: t, Doc: doc}
	}
	shown := func(f schema.Field) schema.Field { f.ReadOnly = true; return f }
	needed := func(f schema.Field) schema.Field { f.Required = true; return f }
	personal := func(f schema.Field) schema.Field { f.Class = schema.Personal; return f }
	return []field{
		property(of("summary", word, "What the event is called."), "SUMMARY", plain),
		property(of("description", word, "More about it."), "DESCRIPTION", plain),
		property(of("location", word, "Where it is."), "LOCATION", plain),
		{Field: needed(of("start", at, "When it begins. One that recurs: the first time.")), read: readSpan(func(s span) schema.Value { return stamp(s.start) }), write: together},
		{Field: of("end", at, "When it is over. Of whole days: midnight after the last."), read: readSpan(func(s span) schema.Value { return stamp(s.end) }), write: together},
		{Field: of("all_day", schema.Type{Kind: schema.KindBool, Nullable: true}, "Whether it is of whole days: start and end are midnights of UTC."), read: readSpan(wholeDays), write: together},
		{Field: shown(of("timezone", word, "The name of its time zone; none of an event in UTC.")), read: func(r reading) (schema.Value, error) {
			l, _ := r.get("DTSTART")
			return orNull(l.param("TZID")), nil
		}},
		property(of("status", word, "TENTATIVE, CONFIRMED or CANCELLED."), "STATUS", keyword),
		property(of("transparency", word, "OPAQUE: the time is taken; TRANSPARENT: it is not."), "TRANSP", keyword),
		{Field: personal(of("attendees", words, "The addresses of e-mail of who is invited. What an event says of one who stays is kept.")), read: readPeople("ATTENDEE"), write: writePeople("ATTENDEE")},
		{Field: personal(of("organizer", word, "The address of e-mail of who invites.")), read: readOrganizer, write: writePeople("ORGANIZER")},
		{Field: of("categories", words, "Words it is filed under."), read: readCategories, write: writeCategories},
		property(of("url", schema.Type{Kind: schema.KindURL, Nullable: true}, "A page about it."), "URL", verbatim),
		property(of("rrule", word, "How it recurs, as RFC 5545 writes it: FREQ=WEEKLY;COUNT=4. Exceptions are kept."), "RRULE", verbatim),
		property(shown(of("uid", word, "What the event is called between calendars.")), "UID", plain),
		property(shown(of("sequence", schema.Type{Kind: schema.KindInt, Nullable: true}, "How often its time was changed.")), "SEQUENCE", number),
		{Field: shown(of("created", at, "When it was made, where the calendar tells.")), read: readMoment("CREATED")},
		{Field: shown(of("last_modified", at, "When it changed last, where the calendar tells.")), read: readMoment("LAST-MODIFIED")},
	}
}

// form is how one value stands in a property.
type form struct {
	read  func(value string) schema.Value
	write func(v schema.Value) (string, error)
}

var (
	plain    = form{func(value string) schema.Value { return schema.String(text(value)) }, writeText}
	verbatim = form{schema.String, writeBare}
	keyword  = form{func(value string) schema.Value { return schema.String(strings.ToUpper(value)) }, func(v schema.Value) (string, error) {
		word, err := writeBare(v)
		return strings.ToUpper(word), err
	}}
	number = form{func(value string) schema.Value {
		n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		if err != nil {
			return schema.NullValue()
		}
		return schema.Int(n)
	}, writeBare}
)

// property is a field that is one property of the event.
func property(f schema.Field, name string, as form) field {
	out := field{Field: f, read: func(r reading) (schema.Value, error) {
		l, ok := r.get(name)
		if !ok {
			return schema.NullValue(), nil
		}
		return as.read(l.value), nil
	}}
	if f.ReadOnly {
		return out
	}
	out.write = func(d *document, v schema.Value) error {
		if v.IsAbsent() || v.IsNull() {
			d.put(name, nil)
			return nil
		}
		value, err := as.write(v)
		if err != nil {
			return err
		}
		old, _ := d.get(name)
		if old.name != "" && schema.Equal(as.read(old.value), as.read(value)) {
			value = old.value
		}
		d.put(name, []line{{params: old.without("ALTREP", "VALUE", "ENCODING"), value: value}})
		return nil
	}
	return out
}

func writeText(v schema.Value) (string, error) {
	s := v.Plain()
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF }) {
		return "", errors.New("a calendar takes no control characters in a text, but line breaks and tabs")
	}
	return escape(s), nil
}

// writeBare writes a value that has no escapes, so that nothing in it may end
// its line.
func writeBare(v schema.Value) (string, error) {
	s := v.Plain()
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", errors.New("it holds a line break or another control character")
	}
	return s, nil
}

func orNull(text string) schema.Value {
	if text == "" {
		return schema.NullValue()
	}
	return schema.String(text)
}

func stamp(t time.Time) schema.Value {
	if t.IsZero() {
		return schema.NullValue()
	}
	return schema.Timestamp(t)
}

func wholeDays(s span) schema.Value {
	if s.start.IsZero() {
		return schema.NullValue()
	}
	return schema.Bool(s.day)
}

func readSpan(of func(span) schema.Value) func(reading) (schema.Value, error) {
	return func(r reading) (schema.Value, error) {
		s, err := r.span(r.floating)
		return of(s), err
	}
}

func readMoment(name string) func(reading) (schema.Value, error) {
	return func(r reading) (schema.Value, error) {
		l, ok := r.get(name)
		if !ok {
			return schema.NullValue(), nil
		}
		t, _, err := moment(&l, time.UTC)
		return stamp(t), err
	}
}

// together stands for what writeSpan writes.
func together(*document, schema.Value) error { return nil }

// writeSpan writes when the event is, out of the fields of moments that are
// set; the others stay.
func writeSpan(d *document, floating *time.Location, set map[string]schema.Value) error {
	if len(set) == 0 {
		return nil
	}
	was, err := d.span(floating)
	if err != nil {
		return err
	}
	now := was
	if v, ok := set["start"]; ok {
		now.start = timeOf(v)
	}
	if v, ok := set["end"]; ok {
		now.end = timeOf(v)
	}
	if v, ok := set["all_day"]; ok {
		now.day = v.Is() && v.Bool()
	}
	if now.start.IsZero() && !now.end.IsZero() {
		return errors.New("an event without a start has no end")
	}
	if !now.end.IsZero() && now.end.Before(now.start) {
		return errors.New("it would end before it begins")
	}
	for name, t := range map[string][2]time.Time{"DTSTART": {was.start, now.start}, "DTEND": {was.end, now.end}} {
		if was.day == now.day && t[0].Equal(t[1]) {
			continue
		}
		if err := d.putMoment(name, &now, t[1]); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) putMoment(name string, s *span, t time.Time) error {
	if name == "DTEND" {
		d.put("DURATION", nil)
	}
	if t.IsZero() {
		d.put(name, nil)
		return nil
	}
	l, err := s.write(t)
	if err != nil {
		return err
	}
	old, _ := d.get(name)
	l.params = old.without("VALUE", "TZID") + l.params
	d.put(name, []line{l})
	return nil
}

func timeOf(v schema.Value) time.Time {
	if !v.Is() {
		return time.Time{}
	}
	return v.Time().UTC().Truncate(time.Second)
}

// address is who a property names: an address of e-mail, else its URI.
func address(value string) string {
	if len(value) > 7 && strings.EqualFold(value[:7], "mailto:") {
		return value[7:]
	}
	return value
}

func readPeople(name string) func(reading) (schema.Value, error) {
	return func(r reading) (schema.Value, error) {
		var out []schema.Value
		for _, i := range r.own(name) {
			out = append(out, schema.String(address(r.lines[i].value)))
		}
		return schema.Set(out...), nil
	}
}

func readOrganizer(r reading) (schema.Value, error) {
	l, _ := r.get("ORGANIZER")
	return orNull(address(l.value)), nil
}

func writePeople(name string) func(*document, schema.Value) error {
	return func(d *document, v schema.Value) error {
		var want []line
		for _, person := range members(v) {
			l, err := d.person(name, person)
			if err != nil {
				return err
			}
			want = append(want, l)
		}
		d.put(name, want)
		return nil
	}
}

// person is the line of somebody: the one that is there, else a new one.
func (d *document) person(name string, who schema.Value) (line, error) {
	text, err := writeBare(who)
	if err != nil {
		return line{}, err
	}
	for _, i := range d.own(name) {
		if strings.EqualFold(address(d.lines[i].value), text) {
			return d.lines[i], nil
		}
	}
	switch {
	case strings.Contains(text, "@") && !strings.Contains(text, ":"):
		return line{value: "mailto:" + text}, nil
	case strings.Contains(text, ":"):
		return line{value: text}, nil
	}
	return line{}, fmt.Errorf("somebody is named by an address of e-mail or a URI")
}

// members are the elements of a value; one that is no list is one.
func members(v schema.Value) []schema.Value {
	switch {
	case !v.Is() && v.State() != schema.Present:
		return nil
	case v.Kind() == schema.KindSet, v.Kind() == schema.KindList:
		return v.Items()
	}
	return []schema.Value{v}
}

func readCategories(r reading) (schema.Value, error) {
	var out []schema.Value
	for _, i := range r.own("CATEGORIES") {
		for _, word := range texts(r.lines[i].value) {
			if word = strings.TrimSpace(word); word != "" {
				out = append(out, schema.String(word))
			}
		}
	}
	return schema.Set(out...), nil
}

func writeCategories(d *document, v schema.Value) error {
	var words []string
	for _, m := range members(v) {
		word, err := writeText(m)
		if err != nil {
			return err
		}
		words = append(words, word)
	}
	was, _ := readCategories(reading{document: d})
	if len(words) > 0 && schema.Equal(schema.Set(was.Items()...), schema.Set(members(v)...)) {
		return nil
	}
	if slices.Sort(words); len(words) == 0 {
		d.put("CATEGORIES", nil)
		return nil
	}
	d.put("CATEGORIES", []line{{value: strings.Join(words, ",")}})
	return nil
}
