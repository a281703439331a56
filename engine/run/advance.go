package run

import (
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// unbased looks again, in this pass and if that fails in the next, at an end
// that shows fields of which it has no base while others have one: somebody
// moved just when it joined.
func (p *pass) unbased(s *subject) {
	for i, o := range s.obs {
		if o == nil || s.link.Ends[i].Raw == 0 || !p.lacksBase(s, i) {
			continue
		}
		s.link.Ends[i].Raw = 0
		p.again = append(p.again, s.link.Entity)
	}
}

func (p *pass) lacksBase(s *subject, end int) bool {
	for i, u := range p.Pipeline.Units {
		if !u.Unit.Ends[end].Knows || s.units[i].Kind == decide.Review || s.units[i].Kind == decide.Conflict || s.units[i].Kind == decide.Park {
			continue
		}
		stored := s.link.Unit(p.numbers.units[i])
		if stored == nil || len(stored.Bases) <= end || stored.Bases[end] != 0 || u.Form.Absent(u.Values(s.obs[end].Mapped.Slots)) {
			continue
		}
		if slices.ContainsFunc(stored.Bases, func(b uint64) bool { return b != 0 }) {
			return true
		}
	}
	return false
}

// overtaken looks again at a record that was made with a value for which another
// was decided on at the same time: it is owed that one.
func (p *pass) overtaken(s *subject, mine []*delivery) {
	for _, d := range mine {
		if d.w.verb != verbCreate || d.step != decide.Confirm {
			continue
		}
		for i := range d.w.parts {
			if base := baseOf(&s.link, p.numbers.units[d.w.parts[i].unit], len(p.ends)); base.Spread.Behind.Has(d.w.end) {
				s.link.Ends[d.w.end].Raw = 0
				p.rehashed(d.w.end, 0, s.link.Entity)
				p.again = append(p.again, s.link.Entity)
				break
			}
		}
	}
}

// undecided returns the ends whose records changed together with the mapping,
// while what that makes of a unit waits: nothing of it was decided on.
func (p *pass) undecided(s *subject, mine []*delivery) (ends decide.Ends) {
	remapped := p.remap.units(s.link.Mapping)
	if s.fresh || !remapped.any(len(s.units)) {
		return 0
	}
	waits := false
	for i := range s.units {
		waits = waits || remapped.has(i) && s.unwritten(i, mine)
	}
	if !waits {
		return 0
	}
	for i, o := range s.obs {
		if o != nil && s.link.Ends[i].Raw != o.Hash {
			ends = ends.With(i)
		}
	}
	return ends
}

// unwritten reports whether a unit waits, or one of its wanted writes does.
func (s *subject) unwritten(unit int, mine []*delivery) bool {
	d := &s.units[unit]
	if d.Kind != decide.Write {
		return d.Kind == decide.Park
	}
	return slices.ContainsFunc(d.Writes, func(w decide.Wanted) bool {
		return !slices.ContainsFunc(mine, func(x *delivery) bool {
			return x.step == decide.Confirm && x.w.end == w.End && x.w.writes(unit)
		})
	})
}

// unsettle lets the records of the ends count as changed still.
func (s *subject) unsettle(ends decide.Ends) {
	for ; ends != 0; ends &= ends - 1 {
		s.link.Ends[ends.First()].Raw = 0
	}
}

// accept takes what the ends showed as decided on.
func (p *pass) accept(s *subject, c *conclusion) {
	asks := s.verdict.Fate == decide.Asks // that somebody edited it meanwhile is part of the question
	for i, o := range s.obs {
		e := &s.link.Ends[i]
		if o == nil || asks && e.Record != "" {
			continue
		}
		if e.Record == "" {
			c.ids = append(c.ids, state.Ref{End: p.numbers.ends[i], Record: strings.Clone(o.id())})
			if o.Index < 0 {
				p.appended(i, o.Hash, s.link.Entity) // found behind the listing
			}
		}
		e.Record, e.Revision, e.Raw, e.Evidence = strings.Clone(o.id()), strings.Clone(o.Mapped.Revision), o.Hash, state.Live
		e.At = p.now.UnixMicro()
		if asks { // whose record it is is no part of the question, what it says is
			e.Raw = 0
		}
	}
}

// stage says how far the delivery has come.
func (d *delivery) stage() decide.Stage {
	switch {
	case d.dropped:
		return decide.Dropped
	case d.step == decide.Confirm:
		return decide.Confirmed
	case d.step == decide.Keep:
		return decide.Intended
	}
	return decide.Refused
}

// outcomeUnknown is the outcome of a write that was given up: it may have
// arrived, and then what stood there before it is told here only.
const outcomeUnknown = "unknown"

// advanceAll moves the bases of all answered writes. Creates come first: the
// values they were made with are older than those that edits led to.
func (p *pass) advanceAll(s *subject, mine []*delivery, c *conclusion) {
	for _, creates := range [...]bool{true, false} {
		for _, d := range mine {
			if (d.w.verb == verbCreate) == creates {
				p.advance(s, d, c)
			}
		}
	}
}

// advance moves the bases of one answered write.
func (p *pass) advance(s *subject, d *delivery, c *conclusion) {
	stage := d.stage()
	shown := p.readBack(d)
	for i := range d.w.parts {
		part := &d.w.parts[i]
		u, n := p.Pipeline.Units[part.unit], p.numbers.units[part.unit]
		outside := s.outside() || p.sourceMoved(s, part.unit, part.wanted.Source, d.w.end)
		base := baseOf(&s.link, n, len(p.ends))
		base = decide.Advance(base, &part.image, d.w.end, stage, echoed(shown, u, d))
		remember(&s.link, n, u, &base)
		switch {
		case stage != decide.Confirmed:
		case part.wanted.Source == decide.FromBefore:
			p.unwrote(s, part)
		case !part.wanted.First:
			p.wrote(s, part, d.w.end, outside)
		}
	}
	if d.dropped {
		entry := p.writeEntry(s, d, c)
		entry.Outcome = outcomeUnknown
		c.entries = append(c.entries, entry)
	}
	if d.step != decide.Confirm {
		return
	}
	e, raw := &s.link.Ends[d.w.end], p.rawAfter(s, d, shown)
	if e.Record == "" {
		c.ids = append(c.ids, state.Ref{End: p.numbers.ends[d.w.end], Record: d.result.ID})
		p.appended(d.w.end, raw, s.link.Entity)
		p.madeFor(s, d.w.end)
	} else {
		p.rehashed(d.w.end, raw, s.link.Entity)
		p.lags(s, d.w.end)
	}
	if d.result.ID != "" {
		e.Record = d.result.ID
	}
	e.Revision, e.Raw, e.Evidence, e.At = d.result.Revision, raw, state.Live, p.now.UnixMicro()
	c.entries = append(c.entries, p.writeEntry(s, d, c))
	p.tookBack(s, d, c)
}

// lags notes that an end may show, for a while, what stood there before this pass
// wrote.
func (p *pass) lags(s *subject, end int) {
	if p.ends[end].Facts.Lag == 0 {
		return
	}
	if p.lagging == nil {
		p.lagging = map[flight]bool{}
	}
	p.lagging[flight{s.link.Entity, end}] = true
}

// readBack maps what the end shows after the write; nil when it was not read
// back.
func (p *pass) readBack(d *delivery) *observation {
	if d.result.Confirmed == nil {
		return nil
	}
	o := p.echoed
	o.reset()
	o.Raw, o.Hash = d.result.Confirmed, d.result.Hash
	p.mapRecord(p.ends[d.w.end].End, &p.mappers[0].frame, o)
	return o
}

// echoed is what the end shows of a unit after the write.
func echoed(o *observation, u *plans.Unit, d *delivery) *decide.Echo {
	if o == nil {
		return nil
	}
	for _, slot := range u.Slots {
		if o.fault(slot) != nil {
			return nil
		}
	}
	return &decide.Echo{Value: u.Values(o.Mapped.Slots), Revision: d.result.Revision, Written: d.result.Revision}
}

// rawAfter is the hash of the record after the write, if everything in it has
// been seen; else 0, so that the next pass looks at it. A condition on the
// written fields alone lets an edit of another field pass unseen.
func (p *pass) rawAfter(s *subject, d *delivery, shown *observation) uint64 {
	o := s.obs[d.w.end]
	switch {
	case d.intent.Uncertain, d.w.verb == verbUpdate && p.partly(s, d.w.end):
		return 0
	case d.w.verb != verbUpdate, d.w.grade == decide.IfMatch, d.w.grade == decide.Revision:
		return d.result.Hash
	case shown == nil || o == nil:
		return 0
	}
	shape := p.ends[d.w.end].Shape()
	for i := range shown.Raw.Slots {
		name := shape.Field(i).Name
		wrote := slices.ContainsFunc(d.change.Set, func(a connectors.Assignment) bool { return a.Path.Top() == name })
		if !wrote && !schema.Equal(shown.Raw.Slots[i], o.Raw.Slots[i]) {
			return 0
		}
	}
	return d.result.Hash
}

// partly reports whether an end left out a field that it knows when its record
// was decided on.
func (p *pass) partly(s *subject, end int) bool {
	o := s.obs[end]
	return o != nil && slices.ContainsFunc(p.Pipeline.Units, func(u *plans.Unit) bool {
		return u.Unit.Ends[end].Knows && u.Form.Absent(u.Values(o.Mapped.Slots))
	})
}

// wrote notes a write in the unit's ring, and whether somebody else had changed
// something before.
func (p *pass) wrote(s *subject, part *part, end int, outside bool) {
	n := p.numbers.units[part.unit]
	u := s.link.Unit(n)
	if u == nil {
		return
	}
	x := decodeExtra(u.Extra)
	if outside {
		x.ring = x.ring.Outside()
	}
	if item := p.open.find(s.link.Entity, n); item != nil && item.Choice != nil {
		x.ring = decide.Ring{} // a person settled it: it begins anew
	}
	x.ring = x.ring.Wrote(p.post(part.unit, end, part.wanted.Post), p.now.UnixMicro())
	u.Extra = x.encode()
}

// unwrote forgets a unit's ring: a person broke the circle, if there was one.
func (p *pass) unwrote(s *subject, part *part) {
	if u := s.link.Unit(p.numbers.units[part.unit]); u != nil {
		x := decodeExtra(u.Extra)
		x.ring = decide.Ring{}
		u.Extra = x.encode()
	}
}
