package run

import (
	"context"
	"errors"
	"fmt"

	"syncline/connectors"
	"syncline/engine/decide"
)

// deliver is T2: end by end, in batches where the connector has them.
func (p *pass) deliver(ctx context.Context, out []*delivery) error {
	for _, e := range p.ends {
		var mine []*delivery
		for _, d := range out {
			if d.w.end == e.Index {
				mine = append(mine, d)
			}
		}
		if len(mine) == 0 {
			continue
		}
		if err := p.sendPage(ctx, e, mine); err != nil {
			return err
		}
	}
	return nil
}

// sendPage sends what one end gets of a page. Where a breaker is to be tried,
// one write goes ahead of the others; what is left alone meanwhile is not sent.
func (p *pass) sendPage(ctx context.Context, e *endPass, mine []*delivery) error {
	size := len(mine)
	if _, whole := e.conn.(connectors.SessionWriter); !whole {
		size = max(1, e.Facts.Batch)
	}
	if p.halfOpen(fuse{e.Index, p.breakers.writes}) {
		size = 1
	}
	for len(mine) > 0 {
		n := min(size, len(mine))
		ahead := mine[:n]
		mine = mine[n:]
		size = max(size, e.Facts.Batch)
		var chunk []*delivery
		for _, d := range ahead {
			switch {
			case e.down != "":
				d.step, d.result.Err = decide.Forget, errFenced
				p.refund(d.w)
				d.s.waits = append(d.s.waits, waiting{end: e.Index, reason: e.down, until: e.until})
			case p.fencedDelivery(d):
				d.step, d.result.Err, d.s.moved = decide.Forget, errFenced, true
				p.refund(d.w)
			default:
				chunk = append(chunk, d)
			}
		}
		if len(chunk) == 0 {
			continue
		}
		if err := p.send(ctx, e, chunk); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) send(ctx context.Context, e *endPass, mine []*delivery) error {
	changes := make([]connectors.Change, len(mine))
	for i, d := range mine {
		changes[i] = d.change
	}
	results, err := p.sendAll(ctx, e, changes)
	if err == nil && len(results) != len(changes) {
		err = fmt.Errorf("the connector gave %d results to %d changes", len(results), len(changes))
	}
	for i, d := range mine {
		if err != nil {
			d.result = connectors.Result{Err: err}
		} else {
			d.result = results[i]
		}
		d.step = decide.After(&decide.Intent{Uncertain: d.intent.Uncertain}, replyOf(d.result.Err))
		p.tallyResult(e, d)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return nil
}

// sendOut writes through a session where the end has one: its writes become
// visible all at once, or not at all. Only the door, sendAll, calls it.
func (p *pass) sendOut(ctx context.Context, e *endPass, changes []connectors.Change) ([]connectors.Result, error) {
	if sw, ok := e.conn.(connectors.SessionWriter); ok {
		return p.throughSession(ctx, e, sw, changes)
	}
	w, ok := e.conn.(connectors.Writer)
	if !ok {
		return nil, &connectors.Error{Kind: connectors.Unsupported, Op: "write", Where: e.Object}
	}
	size := max(1, e.Facts.Batch)
	var out []connectors.Result
	for len(changes) > 0 {
		n := min(size, len(changes))
		results, err := w.Write(ctx, &e.Selection, changes[:n])
		for err != nil && p.patient(ctx, err) {
			results, err = w.Write(ctx, &e.Selection, changes[:n])
		}
		if err != nil {
			results = failAll(n, err)
		}
		out = append(out, results...)
		changes = changes[n:]
		if _, all := systemic(err); err != nil && all {
			p.outOfReach(e, err)
			return append(out, failAll(len(changes), err)...), nil
		}
	}
	return out, nil
}

func failAll(n int, err error) []connectors.Result {
	out := make([]connectors.Result, n)
	for i := range out {
		out[i].Err = err
	}
	return out
}

// replyOf says how a request was answered.
func replyOf(err error) decide.Reply {
	if err == nil {
		return decide.OK
	}
	switch connectors.KindOf(err) {
	case connectors.Moved, connectors.NotFound:
		return decide.Moved
	case connectors.Uncertain:
		return decide.NoReply
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return decide.NoReply
	}
	return decide.Rejected
}

// tallyResult counts a result, and notes what a failure means for the end.
func (p *pass) tallyResult(e *endPass, d *delivery) {
	if d.result.Err == nil {
		p.writesDone++
		e.count(d.w.verb)
		p.provedBy(d)
		return
	}
	if d.step != decide.Keep {
		p.refund(d.w)
	}
	switch connectors.KindOf(d.result.Err) {
	case connectors.Moved, connectors.NotFound:
		d.s.moved = true
	case connectors.Uncertain:
	case connectors.Unavailable, connectors.Limited, connectors.Denied:
		p.outOfReach(e, d.result.Err)
		d.s.waits = append(d.s.waits, waiting{end: e.Index, reason: e.down, until: e.until})
	default:
		e.refused++
		if unit := p.unitAtFault(e, d.w, d.result.Err); unit >= 0 {
			p.blame(e, d, unit)
			return
		}
		d.s.refusal = &refusal{end: e.Index, text: reasonText(d.result.Err)}
	}
}

// outOfReach notes that an end takes no more writes in this pass, and tells
// why: what had to be written there waits.
func (p *pass) outOfReach(e *endPass, err error) {
	if e.down == "" {
		p.tell(Notice{Kind: "failed", Text: "end \"" + e.Name + "\": " + reasonText(err)})
	}
	if after, ok := systemic(err); ok && e.down == "" {
		f := fuse{e.Index, p.breakers.writes}
		p.failedFuse(f, reasonText(err), after, false)
		e.until = p.breakers.all[f].Until
	}
	e.down = reasonText(err)
}

type refusal struct {
	end  int
	text string
}

func (e *endPass) count(verb string) {
	switch verb {
	case verbCreate:
		e.created++
	case verbUpdate:
		e.updated++
	case verbArchive:
		e.archived++
	default:
		e.deleted++
	}
}
