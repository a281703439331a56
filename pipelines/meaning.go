package pipelines

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zeebo/xxh3"
)

// meaningOf identifies what a description says, however it is laid out.
func meaningOf(file string, src []byte) uint64 {
	parsed, diags := hclsyntax.ParseConfig(src, file, hcl.InitialPos)
	body, ok := parsed.Body.(*hclsyntax.Body)
	if diags.HasErrors() || !ok {
		return xxh3.Hash(src)
	}
	var b strings.Builder
	writeBody(&b, body, src)
	return xxh3.HashString(b.String())
}

// writeBody writes a body's attributes by name, and its blocks by kind and
// labels: those of one kind may be a list, whose order counts.
func writeBody(b *strings.Builder, body *hclsyntax.Body, src []byte) {
	for _, name := range sortedKeys(body.Attributes) {
		fmt.Fprintf(b, "%s=%s\n", name, tokensOf(src, body.Attributes[name].Expr.Range()))
	}
	blocks := slices.Clone(body.Blocks)
	slices.SortStableFunc(blocks, func(x, y *hclsyntax.Block) int {
		return cmp.Or(strings.Compare(x.Type, y.Type), slices.Compare(x.Labels, y.Labels))
	})
	for _, inner := range blocks {
		fmt.Fprintf(b, "%s %q {\n", inner.Type, inner.Labels)
		writeBody(b, inner.Body, src)
		b.WriteString("}\n")
	}
}

// tokensOf is a stretch of HCL without its blanks and comments.
func tokensOf(src []byte, r hcl.Range) string {
	if r.Start.Byte < 0 || r.Start.Byte > r.End.Byte || r.End.Byte > len(src) {
		return ""
	}
	tokens, _ := hclsyntax.LexExpression(src[r.Start.Byte:r.End.Byte], r.Filename, hcl.InitialPos)
	var words []string
	for _, t := range tokens {
		if t.Type != hclsyntax.TokenNewline && t.Type != hclsyntax.TokenComment && t.Type != hclsyntax.TokenEOF {
			words = append(words, string(t.Bytes))
		}
	}
	return strings.Join(words, " ")
}

// shown is the text with what is known while compiling filled in, and the rest
// as it is written but for its blanks.
func (t *template) shown() string {
	src := t.src
	if src == nil {
		src = t.sourceText(t.Range.File)
	}
	parts := []hclsyntax.Expression{t.Expr.(hclsyntax.Expression)}
	switch e := t.Expr.(type) {
	case *hclsyntax.TemplateExpr:
		parts = e.Parts
	case *hclsyntax.TemplateWrapExpr:
		parts = []hclsyntax.Expression{e.Wrapped}
	}
	var b strings.Builder
	for _, part := range parts {
		v, diags := part.Value(t.knownNow())
		v, _ = v.UnmarkDeep()
		text, err := convert.Convert(v, cty.String)
		if diags.HasErrors() || err != nil || text.IsNull() || !text.IsWhollyKnown() {
			fmt.Fprintf(&b, "${%s}", tokensOf(src, part.Range()))
			continue
		}
		b.WriteString(text.AsString())
	}
	return b.String()
}

// knownNow gives var and local their values, and says of the rest that it will
// have some.
func (t *template) knownNow() *hcl.EvalContext {
	names := map[string]cty.Value{"var": objectOf(t.vars), "local": objectOf(t.locals)}
	for _, name := range []string{"entity", "prior", "lookup", "action"} {
		names[name] = cty.DynamicVal
	}
	return &hcl.EvalContext{Variables: names, Functions: t.functions()}
}
