package view

import (
	"fmt"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/connectors/signature"
	"syncline/schema"
)

// Description shows what a described API holds beside its settings: limits,
// objects with their fields, verbs and permissions, and what it pushes.
func (p *Page) Description(d *rest.Description) {
	p.line("")
	p.line("%s", p.paint(strong, "Limits"))
	p.facts(limitsOf(d))
	for i := range d.Objects {
		p.object(d, &d.Objects[i])
	}
	if w := d.Webhooks; w != nil {
		p.line("")
		p.line("%s", p.paint(strong, "Webhooks"))
		p.facts([][2]string{{"signed by", signedBy(w.Signature)}, {"delivered again for", spanOf(w.Keeps, "3 days")}})
	}
}

func limitsOf(d *rest.Description) [][2]string {
	var budgets []string
	for _, b := range d.Limits.Budgets {
		budgets = append(budgets, fmt.Sprintf("%d requests in %s", b.Requests, b.Per))
	}
	ways := make([]string, len(d.Auth))
	for i, a := range d.Auth {
		ways[i] = a.Name
	}
	parallel := d.Limits.Parallel
	if parallel == 0 {
		parallel = 4
	}
	return [][2]string{
		{"log-in", strings.Join(ways, ", ")}, {"requests", strings.Join(budgets, ", ")},
		{"at once", fmt.Sprint(parallel)}, {"a write shows after", spanOf(d.Lag, "no time")},
	}
}

func spanOf(d time.Duration, otherwise string) string {
	if d == 0 {
		return otherwise
	}
	return d.String()
}

func (p *Page) object(d *rest.Description, o *rest.Object) {
	p.line("")
	p.line("%s", p.paint(strong, "Object "+o.Name))
	p.paragraph("  ", o.Doc)
	f := d.FactsOf(o.Name, connectors.Settings{})
	p.facts([][2]string{
		{"stands for", choose(o.Named == "", "", "every other object whose name fits "+o.Named)},
		{"reading", readingOf(o)}, {"writes", f.Grade.String()}, {"a lost create", lostOf(o, f)},
		{"several fields", choose(f.Separate, "written one by one", "")},
	})
	var rows [][]string
	for i := range o.Fields {
		fd := &o.Fields[i]
		rows = append(rows, []string{p.paint(name, fd.Name), clean(shortType(fd.Type)), clean(notes(fd)), clean(fd.Doc)})
	}
	p.table("  ", columns("field", "type", "", ""), rows)
	rows = nil
	if needs := o.Scopes["read"]; len(needs) > 0 {
		rows = append(rows, []string{p.paint(name, "read"), "", strings.Join(needs, "; ")})
	}
	for _, v := range f.Verbs {
		rows = append(rows, []string{p.paint(name, v.Name), clean(strings.Join(argumentsOf(v), ", ")), clean(strings.Join(o.Scopes[v.Name], "; "))})
	}
	if len(rows) > 0 {
		p.line("")
		p.table("  ", columns("verb", "arguments", "permissions"), rows)
	}
}

func readingOf(o *rest.Object) string {
	var parts []string
	if o.List != nil {
		parts = append(parts, choose(o.List.Partial, "a listing that is not complete", "complete listings"))
		switch inc := o.List.Incremental.(type) {
		case rest.Changes:
			parts = append(parts, "changes by "+inc.Field)
		case rest.SyncToken:
			parts = append(parts, "changes by a token")
		}
	}
	if o.Get != nil {
		parts = append(parts, choose(o.Get.Many > 1, fmt.Sprintf("by id, %d at once", o.Get.Many), "by id"))
	}
	for _, s := range o.Find {
		parts = append(parts, "search by "+choose(s.Any, "any field", strings.Join(s.Keys, " and ")))
	}
	return strings.Join(parts, ", ")
}

// lostOf says how a lost create is found again, and what it takes where that
// depends on the settings.
func lostOf(o *rest.Object, f connectors.Facts) string {
	if !f.Can("create") {
		return ""
	}
	var parts []string
	for _, w := range o.Writes {
		if w.Verb == "create" && len(w.Needs) > 0 {
			parts = append(parts, w.Lost.By.String()+" with "+strings.Join(w.Needs, " and "))
		}
	}
	return strings.Join(append(parts, choose(parts == nil, "", "else ")+f.Create.String()), ", ")
}

// shortType leaves out what an object in a list holds.
func shortType(t schema.Type) string {
	text := t.String()
	if at := strings.Index(text, "object("); at >= 0 {
		return text[:at] + "object" + strings.Repeat(")", strings.Count(text[:at], "("))
	}
	return text
}

func notes(f *rest.Field) string {
	var parts []string
	if f.Required {
		parts = append(parts, "required")
	}
	if f.ReadOnly {
		parts = append(parts, "read only")
	}
	if f.Class != schema.Public {
		parts = append(parts, f.Class.String())
	}
	return strings.Join(parts, ", ")
}

func argumentsOf(v connectors.Verb) []string {
	var out []string
	for _, a := range v.Args {
		out = append(out, a.Name+choose(a.Required, "", "?"))
	}
	return out
}

func signedBy(s signature.Scheme) string {
	switch s := s.(type) {
	case signature.HMAC:
		return "the header " + s.Header + ", HMAC with " + s.Hash.String()
	case signature.Timestamped:
		return "the header " + s.Header + ", a moment and HMAC with " + s.Hash.String()
	case signature.Standard:
		return "Standard Webhooks"
	case signature.Token:
		return "a shared token in " + choose(s.Header != "", "the header "+s.Header, "the address")
	case signature.Certificate:
		return "the client's certificate"
	}
	return ""
}

// VendorObject is an object of a described API for machines.
type VendorObject struct {
	Name        string              `json:"name"`
	Doc         string              `json:"doc"`
	Fields      []VendorField       `json:"fields"`
	Verbs       []string            `json:"verbs"`
	Grade       string              `json:"grade"`
	Permissions map[string][]string `json:"permissions,omitempty"`
}

// VendorField is a field of such an object.
type VendorField struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Doc      string `json:"doc,omitempty"`
	Class    string `json:"class,omitempty"`
	Required bool   `json:"required,omitempty"`
	ReadOnly bool   `json:"read_only,omitempty"`
}

// MachineVendor returns a connector, with the objects of its description, in
// the form of JSON. Without a description it is MachineConnector.
func MachineVendor(def *connectors.Definition, d *rest.Description) Connector {
	c := MachineConnector(def)
	if d == nil {
		return c
	}
	for i := range d.Objects {
		o := &d.Objects[i]
		f := d.FactsOf(o.Name, connectors.Settings{})
		out := VendorObject{Name: o.Name, Doc: o.Doc, Grade: f.Grade.String(), Permissions: o.Scopes}
		for _, v := range f.Verbs {
			out.Verbs = append(out.Verbs, v.Name)
		}
		for j := range o.Fields {
			fd := &o.Fields[j]
			class := ""
			if fd.Class != schema.Public {
				class = fd.Class.String()
			}
			out.Fields = append(out.Fields, VendorField{Name: fd.Name, Type: fd.Type.String(), Doc: fd.Doc, Class: class, Required: fd.Required, ReadOnly: fd.ReadOnly})
		}
		c.Objects = append(c.Objects, out)
	}
	return c
}
