package pipelines

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/pipelines/diag"
)

// Places finds where an attribute of a block stands: what a configuration
// keeps of most attributes is their value alone.
type Places struct {
	blocks map[position]placed
	tops   []*hclsyntax.Block
	inside map[*hclsyntax.Body]map[string]*hclsyntax.Block // the first of each KIND, and of each KIND LABEL
}

// position is where the header of a block begins.
type position struct {
	file string
	byte int
}

type placed struct {
	body   *hclsyntax.Body
	header diag.Range
	parent *hclsyntax.Block // nil: the file
}

// Places indexes the files of the configuration. A file that does not parse
// has no places.
func (c *Config) Places() *Places {
	p := &Places{blocks: map[position]placed{}, inside: map[*hclsyntax.Body]map[string]*hclsyntax.Block{}}
	for _, name := range sortedKeys(c.Files) {
		file, diags := hclsyntax.ParseConfig(c.Files[name], name, hcl.InitialPos)
		if body, ok := file.Body.(*hclsyntax.Body); ok && !diags.HasErrors() {
			p.index(body, nil)
			p.tops = append(p.tops, body.Blocks...)
		}
	}
	return p
}

func (p *Places) index(body *hclsyntax.Body, parent *hclsyntax.Block) {
	inside := map[string]*hclsyntax.Block{}
	p.inside[body] = inside
	for _, b := range body.Blocks {
		for _, name := range []string{b.Type, b.Type + " " + strings.Join(b.Labels, " ")} {
			if inside[name] == nil {
				inside[name] = b
			}
		}
		header := rangeOf(b.DefRange())
		p.blocks[position{header.File, header.Start.Byte}] = placed{b.Body, header, parent}
		p.index(b.Body, b)
	}
}

// Top returns where the block of a kind and a name begins that stands in no
// other, and whether there is one.
func (p *Places) Top(kind, name string) (diag.Range, bool) {
	for _, b := range p.tops {
		if b.Type == kind && (name == "" || len(b.Labels) > 0 && b.Labels[0] == name) {
			return rangeOf(b.DefRange()), true
		}
	}
	return diag.Range{}, false
}

// Holds reports whether the block that begins at the range has what is meant by
// a name: an attribute, or a block, written as KIND or KIND LABEL.
func (p *Places) Holds(block diag.Range, name string) bool {
	at, ok := p.blocks[position{block.File, block.Start.Byte}]
	if !ok {
		return false
	}
	_, found := p.within(at.body, []string{name})
	return found
}

// At returns where an attribute of the block stands that begins at the range,
// or one of a block inside it, by the names on the way. A field inherits from
// the block `fields` around it. What is not written stands where the last block
// on the way does.
func (p *Places) At(block diag.Range, names ...string) diag.Range {
	at, ok := p.blocks[position{block.File, block.Start.Byte}]
	if !ok {
		return block
	}
	if r, found := p.within(at.body, names); found {
		return r
	}
	if at.parent != nil && at.parent.Type == "fields" {
		if r, found := p.within(at.parent.Body, names); found {
			return r
		}
		if len(names) == 1 && names[0] == "direction" {
			return rangeOf(at.parent.DefRange())
		}
	}
	return block
}

// within follows the names through a block. It reports whether there was a
// first one.
func (p *Places) within(body *hclsyntax.Body, names []string) (diag.Range, bool) {
	if len(names) == 0 {
		return diag.Range{}, false
	}
	if a, ok := body.Attributes[names[0]]; ok {
		return rangeOf(a.SrcRange), true
	}
	if b := p.inside[body][names[0]]; b != nil {
		if r, found := p.within(b.Body, names[1:]); found {
			return r, true
		}
		return rangeOf(b.DefRange()), true
	}
	return diag.Range{}, false
}
