package conflict

import "syncline/schema"

// Expr returns the rule that asks a program. The program gives the name of an
// end, a value of the field's type, or nothing at all, which leaves the case
// to the next rule. A value that the field cannot hold is a person's to see.
//
// ends are the names by index; a reference to one of them means that end.
func Expr(ends []string, eval func(*Case) (schema.Value, error)) Rule {
	return Rule{
		Name:   "rule",
		Doc:    "The configuration's own rule: an expression over base, sides and entity that names an end or gives a value.",
		Base:   true,
		Entity: true,
		Decide: func(k *Case) Verdict {
			v, err := eval(k)
			if err != nil {
				return Verdict{Answer: Ask, Err: err}
			}
			return k.given(ends, v)
		},
	}
}

func (k *Case) given(ends []string, v schema.Value) Verdict {
	if v.State() == schema.Absent || v.State() == schema.Null {
		return Verdict{}
	}
	if v.Kind() == schema.KindRef {
		for i, name := range ends {
			if name == v.Text() {
				return k.of(i)
			}
		}
	}
	return Verdict{Answer: Made, Value: v}
}
