package view

import (
	"strings"
	"time"

	"syncline/engine"
)

// Conflicts lists what waits for a person, oldest first.
func (p *Page) Conflicts(items []engine.OpenItem, now time.Time) {
	if len(items) == 0 {
		p.line("Nothing waits for a person.")
		return
	}
	var rows [][]string
	for _, i := range items {
		state := "open"
		if i.Choice != "" {
			state = "chosen: " + i.Choice
		}
		rows = append(rows, []string{
			p.paint(name, clean(i.ID)), clean(i.Kind), clean(i.Pipeline), clean(or(i.Field, "(whole)")),
			clean(sides(i)), span(now.Sub(i.Since)), clean(state),
		})
	}
	p.table("", columns("id", "kind", "pipeline", "field", "sides", ">age", "state"), rows)
	p.line("")
	p.line("%s. `syncline conflicts show ID` shows one, `syncline conflicts resolve ID CHOICE` settles it.",
		plural(len(items), "item", "items"))
}

// sides is what each end says of a field, or which records an item is about.
func sides(item engine.OpenItem) string {
	parts := make([]string, len(item.Sides))
	for i, s := range item.Sides {
		parts[i] = s.End + "=" + value(s.Value)
		if item.Field == "" {
			parts[i] = s.End + "/" + s.Record
		}
	}
	return strings.Join(parts, "  ")
}

// Conflict shows one open item whole: what each end says, why it waits, and
// what may be chosen.
func (p *Page) Conflict(i engine.OpenItem, now time.Time) {
	p.line("%s %s in %s", p.paint(warn, clean(i.Kind)), p.paint(name, clean(i.ID)), clean(i.Pipeline))
	p.facts([][2]string{
		{"entity", i.Entity}, {"field", or(i.Field, "(the whole entity)")}, {"why", i.Reason},
		{"since", moment(i.Since) + " (" + span(now.Sub(i.Since)) + ")"},
		{"until", moment(i.Deadline)}, {"told", i.Alert}, {"decided by", i.Source}, {"choice", i.Choice},
	})
	p.line("")
	p.sides(i.Sides)
	p.line("")
	if i.Choice != "" {
		p.line("The next run applies the choice, or shows the item again if the ends moved.")
		return
	}
	p.line("Settle it with one of:")
	for _, c := range i.Choices {
		p.line("  syncline conflicts resolve %s %s", clean(i.ID), clean(c))
	}
}

func (p *Page) sides(all []engine.Side) {
	var rows [][]string
	for _, s := range all {
		rows = append(rows, []string{p.paint(name, clean(s.End)), clean(s.Record), value(s.Value), clean(s.Revision), moment(s.Seen)})
	}
	p.table("  ", columns("end", "record", "value", "revision", "seen"), rows)
}

// Resolved confirms a choice.
func (p *Page) Resolved(i engine.OpenItem) {
	p.line("%s: %s is stored. The next run applies it, or shows the item again if the ends moved.",
		p.paint(name, clean(i.ID)), clean(or(i.Choice, "the choice")))
}

// facts prints what is known, one line each; what is not known is left out.
func (p *Page) facts(facts [][2]string) {
	widest := 0
	for _, f := range facts {
		if f[1] != "" {
			widest = max(widest, len(f[0]))
		}
	}
	for _, f := range facts {
		if f[1] != "" {
			p.line("  %s  %s", p.paint(faint, pad(f[0], widest)), clean(f[1]))
		}
	}
}
