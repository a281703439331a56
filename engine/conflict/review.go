package conflict

import "syncline/schema"

// Review leaves every disagreement to a person.
var Review = Rule{
	Name:   "review",
	Doc:    "A person decides; until then the field is left alone at every end and everything else goes on.",
	Always: func(*Terms) bool { return true },
	Decide: func(*Case) Verdict { return Verdict{Answer: Ask} },
	Examples: []Example{{
		Doc:  "Both ends changed the phone; a person decides.",
		Case: Case{Sides: two("+14155550001", "+14155550002")},
		Want: Verdict{Answer: Ask},
	}},
}

func text(s string) schema.Value { return schema.String(s) }

// two makes the sides of an example: both ends spoke and changed.
func two(a, b string) []Side { return pair(text(a), text(b)) }

func pair(a, b schema.Value) []Side {
	return []Side{
		{End: 0, Value: a, Changed: true, Speaks: true},
		{End: 1, Value: b, Changed: true, Speaks: true},
	}
}
