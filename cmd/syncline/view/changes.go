package view

import (
	"strings"

	"syncline/engine/review"
)

// Changes prints what lies between two configurations: what has to be mended,
// then each change, the riskiest first, then what they come to.
func (p *Page) Changes(r *review.Report) {
	for _, f := range r.Findings {
		p.line("%s %s", p.paint(bad, "error:"), clean(f.Sentence))
		p.paragraph("  ", f.Hint)
		p.where(f.Place)
		p.line("")
	}
	for _, c := range r.Changes {
		p.changed(c)
		p.line("")
	}
	p.line("%s", clean(verdict(r)))
	if r.State != nil {
		p.line("%s", clean(r.State.String()))
	}
	p.procedures(r)
}

func (p *Page) changed(c *review.Change) {
	p.line("%s %s", p.paint(riskStyle(c.Risk), c.Risk.String()+":"), p.paint(strong, clean(c.Sentence)))
	if c.Language != "" {
		p.expression("-", bad, c.Old)
		p.expression("+", good, c.New)
	}
	p.paragraph("  ", c.Class.String()+": "+c.Why)
	if c.Impact != nil {
		p.paragraph("  ", c.Impact.String())
	}
	p.where(c.Place)
}

// expression prints an expression's lines, as a comparison of texts does.
func (p *Page) expression(sign string, s style, text string) {
	if text == "" {
		return
	}
	for _, l := range strings.Split(text, "\n") {
		p.line("  %s", p.paint(s, sign+" "+clean(strings.TrimRight(l, " \t\r"))))
	}
}

func (p *Page) where(place review.Place) {
	if text := place.String(); text != "" {
		if place.Old {
			text += " (of the older one)"
		}
		p.line("  %s", p.paint(faint, clean(text)))
	}
}

func riskStyle(r review.Risk) style {
	return [...]style{review.Low: faint, review.Medium: warn, review.High: bad}[r]
}

// verdict says a report in one line.
func verdict(r *review.Report) string {
	cosmetic := len(r.Changes) - r.Verdict.Meaning
	if r.Verdict.Meaning == 0 {
		text := "No change of meaning"
		if cosmetic > 0 {
			text += ", " + plural(cosmetic, "that is cosmetic", "that are cosmetic")
		}
		return text + ", from " + r.From + " to " + r.To + "."
	}
	text := plural(r.Verdict.Meaning, "change", "changes") + " of meaning"
	if cosmetic > 0 {
		text += ", " + plural(cosmetic, "that is cosmetic", "that are cosmetic")
	}
	return text + ", from " + r.From + " to " + r.To + ". The highest risk is " + r.Verdict.Risk.String() + "."
}

// procedures say once what to do about each class that is there.
func (p *Page) procedures(r *review.Report) {
	for _, class := range classesOf(r) {
		p.line("")
		p.line("%s", p.paint(strong, class.String()))
		p.paragraph("  ", class.Procedure())
	}
}

// classesOf are the classes of a report that ask for something, the greatest
// first.
func classesOf(r *review.Report) (out []review.Class) {
	for class := review.ReIdentify; class > review.Cosmetic; class-- {
		for _, c := range r.Changes {
			if c.Class == class {
				out = append(out, class)
				break
			}
		}
	}
	return out
}
