package pipelines

import (
	"fmt"
	"slices"

	"syncline/pipelines/expr"
	"syncline/schema"
)

// ParentField is where a record of an end with each holds its whole. It is no
// name that a path can spell without quotes.
const ParentField = "(parent)"

// each reads the path of the list whose elements are the records of the end.
func (b *body) each(e *End) {
	text, ok := b.text("each")
	if !ok {
		return
	}
	path, ok := b.parsePath(text, b.at("each"))
	if !ok {
		return
	}
	e.Each = text
	if !b.has("id") {
		b.fail(codeMissing, b.header, fmt.Sprintf("source %q with each needs an id", e.Name), `id = "…": where an element says which it is, in its whole`)
	}
	if !e.Known {
		return
	}
	whole := schema.Type{Kind: schema.KindObject, Fields: e.FieldsOf()}
	if !b.checkPath(e, whole, path, b.at("each")) {
		return
	}
	t, _ := typeAlong(whole, path)
	switch elem := t.ElemType(); {
	case t.Kind == schema.KindAny:
	case !t.Kind.Collection():
		b.fail(codeTypeMismatch, b.at("each"), fmt.Sprintf("%q is %s, and each needs a list", text, t), "its elements are the records of this end")
	case elem.Kind != schema.KindAny && elem.Kind != schema.KindObject:
		b.fail(codeTypeMismatch, b.at("each"), fmt.Sprintf("the elements of %q are %s, not objects", text, elem), "a record has fields")
	}
}

// readOnly refuses to write elements: a write replaces a record, and an
// element is a part of one.
func (b *body) readOnly(e *End) {
	if !b.has("each") {
		return
	}
	for _, verb := range e.Allow {
		if verb != "read" {
			b.fail(codeNotAllowed, b.at("allow"), fmt.Sprintf("%q is read with each, and cannot %q", e.Name, verb), `allow = ["read"]: an element is a part of a record, which is written as a whole`)
			return
		}
	}
}

// selectElements computes what is read of an end with each: of the whole the
// list and what is read of the parent, of an element the rest.
func (p *pipelineBody) selectElements(i int, programs []expr.Program) {
	e := p.Ends[i]
	var uses []string
	for _, prog := range programs {
		uses = append(uses, prog.Uses()...)
	}
	parent := topsOf(uses, "parent")
	whole := append(slices.Clone(parent), topOf(e.Each))
	names := topsOf(uses, "record")
	for k := range factPaths {
		whole = append(whole, topOf(*factsOf(&e.Whole)[k]))
		if factPaths[k] != "cursor" {
			names = append(names, topOf(*factsOf(&e.Selection)[k]))
		}
	}
	for _, f := range p.Fields {
		if fe := f.Ends[i]; fe != nil && fe.HasPath {
			names = append(names, fe.Path.Top())
		}
	}
	e.Whole.Shape = shapeOf(named(whole), e.FieldsOf())
	element := slices.Clone(shapeOf(named(names), p.record[i].record.Fields).Fields())
	if len(parent) > 0 {
		element = append(element, schema.Field{Name: ParentField, Type: schema.Type{Kind: schema.KindObject, Fields: shapeOf(parent, e.FieldsOf()).Fields()}})
	}
	e.Selection.Shape = schema.NewShape(element...)
}

func named(names []string) []string {
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}
