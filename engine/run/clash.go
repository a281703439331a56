package run

import (
	"context"
	"slices"

	"syncline/engine/decide"
	"syncline/engine/match"
	"syncline/engine/state"
)

// clashes looks at the linked subjects whose keys moved: a key that another
// entity holds is a question for a person, never taken from it.
func (p *pass) clashes(ctx context.Context, page []*subject) error {
	for _, s := range page {
		if s.fresh || !s.outside() && p.open.find(s.link.Entity, 0) == nil {
			continue
		}
		others, err := p.holdersOf(s)
		if err != nil {
			return err
		}
		for _, e := range others {
			if err := p.clash(ctx, s, e); err != nil {
				return err
			}
		}
		if !p.disputed(s) {
			continue
		}
		if p.decide(s); s.wantsAgain() {
			s.held = hold{kind: holdWait, end: -1, reason: s.clash}
		}
		s.uncreate() // who has the key may be there already
	}
	return nil
}

// keepKey lets a key in dispute not travel: at another end, whoever else has it
// may be about to be created.
func (p *pass) keepKey(s *subject, unit int) {
	d := &s.units[unit]
	if d.Kind != decide.Write || s.fresh || !p.disputed(s) {
		return
	}
	for _, slot := range p.Pipeline.Units[unit].Slots {
		if slices.Contains(p.keySlots(), slot) {
			d.Hold(decide.Park, -1, s.clash)
			return
		}
	}
}

// disputed reports whether the subject has a key that somebody else is found by,
// and nobody has said that both may: it is not found by it.
func (p *pass) disputed(s *subject) bool { return s.clash != "" && !p.accepted(s) }

// uncreate takes every create back.
func (s *subject) uncreate() {
	for end := range s.link.Ends {
		s.leave(end)
	}
}

// holdersOf returns who else is found by a key that the subject was not found
// by before.
func (p *pass) holdersOf(s *subject) ([]state.Entity, error) {
	var out []state.Entity
	digests := p.rules.Digests(nil, p.seed, s.entity)
	err := p.Store.View(func(v *state.View) error {
		for _, d := range digests {
			if d.Block {
				continue
			}
			mine := false
			holders := v.ByKey(p.numbers.pipeline, p.numbers.key, d.Hash, nil)
			for _, e := range holders {
				mine = mine || e == s.link.Entity
			}
			if !mine {
				out = append(out, holders...)
			}
		}
		return nil
	})
	return out, err
}

func (p *pass) clash(ctx context.Context, s *subject, e state.Entity) error {
	other, err := p.subjectOf(ctx, e)
	if err != nil || other == nil {
		return err
	}
	r := p.rules.Decide(s.entity, []match.Holder{{Entity: uint64(e), Record: other.combined()}})
	if r.Kind == match.Link {
		s.clash = "it now has the key of another entity, record " + other.label() + ": are they one?"
	}
	return nil
}
