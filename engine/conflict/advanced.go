package conflict

import "syncline/schema"

// MostAdvanced lets the value win that stands furthest in an ordered enum.
var MostAdvanced = Rule{
	Name:   "most_advanced",
	Doc:    "The value that stands furthest in the order of the enum's words stands; a blank is before the first.",
	Always: func(t *Terms) bool { return t.Type.Kind == schema.KindEnum && t.Type.Ordered },
	Decide: func(k *Case) Verdict {
		return k.extreme(func(a, b schema.Value) (int, bool) { return byPlace(k.Type.Words, a, b) }, +1)
	},
	Examples: []Example{{
		Doc: "One end moved the candidate to interview, the other to offer.",
		Case: Case{
			Type: schema.Type{Kind: schema.KindEnum, Ordered: true, Words: []string{"applied", "interview", "offer"}},
			Sides: pair(
				schema.Text(schema.KindEnum, "offer"),
				schema.Text(schema.KindEnum, "interview"),
			),
		},
		Want: Verdict{Answer: SideWins, End: 0, Value: schema.Text(schema.KindEnum, "offer")},
	}},
}

func byPlace(words []string, a, b schema.Value) (int, bool) {
	i, j := place(words, a.Text()), place(words, b.Text())
	return i - j, i >= 0 && j >= 0
}

func place(words []string, word string) int {
	for i, w := range words {
		if w == word {
			return i
		}
	}
	return -1
}
