package scenario

import (
	"slices"

	"syncline/connectors"
	"syncline/engine/plans"
	"syncline/schema"
)

// seen is LAW1 for one field of one write that landed: the value that was there
// had been shown to the engine in this run, or was its own. An end that holds
// no condition may lose an edit that was made while the run was under way.
func (w *world) seen(p *place, t *table, r *record, field, old string, now schema.Value) {
	w.tally.Laws[Unseen.Name]++
	if !w.pass.active || r.shown[field][old] || r.own[field+"\x00"+old] {
		return
	}
	if p.system.misses(r) {
		return
	}
	w.fail(Unseen, "%s/%s: %s was %s, which the engine was not shown in this run, and is %s now",
		p.system.name, r.id, field, shown(r.fields[field]), shown(now))
}

// misses reports whether the end holds no condition that would notice what it
// did not show: an edit during the run, or one that its lag hides.
func (s *system) misses(r *record) bool {
	return s.weak() && (r.touched || s.facts.Lag > 0)
}

// weak reports whether writes to the system hold no condition of their own.
func (s *system) weak() bool { return s.facts.Grade >= connectors.ReadBeforeWrite }

// requested is LAW8 for one change the engine asks for.
func (w *world) requested(p *place, sel *connectors.Selection, object string, ch *connectors.Change) {
	w.tally.Laws[Undeclared.Name]++
	e := w.model.selecting(sel)
	if e == nil {
		w.fail(Undeclared, "%s: a request of no end", p.system.name)
		return
	}
	if !e.May(ch.Verb) {
		w.fail(Undeclared, "end %s: %s %s, which allow does not have", e.name(), ch.Verb, ch.ID)
	}
	for _, a := range ch.Set {
		if hasCanary(a.Value) {
			w.fail(Undeclared, "end %s: %s of %s holds what nobody asked for", e.name(), a.Path, ch.ID)
		}
		if !e.hears(a.Path) {
			w.fail(Undeclared, "end %s: %s of %s is written, and no direction leads there", e.name(), a.Path, ch.ID)
		}
	}
}

// selecting returns the end whose selection it is.
func (m *Model) selecting(sel *connectors.Selection) *end {
	for _, p := range m.pipes {
		for _, e := range p.ends {
			if sel == &e.End.End.Selection || sel == &e.End.End.Whole {
				return e
			}
		}
	}
	return nil
}

// hears reports whether a field's value may be written to a path. A path into
// something larger is written as the whole of it.
func (e *end) hears(path schema.Path) bool {
	return slices.ContainsFunc(e.pipe.Pipeline.Pipeline.Fields, func(f *fieldOf) bool {
		fe := f.Ends[e.Index]
		return fe != nil && fe.HasPath && (fe.Path.String() == path.String() || path.IsTop() && fe.Path.Top() == path.Top()) && (f.Hears[e.Index] || fe.Tidy) ||
			fe != nil && slices.ContainsFunc(fe.With, func(a plans.Argument) bool { return a.Path.String() == path.String() })
	})
}

// selected is LAW8 for what is read: the least that is needed.
func (w *world) selected(p *place, sel *connectors.Selection) {
	if sel.Shape.Slot(canaryField) >= 0 {
		w.fail(Undeclared, "%s is asked for a field that nothing in the configuration names", p.system.name)
	}
}

// once is LAW7: a record that the engine makes is no second one of somebody the
// end has already, as far as the engine could see it when it asked for it.
func (w *world) once(p *place, t *table, r *record, now map[string]schema.Value) {
	for _, e := range w.model.endsAt(p.system, t.object) {
		key := e.strongest(now, r.id)
		if key == "" || w.edits.apart {
			continue
		}
		w.tally.Laws[OneCreate.Name]++
		for _, id := range sorted(t.records) {
			o := t.records[id]
			if o == r || o.fields == nil || o.touched || e.strongest(o.fields, id) != key {
				continue
			}
			if o.maker == theEngine && !t.Hidden(id) && e.foundBy(o) || !w.late && o.met && e.within(o.fields, id) {
				w.fail(OneCreate, "end %s: %s is created although %s has the same key", e.name(), r.id, id)
			}
		}
	}
}

// foundBy reports whether the engine knows the key of a record: it was shown
// it, or wrote it. One that somebody gave it since is met in the next listing.
func (e *end) foundBy(r *record) bool {
	for _, k := range e.pipe.Rules.Keys {
		if slices.ContainsFunc(k.Fields, func(slot int) bool { return e.Fields[slot] != nil && !r.known(e, slot) }) {
			return false
		}
	}
	return true
}

// strongest is the first key of a record that is not blank, in normal form.
func (e *end) strongest(fields map[string]schema.Value, id string) string {
	for _, k := range e.pipe.Rules.Keys {
		out := k.Name
		for _, slot := range k.Fields {
			v, err := e.value(fields, id, slot)
			if err != nil || !v.Is() || v.Blank() {
				out = ""
				break
			}
			out += "\x00" + canon(v)
		}
		if out != "" && k.Weight == 0 && k.Similar == 0 {
			return out
		}
	}
	return ""
}

func (m *Model) endsAt(s *system, object string) []*end {
	var out []*end
	for _, p := range m.pipes {
		for _, e := range p.ends {
			if e.system == s && e.Object == object && e.idle == "" {
				out = append(out, e)
			}
		}
	}
	return out
}
