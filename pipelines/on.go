package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"syncline/pipelines/diag"
	"syncline/schema"
)

func onNested() Nested {
	action := Nested{Name: "action", Labels: 2, Many: true, Grammar: Grammar{Open: true}}
	return Nested{Name: "on", Labels: 1, Many: true, Grammar: Grammar{
		Attributes: []string{"when", "every", "backfill"}, Blocks: []Nested{action},
	}}
}

// engineSteps are the actions that the engine itself takes, and what they
// take. Any other action is a verb of an end.
var engineSteps = map[string][]string{
	"notify": {"to", "text", "subject"}, "email": {"to", "text", "subject", "from"}, "document": {"template", "text"},
	"approve": {"to", "text", "within"}, "wait": {"for", "until"}, "call": {"system", "record", "text"}, "publish": {"system", "record"},
}

// transitions are the functions of `when`, and what each argument names.
var transitions = map[string][]string{
	"entered": {"field", "word"}, "left": {"field", "word"}, "changed": {"field"}, "conflicted": {"field"}, "resolved": {"field"},
	"created": {"end"}, "linked": {"end"}, "removed": {"end"}, "event": {"end", ""}, "failed": {},
}

// ons checks the triggers. They are data for now: running one is an action's
// work.
func (p *pipelineBody) ons() {
	seen := map[string]diag.Range{}
	for _, b := range p.nested("on") {
		if !b.unique(seen, "on") {
			continue
		}
		b.duration("every", 0)
		b.bool("backfill")
		if b.need("when") {
			p.transition(b)
		}
		steps := map[string]diag.Range{}
		for _, a := range b.nested("action") {
			p.action(a, steps)
		}
		p.Pipeline.Ons = append(p.Pipeline.Ons, &On{Name: b.name(), Range: b.header})
	}
}

// transition checks a trigger that is one call. One that joins several with
// and, or, not is taken apart by its calls.
func (p *pipelineBody) transition(b *body) {
	text, ok := b.source("when")
	if !ok {
		return
	}
	e, diags := hclsyntax.ParseExpression([]byte(strings.ReplaceAll(text.Source, "'", `"`)), "", hcl.InitialPos)
	if diags.HasErrors() {
		b.fail(codeBadTrigger, text.Range, "the trigger cannot be read", "entered('stage', 'offer'), changed('email'), created('crm') …")
		return
	}
	calls := 0
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		if call, is := n.(*hclsyntax.FunctionCallExpr); is {
			if !slices.Contains([]string{"has", "ago", "days"}, call.Name) {
				calls++
				p.transitionCall(b, text, call)
			}
		}
		return nil
	})
	if calls == 0 && !b.has("every") {
		b.fail(codeBadTrigger, text.Range, "the trigger names no event", "entered('stage', 'offer'), changed('email'), created('crm') …")
	}
}

func (p *pipelineBody) transitionCall(b *body, text diag.Text, call *hclsyntax.FunctionCallExpr) {
	at := text.At(call.NameRange.Start.Byte, call.NameRange.End.Byte)
	names, known := transitions[call.Name]
	if !known {
		b.fail(codeUnknownFunction, at, fmt.Sprintf("there is no event %q", call.Name), didYouMean(call.Name, sortedKeys(transitions)))
		return
	}
	if len(call.Args) != len(names) {
		b.fail(codeBadTrigger, at, fmt.Sprintf("%s takes %d argument(s), not %d", call.Name, len(names), len(call.Args)), "")
		return
	}
	var field *schema.Field
	for i, arg := range call.Args {
		v, diags := arg.Value(nil)
		r := text.At(arg.Range().Start.Byte, arg.Range().End.Byte)
		if diags.HasErrors() || v.Type() != cty.String {
			b.fail(codeBadTrigger, r, "an argument of an event is a text", "in single quotes")
			return
		}
		field = p.transitionArgument(b, names[i], v.AsString(), r, field)
	}
}

func (p *pipelineBody) transitionArgument(b *body, kind, word string, at diag.Range, field *schema.Field) *schema.Field {
	switch kind {
	case "field":
		f, ok := p.Entity.Attribute(word)
		if !ok {
			b.fail(codeUnknownEntityField, at, fmt.Sprintf("%s has no attribute %q", p.Entity.Name, word), didYouMean(word, attributeNames(p.Entity)))
			return nil
		}
		return &f
	case "word":
		if field != nil && field.Type.Kind == schema.KindEnum && field.Type.Rank(word) < 0 {
			b.fail(codeWrongWord, at, fmt.Sprintf("%q is not a word of %q", word, field.Name), didYouMean(word, field.Type.Words))
		}
	case "end":
		p.end(word, at, b.context)
	}
	return field
}

func (p *pipelineBody) action(b *body, steps map[string]diag.Range) {
	kind, name := b.labels[0], b.labels[1]
	if _, twice := steps[name]; twice {
		b.fail(codeRepeated, b.header, fmt.Sprintf("a second action %q", name), "")
	}
	steps[name] = b.header
	attributes, engine := engineSteps[kind]
	if !engine {
		attributes = []string{"end", "record", "once", "undo"}
		p.verb(b, kind)
	}
	b.grammar = Grammar{Attributes: slices.Concat(attributes, []string{"failed", "declassify"})}
	b.checkNames()
	b.choice("failed", "stop", "go_on", "review")
	if kind == "notify" && b.need("to") {
		b.notify("to")
	}
	p.told(b)
}

// verb checks an action that is a verb of an end.
func (p *pipelineBody) verb(b *body, kind string) {
	name, ok := b.text("end")
	if !ok {
		var verbs []string
		for _, e := range p.Ends {
			verbs = append(verbs, e.Allow...)
		}
		b.fail(codeUnknownVerb, b.header, fmt.Sprintf("%q is no step of the engine and names no end", kind), didYouMean(kind, slices.Concat(sortedKeys(engineSteps), verbs)))
		return
	}
	if i := p.end(name, b.at("end"), b.context); i >= 0 && !p.Ends[i].May(kind) {
		b.fail(codeNotAllowed, b.header, fmt.Sprintf("%q does not allow %q", name, kind), "add it to the allow of the end")
	}
}

// told refuses labelled values in a text that people read.
func (p *pipelineBody) told(b *body) {
	reason, _ := b.text("declassify")
	for _, name := range []string{"text", "subject"} {
		a, ok := b.hcl.Attributes[name]
		if !ok {
			continue
		}
		parts := []hclsyntax.Expression{a.Expr}
		if call, is := a.Expr.(*hclsyntax.FunctionCallExpr); is {
			parts = p.template(b, call)
		}
		for _, part := range parts {
			for _, t := range part.Variables() {
				p.toldName(b, name, t, reason)
			}
		}
	}
}

// template reads the file that text("…") names, as far as it is known now.
func (p *pipelineBody) template(b *body, call *hclsyntax.FunctionCallExpr) []hclsyntax.Expression {
	v, ok := b.eval(call, b.context)
	if !ok || fromCty(v).Kind() != schema.KindString {
		return nil
	}
	e, diags := hclsyntax.ParseTemplate([]byte(fromCty(v).Text()), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	return []hclsyntax.Expression{e}
}

func (p *pipelineBody) toldName(b *body, attribute string, t hcl.Traversal, reason string) {
	if root := t.RootName(); root != "entity" && root != "prior" || len(t) < 2 {
		return
	}
	step, ok := t[1].(hcl.TraverseAttr)
	if !ok {
		return
	}
	f, known := p.Entity.Attribute(step.Name)
	if !known {
		b.fail(codeUnknownEntityField, b.at(attribute), fmt.Sprintf("%s has no attribute %q", p.Entity.Name, step.Name), didYouMean(step.Name, attributeNames(p.Entity)))
		return
	}
	if f.Class >= schema.Pay && reason == "" {
		b.fail(codeTold, b.at(attribute), fmt.Sprintf("%q is %s and people would read it", f.Name, classWords[f.Class]), `declassify = "reason" on this action allows it`)
	}
}
