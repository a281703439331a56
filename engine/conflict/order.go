package conflict

import "syncline/schema"

// Max lets the greatest value win.
var Max = Rule{
	Name:   "max",
	Doc:    "The greatest value stands; a blank is less than any value.",
	Always: ordered,
	Decide: func(k *Case) Verdict { return k.extreme(schema.Compare, +1) },
	Examples: []Example{{
		Doc:  "Years of experience were corrected at both ends.",
		Case: Case{Type: schema.Type{Kind: schema.KindInt}, Sides: pair(schema.Int(4), schema.Int(7))},
		Want: Verdict{Answer: SideWins, End: 1, Value: schema.Int(7)},
	}},
}

// Min lets the least value win.
var Min = Rule{
	Name:   "min",
	Doc:    "The least value stands; a blank gives way to any value.",
	Always: ordered,
	Decide: func(k *Case) Verdict { return k.extreme(schema.Compare, -1) },
	Examples: []Example{{
		Doc:  "The notice period was emptied at one end.",
		Case: Case{Type: schema.Type{Kind: schema.KindInt}, Sides: pair(schema.NullValue(), schema.Int(7))},
		Want: Verdict{Answer: SideWins, End: 1, Value: schema.Int(7)},
	}},
}

// ordered reports whether any two values of the type compare. Money of two
// currencies does not.
func ordered(t *Terms) bool {
	switch t.Type.Kind {
	case schema.KindInt, schema.KindDecimal, schema.KindDate, schema.KindTimestamp:
		return true
	}
	return false
}

// extreme returns the contender that is greatest (sign 1) or least (-1);
// undecided when two of them do not compare.
func (k *Case) extreme(compare func(a, b schema.Value) (int, bool), sign int) Verdict {
	var best *Side
	for i := range k.Sides {
		s := &k.Sides[i]
		if !s.contends() || k.Form.Blank(s.Value) {
			continue
		}
		if best == nil {
			best = s
			continue
		}
		order, ok := compare(s.Value, best.Value)
		if !ok {
			return Verdict{}
		}
		if order*sign > 0 {
			best = s
		}
	}
	if best == nil {
		return Verdict{}
	}
	return best.wins()
}
