package scenario

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/schema"
)

// quietPasses is how many passes a world in which nothing happens any more may
// take until it is at rest.
const quietPasses = 10

// rest heals everything, lets the engine come to rest, and holds what holds
// then.
func (w *world) rest() {
	w.say("everything is healed")
	w.heal()
	var last *plans.Summary
	for n := range quietPasses {
		w.now = w.now.Add(time.Hour)
		if n == 0 {
			w.now = w.now.Add(25 * time.Hour) // every sweep is due
		}
		w.say("  a quiet pass")
		last = w.run(Step{Do: Run, Allow: true})
		if w.broken != nil || w.stopped(last) {
			return
		}
		if w.quiet(n == quietPasses-1) && n > 0 {
			break
		}
		if w.broken != nil {
			return
		}
	}
	l := w.look()
	w.converged(l)
	w.evident(l)
	w.nobodyLost(l, last)
	w.nothingLeaked()
}

// heal makes everything work again.
func (w *world) heal() {
	for _, p := range w.placesInOrder() {
		w.scan(p, people)
		p.restore()
		w.scan(p, people)
		p.memory.Heal()
		p.memory.Behave(memory.Manners{})
		p.memory.Renew()
		if n := p.memory.Deliver(); n > 0 {
			w.say("    %s: %d late or hidden changes arrive", p.system.name, n)
			w.late = true
			w.scan(p, theEngine)
			w.late = false
		}
	}
}

// stopped reports whether a pipeline cannot go on: that breaks a law, unless a
// validation is declared to stop it.
func (w *world) stopped(s *plans.Summary) bool {
	if s == nil {
		return true
	}
	for _, p := range s.Pipelines {
		if p.Failed == "" {
			continue
		}
		if slices.ContainsFunc(w.model.pipe(p.Pipeline).Checks, func(c *plans.Check) bool { return c.Failed == "stop" }) {
			return true
		}
		w.fail(NoPanic, "a run in a healthy world fails: %s", say(p.Failed))
		return true
	}
	return false
}

// quiet is LAW5: nothing is planned any more.
func (w *world) quiet(last bool) bool {
	w.tally.Laws[Quiet.Name]++
	plan, err := w.engine.Plan(w.ctx, w.config, engine.PlanOptions{})
	if err != nil {
		w.fail(Quiet, "a plan in a healthy world fails: %v", err)
		return true
	}
	quiet := true
	for _, r := range plan.Records {
		w.say("    the plan has: %s %s/%s/%s %s", r.Kind, r.Pipeline, r.End, r.Record, r.Reason)
		switch r.Kind {
		case plans.Create, plans.Update, plans.Archive, plans.Delete, plans.Link, plans.Unlink:
			quiet = false
			if last {
				w.fail(Quiet, "after %d quiet passes there is still planned: %s of %s/%s/%s%s", quietPasses, r.Kind, r.Pipeline, r.End, r.Record, plannedFields(&r))
			}
		}
	}
	return quiet
}

func plannedFields(r *plans.PlannedRecord) (out string) {
	for _, f := range r.Fields {
		out += " " + f.Field + ": " + shown(f.Old) + " to " + shown(f.New)
	}
	return out
}

// evident is LAW2: every base is a value that a record of the link once held.
func (w *world) evident(l *look) {
	for _, x := range l.links {
		for i, u := range x.pipe.Units {
			if x.bases[i] == nil || x.pipe.refs[u.Slots[0]] != nil { // each end has its own id for what it refers to
				continue
			}
			held := w.everHeld(x, u)
			for n, b := range x.bases[i] {
				if b == 0 {
					continue
				}
				w.tally.Laws[Evidence.Name]++
				if !held[b] {
					w.fail(Evidence, "pipeline %s: the base of %s at end %s of entity %d is no value that any of its records ever held",
						x.pipe.Name, u.Name, x.pipe.ends[n].Name, x.Entity)
				}
			}
		}
	}
}

// everHeld hashes every value that a record of the link ever held.
func (w *world) everHeld(x *linked, u *unitOf) map[uint64]bool {
	key := keyOf(x.Salt)
	slots := make([]schema.Value, x.pipe.Shape.Len())
	for i := range slots {
		slots[i] = schema.NullValue()
	}
	out := map[uint64]bool{u.Form.Hash(key, u.Values(slots)): true} // a record that is not there yet holds nothing
	for n, id := range x.records {
		e := x.pipe.ends[n]
		r := w.table(e).records[id]
		if id == "" || r == nil {
			continue
		}
		for _, fields := range r.history {
			ok := true
			for _, slot := range u.Slots {
				v, err := e.value(fields, id, slot)
				slots[slot] = v
				ok = ok && err == nil
			}
			if ok {
				out[u.Form.Hash(key, u.Values(slots))] = true
			}
		}
	}
	return out
}

// nobodyLost is LAW10 for records: whoever is there is known. A new record that
// waits, for its parent or for what a person decides on another, is known by its
// number only.
func (w *world) nobodyLost(l *look, last *plans.Summary) {
	for i, p := range w.model.pipes {
		for n, e := range p.ends {
			if e.idle != "" {
				continue
			}
			w.tally.Laws[Kill.Name]++
			lost := w.unknown(l, e)
			told := last.Pipelines[i].Ends[n]
			if counted := told.Waiting + told.Review; len(lost) > counted {
				w.fail(Kill, "%d records of end %s are neither linked, open, nor set aside, and %d wait or are in review: %s", len(lost), e.name(), counted, strings.Join(lost, ", "))
			}
		}
	}
}

// unknown returns the records in scope of which the state knows nothing.
func (w *world) unknown(l *look, e *end) (out []string) {
	t := w.table(e)
	for _, id := range sorted(t.records) {
		if r := t.records[id]; r.fields != nil && e.within(r.fields, id) && l.known[e.name()+"/"+id] == "" {
			out = append(out, id)
		}
	}
	return out
}

// nothingLeaked is LAW8 for what the engine keeps.
func (w *world) nothingLeaked() {
	files, err := os.ReadDir(w.state())
	if err != nil {
		return
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(w.state(), f.Name()))
		if err == nil && bytes.Contains(data, []byte(canary)) {
			w.fail(Undeclared, "the state's %s holds what nobody asked for", f.Name())
		}
	}
}
