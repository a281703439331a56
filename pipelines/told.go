package pipelines

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// toldVars are what the triggers may name. The labels are those that the
// values have wherever they come from: a public attribute that is read from a
// pay field is pay.
func (p *pipelineBody) toldVars() []expr.Var {
	vars := p.entityVars()
	classes := p.classes()
	for i := range vars {
		if vars[i].Slot != expr.Entity && vars[i].Slot != expr.Prior {
			continue
		}
		fields := slices.Clone(vars[i].Type.Fields)
		for j := range fields {
			fields[j].Class = classes[fields[j].Name]
		}
		vars[i].Type.Fields = fields
	}
	return vars
}

// classes gives the labels of the entity's attributes: their own, and those of
// what they are read from or decided by.
func (p *pipelineBody) classes() map[string]schema.Class {
	classes := map[string]schema.Class{}
	for _, f := range p.Entity.Fields {
		classes[f.Name] = f.Class
	}
	for _, f := range p.Fields {
		for i, fe := range f.Ends {
			if fe == nil || !f.Speaks[i] {
				continue
			}
			if fe.Read != nil {
				classes[f.Name] = max(classes[f.Name], fe.Read.Class())
			}
			classes[f.Name] = max(classes[f.Name], classAlong(p.record[i].record, fe.Path))
		}
	}
	for again := true; again; {
		again = p.spreadClasses(classes)
	}
	return classes
}

// spreadClasses lets the labels of what a rule looks at reach the field it
// decides, and reports whether one did.
func (p *pipelineBody) spreadClasses(classes map[string]schema.Class) bool {
	moved := false
	for _, f := range p.Fields {
		if f.Conflict == nil || f.Conflict.Rule == nil {
			continue
		}
		class := max(classes[f.Name], f.Conflict.Rule.Class())
		for _, name := range attributesUsed(f.Conflict.Rule, "entity") {
			class = max(class, classes[name])
		}
		moved = moved || class > classes[f.Name]
		classes[f.Name] = class
	}
	return moved
}

// classAlong is the strongest label on the way along a path.
func classAlong(t schema.Type, path schema.Path) schema.Class {
	class := schema.Public
	for !path.IsZero() {
		f, ok := t.Field(path.Top())
		if !ok {
			break
		}
		class = max(class, f.Class)
		t, path = stepType(f.Type, path)
	}
	return class
}

// told checks what a step of the engine shows to people: its texts, and the
// values of its record.
func (s *step) told() {
	for _, name := range []string{"to", "text", "subject", "from", "template"} {
		a, ok := s.hcl.Attributes[name]
		if !ok || name == "to" && (s.To != nil || s.Action.Kind != "email") {
			continue
		}
		if s.Texts == nil {
			s.Texts = map[string]*Template{}
		}
		t := &template{step: s, name: name, Template: &Template{Expr: a.Expr, Range: s.at(name)}}
		t.compile()
		s.Texts[name] = t.Template
		s.class = max(s.class, t.Class)
	}
	for _, a := range s.Record {
		s.mayTell(a.Value.Class(), fmt.Sprintf("%q of the record", a.Path.String()), a.Value.Text().Range)
	}
}

// mayTell refuses a labelled value where nothing says why it may be told.
func (s *step) mayTell(class schema.Class, what string, at diag.Range) {
	if class < schema.Pay || s.Declassify != "" || s.To != nil && s.To.Declassify != "" {
		return
	}
	s.fail(codeTold, at, fmt.Sprintf("%s is %s and people would read it", what, class), `declassify = "reason" on this action allows it`)
}

// template is a text of an action being compiled.
type template struct {
	*step
	*Template
	name string
	src  []byte // of the text, where a file has it; nil: the configuration's
}

func (t *template) compile() {
	if call, is := t.Expr.(*hclsyntax.FunctionCallExpr); is && call.Name == "text" {
		t.file(call)
	}
	sound := true
	for _, traversal := range t.Expr.Variables() {
		sound = t.traversal(traversal) && sound
	}
	if sound = t.knownCalls() && sound; sound {
		t.fits()
		t.Text = t.shown()
	}
}

// file puts the template that text("…") names in the place of the call, as far
// as the name is known now.
func (t *template) file(call *hclsyntax.FunctionCallExpr) {
	v, ok := t.eval(call, t.context)
	if !ok || fromCty(v).Kind() != schema.KindString {
		return
	}
	e, diags := hclsyntax.ParseTemplate([]byte(fromCty(v).Text()), t.Range.File, hcl.InitialPos)
	if !diags.HasErrors() {
		t.Expr, t.src = e, []byte(fromCty(v).Text())
	}
}

// place is where a part of the text stands: in a template file, the attribute
// that names it.
func (t *template) place(r hcl.Range) diag.Range {
	at := rangeOf(r)
	whole := rangeOf(t.hcl.Attributes[t.name].Expr.Range())
	if at.Start.Byte < whole.Start.Byte || at.End.Byte > whole.End.Byte {
		return whole
	}
	return at
}

func (t *template) knownCalls() bool {
	ok := true
	functions := t.functions()
	_ = hclsyntax.VisitAll(t.Expr.(hclsyntax.Node), func(n hclsyntax.Node) hcl.Diagnostics {
		if call, is := n.(*hclsyntax.FunctionCallExpr); is {
			if _, known := functions[call.Name]; !known {
				ok = false
				t.fail(codeUnknownFunction, t.place(call.NameRange), fmt.Sprintf("there is no function %q", call.Name), nearOnly(call.Name, sortedKeys(functions)))
			}
		}
		return nil
	})
	return ok
}

// fits evaluates the text with what is known now: a function that refuses its
// arguments, and what is no text, is found here.
func (t *template) fits() {
	v, diags := t.Expr.Value(t.knownNow())
	if diags.HasErrors() {
		for i := range diags {
			at := t.place(*diags[i].Subject)
			t.add(diag.Problem{Code: codeEvaluation, Summary: lower(diags[i].Summary), Detail: diags[i].Detail, Range: at, Context: t.context})
		}
		return
	}
	if _, secret := secretIn(v); secret {
		t.fail(codeSecretMisuse, t.Range, fmt.Sprintf("%q does not take a secret", t.name), "secrets are for the settings that ask for one")
		return
	}
	v, _ = v.UnmarkDeep()
	if v.IsNull() || !v.Type().IsPrimitiveType() && v.Type() != cty.DynamicPseudoType {
		t.fail(codeWrongValue, t.Range, fmt.Sprintf("%q must be a text", t.name), "")
	}
}

// traversal checks a name inside ${…}, and its label.
func (t *template) traversal(path hcl.Traversal) bool {
	roots := map[string]schema.Type{"action": {Kind: schema.KindObject, Fields: t.results}}
	open := map[string]bool{}
	for _, v := range t.p.toldVars() {
		if v.Static.IsAbsent() {
			roots[v.Name], open[v.Name] = v.Type, v.Open
		}
	}
	root := path.RootName()
	typ, ok := roots[root]
	if !ok {
		if root == "var" || root == "local" {
			return t.checkTraversal(path, t.context)
		}
		t.fail(codeUnknownVariable, t.place(path.SourceRange()), fmt.Sprintf("there is no %q in a text", root), didYouMean(root, append(sortedKeys(roots), "var", "local")))
		return false
	}
	class, shown := schema.Public, root
	for _, s := range path[1:] {
		attr, is := s.(hcl.TraverseAttr)
		if !is || typ.Kind != schema.KindObject || typ.Fields == nil {
			break
		}
		f, known := typ.Field(attr.Name)
		if !known {
			if !open[root] {
				t.unknownIn(root, typ, attr)
			}
			return open[root]
		}
		shown += "." + attr.Name
		typ, class = f.Type, max(class, f.Class)
	}
	class = max(class, strongestIn(typ))
	t.Class = max(t.Class, class)
	t.mayTell(class, shown, t.place(path.SourceRange()))
	return true
}

func (t *template) unknownIn(root string, typ schema.Type, attr hcl.TraverseAttr) {
	var names []string
	for _, f := range typ.Fields {
		names = append(names, f.Name)
	}
	code, summary := codeUnknownName, fmt.Sprintf("%s has no %q", root, attr.Name)
	if root == "entity" || root == "prior" {
		code, summary = codeUnknownEntityField, fmt.Sprintf("%s has no attribute %q", t.p.Entity.Name, attr.Name)
	}
	hint := didYouMean(attr.Name, names)
	if root == "action" && hint == "" {
		hint = "the results of earlier actions are named action.NAME"
	}
	t.fail(code, t.place(attr.SrcRange), summary, hint)
}

// strongestIn is the strongest label inside what is shown as a whole.
func strongestIn(t schema.Type) schema.Class {
	class := schema.Public
	for _, f := range t.Fields {
		class = max(class, f.Class, strongestIn(f.Type))
	}
	if t.Elem != nil {
		class = max(class, strongestIn(*t.Elem))
	}
	return class
}
