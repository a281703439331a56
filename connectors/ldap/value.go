package ldap

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"syncline/schema"
)

// plain is an error's text that names no value.
type plain string

func (p plain) Error() string { return string(p) }

// value turns the values of an attribute into one of the wanted type. What
// does not fit is an error that names the kind of problem, not the value.
func (a *attribute) value(t schema.Type, values []string) (schema.Value, error) {
	if len(values) == 0 {
		return schema.NullValue(), nil
	}
	if t.Kind.Collection() || t.Kind == schema.KindAny && !a.single {
		items := make([]schema.Value, len(values))
		for i, v := range values {
			var err error
			if items[i], err = a.scalar(t.ElemType().Kind, v); err != nil {
				return schema.Value{}, err
			}
		}
		if t.Kind == schema.KindList {
			return schema.List(items...), nil
		}
		return schema.Set(items...), nil
	}
	if len(values) > 1 {
		return schema.Value{}, plain(fmt.Sprintf("it holds %d values where one is wanted; set(string) takes all", len(values)))
	}
	return a.scalar(t.Kind, values[0])
}

// scalar turns one value into one of the wanted kind.
func (a *attribute) scalar(kind schema.Kind, s string) (schema.Value, error) {
	if kind == schema.KindAny {
		kind = a.natural()
	}
	if a.form == asBytes && kind.Textual() {
		return schema.Text(kind, base64.StdEncoding.EncodeToString([]byte(s))), nil
	}
	if !utf8.ValidString(s) {
		return schema.Value{}, plain("it holds bytes that are not UTF-8")
	}
	switch kind {
	case schema.KindInt:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return schema.Value{}, plain("it is not a whole number of 64 bits")
		}
		return schema.Int(n), nil
	case schema.KindBool:
		return truth(s)
	case schema.KindTimestamp:
		t, ok := readTime(s)
		if !ok {
			return schema.Value{}, plain("it is not a date and time")
		}
		return schema.Timestamp(t), nil
	case schema.KindDate:
		return day(s)
	case schema.KindMoney, schema.KindObject:
		return schema.Value{}, plain("an attribute holds texts and numbers, no " + kind.String())
	}
	return schema.Text(kind, s), nil
}

func (a *attribute) natural() schema.Kind {
	switch a.form {
	case asNumber:
		return schema.KindInt
	case asTruth:
		return schema.KindBool
	case asTime:
		return schema.KindTimestamp
	}
	return schema.KindString
}

func truth(s string) (schema.Value, error) {
	switch strings.ToUpper(s) {
	case "TRUE", "1":
		return schema.Bool(true), nil
	case "FALSE", "0":
		return schema.Bool(false), nil
	}
	return schema.Value{}, plain("it is neither TRUE nor FALSE")
}

func day(s string) (schema.Value, error) {
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return schema.Text(schema.KindDate, s), nil
	}
	if t, ok := readTime(s); ok {
		return schema.Date(t), nil
	}
	return schema.Value{}, plain("it is not a date")
}

// layouts are the ways directories spell a time: the generalized time of
// X.680, its older form with two digits of the year, and RFC 3339.
var layouts = [...]string{
	"20060102150405Z0700", "200601021504Z0700", "2006010215Z0700", "20060102150405Z07", "060102150405Z0700", "0601021504Z0700", time.RFC3339,
}

func readTime(s string) (time.Time, bool) {
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// spellTime spells a time as generalized time: with a fraction, which Active
// Directory demands.
func spellTime(t time.Time) string {
	if t.Nanosecond() == 0 {
		return t.UTC().Format("20060102150405.0Z")
	}
	return t.UTC().Format("20060102150405.999999Z")
}

// store returns the values that an attribute is to have, each once and in
// order; none of a blank value.
func (a *attribute) store(v schema.Value) ([]string, error) {
	if v.IsNull() || v.State() == schema.Empty {
		return nil, nil
	}
	items := []schema.Value{v}
	if v.Kind().Collection() {
		items = v.Items()
	}
	var out []string
	for _, item := range items {
		s, err := a.spell(item)
		if err != nil {
			return nil, err
		}
		if s != "" {
			out = append(out, s)
		}
	}
	if a.single && len(out) > 1 {
		return nil, plain("the attribute takes one value")
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// spell returns one value as the directory stores it.
func (a *attribute) spell(v schema.Value) (string, error) {
	switch v.Kind() {
	case schema.KindInt:
		return strconv.FormatInt(v.Int(), 10), nil
	case schema.KindBool:
		return strings.ToUpper(strconv.FormatBool(v.Bool())), nil
	case schema.KindTimestamp:
		if a.form == asTime {
			return spellTime(v.Time()), nil
		}
		return v.Time().Format(time.RFC3339Nano), nil
	case schema.KindDate:
		if t, err := time.Parse(time.DateOnly, v.Text()); err == nil && a.form == asTime {
			return spellTime(t), nil
		}
	case schema.KindMoney, schema.KindObject, schema.KindList, schema.KindSet:
		return "", plain("an attribute takes no " + v.Kind().String())
	}
	if a.form == asBytes {
		b, err := base64.StdEncoding.DecodeString(v.Text())
		if err != nil {
			return "", plain("the attribute holds bytes, which are written as base64")
		}
		return string(b), nil
	}
	if !utf8.ValidString(v.Text()) {
		return "", plain("the text is not UTF-8")
	}
	return v.Text(), nil
}
