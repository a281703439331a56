package pipelines

import (
	"fmt"
	"slices"
	"time"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

func conflictNested() Nested {
	escalate := Nested{Name: "escalate", Grammar: Grammar{Attributes: []string{"after", "to"}}}
	return Nested{Name: "conflict", Grammar: Grammar{Attributes: []string{"rules", "rule", "unavailable"}, Blocks: []Nested{escalate}}}
}

// ruleWords are the named rules of a chain.
var ruleWords = []string{"system_of_record", "latest", "non_empty", "max", "min", "most_advanced", "union", "review"}

// conflictOf compiles the three answers for one field: which rules, what while
// the winner cannot be reached, and who is told of what stays open.
func (p *pipelineBody) conflictOf(b *body, f *fieldBody) *Conflict {
	c := &Conflict{Range: b.header}
	switch {
	case b.has("rules") && b.has("rule"):
		b.fail(codeOwnerAndConflict, b.at("rule"), "either rules or rule", "")
	case b.has("rule"):
		c.Rule = p.rule(b, f)
	case b.has("rules"):
		p.chain(b, f, c)
	default:
		b.fail(codeNoAnswer, b.header, "the conflict block has no rules", `rules = ["system_of_record"], or rule = "…"`)
	}
	p.unavailable(b, c)
	p.escalate(b, c)
	return c
}

func (p *pipelineBody) unavailable(b *body, c *Conflict) {
	if !b.has("unavailable") {
		b.fail(codeNoAnswer, b.header, `the conflict block has no "unavailable"`, `unavailable = wait("8h") or "review": what while the winner cannot be reached`)
		return
	}
	function, v, isCall := b.call("unavailable")
	if !isCall {
		b.choice("unavailable", "review")
		return
	}
	d, err := parseDuration(fromCtyOrAbsent(v).Text())
	if function != "wait" || err != nil {
		b.fail(codeDuration, b.at("unavailable"), "how long to wait is not a duration", `wait("8h") or "review"`)
		return
	}
	c.Wait = d
}

func (p *pipelineBody) escalate(b *body, c *Conflict) {
	e := b.one("escalate")
	if e == nil {
		b.fail(codeNoAnswer, b.header, "the conflict block has no escalate", `escalate { after = "4h", to = notify.NAME }, on lines of their own: who is told of what stays open`)
		return
	}
	if e.need("after") {
		c.Escalate = e.duration("after", time.Hour)
	}
	if e.need("to") {
		c.EscalateTo = e.notify("to")
	}
}

// idleConflict warns of a conflict block of the pipeline that no field uses.
func (p *pipelineBody) idleConflict() {
	if p.conflict == nil || !p.sound {
		return
	}
	uses := func(f *Field) bool { return f.Conflict != nil && f.Conflict.Range == p.conflict.header }
	if !slices.ContainsFunc(p.Fields, uses) {
		p.conflict.warn(codeIdleConflict, p.conflict.header, "no field has a conflict to settle", "every field has one speaker, an owner, or answers of its own")
	}
}

// rule compiles an Expr over the sides.
func (p *pipelineBody) rule(b *body, f *fieldBody) expr.Program {
	text, ok := b.source("rule")
	if !ok {
		return nil
	}
	p.Rule = p.ruleScope(f.Attribute)
	return b.compiled(expr.Expr, text, p.Rule, expr.Options{Label: fmt.Sprintf("rule of %q", f.Name)})
}

func (p *pipelineBody) ruleScope(attribute schema.Field) *expr.Scope {
	value, class := attribute.Type.OrNull(), attribute.Class
	side := schema.Type{Kind: schema.KindObject, Fields: []schema.Field{
		{Name: "value", Type: value, Class: class}, {Name: "at", Type: schema.Type{Kind: schema.KindTimestamp, Nullable: true}}, {Name: "changed", Type: schema.Type{Kind: schema.KindBool}},
	}}
	sides := schema.Type{Kind: schema.KindObject, Fields: []schema.Field{}}
	for _, name := range p.endNames() {
		sides.Fields = append(sides.Fields, schema.Field{Name: name, Type: side})
	}
	s := p.scope(append(p.entityVars(),
		expr.Var{Name: "base", Slot: expr.Base, Type: value, Class: class, Doc: "what was last agreed"},
		expr.Var{Name: "sides", Slot: expr.Sides, Type: sides, Doc: "sides.END.value, .at and .changed"})...)
	s.Ends = p.endNames()
	return s
}

// chain reads the rules and proves that one of them always decides.
func (p *pipelineBody) chain(b *body, f *fieldBody, c *Conflict) {
	names, ok := b.texts("rules")
	if !ok {
		return
	}
	total, sound := "", true
	for _, name := range names {
		if total != "" {
			b.warn(codeIdleRule, b.at("rules"), fmt.Sprintf("the rule %q is never asked", name), fmt.Sprintf("%q before it always decides", total))
		}
		r, ok := p.link(b, f, name)
		sound = sound && ok
		c.Rules = append(c.Rules, r)
		if total == "" && f.decides(name) {
			total = name
		}
	}
	if sound && total == "" {
		b.fail(codeFallsThrough, b.at("rules"), fmt.Sprintf("the rules about %q may not decide", f.Name), `end with "system_of_record", an end's name or "review"`)
	}
}

// link reads one rule of a chain and checks that it means something here.
func (p *pipelineBody) link(b *body, f *fieldBody, name string) (Rule, bool) {
	at := b.at("rules")
	if i := slices.Index(p.endNames(), name); i >= 0 {
		if !f.Speaks[i] {
			b.fail(codeSilentOwner, at, fmt.Sprintf("%q decides about %q but does not speak", name, f.Name), fmt.Sprintf("the direction is %q", f.direction.Source))
		}
		return Rule{Name: name, End: i}, true
	}
	r := Rule{Name: name, End: -1}
	if !slices.Contains(ruleWords, name) {
		b.fail(codeUnknownRule, at, fmt.Sprintf("there is no rule %q", name), didYouMean(name, slices.Concat(ruleWords, p.endNames())))
		return r, false
	}
	return r, p.fitsRule(b, f, name, at)
}

func (p *pipelineBody) fitsRule(b *body, f *fieldBody, name string, at diag.Range) bool {
	t := f.Attribute.Type
	switch name {
	case "system_of_record":
		if p.SystemOfRecord < 0 {
			if !p.has("system_of_record") {
				b.fail(codeUnknownRule, at, "the pipeline names no system of record", `system_of_record = "END" in the pipeline`)
			}
			return false
		}
		if !f.Speaks[p.SystemOfRecord] {
			b.fail(codeSilentOwner, at, fmt.Sprintf("the system of record does not speak about %q", f.Name), fmt.Sprintf("the direction is %q", f.direction.Source))
			return false
		}
	case "union":
		if !t.Kind.Collection() {
			b.fail(codeUnknownRule, at, fmt.Sprintf("union needs a list or a set; %q is %s", f.Name, t), "")
			return false
		}
	case "most_advanced":
		if !t.Ordered {
			b.fail(codeUnknownRule, at, fmt.Sprintf("most_advanced needs an ordered enum; %q is not one", f.Name), "ordered = true on the attribute")
			return false
		}
	case "max", "min":
		if !orderedKind(t) {
			b.fail(codeUnknownRule, at, fmt.Sprintf("%s needs something with an order; %q is %s", name, f.Name, t), "")
			return false
		}
	case "latest":
		p.history(b, f, at)
	}
	return true
}

func orderedKind(t schema.Type) bool {
	switch t.Kind {
	case schema.KindInt, schema.KindDecimal, schema.KindMoney, schema.KindDate, schema.KindTimestamp:
		return true
	}
	return t.Ordered
}

// history warns, once for a chain, that latest seldom decides: an edit is known
// to lie between two reads, and what an end says of a record's last change does
// not tell which field it was.
func (p *pipelineBody) history(b *body, f *fieldBody, at diag.Range) {
	if p.dated[at] {
		return
	}
	p.dated[at] = true
	hint := "it decides where one edit was seen before the other was made, else the next rule does"
	for i, e := range p.Ends {
		o := e.discovered()
		if f.Speaks[i] && e.Selection.At == "" && (o == nil || o.At == "") {
			hint = fmt.Sprintf("%q says of no record when it changed; %s", e.Name, hint)
			break
		}
	}
	b.warn(codeNoHistory, at, "no end keeps a history of fields for \"latest\"", hint)
}

// decides reports whether a rule always decides: an end or review does;
// system_of_record does; union does where values are collections. The others
// fall through on blanks, on equals or on times that overlap.
func (f *fieldBody) decides(rule string) bool {
	switch rule {
	case "review", "system_of_record":
		return true
	case "union":
		return f.Attribute.Type.Kind.Collection()
	}
	return slices.Contains(f.p.endNames(), rule)
}
