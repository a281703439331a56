package view

import (
	"strings"

	"syncline/pipelines/diag"
)

// Code explains the code of a problem.
func (p *Page) Code(d diag.CodeDoc) {
	p.line("%s  %s", p.paint(name, string(d.Code)), p.paint(strong, d.Title))
	p.line("")
	p.paragraph("  ", d.Doc)
	if d.Example != "" {
		p.line("")
		p.line("  For example:")
		for _, l := range strings.Split(d.Example, "\n") {
			p.line("      %s", clean(l))
		}
	}
}

// Code is the explanation of a code for machines.
type Code struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	Doc     string `json:"doc"`
	Example string `json:"example,omitempty"`
}

// MachineCode returns an explanation in the form of JSON.
func MachineCode(d diag.CodeDoc) Code {
	return Code{string(d.Code), d.Title, d.Doc, d.Example}
}
