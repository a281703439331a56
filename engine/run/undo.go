package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/engine/undo"
	"syncline/schema"
)

// Undo is what a rollback wants back, and what became of it. A pass with one
// lists nothing and matches nothing: it reads the records that are meant by id,
// and writes only what puts something back.
type Undo struct {
	Items   map[state.Entity][]undo.Item
	Results map[*undo.Item]undo.Result // filled in by the pass
	Verbs   func(end, verb string) string
}

// entities returns whose records are meant.
func (u *Undo) entities() []state.Entity {
	out := make([]state.Entity, 0, len(u.Items))
	for e := range u.Items {
		out = append(out, e)
	}
	slices.Sort(out)
	return out
}

// stamp notes what every end is before anything of it is read, so that a
// session on something that moved since is refused.
func (p *pass) stamp(ctx context.Context) error {
	for _, e := range p.ends {
		if s, ok := e.conn.(connectors.Stamper); ok && e.Writes {
			e.stamp, _ = s.Stamp(ctx, &e.Selection)
		}
	}
	return nil
}

// commitUndo closes the pass: it read no listing, so no checkpoint moves, but
// what it wrote is no unfinished pass's.
func (p *pass) commitUndo(context.Context) error {
	if !p.Write {
		return nil
	}
	b := p.Store.NewBatch()
	p.closeSpent(b)
	p.lines.Reset()
	if err := p.drainMarks(&p.lines, b); err != nil {
		return err
	}
	return p.commitBatch(b, &p.lines)
}

func (p *pass) result(item *undo.Item, v undo.Verdict, format string, args ...any) {
	p.Undo.Results[item] = undo.Result{Verdict: v, Reason: fmt.Sprintf(format, args...)}
}

// decideUndo says what of a subject is put back. The units that nothing is
// wanted of are left alone, but for what a changed mapping alone makes of them.
func (p *pass) decideUndo(s *subject) {
	s.verdict = decide.Verdict{Cause: -1}
	p.prefill(s)
	copy(s.prior.Slots, s.entity.Slots)
	for i := range s.units {
		s.units[i].Reset()
	}
	remapped := p.remap.units(s.link.Mapping)
	items := p.Undo.Items[s.link.Entity]
	s.later = false
	for _, last := range []bool{false, true} { // what is made anew is made of what was put back
		for i := range items {
			if again := items[i].Kind == verbDelete; again == last && !p.undone[&items[i]] {
				p.undoItem(s, &items[i], remapped)
			}
		}
	}
	s.stale = s.outside()
	for i, u := range p.Pipeline.Units {
		if !remapped.has(i) || s.writesUnit(i) {
			continue
		}
		in := p.input(s, i, u)
		in.Remapped = true
		decide.Decide(&u.Unit, in, &s.units[i])
		if s.units[i].Kind != decide.Rebase || s.units[i].Finding == decide.Drifted {
			s.units[i].Reset()
			s.stale = true
		}
	}
}

func (s *subject) writesUnit(unit int) bool {
	return slices.ContainsFunc(s.writes, func(w outgoing) bool { return w.writes(unit) })
}

func (p *pass) undoItem(s *subject, item *undo.Item, remapped unitSet) {
	end := slices.IndexFunc(p.ends, func(e *endPass) bool { return e.Name == item.End })
	switch {
	case item.Verdict != undo.Wanted:
		p.result(item, item.Verdict, "%s", item.Reason)
	case end < 0:
		p.result(item, undo.Refused, "the end is not in the configuration any more")
	case p.inFlight[flight{s.link.Entity, end}]:
		p.result(item, undo.Waits, "an earlier write of which nobody knows whether it arrived")
	case item.Unit == "":
		p.undoWhole(s, item, end)
	case s.link.State == state.Tombstone:
		p.result(item, undo.Refused, "its link ended since")
	case s.link.Ends[end].Record == "":
		p.result(item, undo.Refused, "the record is gone")
	case s.link.Ends[end].Record != item.Record:
		p.result(item, undo.Refused, "linked to another record since")
	default:
		p.undoUnit(s, item, end, remapped)
	}
}

// undoUnit puts the value of one unit back at one end.
func (p *pass) undoUnit(s *subject, item *undo.Item, end int, remapped unitSet) {
	unit := slices.IndexFunc(p.Pipeline.Units, func(u *plans.Unit) bool { return u.Name == item.Unit })
	if unit < 0 {
		p.result(item, undo.Refused, "the field is not in the mapping any more")
		return
	}
	u := p.Pipeline.Units[unit]
	if why := p.misplaced(item, end, u); why != "" {
		p.result(item, undo.Refused, "%s", why)
		return
	}
	was, w := stoodBefore(item, u), decide.Undoing{End: end, Before: item.Before, After: item.After}
	if s.obs[end] != nil && u.Unit.Ends[end].Knows {
		w.Intact = p.intact(s, item, end, u)
		if was != nil && w.Intact {
			if slices.EqualFunc(p.stood(s, u, end), was, schema.Equal) {
				p.result(item, undo.Already, "it is as it was already")
				return
			}
			var ok bool
			if w.Before, ok = p.readAs(s, end, u, was); !ok {
				p.result(item, undo.Refused, "what stood there cannot be read with the mapping of now")
				return
			}
		}
	}
	in := p.input(s, unit, u)
	in.Remapped = remapped.has(unit)
	d := &p.created
	decide.Undo(&u.Unit, in, &w, d)
	switch d.Kind {
	case decide.Write:
		p.putBack(s, item, unit, was, &w)
	case decide.Nothing:
		p.result(item, undo.Already, "%s", d.Reason)
	case decide.Park:
		p.result(item, undo.Waits, "%s", d.Reason)
	default:
		p.result(item, undo.Refused, "%s", d.Reason)
	}
}

// misplaced says why the values of the journal do not belong where the field
// stands now; "" where they do.
func (p *pass) misplaced(item *undo.Item, end int, u *plans.Unit) string {
	e := p.ends[end]
	switch {
	case !u.Unit.Ends[end].Knows:
		return "the field is not in the mapping any more"
	case !e.May(verbUpdate):
		return fmt.Sprintf("the `allow` of %s has no %q now", e.Name, verbUpdate)
	case len(item.Fields) == 0:
		return ""
	case len(item.Fields) != len(u.Slots):
		return "the group has other fields now"
	}
	for m, slot := range u.Slots {
		f := item.Fields[m]
		if f.Name != u.Fields[m].Name || f.Path != e.Fields[slot].Path.String() {
			return "the mapping leads elsewhere now, not to " + f.Path + ": take it back with the configuration that wrote it"
		}
		if f.Was.IsAbsent() {
			return "what stood there is not known"
		}
	}
	return ""
}

// stoodBefore returns by member what the end held before; nil where the journal
// does not tell.
func stoodBefore(item *undo.Item, u *plans.Unit) []schema.Value {
	if len(item.Fields) != len(u.Slots) {
		return nil
	}
	out := make([]schema.Value, len(item.Fields))
	for i := range out {
		out[i] = item.Fields[i].Was
	}
	return out
}

// intact reports whether the end shows what was written last: in its own form,
// or, where the programs are those of the write, in normal form.
func (p *pass) intact(s *subject, item *undo.Item, end int, u *plans.Unit) bool {
	shown, same := p.stood(s, u, end), len(item.Fields) == len(u.Slots)
	for m := range shown {
		same = same && sameRaw(shown[m], item.Fields[m].Became)
	}
	if same || u.Hash != item.Mapping && len(item.Fields) > 0 {
		return same
	}
	for _, slot := range u.Slots {
		if s.obs[end].fault(slot) != nil {
			return false
		}
	}
	return u.Form.Equal(u.Values(s.obs[end].Mapped.Slots), item.After)
}

// sameRaw compares values of one end: what was written may come back in the
// type that its system keeps.
func sameRaw(a, b schema.Value) bool {
	if a.Blank() || b.Blank() {
		return a.Blank() && b.Blank()
	}
	return schema.Equal(a, b) || a.Is() && b.Is() && !a.Kind().Collection() && a.Plain() == b.Plain()
}

// readAs returns what the unit reads as once the end holds the values.
func (p *pass) readAs(s *subject, end int, u *plans.Unit, values []schema.Value) (schema.Value, bool) {
	e, seen, o := p.ends[end], s.obs[end].Raw, p.echoed
	rec := schema.NewRecord(e.Shape())
	copy(rec.Slots, seen.Slots)
	rec.ID, rec.Revision, rec.At = seen.ID, seen.Revision, seen.At
	for m, slot := range u.Slots {
		path := e.Fields[slot].Path
		v, top := values[m], rec.Shape.Slot(path.Top())
		if !path.IsTop() {
			var err error
			if v, err = path.Rest().Set(rec.Slots[top], v); err != nil {
				return v, false
			}
		}
		rec.Slots[top] = v
	}
	o.reset()
	o.Raw = rec
	p.mapRecord(e.End, &p.mappers[0].frame, o)
	for _, slot := range u.Slots {
		if o.fault(slot) != nil {
			return schema.Value{}, false
		}
	}
	return u.Values(o.Mapped.Slots), true
}

// putBack adds what was decided to the write towards its end.
func (p *pass) putBack(s *subject, item *undo.Item, unit int, was []schema.Value, w *decide.Undoing) {
	u, d, end := p.Pipeline.Units[unit], &p.created, w.End
	wanted := d.Writes[0]
	values := was
	if was == nil || !w.Intact || wanted.Clear && !p.ends[end].Facts.SaysNull {
		var err error
		if values, err = p.written(s, u, end, wanted.Post); err != nil {
			p.result(item, undo.Refused, "%s", reasonText(err))
			return
		}
	}
	s.units[unit].Rule = d.Rule
	out := s.outgoing(end, verbUpdate)
	out.grade = max(out.grade, wanted.Grade)
	out.taken = p.taking(out.taken, item)
	out.parts = append(out.parts, part{
		unit: unit, wanted: wanted, image: decide.Intend(&u.Unit, d, &wanted), values: values, was: p.stood(s, u, end),
		since: item.Since, item: item,
	})
	if err := p.placeable(s, unit); err != nil {
		p.unaim(s, unit)
		p.result(item, undo.Refused, "%s", reasonText(err))
		return
	}
	p.result(item, undo.Restored, "")
}

// taking adds an item to what a write takes back.
func (p *pass) taking(t *taken, item *undo.Item) *taken {
	if t == nil {
		t = &taken{run: p.Run, rule: undoRule}
	}
	for _, run := range item.Runs {
		switch {
		case t.rule == undoRule:
			t.rule += " of " + run
		case !strings.Contains(t.rule, run):
			t.rule += ", " + run
		}
	}
	return t
}

const undoRule = "rollback"
