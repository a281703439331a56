package pipelines

import (
	"fmt"
	"slices"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

func groupNested() Nested {
	return Nested{Name: "group", Labels: 1, Many: true, Grammar: Grammar{Attributes: []string{"fields"}}}
}

func validateNested() Nested {
	return Nested{Name: "validate", Labels: 1, Many: true, Grammar: Grammar{Attributes: []string{"check", "message", "failed"}}}
}

func guardNested() Nested {
	g := Grammar{}
	for _, name := range []string{"creates", "overwrites", "clears", "deletes", "missing", "changed"} {
		g.Blocks = append(g.Blocks, Nested{Name: name, Grammar: Grammar{Attributes: []string{"count", "share"}}})
	}
	return Nested{Name: "guard", Grammar: g}
}

// groups reads the sets of fields that are held and written as one. Members
// flow the same way, or they could not go out in one request. Their fields are
// names here; order turns them into indexes.
func (p *pipelineBody) groups() {
	seen := map[string]diag.Range{}
	for _, b := range p.nested("group") {
		if !b.unique(seen, "group") || !b.need("fields") {
			continue
		}
		names, ok := b.texts("fields")
		if !ok {
			continue
		}
		g := len(p.Pipeline.Groups)
		p.Pipeline.Groups = append(p.Pipeline.Groups, &Group{Name: b.name(), Range: b.header})
		p.members(b, g, names)
	}
}

func (p *pipelineBody) members(b *body, g int, names []string) {
	var first *Field
	for _, name := range names {
		f := p.fieldNamed(b, "fields", name)
		switch {
		case f == nil:
		case f.Group == g:
			b.fail(codeBadGroup, b.at("fields"), fmt.Sprintf("%q stands twice in the group", name), "")
		case f.Group >= 0:
			b.fail(codeBadGroup, b.at("fields"), fmt.Sprintf("%q is in the group %q already", name, p.Pipeline.Groups[f.Group].Name), "a field is in one group at most")
		case first != nil && !(slices.Equal(first.Speaks, f.Speaks) && slices.Equal(first.Hears, f.Hears)):
			b.fail(codeBadGroup, b.at("fields"), fmt.Sprintf("%q and %q flow differently", first.Name, name), "a group is written in one request: give its fields one direction")
		default:
			f.Group = g
			if first == nil {
				first = f
			}
		}
	}
	if len(names) < 2 {
		b.fail(codeBadGroup, b.at("fields"), "a group has two fields at least", "")
	}
	p.oneRequest(b, first)
}

// oneRequest refuses a group at an end that writes field by field: what is held
// as one could arrive in halves.
func (p *pipelineBody) oneRequest(b *body, member *Field) {
	if member == nil {
		return
	}
	for i, e := range p.Ends {
		if member.Hears[i] && e.Facts().Separate {
			b.fail(codeBadGroup, b.at("fields"), fmt.Sprintf("%q cannot write the group in one request", e.Name),
				fmt.Sprintf("%s writes field by field: leave the fields alone, or the end out of their direction", e.System.Definition.Name))
		}
	}
}

// fieldNamed finds a field of the pipeline; one that is declared but broken is
// not reported again.
func (p *pipelineBody) fieldNamed(b *body, attribute, name string) *Field {
	var names []string
	for _, f := range p.Fields {
		if f.Name == name {
			return f
		}
		names = append(names, f.Name)
	}
	if !p.broken["field."+p.Pipeline.Name+"."+name] {
		b.fail(codeUnknownName, b.at(attribute), fmt.Sprintf("the pipeline has no field %q", name), didYouMean(name, names))
	}
	return nil
}

// fillGroups lists the members by their final places.
func (p *pipelineBody) fillGroups() {
	for i, f := range p.Fields {
		if f.Group >= 0 {
			g := p.Pipeline.Groups[f.Group]
			g.Fields = append(g.Fields, i)
		}
	}
}

func (p *pipelineBody) validates() {
	seen := map[string]diag.Range{}
	for _, b := range p.nested("validate") {
		if !b.unique(seen, "validate") || !b.need("check") {
			continue
		}
		v := &Validate{Name: b.name(), Range: b.header, Failed: []string{"review", "skip", "stop"}[b.choice("failed", "review", "skip", "stop")]}
		v.Message, _ = b.text("message")
		if v.Message == "" {
			v.Message = b.name()
		}
		v.Check = b.program("check", p.Pipeline.Scope, expr.Options{Want: schema.Type{Kind: schema.KindBool}, Label: fmt.Sprintf("check %q", b.name())})
		if v.Check == nil {
			continue
		}
		for _, name := range attributesUsed(v.Check, "entity") {
			if i := slices.IndexFunc(p.Fields, func(f *Field) bool { return f.Name == name }); i >= 0 {
				v.Reads = append(v.Reads, i)
			}
		}
		p.Pipeline.Validates = append(p.Pipeline.Validates, v)
	}
}

func (p *pipelineBody) guard() {
	b := p.one("guard")
	if b == nil {
		return
	}
	g := &p.Pipeline.Guard
	targets := map[string]**Ceiling{
		"creates": &g.Creates, "overwrites": &g.Overwrites, "clears": &g.Clears, "deletes": &g.Deletes, "missing": &g.Missing, "changed": &g.Changed,
	}
	for _, name := range sortedKeys(targets) {
		inner := b.one(name)
		if inner == nil {
			continue
		}
		c := &Ceiling{Count: inner.whole("count", 0, 0)}
		c.Share, _ = inner.share("share")
		if !inner.has("count") && !inner.has("share") {
			inner.fail(codeMissing, inner.header, fmt.Sprintf("%s needs count or share", name), "")
		}
		*targets[name] = c
	}
}
