package run

import (
	"context"

	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// decideAll decides a page of subjects. Those whose ends have to be seen twice
// before something is remembered are read again.
func (p *pass) decideAll(ctx context.Context, subjects []*subject) error {
	again := subjects[:0:0]
	for _, s := range subjects {
		p.decide(s)
		if s.wantsAgain() {
			again = append(again, s)
		}
	}
	if err := p.reread(ctx, again); err != nil {
		return err
	}
	if err := p.clashes(ctx, subjects); err != nil {
		return err
	}
	return p.lookBefore(ctx, subjects)
}

// reread decides again on subjects whose ends have to be seen twice. Those that
// keep moving wait.
func (p *pass) reread(ctx context.Context, again []*subject) error {
	for round := 0; round < 3 && len(again) > 0; round++ {
		for _, s := range again {
			s.moved = false
		}
		if err := p.fetch(ctx, again, true); err != nil {
			return err
		}
		left := again[:0]
		for _, s := range again {
			s.reread = !s.moved
			p.decide(s)
			if s.wantsAgain() {
				left = append(left, s)
			}
		}
		again = left
	}
	for _, s := range again {
		s.held = hold{kind: holdWait, end: -1, reason: "its records change while they are read"}
	}
	return nil
}

func (s *subject) wantsAgain() bool {
	for i := range s.units {
		if s.units[i].Kind == decide.Again {
			return true
		}
	}
	return false
}

// decide says what is to be done about one entity: who is still there, then
// every unit in the order of its dependencies, then the checks.
func (p *pass) decide(s *subject) {
	s.held, s.writes = hold{}, s.writes[:0]
	s.entity.Reset()
	if p.Undo != nil {
		p.decideUndo(s)
		return
	}
	p.prefill(s)
	s.verdict = p.presence(s)
	if s.verdict.Fate != decide.Stays {
		s.entity.Reset()
		for i := range s.units {
			s.units[i].Kind, s.units[i].Writes, s.units[i].Close = decide.Nothing, nil, false
		}
		p.undeliverable(s)
		return
	}
	copy(s.prior.Slots, s.entity.Slots)
	remapped := p.remap.units(s.link.Mapping)
	for i, u := range p.Pipeline.Units {
		in := p.input(s, i, u)
		in.Remapped = !s.fresh && remapped.has(i)
		decide.Decide(&u.Unit, in, &s.units[i])
		p.limit(s, i, u)
		p.spare(s, i)
		p.keepKey(s, i)
		u.Spread(p.after(s, i, u, in), s.entity.Slots)
	}
	p.check(s)
	p.aim(s)
	p.undeliverable(s)
}

// prefill gives the entity a first value for every unit, so that an expression
// never meets a hole: the value of the end that would speak.
func (p *pass) prefill(s *subject) {
	for _, u := range p.Pipeline.Units {
		if end := p.voice(s, u); end >= 0 {
			for _, slot := range u.Slots {
				s.entity.Slots[slot] = s.obs[end].Mapped.Slots[slot]
			}
		}
	}
	for _, o := range s.obs {
		if o != nil && s.entity.ID == "" {
			s.entity.ID = o.id()
		}
	}
}

// voice returns the end whose value stands while nothing is decided: the
// system of record if it speaks, else the first speaker that shows a value,
// else whoever shows one; -1 for nobody.
func (p *pass) voice(s *subject, u *plans.Unit) int {
	best, rank := -1, 0
	for i := range p.ends {
		if s.obs[i] == nil || !u.Unit.Ends[i].Knows {
			continue
		}
		v := s.obs[i].Mapped.Slots[u.Slots[0]]
		r := 1
		if u.Unit.Ends[i].Speaks {
			r = 2
		}
		if r == 2 && i == p.Pipeline.SystemOfRecord {
			r = 3
		}
		if v.State() == schema.Absent {
			continue
		}
		if v.Blank() {
			r -= 4
		}
		if best < 0 || r > rank {
			best, rank = i, r
		}
	}
	return best
}

// input gathers what a decision may depend on.
func (p *pass) input(s *subject, unit int, u *plans.Unit) *decide.Input {
	in := &p.in
	in.Base = baseOf(&s.link, p.numbers.units[unit], len(p.ends))
	in.Reread, in.Remapped = s.reread, false
	in.SystemOfRecord, in.Skew, in.Entity = p.Pipeline.SystemOfRecord, clockSkew, s.entity
	in.Open = p.open.unit(s.link.Entity, p.numbers.units[unit], p.ends)
	in.Owner = p.owner(s, u)
	if cap(in.Ends) < len(p.ends) {
		in.Ends = make([]decide.Seen, len(p.ends))
	}
	in.Ends = in.Ends[:len(p.ends)]
	for i := range p.ends {
		in.Ends[i] = p.seen(s, i, u)
	}
	return in
}

// clockSkew is how far the clocks of two systems may differ, in microseconds.
const clockSkew = 2_000_000

// seen is what one end shows of a unit.
func (p *pass) seen(s *subject, end int, u *plans.Unit) decide.Seen {
	o := s.obs[end]
	if o == nil || !u.Unit.Ends[end].Knows {
		return decide.Seen{Presence: s.seen[end]}
	}
	if p.inFlight[flight{s.link.Entity, end}] {
		return decide.Seen{Presence: decide.Unknown} // what it shows may be our own late write
	}
	l := &s.link.Ends[end]
	out := decide.Seen{
		Presence: decide.Live, Value: u.Values(o.Mapped.Slots), Author: o.Mapped.Author,
		Settled: l.Record != "" && l.Raw == o.Hash, After: p.ends[end].since, Before: p.now.UnixMicro(),
		Older: p.ends[end].Facts.Ordered && older(o.Mapped.Revision, l.Revision),
	}
	if at := o.Mapped.At; at.Is() {
		out.Before = min(out.Before, at.Time().UnixMicro())
	}
	for _, slot := range u.Slots {
		if f := o.fault(slot); f != nil {
			out.Value, out.Reason = schema.Value{}, f.Reason
			out.Trouble = [...]decide.Trouble{unfit: decide.Unfit, unmapped: decide.Unmapped, unresolved: decide.Unresolved}[f.Kind]
		}
	}
	out.Untidy = u.Unit.Ends[end].Tidy && out.Trouble == decide.NoTrouble && p.untidy(s, end, u)
	return out
}

// untidy reports whether the end spells the value otherwise than it would be
// written there.
func (p *pass) untidy(s *subject, end int, u *plans.Unit) bool {
	for _, slot := range u.Slots {
		f := p.ends[end].Fields[slot]
		if f == nil || !f.HasPath {
			continue
		}
		w, err := f.Written(p.frameOf(s, end), s.obs[end].Mapped.Slots[slot])
		if err == nil && w.Is() && f.Raw(s.obs[end].Raw).Plain() != w.Plain() {
			return true
		}
	}
	return false
}

// owner asks who owns the unit of this entity now; -1: nobody.
func (p *pass) owner(s *subject, u *plans.Unit) int {
	if u.Owner == nil {
		return -1
	}
	v, err := u.Owner.Eval(p.frameOf(s, -1))
	if err != nil {
		return -1
	}
	for i, e := range p.ends {
		if e.Name == v.Text() {
			return i
		}
	}
	return -1
}

// frameOf lays out what an expression over the entity may read.
func (p *pass) frameOf(s *subject, end int) *expr.Frame {
	f := p.frame
	f.Records[expr.Entity], f.Records[expr.Prior] = s.entity, s.prior
	f.Records[expr.Record] = nil
	if end >= 0 && s.obs[end] != nil {
		f.Records[expr.Record] = s.obs[end].Raw
	}
	f.Values[expr.VarSlot], f.Values[expr.LocalSlot] = p.Pipeline.Globals.Var, p.Pipeline.Globals.Local
	f.Now = p.now.UnixMicro()
	p.lookups.lay(p, f)
	return f
}

// after is the unit's value once its decision is carried out.
func (p *pass) after(s *subject, unit int, u *plans.Unit, in *decide.Input) schema.Value {
	d := &s.units[unit]
	if d.Kind == decide.Write && len(d.Writes) > 0 {
		return d.Writes[0].Post
	}
	if in.Owner >= 0 && s.obs[in.Owner] != nil {
		return in.Ends[in.Owner].Value
	}
	return u.Values(s.entity.Slots)
}

// older reports whether a revision comes before another: numbers as numbers,
// everything else as text of one length.
func older(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	if len(a) != len(b) && digits(a) && digits(b) {
		return len(a) < len(b)
	}
	return len(a) == len(b) && a < b
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
