package memory

import (
	"slices"

	"syncline/connectors"
	"syncline/schema"
)

// The methods below change what the records of a table are, as an
// administrator would, while the engine runs. No record's revision or time
// moves by it, as in most systems; its hash and the table's stamp do.

// Drop takes a field away with everything it held. Reads leave it out, writes
// of it are refused.
func (t *Table) Drop(field string) {
	t.alter(func() {
		t.layout.Fields = slices.DeleteFunc(slices.Clone(t.layout.Fields), func(f schema.Field) bool { return f.Name == field })
		t.dropped = append(t.dropped, field)
	}, func(st *state) {
		if i := slices.Index(st.names, field); i >= 0 {
			st.names, st.values = slices.Delete(st.names, i, i+1), slices.Delete(st.values, i, i+1)
		}
	})
}

// Rename gives a field another name. Nothing is left under the old one.
func (t *Table) Rename(field, to string) {
	t.alter(func() {
		t.layout.Fields = slices.Clone(t.layout.Fields)
		for i := range t.layout.Fields {
			if t.layout.Fields[i].Name == field {
				t.layout.Fields[i].Name = to
			}
		}
		t.dropped = append(t.without(to), field)
	}, func(st *state) {
		if i := slices.Index(st.names, field); i >= 0 {
			st.names[i] = to
		}
	})
}

// Retype makes a field one of another type and converts what it holds. Blanks
// are not converted. From then on a list is not taken for a single value, nor
// the other way round.
func (t *Table) Retype(field string, to schema.Type, convert func(schema.Value) schema.Value) {
	t.alter(func() {
		if t.retyped == nil {
			t.retyped = map[string]schema.Kind{}
		}
		t.retyped[field] = to.Kind
		t.layout.Fields = slices.Clone(t.layout.Fields)
		for i := range t.layout.Fields {
			if t.layout.Fields[i].Name == field {
				t.layout.Fields[i].Type = to
			}
		}
	}, func(st *state) {
		if i := slices.Index(st.names, field); i >= 0 && st.values[i].Is() {
			st.values[i] = convert(st.values[i])
		}
	})
}

// Add gives the table one more field, or in place of one that is there another
// with its name: one that is required now, or has other words.
func (t *Table) Add(f schema.Field) {
	t.alter(func() {
		t.layout.Fields = slices.Clone(t.layout.Fields)
		t.dropped = t.without(f.Name)
		if i := slices.IndexFunc(t.layout.Fields, func(o schema.Field) bool { return o.Name == f.Name }); i >= 0 {
			t.layout.Fields[i] = f
			return
		}
		t.layout.Fields = append(t.layout.Fields, f)
	}, func(*state) {})
}

// Words makes a field a picklist that takes these words and no others,
// whatever its type tells; without words it takes what its type tells again. What records hold
// already stays.
func (t *Table) Words(field string, words ...string) {
	t.system.world.mu.Lock()
	defer t.system.world.mu.Unlock()
	if t.words == nil {
		t.words = map[string][]string{}
	}
	t.words[field] = words
}

// alter changes the layout and then every record's newest state.
func (t *Table) alter(layout func(), each func(*state)) {
	t.system.world.mu.Lock()
	defer t.system.world.mu.Unlock()
	layout()
	t.system.version++
	for id, r := range t.rows {
		next := *r.now
		next.names, next.values = slices.Clone(next.names), slices.Clone(next.values)
		each(&next)
		next.hash = next.sum(id)
		r.now = &next
	}
}

// missing reports whether a field was taken away: it is left out of what is
// read rather than shown blank. The caller holds the lock, as below.
func (t *Table) missing(field string) bool { return slices.Contains(t.dropped, field) }

// without returns the fields that are missing but for one that is there again.
func (t *Table) without(field string) []string {
	return slices.DeleteFunc(t.dropped, func(name string) bool { return name == field })
}

// takes holds a value to what the field is: its words, its length, and not
// blank where it is required.
func (t *Table) takes(f schema.Field, v schema.Value) error {
	words := t.words[f.Name]
	if len(words) == 0 && f.Type.Kind == schema.KindEnum {
		words = f.Type.Words
	}
	kind, retyped := t.retyped[f.Name]
	single := v.Kind() != schema.KindList && v.Kind() != schema.KindSet
	switch {
	case f.Required && bare(v):
		return t.declined("required field", f.Name, "the field is required")
	case retyped && !bare(v) && kind != schema.KindAny && single == (kind == schema.KindList || kind == schema.KindSet):
		return t.declined("retyped field", f.Name, "the value is of another type than the field")
	case len(words) > 0 && !bare(v) && !slices.Contains(words, v.Text()):
		return t.declined("picklist", f.Name, "the word is not in the field's list")
	case f.MaxLength > 0 && len([]rune(v.Text())) > f.MaxLength:
		return refuse(connectors.Refused, t, f.Name, "the text is too long")
	}
	return nil
}

// bare reports whether there is nothing in a field.
func bare(v schema.Value) bool { return v.IsAbsent() || v.Blank() }

// declined refuses a value for what the field is, and counts that it did.
func (t *Table) declined(way, field, what string) error {
	t.system.showed[way]++
	return refuse(connectors.Refused, t, field, what)
}
