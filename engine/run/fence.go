package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"syncline/connectors"
	"syncline/engine/decide"
)

// sameRefusals is how many records may be refused for one field in a pass
// before the field is left alone; fewTries is from how many tries on more than
// half of them are enough.
const (
	sameRefusals = 20
	fewTries     = 10
)

var errFenced = errors.New("the field is left alone")

// leaveAlone notes the ends whose writes are left alone, and why.
func (p *pass) leaveAlone() {
	for _, e := range p.ends {
		if k := p.openFuse(fuse{e.Index, p.breakers.writes}); k != nil && e.down == "" {
			e.down, e.until = reasonFuse(k), k.Until
		}
	}
}

// readable fails when an end is left alone; one that is to be tried again is
// asked with one request before anything else is.
func (p *pass) readable(ctx context.Context) error {
	for _, e := range p.ends {
		f := fuse{end: e.Index}
		if k := p.openFuse(f); k != nil {
			return fmt.Errorf("end %q: %s; to try it at once: run -allow probe=1", e.Name, reasonFuse(k))
		}
		c, ok := e.conn.(connectors.Checker)
		if !ok || !p.halfOpen(f) {
			continue
		}
		if err := c.Check(ctx); err != nil {
			return e.at(p.unreadEnd(e, err))
		}
	}
	return nil
}

// unreadEnd counts a failure to read an end: one a pass, however many records
// the pass goes on to look for there.
func (p *pass) unreadEnd(e *endPass, err error) error {
	if after, ok := systemic(err); ok && p.ctx.Err() == nil && !e.unreached {
		e.unreached = true
		p.failedFuse(fuse{end: e.Index}, reasonText(err), after, false)
	}
	return err
}

// at says at which end something went wrong.
func (e *endPass) at(err error) error { return fmt.Errorf("end %q: %w", e.Name, err) }

// mostPatience is how long a pass waits in all for systems that say how long
// they want to be left alone.
const mostPatience = 30 * time.Second

// patient waits as long as a system asks for, if that is not too long, and
// reports whether it is worth trying again.
func (p *pass) patient(ctx context.Context, err error) bool {
	after, _ := systemic(err)
	if connectors.KindOf(err) != connectors.Limited || after <= 0 || p.Sleep == nil || p.waited+after > mostPatience {
		return false
	}
	p.waited += after
	return p.Sleep(ctx, after) == nil
}

// unitAtFault is the unit that an end's refusal names; -1 when it names none.
func (p *pass) unitAtFault(e *endPass, w *outgoing, err error) int {
	var c *connectors.Error
	if w.verb != verbUpdate || !errors.As(err, &c) || c.Kind != connectors.Refused || c.Field == "" {
		return -1
	}
	for i := range w.parts {
		for _, slot := range p.Pipeline.Units[w.parts[i].unit].Slots {
			if f := e.Fields[slot]; f != nil && f.HasPath && (f.Path.Top() == c.Field || f.Path.String() == c.Field) {
				return w.parts[i].unit
			}
		}
	}
	return -1
}

// blame notes that an end refused one field of a record: the rest of the record
// is sent without it. Where it is refused again and again, the field is left
// alone there, and one message says so.
func (p *pass) blame(e *endPass, d *delivery, unit int) {
	x, at := &p.breakers, place{unit, e.Index}
	f := fuse{e.Index, p.numbers.units[unit]}
	text := reasonText(d.result.Err)
	x.rejected[rejection{d.s.link.Entity, at}] = text
	x.refusals[at]++
	d.s.moved = true
	probe := p.halfOpen(f)
	if p.openFuse(f) != nil || !probe && x.refusals[at] <= sameRefusals && !(x.tries[at] >= fewTries && 2*x.refusals[at] > x.tries[at]) {
		return
	}
	p.failedFuse(f, fmt.Sprintf("refused in %d of %d writes: %s", x.refusals[at], x.tries[at], text), 0, true)
	if k := p.breakers.all[f]; !probe {
		p.tell(Notice{Kind: "left alone", End: e.Name, Text: "field " + p.Pipeline.Units[unit].Name + " at " + e.Name + " is " + reasonField(k) + "; everything else goes on"})
	}
}

// fence takes out of a subject what its end refused in this pass, and what is
// left alone: a field that is refused for many waits, one that is refused for
// this record alone is put to a person.
func (p *pass) fence(s *subject) {
	if len(p.breakers.all) == 0 && len(p.breakers.rejected) == 0 || s.held.kind != free {
		return
	}
	for i := range s.writes {
		w := &s.writes[i]
		w.parts = slices.DeleteFunc(w.parts, func(part part) bool { return w.verb == verbUpdate && p.fencedPart(s, w.end, part.unit) })
		if w.verb == verbCreate && slices.ContainsFunc(w.parts, func(part part) bool { return p.waitsForFuse(s, w.end, part.unit) }) {
			w.parts = w.parts[:0]
		}
	}
	s.writes = slices.DeleteFunc(s.writes, func(w outgoing) bool {
		return len(w.parts) == 0 && (w.verb == verbUpdate || w.verb == verbCreate && slices.ContainsFunc(s.waits, func(x waiting) bool { return x.end == w.end && x.fuse }))
	})
}

func (p *pass) fencedPart(s *subject, end, unit int) bool {
	if p.waitsForFuse(s, end, unit) {
		return true
	}
	text, refused := p.breakers.rejected[rejection{s.link.Entity, place{unit, end}}]
	if refused {
		s.units[unit].Hold(decide.Review, end, reasonRefused+" "+p.ends[end].Name+": "+text)
		s.units[unit].Rule = reasonRefused
	}
	return refused
}

// waitsForFuse lets a subject wait whose field is left alone at an end, unless
// it is the one that tries again.
func (p *pass) waitsForFuse(s *subject, end, unit int) bool {
	x, f := &p.breakers, fuse{end, p.numbers.units[unit]}
	k := x.all[f]
	if k == nil || k.Until.IsZero() {
		return false
	}
	if p.openFuse(f) == nil && !x.probes[f] {
		x.probes[f] = true
		return false
	}
	if p.openFuse(f) == nil {
		x.fenced[f] = append(x.fenced[f], s.link.Entity)
	}
	s.waits = append(s.waits, waiting{end: end, reason: "field " + p.Pipeline.Units[unit].Name + ": " + reasonField(k), until: k.Until, fuse: true})
	return true
}

// fencedDelivery reports whether a delivery holds a field that was left alone
// since its page was gathered.
func (p *pass) fencedDelivery(d *delivery) bool {
	return slices.ContainsFunc(d.w.parts, func(part part) bool {
		return p.openFuse(fuse{d.w.end, p.numbers.units[part.unit]}) != nil
	})
}

// provedBy notes what a write that arrived proves of the breakers.
func (p *pass) provedBy(d *delivery) {
	if len(p.breakers.all) == 0 {
		return
	}
	p.worked(fuse{d.w.end, p.breakers.writes})
	for i := range d.w.parts {
		p.worked(fuse{d.w.end, p.numbers.units[d.w.parts[i].unit]})
	}
}
