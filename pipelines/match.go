package pipelines

import (
	"fmt"
	"slices"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

func matchNested() Nested {
	key := Nested{Name: "key", Labels: 1, Many: true, Grammar: Grammar{Attributes: []string{"field", "weight", "similar"}}}
	return Nested{Name: "match", Grammar: Grammar{
		Attributes: []string{"ambiguous", "duplicates", "survivor", "definite", "candidate"}, Blocks: []Nested{key},
	}}
}

func (p *pipelineBody) compileMatch() {
	m := &p.Pipeline.Match
	m.Definite, m.Candidate, m.Ambiguous, m.Duplicates = 1, 0.7, "review", "review"
	b := p.one("match")
	if b == nil {
		if len(p.Ends) > 1 {
			p.fail(codeNoMatch, p.header, fmt.Sprintf("pipeline %q has no match", p.body.name()), "match { key … }: what makes records of two ends one")
		}
		return
	}
	m.Range = b.header
	m.Ambiguous = []string{"review", "skip"}[b.choice("ambiguous", "review", "skip")]
	m.Duplicates = []string{"review", "merge", "ignore"}[b.choice("duplicates", "review", "merge", "ignore")]
	m.Definite = b.threshold("definite", m.Definite)
	m.Candidate = b.threshold("candidate", m.Candidate)
	if m.Candidate > m.Definite {
		b.fail(codeBadKey, b.at("candidate"), "candidate is above definite", "")
	}
	p.keys(b, m)
	p.merging(b, m)
	p.survivor(b, m)
}

// createOnly refuses a field that is written with new records alone where none
// is made. A key may be one: it is compared there.
func (p *pipelineBody) createOnly() {
	for _, f := range p.Fields {
		key := slices.ContainsFunc(p.Match.Keys, func(k Key) bool { return slices.Contains(k.Fields, f.Index) })
		for i, e := range p.Ends {
			if f.Hears[i] && f.Ends[i] != nil && !key && !f.writesAt(e) {
				p.fail(codeNotAllowed, f.Range, fmt.Sprintf("%q is written at %q, which does not allow it", f.Name, e.Name), `add "create" to its allow, or leave out update = "create"`)
			}
		}
	}
}

func (b *body) threshold(name string, otherwise float64) float64 {
	f, ok := b.number(name)
	if !ok {
		return otherwise
	}
	if f <= 0 || f > 100 {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q must be above 0", name), "")
		return otherwise
	}
	return f
}

func (p *pipelineBody) keys(b *body, m *Match) {
	seen := map[string]diag.Range{}
	for _, kb := range b.nested("key") {
		if !kb.unique(seen, "key") || !kb.need("field") {
			continue
		}
		names, ok := kb.texts("field")
		if !ok {
			continue
		}
		k := Key{Name: kb.name(), Range: kb.header, Weight: kb.threshold("weight", 0)}
		if kb.has("similar") {
			if k.Similar = kb.threshold("similar", 0); k.Similar > 1 {
				kb.fail(codeBadKey, kb.at("similar"), "similar is a share from 0 to 1", "")
			}
			if !kb.has("weight") {
				kb.fail(codeBadKey, kb.at("similar"), "a similar key needs a weight", "likeness is one vote of a score, not a proof")
			}
		}
		for _, name := range names {
			if i := p.keyField(kb, name); i >= 0 {
				k.Fields = append(k.Fields, i)
			}
		}
		if len(k.Fields) == len(names) && len(names) > 0 {
			m.Keys = append(m.Keys, k)
		}
	}
	if len(seen) == 0 {
		b.fail(codeNoMatch, b.header, "match has no key", `key "email" { field = "email" }`)
	}
}

// keyField finds an attribute that the pipeline knows at every end that could
// be matched by it.
func (p *pipelineBody) keyField(b *body, name string) int {
	i := slices.IndexFunc(p.Entity.Fields, func(f schema.Field) bool { return f.Name == name })
	if i < 0 {
		b.fail(codeUnknownEntityField, b.at("field"), fmt.Sprintf("%s has no attribute %q", p.Entity.Name, name), didYouMean(name, attributeNames(p.Entity)))
		return -1
	}
	declared := slices.ContainsFunc(p.Fields, func(f *Field) bool { return f.Name == name })
	if !declared && !p.broken["field."+p.Pipeline.Name+"."+name] && p.sound {
		b.fail(codeBadKey, b.at("field"), fmt.Sprintf("the pipeline has no field %q", name), "a key is compared by what the ends give for it: declare the field")
		return -1
	}
	return i
}

func (p *pipelineBody) merging(b *body, m *Match) {
	if m.Duplicates != "merge" {
		return
	}
	merges := func(e *End) bool {
		return slices.ContainsFunc(e.Facts().Verbs, func(v connectors.Verb) bool { return v.Name == "merge" })
	}
	switch {
	case !slices.ContainsFunc(p.Ends, merges):
		b.fail(codeUnknownVerb, b.at("duplicates"), "no end can merge two records", `duplicates = "review" asks a person`)
	case !slices.ContainsFunc(p.Ends, func(e *End) bool { return merges(e) && e.May("merge") }):
		b.fail(codeNotAllowed, b.at("duplicates"), "no end allows merge", `add "merge" to the allow of the end that has the verb`)
	}
}

func (p *pipelineBody) survivor(b *body, m *Match) {
	text, ok := b.source("survivor")
	if !ok {
		return
	}
	element := schema.Type{Kind: schema.KindObject, Fields: nullable(p.Entity.Fields)}
	p.Survivor = p.scope(append(p.constants(), expr.Var{
		Name: "records", Slot: expr.Many, Type: schema.ListOf(element), Doc: "the records of one end that share a key, as entities",
	})...)
	m.Survivor = b.compiled(expr.Expr, text, p.Survivor, expr.Options{Want: schema.Type{Kind: schema.KindRef, Entity: "record"}, Label: "survivor"})
}
