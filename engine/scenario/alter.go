package scenario

import (
	"slices"

	"syncline/connectors/memory"
	"syncline/schema"
)

// alterations are what an administrator may do to a field while the engine
// runs: take it away with what it holds, call it otherwise, make a list of it,
// ask for another one in every new record, or take the words off its list that
// no record holds.
var alterations = []string{"dropped", "renamed", "retyped", "required", "picklist"}

// alterationNames are what reports call what they lead to.
var alterationNames = map[string]string{
	"dropped": "missing field", "renamed": "missing field", "retyped": "retyped field", "required": "required field", "picklist": "picklist",
}

// altered is a field as it was before an administrator changed it.
type altered struct {
	away bool // nobody can type into it, and into no new record
	undo func()
}

// alters changes a field until everything is healed.
func (w *world) alters(e *end, t *table, s Step) bool {
	f, ok := e.pipe.field(s.Field)
	p := w.places[e.system.name]
	if !ok || e.Fields[f.Index] == nil || !e.Fields[f.Index].HasPath {
		return false
	}
	top := e.Fields[f.Index].Path.Top()
	key := e.Object + "." + top
	was, listed := e.layout(top)
	if _, already := p.altered[key]; already || top == e.id {
		return false
	}
	a := altered{away: true}
	switch s.Fault {
	case "dropped":
		t.Drop(top)
		p.dropped[key] = true
		a.undo = func() { t.Add(was) }
	case "renamed":
		t.Rename(top, top+"_renamed")
		a.undo = func() { t.Rename(top+"_renamed", top) }
	case "retyped":
		if k := was.Type.Kind; !listed || k == schema.KindList || k == schema.KindSet || k == schema.KindObject {
			return false
		}
		t.Retype(top, schema.ListOf(was.Type), func(v schema.Value) schema.Value { return schema.List(v) })
		a.undo = func() { t.Retype(top, was.Type, first) }
	case "required":
		key, a.away = e.Object+"."+wanted, false
		t.Add(schema.Field{Name: wanted, Type: schema.Type{Kind: schema.KindString}, Required: true})
		a.undo = func() { t.Drop(wanted) }
	case "picklist":
		words := t.words(top)
		if len(words) == 0 {
			return false
		}
		t.Words(top, words...)
		a.away, a.undo = false, func() { t.Words(top) }
	default:
		return false
	}
	if a.away {
		for _, id := range t.IDs() {
			if r := t.records[id]; r != nil && r.person > 0 {
				w.edits.leave(r.person - 1) // what a field holds is not what its author typed any more
			}
		}
	}
	w.say("    an administrator changes %s of %s: %s", top, e.name(), s.Fault)
	w.tally.met(alterationNames[s.Fault]).Set++
	p.altered[key] = a
	return true
}

// wanted is a field that every new record has to have, and nobody gives.
const wanted = "zz_wanted"

// layout returns the field of a name as the system lists it.
func (e *end) layout(name string) (schema.Field, bool) {
	for _, f := range e.system.object(e.Object).Fields {
		if f.Name == name {
			return f, true
		}
	}
	return schema.Field{Name: name, Type: schema.Type{Nullable: true}}, false
}

// first is what is left of a list when it becomes a single value again.
func first(v schema.Value) schema.Value {
	switch {
	case v.Kind() != schema.KindList:
		return v
	case len(v.Items()) == 0:
		return schema.NullValue()
	}
	return v.Items()[0]
}

// words are the texts that the records of a table hold in a field.
func (t *table) words(top string) (out []string) {
	for _, id := range t.IDs() {
		if v := t.Record(id)[top]; v.Is() && v.Text() != "" && !slices.Contains(out, v.Text()) {
			out = append(out, v.Text())
		}
	}
	slices.Sort(out)
	return out
}

// away reports whether a field cannot be typed into for now; of no name,
// whether any field of the object cannot.
func (p *place) away(object, top string) bool {
	for key, a := range p.altered {
		if a.away && (key == object+"."+top || top == "" && len(key) > len(object) && key[:len(object)+1] == object+".") {
			return true
		}
	}
	return false
}

// restore makes every field what it was.
func (p *place) restore() {
	for _, key := range sorted(p.altered) {
		p.altered[key].undo()
	}
	clear(p.altered)
}

// reuses gives the id of a deleted record to one of somebody else.
func (w *world) reuses(e *end, t *table, s Step) bool {
	id := e.recordID(s.Into)
	r := t.records[id]
	if r == nil || r.fields != nil || s.Into == s.Person || t.of(s.Person) != nil {
		return false
	}
	fields, _ := w.compose(e, s.Person, s.Value, id)
	w.say("    person %d gets the id of person %d: %s/%s%s", s.Person, s.Into, e.name(), id, w.listed(e, fields))
	t.Put(id, memory.Fields(fields))
	w.edits.leave(s.Person)
	w.edits.leave(s.Into)
	w.tally.met("reused id").Set++
	r.person, r.own, r.ever = s.Person+1, nil, nil
	return true
}
