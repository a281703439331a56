package pipelines

import (
	"fmt"
	"slices"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

func onNested() Nested {
	action := Nested{Name: "action", Labels: 2, Many: true, Grammar: Grammar{Open: true}}
	return Nested{Name: "on", Labels: 1, Many: true, Grammar: Grammar{
		Attributes: []string{"when", "every", "backfill"}, Blocks: []Nested{action},
	}}
}

// eventParams are the events that `when` may ask for, and what each argument
// names.
var eventParams = map[string][]string{
	"entered": {"field", "value"}, "left": {"field", "value"}, "changed": {"field"}, "conflicted": {"field"}, "resolved": {"field"},
	"created": {"end"}, "linked": {"end"}, "removed": {"end"}, "event": {"end", "kind"}, "failed": {},
}

// ons compiles the triggers.
func (p *pipelineBody) ons() {
	seen := map[string]diag.Range{}
	for _, b := range p.nested("on") {
		if !b.unique(seen, "on") {
			continue
		}
		o := &On{Name: b.name(), Range: b.header, Every: b.duration("every", 0), Backfill: b.bool("backfill")}
		if b.need("when") {
			p.trigger(b, o)
		}
		p.actions(b, o)
		p.Pipeline.Ons = append(p.Pipeline.Ons, o)
	}
}

// trigger compiles `when`: CEL over the entity, with the events as functions.
func (p *pipelineBody) trigger(b *body, o *On) {
	scope := p.scope(p.toldVars()...)
	scope.Elsewhere = elsewhereThanEntity
	for _, name := range sortedKeys(eventParams) {
		scope.Calls = append(scope.Calls, expr.Call{Name: name, Params: eventParams[name], Check: func(args []string) *expr.Misfit {
			event, misfit := p.event(name, args)
			o.Events = append(o.Events, event)
			return misfit
		}})
	}
	o.When = b.program("when", scope, expr.Options{
		Want: schema.Type{Kind: schema.KindBool}, Now: b.has("every"), Label: fmt.Sprintf("when of on %q", o.Name),
	})
	if o.When != nil {
		p.turns(b, o)
	}
}

// event reads a call of an event.
func (p *pipelineBody) event(name string, args []string) (Event, *expr.Misfit) {
	e := Event{Name: name, Field: -1, End: -1}
	for i, kind := range eventParams[name] {
		var m *expr.Misfit
		switch kind {
		case "field":
			e.Field, m = p.eventField(args[i])
		case "end":
			e.End, m = p.eventEnd(args[i])
		default:
			e.Word = args[i]
			m = p.eventWord(e.Field, args[i])
		}
		if m != nil {
			m.Arg = i
			return e, m
		}
	}
	return e, nil
}

func (p *pipelineBody) eventField(name string) (int, *expr.Misfit) {
	if i, ok := p.placesIn(p.Entity)[name]; ok {
		return i, nil
	}
	if p.broken["attribute."+p.Entity.Name+"."+name] {
		return -1, nil
	}
	return -1, &expr.Misfit{Code: codeUnknownEntityField, Summary: fmt.Sprintf("%s has no attribute %q", p.Entity.Name, name), Hint: didYouMean(name, attributeNames(p.Entity))}
}

func (p *pipelineBody) eventEnd(name string) (int, *expr.Misfit) {
	if i := slices.Index(p.endNames(), name); i >= 0 || p.broken[p.endKey(name)] {
		return i, nil
	}
	return -1, &expr.Misfit{Code: codeUnknownEnd, Summary: fmt.Sprintf("there is no end %q", name), Hint: didYouMean(name, p.endNames())}
}

// eventWord checks that a field can hold the value at all; the kind of an
// end's own event is the connector's.
func (p *pipelineBody) eventWord(field int, word string) *expr.Misfit {
	if field < 0 {
		return nil
	}
	f := p.Entity.Fields[field]
	if f.Type.Kind == schema.KindEnum {
		if f.Type.Rank(word) < 0 {
			return &expr.Misfit{Code: codeWrongWord, Summary: fmt.Sprintf("%q is not a word of %q", word, f.Name), Hint: didYouMean(word, f.Type.Words)}
		}
		return nil
	}
	if _, err := f.Type.Normal(schema.String(word), schema.Norm{Region: p.region()}); err != nil {
		return &expr.Misfit{Code: codeWrongWord, Summary: fmt.Sprintf("%q is no value of %q", word, f.Name), Hint: "it is " + f.Type.String()}
	}
	return nil
}

// turns reports a trigger that nothing can turn true, and warns of one that
// waits for a field that the pipeline leaves alone.
func (p *pipelineBody) turns(b *body, o *On) {
	reads := slices.Concat(attributesUsed(o.When, "entity"), attributesUsed(o.When, "prior"), attributesUsed(o.When, "lookup"))
	if len(o.Events) == 0 && len(reads) == 0 && !o.When.Now() {
		b.fail(codeBadTrigger, b.at("when"), "the trigger never turns true", "it asks for an event, entered('stage', 'offer'), or looks at the entity")
	}
	for _, e := range o.Events {
		if e.Field < 0 {
			continue
		}
		name := p.Entity.Fields[e.Field].Name
		declared := slices.ContainsFunc(p.Fields, func(f *Field) bool { return f.Name == name })
		if !declared && !p.broken["field."+p.Pipeline.Name+"."+name] && p.sound {
			b.warn(codeIdleTrigger, b.at("when"), fmt.Sprintf("the pipeline has no field %q", name), "nothing here ever changes it")
		}
	}
}
