package run

import (
	"syncline/engine/audit"
	"syncline/engine/decide"
	"syncline/engine/state"
)

// confirm is T3: what was confirmed is remembered, in one transaction with
// everything it changes. What went through a session is only certain once the
// session is published; its part waits in the spool until then.
func (p *pass) confirm(page []*subject, out []*delivery, number uint64) error {
	var open []state.Intent
	for _, d := range out {
		if d.step == decide.Keep {
			d.intent.Uncertain = true
			d.intent.Attempts++
			open = append(open, d.intent)
			p.inFlight[flight{d.s.link.Entity, d.w.end}] = true
			d.s.flying = true
		}
	}
	if p.provisional(out) {
		p.pending = append(p.pending, pendingPage{number: number, open: open})
		return p.store(page, out)
	}
	b := p.blankBatch()
	p.finishPage(b, number, open)
	return p.storeInto(b, page, out)
}

func (p *pass) finishPage(b *state.Batch, number uint64, open []state.Intent) {
	b.DeleteIntents(number)
	if len(open) > 0 {
		p.page++
		b.PutIntents(p.page, open)
	}
}

// provisional reports whether one of the deliveries went through a session
// that is not published yet.
func (p *pass) provisional(out []*delivery) bool {
	for _, d := range out {
		if p.ends[d.w.end].session != nil {
			return true
		}
	}
	return false
}

func (p *pass) store(page []*subject, out []*delivery) error {
	return p.storeInto(p.blankBatch(), page, out)
}

// storeInto adds to the batch what a page of subjects came to, and commits it.
// The deliveries are in the order of their subjects.
func (p *pass) storeInto(b *state.Batch, page []*subject, out []*delivery) error {
	p.lines.Reset()
	told := false
	for _, s := range page {
		n := 0
		for n < len(out) && out[n].s == s {
			n++
		}
		mine := out[:n]
		out = out[n:]
		c := p.conclude(s, mine, b)
		if c == nil {
			continue
		}
		if !told { // until the pass closes, the listing knows less than the links
			b.SetHash(dirtyName(p.Pipeline.Name), []byte{1})
			told = true
		}
		if p.provisional(mine) {
			if err := p.postpone(c); err != nil {
				return err
			}
			continue
		}
		c.into(p, b)
		if err := p.draft(&p.lines, c.entries); err != nil {
			return err
		}
	}
	if err := p.drainMarks(&p.lines, b); err != nil {
		return err
	}
	return p.commitBatch(b, &p.lines)
}

// conclusion is what is remembered of one subject.
type conclusion struct {
	link    *state.Link
	ids     []state.Ref
	dropped []state.Ref // ids that are nobody's now
	keys    []uint64
	entries []audit.Entry

	units  []string      // of the entries
	values []audit.Value // of the entries
}

// blankConclusion returns an empty conclusion, in the memory of the last one.
func (p *pass) blankConclusion(s *subject) *conclusion {
	c := &p.concluded
	*c = conclusion{
		link: &s.link, ids: c.ids[:0], dropped: c.dropped[:0], keys: c.keys[:0], entries: c.entries[:0], units: c.units[:0], values: c.values[:0],
	}
	return c
}

// into puts the conclusion into a batch.
func (c *conclusion) into(p *pass, b *state.Batch) {
	b.PutLink(c.link)
	p.drop(b, c.dropped)
	p.claim(b, c.link.Entity, c.ids, c.keys)
}

// drop forgets whose the records are.
func (p *pass) drop(b *state.Batch, ids []state.Ref) {
	for _, r := range ids {
		b.DeleteID(p.numbers.pipeline, r.End, r.Record)
	}
}

// claim says which records an entity is, and what it can be found by.
func (p *pass) claim(b *state.Batch, x state.Entity, ids []state.Ref, keys []uint64) {
	for _, r := range ids {
		b.PutID(p.numbers.pipeline, r.End, r.Record, x)
	}
	for _, k := range keys {
		b.ClaimKey(p.numbers.pipeline, p.numbers.key, k, x)
	}
}

// conclude says what is remembered of a subject after its writes were
// answered; nil when nothing is.
func (p *pass) conclude(s *subject, mine []*delivery, b *state.Batch) *conclusion {
	if p.Undo != nil {
		return p.concludeUndo(s, mine)
	}
	p.settleLetters(s, mine, b)
	if s.fresh && s.link.Entity == 0 {
		p.notLinked(s)
		return nil
	}
	done := 0
	for _, d := range mine {
		if d.step == decide.Confirm {
			done++
		}
	}
	if s.fresh && !s.standing(done) {
		p.notLinked(s)
		return nil
	}
	c := p.blankConclusion(s)
	wasMoved, footing := s.moved, p.footing(s)
	for i, u := range p.Pipeline.Units {
		if d := &s.units[i]; d.Kind == decide.Rebase {
			base := decide.Settle(baseOf(&s.link, p.numbers.units[i], len(p.ends)), d)
			remember(&s.link, p.numbers.units[i], u, &base)
		}
	}
	undecided := p.undecided(s, mine)
	p.accept(s, c)
	s.remembers()
	p.reassigned(s, b)
	p.advanceAll(s, mine, c)
	if !s.fresh || wasMoved || done < len(mine) {
		p.unbased(s)
	}
	p.overtaken(s, mine)
	p.retain(s, b, wasMoved)
	p.listed(s)
	p.ending(s, c, b)
	if s.fresh {
		c.entries = append(c.entries, p.entry(s, "link", -1))
	}
	if s.fresh || !s.opened && !s.waiting {
		s.link.Mapping = p.Pipeline.Hash // what is open keeps the bases, and the mapping they were taken with
	} else {
		s.unsettle(undecided)
	}
	if !p.disputed(s) {
		c.keys = p.claims(s, c.keys)
	}
	p.linked(s)
	p.followUp(s, mine)
	p.classify(s)
	s.link.Class = s.class()
	p.sealed(&s.link)
	p.outgrow(s, footing)
	return c
}

// followUp looks again, in this pass, at an entity whose record was created at
// an end that speaks of more than the create wrote: what the system filled in
// by itself travels too.
func (p *pass) followUp(s *subject, mine []*delivery) {
	for _, d := range mine {
		if d.w.verb != verbCreate || d.step != decide.Confirm {
			continue
		}
		for i, u := range p.Pipeline.Units {
			if e := u.Unit.Ends[d.w.end]; e.Knows && e.Speaks && !d.w.writes(i) {
				p.again = append(p.again, s.link.Entity)
				return
			}
		}
	}
}

// writes reports whether the write has a part for the unit.
func (w *outgoing) writes(unit int) bool {
	for i := range w.parts {
		if w.parts[i].unit == unit {
			return true
		}
	}
	return false
}

// standing reports whether a new subject holds together: at least two records,
// or one where the pipeline has no other end, or a create that may have
// happened.
func (s *subject) standing(done int) bool {
	live := done
	for _, o := range s.obs {
		if o != nil {
			live++
		}
	}
	return live > 1 || len(s.obs) == 1 || s.flying
}
