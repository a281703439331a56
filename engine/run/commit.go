package run

import (
	"context"
	"time"

	"syncline/engine/state"
)

// commit closes the pass: checkpoints and listings move only now, together
// with everything that was read up to them.
func (p *pass) commit(context.Context) error {
	if !p.Write {
		return nil
	}
	b := p.Store.NewBatch()
	for i := range p.dead {
		b.PutDead(&p.dead[i])
	}
	if err := p.exhume(b); err != nil {
		return err
	}
	if err := p.restAll(b); err != nil {
		return err
	}
	p.sweepLetters(b)
	if err := p.sweep(b); err != nil {
		return err
	}
	for i := range p.reviews {
		b.PutConflict(&p.reviews[i])
	}
	for subject, c := range p.open.subjects {
		if !p.stillOpen[subject] && p.answers(&c) {
			b.DeleteConflict(p.numbers.pipeline, 0, 0, subject)
			p.open.n--
			p.noteClosed(&c, subjectClosed(&c))
		}
	}
	for _, pair := range p.apartNow {
		b.PutApart(p.numbers.pipeline, pair[0], pair[1])
	}
	var dirty []byte
	for _, e := range p.ends {
		if err := p.closeEnd(e, b); err != nil {
			return err
		}
		if e.cutOff() || p.retold {
			dirty = []byte{1}
		}
	}
	p.closeSpent(b)
	p.remap.store(p, b)
	if p.Hints != nil && p.dirtyBefore {
		dirty = []byte{1} // only a listing makes it clean
	}
	b.SetHash(dirtyName(p.Pipeline.Name), dirty)
	if p.Closing != nil {
		p.Closing(b, p.closing())
	}
	if p.stopped != nil {
		return p.stopped
	}
	p.lines.Reset()
	if err := p.drainMarks(&p.lines, b); err != nil {
		return err
	}
	return p.commitBatch(b, &p.lines)
}

// subjectClosed says what settled a question about a record that belonged to
// nobody.
func subjectClosed(c *state.Conflict) string {
	if c.Choice != nil {
		return ClosedChosen
	}
	return closedRecord
}

// cutOff reports whether a listing that should have told everything did not.
func (e *endPass) cutOff() bool {
	return e.doubted || !e.incremental && !e.complete && e.Facts.Complete
}

// answers reports whether this pass can tell that a question about a record
// that belongs to nobody is settled: the end was listed whole, or the record
// belongs to somebody now.
func (p *pass) answers(c *state.Conflict) bool {
	if len(c.Sides) == 0 {
		return true
	}
	i := p.endOf(c.Sides[0].End)
	if i < 0 || p.ends[i].complete || p.ends[i].looked[c.Sides[0].Record] {
		return true
	}
	linked := false
	p.view(func(v *state.View) error {
		_, linked = v.ByID(p.numbers.pipeline, c.Sides[0].End, c.Sides[0].Record)
		return nil
	})
	return linked
}

// exhume forgets the records that were set aside once and take part again, or
// are gone: a complete listing tells.
func (p *pass) exhume(b *state.Batch) error {
	return p.Store.View(func(v *state.View) error {
		return v.Deads(p.numbers.pipeline, func(d *state.Dead) error {
			if d.Kind == state.DeadLetter || d.Kind == state.DeadFailing {
				return nil
			}
			if i := p.endOf(d.End); i >= 0 && (p.ends[i].complete || p.ends[i].looked[d.Record]) && !p.ends[i].buried[d.Record] {
				b.DeleteDead(d.Pipeline, d.End, d.Record)
			}
			return nil
		})
	})
}

// unmarked reports whether there are linked records that the listing to be
// kept does not tell of: it named them without saying whose they are, or lacks
// them and nothing was concluded from that. The next listing has to be held to
// the links then, or would not tell that such a record is gone.
func (p *pass) unmarked(e *endPass) (found bool, err error) {
	owners := p.owners[:0]
	for _, m := range p.missed {
		if m.end == e.Index {
			owners = append(owners, m.entity)
		}
	}
	err = p.Store.View(func(v *state.View) error {
		if len(e.unread) > 0 {
			owners = append(owners, v.ByIDs(p.numbers.pipeline, e.number, e.unread, nil)...)
		}
		return v.LinksOf(owners, func(_ int, l *state.Link) error {
			k := l.End(e.number)
			found = found || k >= 0 && l.State == state.Active && l.Ends[k].Record != ""
			return nil
		})
	})
	p.owners = owners
	return found, err
}

func (p *pass) closeEnd(e *endPass, b *state.Batch) error {
	if p.Hints != nil {
		p.closeHinted(e, b)
		return nil
	}
	pass := state.Pass{First: e.firstDone || e.down == "", Complete: microTime(e.since)}
	if e.since == 0 {
		pass.Complete = time.Time{}
	}
	if !e.incremental && !e.cutOff() {
		pass.Complete = p.now
		if err := p.storeListing(e, b); err != nil {
			return err
		}
		b.SetHash(p.staleName(e), nil)
	}
	unmarked, err := p.unmarked(e)
	if err != nil {
		return err
	}
	if e.incremental || unmarked {
		b.SetHash(p.staleName(e), []byte{1})
	}
	if len(e.next) > 0 && !e.doubted && !e.keepsCheckpoint {
		b.SetCheckpoint(p.numbers.pipeline, e.number, e.next)
	}
	b.SetPass(p.numbers.pipeline, e.number, pass)
	return nil
}
