package vendor

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// compiler is one file under way: what it is, and what is wrong with it.
type compiler struct {
	file     string
	src      []byte
	name     string // of the connector
	problems diag.Problems
	scopes   map[string]*scope
	settings []schema.Field
}

// block is a block under decoding, and where problems in it belong.
type block struct {
	*compiler
	g       *Grammar
	hcl     *hclsyntax.Body
	label   string
	header  diag.Range
	context string
	used    map[string]bool // the names that its CEL reads; shared with the blocks of its body
}

// open checks a block against its grammar. It is nil where its names in quotes
// are wrong, which leaves nothing to decode.
func (c *compiler) open(hb *hclsyntax.Block, g *Grammar, context string) *block {
	b := &block{compiler: c, g: g, hcl: hb.Body, header: diag.RangeOf(hb.DefRange()), context: hb.Type, used: map[string]bool{}}
	for _, l := range hb.Labels {
		b.context += fmt.Sprintf(" %q", l)
	}
	if context != "" {
		b.context = context + ", " + b.context
	}
	if !b.labelled(hb.Labels) {
		return nil
	}
	if !g.open {
		b.checkNames()
		for _, w := range g.Words {
			if w.Need {
				b.need(w.Name)
			}
		}
	}
	return b
}

func (b *block) labelled(labels []string) bool {
	want := 0
	if b.g.Label != "" {
		want = 1
	}
	if len(labels) != want {
		hint := fmt.Sprintf("write %s { … }", b.g.Name)
		if want == 1 {
			hint = fmt.Sprintf("write %s %q { … }: %s", b.g.Name, "NAME", b.g.Label)
		}
		b.fail(codeLabels, b.header, fmt.Sprintf("%s takes %d name(s), not %d", b.g.Name, want, len(labels)), hint)
		return false
	}
	if want == 1 {
		b.label = labels[0]
		if strings.TrimSpace(b.label) == "" {
			b.fail(codeLabels, b.header, fmt.Sprintf("%s has an empty name", b.g.Name), "")
			return false
		}
	}
	return true
}

// checkNames reports what may not stand in the block.
func (b *block) checkNames() {
	attributes, blocks := b.g.names()
	seen := map[string]bool{}
	for _, hb := range b.hcl.Blocks {
		inner := b.g.block(hb.Type)
		at := diag.RangeOf(hb.TypeRange)
		switch {
		case inner == nil && slices.Contains(attributes, hb.Type):
			b.fail(codeUnknownBlock, at, fmt.Sprintf("%q is an attribute", hb.Type), fmt.Sprintf("write %s = …", hb.Type))
		case inner == nil:
			b.fail(codeUnknownBlock, at, fmt.Sprintf("there is no block %q here", hb.Type), didYouMean(hb.Type, slices.Concat(blocks, attributes)))
		case seen[hb.Type] && !inner.Many:
			b.fail(codeRepeated, at, fmt.Sprintf("a second block %q", hb.Type), "one is allowed")
		}
		if a, both := b.hcl.Attributes[hb.Type]; both && !seen[hb.Type] && inner != nil {
			b.fail(codeBoth, diag.RangeOf(a.NameRange), fmt.Sprintf("%q is an attribute and a block here", hb.Type), "keep one of them")
		}
		seen[hb.Type] = true
	}
	for _, a := range sorted(b.hcl) {
		if slices.Contains(attributes, a.Name) || seen[a.Name] {
			continue
		}
		at := diag.RangeOf(a.NameRange)
		if slices.Contains(blocks, a.Name) {
			b.fail(codeUnknownAttribute, at, fmt.Sprintf("%q is a block", a.Name), fmt.Sprintf("write %s { … }, without =", a.Name))
			continue
		}
		b.fail(codeUnknownAttribute, at, fmt.Sprintf("%s has no attribute %q", b.g.Name, a.Name), didYouMean(a.Name, slices.Concat(attributes, blocks)))
	}
}

func sorted(body *hclsyntax.Body) []*hclsyntax.Attribute {
	var out []*hclsyntax.Attribute
	for _, a := range body.Attributes {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return out
}

// didYouMean gives the nearest right name, or all of them when they are few.
func didYouMean(word string, names []string) string {
	if near := diag.Nearest(word, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(names) == 0 || len(names) > 12 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(names))
	return "one of: " + strings.Join(sorted, ", ")
}

// blocks gives the blocks of one kind inside this one, in order.
func (b *block) blocks(name string) []*block {
	g := b.g.block(name)
	if g == nil {
		panic("vendor: no block " + name + " in " + b.g.Name)
	}
	var out []*block
	for _, hb := range b.hcl.Blocks {
		if hb.Type != name {
			continue
		}
		if inner := b.open(hb, g, b.context); inner != nil {
			if slices.Contains([]string{"graphql", "verbatim", "multipart", "part"}, name) {
				inner.used = b.used
			}
			if out = append(out, inner); !g.Many {
				break
			}
		}
	}
	return out
}

// block gives the only block of a kind; nil where there is none.
func (b *block) block(name string) *block {
	if all := b.blocks(name); len(all) > 0 {
		return all[0]
	}
	return nil
}

// one gives the only block there is of several kinds; nil where there is none.
func (b *block) one(names ...string) *block {
	var found *block
	for _, name := range names {
		inner := b.block(name)
		if inner == nil {
			continue
		}
		if found != nil {
			b.fail(codeBoth, inner.header, fmt.Sprintf("%s beside %s", name, found.g.Name), "keep one of them")
			continue
		}
		found = inner
	}
	return found
}

func (c *compiler) add(p diag.Problem) {
	if utf8.RuneCountInString(p.Summary) > 60 {
		p.Detail = strings.TrimSuffix(p.Summary+": "+p.Detail, ": ")
		p.Summary = string([]rune(p.Summary)[:59]) + "…"
	}
	c.problems = append(c.problems, p)
}

// fail reports an error in this block.
func (b *block) fail(code diag.Code, at diag.Range, summary, hint string) {
	b.add(diag.Problem{Code: code, Summary: summary, Hint: hint, Range: at, Context: b.context})
}

// addHCL turns what HCL finds into problems.
func (c *compiler) addHCL(code diag.Code, diags hcl.Diagnostics, context string) {
	for _, d := range diags {
		p := diag.Problem{Code: code, Summary: lower(strings.TrimSuffix(d.Summary, ".")), Detail: d.Detail, Context: context}
		if d.Subject != nil {
			p.Range = diag.RangeOf(*d.Subject)
		}
		c.add(p)
	}
}

func lower(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// at is the range of an attribute's value, or of the block's header.
func (b *block) at(name string) diag.Range {
	if a, ok := b.hcl.Attributes[name]; ok {
		return diag.RangeOf(a.Expr.Range())
	}
	return b.header
}

func (b *block) has(name string) bool {
	_, ok := b.hcl.Attributes[name]
	return ok
}

// need reports an attribute that is not there.
func (b *block) need(name string) bool {
	if b.has(name) {
		return true
	}
	b.fail(codeMissing, b.header, fmt.Sprintf("%s needs %q", b.g.Name, name), "")
	return false
}

// unique reports a second block of one name.
func (b *block) unique(seen map[string]bool) bool {
	if seen[b.label] {
		b.fail(codeRepeated, b.header, fmt.Sprintf("a second %s %q", b.g.Name, b.label), "")
		return false
	}
	seen[b.label] = true
	return true
}
