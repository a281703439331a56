package pipelines

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"syncline/pipelines/diag"
)

// Format gives a file in its canonical form: aligned and indented, comments
// kept, expressions untouched. A file that cannot be parsed comes back as it
// is, with its problems.
func Format(src []byte, filename string) ([]byte, diag.Problems) {
	c := &compiler{config: &Config{Files: map[string][]byte{}}}
	if !c.sound(filename, src) {
		return src, c.problems
	}
	_, diags := hclsyntax.ParseConfig(src, filename, hcl.InitialPos)
	c.addHCL(codeSyntax, firstError(diags), "")
	if c.problems.Failed() {
		return src, c.problems
	}
	return hclwrite.Format(src), c.problems
}
