package pipelines

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/pipelines/diag"
)

// source reads an attribute that holds CEL or Expr: one text, nothing in it to
// evaluate, with the place in the file of each of its bytes.
func (b *body) source(name string) (diag.Text, bool) {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return diag.Text{}, false
	}
	return b.sourceOf(a.Expr)
}

func (b *body) sourceOf(e hclsyntax.Expression) (diag.Text, bool) {
	at := rangeOf(e.Range())
	t, ok := e.(*hclsyntax.TemplateExpr)
	if !ok {
		if wrap, is := e.(*hclsyntax.TemplateWrapExpr); is {
			b.fail(codeInterpolation, rangeOf(wrap.Wrapped.Range()), "an expression holds no ${…}", "name var.NAME and local.NAME inside the text")
			return diag.Text{}, false
		}
		b.fail(codeNotText, at, "an expression is written as a text", `in quotes, or <<-CEL … CEL`)
		return diag.Text{}, false
	}
	var text strings.Builder
	for _, part := range t.Parts {
		l, isLiteral := part.(*hclsyntax.LiteralValueExpr)
		if !isLiteral {
			b.fail(codeInterpolation, rangeOf(part.Range()), "an expression holds no ${…}", "name var.NAME and local.NAME inside the text")
			return diag.Text{}, false
		}
		text.WriteString(l.Val.AsString())
	}
	out := diag.Text{Source: text.String(), Range: at}
	if strings.TrimSpace(out.Source) == "" {
		b.fail(codeMissing, at, "the expression is empty", "")
		return diag.Text{}, false
	}
	out.Places = diag.PlacesOf(b.sourceText(at.File), t, out.Source)
	return out, true
}
