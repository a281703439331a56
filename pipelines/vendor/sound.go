package vendor

import (
	"fmt"
	"strings"

	"syncline/connectors/rest"
	"syncline/pipelines/diag"
)

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
