package inspect

import (
	"slices"

	"syncline/engine/match"
	"syncline/schema"
)

// rule is a key that is proposed where a model has its attributes.
type rule struct {
	name   string
	fields []string
	weight float64
}

// people are the keys for people, others those for jobs and companies. A key with a weight is
// one vote of two that are needed: they are told as possible, not as certain.
var (
	people = []rule{
		{"email", []string{"email"}, 0},
		{"work_email", []string{"work_email"}, 0},
		{"person", []string{"last_name", "phone"}, 0},
		{"name", []string{"first_name", "last_name"}, 0.5},
		{"place", []string{"location"}, 0.3},
	}
	others = []rule{
		{"requisition", []string{"requisition_id"}, 0},
		{"name", []string{"name", "website"}, 0},
	}
)

// keys are the keys of a guess: those whose attributes all were found.
func (g *guess) keys() []rule {
	var out []rule
	for _, r := range slices.Concat(people, others) {
		if !slices.ContainsFunc(r.fields, func(f string) bool { return !g.found(f) }) {
			out = append(out, r)
		}
	}
	return out
}

// found reports whether a place for an attribute was found, and is read as it is.
func (g *guess) found(name string) bool {
	return slices.ContainsFunc(g.pairs, func(p pair) bool { return g.entity.Fields[p.attribute].Name == name && p.layout == "" })
}

func (g *guess) rules() *match.Rules {
	r := &match.Rules{}
	for _, k := range g.keys() {
		key := match.Key{Name: k.name, Weight: k.weight}
		for _, f := range k.fields {
			key.Fields = append(key.Fields, slices.IndexFunc(g.entity.Fields, func(a schema.Field) bool { return a.Name == f }))
		}
		r.Keys = append(r.Keys, key)
	}
	return r
}
