package run

import (
	"errors"
	"fmt"
	"slices"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/engine/undo"
	"syncline/schema"
)

// check runs the pipeline's validations over the entity as it would stand.
func (p *pass) check(s *subject) {
	if s.fresh && !p.matters(s) {
		return
	}
	for _, v := range p.Pipeline.Checks {
		frame := p.frameOf(s, -1)
		if err := p.lookups.held(v.Program); err != nil {
			s.held = heldBy(err, v.Where)
			continue
		}
		ok, err := v.Program.Eval(frame)
		if err == nil && ok.Bool() || p.accepted(s) {
			continue
		}
		reason := v.Message
		if err != nil {
			reason = fmt.Sprintf("%s (the check could not be evaluated)", v.Message)
		}
		switch v.Failed {
		case "skip":
			s.held = hold{kind: holdAside, end: -1, reason: reason, where: v.Where}
		case "stop":
			p.stopped = fmt.Errorf("validate %q: %s: the pipeline is stopped as declared at %s", v.Name, reason, v.Where)
			s.held = hold{kind: holdReview, end: -1, reason: reason, where: v.Where}
		default:
			p.holdFields(s, v, reason)
		}
	}
}

// matters reports whether anything can become of a new record: it has a
// counterpart, or may get one.
func (p *pass) matters(s *subject) bool {
	live := 0
	for i, e := range p.ends {
		if s.obs[i] != nil {
			live++
		} else if e.May(verbCreate) {
			return true
		}
	}
	return live > 1 || len(p.ends) == 1
}

// holdFields holds the changes of the fields that a failed check reads, until a
// person accepts exactly what the ends show; a record that is not linked yet is
// held as a whole.
func (p *pass) holdFields(s *subject, v *plans.Check, reason string) {
	if s.fresh {
		s.held = hold{kind: holdReview, end: -1, reason: reason, where: v.Where}
		return
	}
	for i := range s.units {
		d := &s.units[i]
		if !v.Units[i] || d.Kind != decide.Write {
			continue
		}
		yes, moved := p.acceptedUnit(s, i)
		if !yes {
			d.Hold(decide.Review, -1, reason)
			d.Rule, d.Moved = ruleValidate, moved
		}
	}
}

// aim puts the decisions together to one write per end, in the end's own form.
func (p *pass) aim(s *subject) {
	if s.held.kind != free {
		return
	}
	for i, u := range p.Pipeline.Units {
		d := &s.units[i]
		if d.Kind != decide.Write {
			continue
		}
		for k := range d.Writes {
			w := &d.Writes[k]
			if err := p.form(s, i, u, w); err != nil {
				d.Hold(holdFor(err), w.End, reasonText(err))
				p.unaim(s, i)
				break
			}
		}
	}
	p.creations(s)
	p.sendable(s)
}

// holdFor says what an error means that kept a value from being written: what
// is only not there yet waits, anything else is put to a person.
func holdFor(err error) decide.Kind {
	if errors.Is(err, errParent) || errors.Is(err, errNone) {
		return decide.Park
	}
	return decide.Review
}

// heldBy is what holdFor says, for a whole subject.
func heldBy(err error, where string) hold {
	if holdFor(err) == decide.Park {
		return hold{kind: holdWait, end: -1, reason: err.Error(), where: where}
	}
	return hold{kind: holdReview, end: -1, reason: err.Error(), where: where}
}

// accepted reports whether a person said yes to exactly what the records show.
func (p *pass) accepted(s *subject) bool {
	item := p.open.find(s.link.Entity, 0)
	for i, o := range s.obs {
		if item != nil || o == nil {
			continue
		}
		if c, ok := p.open.subjects[subjectName(p.ends[i], o.id())]; ok {
			item = &c // from before it was linked, which may be earlier in this pass
		}
	}
	if item == nil || item.Choice == nil || item.Choice.Answer != answerAccept {
		return false
	}
	for _, side := range item.Sides {
		i := p.endOf(side.End)
		if i < 0 || s.obs[i] == nil || version(s.obs[i]) != side.Revision {
			return false
		}
	}
	return true
}

// acceptedUnit reports whether a person said yes to exactly what the ends show
// of a unit, or, moved, to something that they do not show any more.
func (p *pass) acceptedUnit(s *subject, unit int) (yes, moved bool) {
	item := p.open.find(s.link.Entity, p.numbers.units[unit])
	if item == nil || item.Choice == nil || item.Choice.Answer != answerAccept {
		return false, false
	}
	yes = s.units[unit].Shows(item.Choice.Saw)
	return yes, !yes
}

// unaim takes a unit back out of the writes.
func (p *pass) unaim(s *subject, unit int) {
	for i := range s.writes {
		w := &s.writes[i]
		w.parts = slices.DeleteFunc(w.parts, func(part part) bool { return part.unit == unit })
	}
	s.writes = slices.DeleteFunc(s.writes, func(w outgoing) bool { return len(w.parts) == 0 && w.verb == verbUpdate })
}

// outgoing is one wanted write towards one end.
type outgoing struct {
	end   int
	verb  string
	parts []part
	grade decide.Grade
	taken *taken // what it takes back; nil: nothing
}

// part is what a write does to one unit.
type part struct {
	unit   int
	wanted decide.Wanted
	image  decide.Image
	values []schema.Value // by member, in the end's form
	was    []schema.Value // by member, what the end held before; nil for a create
	since  uint64         // the journal's first entry that is taken back; 0: none is
	item   *undo.Item     // what is taken back; nil: nothing

	counted bool // by a guard, when its intent was made
}

const (
	verbCreate  = "create"
	verbUpdate  = "update"
	verbArchive = "archive"
	verbDelete  = "delete"
)

// form puts a wanted value into the form of its end and adds it to the write.
func (p *pass) form(s *subject, unit int, u *plans.Unit, w *decide.Wanted) error {
	values, err := p.written(s, u, w.End, w.Post)
	if err != nil {
		return err
	}
	out := s.outgoing(w.End, verbUpdate)
	out.grade = max(out.grade, w.Grade)
	out.parts = append(out.parts, part{
		unit: unit, wanted: *w, image: decide.Intend(&u.Unit, &s.units[unit], w), values: values, was: p.stood(s, u, w.End),
	})
	return nil
}

// stood returns the members of a unit as the end holds them now; nil where it
// has no record.
func (p *pass) stood(s *subject, u *plans.Unit, end int) []schema.Value {
	if s.obs[end] == nil {
		return nil
	}
	values := p.spareValues(len(u.Slots))
	for m, slot := range u.Slots {
		values[m] = p.ends[end].Fields[slot].Raw(s.obs[end].Raw)
	}
	return values
}

// written returns the members of a unit's value as the end would hold them.
func (p *pass) written(s *subject, u *plans.Unit, end int, v schema.Value) ([]schema.Value, error) {
	values := p.spareValues(len(u.Slots))
	for m, slot := range u.Slots {
		f := p.ends[end].Fields[slot]
		member := v
		if len(u.Slots) > 1 {
			member = v.Items()[m]
		}
		frame := p.frameOf(s, end)
		if err := p.lookups.held(f.Write); err != nil {
			return nil, err
		}
		member, err := p.outbound(end, f.Attribute, member)
		if err != nil {
			return nil, err
		}
		if values[m], err = f.Written(frame, member); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// outgoing returns the subject's write towards an end.
func (s *subject) outgoing(end int, verb string) *outgoing {
	for i := range s.writes {
		if s.writes[i].end == end {
			return &s.writes[i]
		}
	}
	return s.newWrite(end, verb)
}

// newWrite adds an empty write, in the memory of an earlier page's.
func (s *subject) newWrite(end int, verb string) *outgoing {
	n := len(s.writes)
	if n == cap(s.writes) {
		s.writes = append(s.writes, outgoing{})
	}
	s.writes = s.writes[:n+1]
	w := &s.writes[n]
	*w = outgoing{end: end, verb: verb, parts: w.parts[:0]}
	return w
}

// creations adds the creating calls: at every end where the entity belongs,
// has no record yet, and may get one.
func (p *pass) creations(s *subject) {
	for i, e := range p.ends {
		if s.obs[i] != nil || s.seen[i] != decide.Missing || !e.May(verbCreate) || s.link.Ends[i].Record != "" || s.link.Ends[i].Evidence == state.Undone {
			continue
		}
		if !p.rolledOut(s, i) || e.When != nil && !p.belongs(s, i) {
			continue
		}
		if p.Hints != nil && !s.fresh && !p.tellable(e) {
			p.wholeFor(s, "whether "+e.Name+" has it already is only told by a pass over everything")
			continue
		}
		if !p.indexed(e) {
			s.held = hold{kind: holdWait, end: i, reason: "the listing of " + e.Name + " was not complete, and it cannot be searched: nobody knows whether the record is there"}
			return
		}
		if p.unnamed(s) {
			return
		}
		if p.shadowed(s, e) {
			continue
		}
		if p.gainedBy(s, e) && (s.fresh || !p.accepted(s)) {
			p.ask(s, p.takenAt(e))
			return
		}
		if p.asksLeftBehind(s, i) {
			return
		}
		if from := p.unheard(s, i); from >= 0 {
			s.held = hold{kind: holdWait, end: from, reason: "what " + p.ends[from].Name + " says of it cannot be read now"}
			return
		}
		p.creation(s, i)
	}
}

// indexed reports whether the pass can tell which records the end has: it
// listed them all, or it can ask.
func (p *pass) indexed(e *endPass) bool {
	_, finder := e.conn.(connectors.Finder)
	return finder || e.complete || !e.Facts.Complete || p.Hints != nil // then it is looked at whether it can be asked
}

func (p *pass) creation(s *subject, end int) {
	out := s.newWrite(end, verbCreate)
	out.grade = decide.Grade(p.ends[end].Grade)
	if !p.createdFrom(s, out) {
		s.writes = s.writes[:len(s.writes)-1]
	}
}

// createdFrom fills in what a create writes; false when something holds it.
func (p *pass) createdFrom(s *subject, out *outgoing) bool {
	end, d := out.end, &p.created
	for i, u := range p.Pipeline.Units {
		if !u.Unit.Ends[end].Knows || !u.Unit.Ends[end].Hears {
			continue
		}
		if p.ailing(s, i) {
			s.held = hold{kind: holdWait, end: end, reason: s.units[i].Reason}
			return false
		}
		in := p.input(s, i, u)
		in.Reread = true
		decide.Create(&u.Unit, in, end, d)
		if d.Kind == decide.Write {
			values, err := p.written(s, u, end, d.Writes[0].Post)
			if err != nil {
				d.Hold(holdFor(err), end, reasonText(err))
			} else {
				out.parts = append(out.parts, part{unit: i, wanted: d.Writes[0], image: decide.Intend(&u.Unit, d, &d.Writes[0]), values: values})
			}
		}
		if d.Kind == decide.Park {
			s.held = hold{kind: holdWait, end: end, reason: fmt.Sprintf("field %q: %s", u.Name, d.Reason)}
			return false
		}
		if d.Kind == decide.Review || d.Kind == decide.Conflict {
			s.units[i].Kind, s.units[i].At, s.units[i].Reason, s.units[i].Rule = d.Kind, d.At, d.Reason, d.Rule
		}
		if missing := p.required(u, d, end); missing != "" {
			s.held = hold{kind: holdReview, end: end, reason: missing, where: u.Fields[0].Range.String()}
			return false
		}
	}
	return true
}

// required says which required member of a unit a create would leave blank.
func (p *pass) required(u *plans.Unit, d *decide.Decision, end int) string {
	for m, f := range u.Fields {
		must := f.Attribute.Required
		if fe := f.Ends[end]; fe != nil && p.ends[end].requires(fe.Path.Top()) {
			must = true
		}
		if !must {
			continue
		}
		if d.Kind == decide.Write {
			v := d.Writes[0].Post
			if len(u.Fields) > 1 {
				v = v.Items()[m]
			}
			if !v.Blank() {
				continue
			}
		}
		reason := fmt.Sprintf("required field %q is empty", f.Name)
		if d.Reason != "" {
			reason = fmt.Sprintf("required field %q: %s", f.Name, d.Reason)
		}
		return reason
	}
	return ""
}
