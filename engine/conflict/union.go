package conflict

import (
	"syncline/engine/diff"
	"syncline/schema"
)

// Union keeps what any end holds.
var Union = Rule{
	Name:   "union",
	Doc:    "Every element that an end holds stands; nothing is removed. For sets and lists.",
	Always: func(t *Terms) bool { return t.Type.Kind == schema.KindSet || t.Type.Kind == schema.KindList },
	Decide: union,
	Examples: []Example{{
		Doc: "Each end added a skill.",
		Case: Case{
			Type:  schema.Type{Kind: schema.KindSet},
			Sides: pair(schema.Set(text("go")), schema.Set(text("sql"))),
		},
		Want: Verdict{Answer: Made, Value: schema.Set(text("go"), text("sql"))},
	}},
}

func union(k *Case) Verdict {
	if k.Type.Kind != schema.KindSet && k.Type.Kind != schema.KindList {
		return Verdict{}
	}
	all := schema.NullValue()
	for i := range k.Sides {
		if s := &k.Sides[i]; s.contends() {
			all = diff.Union(k.Type.Kind, all, s.Value)
		}
	}
	return Verdict{Answer: Made, Value: all}
}
