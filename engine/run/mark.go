package run

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"syncline/engine/audit"
	"syncline/engine/state"
)

// ClosedChosen is why an open item is closed that a person settled; the others
// close by themselves.
const ClosedChosen = "somebody chose"

// Why an open item closes by itself; the summary counts by them.
const (
	closedAgreed = "the ends agree"
	closedReason = "its reason is gone"
	closedLink   = "its link ended"
	closedField  = "its field is not in the configuration"
	closedRecord = "its record is gone or settled"
	closedDead   = "it is a dead letter now"
)

// markOpened notes for the journal that something waits for a person from now
// on. What an end said is not in it: that may hold a value.
func (p *pass) markOpened(kind string, x state.Entity, record string, units []string, why string) {
	p.marks = append(p.marks, p.mark(kind, x, record, units, why, "opened"))
}

// markClosed notes that it waits no longer: why, and after how long.
func (p *pass) markClosed(kind string, x state.Entity, record string, units []string, why string, since time.Time) {
	if p.reports.Closed == nil {
		p.reports.Closed = map[string]int{}
	}
	p.reports.Closed[why]++
	age := p.now.Sub(since).Round(time.Second)
	p.marks = append(p.marks, p.mark(kind, x, record, units, why, fmt.Sprintf("closed after %s", age)))
}

func (p *pass) mark(kind string, x state.Entity, record string, units []string, why, outcome string) audit.Entry {
	e := audit.Entry{
		Time: p.Clock(), Run: p.Run, Kind: kind, Pipeline: p.Pipeline.Name, Record: record, Units: units, Rule: why, Outcome: outcome,
	}
	if x != 0 {
		e.Entity = p.Store.Public(x)
	}
	if end, id, ok := strings.Cut(record, "/"); ok {
		for _, known := range p.ends {
			if known.Name == end {
				e.End, e.Record = end, id
			}
		}
	}
	return e
}

// sealed gives the marks about a subject its salt.
func (p *pass) sealed(l *state.Link) {
	if len(p.marks) == 0 {
		return
	}
	public := p.Store.Public(l.Entity)
	for i := range p.marks {
		if p.marks[i].Entity == public {
			p.marks[i].Salt = l.Salt
		}
	}
}

// drainMarks puts the marks made so far into the lines of the journal. What is said
// of a record that belongs to nobody stands under an entity of its own.
func (p *pass) drainMarks(lines *audit.Draft, b *state.Batch) error {
	for i := range p.marks {
		e := &p.marks[i]
		switch {
		case e.Entity == "":
			s, err := p.strays.Journaled(b, p.numbers.pipeline, strings.Trim(e.End+"/"+e.Record, "/"))
			if err != nil {
				return err
			}
			e.Entity, e.Salt = p.Store.Public(s.Entity), s.Salt
		case e.Salt == [16]byte{}:
			if err := p.salt(e); err != nil {
				return err
			}
		}
	}
	err := p.draft(lines, p.marks)
	p.marks = p.marks[:0]
	return err
}

// salt gives a mark the salt of its stored link; where that is gone, nothing
// is said of whom it was.
func (p *pass) salt(e *audit.Entry) error {
	entity, _ := p.Store.FromPublic(e.Entity)
	return p.Store.View(func(v *state.View) error {
		var l state.Link
		ok, err := v.Link(entity, &l)
		if !ok {
			e.Record, e.End = "", ""
		}
		e.Salt = l.Salt
		return err
	})
}

// noteOpened notes a new open item.
func (p *pass) noteOpened(c *state.Conflict) {
	p.markOpened(c.Kind.String(), c.Entity, p.about(c), c.Fields, cmp.Or(c.Rule, "review"))
}

// noteClosed notes an open item that is settled.
func (p *pass) noteClosed(c *state.Conflict, why string) {
	if c.Kind != state.KindFinding {
		p.markClosed(c.Kind.String(), c.Entity, p.about(c), c.Fields, why, c.First)
	}
}

// about is the record that an item is about, as END/ID.
func (p *pass) about(c *state.Conflict) string {
	if c.Subject != "" {
		return c.Subject
	}
	for _, side := range c.Sides {
		if i := p.endOf(side.End); i >= 0 {
			return subjectName(p.ends[i], side.Record)
		}
	}
	return ""
}

// sweep closes what nothing can settle any more: open items of a field that
// the configuration does not have, and what is left of links that ended.
func (p *pass) sweep(b *state.Batch) error {
	return p.Store.View(func(v *state.View) error {
		for _, e := range p.open.entities() {
			var l state.Link
			ok, err := v.Link(e, &l)
			if err != nil {
				return err
			}
			if !ok && p.inFlightAnywhere(e) {
				continue
			}
			p.sweepEntity(e, !ok || l.State == state.Tombstone, b)
		}
		return nil
	})
}

func (p *pass) inFlightAnywhere(e state.Entity) bool {
	for i := range p.ends {
		if p.inFlight[flight{e, i}] {
			return true
		}
	}
	return false
}

func (p *pass) sweepEntity(e state.Entity, ended bool, b *state.Batch) {
	for _, c := range append([]state.Conflict(nil), p.open.conflicts[e]...) {
		switch {
		case ended:
			p.closeOpen(e, c.Unit, closedLink, b)
		case c.Unit != 0 && p.unitOf(c.Unit) < 0:
			p.closeOpen(e, c.Unit, closedField, b)
		}
	}
	if !ended {
		return
	}
	for _, w := range p.open.waits[e] {
		b.DeleteWait(p.numbers.pipeline, w.Entity, w.End, w.Unit)
	}
	delete(p.open.waits, e)
	for _, k := range append([]letterKey(nil), p.open.letters.of[e]...) {
		p.delivered(k, closedLink, b)
	}
}

// sweepLetters forgets the letters of new records that are gone, or whose
// write nobody wants any more: the pass met their record, or a complete
// listing lacks it.
func (p *pass) sweepLetters(b *state.Batch) {
	for k, d := range p.open.letters.all {
		name, id, ok := strings.Cut(d.Record, "/")
		if !ok || d.Entity != 0 || p.open.letters.seen[k] {
			continue
		}
		for _, e := range p.ends {
			if e.Name == name && (e.complete || e.looked[id]) {
				p.delivered(k, closedRecord, b)
			}
		}
	}
}
