package formats

import (
	"io"
	"strings"

	"syncline/schema"
)

// sampleSize is how many records tell the fields of a text that has no header.
const sampleSize = 10_000

// Fields returns the fields the rows of a text have: of a table the columns,
// all text; of JSON the members of the first 10,000 objects, nullable where
// one is null or missing. Rows that cannot be read are skipped. r stands at
// the first row.
func (l *Layout) Fields(r io.Reader) ([]schema.Field, error) {
	if l.Format.Rows() {
		return l.columns(), nil
	}
	s := NewSplitter(r, l)
	var f sample
	for f.records < sampleSize {
		if err := s.Fill(); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		var row Row
		for f.records < sampleSize && s.Next(&row) {
			if v, err := schema.ViewJSON(row.Raw); err == nil && row.Err == nil && v.Kind() == schema.KindObject {
				f.add(v)
			}
		}
	}
	return f.result(), nil
}

func (l *Layout) columns() []schema.Field {
	var fields []schema.Field
	for _, name := range l.Header {
		if name != "" {
			fields = append(fields, schema.Field{Name: name, Type: schema.Type{Kind: schema.KindString}})
		}
	}
	return fields
}

// sample gathers what a number of objects have in common.
type sample struct {
	records int
	names   []string
	seen    map[string]*found
}

type found struct {
	times int
	typ   schema.Type
	known bool
}

// add looks at one object, whose texts hold only during the call.
func (f *sample) add(object schema.Value) {
	f.records++
	if f.seen == nil {
		f.seen = map[string]*found{}
	}
	items := object.Items()
	for i, name := range object.Names() {
		x := f.seen[name]
		if x == nil {
			x, name = &found{}, strings.Clone(name)
			f.seen[name] = x
			f.names = append(f.names, name)
		}
		x.times++
		x.see(items[i])
	}
}

func (x *found) see(v schema.Value) {
	if v.IsNull() {
		x.typ.Nullable = true
		return
	}
	t := typeOf(v)
	if x.known {
		t = join(x.typ, t)
	}
	t.Nullable = x.typ.Nullable
	x.typ, x.known = t, true
}

func typeOf(v schema.Value) schema.Type {
	t := schema.Type{Kind: v.Kind()}
	if v.Kind() == schema.KindList {
		var elem *schema.Type
		for _, item := range v.Items() {
			e := typeOf(item)
			if elem != nil {
				e = join(*elem, e)
			}
			elem = &e
		}
		t.Elem = elem
	}
	return t
}

// join returns the narrowest type both are.
func join(a, b schema.Type) schema.Type {
	number := func(k schema.Kind) bool { return k == schema.KindInt || k == schema.KindDecimal }
	switch {
	case a.Kind == schema.KindList && b.Kind == schema.KindList:
		if a.Elem == nil {
			return b
		}
		if b.Elem == nil {
			return a
		}
		return schema.ListOf(join(*a.Elem, *b.Elem))
	case a.Kind == b.Kind:
		return a
	case number(a.Kind) && number(b.Kind):
		return schema.Type{Kind: schema.KindDecimal}
	}
	return schema.Type{}
}

func (f *sample) result() []schema.Field {
	var fields []schema.Field
	for _, name := range f.names {
		x := f.seen[name]
		x.typ.Nullable = x.typ.Nullable || x.times < f.records
		fields = append(fields, schema.Field{Name: name, Type: x.typ})
	}
	return fields
}
