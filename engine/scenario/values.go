package scenario

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"syncline/engine/plans"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// value makes up the nth value of an attribute for a person: the same for the
// same numbers, another for others as far as the type has others. A match key
// is the same for every n below keyChanges, so that a person is recognised.
func (p *pipe) value(slot, person, n int) schema.Value {
	f := p.Shape.Field(slot)
	if p.isKey(slot) {
		n /= keyChanges
	}
	v := valueOf(f, f.Type, person, n)
	normal, err := f.Type.Normal(v, schema.Norm{Region: p.Globals.Region, Distinct: f.Distinct})
	if err != nil {
		return schema.NullValue()
	}
	return normal
}

// keyChanges is from where on the numbers of values change a match key.
const keyChanges = 1000

func (p *pipe) isKey(slot int) bool {
	for _, k := range p.Rules.Keys {
		if slices.Contains(k.Fields, slot) {
			return true
		}
	}
	return false
}

// distinct reports whether the values of a type are all different, so that
// what somebody typed can be told from what another did.
func distinct(t schema.Type) bool {
	switch t.Kind {
	case schema.KindString, schema.KindText, schema.KindEmail, schema.KindPhone, schema.KindURL, schema.KindInt, schema.KindDecimal,
		schema.KindDate, schema.KindTimestamp, schema.KindMoney:
		return true
	}
	return false
}

func valueOf(f schema.Field, t schema.Type, person, n int) schema.Value {
	day := time.Date(2020, 1, 1, 9, 30, 0, 0, time.UTC).Add(time.Duration(person*500+n) * 24 * time.Hour)
	switch t.Kind {
	case schema.KindEmail:
		return schema.String(fmt.Sprintf("p%d.v%d@people.test", person, n))
	case schema.KindPhone:
		return schema.String(fmt.Sprintf("+4930%d%04d", 10+person, 1000+n))
	case schema.KindURL:
		return schema.String(fmt.Sprintf("https://people.test/p%d/v%d", person, n))
	case schema.KindInt:
		return schema.Int(int64(person*10_000 + n))
	case schema.KindDecimal:
		return schema.String(fmt.Sprintf("%d.%03d", person+1, n%1000))
	case schema.KindMoney:
		return schema.Money(fmt.Sprintf("%d.50", person*10_000+n), "EUR")
	case schema.KindBool:
		return schema.Bool((person+n)%2 == 0)
	case schema.KindDate:
		return schema.Date(day)
	case schema.KindTimestamp:
		return schema.Timestamp(day)
	case schema.KindCountry:
		return schema.String([]string{"DE", "FR", "US", "GB"}[(person+n)%4])
	case schema.KindEnum:
		if len(t.Words) == 0 {
			return schema.NullValue()
		}
		return schema.String(t.Words[(person+n)%len(t.Words)])
	case schema.KindList, schema.KindSet:
		var items []schema.Value
		for i := range 3 {
			if n>>i&1 == 1 || i == 0 {
				items = append(items, valueOf(f, t.ElemType(), person, 10*i+n/8))
			}
		}
		if t.Kind == schema.KindSet {
			return schema.Set(items...)
		}
		return schema.List(items...)
	case schema.KindObject:
		return schema.NullValue()
	}
	return schema.String(fmt.Sprintf("%s P%d V%d", mark(f), person, n))
}

// mark begins the texts of a field. Those of labelled fields can be told
// wherever they turn up.
func mark(f schema.Field) string {
	if f.Class == schema.Pay || f.Class == schema.Protected {
		return labelled
	}
	if f.Name == "" {
		return "Any"
	}
	return f.Name
}

// What must never turn up: canary in anything, labelled in what people and
// machines read without asking for it.
const (
	canary      = "canary-7f3a"
	labelled    = "labelled-9c41"
	canaryField = "zz_nobody_asked"
)

// compose makes the record a person types at an end: every field the end knows
// with the person's value n, as the end spells it.
func (w *world) compose(e *end, person, n int, id string) (map[string]schema.Value, *schema.Record) {
	entity := schema.NewRecord(e.pipe.Shape)
	for slot := range entity.Slots {
		if w.isRef(e.pipe, slot) {
			continue
		}
		entity.Slots[slot] = e.pipe.value(slot, person, n)
	}
	fields := map[string]schema.Value{canaryField: schema.String(fmt.Sprintf("%s %s %d", canary, e.Name, person))}
	e.help(w.rng(person, n), fields, id)
	for slot := range e.Fields {
		if e.Fields[slot] != nil {
			w.put(e, fields, slot, w.entityValue(e, entity, slot, person, n), entity, id)
		}
	}
	if faults, _ := e.reads(fields, id); faults > 0 {
		e.help(w.rng(person, n+1), fields, id)
	}
	return fields, entity
}

// entityValue is the value of a slot; of a reference, the id that the end uses
// for the person referred to.
func (w *world) entityValue(e *end, entity *schema.Record, slot, person, n int) schema.Value {
	to := e.pipe.refs[slot]
	if to == nil {
		return entity.Slots[slot]
	}
	for _, o := range to.ends {
		if o.system == e.system && o.idle == "" {
			return schema.String(o.recordID((person + n) % max(w.scenario.People, 1)))
		}
	}
	return schema.NullValue()
}

func (w *world) isRef(p *pipe, slot int) bool { return p.Shape.Field(slot).Type.Kind == schema.KindRef }

// put sets the field of a slot in a record, in the end's own form. It reports
// whether the record then says so.
func (w *world) put(e *end, fields map[string]schema.Value, slot int, v schema.Value, entity *schema.Record, id string) bool {
	f := e.Fields[slot]
	if !f.HasPath || f.Path.Top() == e.id {
		return false
	}
	spellings := w.spellings(e, slot, v, entity, fields, id)
	for _, exact := range []bool{true, false} {
		for _, raw := range spellings {
			if next, ok := e.holding(fields, f, raw); ok {
				top, before := f.Path.Top(), fields[f.Path.Top()]
				fields[top] = next
				if got, err := e.value(fields, id, slot); err == nil && (schema.Equal(got, v) || !exact && got.Blank() == v.Blank()) {
					return true
				}
				fields[top] = before
			}
		}
	}
	return false
}

// holding returns the top-level field with the value at the field's path.
func (e *end) holding(fields map[string]schema.Value, f *plans.FieldEnd, raw schema.Value) (schema.Value, bool) {
	if raw.IsAbsent() || f.Path.IsTop() {
		return raw, !raw.IsAbsent()
	}
	next, err := f.Path.Rest().Set(fields[f.Path.Top()], raw)
	return next, err == nil
}

// spellings are what a value may be at an end, the likeliest first.
func (w *world) spellings(e *end, slot int, v schema.Value, entity *schema.Record, fields map[string]schema.Value, id string) []schema.Value {
	f := e.Fields[slot]
	if v.State() <= schema.Null {
		return []schema.Value{schema.NullValue(), schema.String("")}
	}
	var out []schema.Value
	frame := e.frame(e.record(fields, id))
	next := entity.Clone()
	next.Slots[slot] = v
	frame.Records[expr.Entity] = next
	if f.Write != nil || f.FieldEnd.Read == nil && f.Values == nil || f.Writes != nil {
		if raw, err := f.Written(frame, v); err == nil {
			out = append(out, raw)
		}
	}
	if f.Values != nil {
		var words []string
		for theirs, ours := range f.Values {
			if ours == v.Plain() {
				words = append(words, theirs)
			}
		}
		sort.Strings(words)
		for _, word := range words {
			out = append(out, schema.String(word))
		}
	}
	for _, text := range texts(v) {
		if raw, err := f.Type.Normal(schema.String(text), schema.Norm{Region: f.Region}); err == nil {
			out = append(out, raw)
		}
	}
	return append(out, v)
}

// texts are ways in which people write a value down.
func texts(v schema.Value) []string {
	out := []string{v.Plain()}
	switch v.Kind() {
	case schema.KindDate:
		if d, err := time.Parse(time.DateOnly, v.Text()); err == nil {
			out = append(out, d.Format("02.01.2006"), d.Format("01/02/2006"), d.Format("2006/01/02"), d.Format(time.RFC3339))
		}
	case schema.KindTimestamp:
		out = append(out, v.Time().Format(time.RFC3339), v.Time().Format("2006-01-02 15:04:05"))
	case schema.KindBool:
		if v.Bool() {
			return append(out, "yes", "1", "true", "Y")
		}
		return append(out, "no", "0", "false", "N")
	}
	return out
}
