package scenario

import (
	"context"
	"slices"
	"strings"

	"syncline/connectors/memory"
)

// calm reports whether nothing happens in a scenario but people's edits and
// whole runs: then what comes out depends on nothing else.
func (s *Scenario) calm() bool {
	return !slices.ContainsFunc(s.Steps, func(x Step) bool {
		return x.Do == Fault || x.Do == Behave || x.Do == Answer || x.Do == Alter || x.Do == Reuse || x.Kill > 0 || len(x.During) > 0
	})
}

// inOrder is LAW9: the same story, with every listing in another order and one
// that names records twice, comes to the same.
func (m *Model) inOrder(ctx context.Context, w *world, folder string) {
	if !w.scenario.calm() || m.timed() {
		return
	}
	var steps []Step
	for _, s := range m.systems {
		steps = append(steps, Step{Do: Behave, System: s.name, Fault: "reversed"},
			Step{Do: Fault, System: s.name, Fault: memory.Duplicate.String(), Op: "read", Times: 2})
	}
	other := m.start(ctx, w.scenario.with(slices.Concat(steps, w.scenario.Steps)), folder, false)
	other.live()
	w.tally.Laws[Order.Name]++
	if other.broken != nil {
		w.fail(Order, "in another order of the listings a law breaks: %s", other.broken.Error())
		return
	}
	if w.several() || other.several() {
		return // which of somebody's records was edited depends on the ids that systems gave
	}
	one, two := w.picture(), other.picture()
	if a, b := difference(one, two), difference(two, one); len(a)+len(b) > 0 {
		w.fail(Order, "in another order of the listings there is %s, and not %s", strings.Join(b, "; "), strings.Join(a, "; "))
	}
}

// several reports whether somebody who had several records at an end edited one.
func (w *world) several() bool {
	for _, p := range w.places {
		for _, t := range p.tables {
			if t.several {
				return true
			}
		}
	}
	return false
}

// timed reports whether a rule asks which change came first: reading twice at
// once decides that otherwise than reading one after the other.
func (m *Model) timed() bool {
	for _, p := range m.pipes {
		for _, f := range p.Pipeline.Pipeline.Fields {
			if f.Conflict != nil && slices.ContainsFunc(f.Conflict.Rules, func(r rule) bool { return r.Name == "latest" }) {
				return true
			}
		}
	}
	return false
}

// picture is what the ends hold, without the ids that systems give out.
func (w *world) picture() []string {
	var out []string
	for _, p := range w.model.pipes {
		for _, e := range p.ends {
			if e.idle != "" {
				continue
			}
			for _, r := range w.table(e).records {
				if r.fields == nil {
					continue
				}
				text := e.name()
				for slot, f := range e.Fields {
					if f == nil || p.refs[slot] != nil || f.HasPath && f.Path.Top() == e.id {
						continue
					}
					v, err := e.value(r.fields, r.id, slot)
					if err == nil {
						text += " " + p.Shape.Field(slot).Name + "=" + shown(v)
					}
				}
				out = append(out, text)
			}
		}
	}
	slices.Sort(out)
	return out
}

// difference returns what is in a and not in b.
func difference(a, b []string) (out []string) {
	for _, x := range a {
		if i := slices.Index(b, x); i >= 0 {
			b = slices.Delete(slices.Clone(b), i, i+1)
			continue
		}
		out = append(out, x)
	}
	return out
}
