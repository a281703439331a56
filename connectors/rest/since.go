package rest

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// marks say where the next listing begins: by the id of the parent, "" where
// there are none.
type marks map[string]string

type checkpoint struct {
	Version int   `json:"v"`
	At      marks `json:"at"`
}

func readMarks(o *Object, from connectors.Checkpoint) (marks, error) {
	if len(from) == 0 {
		return nil, nil
	}
	var c checkpoint
	if err := json.Unmarshal(from, &c); err != nil || c.Version != 1 {
		return nil, &connectors.Error{
			Kind: connectors.Refused, Op: verbRead, Where: o.Name, Err: errors.New("the checkpoint is not one of this connector"),
			Hint: "run once with -full",
		}
	}
	return c.At, nil
}

func (m marks) checkpoint() connectors.Checkpoint {
	text, err := json.Marshal(checkpoint{1, m})
	if err != nil {
		panic(err) // texts by texts
	}
	return text
}

// isNumber reports whether the cursor is a number that grows and not a moment.
func (f *Field) isNumber() bool {
	return f.Type.Kind == schema.KindInt || f.Type.Kind == schema.KindDecimal
}

// bound returns a cursor as it stands in a record as a value that can be
// compared; absent where it is none.
func (f *Field) bound(v schema.Value) schema.Value {
	if !v.Is() {
		return schema.Value{}
	}
	if f.Codec != nil {
		decoded, err := f.Codec.Decode(v)
		if err != nil {
			return schema.Value{}
		}
		v = decoded
	}
	return f.parse(v.Plain())
}

// parse returns the bound of a mark.
func (f *Field) parse(text string) schema.Value {
	if f.isNumber() {
		n, err := schema.ParseDecimal(text)
		if err != nil {
			return schema.Value{}
		}
		return n
	}
	t, err := momentOf(schema.String(text))
	if err != nil {
		return schema.Value{}
	}
	return schema.Timestamp(t)
}

// asked returns a bound in the form of the request.
func (f *Field) asked(form func(schema.Value) (schema.Value, error), v schema.Value) (schema.Value, error) {
	switch {
	case v.IsAbsent():
		return v, nil
	case f.Type.Kind == schema.KindDate:
		v = schema.Date(v.Time())
	}
	if form != nil {
		return form(v)
	}
	if f.Codec != nil && f.Codec.Encode != nil {
		return f.Codec.Encode(v)
	}
	if v.Kind() == schema.KindTimestamp {
		return schema.String(v.Time().UTC().Format(time.RFC3339Nano)), nil
	}
	return v, nil
}

// later returns the greater bound; one that is absent is the least.
func later(a, b schema.Value) schema.Value {
	if a.IsAbsent() {
		return b
	}
	if b.IsAbsent() {
		return a
	}
	if order, ok := schema.Compare(a, b); ok && order < 0 {
		return b
	}
	return a
}

// walks returns what an incremental listing, or a whole one, asks for: one
// request, or one per window.
func (inc *Changes) walks(f *Field, parent *piece, from schema.Value, now time.Time) ([]walk, error) {
	since := from
	if !f.isNumber() && since.Is() {
		since = schema.Timestamp(since.Time().Add(-inc.Overlap))
	}
	if since.IsAbsent() && !inc.Earliest.IsZero() {
		since = schema.Timestamp(inc.Earliest)
	}
	if inc.Window <= 0 || since.IsAbsent() || f.isNumber() {
		v, err := f.asked(inc.Form, since)
		return []walk{{parent: parent, since: v}}, err
	}
	var out []walk
	for at := since.Time(); len(out) == 0 || at.Before(now); at = at.Add(inc.Window) {
		w := walk{parent: parent}
		var err error
		if w.since, err = f.asked(inc.Form, schema.Timestamp(at)); err != nil {
			return nil, err
		}
		if end := at.Add(inc.Window); end.Before(now) {
			if w.until, err = f.asked(inc.Form, schema.Timestamp(end)); err != nil {
				return nil, err
			}
		}
		out = append(out, w)
	}
	return out, nil
}

// text returns a bound as a mark.
func markOf(v schema.Value) string {
	if v.Kind() == schema.KindTimestamp {
		return v.Time().UTC().Format(time.RFC3339Nano)
	}
	return strings.Clone(v.Plain())
}
