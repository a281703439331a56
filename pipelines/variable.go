package pipelines

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"syncline/pipelines/diag"
	"syncline/schema"
)

func variableBlock() Block {
	return Block{
		Name: "variable", Labels: 1, Doc: "an input of the configuration",
		Grammar: Grammar{
			Attributes: []string{"type", "default", "description", "sensitive"},
			Blocks:     []Nested{{Name: "validation", Many: true, Grammar: Grammar{Attributes: []string{"condition", "error_message"}}}},
		},
		compile: compileVariables,
	}
}

func compileVariables(c *compiler, blocks []*body) {
	c.vars, c.static = map[string]cty.Value{}, map[string]schema.Value{}
	given := c.givenVariables()
	seen := map[string]diag.Range{}
	for _, b := range blocks {
		if !b.unique(seen, "variable") || !b.goodName() {
			continue
		}
		if v, ok := b.variable(given); ok {
			c.vars[b.name()] = v
		} else {
			c.broken["var."+b.name()] = true
		}
	}
	c.undeclared(given, seen)
	for name, v := range c.vars {
		c.static["var."+name] = fromCty(v)
	}
}

// goodName refuses names that a reference could not spell.
func (b *body) goodName() bool {
	if hclsyntax.ValidIdentifier(b.name()) {
		return true
	}
	b.fail(codeBadName, b.header, fmt.Sprintf("%q is not a name", b.name()), "letters, digits, _ and -, beginning with a letter")
	return false
}

// variable gives the value a variable has now.
func (b *body) variable(given map[string]givenValue) (cty.Value, bool) {
	want, defaults, ok := b.typeConstraint()
	if !ok {
		return cty.NilVal, false
	}
	v, ok := b.variableValue(given, want)
	if !ok {
		return cty.NilVal, false
	}
	if defaults != nil && !v.IsNull() {
		v = defaults.Apply(v)
	}
	typed, err := convert.Convert(v, want)
	if err != nil {
		b.fail(codeVariableValue, b.header, fmt.Sprintf("the value of %q does not fit its type", b.name()), plainError(err))
		return cty.NilVal, false
	}
	sensitive := b.bool("sensitive")
	description, _ := b.text("description")
	b.config.Variables = append(b.config.Variables, &Variable{
		Name: b.name(), Description: description, Sensitive: sensitive, Value: fromCty(typed), Range: b.header,
	})
	if !b.validVariable(typed) {
		return cty.NilVal, false
	}
	if sensitive {
		typed = typed.Mark(sensitiveMark{})
	}
	return typed, true
}

func plainError(err error) string { return strings.TrimSuffix(err.Error(), ".") }

func (b *body) typeConstraint() (cty.Type, *typeexpr.Defaults, bool) {
	a, ok := b.hcl.Attributes["type"]
	if !ok {
		return cty.DynamicPseudoType, nil, true
	}
	want, defaults, diags := typeexpr.TypeConstraintWithDefaults(a.Expr)
	b.addHCL(codeWrongValue, diags, b.context)
	return want, defaults, !diags.HasErrors()
}

// variableValue takes what was given, else the default.
func (b *body) variableValue(given map[string]givenValue, want cty.Type) (cty.Value, bool) {
	if g, ok := given[b.name()]; ok {
		v, err := g.as(want)
		if err != nil {
			b.fail(codeVariableValue, b.header, fmt.Sprintf("%s is no value for %q", g.source, b.name()), plainError(err))
		}
		return v, err == nil
	}
	if a, ok := b.hcl.Attributes["default"]; ok {
		v, diags := a.Expr.Value(&hcl.EvalContext{})
		b.addHCL(codeEvaluation, diags, b.context)
		return v, !diags.HasErrors()
	}
	b.fail(codeNoValue, b.header, fmt.Sprintf("the variable %q has no value", b.name()),
		fmt.Sprintf("give -var %s=…, SYNCLINE_VAR_%s, or a default", b.name(), b.name()))
	return cty.NilVal, false
}

func (b *body) validVariable(v cty.Value) bool {
	ok := true
	for _, rule := range b.nested("validation") {
		a, has := rule.hcl.Attributes["condition"]
		if !rule.need("condition") || !has {
			ok = false
			continue
		}
		ctx := &hcl.EvalContext{Variables: map[string]cty.Value{"var": cty.ObjectVal(map[string]cty.Value{b.name(): v})}, Functions: b.functions()}
		got, diags := a.Expr.Value(ctx)
		if diags.HasErrors() || got.IsNull() || got.Type() != cty.Bool {
			b.addHCL(codeEvaluation, diags, rule.context)
			if !diags.HasErrors() {
				rule.fail(codeWrongValue, rule.at("condition"), `"condition" must be true or false`, "")
			}
			ok = false
			continue
		}
		if got.False() {
			message, _ := rule.text("error_message")
			b.add(diag.Problem{Code: codeVariableValue, Summary: fmt.Sprintf("the value of %q is refused", b.name()), Detail: message, Range: rule.at("condition"), Context: b.context})
			ok = false
		}
	}
	return ok
}

// givenValue is a value of a variable from outside of the configuration.
type givenValue struct {
	source string
	text   string    // from -var and the environment
	value  cty.Value // from a file
}

// as reads the value as a type. A text is a text where one is wanted, and an
// expression of HCL elsewhere.
func (g givenValue) as(want cty.Type) (cty.Value, error) {
	if g.value != cty.NilVal {
		return g.value, nil
	}
	if want.IsPrimitiveType() || want == cty.DynamicPseudoType {
		return cty.StringVal(g.text), nil
	}
	if diag.Tangled([]byte(g.text)) {
		return cty.NilVal, errors.New("nested too deeply")
	}
	e, diags := hclsyntax.ParseExpression([]byte(g.text), g.source, hcl.InitialPos)
	if diags.HasErrors() {
		return cty.NilVal, fmt.Errorf("not an expression: %s", lower(diags[0].Summary))
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		return cty.NilVal, fmt.Errorf("not a value: %s", lower(diags[0].Summary))
	}
	return v, nil
}

// givenVariables gathers values in rising precedence: the environment, the
// *.auto.vars.hcl files by name, -var-file in order, -var.
func (c *compiler) givenVariables() map[string]givenValue {
	given := map[string]givenValue{}
	for _, name := range c.declaredVariables() {
		if v, ok := c.options.Env("SYNCLINE_VAR_" + name); ok {
			given[name] = givenValue{source: "SYNCLINE_VAR_" + name, text: v}
		}
	}
	auto, _ := filepath.Glob(filepath.Join(globEscape(c.folder), "*.auto.vars.hcl"))
	for _, path := range append(auto, c.options.VarFiles...) {
		c.variableFile(path, given)
	}
	for _, name := range sortedKeys(c.options.Vars) {
		given[name] = givenValue{source: "-var " + name, text: c.options.Vars[name]}
	}
	return given
}

func globEscape(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func (c *compiler) declaredVariables() []string {
	var names []string
	for _, root := range c.roots {
		for _, b := range root.Blocks {
			if b.Type == "variable" && len(b.Labels) == 1 {
				names = append(names, b.Labels[0])
			}
		}
	}
	return names
}

func (c *compiler) variableFile(path string, given map[string]givenValue) {
	name := c.shown(path)
	src, err := readLimited(path, maxFile)
	if err != nil {
		hint := ""
		if os.IsNotExist(err) {
			hint = "-var-file names a file"
		}
		c.add(diag.Problem{Code: codeUnreadable, Summary: "the file of variables cannot be read", Detail: reason(err), Hint: hint, Range: diag.Range{File: name}})
		return
	}
	c.config.Files[name] = src
	if !c.sound(name, src) {
		return
	}
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	c.addHCL(codeSyntax, firstError(diags), "")
	root, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return
	}
	for _, hb := range root.Blocks {
		c.add(diag.Problem{Code: codeUnknownBlock, Summary: "a file of variables holds no blocks", Hint: "write name = value", Range: rangeOf(hb.DefRange())})
	}
	for _, a := range sortedAttributes(root) {
		v, diags := a.Expr.Value(nil)
		c.addHCL(codeEvaluation, diags, "")
		if !diags.HasErrors() {
			given[a.Name] = givenValue{source: name, value: v}
		}
	}
}

// undeclared reports values for variables that nobody declared: an error for
// -var, where it is a slip of the hand, a warning for files.
func (c *compiler) undeclared(given map[string]givenValue, declared map[string]diag.Range) {
	for _, name := range sortedKeys(given) {
		if _, ok := declared[name]; ok || c.partial {
			continue
		}
		p := diag.Problem{Code: codeUndeclared, Summary: fmt.Sprintf("there is no variable %q", name), Detail: "a value comes from " + given[name].source,
			Hint: nearOnly(name, sortedKeys(declared))}
		if given[name].value != cty.NilVal {
			p.Severity = diag.Warning
		}
		c.add(p)
	}
}
