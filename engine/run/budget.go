package run

import (
	"encoding/binary"
	"slices"

	"syncline/engine/state"
)

// limit is how many changes of a kind may leave; without one, any number.
type limit struct {
	count int
	holds bool
}

// limitOf is the ceiling of a kind, looked up once a pass.
func (p *pass) limitOf(m mass) limit {
	l, ok := p.limits[m]
	if !ok {
		l.count, l.holds = p.ceiling(m)
		p.limits[m] = l
	}
	return l
}

// afford takes one change of a kind from what may still leave. Where nothing
// is left, the gate closes.
func (p *pass) afford(m mass) bool {
	if p.closed[m] {
		return false
	}
	l := p.limitOf(m)
	if !l.holds {
		return true
	}
	if p.spent[m] >= l.count {
		p.shutGate(m, p.spent[m]+1, l.count)
		return false
	}
	p.spent[m]++
	return true
}

// refund gives back what a write took that did not leave, or of which the end
// says that it did not happen.
func (p *pass) refund(w *outgoing) {
	p.massesOf(w, func(m mass) {
		if p.spent[m] > 0 {
			p.spent[m]--
		}
	})
}

func spentName(pipeline string) string { return "spent/" + pipeline }

// keepSpent puts what left so far into a batch: a pass that is cut short and
// begun again has one ceiling, not two.
func (p *pass) keepSpent(b *state.Batch) {
	if text := p.spentText(func(mass) bool { return true }); text != nil || p.spentBefore {
		p.spentBefore = text != nil
		b.SetHash(spentName(p.Pipeline.Name), text)
	}
}

// closeSpent ends the account of a finished pass. What was withheld because of
// an unfinished one stays counted until somebody lets it through.
func (p *pass) closeSpent(b *state.Batch) {
	if p.Within > 0 {
		p.closeHour(b)
	}
	if text := p.spentText(func(m mass) bool { return p.Within == 0 && p.closed[m] && p.carried[m] > 0 }); text != nil || p.spentBefore {
		b.SetHash(spentName(p.Pipeline.Name), text)
	}
}

func (p *pass) spentText(keep func(mass) bool) []byte {
	var all []mass
	for m := range p.spent {
		if p.own(m) > 0 && keep(m) {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, mass.compare)
	var b []byte
	for _, m := range all {
		b = p.appendMass(b, m, p.own(m))
	}
	return b
}

// own is how much of a kind left in this pass, and in the unfinished one
// before it.
func (p *pass) own(m mass) int { return p.spent[m] - p.hour[m] }

func (p *pass) appendMass(b []byte, m mass, n int) []byte {
	b = binary.LittleEndian.AppendUint16(b, uint16(p.numbers.ends[m.end]))
	b = appendString(append(b, byte(m.kind)), m.field)
	return binary.AppendUvarint(b, uint64(n))
}

// mass reads what appendMass wrote; false where it is of no end of now.
func (p *pass) mass(r *reader) (m mass, n int, ok bool) {
	m = mass{end: p.endOf(state.Number(r.uint16())), kind: massKind(r.byte()), field: r.string()}
	n = int(r.uvarint())
	return m, n, r.err == nil && m.end >= 0 && m.kind <= missings
}

// loadSpent learns what an unfinished pass wrote.
func (p *pass) loadSpent(v *state.View) {
	p.spent, p.carried, p.limits, p.closed = map[mass]int{}, map[mass]int{}, map[mass]limit{}, map[mass]bool{}
	r := reader{b: v.Hash(spentName(p.Pipeline.Name))}
	p.spentBefore = len(r.b) > 0
	for len(r.b) > 0 && r.err == nil {
		if m, n, ok := p.mass(&r); ok {
			p.spent[m], p.carried[m] = n, n
		}
	}
	p.loadHour(v)
}

// refundIntent gives back what an intent of an unfinished pass took, which
// proved not to have arrived.
func (p *pass) refundIntent(w *outgoing) {
	for i := range w.parts {
		w.parts[i].wanted.First = !w.parts[i].counted
		w.parts[i].wanted.Clear = w.parts[i].wanted.Post.Blank()
	}
	p.refund(w)
	p.massesOf(w, func(m mass) {
		if p.carried[m] > 0 {
			p.carried[m]--
		}
	})
}

// counts reports whether a part of an update is counted by a guard.
func (p *pass) counts(w *outgoing, part *part) bool {
	_, ok := p.massOf(w, part)
	return ok && w.verb == verbUpdate
}
