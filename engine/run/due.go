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

const dueEscalation = "escalation"

// escalate tells whom a field names of what is still open after its window.
func (p *pass) escalate(b *state.Batch) error {
	return p.Store.View(func(v *state.View) error {
		return v.Dues(func(d *state.Due) error {
			if d.Pipeline != p.numbers.pipeline || d.Kind != dueEscalation || d.At.After(p.now) {
				return nil
			}
			due := *d
			b.DeleteDue(&due)
			item, unit := p.open.find(d.Entity, d.Unit), p.unitOf(d.Unit)
			if item == nil || unit < 0 {
				return nil
			}
			n := Notice{Kind: "escalation", Text: "field " + p.Pipeline.Units[unit].Name + ": open since " + item.First.Format(time.DateTime) + ": " + item.Reason}
			if k := p.Pipeline.Units[unit].Fields[0].Conflict; k != nil && k.EscalateTo != nil {
				n.To = k.EscalateTo.Name
			}
			for _, side := range item.Sides {
				n.Record = side.Record
			}
			p.tell(n)
			return nil
		})
	})
}

// overdue puts to a person what could not be written within the window that
// its field declares: the winner's end stayed out of reach.
func (p *pass) overdue(s *subject) {
	for _, w := range s.waits {
		if w.reason == reasonWithheld {
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
