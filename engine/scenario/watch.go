package scenario

import (
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/schema"
)

// scan compares what a system holds with what was known of it, and takes what
// differs for the work of the author: it is called before and after whoever
// may have changed something.
func (w *world) scan(p *place, by author) {
	for _, object := range sorted(p.tables) {
		t := p.tables[object]
		live := t.IDs()
		for _, id := range live {
			now := t.Record(id)
			r := t.known(id)
			t.records[id] = r
			if r.fields != nil && same(r.fields, now) {
				continue
			}
			if by == theEngine {
				w.wrote(p, t, r, now)
				r.laden = r.laden || w.late
			} else {
				r.touched = r.touched || w.pass.active
			}
			if r.fields == nil {
				r.maker = by
			}
			r.fields = now
			r.history = append(r.history, now)
		}
		for _, id := range sorted(t.records) {
			if r := t.records[id]; r.fields != nil && !slices.Contains(live, id) {
				r.touched = r.touched || by == people && w.pass.active
				if by == theEngine {
					w.tally.Writes["removed"]++
				}
				r.fields = nil
			}
		}
	}
}

func same(a, b map[string]schema.Value) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		o, ok := b[k]
		if !ok || !(schema.Equal(v, o) && v.State() == o.State()) && canon(v) != canon(o) {
			return false
		}
	}
	return true
}

// wrote holds the laws of writing to a change that the engine made.
func (w *world) wrote(p *place, t *table, r *record, now map[string]schema.Value) {
	if r.fields == nil {
		w.tally.Writes["created"]++
		if len(r.history) > 0 { // the id of one that was deleted
			w.edits.leave(r.person - 1)
			r.person, r.own, r.ever = 0, nil, nil
		}
		w.once(p, t, r, now)
		return
	}
	w.tally.Writes["updated"]++
	for _, e := range w.model.endsAt(p.system, t.object) {
		w.trampled(e, r, now)
		w.respelt(e, r, now)
	}
	for _, name := range sorted(now) {
		old := canon(r.fields[name])
		if canon(now[name]) != old {
			w.seen(p, t, r, name, old, now[name])
		}
	}
}

// showed remembers what a record showed the engine in this run.
func (w *world) showed(p *place, sel *connectors.Selection, rec *schema.Record) {
	if rec == nil {
		return
	}
	t := p.tables[p.objectOf(sel)]
	if t == nil {
		return
	}
	r := t.known(rec.ID)
	t.records[rec.ID] = r
	if r.shown == nil {
		r.shown = map[string]map[string]bool{}
	}
	if r.ever == nil {
		r.ever = map[string]bool{}
	}
	for i, v := range rec.Slots {
		name := rec.Shape.Field(i).Name
		if r.shown[name] == nil {
			r.shown[name] = map[string]bool{}
		}
		r.shown[name][canon(v)] = true
		if at := name + "\x00" + canon(v); !r.ever[at] {
			r.ever[at] = true
			r.news = append(r.news, at)
		}
	}
}

// sought remembers that the engine met a record in a listing or a search: it can
// know that it is there.
func (w *world) sought(p *place, sel *connectors.Selection, rec *schema.Record) {
	w.showed(p, sel, rec)
	if t := p.tables[p.objectOf(sel)]; rec != nil && t != nil {
		t.known(rec.ID).met = true
	}
}

// sent remembers what the engine asked for: its own values are none of
// somebody's edits, whether or not it heard that they arrived.
func (t *table) sent(ch *connectors.Change) {
	r := t.records[ch.ID]
	if r == nil {
		return
	}
	if r.own == nil {
		r.own = map[string]bool{}
	}
	r.asked = map[string]schema.Value{}
	for _, a := range ch.Set {
		r.asked[a.Path.Top()] = a.Value
		r.own[a.Path.Top()+"\x00"+canon(a.Value)] = true
	}
}

// arrived tells of a change that reached a system.
func (w *world) arrived(p *place, object string, x *memory.Write, res connectors.Result) {
	word := "ok"
	if x.Err != nil {
		word = connectors.KindOf(x.Err).String()
		w.tally.Answers[word]++
	}
	w.tally.Requests++
	w.say("      engine: %s %s: %s", p.system.name, describe(&x.Change), word)
	if t := p.tables[object]; t != nil {
		t.sent(&x.Change)
	}
}

// begin forgets what an earlier run was shown.
func (w *world) forgetShown() {
	for _, p := range w.places {
		for _, t := range p.tables {
			for _, r := range t.records {
				r.touched, r.shown, r.met, r.news = false, nil, false, nil
			}
		}
	}
}

// forgetNews forgets what a killed run was shown first: nothing of it need have
// been remembered.
func (w *world) forgetNews() {
	for _, p := range w.places {
		for _, t := range p.tables {
			for _, r := range t.records {
				for _, at := range r.news {
					delete(r.ever, at)
				}
			}
		}
	}
}

// hasCanary reports whether a value holds what nobody asked for.
func hasCanary(v schema.Value) bool {
	if strings.Contains(v.Text(), canary) {
		return true
	}
	return slices.ContainsFunc(v.Items(), hasCanary)
}
