package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/pipelines/vendor"
	"syncline/schema"
)

// compiler is one Load under way: what was read, what is compiled so far and
// what is wrong.
type compiler struct {
	ctx      context.Context
	options  Options
	folder   string
	roots    []*hclsyntax.Body
	config   *Config
	problems diag.Problems
	partial  bool // a file could not be parsed: a name that is not found may stand there

	vars, locals map[string]cty.Value
	static       map[string]schema.Value // of var.NAME and local.NAME, for expressions

	calls    map[string]function.Function // of HCL; made once
	mappings map[string]*mappingBody

	attributes   map[*schema.Entity]map[string]int // places by name; made once per entity
	constantVars []expr.Var                        // var and local
	tableValues  map[string]*expr.Table            // by local
	broken       map[string]bool                   // "system.crm": declared, but already reported

	vendorFiles map[string]*vendor.Vendor // by what `connector` says; nil: it is wrong, or there is none
	vendorNames map[string]*vendor.Vendor // by the vendor's own name
	loose       []string                  // files of the folder that are descriptions
}

func (c *compiler) add(p diag.Problem) {
	if n := utf8.RuneCountInString(p.Summary); n > 60 {
		if p.Detail != "" {
			p.Detail = p.Summary + ": " + p.Detail
		} else {
			p.Detail = p.Summary
		}
		p.Summary = string([]rune(p.Summary)[:59]) + "…"
	}
	c.problems = append(c.problems, p)
}

// addHCL turns the parser's and evaluator's findings into problems.
func (c *compiler) addHCL(code diag.Code, diags hcl.Diagnostics, context string) {
	for _, d := range diags {
		p := diag.Problem{Code: code, Summary: lower(strings.TrimSuffix(d.Summary, ".")), Detail: d.Detail, Context: context}
		if d.Severity == hcl.DiagWarning {
			p.Severity = diag.Warning
		}
		if d.Subject != nil {
			p.Range = rangeOf(*d.Subject)
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

func rangeOf(r hcl.Range) diag.Range { return diag.RangeOf(r) }

// reserved are the words kept for later; using one is an error now, so that it
// can get a meaning without changing any file.
var reserved = []string{"module", "for_each", "count", "dynamic", "import", "tenant"}

// sortBlocks checks the tops of the files and gives the blocks by kind.
func (c *compiler) sortBlocks() map[string][]*body {
	known := map[string]Block{}
	var names []string
	for _, b := range Blocks() {
		known[b.Name] = b
		names = append(names, b.Name)
	}
	byKind := map[string][]*body{}
	for _, root := range c.roots {
		for _, a := range sortedAttributes(root) {
			c.stray(a, names)
		}
		for _, hb := range root.Blocks {
			kind, ok := known[hb.Type]
			if !ok {
				c.unknownBlock(hb, names, "")
				continue
			}
			if b, ok := c.open(hb, kind.Labels, kind.Grammar, ""); ok {
				byKind[hb.Type] = append(byKind[hb.Type], b)
			}
		}
	}
	return byKind
}

func (c *compiler) stray(a *hclsyntax.Attribute, names []string) {
	p := diag.Problem{Code: codeUnknownAttribute, Summary: fmt.Sprintf("%q stands outside of any block", a.Name), Range: rangeOf(a.NameRange)}
	if slices.Contains(reserved, a.Name) {
		p.Code, p.Summary = codeReserved, fmt.Sprintf("%q is reserved for later", a.Name)
	} else if near := diag.Nearest(a.Name, names); near != "" {
		p.Hint = fmt.Sprintf("a block is written %s { … }, without =", near)
	}
	c.add(p)
}

func (c *compiler) unknownBlock(hb *hclsyntax.Block, names []string, context string) {
	p := diag.Problem{Code: codeUnknownBlock, Summary: fmt.Sprintf("there is no block %q here", hb.Type), Range: rangeOf(hb.TypeRange), Context: context}
	if slices.Contains(reserved, hb.Type) {
		p.Code, p.Summary = codeReserved, fmt.Sprintf("%q is reserved for later", hb.Type)
	} else {
		p.Hint = didYouMean(hb.Type, names)
	}
	c.add(p)
}

// didYouMean gives the nearest right name, or all of them when they are few.
func didYouMean(word string, names []string) string {
	if near := diag.Nearest(word, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(names) == 0 || len(names) > 12 {
		return ""
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return "one of: " + strings.Join(sorted, ", ")
}

func sortedAttributes(b *hclsyntax.Body) []*hclsyntax.Attribute {
	out := make([]*hclsyntax.Attribute, 0, len(b.Attributes))
	for _, a := range b.Attributes {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
