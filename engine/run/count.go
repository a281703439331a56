package run

import (
	"syncline/engine/decide"
	"syncline/engine/state"
)

// classify notes what the records of a subject count as: each record read
// counts once, under the first that applies.
func (p *pass) classify(s *subject) {
	if s.link.Entity == 0 {
		return
	}
	if c := s.class(); c != state.ClassAgreed {
		p.classes[s.link.Entity] = c
	} else {
		delete(p.classes, s.link.Entity)
	}
	for i := range s.units {
		if name := findingName(s.units[i].Finding); name != "" {
			p.findings[name]++
		}
	}
}

func (s *subject) class() state.Class {
	review, waiting := s.opened || s.refusal != nil || s.held.kind == holdReview, s.waiting || s.held.kind == holdWait || len(s.waits) > 0
	for i := range s.units {
		switch s.units[i].Kind {
		case decide.Conflict, decide.Review:
			review = true
		case decide.Park:
			waiting = true
		}
	}
	switch {
	case s.link.State == state.Tombstone, s.verdict.Fate == decide.Freezes, s.held.kind == holdAside, len(s.dead) > 0:
		return state.ClassAside
	case review, s.verdict.Fate == decide.Asks:
		return state.ClassReview
	case waiting, s.moved:
		return state.ClassWaiting
	case s.flying:
		return state.ClassFlight
	}
	return state.ClassAgreed
}

func findingName(f decide.Finding) string {
	switch f {
	case decide.Latent:
		return "ends differ, nobody edited since"
	case decide.Drifted:
		return "edited where it does not travel, kept"
	case decide.Weak:
		return "write condition weaker than required"
	case decide.Stale:
		return "older than what was accepted, dropped"
	}
	return ""
}

// foresee counts a subject that is only planned.
func (p *pass) foresee(s *subject) {
	if !s.fresh {
		p.classify(s)
		return
	}
	if !s.worthLinking() {
		p.notLinked(s)
	}
}

// counted adds up what the records of an end became.
func (p *pass) counted(e *endPass) (aside, review, waiting, flying int) {
	aside, review, waiting = e.setAside, e.inReview, e.waiting
	for entity, c := range p.classes {
		if !e.seen.has(entity) {
			continue
		}
		switch c {
		case state.ClassAside:
			aside++
			if _, dead := p.open.letters.of[entity]; dead {
				e.asides[reasonLetter]++
			} else {
				e.asides[reasonFrozen]++
			}
		case state.ClassReview:
			review++
		case state.ClassWaiting:
			waiting++
		case state.ClassFlight:
			flying++
		}
	}
	return aside, review, waiting, flying
}

// notReached counts the new records of an end that a pass which was cut short
// did not come to.
func (p *pass) notReached(e *endPass) int {
	count := 0
	for i := range p.fresh.all {
		n := &p.fresh.all[i]
		linked := n.group < 0 || int(n.group) < len(p.became) && p.became[n.group] != 0
		if int(n.end) == e.Index && (n.fate == undecided || n.fate == joined && !linked) {
			count++
		}
	}
	return count
}
