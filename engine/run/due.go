package run

import (
	"time"

	"syncline/engine/decide"
	"syncline/engine/state"
)

// escalateLater notes when somebody else has to hear of an open item.
func (p *pass) escalateLater(s *subject, unit int, c *state.Conflict, b *state.Batch) {
	if c.Deadline.IsZero() {
		return
	}
	b.PutDue(&state.Due{At: c.Deadline, Pipeline: p.numbers.pipeline, Unit: p.numbers.units[unit], Entity: s.link.Entity, Kind: dueEscalation})
}

// dueEscalation is the kind of what somebody has to be told once its time is
// there; the front door tells it after the pass.
const dueEscalation = state.DueEscalation

// overdue puts to a person what could not be written within the window that
// its field declares: the winner's end stayed out of reach.
func (p *pass) overdue(s *subject) {
	for _, w := range s.waits {
		if w.withheld() {
			continue
		}
		since := p.now
		for _, old := range p.open.waits[s.link.Entity] {
			if old.End == p.numbers.ends[w.end] && old.Since.Before(since) {
				since = old.Since
			}
		}
		for i := range s.writes {
			if s.writes[i].end == w.end {
				p.overdueParts(s, &s.writes[i], since)
			}
		}
	}
}

func (p *pass) overdueParts(s *subject, w *outgoing, since time.Time) {
	for _, part := range w.parts {
		k := p.Pipeline.Units[part.unit].Fields[0].Conflict
		if k != nil && p.now.Sub(since) >= k.Wait {
			s.units[part.unit].Hold(decide.Review, w.end, "the end it has to be written to stayed out of reach")
		}
	}
}
