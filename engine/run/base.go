package run

import (
	"encoding/binary"

	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// numbers are the store's short names for what a pipeline names.
type numbers struct {
	pipeline state.Number
	key      state.Number // one bucket for all keys: the digest tells them apart
	ends     []state.Number
	units    []state.Number
}

// align lays a stored link out in the order of the pipeline's ends: what the
// configuration orders may change, what a number means does not.
func (p *pass) align(l *state.Link) {
	if aligned(l, p.numbers.ends) {
		return
	}
	ends := make([]state.End, len(p.numbers.ends))
	place := make([]int, len(l.Ends))
	for i := range place {
		place[i] = -1
	}
	for i, n := range p.numbers.ends {
		ends[i].End = n
		if k := l.End(n); k >= 0 {
			ends[i], place[k] = l.Ends[k], i
		}
	}
	for u := range l.Units {
		unit := &l.Units[u]
		bases := make([]uint64, len(ends))
		for k, to := range place {
			if to >= 0 && k < len(unit.Bases) {
				bases[to] = unit.Bases[k]
			}
		}
		if len(unit.Bases) > 0 {
			unit.Bases = bases
		}
		if unit.Owner >= 0 && unit.Owner < len(place) {
			unit.Owner = place[unit.Owner]
		}
	}
	l.Ends = ends
}

func aligned(l *state.Link, ends []state.Number) bool {
	if len(l.Ends) != len(ends) {
		return false
	}
	for i, n := range ends {
		if l.Ends[i].End != n {
			return false
		}
	}
	return true
}

// noBases are the bases of a unit that has none. Nobody writes to a base's ends.
var noBases [decide.MaxEnds]uint64

// baseOf returns what the link remembers of a unit.
func baseOf(l *state.Link, n state.Number, ends int) decide.Base {
	b := decide.Base{Owner: -1, Key: binary.LittleEndian.Uint64(l.Salt[:8])}
	u := l.Unit(n)
	if u == nil || len(u.Bases) == 0 {
		b.Ends = noBases[:ends:ends]
		return b
	}
	b.Ends, b.Agreed, b.Owner = u.Bases, u.Agreed, u.Owner
	if u.Kept != "" {
		if v, err := u.KeptValue(); err == nil {
			b.Value = v
		}
	}
	x := decodeExtra(u.Extra)
	b.Filled, b.Spread, b.Maybe = x.filled, x.spread, x.maybe
	return b
}

// remember puts the base of a unit into the link.
func remember(l *state.Link, n state.Number, u *plans.Unit, b *decide.Base) {
	s := l.Unit(n)
	if s == nil {
		l.Units = append(l.Units, state.Unit{Unit: n})
		s = &l.Units[len(l.Units)-1]
	}
	s.Agreed, s.Owner, s.Bases = b.Agreed, b.Owner, b.Ends
	x := decodeExtra(s.Extra)
	x.filled, x.spread, x.maybe = b.Filled, b.Spread, b.Maybe
	s.Extra = x.encode()
	s.Kept = ""
	if u.Keeps() && b.Value.State() != schema.Absent {
		s.Keep(b.Value)
	}
}

// extra is what most units never need: who was filled, a value on its way to
// several ends, writes of which nobody knows, and the last writes of a field.
type extra struct {
	filled decide.Ends
	spread decide.Spread
	maybe  []decide.Maybe
	ring   decide.Ring
}

const extraForm = 1

func (x *extra) encode() string {
	if x.filled == 0 && x.spread.Value == 0 && len(x.maybe) == 0 && x.ring.Len == 0 {
		return ""
	}
	b := []byte{extraForm}
	b = binary.AppendUvarint(b, uint64(x.filled))
	b = binary.LittleEndian.AppendUint64(b, x.spread.Value)
	b = binary.AppendVarint(b, int64(x.spread.Source))
	b = binary.AppendUvarint(b, uint64(x.spread.Behind))
	b = binary.AppendUvarint(b, uint64(len(x.maybe)))
	for _, m := range x.maybe {
		b = binary.AppendVarint(b, int64(m.Target))
		b = binary.AppendVarint(b, int64(m.Source))
		b = binary.LittleEndian.AppendUint64(b, m.TargetHash)
		b = binary.LittleEndian.AppendUint64(b, m.SourceHash)
	}
	b = binary.AppendUvarint(b, uint64(x.ring.Len))
	b = binary.AppendUvarint(b, uint64(x.ring.Writes))
	for i := range x.ring.Len {
		b = binary.LittleEndian.AppendUint64(b, x.ring.Posts[i])
	}
	for i := range x.ring.Len {
		b = binary.AppendVarint(b, x.ring.Times[i])
	}
	return string(b)
}

func decodeExtra(s string) (x extra) {
	r := reader{b: []byte(s)}
	if s == "" || r.byte() != extraForm {
		return x
	}
	x.filled = decide.Ends(r.uvarint())
	x.spread = decide.Spread{Value: r.uint64(), Source: int(r.varint()), Behind: decide.Ends(r.uvarint())}
	for n := r.uvarint(); n > 0 && r.err == nil; n-- {
		x.maybe = append(x.maybe, decide.Maybe{
			Target: int(r.varint()), Source: int(r.varint()), TargetHash: r.uint64(), SourceHash: r.uint64(),
		})
	}
	x.ring.Len, x.ring.Writes = min(int(r.uvarint()), len(x.ring.Posts)), int(r.uvarint())
	for i := range x.ring.Len {
		x.ring.Posts[i] = r.uint64()
	}
	for i := 0; i < x.ring.Len && len(r.b) > 0; i++ {
		x.ring.Times[i] = r.varint()
	}
	return x
}
