package run

import (
	"context"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/state"
)

// verdictOf says what becomes of an intent that an earlier run left. What did
// not arrive is sent again as it was, so that a late copy of it and this one
// are one write; anything that changed since is decided on top of it.
func (p *pass) verdictOf(ctx context.Context, d *delivery, in *state.Intent) decide.Recovery {
	e := p.ends[d.w.end]
	for range 2 {
		verdict := decide.Recover(p.recoverable(d.w, in), p.lookAt(ctx, d))
		if verdict != decide.Resend {
			return verdict
		}
		if p.deadIntent(d) {
			return decide.Later
		}
		if _, whole := e.conn.(connectors.SessionWriter); whole {
			return decide.Afresh // a session that was not published left nothing on its way
		}
		if d.w.verb == verbCreate && e.Facts.Create < connectors.CreateIdempotency {
			return decide.Afresh
		}
		if p.fetch(ctx, []*subject{d.s}, false) != nil {
			return decide.Later // it may arrive yet, and cannot be sent again without its records
		}
		if !p.rebuilt(d, in) {
			return decide.Afresh
		}
		if in.Attempts > decide.MaxResends && d.w.verb != verbCreate {
			return decide.Drop
		}
		reply := p.sendAgain(ctx, e, d, in)
		switch {
		case reply == decide.OK:
			return decide.Done
		case reply == decide.Rejected && d.w.verb == verbCreate && connectors.KindOf(d.result.Err) == connectors.Refused:
			return decide.Afresh // had it arrived, the end would have said so
		case reply != decide.Moved:
			return decide.Later
		}
	}
	return decide.Later
}

// sendAgain sends the write of an intent once more, under the same operation.
func (p *pass) sendAgain(ctx context.Context, e *endPass, d *delivery, in *state.Intent) decide.Reply {
	in.Uncertain = true
	in.Attempts++
	d.change.Uncertain = true
	results, err := p.sendAll(ctx, e, []connectors.Change{d.change})
	if err != nil || len(results) != 1 {
		return decide.NoReply
	}
	d.result = results[0]
	if d.result.Err == nil {
		p.writesDone++
		e.count(d.w.verb)
	}
	return replyOf(d.result.Err)
}

// rebuilt makes the change of an intent again: the values are those that were
// decided on, the rest of the entity is as its records show it now.
func (p *pass) rebuilt(d *delivery, in *state.Intent) bool {
	s := d.s
	p.prefill(s)
	for i := range d.w.parts {
		part := &d.w.parts[i]
		p.Pipeline.Units[part.unit].Spread(part.image.Post, s.entity.Slots)
	}
	for i := range d.w.parts {
		if p.rewritten(s, d.w, &d.w.parts[i]) != nil {
			return false
		}
	}
	p.change(s, d.w, in, &d.change)
	return true
}
