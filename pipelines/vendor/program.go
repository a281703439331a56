package vendor

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/connectors/rest"
	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// program compiles a text to a program over the names of a scope; nil where it
// is wrong, which has been reported.
func (b *block) program(text diag.Text, s *scope, want schema.Kind) rest.Program {
	p, problems := expr.CEL(text, s.expr, expr.Options{Want: schema.Type{Kind: want}, Now: true, Label: b.context})
	for _, found := range problems {
		found.Context = b.context
		b.add(found)
	}
	if p == nil {
		b.used[unknown] = true
		return nil
	}
	uses := p.Uses()
	for _, use := range uses {
		b.used[use[:min(strings.IndexAny(use+".", ".["), len(use))]] = true
	}
	var fill []variable
	for _, v := range s.vars {
		if slices.ContainsFunc(uses, func(use string) bool {
			return use == v.name || strings.HasPrefix(use, v.name+".") || strings.HasPrefix(use, v.name+"[")
		}) {
			fill = append(fill, v)
		}
	}
	frames := sync.Pool{New: func() any { return &expr.Frame{} }}
	return func(in *rest.Input) (schema.Value, error) {
		f := frames.Get().(*expr.Frame)
		for _, v := range fill {
			f.Values[v.slot] = v.get(in)
		}
		f.Now = in.Now.UnixMicro()
		out, err := p.Eval(f)
		for _, v := range fill {
			f.Values[v.slot] = schema.Value{} // a frame outlives its request
		}
		frames.Put(f)
		return out, err
	}
}

// unknown stands for the names of CEL that did not compile.
const unknown = "?"

// reads reports whether the CEL of the block reads one of the names, as far as
// is known.
func (b *block) reads(names ...string) bool {
	return b.used[unknown] || slices.ContainsFunc(names, func(name string) bool { return b.used[name] })
}

// cel reads an attribute that holds CEL; nil where there is none.
func (b *block) cel(name string, s *scope, want schema.Kind) rest.Program {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return nil
	}
	return b.celOf(a.Expr, s, want)
}

func (b *block) celOf(e hclsyntax.Expression, s *scope, want schema.Kind) rest.Program {
	text, ok := b.source(e)
	if !ok {
		return nil
	}
	return b.program(text, s, want)
}

// secret reads CEL that gives a credential: one that names no setting would be
// a secret in the file.
func (b *block) secret(name string, s *scope) rest.Program {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return nil
	}
	text, ok := b.source(a.Expr)
	if !ok {
		return nil
	}
	p := b.program(text, s, schema.KindAny)
	if p != nil && !strings.Contains(text.Source, "settings") && !blank(p) {
		b.fail(codeStaticSecret, b.at(name), fmt.Sprintf("%q is a secret in the file", name), "declare a setting with secret = true, and name it: settings.NAME")
	}
	return p
}

func blank(p rest.Program) bool {
	v, err := p(&rest.Input{})
	return err == nil && v.Plain() == ""
}

// source reads an expression that is written as a text, with the place in the
// file of each of its bytes.
func (b *block) source(e hclsyntax.Expression) (diag.Text, bool) {
	at := diag.RangeOf(e.Range())
	t, ok := e.(*hclsyntax.TemplateExpr)
	if !ok {
		if _, wrap := e.(*hclsyntax.TemplateWrapExpr); wrap {
			b.fail(codeInterpolation, at, "an expression holds no ${…}", "name what is known inside the text")
			return diag.Text{}, false
		}
		if call, is := e.(*hclsyntax.FunctionCallExpr); is && call.Name == "secret" {
			b.constant(e)
			return diag.Text{}, false
		}
		b.fail(codeNotText, at, "an expression is written as a text", `in quotes, or <<-CEL … CEL`)
		return diag.Text{}, false
	}
	var text strings.Builder
	for _, part := range t.Parts {
		l, literal := part.(*hclsyntax.LiteralValueExpr)
		if !literal {
			b.fail(codeInterpolation, diag.RangeOf(part.Range()), "an expression holds no ${…}", "name what is known inside the text")
			return diag.Text{}, false
		}
		text.WriteString(l.Val.AsString())
	}
	out := diag.Text{Source: text.String(), Range: at}
	if strings.TrimSpace(out.Source) == "" {
		b.fail(codeMissing, at, "the expression is empty", "")
		return diag.Text{}, false
	}
	out.Places = diag.PlacesOf(b.src, t, out.Source)
	return out, true
}

// pairs reads a map of CEL, in the order of the file. A value that is no text
// stands for itself.
func (b *block) pairs(name string, s *scope) []rest.Pair {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return nil
	}
	obj, ok := a.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q must be a map of CEL", name), `write { NAME = "CEL" }`)
		return nil
	}
	var out []rest.Pair
	for _, item := range obj.Items {
		key, ok := b.constant(item.KeyExpr)
		if !ok {
			continue
		}
		if p := b.shapeOf(item.ValueExpr, s); p != nil {
			out = append(out, rest.Pair{Name: key.AsString(), Value: p})
		}
	}
	return out
}

// shape reads CEL, or a map of CEL, that gives a body; nil where there is none.
func (b *block) shape(name string, s *scope) rest.Program {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return nil
	}
	return b.shapeOf(a.Expr, s)
}

func (b *block) shapeOf(e hclsyntax.Expression, s *scope) rest.Program {
	switch e := e.(type) {
	case *hclsyntax.ObjectConsExpr:
		var members []rest.Pair
		for _, item := range e.Items {
			key, ok := b.constant(item.KeyExpr)
			if !ok {
				continue
			}
			if p := b.shapeOf(item.ValueExpr, s); p != nil {
				members = append(members, rest.Pair{Name: key.AsString(), Value: p})
			}
		}
		return object(members)
	case *hclsyntax.LiteralValueExpr, *hclsyntax.TupleConsExpr, *hclsyntax.UnaryOpExpr:
	default:
		return b.celOf(e, s, schema.KindAny)
	}
	v, ok := b.constant(e)
	if !ok {
		return nil
	}
	return rest.Constant(fromCty(v))
}

// object gives an object of what has a value.
func object(members []rest.Pair) rest.Program {
	return func(in *rest.Input) (schema.Value, error) { return added(schema.Object(nil, nil), members, in) }
}

func added(root schema.Value, members []rest.Pair, in *rest.Input) (schema.Value, error) {
	for _, m := range members {
		v, err := m.Value(in)
		if err != nil {
			return root, fmt.Errorf("%s: %w", m.Name, err)
		}
		if v.IsAbsent() || v.IsNull() {
			continue
		}
		if root, err = schema.PathTo(m.Name).Set(root, v); err != nil {
			return root, err
		}
	}
	return root, nil
}

// address reads a path with CEL in braces.
func (b *block) address(name string, s *scope) rest.Path {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return nil
	}
	text, ok := b.source(a.Expr)
	if !ok {
		return nil
	}
	var out rest.Path
	for at := 0; at < len(text.Source); {
		open := strings.IndexByte(text.Source[at:], '{')
		if open < 0 {
			return append(out, rest.Part{Text: text.Source[at:]})
		}
		if open > 0 {
			out = append(out, rest.Part{Text: text.Source[at : at+open]})
		}
		from := at + open + 1
		length := strings.IndexByte(text.Source[from:], '}')
		if length <= 0 {
			b.fail(codeBadPath, text.At(from-1, len(text.Source)), "a brace in the path holds no CEL, or is not closed", `write "/people/{id}"`)
			return nil
		}
		if p := b.program(part(text, from, from+length), s, schema.KindAny); p != nil {
			out = append(out, rest.Part{Value: p})
		}
		at = from + length + 1
	}
	return out
}

// part is a piece of a text, in its place.
func part(t diag.Text, from, to int) diag.Text {
	out := diag.Text{Source: t.Source[from:to], Range: t.At(from, to)}
	if t.Places != nil {
		out.Places = t.Places[from : to+1]
	}
	return out
}
