package scenario

import (
	"maps"
	"slices"
	"strings"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/decide"
	"syncline/schema"
)

// edits is what people did to each field of each person, as far as the laws
// about single edits can tell.
type edits struct {
	units   map[unitKey]*edited
	left    map[int]bool    // people whose records came and went
	answers bool            // somebody answered an open item
	apart   bool            // somebody said that two records with one key are two people
	kept    map[string]bool // ENTITY FIELD, of which somebody accepted that the ends differ
}

type unitKey struct {
	pipe   string
	person int
	unit   int
}

// edited is what people typed for one field of one person, since the records
// are linked and agreed.
type edited struct {
	by      map[int]bool        // ends
	early   bool                // something was typed before, or cannot be told from what others typed
	parents map[string][]string // a typed value to what its author saw; a blank may have several authors
	last    map[int]string      // by end
	under   map[int]string      // by end, what stood where somebody typed what cannot be read
}

func (x *edits) of(key unitKey) *edited {
	if x.units == nil {
		x.units = map[unitKey]*edited{}
	}
	if x.units[key] == nil {
		x.units[key] = &edited{by: map[int]bool{}, parents: map[string][]string{}, last: map[int]string{}, under: map[int]string{}}
	}
	return x.units[key]
}

// leave notes that a person's records came or went: what is an edit of whom is
// not told any more.
func (x *edits) leave(person int) {
	if x.left == nil {
		x.left = map[int]bool{}
	}
	x.left[person] = true
}

// answered notes that somebody decided an open item. Who chose a value that
// not every end hears accepted that it differs there.
func (x *edits) answered(i *engine.OpenItem, choice string, oneWay bool) {
	x.answers = true
	x.apart = x.apart || choice == "not-same"
	if choice != "keep" && !oneWay {
		return
	}
	if x.kept == nil {
		x.kept = map[string]bool{}
	}
	for _, field := range strings.Split(i.Field, ", ") {
		x.kept[i.Entity+" "+field] = true
	}
}

// typed notes that a person types a value into a field.
func (w *world) typed(e *end, r *record, slot int, s Step) {
	unit := e.pipe.unitOf(slot)
	if unit < 0 {
		return
	}
	u := e.pipe.Units[unit]
	x := w.edits.of(unitKey{e.pipe.Name, s.Person, unit})
	old, err := e.value(r.fields, r.id, slot)
	_, known := x.parents[spelt(old)]
	known = err == nil && (known || w.everywhere(e.pipe, s.Person, slot, old))
	if s.Do == Garble && err == nil {
		delete(x.under, e.Index)
	}
	if s.Do == Garble && known {
		x.under[e.Index] = spelt(old)
	}
	if under, ok := x.under[e.Index]; ok && s.Do == Set && err != nil && len(u.Slots) == 1 && !u.Merge {
		now := spelt(e.pipe.value(slot, s.Person, s.Value))
		x.parents[now] = []string{under} // who types over what cannot be read knows what stood there
	}
	if s.Do != Set && s.Do != Clear || len(u.Slots) > 1 || u.Merge || !distinct(e.pipe.Shape.Field(slot).Type) || e.pipe.isKey(slot) {
		x.early = true
		return
	}
	if !known {
		x.early = true
		return
	}
	if s.Do == Clear || !old.Is() {
		x.early = true
	}
	if s.Do == Clear {
		x.parents[spelt(schema.NullValue())] = append(x.parents[spelt(schema.NullValue())], spelt(old))
		return
	}
	now := spelt(e.pipe.value(slot, s.Person, s.Value))
	x.parents[now], x.by[e.Index], x.last[e.Index] = []string{spelt(old)}, true, now
}

// typedElsewhere notes that other pipelines read what was typed, too: whose last
// edit of theirs it is cannot be told.
func (w *world) typedElsewhere(e *end, s Step, changed memory.Fields) {
	for _, o := range w.model.endsAt(e.system, e.Object) {
		for slot, f := range o.Fields {
			if o.pipe == e.pipe || f == nil || !f.HasPath || o.pipe.unitOf(slot) < 0 {
				continue
			}
			if _, hit := changed[f.Path.Top()]; hit {
				w.edits.of(unitKey{o.pipe.Name, s.Person, o.pipe.unitOf(slot)}).early = true
			}
		}
	}
}

// respelt notes, of a record that the engine wrote, what its system made of the
// values: who sees that, saw what was sent.
func (w *world) respelt(e *end, r *record, now map[string]schema.Value) {
	sent := maps.Clone(now)
	maps.Copy(sent, r.asked)
	for slot := range e.Fields {
		w.respells(e, r, slot, sent, now)
	}
}

// respells notes what a system made of the value of a field.
func (w *world) respells(e *end, r *record, slot int, given, stored map[string]schema.Value) {
	unit := e.pipe.unitOf(slot)
	if unit < 0 || r.person == 0 || !w.mannered(e, slot) {
		return
	}
	before, err := e.value(given, r.id, slot)
	after, err2 := e.value(stored, r.id, slot)
	if err != nil || err2 != nil || spelt(before) == spelt(after) {
		return
	}
	x := w.edits.units[unitKey{e.pipe.Name, r.person - 1, unit}]
	if x == nil {
		return
	}
	if _, typed := x.parents[spelt(before)]; typed {
		x.parents[spelt(after)] = append(x.parents[spelt(after)], spelt(before))
	}
}

// spelt is a value as the author of another one sees it: blanks are one.
func spelt(v schema.Value) string {
	if v.Blank() {
		v = schema.NullValue()
	}
	return canon(v)
}

// saw reports whether the author of a value had seen another, or one that was
// typed over it.
func (x *edited) saw(value, other string) bool {
	met := map[string]bool{}
	next := []string{value}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		if at == other {
			return true
		}
		if !met[at] {
			met[at] = true
			next = append(next, x.parents[at]...)
		}
	}
	return false
}

func (p *pipe) unitOf(slot int) int {
	for i, u := range p.Units {
		if slices.Contains(u.Slots, slot) {
			return i
		}
	}
	return -1
}

// everywhere reports whether all records of a person are linked and show the
// value: before that nothing is an edit.
func (w *world) everywhere(p *pipe, person, slot int, v schema.Value) bool {
	for _, e := range p.ends {
		if e.idle != "" {
			continue
		}
		for _, r := range w.table(e).records {
			if r.person != person+1 || r.fields == nil || e.Fields[slot] == nil {
				continue
			}
			if got, err := e.value(r.fields, r.id, slot); err != nil || !r.linked || !schema.Equal(got, v) || !r.known(e, slot) {
				return false
			}
		}
	}
	return true
}

// known reports whether the engine was ever shown what the record holds in a
// field, or wrote it: what it never saw is a first link still.
func (r *record) known(e *end, slot int) bool {
	f := e.Fields[slot]
	if !f.HasPath {
		return true
	}
	at := f.Path.Top() + "\x00" + canon(r.fields[f.Path.Top()])
	return r.ever[at] || r.own[at]
}

func (w *world) table(e *end) *table { return w.places[e.system.name].tables[e.Object] }

// trampled is LAW1 where a person decides every disagreement: what somebody
// typed is only replaced by what somebody typed who had seen it.
func (w *world) trampled(e *end, r *record, now map[string]schema.Value) {
	if w.edits.answers || r.person == 0 || w.edits.left[r.person-1] || e.system.misses(r) || w.late && e.system.weak() {
		return
	}
	for i, u := range e.pipe.Units {
		x := w.edits.units[unitKey{e.pipe.Name, r.person - 1, i}]
		if x == nil || len(u.Slots) > 1 || !u.Unit.Ends[e.Index].Speaks || !onlyReview(u.Fields[0]) || u.Update != decide.Overwrite || w.mannered(e, u.Slots[0]) {
			continue
		}
		slot := u.Slots[0]
		before, err := e.value(r.fields, r.id, slot)
		after, err2 := e.value(now, r.id, slot)
		if _, typed := x.parents[spelt(before)]; err != nil || err2 != nil || !typed || before.Blank() {
			continue
		}
		if !x.saw(spelt(after), spelt(before)) {
			w.fail(Unseen, "end %s: %s of %s: %s is replaced by %s, whose author never saw it", e.name(), u.Name, r.id, shown(before), shown(after))
			return
		}
	}
}

// onlyReview reports whether a person decides every conflict of the field.
func onlyReview(f *fieldOf) bool {
	return f.Owner == nil && f.Conflict != nil && f.Conflict.Rule == nil && len(f.Conflict.Rules) == 1 && f.Conflict.Rules[0].Name == "review"
}

// loneEditor is LAW4.
func (w *world) loneEditor(l *linked, i int, u *unitOf, shows []schema.Value, open bool) {
	p := l.pipe
	person := w.personOf(l)
	x := w.edits.units[unitKey{p.Name, person, i}]
	if x == nil || x.early || len(x.by) != 1 || w.edits.answers || w.edits.left[person] || u.Owned || u.Update != decide.Overwrite {
		return
	}
	for _, e := range p.ends {
		if w.mannered(e, u.Slots[0]) {
			return // what the end made of a write that was late is nobody's for all it tells
		}
	}
	for n, e := range p.ends {
		if !x.by[n] || !u.Unit.Ends[n].Speaks || w.mannered(e, u.Slots[0]) || !shows[n].Is() {
			continue
		}
		if r := w.table(e).records[l.records[n]]; r != nil && r.laden && e.system.weak() {
			continue // no condition kept the write of long ago from it
		}
		w.tally.Laws[LoneEditor.Name]++
		if got := canon(shows[n]); got != x.last[n] {
			w.fail(LoneEditor, "only end %s edited %s of record %s, and it shows %s now", e.name(), u.Name, l.records[n], shown(shows[n]))
		}
	}
}

// personOf returns whose records are linked, -1 when nobody knows.
func (w *world) personOf(l *linked) int {
	for n, id := range l.records {
		if r := w.table(l.pipe.ends[n]).records[id]; id != "" && r != nil && r.person > 0 {
			return r.person - 1
		}
	}
	return -1
}
