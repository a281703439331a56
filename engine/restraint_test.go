package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// restraint is what the engine has to leave alone in the pass under way.
type restraint struct {
	disputed map[string]string // "END/RECORD field" of an open conflict that nobody decided, by its id
	touched  map[string]bool   // END/RECORD that a person edited since the last pass began
	before   map[string]bool   // END/RECORD that was linked when the pass began
	sent     map[string]int    // requests of the pass by "KIND at END", each operation once
	seen     map[string]bool   // operations
	gone     map[string]bool   // addresses of whom a person deleted a record
	chosen   map[string]bool   // values typed since a person made choices
	shown    map[string]int    // sides that an item had when a person decided it: an end that joined is a new question
}

func newRestraint() restraint {
	return restraint{touched: map[string]bool{}, gone: map[string]bool{}, seen: map[string]bool{}, chosen: map[string]bool{}, shown: map[string]int{}}
}

// restrain notes, before a pass, what it has to leave alone.
func (w *world) restrain() {
	w.alone.disputed, w.alone.sent, w.alone.before = map[string]string{}, map[string]int{}, w.linked
	items, err := w.engine.Conflicts(context.Background(), w.config, engine.ConflictsOptions{Kind: "conflict"})
	if err != nil {
		w.Error(err)
	}
	for _, i := range items {
		if i.Choice != "" {
			continue
		}
		for _, f := range strings.Split(i.Field, ", ") {
			for _, side := range i.Sides {
				w.alone.disputed[side.End+"/"+side.Record+" "+f] = i.ID
			}
		}
	}
}

// left holds that a request leaves alone what it has to.
func (w *world) left(end int, x *memory.Write) {
	id := w.ends[end].name + "/" + x.Change.ID
	switch x.Change.Verb {
	case "archive", "delete":
		w.rightlyEnded(end, id, x)
	case "update":
		w.frozen(id, x)
	}
	w.tally(end, x)
}

// rightlyEnded is law 1 for records that the engine takes away: a person took
// away a partner, and nobody touched this one since it was last looked at.
func (w *world) rightlyEnded(end int, id string, x *memory.Write) {
	if x.Err != nil {
		return
	}
	if !w.alone.gone[w.address(end, x.Change.ID)] {
		w.Errorf("law 1: %s %s, and nobody took a partner of it away", x.Change.Verb, id)
	}
	if w.alone.touched[id] {
		w.Errorf("law 1: %s %s, which was edited since the engine last looked", x.Change.Verb, id)
	}
}

// frozen is law 1 for what is in dispute: nothing is written of it until a
// person decides or the ends agree.
func (w *world) frozen(id string, x *memory.Write) {
	for _, a := range x.Change.Set {
		if item := w.alone.disputed[id+" "+a.Path.Top()]; item != "" && x.Err == nil {
			w.Errorf("law 1: %s of %s is written while %s is open", a.Path.Top(), id, item)
		}
	}
}

// tally counts the requests of a pass by kind of mass change.
func (w *world) tally(end int, x *memory.Write) {
	if x.Change.Uncertain || w.alone.seen[x.Change.Operation] {
		return // of an earlier pass, or counted
	}
	w.alone.seen[x.Change.Operation] = true
	kind := ""
	switch x.Change.Verb {
	case "create":
		kind = "creates"
	case "archive", "delete":
		kind = "deletes"
	default:
		kind = w.overwrite(end, x)
	}
	if kind != "" {
		w.alone.sent[kind+" at "+w.ends[end].name]++
	}
}

// overwrite says whether an update overwrites or clears the name of a person
// who was linked everywhere when the pass began: that is no first link.
func (w *world) overwrite(end int, x *memory.Write) string {
	email := w.address(end, x.Change.ID)
	for _, e := range w.ends {
		if id := w.find(e, email); id == "" || !w.alone.before[e.name+"/"+id] {
			return ""
		}
	}
	for _, a := range x.Change.Set {
		if a.Path.Top() != "name" {
			continue
		}
		j := slices.IndexFunc(x.Change.Seen, func(s connectors.Assignment) bool { return s.Path.Top() == "name" })
		if j < 0 || x.Change.Seen[j].Value.Blank() {
			continue
		}
		if a.Value.Blank() {
			return "clears"
		}
		return "overwrites"
	}
	return ""
}

// ceilings is the law of the guard: a kind of change that is over its ceiling
// is withheld whole.
func (w *world) ceilings() {
	if w.shape.guard == 0 || w.lifted {
		return
	}
	for what, n := range w.alone.sent {
		if n > w.shape.guard {
			w.Errorf("guard: %d %s left in one pass, the ceiling is %d", n, what, w.shape.guard)
		}
	}
}

// guardText declares the same ceiling for every kind.
func (s *shape) guardText() string {
	if s.guard == 0 {
		return ""
	}
	text := "  guard {\n"
	for _, kind := range []string{"creates", "overwrites", "clears", "deletes"} {
		text += fmt.Sprintf("    %s {\n      count = %d\n    }\n", kind, s.guard)
	}
	return text + "  }\n"
}

// allowance lets everything through where the ceilings are lifted.
func (w *world) allowance() map[string]int {
	if !w.lifted {
		return nil
	}
	return map[string]int{"creates": 1e6, "overwrites": 1e6, "clears": 1e6, "deletes": 1e6}
}

// address returns the e-mail address of a record, which may be gone by now.
func (w *world) address(end int, id string) string {
	if r := w.ends[end].table.Record(id); r != nil {
		return r["email"].Text()
	}
	return w.addresses[w.ends[end].name+"/"+id]
}

// know remembers whose every record is.
func (w *world) know() {
	for _, e := range w.ends {
		for _, id := range e.table.IDs() {
			w.addresses[e.name+"/"+id] = e.table.Record(id)["email"].Text()
		}
	}
}

// concede is a person who types at one end what another shows, or what stood
// there before.
func (w *world) concede(e *place, id, email, field string) (v schema.Value, ok bool) {
	for _, other := range w.ends {
		if o := w.find(other, email); o != "" && other != e {
			v = other.table.Record(o)[field]
		}
	}
	if before, typed := w.parents[e.table.Record(id)[field].Text()]; typed && w.rng.IntN(2) == 0 {
		v = schema.String(before)
	}
	return v, v.Is() && v.Text() != ""
}

// dispute is people who go on editing what others have just decided.
func (w *world) dispute() {
	w.disputes(func(e *place, id string, r memory.Fields) {
		v := w.fresh("name")
		w.retype(e, id, r, v, false)
		w.alone.chosen[v] = true
	})
}

// withdraw is people who take back the edit that others disagree with.
func (w *world) withdraw() {
	w.disputes(func(e *place, id string, r memory.Fields) {
		if before, typed := w.parents[r["name"].Text()]; typed && before != "" {
			w.retype(e, id, r, before, true)
		}
	})
}

// disputes calls fn with one side of every name that people disagree about.
func (w *world) disputes(fn func(e *place, id string, r memory.Fields)) {
	items, err := w.engine.Conflicts(context.Background(), w.config, engine.ConflictsOptions{Field: "name"})
	if err != nil {
		w.Error(err)
	}
	for _, i := range items {
		if len(i.Sides) == 0 {
			continue
		}
		side := pick(w.rng, i.Sides...)
		e := w.ends[slices.Index(endNames, side.End)]
		if r := e.table.Record(side.Record); r != nil {
			fn(e, side.Record, r)
		}
	}
}

// retype is an edit of a name that is in dispute.
func (w *world) retype(e *place, id string, r memory.Fields, v string, again bool) {
	w.typed(v, r["name"].Text(), again)
	w.early[r["email"].Text()+" name"] = true
	w.alone.touched[e.name+"/"+id] = true
	e.table.Set(id, memory.Fields{"name": schema.String(v)})
	w.say("  person set %s/%s name=%s, which is in dispute (was %s)", e.name, id, v, r["name"].Text())
}

// regret is a name that somebody typed over.
type regret struct {
	at   *place
	id   string
	name string
}

// rue is people who take back what they typed before the last pass: their
// first edit may still be on its way.
func (w *world) rue() {
	regrets := w.regrets
	w.regrets = nil
	for _, x := range regrets {
		r := x.at.table.Record(x.id)
		if w.rng.IntN(4) > 0 || r == nil || r["name"].Text() == "" || r["name"].Text() == x.name || x.name == "" {
			continue
		}
		email := r["email"].Text()
		w.typed(x.name, r["name"].Text(), true)
		w.last[email+" name"] = x.name
		if by := w.edited[email+" name"]; by != nil {
			by[slices.Index(w.ends, x.at)] = true
		} else {
			w.early[email+" name"] = true
		}
		w.alone.touched[x.at.name+"/"+x.id] = true
		x.at.table.Set(x.id, memory.Fields{"name": schema.String(x.name)})
		w.say("  person put back %s/%s name=%s (was %s)", x.at.name, x.id, x.name, r["name"].Text())
	}
}
