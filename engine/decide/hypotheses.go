package decide

// maxMaybes is how many writes may be in doubt at once; with more a person
// decides.
const maxMaybes = 3

// underAll decides under every combination of landed and lost of the writes
// in doubt, and does only what is right under all of them.
func (v *view) underAll() {
	maybes := v.in.Base.Maybe
	if len(maybes) > maxMaybes {
		v.doubt()
		return
	}
	here := v.here
	v.table(v.in.Base.Ends)
	for landed := 1; landed < 1<<len(maybes); landed++ {
		other := v.suppose(here, landed)
		if !v.d.same(v.u, other) {
			v.doubt()
			return
		}
	}
}

func (v *view) doubt() {
	v.hold(Conflict, -1, "a write may or may not have arrived, and what is right depends on it")
}

// suppose decides as if the writes of the mask had landed.
func (v *view) suppose(here Ends, landed int) *Decision {
	in := *v.in
	in.Base.Ends = append([]uint64(nil), v.in.Base.Ends...)
	for i, m := range v.in.Base.Maybe {
		if landed&(1<<i) == 0 {
			continue
		}
		in.Base.Ends[m.Target] = m.TargetHash
		if p := &in.Base.Spread; m.SourceHash == p.Value {
			p.Behind = p.Behind.Without(m.Target)
		}
		if m.Source >= 0 {
			in.Base.Ends[m.Source] = m.SourceHash
		}
	}
	other := &Decision{}
	other.reset(len(v.u.Ends), &in.Base)
	copy(other.seen, v.d.seen)
	w := view{u: v.u, in: &in, d: other, here: here, away: v.away}
	w.table(in.Base.Ends)
	return other
}

// same reports whether two decisions do the same outside.
func (d *Decision) same(u *Unit, o *Decision) bool {
	if d.Kind != o.Kind || len(d.Writes) != len(o.Writes) {
		return false
	}
	for i := range d.Writes {
		a, b := &d.Writes[i], &o.Writes[i]
		if a.End != b.End || a.Source != b.Source || !u.Form.Equal(a.Post, b.Post) {
			return false
		}
	}
	for i := range d.After {
		if d.Kind == Rebase && d.After[i] != o.After[i] {
			return false
		}
	}
	return true
}
