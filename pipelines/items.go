package pipelines

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// item is one name = value of an object written in a file.
type item struct {
	name  string
	at    diag.Range // of the name
	value hclsyntax.Expression
}

// items reads an attribute that must be written as { name = value, … }, in its
// order, without evaluating the values.
func (b *body) items(name string) ([]item, bool) {
	a, ok := b.hcl.Attributes[name]
	if !ok {
		return nil, false
	}
	object, ok := a.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		b.fail(codeWrongValue, b.at(name), fmt.Sprintf("%q must be written as { name = … }", name), "")
		return nil, false
	}
	var out []item
	for _, pair := range object.Items {
		at := rangeOf(pair.KeyExpr.Range())
		key := hcl.ExprAsKeyword(pair.KeyExpr)
		if key == "" {
			v, ok := b.eval(unwrapKey(pair.KeyExpr), b.context)
			if !ok {
				continue
			}
			if key = fromCty(v).Text(); key == "" {
				b.fail(codeWrongValue, at, "a name must be a text", "")
				continue
			}
		}
		out = append(out, item{name: key, at: at, value: pair.ValueExpr})
	}
	return out, true
}

func unwrapKey(e hclsyntax.Expression) hclsyntax.Expression {
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		return k.Wrapped
	}
	return e
}

// parsePath reads a path and reports a mistake where it is.
func (b *body) parsePath(text string, at diag.Range) (schema.Path, bool) {
	p, err := schema.ParsePath(text)
	if err == nil {
		return p, true
	}
	b.add(diag.Problem{Code: codeBadPath, Summary: fmt.Sprintf("%q is not a path", text), Detail: syntaxReason(err), Hint: `a.b, list[0] or list[type eq 'x'].value`, Range: at, Context: b.context})
	return schema.Path{}, false
}

func syntaxReason(err error) string {
	var s *schema.SyntaxError
	if errors.As(err, &s) {
		return s.Error()
	}
	return err.Error()
}
