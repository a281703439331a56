package conflict

import "fmt"

// SystemOfRecord lets the pipeline's system of record win.
var SystemOfRecord = Rule{
	Name: "system_of_record",
	Doc:  "The value of the pipeline's system of record stands, whether it changed or not.",
	Always: func(t *Terms) bool {
		return speaks(t, t.SystemOfRecord)
	},
	Decide: func(k *Case) Verdict { return k.of(k.SystemOfRecord) },
	Examples: []Example{{
		Doc:  "Both ends changed the phone; the first is the system of record.",
		Case: Case{Sides: two("+14155550001", "+14155550002")},
		Want: Verdict{Answer: SideWins, End: 0, Value: text("+14155550001")},
	}},
}

// Named returns the rule that lets the end of this name and index win.
func Named(name string, end int) Rule {
	return Rule{
		Name:   name,
		Doc:    fmt.Sprintf("The value of end %q stands, whether it changed or not.", name),
		Always: func(t *Terms) bool { return speaks(t, end) },
		Decide: func(k *Case) Verdict { return k.of(end) },
	}
}

func speaks(t *Terms, end int) bool {
	return end >= 0 && end < len(t.Speaks) && t.Speaks[end]
}

// of lets the end win if it was seen and may speak.
func (k *Case) of(end int) Verdict {
	for i := range k.Sides {
		if s := &k.Sides[i]; s.End == end && s.Speaks {
			return s.wins()
		}
	}
	return Verdict{}
}

func (s *Side) wins() Verdict {
	return Verdict{Answer: SideWins, End: s.End, Value: s.Value}
}
