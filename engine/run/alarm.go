package run

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
)

// shift is what became of one field at one end over all linked records: the
// alarm for a broken export reads it.
type shift struct {
	changed    int
	unreadable int
	values     map[uint64]int // of the changed ones, by what they show now
	masses     map[mass]int   // what would be written because of it
}

// mostValues is how many different values of a field are told apart: one that
// nearly all records show is among them.
const mostValues = 256

// oneValue is the share of the changed records that show one value when a
// field is said to have collapsed; a collapse is looked for from half the share
// of records at which a change is alarming by itself.
const oneValue = 0.9

// place is a unit at an end.
type place struct{ unit, end int }

func (a place) compare(b place) int { return cmp.Or(a.end-b.end, a.unit-b.unit) }

// shifted counts what changed in a linked subject since it was last decided on.
func (p *pass) shifted(s *subject) {
	if s.fresh || s.verdict.Fate != decide.Stays {
		return
	}
	remapped := p.remap.units(s.link.Mapping)
	for i := range p.Pipeline.Units {
		for k := range p.ends {
			if remapped.has(i) {
				continue
			}
			switch p.moved(s, i, k) {
			case movedValue:
				p.shiftOf(i, k).changedTo(p.valueHash(s, i, k))
				p.because(s, i, k)
			case movedAway:
				p.shiftOf(i, k).unreadable++
			}
		}
	}
}

type movement uint8

const (
	movedNot movement = iota
	movedValue
	movedAway // it had a value, and now nobody can read one
)

// moved says whether a unit of a linked record is another than its base at an
// end.
func (p *pass) moved(s *subject, unit, end int) movement {
	o, u := s.obs[end], s.link.Unit(p.numbers.units[unit])
	if o == nil || u == nil || end >= len(u.Bases) || u.Bases[end] == 0 {
		return movedNot
	}
	for _, slot := range p.Pipeline.Units[unit].Slots {
		if f := o.fault(slot); f != nil {
			if f.Kind == unresolved {
				return movedNot
			}
			return movedAway
		}
	}
	seen := s.units[unit].Seen()
	if end >= len(seen) || seen[end] == 0 || seen[end] == u.Bases[end] {
		return movedNot
	}
	return movedValue
}

func (p *pass) shiftOf(unit, end int) *shift {
	at := place{unit, end}
	if p.shifts[at] == nil {
		p.shifts[at] = &shift{values: map[uint64]int{}, masses: map[mass]int{}}
	}
	return p.shifts[at]
}

func (x *shift) changedTo(value uint64) {
	x.changed++
	if _, known := x.values[value]; known || len(x.values) < mostValues {
		x.values[value]++
	}
}

// valueHash is equal for equal values of different records.
func (p *pass) valueHash(s *subject, unit, end int) uint64 {
	u := p.Pipeline.Units[unit]
	return u.Form.Hash(p.seed, u.Values(s.obs[end].Mapped.Slots))
}

// because counts the mass changes of a unit that would be written.
func (p *pass) because(s *subject, unit, end int) {
	if s.held.kind != free {
		return
	}
	x := p.shiftOf(unit, end)
	for i := range s.writes {
		w := &s.writes[i]
		for k := range w.parts {
			if m, ok := p.massOf(w, &w.parts[k]); ok && w.parts[k].unit == unit && w.verb == verbUpdate {
				x.masses[m]++
			}
		}
	}
}

// judge raises the alarm for every field that nearly all linked records of an
// end changed in at once, or lost. What it would have written is not counted
// against a ceiling: none of it leaves.
func (p *pass) judge() {
	most := map[mass]map[int]int{} // by mass and unit, what the alarms keep back
	for _, at := range slices.SortedFunc(maps.Keys(p.shifts), place.compare) {
		x := p.shifts[at]
		w, broken := p.broken(at, x)
		if !broken {
			continue
		}
		if p.ill == nil {
			p.ill = map[place]bool{}
		}
		p.ill[at] = true
		for m, n := range x.masses {
			if l := p.limitOf(m); l.holds && p.wantedMass[m]+p.carried[m] > l.count {
				w.With = append(w.With, fmt.Sprintf("%s=%d", m.kind, p.wantedMass[m]+p.carried[m]))
			}
			if most[m] == nil {
				most[m] = map[int]int{}
			}
			most[m][at.unit] = max(most[m][at.unit], n)
		}
		slices.Sort(w.With)
		w.With = slices.Compact(w.With)
		p.alarm(w)
	}
	for m, units := range most {
		for _, n := range units {
			p.wantedMass[m] -= n
		}
	}
}

// broken says what is alarming about a field at an end, if anything.
func (p *pass) broken(at place, x *shift) (plans.Withheld, bool) {
	e := p.ends[at.end]
	c := p.Pipeline.Ceilings.Changed
	if c == nil {
		c = decide.Defaults(false).Changed
	}
	linked := p.linkedBefore
	if !e.incremental && e.complete {
		linked = e.seen.count()
	}
	share := c.Share
	alarming := func(n int, share float64) bool { return n >= max(c.Count, 1) && float64(n) > share*float64(linked) }
	one := 0
	for _, n := range x.values {
		one = max(one, n)
	}
	field, n := p.Pipeline.Units[at.unit].Name, x.changed
	text := ""
	switch {
	case alarming(x.unreadable, share):
		n, text = x.unreadable, "cannot be read any more"
	case float64(one) >= oneValue*float64(n) && alarming(n, share/2):
		text = "changed at once, to one and the same value"
	case alarming(n, share):
		text = "changed at once"
	default:
		return plans.Withheld{}, false
	}
	if granted, ok := p.Allow["changed"]; ok && n <= granted {
		return plans.Withheld{}, false
	}
	return plans.Withheld{
		End: e.Name, Kind: "changed", Field: field, Count: n, Of: linked, Ceiling: max(c.Count-1, int(share*float64(linked))),
		Why: fmt.Sprintf("field %s of %d of %d linked records at %s %s", field, n, linked, e.Name, text),
	}, true
}

// spare lets a unit wait whose field looks broken at an end where it changed:
// nothing is written, asked or remembered because of it.
func (p *pass) spare(s *subject, unit int) {
	if len(p.ill) == 0 || s.fresh {
		return
	}
	if item := p.open.find(s.link.Entity, p.numbers.units[unit]); item != nil && (item.Kind == state.KindConflict || item.Choice != nil) {
		return // it is a person's already
	}
	for k, e := range p.ends {
		if p.ill[place{unit, k}] && p.moved(s, unit, k) != movedNot {
			d := &s.units[unit]
			d.Hold(decide.Park, k, reasonIll+e.Name)
			d.Finding = decide.NoFinding
			return
		}
	}
}

// reasonIll is why a unit waits whose field looks broken.
const reasonIll = "withheld: the field changed in nearly every record at "

// ailing reports whether a unit of the subject waits because its field looks
// broken: nothing is created out of it either.
func (p *pass) ailing(s *subject, unit int) bool {
	d := &s.units[unit]
	return len(p.ill) > 0 && d.Kind == decide.Park && strings.HasPrefix(d.Reason, reasonIll)
}
