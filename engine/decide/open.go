package decide

// StillOpen is the reason of a decision that leaves an open item as it was:
// why it was opened still holds.
const StillOpen = "waits for a person's decision"

// reopened looks at an open item again; false means that the unit is decided
// on as usual: an open review whose cause may be gone.
func (v *view) reopened() bool {
	o := v.in.Open
	switch {
	case v.allEqual(v.here) && (v.away == 0 || o.Choice == NoChoice && !o.Conflict):
		v.agree()
	case o.Choice != NoChoice && v.away != 0:
		v.hold(Park, v.away.First(), "an end cannot be read now; the decision stands")
	case o.Choice != NoChoice && v.asShown(o):
		v.choose(o)
	case o.Conflict || o.Choice != NoChoice:
		v.d.Kind, v.d.Reason = Conflict, StillOpen
		v.d.Moved = o.Choice != NoChoice
	default:
		return false
	}
	return true
}

// agree closes an item because the ends came to agree, once that is certain.
func (v *view) agree() {
	if !v.in.Reread {
		v.d.Kind = Again
		return
	}
	v.rebase()
}

// asShown reports whether every end still shows what the person saw.
func (v *view) asShown(o *Open) bool {
	for rest := v.here; rest != 0; rest &= rest - 1 {
		if i := rest.First(); at(o.Shown, i) != v.d.seen[i] {
			return false
		}
	}
	return true
}

func (v *view) choose(o *Open) {
	const person = "a person's decision"
	switch o.Choice {
	case ChoiceEnd:
		if !v.here.Has(o.End) {
			v.hold(Conflict, o.End, "the chosen end is not there any more")
			return
		}
		v.spread(spreading{source: o.End, value: v.in.Ends[o.End].Value, person: true, rule: person})
	case ChoiceValue:
		v.spread(spreading{source: -1, value: o.Value, person: true, rule: person})
	default:
		v.rebase()
		v.d.Agreed, v.d.Rule = true, person
	}
}
