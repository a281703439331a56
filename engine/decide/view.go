package decide

import "math/bits"

// view is a unit's observation while it is decided on.
type view struct {
	u    *Unit
	in   *Input
	d    *Decision
	here Ends // seen alive, with a value
	away Ends // linked, but not to be had now
}

// look gathers what was seen. Trouble, staleness and a missing owner are
// decisions by themselves.
func look(u *Unit, in *Input, d *Decision) view {
	d.reset(len(u.Ends), &in.Base)
	v := view{u: u, in: in, d: d}
	for i := range u.Ends {
		if u.Ends[i].Knows {
			v.see(i)
		}
	}
	d.Owner = -1
	if u.Owned {
		d.Owner = in.Owner
		if in.Owner < 0 && d.Kind == Nothing {
			d.Kind, d.Reason = Review, "no end owns the field now"
		}
	}
	return v
}

func (v *view) see(i int) {
	s := &v.in.Ends[i]
	switch {
	case s.Presence == Unknown:
		v.away = v.away.With(i)
	case s.Presence != Live:
	case s.Older:
		v.d.Finding, v.d.At = Stale, i
	case s.Trouble != NoTrouble:
		v.troubled(i, s)
	case v.u.Form.Absent(s.Value):
		v.away = v.away.With(i)
	default:
		v.here = v.here.With(i)
		v.d.seen[i] = v.u.Form.Hash(v.in.Base.Key, s.Value)
	}
}

// troubled holds the unit; a person's look comes before waiting.
func (v *view) troubled(i int, s *Seen) {
	kind := Review
	if s.Trouble == Unresolved {
		kind = Park
	}
	if v.d.Kind == Nothing || kind == Review && v.d.Kind == Park {
		v.d.Kind, v.d.At, v.d.Reason = kind, i, s.Reason
	}
}

func (v *view) lone() bool { return v.here.Len() < 2 }

// Len returns how many ends are in the set.
func (s Ends) Len() int { return bits.OnesCount64(uint64(s)) }

// First returns the least end of the set, -1 of an empty one.
func (s Ends) First() int {
	if s == 0 {
		return -1
	}
	return bits.TrailingZeros64(uint64(s))
}

// speaks reports whether the end's edits may travel, for this entity now.
func (v *view) speaks(i int) bool {
	if v.u.Owned {
		return i == v.in.Owner
	}
	return v.u.Ends[i].Speaks
}

// hears reports whether the end may be written, for this entity now.
func (v *view) hears(i int) bool {
	return v.u.Ends[i].Hears && (!v.u.Owned || i != v.in.Owner)
}

func (v *view) speakers() Ends {
	var s Ends
	for rest := v.here; rest != 0; rest &= rest - 1 {
		if i := rest.First(); v.speaks(i) {
			s = s.With(i)
		}
	}
	return s
}

// allEqual reports whether the ends of the set show one value.
func (v *view) allEqual(s Ends) bool {
	if s == 0 {
		return true
	}
	h := v.d.seen[s.First()]
	for ; s != 0; s &= s - 1 {
		if v.d.seen[s.First()] != h {
			return false
		}
	}
	return true
}

// changed returns the ends that moved away from these bases.
func (v *view) changed(bases []uint64) Ends {
	var s Ends
	for rest := v.here; rest != 0; rest &= rest - 1 {
		if i := rest.First(); at(bases, i) != v.d.seen[i] {
			s = s.With(i)
		}
	}
	return s
}

func (v *view) based(bases []uint64) Ends {
	var s Ends
	for rest := v.here; rest != 0; rest &= rest - 1 {
		if i := rest.First(); at(bases, i) != 0 {
			s = s.With(i)
		}
	}
	return s
}

// at returns the base of an end; an end that joined later has none.
func at(bases []uint64, i int) uint64 {
	if i < len(bases) {
		return bases[i]
	}
	return 0
}

// rebase remembers what every end shows.
func (v *view) rebase() {
	for rest := v.here; rest != 0; rest &= rest - 1 {
		i := rest.First()
		v.d.After[i] = v.d.seen[i]
	}
	v.d.Kind = Rebase
	if v.allEqual(v.here) {
		v.d.Agreed = true
		v.keep(v.in.Ends[v.here.First()].Value)
	}
}

// remapped reports whether the unit's programs changed and nothing else did:
// then the bases are what the same records now give.
func (v *view) remapped() bool {
	if !v.in.Remapped || v.in.Open != nil || len(v.in.Base.Maybe) > 0 {
		return false
	}
	bases := v.based(v.in.Base.Ends)
	for rest := v.here; rest != 0; rest &= rest - 1 {
		if i := rest.First(); !v.in.Ends[i].Settled {
			return false
		}
	}
	return bases == v.here
}

// remap remembers the new meaning of the same records. A difference that only
// the mapping made was accepted by nobody, and is told.
func (v *view) remap() {
	before := v.in.Base.Ends[v.here.First()]
	for rest := v.here; rest != 0; rest &= rest - 1 {
		if v.in.Base.Ends[rest.First()] != before {
			v.rebase()
			return
		}
	}
	v.d.Agreed = false
	v.rebase()
	if !v.d.Agreed {
		v.d.Finding, v.d.At = Latent, v.here.First()
	}
}

// strayed returns the bases to compare with where the unit's programs changed and
// somebody edited, meanwhile, what an end shows that does not speak: that edit is
// none of the mapping, and no first link writes over it. A record that did not
// change has for a base what it gives now. Nil where nobody did.
func (v *view) strayed() []uint64 {
	if !v.in.Remapped || v.u.Owned && v.in.Base.Owner != v.in.Owner || v.based(v.in.Base.Ends) != v.here || v.allEqual(v.here) {
		return nil
	}
	bases, strayed := make([]uint64, len(v.d.seen)), false
	for rest := v.here; rest != 0; rest &= rest - 1 {
		i := rest.First()
		bases[i] = at(v.in.Base.Ends, i)
		if v.in.Ends[i].Settled {
			bases[i] = v.d.seen[i]
		}
		strayed = strayed || !v.speaks(i) && bases[i] != v.d.seen[i]
	}
	if !strayed {
		return nil
	}
	return bases
}

func (v *view) hold(kind Kind, at int, reason string) { v.d.Hold(kind, at, reason) }
