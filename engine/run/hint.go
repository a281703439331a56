package run

import (
	"context"
	"errors"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/state"
	"syncline/schema"
)

// Hint names a record of an end of which somebody said that it is new, changed
// or gone. It is no evidence: the record is read by its id.
type Hint struct {
	End    int
	Record string
}

// Hints make a pass one over some records. What is decided about them, and
// written, is what a pass over everything would decide and write.
type Hints struct {
	Records []Hint // in any order; one that stands twice is read once
	Open    bool   // look at everything, too, that waits or is put to a person
}

// Left is a hint that the pass did not settle.
type Left struct {
	Hint
	Reason string
	Whole  bool // only a pass over everything settles it
}

// Closed says what a pass that closes has settled beside what it wrote.
type Closed struct {
	Left   []Left // of its hints
	Listed []bool // by end: it was listed whole, and the listing is believed
}

// WholeError says that a pass over some records has to wait for one over
// everything.
type WholeError struct{ Why string }

func (e *WholeError) Error() string { return "a pass over everything has to come first: " + e.Why }

// readHints reads the records that the pass is about. Nothing is listed, so
// nothing is concluded from what was not met.
func (p *pass) readHints(ctx context.Context) error {
	if why := p.unready(); why != "" {
		return &WholeError{Why: why}
	}
	if err := p.readable(ctx); err != nil {
		return err
	}
	p.leaveAlone()
	for _, e := range p.ends {
		e.incremental, e.replaying = true, true
		began := p.Clock()
		err := p.shapeAll(ctx, e, p.hinted(e))
		p.timed(Event{End: e.Name, Stage: "reading", Done: e.read}, began, err)
		if err != nil {
			return e.at(p.unreadEnd(e, err))
		}
		e.replaying = false
		p.worked(fuse{end: e.Index})
		p.emit(Event{Kind: Progress, End: e.Name, Stage: "reading", Done: e.read, Total: e.read})
	}
	if !p.Hints.Open && len(p.fresh.all) == 0 {
		return nil
	}
	for _, e := range p.ends { // who a new record is depends on who waits
		err := p.replay(e, func(work []wanted) error { return p.shapeAll(ctx, e, work) })
		if err != nil {
			return e.at(p.unreadEnd(e, err))
		}
	}
	return nil
}

// unready says why a pass over some records cannot be made: it rests on what
// one over everything found, and reads by id.
func (p *pass) unready() string {
	if p.remap.any {
		return "the mapping changed"
	}
	for _, e := range p.ends {
		switch _, ok := e.conn.(connectors.Getter); {
		case !ok || e.Each != "":
			return e.Name + " cannot be read by id"
		case !e.firstDone || e.since == 0:
			return e.Name + " was never listed whole"
		}
	}
	return ""
}

// hinted returns what is to be read of an end, each record once.
func (p *pass) hinted(e *endPass) []wanted {
	var ids []string
	for _, h := range p.Hints.Records {
		if h.End == e.Index && h.Record != "" {
			ids = append(ids, h.Record)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	work := make([]wanted, len(ids))
	for i, id := range ids {
		work[i] = wanted{item: &connectors.Item{ID: id}, index: -1}
	}
	e.read += len(work)
	return work
}

// answeredOnly leaves out, of records that were hinted at, those that the end
// cannot tell of now: their hints stay.
func (p *pass) answeredOnly(e *endPass, page []wanted, got []connectors.Got) ([]wanted, []connectors.Got) {
	if p.Hints == nil {
		return page, got
	}
	n := 0
	for i := range got {
		if got[i].Err == nil && got[i].Presence != connectors.Unknown {
			page[n], got[n] = page[i], got[i]
			n++
			continue
		}
		err := got[i].Err
		if err == nil {
			err = errUnread
		}
		e.read--
		p.unsettled = append(p.unsettled, Left{Hint: Hint{End: e.Index, Record: strings.Clone(page[i].item.ID)}, Reason: reasonText(err)})
	}
	return page[:n], got[:n]
}

var errUnread = errors.New("the record cannot be read now")

// reasonUnsearched is why a new record waits that was not found by listing.
const reasonUnsearched = "it is new, and only a pass over everything tells whether it is there already: "

// unsearched lets new subjects wait of which an end cannot be asked whether it
// has them. A pass that lists has looked through it.
func (p *pass) unsearched(page []*subject) {
	if p.Hints == nil {
		return
	}
	for _, s := range page {
		if !s.fresh || s.held.kind != free {
			continue
		}
		for i, e := range p.ends {
			if s.obs[i] == nil && !p.tellable(e) {
				p.unasked(e, []*subject{s})
				break
			}
		}
	}
}

// unasked lets new subjects wait for a pass over everything, because an end
// cannot be asked for them: it has no search, or none by these keys.
func (p *pass) unasked(e *endPass, whose []*subject) {
	for _, s := range whose {
		if s.held.kind == free {
			s.held = hold{kind: holdWait, end: e.Index, reason: reasonUnsearched + e.Name + " cannot be searched by every key"}
			p.wholeFor(s, s.held.reason)
		}
	}
}

// wholeFor notes that the records of a subject need a pass over everything.
func (p *pass) wholeFor(s *subject, why string) {
	if p.counting {
		return // it is decided once more before it is written
	}
	for i, o := range s.obs {
		if o != nil {
			p.unsettled = append(p.unsettled, Left{Hint: Hint{End: i, Record: strings.Clone(o.id())}, Reason: why, Whole: true})
		}
	}
}

// tellable reports whether an end finds a record by every match key that it
// knows: then asking it is as good as having listed it.
func (p *pass) tellable(e *endPass) bool {
	if _, ok := e.conn.(connectors.Finder); !ok {
		return false
	}
	for i := range p.rules.Keys {
		k := &p.rules.Keys[i]
		known := !slices.ContainsFunc(k.Fields, func(slot int) bool { return e.Fields[slot] == nil })
		if known && (k.Similar > 0 || slices.ContainsFunc(k.Fields, func(slot int) bool { return !searches(e, slot, p.Pipeline.Shape) })) {
			return false
		}
	}
	return true
}

// searches reports whether an end can be asked for a value of a field: it
// stands there as it is, and is one value.
func searches(e *endPass, slot int, shape *schema.Shape) bool {
	f := e.Fields[slot]
	return f.Direct && f.FieldEnd.Read == nil && !shape.Field(slot).Type.Kind.Collection()
}

// footing is what a subject's link says of its records before it is concluded;
// nil in a pass that lists.
func (p *pass) footing(s *subject) []state.End {
	if p.Hints == nil {
		return nil
	}
	return slices.Clone(s.link.Ends)
}

// outgrow notes the ends of which the link says something else now than when
// they were listed.
func (p *pass) outgrow(s *subject, before []state.End) {
	for i := range before {
		now := &s.link.Ends[i]
		moved := now.Raw != before[i].Raw || now.Record != before[i].Record || now.Evidence != before[i].Evidence
		if moved || s.fresh || s.link.State == state.Tombstone {
			p.ends[i].outgrown = true
		}
	}
}

// closeHinted keeps what the next listing of an end has to know.
func (p *pass) closeHinted(e *endPass, b *state.Batch) {
	if e.outgrown || len(e.made)+len(e.written) > 0 {
		b.SetHash(p.staleName(e), []byte{1})
	}
}

// closing says what the pass settled.
func (p *pass) closing() Closed {
	c := Closed{Left: p.unsettled}
	for _, e := range p.ends {
		c.Listed = append(c.Listed, p.Hints == nil && e.complete && !e.doubted)
	}
	return c
}
