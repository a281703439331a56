package decide

import "syncline/schema"

// anew reports whether the unit is linked for the first time: it has no base,
// an end joined that has none and nobody else moved, its owner changed, or its
// programs did together with a record.
func (v *view) anew() bool {
	b := &v.in.Base
	based := v.based(b.Ends)
	if based.Len() < 2 || v.in.Remapped || v.u.Owned && b.Owner != v.in.Owner {
		return true
	}
	return based != v.here && v.changed(b.Ends)&based == 0
}

// absent returns an end with a base that cannot be read now, -1 when there is
// none: what is right at first sight of the others depends on it.
func (v *view) absent() int {
	for rest := v.away; rest != 0; rest &= rest - 1 {
		if i := rest.First(); at(v.in.Base.Ends, i) != 0 {
			return i
		}
	}
	return -1
}

// firstLink compares values that nobody edited. A blank never overwrites.
func (v *view) firstLink() {
	held := v.filled()
	switch {
	case held == 0 || v.allEqual(v.here):
		v.rebase()
		v.d.Agreed = true
	case v.allEqual(held):
		v.fillIn(held)
	default:
		v.differ(held)
	}
}

// filled returns the ends that hold a value.
func (v *view) filled() Ends {
	var s Ends
	for rest := v.here; rest != 0; rest &= rest - 1 {
		if i := rest.First(); !v.u.Form.Blank(v.in.Ends[i].Value) {
			s = s.With(i)
		}
	}
	return s
}

// fillIn gives the one value there is to those that have none.
func (v *view) fillIn(held Ends) {
	source := (held & v.speakers()).First()
	if source < 0 {
		v.rebase()
		v.d.Agreed = true
		return
	}
	v.spread(spreading{source: source, value: v.in.Ends[source].Value, first: true, rule: "first link"})
}

// differ settles two values of a first link: by who is first, not by the
// rules for edits.
func (v *view) differ(held Ends) {
	source := v.foremost()
	if source < 0 || !held.Has(source) {
		v.hold(Review, held.First(), "the ends hold different values and nobody says which is first")
		return
	}
	s := spreading{source: source, value: v.in.Ends[source].Value, first: true, rule: "first link"}
	if based := v.based(v.in.Base.Ends); v.joined(based) && !v.allEqual(based) && based&v.speakers() != 0 {
		s.spare = based
	}
	v.spread(s)
}

// joined reports whether the link has bases and an end joined it: a difference of
// the others that was accepted is not touched. Where none of them speaks, nobody could
// accept one.
func (v *view) joined(based Ends) bool {
	return v.in.Base.Agreed && based != 0 && based != v.here && !v.in.Remapped && !(v.u.Owned && v.in.Base.Owner != v.in.Owner)
}

// foremost returns the end that is first in a first link: the owner, the one
// that `first` names, the only speaker, the system of record; -1: nobody.
func (v *view) foremost() int {
	record := v.in.SystemOfRecord
	switch {
	case v.u.Owned:
		return v.in.Owner
	case v.u.First != FirstDefault:
		return max(v.u.First, -1)
	case v.soleSpeaker() >= 0:
		return v.soleSpeaker()
	case record >= 0 && v.u.Ends[record].Speaks:
		return record
	}
	return -1
}

func (v *view) soleSpeaker() int {
	found := -1
	for i := range v.u.Ends {
		if !v.u.Ends[i].Speaks {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// Create says which value the unit takes at an end where the entity's record
// is about to be created: a first link against nothing. Kind is Write with one
// wanted write, Nothing where there is no value, Park or Review. After, Agreed
// and the rest are as of Decide and hold for all ends.
func Create(u *Unit, in *Input, end int, d *Decision) {
	v := look(u, in, d)
	if d.Kind != Nothing || d.Finding == Stale {
		return
	}
	v.here = v.here.Without(end)
	source := v.author()
	if d.Kind == Review {
		return
	}
	writes := source >= 0 && u.Ends[end].Hears
	value := schema.NullValue()
	var hash uint64
	if writes {
		value, hash = in.Ends[source].Value, d.seen[source]
	} else {
		hash = u.Form.Hash(in.Base.Key, value)
	}
	// Who shows another value is decided on by itself: this create proves nothing
	// about it, and while it is owed the value, the bases of those who changed stay.
	var owing Ends
	if writes && !v.allEqual(v.here) {
		owing = v.changed(in.Base.Ends) & v.based(in.Base.Ends)
	}
	clear(d.After)
	for rest := v.here &^ owing; rest != 0; rest &= rest - 1 {
		if i := rest.First(); source < 0 || d.seen[i] == hash {
			d.After[i] = d.seen[i]
		}
	}
	if writes {
		d.Kind, d.Rule = Write, "created"
		d.Writes = append(d.Writes, Wanted{
			End: end, Source: source, Post: value, Pre: schema.NullValue(), Grade: u.Ends[end].Grade, First: true,
		})
		d.Owed, d.Spread = Ends(0).With(end), hash
		v.keep(value)
	}
	if u.Ends[end].Knows {
		d.After[end] = hash
	}
	d.Agreed = owing == 0 || in.Base.Agreed
}

// author returns whose value a created record takes: the value under way, the
// only value there is, or that of the end that is first; -1: nobody's.
func (v *view) author() int {
	bases := v.in.Base.Ends
	if moved := v.changed(bases) & v.based(bases) & v.speakers(); moved != 0 && v.allEqual(moved) {
		switch {
		case v.filled().Has(moved.First()):
			return moved.First()
		case v.u.Empty == EmptyClear:
			return -1 // what is under way is that it was emptied
		}
	}
	held := v.filled() & v.speakers()
	if held == 0 {
		return -1
	}
	if v.allEqual(held) {
		return held.First()
	}
	first := v.foremost()
	if first < 0 || !held.Has(first) {
		v.hold(Review, held.First(), "the ends hold different values and nobody says which is first")
		return -1
	}
	return first
}
