package pipelines

import (
	"fmt"
	"slices"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

func lookupNested() Nested {
	return Nested{Name: "lookup", Labels: 1, Many: true, Grammar: Grammar{
		Attributes: []string{"system", "object", "fields", "where", "id", "many", "none", "fresh"},
	}}
}

// lookupBody is a lookup whose expressions are still to be compiled.
type lookupBody struct {
	*body
	*Lookup
	end *End // what is known of the object, as an end would know it
}

// declareLookups decodes the lookups without their expressions: what they find
// is named by the expressions of all others.
func (p *pipelineBody) declareLookups() {
	seen := map[string]diag.Range{}
	for _, b := range p.nested("lookup") {
		if !b.unique(seen, "lookup") || !b.goodName() {
			continue
		}
		s := p.systemOf(b)
		if s == nil {
			p.broken["lookup."+p.Pipeline.Name+"."+b.name()] = true
			continue
		}
		e := &End{Name: b.name(), System: s}
		if !b.object(e) {
			p.broken["lookup."+p.Pipeline.Name+"."+b.name()] = true
			continue
		}
		b.declared(e)
		l := &Lookup{
			Name: b.name(), System: s, Range: b.header, Fresh: b.duration("fresh", 0),
			Many: []string{"review", "first"}[b.choice("many", "review", "first")],
			None: []string{"review", "park", "null"}[b.choice("none", "review", "park", "null")],
		}
		l.Selection = connectors.Selection{Object: e.Object}
		p.Lookups = append(p.Lookups, l)
		p.lookups = append(p.lookups, lookupBody{b, l, e})
	}
}

// lookupType is the type of `lookup`: an object by the lookups' names.
func (p *pipelineBody) lookupType() schema.Type {
	t := schema.Type{Kind: schema.KindObject, Fields: []schema.Field{}}
	for _, l := range p.lookups {
		found := schema.Type{Kind: schema.KindObject, Nullable: true}
		if l.end.Known {
			found.Fields = nullable(l.end.FieldsOf())
		}
		t.Fields = append(t.Fields, schema.Field{Name: l.Lookup.Name, Type: found})
	}
	return t
}

func (p *pipelineBody) lookupsOpen() bool { return p.hasBroken("lookup." + p.Pipeline.Name + ".") }

func (p *pipelineBody) compileLookups() {
	for _, l := range p.lookups {
		record := schema.Type{Kind: schema.KindObject, Fields: l.end.FieldsOf()}
		switch hasWhere, hasID := l.has("where"), l.has("id"); {
		case hasWhere == hasID:
			l.fail(codeMissing, l.header, fmt.Sprintf("lookup %q needs where or id", l.Lookup.Name), "one of them, not both")
		case hasID:
			l.ID = l.program("id", p.Pipeline.Scope, expr.Options{Want: schema.Type{Kind: schema.KindString, Nullable: true}, Label: "id of lookup " + l.Lookup.Name})
		default:
			l.Where = l.arguments("where", p.Pipeline.Scope, func(path schema.Path, at diag.Range) schema.Type {
				if l.end.Known {
					l.checkPath(l.end, record, path, at)
				}
				return schema.Type{}
			})
		}
	}
}

// selectLookups computes what is read of each lookup's object: what its where
// names, and what the programs of the pipeline take from it.
func (p *pipelineBody) selectLookups(uses []string) {
	for _, l := range p.lookups {
		var names []string
		for _, w := range l.Where {
			names = append(names, w.Path.Top())
		}
		names = append(names, topsOf(uses, "lookup."+l.Lookup.Name)...)
		slices.Sort(names)
		l.Lookup.Selection.Shape = shapeOf(slices.Compact(names), l.end.FieldsOf())
	}
}
