package run

import (
	"context"
	"slices"
	"time"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/state"
)

// delivery is one write on its way: its intent, and what came of it.
type delivery struct {
	s       *subject
	w       *outgoing
	intent  state.Intent
	change  connectors.Change
	result  connectors.Result
	step    decide.Step
	dropped bool // given up: nobody knows whether it landed
}

// write carries out what was decided on a page of subjects:
// T1 stores the intents, T2 sends, T3 stores what was confirmed.
func (p *pass) write(ctx context.Context, page []*subject) error {
	if err := p.lookAgain(ctx, page); err != nil {
		return err
	}
	out := p.spares.out[:0]
	for _, s := range page {
		p.fence(s)
		p.gated(s)
		p.identity(s)
		p.doom(s)
		out = p.deliveries(out, s)
	}
	p.spares.out = out
	if len(out) == 0 {
		return p.store(page, nil)
	}
	began, before := p.Clock(), p.writesDone
	err := p.carryOut(ctx, page, out)
	p.timed(Event{Stage: "writing", Done: len(out), Writes: p.writesDone - before}, began, err)
	return err
}

// carryOut makes the deliveries of a page.
func (p *pass) carryOut(ctx context.Context, page []*subject, out []*delivery) error {
	number, err := p.intend(out)
	if err != nil {
		return err
	}
	if err := p.deliver(ctx, out); err != nil {
		return err
	}
	if err := p.uncertain(ctx, out); err != nil {
		return err
	}
	return p.confirm(page, out, number)
}

// lookAgain reads once more what is written under no better condition than
// that it was looked at just before, and decides again where it moved.
func (p *pass) lookAgain(ctx context.Context, page []*subject) error {
	var weak []*subject
	for _, s := range page {
		for _, w := range s.writes {
			if w.verb != verbCreate && w.grade >= decide.ReadBeforeWrite {
				weak = append(weak, s)
				break
			}
		}
	}
	for _, s := range weak {
		s.moved = false
	}
	if err := p.fetch(ctx, weak, true); err != nil {
		return err
	}
	moved, again := weak[:0], []*subject(nil)
	var creates []decide.Ends
	for _, s := range weak {
		if !s.moved {
			continue
		}
		moved, creates = append(moved, s), append(creates, s.creating())
		s.moved, s.reread = false, false
		if p.decide(s); s.wantsAgain() {
			again = append(again, s)
		}
	}
	if err := p.reread(ctx, again); err != nil {
		return err
	}
	for i, s := range moved {
		s.keepCreates(creates[i])
	}
	return nil
}

// creating returns the ends at which a record is about to be created.
func (s *subject) creating() (ends decide.Ends) {
	for _, w := range s.writes {
		if w.verb == verbCreate {
			ends = ends.With(w.end)
		}
	}
	return ends
}

// keepCreates takes back the creates at other ends than these: whether the record
// is there already was not asked of those. They are decided on again.
func (s *subject) keepCreates(asked decide.Ends) {
	for late := s.creating() &^ asked; late != 0; late &= late - 1 {
		s.leave(late.First())
		s.moved = true
	}
}

// identity gives a new entity its number, as soon as something is to be stored
// under it.
func (p *pass) identity(s *subject) {
	if !s.fresh || s.link.Entity != 0 || !s.worthLinking() {
		return
	}
	s.link.Entity = p.Store.NewEntity()
}

// worthLinking reports whether the new subject becomes an entity now: it has
// records at several ends, or is to be created at one, or its pipeline has
// only one end.
func (s *subject) worthLinking() bool {
	if s.held.kind == holdAside || s.held.kind == holdReview {
		return false
	}
	live := 0
	for _, o := range s.obs {
		if o != nil {
			live++
		}
	}
	return live > 1 || len(s.obs) == 1 || len(s.writes) > 0 || s.held.kind == holdWait
}

// doom adds the archiving or deleting writes of a subject whose record is gone
// elsewhere.
func (p *pass) doom(s *subject) {
	verb := verbArchive
	if s.verdict.Fate == decide.Deletes {
		verb = verbDelete
	}
	for _, end := range s.fatal() {
		s.newWrite(end, verb).grade = decide.Grade(p.ends[end].Grade)
	}
}

// deliveries adds the subject's writes as deliveries, except towards an end that
// is down or that has an intent open: those wait.
func (p *pass) deliveries(out []*delivery, s *subject) []*delivery {
	if s.held.kind != free {
		return out
	}
	for i := range s.writes {
		w := &s.writes[i]
		if p.ends[w.end].down != "" {
			p.refund(w)
			s.waits = append(s.waits, waiting{end: w.end, reason: p.ends[w.end].down, until: p.ends[w.end].until})
			continue
		}
		if p.inFlight[flight{s.link.Entity, w.end}] {
			p.refund(w)
			s.waits = append(s.waits, waiting{end: w.end, reason: reasonFlying})
			continue
		}
		d := p.spareDelivery()
		d.s, d.w = s, w
		p.intentOf(s, w, &d.intent)
		p.change(s, w, &d.intent, &d.change)
		for k := range w.parts {
			p.breakers.tries[place{w.parts[k].unit, w.end}]++
		}
		out = append(out, d)
	}
	return out
}

// reasonFlying is why nothing is sent to an end that did not answer.
const reasonFlying = "an earlier write of which nobody knows whether it arrived"

type waiting struct {
	end    int
	reason string
	until  time.Time // when it is tried again, as far as anybody knows
	fuse   bool      // because a field is left alone
}

type flight struct {
	entity state.Entity
	end    int
}

// intend is T1: before a byte leaves, what is about to leave is on disk. A
// first link keeps with its intent whose records it is made of.
func (p *pass) intend(out []*delivery) (uint64, error) {
	p.page++
	number := p.page
	b := p.blankBatch()
	b.SetHash(dirtyName(p.Pipeline.Name), []byte{1})
	p.keepSpent(b)
	intents := p.spares.intents[:0]
	for _, d := range out {
		if d.s.fresh {
			d.intent.Units = append(d.intent.Units, state.IntentUnit{Unit: 0, Post: p.origin(d.s)})
		}
		intents = append(intents, d.intent)
	}
	p.spares.intents = intents
	b.PutIntents(number, intents)
	return number, p.commitBatch(b, nil)
}

// rewrite looks once more at the subjects whose records moved while they were
// written: they are read and decided afresh.
func (p *pass) rewrite(ctx context.Context) error {
	if err := p.publish(ctx); err != nil {
		return err
	}
	for round := 0; round < 3 && len(p.again) > 0; round++ {
		slices.Sort(p.again)
		again := slices.Compact(p.again)
		p.again = nil
		for _, e := range p.ends {
			e.sightings = nil
		}
		for from := 0; from < len(again); from += pageSize {
			p.turnPage()
			page, err := p.loaded(ctx, again[from:min(from+pageSize, len(again))], nil)
			if err != nil {
				return err
			}
			if err := p.decideAll(ctx, page); err != nil {
				return err
			}
			if err := p.write(ctx, page); err != nil {
				return err
			}
		}
		if err := p.publish(ctx); err != nil {
			return err
		}
	}
	return nil
}
