package pipelines

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// eval gives the value of an HCL expression over var and local. Unknown names
// are reported with the nearest right one; a name that is itself broken is not
// reported again.
func (c *compiler) eval(e hclsyntax.Expression, context string) (v cty.Value, ok bool) {
	if !c.checkNamesOf(e, context) {
		return cty.NilVal, false
	}
	ctx := &hcl.EvalContext{
		Variables: map[string]cty.Value{"var": objectOf(c.vars), "local": objectOf(c.locals)},
		Functions: c.functions(),
	}
	v, diags := e.Value(ctx)
	if diags.HasErrors() {
		c.addEvaluation(diags, context)
		return cty.NilVal, false
	}
	return v, true
}

// addEvaluation reports what evaluating found, with the code an error of a
// function carries.
func (c *compiler) addEvaluation(diags hcl.Diagnostics, context string) {
	for _, d := range diags {
		code := codeEvaluation
		if extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](d); ok {
			var o *outsideError
			if errors.As(extra.FunctionCallError(), &o) {
				code = codeOutside
			}
		}
		c.addHCL(code, hcl.Diagnostics{d}, context)
	}
}

func objectOf(m map[string]cty.Value) cty.Value {
	if len(m) == 0 {
		return cty.EmptyObjectVal
	}
	return cty.ObjectVal(m)
}

// checkNamesOf reports the names of an expression that mean nothing.
func (c *compiler) checkNamesOf(e hclsyntax.Expression, context string) bool {
	ok := true
	for _, t := range e.Variables() {
		ok = c.checkTraversal(t, context) && ok
	}
	functions := c.functions()
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		if call, is := n.(*hclsyntax.FunctionCallExpr); is && functions[call.Name] == (function.Function{}) {
			ok = false
			c.add(diag.Problem{Code: codeUnknownFunction, Summary: fmt.Sprintf("there is no function %q", call.Name), Hint: nearOnly(call.Name, sortedKeys(functions)), Range: rangeOf(call.NameRange), Context: context})
		}
		return nil
	})
	return ok
}

func nearOnly(word string, names []string) string {
	if near := diag.Nearest(word, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

func (c *compiler) checkTraversal(t hcl.Traversal, context string) bool {
	root := t.RootName()
	p := diag.Problem{Code: codeUnknownVariable, Range: rangeOf(t.SourceRange()), Context: context}
	var values map[string]cty.Value
	switch root {
	case "var":
		values = c.vars
	case "local":
		values = c.locals
	case "system", "notify", "mapping", "pipeline":
		p.Summary, p.Hint = fmt.Sprintf("a %s is not a value", root), "only var.NAME and local.NAME are"
		c.add(p)
		return false
	default:
		p.Summary, p.Hint = fmt.Sprintf("there is no %q here", root), "values are var.NAME and local.NAME; a text stands in quotes"
		c.add(p)
		return false
	}
	if len(t) < 2 {
		return true
	}
	attr, isAttr := t[1].(hcl.TraverseAttr)
	if !isAttr {
		return true
	}
	if _, known := values[attr.Name]; known {
		return true
	}
	if !c.broken[root+"."+attr.Name] && !c.partial {
		p.Summary, p.Hint = fmt.Sprintf("there is no %s.%s", root, attr.Name), didYouMean(attr.Name, sortedKeys(values))
		p.Range = rangeOf(attr.SrcRange)
		c.add(p)
	}
	return false
}

// fromCty is a value of HCL as one of ours; what is unknown is absent.
func fromCty(v cty.Value) schema.Value {
	v, _ = v.UnmarkDeep()
	switch t := v.Type(); {
	case !v.IsKnown():
		return schema.Value{}
	case v.IsNull():
		return schema.NullValue()
	case t == cty.String:
		return schema.String(v.AsString())
	case t == cty.Bool:
		return schema.Bool(v.True())
	case t == cty.Number:
		return fromNumber(v.AsBigFloat())
	case t.IsObjectType() || t.IsMapType():
		return fromMap(v)
	case t.IsListType() || t.IsSetType() || t.IsTupleType():
		var items []schema.Value
		for _, item := range v.AsValueSlice() {
			items = append(items, fromCty(item))
		}
		return schema.List(items...)
	}
	return schema.Value{}
}

func fromNumber(f *big.Float) schema.Value {
	if n, exact := f.Int64(); exact == big.Exact {
		return schema.Int(n)
	}
	return schema.Text(schema.KindDecimal, f.Text('f', -1))
}

func fromMap(v cty.Value) schema.Value {
	m := v.AsValueMap()
	names := sortedKeys(m)
	items := make([]schema.Value, len(names))
	for i, name := range names {
		items[i] = fromCty(m[name])
	}
	return schema.Object(names, items)
}

// typeOf is the type of a value known while compiling.
func typeOf(v schema.Value) schema.Type {
	switch v.Kind() {
	case schema.KindList, schema.KindSet:
		return schema.Type{Kind: v.Kind(), Elem: elemOf(v.Items())}
	case schema.KindObject:
		fields := []schema.Field{}
		for i, name := range v.Names() {
			fields = append(fields, schema.Field{Name: name, Type: typeOf(v.Items()[i])})
		}
		return schema.Type{Kind: schema.KindObject, Fields: fields}
	}
	return schema.Type{Kind: v.Kind(), Nullable: v.State() == schema.Null}
}

func elemOf(items []schema.Value) *schema.Type {
	if len(items) == 0 {
		return nil
	}
	first := typeOf(items[0])
	for _, item := range items[1:] {
		if t := typeOf(item); t.Kind != first.Kind || t.Kind == schema.KindObject && !slices.EqualFunc(t.Fields, first.Fields, sameName) {
			return nil
		}
	}
	return &first
}

func sameName(a, b schema.Field) bool { return a.Name == b.Name && a.Type.Kind == b.Type.Kind }

// secretMark says that a value stands for a secret that only a run resolves.
type secretMark struct{ ref string }

// sensitiveMark says that a value must not be shown.
type sensitiveMark struct{}

// placeholder is what a secret is while compiling. It cannot be written in a
// file, so a text that is not exactly one has been computed from it.
func placeholder(ref string) cty.Value {
	return cty.StringVal("\x00secret\x00" + ref).Mark(secretMark{ref})
}

// secretIn gives the reference of a value that is a secret, or holds one.
func secretIn(v cty.Value) (ref string, found bool) {
	_, marks := v.UnmarkDeep()
	for m := range marks {
		if s, ok := m.(secretMark); ok {
			return s.ref, true
		}
	}
	return "", false
}

// isSecret reports whether a value is one secret and nothing else.
func isSecret(v cty.Value) (ref string, ok bool) {
	ref, found := secretIn(v)
	plain, _ := v.UnmarkDeep()
	return ref, found && plain.Type() == cty.String && strings.HasPrefix(plain.AsString(), "\x00secret\x00") && plain.AsString() == "\x00secret\x00"+ref
}
