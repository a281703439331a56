package pipelines

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// engineSteps are the actions that the engine itself takes, and what they
// take. Any other action is a verb of an end.
var engineSteps = map[string][]string{
	"notify": {"to", "text", "subject", "record"}, "email": {"to", "text", "subject", "from"}, "document": {"template", "text", "record"},
	"approve": {"to", "text", "within"}, "wait": {"for", "until"}, "call": {"system", "record", "text"}, "publish": {"system", "record"},
}

// stepNeeds are what a step of the engine cannot do without, one of each list.
var stepNeeds = map[string][][]string{
	"notify": {{"to"}, {"text", "record"}}, "email": {{"to"}, {"text"}}, "document": {{"template", "text"}}, "approve": {{"to"}, {"text"}},
	"wait": {{"for", "until"}}, "call": {{"system"}}, "publish": {{"system"}, {"record"}},
}

// verbWords are what an action takes that is a verb of an end.
var verbWords = []string{"end", "record", "once", "undo"}

// actions compiles the steps of a trigger in order: each sees the results of
// those before it.
func (p *pipelineBody) actions(b *body, o *On) {
	seen := map[string]diag.Range{}
	results := []schema.Field{}
	for _, ab := range b.nested("action") {
		kind, name := ab.labels[0], ab.labels[1]
		if _, twice := seen[name]; twice {
			ab.fail(codeRepeated, ab.header, fmt.Sprintf("a second action %q", name), "its result is action."+name)
			continue
		}
		seen[name] = ab.header
		s := &step{body: ab, p: p, Action: &Action{Kind: kind, Name: name, End: -1, Range: ab.header}, results: slices.Clone(results)}
		s.compile()
		o.Actions = append(o.Actions, s.Action)
		results = append(results, schema.Field{Name: name, Class: s.class})
	}
}

// step is an action being compiled.
type step struct {
	*body
	*Action
	p       *pipelineBody
	results []schema.Field // of the actions before it
	class   schema.Class   // of what went into it, and so of what comes out
}

func (s *step) compile() {
	attributes, engine := engineSteps[s.Action.Kind]
	if !engine {
		attributes = verbWords
	}
	s.grammar = Grammar{Attributes: slices.Concat(attributes, []string{"failed", "declassify"})}
	if engine || s.has("end") {
		s.checkNames()
	}
	s.Failed = Failed(s.choice("failed", "stop", "go_on", "review"))
	s.Declassify, _ = s.body.text("declassify")
	scope := s.scope()
	if engine {
		s.engineStep(scope)
	} else {
		s.verb(scope)
	}
	for _, a := range s.Record {
		s.class = max(s.class, a.Value.Class())
	}
}

// scope is what an action's CEL may name.
func (s *step) scope() *expr.Scope {
	action := schema.Type{Kind: schema.KindObject, Fields: s.results}
	return s.p.scope(append(s.p.toldVars(), expr.Var{Name: "action", Slot: expr.Action, Type: action, Doc: "the results of the actions before"})...)
}

func (s *step) engineStep(scope *expr.Scope) {
	for _, oneOf := range stepNeeds[s.Action.Kind] {
		if !slices.ContainsFunc(oneOf, s.has) {
			s.fail(codeMissing, s.header, fmt.Sprintf("%s needs %q", s.Action.Kind, oneOf[0]), alternatives(oneOf))
		}
	}
	s.To = s.addressee()
	s.For = s.duration("for", s.duration("within", 0))
	s.Until = s.program("until", scope, expr.Options{Want: schema.Type{Kind: schema.KindTimestamp}, Now: true, Label: "until of " + s.Action.Name})
	s.System = s.systemRef()
	s.Record = s.arguments("record", scope, func(schema.Path, diag.Range) schema.Type { return schema.Type{} })
	s.told()
}

func alternatives(words []string) string {
	if len(words) < 2 {
		return ""
	}
	return fmt.Sprintf("%s or %s", words[0], words[1])
}

// addressee reads `to`: a notify, or a text with an address where the step is
// an e-mail.
func (s *step) addressee() *Notify {
	a, ok := s.hcl.Attributes["to"]
	if !ok {
		return nil
	}
	if t, diags := hcl.AbsTraversalForExpr(a.Expr); s.Action.Kind == "email" && (diags.HasErrors() || t.RootName() != "notify") {
		return nil
	}
	return s.notify("to")
}

func (s *step) systemRef() *System {
	name, at, ok := s.ref("system", "system")
	if !ok {
		return nil
	}
	var names []string
	for _, sys := range s.config.Systems {
		if sys.Name == name {
			return sys
		}
		names = append(names, sys.Name)
	}
	s.named("system", name, at, names)
	return nil
}

// verb compiles an action that is a verb of an end.
func (s *step) verb(scope *expr.Scope) {
	i, ok := s.endOfVerb()
	if !ok {
		return
	}
	want := func(schema.Path, diag.Range) schema.Type { return schema.Type{} }
	if i >= 0 {
		s.Action.End = i
		want = s.wantedBy(i)
	}
	s.Record = s.arguments("record", scope, want)
	s.Once = s.program("once", scope, expr.Options{Want: schema.Type{Kind: schema.KindString}, Label: "once of " + s.Action.Name})
	if s.Undo, ok = s.body.text("undo"); ok && i >= 0 {
		s.known(i, s.Undo, s.at("undo"))
	}
}

// endOfVerb finds the end that the action is a verb of; -1 where it is
// declared and broken. It reports false where nothing can be judged.
func (s *step) endOfVerb() (int, bool) {
	kind := s.Action.Kind
	name, ok := s.body.text("end")
	if !ok {
		if s.has("end") {
			return -1, false
		}
		var verbs []string
		for _, e := range s.p.Ends {
			verbs = append(verbs, e.Allow[min(1, len(e.Allow)):]...)
		}
		s.fail(codeUnknownVerb, s.header, fmt.Sprintf("%q is no step of the engine and names no end", kind), didYouMean(kind, slices.Concat(sortedKeys(engineSteps), verbs)))
		return -1, false
	}
	i := s.p.end(name, s.at("end"), s.context)
	if i >= 0 {
		s.known(i, kind, s.header)
	}
	return i, true
}

// known checks that an end has a verb and allows it.
func (s *step) known(i int, verb string, at diag.Range) {
	e := s.p.Ends[i]
	var verbs []string
	for _, v := range e.Facts().Verbs {
		verbs = append(verbs, v.Name)
	}
	switch {
	case !slices.Contains(verbs, verb):
		s.fail(codeUnknownVerb, at, fmt.Sprintf("%s cannot %q", e.System.Definition.Name, verb), didYouMean(verb, slices.Concat(verbs, sortedKeys(engineSteps))))
	case !e.May(verb):
		s.fail(codeNotAllowed, at, fmt.Sprintf("%q does not allow %q", e.Name, verb), "add it to the allow of the end")
	}
}

// wantedBy gives the types of what a verb takes: its own arguments where the
// connector lists them, the fields of the record where the verb writes one.
func (s *step) wantedBy(i int) func(schema.Path, diag.Range) schema.Type {
	e := s.p.Ends[i]
	for _, v := range e.Facts().Verbs {
		if v.Name == s.Action.Kind && len(v.Args) > 0 {
			return s.argumentsOf(v.Name, v.Args)
		}
	}
	if s.Action.Kind == "create" || s.Action.Kind == "update" {
		return s.p.wanted(s.body, i)
	}
	return func(schema.Path, diag.Range) schema.Type { return schema.Type{} }
}

func (s *step) argumentsOf(verb string, args []schema.Field) func(schema.Path, diag.Range) schema.Type {
	return func(path schema.Path, at diag.Range) schema.Type {
		var names []string
		for _, a := range args {
			if a.Name == path.Top() {
				t, _ := typeAlong(schema.Type{Kind: schema.KindObject, Fields: args}, path)
				return t.OrNull()
			}
			names = append(names, a.Name)
		}
		s.fail(codeUnknownField, at, fmt.Sprintf("%q takes no %q", verb, path.Top()), didYouMean(path.Top(), names))
		return schema.Type{}
	}
}
