package pipelines

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/pipelines/vendor"
)

// described finds the vendor whose description a system's connector is: one
// that comes with the binary, or a file of the configuration's folder. It is
// nil where there is none, or where it is wrong, which has been reported.
func (b *body) described(name string) *vendor.Vendor {
	if v, ok := b.vendorFiles[name]; ok {
		return v
	}
	v, problems := vendor.Find(name)
	if isFile(name) {
		v, problems = b.vendorFile(name)
	}
	b.adopt(name, v, problems)
	return v
}

// isFile tells the path of a description from the name of a connector.
func isFile(name string) bool {
	return strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".hcl")
}

// vendorFile reads a description that the user wrote.
func (b *body) vendorFile(name string) (*vendor.Vendor, diag.Problems) {
	src, err := b.fileValue(filepath.FromSlash(strings.TrimPrefix(name, "./")))
	if err != nil {
		code := codeUnreadable
		if _, outside := err.(*outsideError); outside {
			code = codeOutside
		}
		b.fail(code, b.at("connector"), "the description cannot be read", err.Error())
		return nil, nil
	}
	file := filepath.Clean(name)
	b.config.Files[file] = []byte(src)
	return vendor.Compile(file, []byte(src))
}

// adopt keeps what a file describes, under the name that systems give it, and
// its mappings under the vendor's own.
func (c *compiler) adopt(name string, v *vendor.Vendor, problems diag.Problems) {
	if c.vendorFiles == nil {
		c.vendorFiles, c.vendorNames = map[string]*vendor.Vendor{}, map[string]*vendor.Vendor{}
	}
	c.problems = append(c.problems, problems...)
	c.vendorFiles[name] = v
	if v == nil {
		return
	}
	if _, taken := c.vendorNames[v.Description.Name]; !taken || isFile(name) {
		c.vendorNames[v.Description.Name] = v
	}
}

// definitionOf is the connector that a description is.
func definitionOf(v *vendor.Vendor) *connectors.Definition {
	def := v.Definition()
	return &def
}

// unused compiles the descriptions of the folder that no system uses: what is
// wrong with one is known before anybody does.
func (c *compiler) unused() {
	for _, file := range c.loose {
		if _, known := c.vendorFiles["./"+file]; !known && c.vendorFiles[file] == nil {
			_, problems := vendor.Compile(file, c.config.Files[file])
			c.problems = append(c.problems, problems...)
		}
	}
}

// sourceText is the text of a file, of a vendor that comes with the binary too.
func (c *compiler) sourceText(file string) []byte {
	if src, ok := c.config.Files[file]; ok {
		return src
	}
	for _, v := range c.vendorFiles {
		if v != nil && v.File == file {
			return v.Source
		}
	}
	return nil
}

// shipped finds a mapping that a vendor's description has: mapping.VENDOR.NAME.
func (b *body) shipped(name string) *mappingBody {
	of, mapping, ok := strings.Cut(name, ".")
	if !ok {
		return nil
	}
	v := b.vendorNames[of]
	if v == nil {
		return nil
	}
	i := slices.IndexFunc(v.Mappings, func(hb *hclsyntax.Block) bool { return len(hb.Labels) == 1 && hb.Labels[0] == mapping })
	if i < 0 {
		return nil
	}
	inner, ok := b.open(v.Mappings[i], 1, mappingBlock().Grammar, fmt.Sprintf("vendor %q", of))
	if !ok {
		return nil
	}
	m := inner.mapping()
	if m == nil {
		b.broken["mapping."+name] = true
		return nil
	}
	m.Name = name
	b.mappings[name] = m
	b.config.Mappings = append(b.config.Mappings, m.Mapping)
	return m
}

// mappingNames are the names that a reference to a mapping may have.
func (c *compiler) mappingNames() []string {
	names := sortedKeys(c.mappings)
	for _, of := range sortedKeys(c.vendorNames) {
		for _, hb := range c.vendorNames[of].Mappings {
			if name := of + "." + strings.Join(hb.Labels, "."); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
