package engine_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// rest lets everything come to rest and holds what holds then.
func (w *world) rest() {
	w.say("rest")
	w.killAt, w.editAt, w.lifted = 0, nil, true
	w.heal()
	for n := 0; ; n++ {
		if w.Failed() {
			return
		}
		w.now = w.now.Add(time.Hour)
		s := w.pass()
		if s == nil {
			w.Errorf("no summary")
			return
		}
		if s.Pipelines[0].Failed != "" {
			w.Errorf("law 3: a pass in a healthy world fails: %s", s.Pipelines[0].Failed)
			return
		}
		if w.planIsEmpty(n >= 8) {
			break
		}
		if n >= 8 {
			w.Errorf("law 3: it does not come to rest")
			return
		}
	}
	w.agree()
	w.oneRecord()
	w.openIffItHolds()
}

// planIsEmpty is law 5.
func (w *world) planIsEmpty(last bool) bool {
	plan, err := w.engine.Plan(context.Background(), w.config, engine.PlanOptions{})
	if err != nil {
		w.Errorf("plan: %v", err)
		return true
	}
	empty := true
	for _, r := range plan.Records {
		switch r.Kind {
		case plans.Create, plans.Update, plans.Archive, plans.Delete, plans.Link, plans.Unlink:
			empty = false
			w.say("  plan: %+v", r)
			if last {
				w.Errorf("law 5: still planned: %+v", r)
			}
		}
	}
	return empty
}

// agree is laws 3 and 4: the ends hold one value or something says why not.
func (w *world) agree() {
	items, err := w.engine.Conflicts(context.Background(), w.config, engine.ConflictsOptions{})
	if err != nil {
		w.Error(err)
	}
	open := map[string]bool{}
	maps.Copy(open, w.kept)
	for _, i := range items {
		w.say("  open: %s %s %s %s: %s", i.Kind, i.Entity, i.Record, i.Field, i.Reason)
		for _, f := range strings.Split(i.Field, ", ") {
			open[i.Entity+" "+f] = true
		}
	}
	w.store(func(s *state.Store) {
		waits := map[state.Entity]bool{}
		_ = s.View(func(v *state.View) error {
			return v.Waits(0, func(x *state.Wait) error {
				w.say("  waits: %d: %s", x.Entity, x.Reason)
				waits[x.Entity] = true
				return nil
			})
		})
		err := s.View(func(v *state.View) error {
			return v.Links(0, func(l *state.Link) error {
				if l.State == state.Active && !waits[l.Entity] && !open[s.Public(l.Entity)+" "] {
					w.agreed(s, l, func(unit string) bool { return open[s.Public(l.Entity)+" "+unit] })
				}
				return nil
			})
		})
		if err != nil {
			w.Error(err)
		}
	})
}

func (w *world) agreed(s *state.Store, l *state.Link, open func(unit string) bool) {
	var records []memory.Fields
	var ends []int
	for _, e := range l.Ends {
		i := w.endOf(s, e.End)
		if e.Record == "" || i < 0 {
			continue
		}
		r := w.ends[i].table.Record(e.Record)
		if r == nil && len(w.ends[i].table.IDs()) == 0 {
			return // nothing is concluded from an empty listing
		}
		if r == nil {
			w.Errorf("law 3: entity %d is linked to %s/%s, which is not there, and nothing says so", l.Entity, w.ends[i].name, e.Record)
			return
		}
		if i == 0 && w.shape.filter && r["private"].Text() == "yes" {
			return // frozen
		}
		records, ends = append(records, r), append(ends, i)
	}
	if len(records) < 2 {
		return
	}
	email := records[0]["email"].Text()
	for _, f := range w.fields() {
		if open(f) {
			continue
		}
		if f == "owned" && open("phase") {
			continue
		}
		silent := slices.ContainsFunc(records, func(r memory.Fields) bool { return word(r[f]) == "" })
		for k := 1; k < len(records); k++ {
			a, b := word(records[0][f]), word(records[k][f])
			if a == b || w.excused(f, a, b, silent) {
				continue
			}
			w.Errorf("law 3: %s of %s (entity %d): %s says %q, %s says %q, and nothing says why", f, email, l.Entity, w.ends[ends[0]].name, a, w.ends[ends[k]].name, b)
		}
		w.loneEditor(email, f, records, ends)
	}
}

// loneEditor is law 4: if one end alone was ever edited, its last edit stands.
func (w *world) loneEditor(email, field string, records []memory.Fields, ends []int) {
	// What everybody shows is what the one editor shows: with law 3 only an
	// edit that was undone is left to be told.
	by := w.edited[email+" "+field]
	if field != "name" || len(by) != 1 || w.early[email+" "+field] || w.choices != nil {
		return
	}
	for k, end := range ends {
		if last := w.last[email+" "+field]; by[end] && records[k][field].Is() && records[k][field].Text() != last {
			w.Errorf("law 4: only %s edited %s of %s, last to %q, and shows %q now", w.ends[end].name, field, email, last, records[k][field].Text())
		}
	}
}

func (w *world) fields() []string {
	out := []string{"email", "name", "phase", "note"}
	if w.shape.owner {
		out = append(out, "owned")
	}
	if w.shape.set {
		out = append(out, "tags")
	}
	if w.shape.group {
		out = append(out, "city", "land")
	}
	return out
}

// excused says which differences are as declared.
func (w *world) excused(field, a, b string, silent bool) bool {
	blank := a == "" || b == ""
	switch field {
	case "tags":
		return false
	case "note", "owned": // a blank speaker says nothing to a record that was there before
		return silent || w.shape.drift == "keep"
	}
	return blank && w.shape.empty == "keep"
}

// word is a value as all ends would spell it.
func word(v schema.Value) string {
	t := v.Text()
	if len(t) == 2 && strings.Contains("abc", t[:1]) {
		return "phase " + t[1:]
	}
	if items := v.Items(); items != nil {
		var words []string
		for _, item := range items {
			words = append(words, item.Text())
		}
		slices.Sort(words)
		return strings.Join(words, " ")
	}
	return t
}

func (w *world) endOf(s *state.Store, n state.Number) int {
	for i, e := range w.ends {
		if got, err := s.Number(state.NumberEnd, "people/"+e.name); err == nil && got == n {
			return i
		}
	}
	return -1
}

// oneRecord is law 7: the engine makes one record per entity and end.
func (w *world) oneRecord() {
	for i, e := range w.ends {
		made := map[string]int{}
		people := map[string]int{}
		for _, id := range e.table.IDs() {
			email := e.table.Record(id)["email"].Text()
			if strings.HasPrefix(id, e.name+"-") && !strings.HasPrefix(id, "people-") {
				people[email]++
			} else {
				made[email]++
			}
		}
		for email, n := range made {
			if n+min(people[email], 1) > 1 {
				w.Errorf("law 7: end %s has %d records of %s made by the engine and %d by people", w.ends[i].name, n, email, people[email])
			}
		}
	}
}
