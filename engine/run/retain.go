package run

import (
	"time"

	"syncline/engine/decide"
	"syncline/engine/state"
)

// retain stores what waits and what is put to a person.
func (p *pass) retain(s *subject, b *state.Batch, moved bool) {
	p.overdue(s)
	p.unwait(s, b)
	for i := range s.units {
		p.note(s, i, b)
	}
	p.unread(s)
	p.contends(s)
	for _, w := range s.waits {
		p.wait(s, w.end, 0, w.reason, w.until, b)
	}
	if s.held.kind == holdWait {
		p.wait(s, s.held.end, 0, s.held.reason, time.Time{}, b)
	}
	if moved {
		p.again = append(p.again, s.link.Entity)
		p.wait(s, -1, 0, "its records moved while they were written", time.Time{}, b)
	}
	p.whole(s, b)
}

// unread lets the subject wait for a record of it that cannot be read now: what
// moved elsewhere meanwhile would not be looked at again by itself.
func (p *pass) unread(s *subject) {
	for i, e := range p.ends {
		if s.link.Ends[i].Record != "" && s.obs[i] == nil && s.seen[i] == decide.Unknown && !p.settledAway(s, i) {
			s.waits = append(s.waits, waiting{end: i, reason: "its record at " + e.Name + " cannot be read now"})
		}
	}
}

// whole stores or closes the open item of the whole entity.
func (p *pass) whole(s *subject, b *state.Batch) {
	old := p.open.find(s.link.Entity, 0)
	reason, where, end := "", "", -1
	switch {
	case s.refusal != nil:
		reason, end = reasonRefused+" "+p.ends[s.refusal.end].Name+": "+s.refusal.text, s.refusal.end
	case s.held.kind == holdReview || s.held.kind == holdAside:
		reason, where, end = s.held.reason, s.held.where, s.held.end
	case p.lost[s.link.Entity] != "":
		reason = p.lost[s.link.Entity]
	case p.disputed(s):
		reason = s.clash
	case s.verdict.Fate == decide.Asks:
		reason = s.verdict.Reason
	}
	if reason == "" {
		if old != nil && s.verdict.Fate == decide.Waits {
			s.opened = true // nobody can tell now whether its reason is gone
			return
		}
		if old != nil {
			why := closedReason
			switch {
			case old.Choice != nil:
				why = ClosedChosen
			case len(s.dead) > 0:
				why = closedDead
			}
			p.closeOpen(s.link.Entity, 0, why, b)
		}
		return
	}
	c := state.Conflict{
		Kind: state.KindReview, Pipeline: p.numbers.pipeline, Entity: s.link.Entity, First: p.now, Reason: reason, Where: where,
	}
	for i, o := range s.obs {
		if o != nil && (end < 0 || end == i) {
			c.Sides = append(c.Sides, state.Side{End: p.numbers.ends[i], Record: o.id(), Revision: version(o), At: p.now})
		}
	}
	if old != nil {
		p.inherit(&c, old, s.label())
	} else {
		p.tell(Notice{Kind: "review", Record: s.label(), Text: reason})
		p.noteOpened(&c)
	}
	p.putOpen(&c, b)
	s.opened = true
}

// ending stores the end of a link.
func (p *pass) ending(s *subject, c *conclusion, b *state.Batch) {
	switch s.verdict.Fate {
	case decide.Unlinks, decide.Archives, decide.Deletes:
	default:
		return
	}
	if len(s.waits) > 0 || s.refusal != nil || s.flying || len(s.dead) > 0 {
		return
	}
	s.link.State = state.Tombstone
	for i := range s.link.Ends {
		e := &s.link.Ends[i]
		if s.seen[i] == decide.Gone {
			e.Evidence = state.Gone
		}
		if e.Record != "" {
			b.PutTomb(&state.Tomb{
				Pipeline: p.numbers.pipeline, End: e.End, Record: e.Record, Entity: s.link.Entity,
				Reason: s.verdict.Reason, At: p.now, Until: p.now.Add(tombstoneAge),
			})
		}
	}
	c.entries = append(c.entries, p.entry(s, "unlink", s.verdict.Cause))
	p.ended.add(s.link.Entity)
	p.sweepEntity(s.link.Entity, true, b)
	s.opened, s.waiting = false, false
}

// tombstoneAge is how long the ids of a link that ended are remembered.
const tombstoneAge = 90 * 24 * time.Hour

// claims appends the key digests the entity can be found by.
func (p *pass) claims(s *subject, keys []uint64) []uint64 {
	m := p.mappers[0]
	m.digests = p.rules.Digests(m.digests[:0], p.seed, s.entity)
	for _, d := range m.digests {
		keys = append(keys, d.Hash)
	}
	return keys
}
