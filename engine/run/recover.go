package run

import (
	"context"
	"slices"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/decide"
	"syncline/engine/state"
)

// recoverable is an intent as far as recovery has to know it.
func (p *pass) recoverable(w *outgoing, in *state.Intent) *decide.Intent {
	out := &decide.Intent{
		End: w.end, Revision: in.Revision, Uncertain: in.Uncertain, Sends: int(in.Attempts) + 1,
		Ladder: decide.Ladder(p.ends[w.end].Facts.Create), Authors: p.ends[w.end].Facts.Attribution && w.taken == nil, // whoever put it back, a person wanted it so
	}
	switch in.Verb {
	case state.VerbCreate:
		out.Verb = decide.Creation
	case state.VerbUpdate:
		out.Verb = decide.Change
	case state.VerbAction:
		out.Verb = decide.Act
	default:
		out.Verb = decide.Deletion
	}
	for i := range w.parts {
		out.Images = append(out.Images, w.parts[i].image)
	}
	return out
}

// uncertain settles the writes of this page whose answer is not known: the
// target is read, and only what that proves is believed.
func (p *pass) uncertain(ctx context.Context, out []*delivery) error {
	if slices.ContainsFunc(out, func(d *delivery) bool { return d.step == decide.Keep }) {
		p.born(out)
	}
	for _, d := range out {
		if d.step != decide.Keep {
			continue
		}
		d.intent.Uncertain = true
		unanswered := d.result.Err
		found := p.lookAt(ctx, d)
		switch decide.Recover(p.recoverable(d.w, &d.intent), found) {
		case decide.Done, decide.Link:
			d.step = decide.Confirm
		case decide.Afresh:
			d.step, d.s.moved = decide.Forget, true
		case decide.Drop:
			d.step, d.dropped, d.s.moved = decide.Forget, true, true
		default:
			p.unanswered(p.ends[d.w.end], unanswered)
		}
		if d.step == decide.Confirm {
			p.writesDone++
			p.ends[d.w.end].count(d.w.verb)
		}
	}
	return nil
}

// unanswered tells, once, why writes to an end are left of which nobody knows
// whether they arrived.
func (p *pass) unanswered(e *endPass, err error) {
	if e.unanswered != "" || err == nil {
		return
	}
	e.unanswered = reasonText(err)
	p.tell(Notice{Kind: "failed", Text: "end \"" + e.Name + "\": " + e.unanswered})
}

// lookAt reads the target of a delivery, by id or, for a create, by what finds
// it, and fills in the result if it is there.
func (p *pass) lookAt(ctx context.Context, d *delivery) *decide.Found {
	e := p.ends[d.w.end]
	if d.w.verb == verbCreate {
		return p.lookForCreated(ctx, e, d)
	}
	got, err := p.get(ctx, e, []string{d.intent.Record})
	if err != nil {
		return &decide.Found{Presence: decide.Unknown}
	}
	return p.foundOf(e, d, &got[0])
}

func (p *pass) foundOf(e *endPass, d *delivery, g *connectors.Got) *decide.Found {
	f := &decide.Found{}
	switch {
	case g.Err != nil || g.Presence == connectors.Unknown:
		f.Presence = decide.Unknown
		return f
	case g.Presence != connectors.Live:
		f.Presence = decide.Gone
		return f
	}
	f.Presence, f.Natural = decide.Live, d.w.taken != nil
	o := newObservation(p.Pipeline.Shape, e.Shape())
	o.Hash = g.Hash
	if take(o, g, d.intent.Record) != nil {
		f.Presence = decide.Unknown
		return f
	}
	p.mapRecord(e.End, &p.mappers[0].frame, o)
	f.Revision = o.Mapped.Revision
	for i := range d.w.parts {
		u := p.Pipeline.Units[d.w.parts[i].unit]
		f.Ends = append(f.Ends, decide.Seen{Presence: decide.Live, Value: u.Values(o.Mapped.Slots), Author: o.Mapped.Author})
	}
	d.result = connectors.Result{ID: o.id(), Revision: o.Mapped.Revision, Hash: o.Hash}
	return f
}

// recover settles the intents that an earlier run left: the state says what
// was about to leave, the target what arrived.
func (p *pass) recover(ctx context.Context) error {
	var pages []uint64
	var open []state.Intent
	err := p.Store.View(func(v *state.View) error {
		return v.Intents(func(page uint64, is []state.Intent) error {
			mine := false
			for _, in := range is {
				mine = mine || in.Pipeline == p.numbers.pipeline
				if in.Pipeline == p.numbers.pipeline {
					open = append(open, in)
				}
			}
			if mine {
				pages = append(pages, page)
			}
			p.page = max(p.page, page)
			return nil
		})
	})
	if err != nil || len(open) == 0 {
		return err
	}
	if !p.Write {
		for i := range open {
			p.fly(&open[i])
		}
		return nil
	}
	return p.recoverAll(ctx, pages, open)
}

func (p *pass) recoverAll(ctx context.Context, pages []uint64, open []state.Intent) error {
	b := p.Store.NewBatch()
	var left []state.Intent
	p.lines.Reset()
	p.revivals = map[state.Entity]*subject{}
	p.place(open)
	slices.SortStableFunc(open, func(a, b state.Intent) int { return precedence(a.Verb) - precedence(b.Verb) })
	for i := range open {
		keep, entry, err := p.recoverOne(ctx, &open[i], b)
		if err != nil {
			return err
		}
		if keep {
			open[i].Uncertain = true
			left = append(left, open[i])
			p.fly(&open[i])
		}
		if entry != nil {
			if err := p.draft(&p.lines, []audit.Entry{*entry}); err != nil {
				return err
			}
		}
		p.open.extra[open[i].Entity] = true
	}
	for _, page := range pages {
		b.DeleteIntents(page)
	}
	if len(left) > 0 {
		p.page++
		b.PutIntents(p.page, left)
	}
	return p.commitBatch(b, &p.lines)
}

// precedence orders creates before what was decided on top of them.
func precedence(v state.Verb) int {
	if v == state.VerbCreate {
		return 0
	}
	return 1
}

// fly notes a write of an earlier run of which nobody knows whether it arrived.
func (p *pass) fly(in *state.Intent) {
	end := p.endOf(in.End)
	p.inFlight[flight{in.Entity, end}] = true
	if in.Verb == state.VerbCreate && !p.asking[flight{in.Entity, end}] {
		p.making[end] = true
	}
}

func (p *pass) endOf(n state.Number) int { return slices.Index(p.numbers.ends, n) }

// recoverOne settles one intent. It reports whether the intent stays open.
func (p *pass) recoverOne(ctx context.Context, in *state.Intent, b *state.Batch) (keep bool, entry *audit.Entry, err error) {
	end := p.endOf(in.End)
	if end < 0 {
		return true, nil, nil // the end is not in the configuration now
	}
	s, d, ok := p.revive(in, end)
	if p.stopped != nil {
		return true, nil, p.stopped
	}
	if !ok {
		return false, nil, nil
	}
	if in.Verb == state.VerbCreate && s.link.Ends[end].Record != "" {
		p.madeAfterAll(s, d, b)
		return false, nil, nil
	}
	switch p.verdictOf(ctx, d, in) {
	case decide.Done, decide.Link:
		d.step = decide.Confirm
		p.born([]*delivery{d})
		entry, err := p.revived(ctx, s, d, b)
		return err != nil, entry, err
	case decide.Drop:
		d.step, d.dropped = decide.Forget, true
		entry, err := p.revived(ctx, s, d, b)
		return false, entry, err
	case decide.Afresh, decide.Skip:
		// Nothing of it arrived: what is right now is decided afresh.
		p.refundIntent(d.w)
		return false, nil, nil
	case decide.Ask:
		keep, err := p.askLost(ctx, s, d, b)
		return keep, nil, err
	}
	d.step, s.flying = decide.Keep, true
	if !p.deadIntent(d) {
		p.failing(s, p.letterKeyOf(s, end), end, "nobody knows whether it arrived", b)
	}
	_, err = p.revived(ctx, s, d, b)
	return true, nil, err
}

// revived stores what a recovered intent proves. A first link is one from now
// on, with the keys that its records hold.
func (p *pass) revived(ctx context.Context, s *subject, d *delivery, b *state.Batch) (*audit.Entry, error) {
	c := &conclusion{link: &s.link}
	d.intent.Uncertain = true
	p.advance(s, d, c)
	for _, e := range s.link.Ends {
		if e.Record != "" {
			c.ids = append(c.ids, state.Ref{End: e.End, Record: e.Record})
		}
	}
	if d.w.taken == nil {
		s.link.Mapping = p.Pipeline.Hash
	}
	if s.fresh {
		clear(s.obs)
		if err := p.fetch(ctx, []*subject{s}, false); err != nil {
			return nil, err
		}
		s.entity.Reset()
		p.prefill(s)
		complete(s.entity, p.intended(d)) // its records may be gone, and what was written is not
		c.keys = p.claims(s, nil)
		p.linkedBefore++
		s.fresh = false // its other intents find it stored
	}
	c.into(p, b)
	if len(c.entries) == 0 {
		return nil, nil
	}
	if !d.dropped {
		c.entries[0].Outcome = "recovered"
	}
	return &c.entries[0], nil
}

// madeAfterAll settles a create whose entity has a record there by now: it was met
// before anybody could tell who made it. As with one that a search finds, what was
// written is its base where nothing was decided on it since.
func (p *pass) madeAfterAll(s *subject, d *delivery, b *state.Batch) {
	for i := range d.w.parts {
		u, n := p.Pipeline.Units[d.w.parts[i].unit], p.numbers.units[d.w.parts[i].unit]
		if base := baseOf(&s.link, n, len(p.ends)); base.Ends[d.w.end] == 0 {
			base = decide.Advance(base, &d.w.parts[i].image, d.w.end, decide.Confirmed, nil)
			remember(&s.link, n, u, &base)
		}
	}
	s.link.Ends[d.w.end].Raw = 0
	b.PutLink(&s.link)
}

// askLost puts a create to a person of which nobody can tell whether it
// happened. Its intent stays open, so that it is never sent again by itself; a
// person's yes to the item says that it did not happen.
func (p *pass) askLost(ctx context.Context, s *subject, d *delivery, b *state.Batch) (keep bool, err error) {
	old := p.open.find(s.link.Entity, 0)
	if old != nil && old.Choice != nil && old.Choice.Answer == answerAccept {
		return false, nil
	}
	p.asking[flight{s.link.Entity, d.w.end}] = true
	p.lost[s.link.Entity] = "a create at " + p.ends[d.w.end].Name + " was interrupted, and the system cannot say whether it happened: if it did not, accept this, and it is sent again"
	d.step = decide.Keep
	_, err = p.revived(ctx, s, d, b)
	return true, err
}
