package conflict

// Latest lets the change win that is proven to be the last.
var Latest = Rule{
	Name: "latest",
	Doc: "The last change stands, where its order is proven: a change is known to have happened between the last sight of the old value and the first of the new, " +
		"and only intervals that do not touch, clock skew included, decide. Otherwise the next rule is asked.",
	Decide: latest,
	Examples: []Example{{
		Doc:  "The second end changed after the first one was already seen changed.",
		Case: Case{Skew: 2, Sides: timed(10, 20, 30, 40)},
		Want: Verdict{Answer: SideWins, End: 1, Value: text("b")},
	}, {
		Doc:  "The intervals overlap: nobody knows.",
		Case: Case{Skew: 2, Sides: timed(10, 25, 20, 40)},
	}, {
		Doc:  "They are apart by less than the clocks may differ.",
		Case: Case{Skew: 2, Sides: timed(10, 20, 21, 40)},
	}},
}

func latest(k *Case) Verdict {
	for i := range k.Sides {
		s := &k.Sides[i]
		if s.contends() && s.After != 0 && k.afterAll(s) {
			return s.wins()
		}
	}
	return Verdict{}
}

// afterAll reports whether the side's change is proven to be later than that
// of every side with another value.
func (k *Case) afterAll(s *Side) bool {
	for i := range k.Sides {
		o := &k.Sides[i]
		if o == s || !o.contends() || k.Form.Equal(o.Value, s.Value) {
			continue
		}
		if o.Before == 0 || s.After <= o.Before+k.Skew {
			return false
		}
	}
	return true
}

func (s *Side) contends() bool { return s.Changed && s.Speaks }

func timed(after0, before0, after1, before1 int64) []Side {
	s := two("a", "b")
	s[0].After, s[0].Before = after0, before0
	s[1].After, s[1].Before = after1, before1
	return s
}
