package scenario

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// recordID is what a person's record at an end is called when a person made
// it: a number, for some systems know no other ids.
func (e *end) recordID(person int) string { return strconv.Itoa(e.number()*10_000 + 1_000 + person) }

func (e *end) twinID(person int) string { return strconv.Itoa(e.number()*10_000 + 6_000 + person) }

// number tells the ends of one object apart.
func (e *end) number() int { return e.place + 1 }

// person lets a person, or an administrator, do something.
func (w *world) person(s Step) {
	e := w.model.find(s.End)
	if e == nil || e.idle != "" {
		return
	}
	p := w.places[e.system.name]
	t := p.tables[e.Object]
	w.scan(p, theEngine)
	if w.does(s, e, t) {
		w.tally.Steps[s.Do]++
		w.scan(p, people)
	}
}

// does carries a step out. It reports whether there was something to do.
func (w *world) does(s Step, e *end, t *table) bool {
	switch s.Do {
	case Put:
		return w.puts(e, t, s, e.recordID(s.Person))
	case Twin:
		return w.puts(e, t, s, e.twinID(s.Person))
	case Alter:
		return w.alters(e, t, s)
	case Reuse:
		return !w.places[e.system.name].away(e.Object, "") && w.reuses(e, t, s)
	}
	r := t.of(s.Person)
	if r == nil {
		return false
	}
	switch s.Do {
	case Set, Clear, Garble:
		return w.types(e, t, r, s)
	case Help:
		return w.helps(e, t, r, s)
	case Scrawl:
		w.note(r, "writes what nobody asked for into", e)
		t.Set(r.id, memory.Fields{canaryField: schema.String(canary + " " + strconv.Itoa(s.Value))})
		return true
	case Delete:
		w.note(r, "deletes", e)
		w.edits.leave(s.Person)
		t.Delete(r.id)
		return true
	case Archive:
		w.note(r, "archives", e)
		w.edits.leave(s.Person)
		t.Archive(r.id)
		return true
	case Merge:
		into := t.of(s.Into)
		if into == nil || into == r {
			return false
		}
		w.note(r, "merges into "+into.id, e)
		w.edits.leave(s.Person)
		w.edits.leave(s.Into)
		t.Merge(r.id, into.id)
		return true
	}
	return false
}

func (w *world) note(r *record, what string, e *end) {
	w.say("    person %d %s %s/%s", r.person-1, what, e.name(), r.id)
}

// of returns the first live record of a person; nil when there is none.
func (t *table) of(person int) (first *record) {
	for _, id := range t.IDs() {
		if r := t.records[id]; r != nil && r.person == person+1 && r.fields != nil {
			t.several = t.several || first != nil
			if first == nil {
				first = r
			}
		}
	}
	return first
}

func (w *world) puts(e *end, t *table, s Step, id string) bool {
	if t.Record(id) != nil || s.Do == Put && t.of(s.Person) != nil || w.places[e.system.name].away(e.Object, "") {
		return false
	}
	fields, _ := w.compose(e, s.Person, s.Value, id)
	w.say("    person %d puts %s/%s%s", s.Person, e.name(), id, w.listed(e, fields))
	t.Put(id, fields)
	t.records[id] = t.known(id)
	t.records[id].person = s.Person + 1
	if s.Do == Twin || w.isLinked(s.Person) || len(t.records[id].history) > 0 {
		w.edits.leave(s.Person)
	}
	return true
}

// isLinked reports whether a record of a person is linked already: one more is
// a first link, and nobody's edit.
func (w *world) isLinked(person int) bool {
	for _, p := range w.places {
		for _, t := range p.tables {
			for _, r := range t.records {
				if r.person == person+1 && r.linked {
					return true
				}
			}
		}
	}
	return false
}

// known returns the record of an id, a new one when nobody saw it before.
func (t *table) known(id string) *record {
	if r := t.records[id]; r != nil {
		return r
	}
	return &record{id: id}
}

// listed shows what the end says of the fields it knows.
func (w *world) listed(e *end, fields map[string]schema.Value) string {
	if !w.tracing {
		return ""
	}
	out := ""
	for _, name := range sorted(fields) {
		if name != canaryField && fields[name].Is() {
			out += " " + name + "=" + shown(fields[name])
		}
	}
	return out
}

// types lets a person change a field of their record.
func (w *world) types(e *end, t *table, r *record, s Step) bool {
	f, ok := e.pipe.field(s.Field)
	if !ok || e.Fields[f.Index] == nil {
		return false
	}
	slot := f.Index
	if e.Fields[slot].HasPath && w.places[e.system.name].away(e.Object, e.Fields[slot].Path.Top()) {
		return false
	}
	fields := maps.Clone(r.fields)
	entity := schema.NewRecord(e.pipe.Shape)
	v := schema.NullValue()
	switch s.Do {
	case Set:
		if v = e.pipe.value(slot, s.Person, s.Value); e.pipe.refs[slot] != nil {
			v = w.entityValue(e, entity, slot, s.Person, s.Value)
		}
		fallthrough
	case Clear:
		if !w.put(e, fields, slot, v, entity, r.id) {
			return false
		}
	case Garble:
		if !w.garble(e, fields, slot, r.id) {
			return false
		}
	}
	changed := memory.Fields{}
	for name, now := range fields {
		if canon(now) != canon(r.fields[name]) {
			changed[name] = now
		}
	}
	if len(changed) == 0 {
		return false
	}
	w.typed(e, r, slot, s)
	w.typedElsewhere(e, s, changed)
	w.say("    person %d sets %s/%s%s (%s)", s.Person, e.name(), r.id, w.listed(e, changed), s.Field)
	t.Set(r.id, changed)
	w.respells(e, r, slot, fields, t.Record(r.id))
	return true
}

// garble types what the field cannot be read from.
func (w *world) garble(e *end, fields map[string]schema.Value, slot int, id string) bool {
	f := e.Fields[slot]
	if !f.HasPath || f.Path.Top() == e.id {
		return false
	}
	for _, raw := range []schema.Value{schema.String("?? no such word ??"), schema.Int(-7), schema.List(schema.String("?"))} {
		if next, ok := e.holding(fields, f, raw); ok {
			before := fields[f.Path.Top()]
			fields[f.Path.Top()] = next
			if _, err := e.value(fields, id, slot); err != nil {
				return true
			}
			fields[f.Path.Top()] = before
		}
	}
	return false
}

// helps lets a person change a field that only programs read.
func (w *world) helps(e *end, t *table, r *record, s Step) bool {
	i := slices.IndexFunc(e.helpers, func(h helper) bool { return h.name == s.Field })
	if i < 0 {
		return false
	}
	h := e.helpers[i]
	v := h.values[s.Value%len(h.values)]
	w.say("    person %d sets %s/%s %s=%s", s.Person, e.name(), r.id, h.name, shown(v))
	w.edits.leave(s.Person)
	t.Set(r.id, memory.Fields{h.name: v})
	return true
}

// answer lets a person decide the open item of a number.
func (w *world) answer(s Step) {
	items, err := w.engine.Conflicts(w.ctx, w.config, engine.ConflictsOptions{})
	if err != nil {
		w.fail(NoPanic, "listing what is open fails: %v", err)
		return
	}
	if len(items) == 0 {
		return
	}
	i := items[s.Value%len(items)]
	if len(i.Choices) == 0 {
		return
	}
	choice := i.Choices[s.Times%len(i.Choices)]
	if choice == "value:TEXT" {
		choice = "value:" + w.text(&i, s.Value)
	}
	if _, err := w.engine.Resolve(w.ctx, w.config, i.ID, choice, "a person"); err != nil {
		w.fail(Converge, "the choice %q that is offered for %s of %s is refused: %v", choice, i.Field, i.Record, err)
		return
	}
	w.say("    somebody answers %s of %s: %s", i.Field, i.Record, choice)
	w.tally.Steps[Answer]++
	w.pass.choices++
	w.edits.answered(&i, choice, w.oneWay(&i))
}

// oneWay reports whether an end does not hear the field of an item, or an owner
// speaks for it.
func (w *world) oneWay(i *engine.OpenItem) bool {
	p := w.model.pipe(i.Pipeline)
	for _, u := range p.Units {
		for _, f := range u.Fields {
			if slices.Contains(strings.Split(i.Field, ", "), f.Name) && (u.Owned || slices.Contains(f.Hears, false)) {
				return true
			}
		}
	}
	return false
}

// text is a value that a person types to answer an item.
func (w *world) text(i *engine.OpenItem, n int) string {
	p := w.model.pipe(i.Pipeline)
	f, ok := p.field(i.Field)
	if !ok {
		return ""
	}
	return p.value(f.Index, n%8, 700+n).Plain()
}

// canon is a value's form in which two are the same exactly when a reader sees
// no difference; what is not there is null.
func canon(v schema.Value) string {
	if v.IsAbsent() {
		v = schema.NullValue()
	}
	return string(v.AppendBinary(nil))
}
