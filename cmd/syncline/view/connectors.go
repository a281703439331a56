package view

import (
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/schema"
)

// listWidth is how wide the listing of connectors is at most, on any page: it
// is read and not taken apart, which -json is for.
const listWidth = 100

// Connectors lists connectors, one line each.
func (p *Page) Connectors(all []*connectors.Definition) {
	var rows [][]string
	for _, d := range all {
		usual, own := splitVerbs(d)
		rows = append(rows, []string{p.paint(name, d.Name), clean(usual), own, clean(firstSentence(d.Doc))})
	}
	narrow := *p
	if p.width <= 0 || p.width > listWidth {
		narrow.width = listWidth
	}
	narrow.table("", columns("connector", "verbs", ">own", "what it is"), rows)
	p.line("")
	p.line("`syncline connectors show NAME` shows the settings of one.")
}

func verbs(d *connectors.Definition) string {
	if d.Notifies {
		return "notify"
	}
	names := []string{"read"}
	for _, v := range d.Facts.Verbs {
		names = append(names, v.Name)
	}
	return strings.Join(names, ", ")
}

// splitVerbs names the verbs that every system may have, and counts its own.
func splitVerbs(d *connectors.Definition) (usual, own string) {
	all := strings.Split(verbs(d), ", ")
	known := slices.DeleteFunc(slices.Clone(all), func(v string) bool {
		return !slices.Contains([]string{"read", "create", "update", "archive", "delete", "notify"}, v)
	})
	if n := len(all) - len(known); n > 0 {
		own = "+" + count(n)
	}
	return strings.Join(known, ", "), own
}

func firstSentence(doc string) string {
	doc, _, _ = strings.Cut(doc, "\n")
	if i := strings.Index(doc, ". "); i >= 0 {
		return doc[:i]
	}
	return strings.TrimSuffix(doc, ".")
}

// Connector shows what one connector is, its settings and what is true of it.
func (p *Page) Connector(d *connectors.Definition) {
	p.line("%s", p.paint(strong, d.Name))
	p.paragraph("  ", d.Doc)
	p.line("")
	p.line("%s", p.paint(strong, "Settings"))
	p.settings(d.Settings)
	for _, b := range d.Blocks {
		p.line("")
		label := ""
		if b.Label {
			label = ` "NAME"`
		}
		p.line("%s", p.paint(strong, "Block "+b.Name+label))
		p.paragraph("  ", b.Doc)
		p.settings(b.Fields)
	}
	if d.Example != "" {
		p.line("")
		p.line("%s", p.paint(strong, "Example"))
		for line := range strings.SplitSeq(strings.TrimSpace(d.Example), "\n") {
			p.line("%s", strings.TrimRight("  "+clean(line), " "))
		}
	}
	if d.Notifies {
		return
	}
	p.line("")
	p.line("%s", p.paint(strong, "Facts"))
	p.facts([][2]string{
		{"verbs", verbs(d)}, {"records", choose(d.Facts.Whole, "whole", "partial: an absent field says nothing")},
		{"listing", choose(d.Facts.Complete, "complete: what is not in it is gone", "not complete")},
		{"writes", d.Facts.Grade.String()}, {"a lost create", d.Facts.Create.String()},
		{"several fields", choose(d.Facts.Separate, "written one by one", "written in one request")},
		{"null", choose(d.Facts.SaysNull, "can be written", "cannot be written")},
		{"who changed it", choose(d.Facts.Attribution, "known", "not known")}, {"API", d.Facts.Version},
	})
}

func choose(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// settings prints each setting's name, type and whether it must be given, and
// what it is.
func (p *Page) settings(fields []schema.Field) {
	for _, f := range fields {
		p.line("  %s  %s%s", p.paint(name, f.Name), clean(f.Type.String()), p.paint(faint, demands(f)))
		if f.Doc != "" {
			p.paragraph("      ", f.Doc)
		}
	}
}

func demands(f schema.Field) string {
	var parts []string
	if f.Required {
		parts = append(parts, "required")
	}
	if f.Secret {
		parts = append(parts, "secret(…)")
	}
	if f.Default.Is() && !f.Secret {
		parts = append(parts, "default "+f.Default.Display())
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

// Setting is one setting of a connector for machines.
type Setting struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Doc      string `json:"doc"`
	Required bool   `json:"required"`
	Secret   bool   `json:"secret"`
	Default  string `json:"default,omitempty"`
}

// Connector is a connector for machines.
type Connector struct {
	Name     string    `json:"name"`
	Doc      string    `json:"doc"`
	Verbs    []string  `json:"verbs"`
	Grade    string    `json:"grade"`
	Settings []Setting `json:"settings"`

	Objects []VendorObject `json:"objects,omitempty"` // of a described API
}

// MachineConnector returns a connector in the form of JSON.
func MachineConnector(d *connectors.Definition) Connector {
	c := Connector{Name: d.Name, Doc: d.Doc, Verbs: strings.Split(verbs(d), ", "), Grade: d.Facts.Grade.String()}
	for _, f := range d.Settings {
		s := Setting{Name: f.Name, Type: f.Type.String(), Doc: f.Doc, Required: f.Required, Secret: f.Secret}
		if f.Default.Is() && !f.Secret {
			s.Default = f.Default.Display()
		}
		c.Settings = append(c.Settings, s)
	}
	return c
}
