package vendor

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/connectors/vendors"
	"syncline/pipelines/diag"
)

// Vendor is a compiled file. It is data: nothing in it holds a connection, and
// it is not changed after Compile.
type Vendor struct {
	File   string // as it stands in ranges
	Source []byte

	Description *rest.Description

	// Mappings are the file's `mapping` blocks as they were parsed: what they
	// say depends on the entity, which whoever uses one knows.
	Mappings []*hclsyntax.Block
}

// Definition returns the connector that the file describes.
func (v *Vendor) Definition() connectors.Definition {
	return v.Description.Definition(rest.Options{})
}

// Names returns the vendors that come with the binary, in order.
func Names() []string {
	entries, err := vendors.Files.ReadDir(".")
	if err != nil {
		panic("vendor: " + err.Error()) // it is in the binary
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".hcl"); ok {
			names = append(names, name)
		}
	}
	return names
}

// Find compiles a vendor that comes with the binary; nil where there is none
// of the name.
func Find(name string) (*Vendor, diag.Problems) {
	file := name + ".hcl"
	src, err := vendors.Files.ReadFile(file)
	if err != nil {
		return nil, nil
	}
	return Compile("vendors/"+file, src)
}

const maxFile = 4 << 20

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// Compile reads a vendor's file. It returns every problem, in order of place;
// where one is an error there is no Vendor.
func Compile(file string, src []byte) (*Vendor, diag.Problems) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	c := &compiler{file: file, src: src, scopes: map[string]*scope{}}
	v := &Vendor{File: file, Source: src}
	if root := c.parse(); root != nil {
		v.Description = c.vendor(root)
		for _, hb := range root.Blocks {
			v.Mappings = append(v.Mappings, blocksOf(hb.Body, "mapping")...)
		}
	}
	c.problems.Sort()
	if c.problems.Failed() {
		return nil, c.problems
	}
	return v, c.problems
}

// Describes reports whether a parsed file is a vendor's and no part of a
// configuration: it has a block `vendor`.
func Describes(root *hclsyntax.Body) bool { return len(blocksOf(root, "vendor")) > 0 }

func blocksOf(body *hclsyntax.Body, name string) []*hclsyntax.Block {
	var out []*hclsyntax.Block
	for _, hb := range body.Blocks {
		if hb.Type == name {
			out = append(out, hb)
		}
	}
	return out
}

// parse reads the text as HCL; nil where it is none.
func (c *compiler) parse() *hclsyntax.Body {
	if len(c.src) > maxFile {
		c.add(diag.Problem{Code: codeSyntax, Summary: "the file is larger than a description can be", Range: c.top()})
		return nil
	}
	if p, unparsable := diag.Unparsable(c.file, c.src); unparsable {
		c.add(p)
		return nil
	}
	file, diags := hclsyntax.ParseConfig(c.src, c.file, hcl.InitialPos)
	if diags.HasErrors() {
		c.addHCL(codeSyntax, diags[:1], "")
		return nil
	}
	return file.Body.(*hclsyntax.Body)
}

// top is the beginning of the file.
func (c *compiler) top() diag.Range {
	return diag.Range{File: c.file, Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}}
}

// vendor decodes the file's one block.
func (c *compiler) vendor(root *hclsyntax.Body) *rest.Description {
	g := &Grammar{Name: "file", Blocks: []*Grammar{Language()}}
	file := &block{compiler: c, g: g, hcl: root, context: "", header: c.top()}
	file.checkNames()
	b := file.block("vendor")
	if b == nil {
		if !c.problems.Failed() {
			file.fail(codeMissing, file.header, "the file describes no vendor", `write vendor "NAME" { … }`)
		}
		return nil
	}
	if !nameForm.MatchString(b.label) {
		b.fail(codeBadName, b.header, fmt.Sprintf("%q is not a name", b.label), "small letters, digits, _ and -")
	}
	c.name = b.label
	d := b.description()
	if !c.problems.Failed() {
		b.sound(d)
	}
	return d
}

// description decodes the vendor block, the settings first: all CEL may name
// them.
func (b *block) description() *rest.Description {
	d := &rest.Description{Name: b.label, Doc: b.text("doc"), Version: b.text("version")}
	d.Settings = b.declaredSettings()
	b.compiler.settings = d.Settings
	system := b.scope("settings")
	d.Base = b.cel("base", system, anyKind)
	d.Headers = b.openPairs("headers", system)
	d.Hosts = b.hosts(system)
	d.Lag, d.NoNull, d.Attribution = b.duration("lag"), b.truth("no_null"), b.truth("attribution")
	if a := b.block("actor"); a != nil {
		d.Actor, d.ActorReads = a.pairs("headers", system), a.truth("reads")
	}
	d.Auth = b.ways()
	d.Limits = b.limits()
	d.Rules = b.rules()
	if p := b.block("probe"); p != nil {
		r := p.request(system)
		d.Probe = &r
	}
	d.Objects = b.objects()
	d.Webhooks = b.webhooks(d)
	return d
}

// sound holds what the decoder alone cannot see: what contradicts itself over
// several blocks. It is asked only where each block is right by itself.
func (b *block) sound(d *rest.Description) {
	if len(d.Objects) == 0 {
		b.fail(codeMissing, b.header, "the vendor has no object", `write object "NAME" { … }`)
		return
	}
	err := d.Check()
	if err == nil {
		def := d.Definition(rest.Options{})
		err = def.Check()
	}
	if err == nil {
		return
	}
	for _, fault := range strings.Split(err.Error(), "\n") {
		where, what, _ := strings.Cut(fault, ": ")
		b.add(diag.Problem{Code: codeContradiction, Summary: "the description contradicts itself", Detail: fmt.Sprintf("%s: %s", where, what), Range: b.rangeOf(where), Context: b.context})
	}
}

// rangeOf is where a fault that the interpreter names belongs: the object that
// it begins with.
func (b *block) rangeOf(where string) diag.Range {
	object, _, _ := strings.Cut(where, ",")
	for _, hb := range b.hcl.Blocks {
		if hb.Type == "object" && len(hb.Labels) == 1 && hb.Labels[0] == object {
			return diag.RangeOf(hb.DefRange())
		}
	}
	return b.header
}
