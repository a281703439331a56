package conflict

import "syncline/schema"

// NonEmpty prefers a value to none.
var NonEmpty = Rule{
	Name:   "non_empty",
	Doc:    "A value stands against a blank. Two different values are left to the next rule.",
	Decide: nonEmpty,
	Examples: []Example{{
		Doc:  "One end was emptied, the other got a new value.",
		Case: Case{Sides: pair(schema.NullValue(), text("+14155550002"))},
		Want: Verdict{Answer: SideWins, End: 1, Value: text("+14155550002")},
	}, {
		Doc:  "Both hold a value.",
		Case: Case{Sides: two("a", "b")},
	}},
}

func nonEmpty(k *Case) Verdict {
	var found *Side
	for i := range k.Sides {
		s := &k.Sides[i]
		switch {
		case !s.contends() || k.Form.Blank(s.Value):
		case found == nil:
			found = s
		case !k.Form.Equal(found.Value, s.Value):
			return Verdict{}
		}
	}
	if found == nil {
		return Verdict{}
	}
	return found.wins()
}
