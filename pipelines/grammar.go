package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/pipelines/diag"
)

// Grammar is what a block may hold.
type Grammar struct {
	Attributes []string
	Blocks     []Nested
	Open       bool // further attributes and blocks are checked by the block itself
}

// Nested is a kind of block inside another.
type Nested struct {
	Name    string
	Labels  int // -1: none or one
	Many    bool
	Grammar Grammar
}

// body is a block under decoding: its text, and where problems in it belong.
type body struct {
	*compiler
	hcl         *hclsyntax.Body
	kind        string
	labels      []string
	labelRanges []diag.Range
	context     string
	header      diag.Range // the kind and the labels
	grammar     Grammar

	blockSecrets []namedSecret // of nested blocks of settings
}

// open checks a block against its grammar and gives it for decoding. It
// reports false when the labels are wrong, which leaves nothing to decode.
func (c *compiler) open(hb *hclsyntax.Block, labels int, g Grammar, context string) (*body, bool) {
	b := &body{compiler: c, hcl: hb.Body, kind: hb.Type, labels: hb.Labels, grammar: g, header: rangeOf(hb.DefRange())}
	b.context = inside(hb, context)
	for _, r := range hb.LabelRanges {
		b.labelRanges = append(b.labelRanges, rangeOf(r))
	}
	if !b.checkLabels(hb, labels) {
		return nil, false
	}
	b.checkNames()
	return b, true
}

// inside names a block for messages, within the one it stands in.
func inside(hb *hclsyntax.Block, context string) string {
	own := hb.Type
	for _, l := range hb.Labels {
		own += fmt.Sprintf(" %q", l)
	}
	if context == "" {
		return own
	}
	return context + ", " + own
}

func (b *body) checkLabels(hb *hclsyntax.Block, want int) bool {
	got := len(hb.Labels)
	if want < 0 && got <= 1 || want == got {
		for i, l := range hb.Labels {
			if strings.TrimSpace(l) == "" {
				b.fail(codeLabels, rangeOf(hb.LabelRanges[i]), fmt.Sprintf("%s has an empty name", hb.Type), "")
				return false
			}
		}
		return true
	}
	hint := fmt.Sprintf("write %s%s { … }", hb.Type, strings.Repeat(` "NAME"`, max(want, 0)))
	b.fail(codeLabels, b.header, fmt.Sprintf("%s takes %d name(s), not %d", hb.Type, max(want, 0), got), hint)
	return false
}

// checkNames reports unknown attributes and blocks, repeated blocks, and a
// name that is both.
func (b *body) checkNames() {
	var kinds []string
	for _, n := range b.grammar.Blocks {
		kinds = append(kinds, n.Name)
	}
	seen := map[string]bool{}
	for _, hb := range b.hcl.Blocks {
		if a, both := b.hcl.Attributes[hb.Type]; both && !seen[hb.Type] {
			b.fail(codeBoth, rangeOf(a.NameRange), fmt.Sprintf("%q is an attribute and a block here", hb.Type), "keep one of them")
		}
		i := slices.Index(kinds, hb.Type)
		switch {
		case i >= 0 && seen[hb.Type] && !b.grammar.Blocks[i].Many:
			b.fail(codeRepeated, rangeOf(hb.TypeRange), fmt.Sprintf("a second block %q", hb.Type), "one is allowed")
		case i < 0 && !b.grammar.Open:
			b.wrongBlock(hb, kinds)
		}
		seen[hb.Type] = true
	}
	if b.grammar.Open {
		return
	}
	for _, a := range sortedAttributes(b.hcl) {
		if !slices.Contains(b.grammar.Attributes, a.Name) && !seen[a.Name] {
			b.wrongAttribute(a, b.grammar.Attributes, kinds)
		}
	}
}

func (b *body) wrongBlock(hb *hclsyntax.Block, kinds []string) {
	if slices.Contains(b.grammar.Attributes, hb.Type) {
		b.fail(codeUnknownBlock, rangeOf(hb.TypeRange), fmt.Sprintf("%q is an attribute", hb.Type), fmt.Sprintf("write %s = …", hb.Type))
		return
	}
	b.unknownBlock(hb, kinds, b.context)
}

// wrongAttribute reports an attribute the block does not have.
func (b *body) wrongAttribute(a *hclsyntax.Attribute, names, kinds []string) {
	switch at := rangeOf(a.NameRange); {
	case slices.Contains(reserved, a.Name):
		b.fail(codeReserved, at, fmt.Sprintf("%q is reserved for later", a.Name), "")
	case slices.Contains(kinds, a.Name):
		b.fail(codeUnknownAttribute, at, fmt.Sprintf("%q is a block", a.Name), fmt.Sprintf("write %s { … }, without =", a.Name))
	default:
		b.fail(codeUnknownAttribute, at, fmt.Sprintf("%s has no attribute %q", b.kind, a.Name), didYouMean(a.Name, slices.Concat(names, kinds)))
	}
}

// nested gives the blocks of one kind inside this one, checked.
func (b *body) nested(name string) []*body {
	var out []*body
	i := slices.IndexFunc(b.grammar.Blocks, func(n Nested) bool { return n.Name == name })
	if i < 0 {
		panic("pipelines: no nested block " + name + " in " + b.kind)
	}
	n := b.grammar.Blocks[i]
	for _, hb := range b.hcl.Blocks {
		if hb.Type != name {
			continue
		}
		if inner, ok := b.open(hb, n.Labels, n.Grammar, b.context); ok {
			out = append(out, inner)
			if !n.Many {
				break
			}
		}
	}
	return out
}

// one gives the only block of a kind, nil when there is none.
func (b *body) one(name string) *body {
	if all := b.nested(name); len(all) > 0 {
		return all[0]
	}
	return nil
}

func (b *body) name() string { return b.labels[0] }

// fail reports an error in this block, warn a warning.
func (b *body) fail(code diag.Code, at diag.Range, summary, hint string) {
	b.add(diag.Problem{Code: code, Summary: summary, Hint: hint, Range: at, Context: b.context})
}

func (b *body) warn(code diag.Code, at diag.Range, summary, hint string) {
	b.add(diag.Problem{Code: code, Severity: diag.Warning, Summary: summary, Hint: hint, Range: at, Context: b.context})
}

// at is the range of an attribute's value, or of the block's header when it
// has none of that name.
func (b *body) at(name string) diag.Range {
	if a, ok := b.hcl.Attributes[name]; ok {
		return rangeOf(a.Expr.Range())
	}
	return b.header
}

func (b *body) has(name string) bool {
	_, ok := b.hcl.Attributes[name]
	return ok
}

// unique reports a second block of one name and says whether this is the first.
func (b *body) unique(seen map[string]diag.Range, kind string) bool {
	if first, again := seen[b.name()]; again {
		b.fail(codeRepeated, b.header, fmt.Sprintf("a second %s %q", kind, b.name()), "the first is at "+first.String())
		return false
	}
	seen[b.name()] = b.header
	return true
}
