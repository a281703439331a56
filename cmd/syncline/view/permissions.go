package view

import (
	"fmt"
	"strings"

	"syncline/connectors"
	"syncline/engine/review"
)

// Needs prints what each credential has to be able to do, and who asks for it.
func (p *Page) Needs(n *review.Needs) {
	for _, s := range n.Systems {
		p.line("%s", p.paint(strong, clean(fmt.Sprintf("system %q (%s)", s.System, s.Connector))))
		var rows [][]string
		for _, o := range s.Objects {
			for _, v := range o.Verbs {
				scopes := clean(strings.Join(v.Scopes, "; "))
				if len(v.Fields) == 0 {
					rows = append(rows, []string{clean(o.Object), clean(v.Verb), "", scopes, askers(v.Asked)})
				}
				for _, f := range v.Fields {
					rows = append(rows, []string{clean(o.Object), clean(v.Verb), p.paint(name, clean(f.Field)), scopes, askers(f.Asked)})
				}
			}
		}
		p.table("  ", columns("object", "verb", "field", "scope", "asked by"), rows)
		if len(s.Events) > 0 {
			p.line("  its events, for %s", askers(s.Events))
		}
		p.access(s.Access)
		p.line("")
	}
	for _, x := range n.Superfluous {
		p.line("%s %s", p.paint(warn, "superfluous:"), clean(x.Sentence))
		p.where(x.Place)
	}
	if len(n.Superfluous) == 0 {
		p.line("Nothing is allowed that nothing uses.")
	}
}

func askers(list []review.Asker) string {
	parts := make([]string, len(list))
	for i, a := range list {
		parts[i] = a.Pipeline + " " + a.What
		if at := a.Place.String(); at != "" {
			parts[i] += " (" + at + ")"
		}
	}
	return clean(strings.Join(parts, ", "))
}

// Grants prints the statements that give an account what is needed. What they
// leave open stands beside them as a comment.
func (p *Page) Grants(n *review.Needs) {
	for _, s := range n.Systems {
		p.line("-- %s", clean(fmt.Sprintf("system %q (%s)", s.System, s.Connector)))
		for _, note := range s.Notes {
			p.line("-- %s", clean(note))
		}
		for _, g := range s.Grants {
			p.line("%s", clean(g))
		}
	}
}

// access prints what a credential may do less, or more, than it has to.
func (p *Page) access(a *review.Access) {
	if a == nil {
		return
	}
	for _, r := range a.Missing {
		p.line("  %s %s", p.paint(bad, "missing:"), clean(right(r)))
	}
	for _, r := range a.Superfluous {
		p.line("  %s %s", p.paint(warn, "not needed:"), clean(right(r)))
	}
	switch {
	case a.CannotTell != "":
		p.line("  %s %s", p.paint(warn, "cannot tell:"), clean(a.CannotTell))
	case len(a.Missing)+len(a.Superfluous) == 0:
		p.line("  The credential may do this, and nothing else.")
	}
}

func right(r connectors.Right) string {
	text := r.Name
	if r.Fields != nil {
		text += " of " + strings.Join(r.Fields, ", ")
	}
	return text + " on " + r.Object
}
