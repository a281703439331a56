package run

import (
	"slices"
	"time"

	"syncline/engine/decide"
	"syncline/engine/state"
)

// openItems is everything of a pipeline that waits, by entity: a record of
// such an entity is looked at even when it did not change.
type openItems struct {
	conflicts map[state.Entity][]state.Conflict
	subjects  map[string]state.Conflict // of records that belong to nobody yet
	waits     map[state.Entity][]state.Wait
	extra     map[state.Entity]bool // looked at for another reason: intents, candidates for both bases
	letters   letters
	stayed    []state.Dead // new records that wait, or that somebody wants to be tried again
	n         int
}

func (p *pass) loadOpen() error {
	o := &p.open
	o.conflicts, o.subjects = map[state.Entity][]state.Conflict{}, map[string]state.Conflict{}
	o.waits, o.extra = map[state.Entity][]state.Wait{}, map[state.Entity]bool{}
	return p.Store.View(func(v *state.View) error {
		if err := o.letters.load(p, v); err != nil {
			return err
		}
		if err := o.loadStayed(p, v); err != nil {
			return err
		}
		err := v.Conflicts(p.numbers.pipeline, func(c *state.Conflict) error {
			if c.Entity == 0 {
				o.subjects[c.Subject] = *c
			} else {
				o.conflicts[c.Entity] = append(o.conflicts[c.Entity], *c)
			}
			o.n++
			return nil
		})
		if err != nil {
			return err
		}
		return v.Waits(p.numbers.pipeline, func(w *state.Wait) error {
			o.waits[w.Entity] = append(o.waits[w.Entity], *w)
			return nil
		})
	})
}

func (o *openItems) has(e state.Entity) bool {
	if len(o.conflicts) == 0 && len(o.waits) == 0 && len(o.extra) == 0 && len(o.letters.of) == 0 {
		return false
	}
	_, c := o.conflicts[e]
	_, w := o.waits[e]
	_, l := o.letters.of[e]
	return c || w || l || o.extra[e]
}

func (o *openItems) loadStayed(p *pass, v *state.View) error {
	return v.Deads(p.numbers.pipeline, func(d *state.Dead) error {
		if d.Kind == state.DeadWaiting || d.Retry && d.Kind != state.DeadLetter && d.Kind != state.DeadFailing {
			o.stayed = append(o.stayed, *d)
		}
		return nil
	})
}

func (o *openItems) count() int { return o.n }

// entities returns every entity with something open.
func (o *openItems) entities() []state.Entity {
	var out []state.Entity
	for e := range o.conflicts {
		out = append(out, e)
	}
	for e := range o.waits {
		out = append(out, e)
	}
	for e := range o.extra {
		out = append(out, e)
	}
	for e := range o.letters.of {
		out = append(out, e)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// find returns the open item of an entity's unit; 0 is the whole entity.
func (o *openItems) find(e state.Entity, unit state.Number) *state.Conflict {
	for i, c := range o.conflicts[e] {
		if c.Unit == unit {
			return &o.conflicts[e][i]
		}
	}
	return nil
}

// unit returns the open item of a unit as a decision sees it; nil for none.
func (o *openItems) unit(e state.Entity, unit state.Number, ends []*endPass) *decide.Open {
	if e == 0 {
		return nil
	}
	c := o.find(e, unit)
	if c == nil || c.Kind == state.KindFinding {
		return nil
	}
	out := &decide.Open{Conflict: c.Kind == state.KindConflict}
	if c.Choice == nil {
		return out
	}
	if c.Choice.Answer == answerAccept {
		return out // it is decided as usual; the check lets it pass
	}
	out.Shown = c.Choice.Saw
	out.Choice, out.Value = decide.ChoiceValue, c.Choice.Value
	if c.Choice.Answer == answerKeep {
		out.Choice = decide.ChoiceKeep
		return out
	}
	for i, end := range ends {
		if end.Name == c.Choice.Answer {
			out.Choice, out.End = decide.ChoiceEnd, i
		}
	}
	return out
}

// Answers that a person may give to an open item, beside the name of an end
// and a value.
const (
	answerKeep   = "keep"     // the ends may differ
	answerAccept = "accept"   // it is right as it is
	answerLink   = "link:"    // it belongs to the record END/ID that was shown
	answerNot    = "not-same" // it belongs to none of those shown
)

// Rules of what is put to a person: a check holds it, or nobody knows who it is.
const (
	ruleValidate = "validate"
	ruleMatch    = "match"
)

// choiceLate tells whoever chose that the choice was not applied.
const choiceLate = "it shows something else than when somebody chose: the choice is dropped, and it is asked again"

// note stores what a decision leaves to a person, or closes what is settled.
func (p *pass) note(s *subject, unit int, b *state.Batch) {
	u, d, n := p.Pipeline.Units[unit], &s.units[unit], p.numbers.units[unit]
	old := p.open.find(s.link.Entity, n)
	switch d.Kind {
	case decide.Conflict, decide.Review:
		c := p.itemOf(s, unit)
		if old != nil {
			c.First, c.Deadline = old.First, old.Deadline
			if !d.Moved {
				c.Choice = old.Choice
			} else if old.Choice != nil {
				p.tell(Notice{Kind: c.Kind.String(), Record: s.label(), Text: "field " + u.Name + ": " + choiceLate})
			}
			if d.Reason == decide.StillOpen {
				c.Reason, c.Rule = old.Reason, old.Rule
			}
		} else {
			p.tell(Notice{Kind: c.Kind.String(), Record: s.label(), Text: "field " + u.Name + ": " + c.Reason})
			p.escalateLater(s, unit, &c, b)
			p.noteOpened(&c)
		}
		p.putOpen(&c, b)
		s.opened = true
	default:
		if old != nil && d.Close { // no other decision settles it, least of all one that waits for an end
			p.closeOpen(s.link.Entity, n, whyClosed(old, d), b)
		} else if old != nil {
			s.opened = true
		}
	}
	if d.Kind == decide.Park {
		p.wait(s, d.At, n, d.Reason, time.Time{}, b)
	}
}

// putOpen stores an open item; the rest of the pass knows of it too.
func (p *pass) putOpen(c *state.Conflict, b *state.Batch) {
	b.PutConflict(c)
	if old := p.open.find(c.Entity, c.Unit); old != nil {
		*old = *c
		return
	}
	p.open.conflicts[c.Entity] = append(p.open.conflicts[c.Entity], *c)
	p.open.n++
}

// whyClosed says what settled an open item of a unit.
func whyClosed(old *state.Conflict, d *decide.Decision) string {
	switch {
	case old.Choice != nil:
		return ClosedChosen
	case d.Kind == decide.Rebase:
		return closedAgreed
	}
	return closedReason
}

// closeOpen deletes an open item that is settled.
func (p *pass) closeOpen(e state.Entity, unit state.Number, why string, b *state.Batch) {
	if c := p.open.find(e, unit); c != nil {
		p.noteClosed(c, why)
		if !c.Deadline.IsZero() {
			b.DeleteDue(&state.Due{At: c.Deadline, Pipeline: c.Pipeline, Unit: c.Unit, Entity: c.Entity, Kind: dueEscalation})
		}
	}
	b.DeleteConflict(p.numbers.pipeline, e, unit, "")
	p.open.n--
	left := slices.DeleteFunc(p.open.conflicts[e], func(c state.Conflict) bool { return c.Unit == unit })
	if len(left) == 0 {
		delete(p.open.conflicts, e)
		return
	}
	p.open.conflicts[e] = left
}

// itemOf describes an open item: what every end shows, and why nobody decided.
func (p *pass) itemOf(s *subject, unit int) state.Conflict {
	u, d := p.Pipeline.Units[unit], &s.units[unit]
	c := state.Conflict{
		Kind: state.KindReview, Pipeline: p.numbers.pipeline, Entity: s.link.Entity, Unit: p.numbers.units[unit],
		First: p.now, Rule: d.Rule, Reason: d.Reason, Where: u.Fields[0].Range.String(),
	}
	if d.Kind == decide.Conflict {
		c.Kind = state.KindConflict
	}
	if k := u.Fields[0].Conflict; k != nil && k.Escalate > 0 {
		c.Deadline = p.now.Add(k.Escalate)
	}
	for _, f := range u.Fields {
		c.Fields = append(c.Fields, f.Name)
	}
	for i, o := range s.obs {
		if o == nil || !u.Unit.Ends[i].Knows {
			continue
		}
		side := state.Side{End: p.numbers.ends[i], Record: o.id(), Revision: o.Mapped.Revision, Author: o.Mapped.Author, At: p.now}
		for _, slot := range u.Slots {
			side.Values = append(side.Values, o.Mapped.Slots[slot])
		}
		c.Sides = append(c.Sides, side)
	}
	return c
}

// wait stores that a write waits: with a reason, without values.
func (p *pass) wait(s *subject, end int, unit state.Number, reason string, until time.Time, b *state.Batch) {
	w := state.Wait{Pipeline: p.numbers.pipeline, Unit: unit, Entity: s.link.Entity, Reason: reason, Since: p.now, Until: until}
	if end >= 0 {
		w.End = p.numbers.ends[end]
	}
	for _, old := range s.since {
		if old.End == w.End && old.Unit == w.Unit {
			w.Since = old.Since
			if w.Until.IsZero() {
				w.Until = old.Until
			}
		}
	}
	b.PutWait(&w)
	p.open.waits[w.Entity] = append(p.open.waits[w.Entity], w)
	s.waiting = true
}

// unwait forgets the waits of an entity: what still waits is stored afresh.
func (p *pass) unwait(s *subject, b *state.Batch) {
	for _, w := range p.open.waits[s.link.Entity] {
		b.DeleteWait(p.numbers.pipeline, w.Entity, w.End, w.Unit)
	}
	if len(s.since) == 0 {
		s.since = p.open.waits[s.link.Entity]
	}
	delete(p.open.waits, s.link.Entity)
}

// openReview stores a review of a record that belongs to nobody yet.
func (p *pass) openReview(c *state.Conflict) {
	c.First = p.now
	if old, ok := p.open.subjects[c.Subject]; ok {
		p.inherit(c, &old, c.Subject)
	} else {
		p.open.n++
		p.tell(Notice{Kind: "review", Record: c.Subject, Text: c.Reason})
		p.noteOpened(c)
	}
	p.stillOpen[c.Subject] = true
	p.reviews = append(p.reviews, *c)
}

// label names the subject for people: a record id, never a personal value.
func (s *subject) label() string {
	for _, o := range s.obs {
		if o != nil {
			return o.id()
		}
	}
	for _, e := range s.link.Ends {
		if e.Record != "" {
			return e.Record
		}
	}
	return ""
}
