package view

import (
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

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
// the commands that settle it; path is the configuration's, as it was given.
func (p *Page) Conflict(i engine.OpenItem, path string, now time.Time) {
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
	commands := make([]string, len(i.Choices))
	widest := 0
	for n, c := range i.Choices {
		commands[n] = "syncline conflicts resolve " + word(i.ID) + " " + word(c)
		if path != "." {
			commands[n] += " " + word(path)
		}
		widest = max(widest, ansi.StringWidth(commands[n]))
	}
	for n, c := range i.Choices {
		p.line("  %s  %s", pad(commands[n], widest), p.paint(faint, "# "+meaning(c)))
	}
}

// meaning says what a choice does.
func meaning(choice string) string {
	kind, _, _ := strings.Cut(choice, ":")
	switch kind {
	case "keep":
		return "leave the ends as they are, different"
	case "value":
		return "write this, in place of TEXT"
	case "accept":
		return "take it as it is"
	case "link":
		return "it is the same"
	case "not-same":
		return "it is none of these"
	}
	return clean(choice) + " is right"
}

// word is a text as a shell takes it for one word.
func word(text string) string {
	odd := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@+,=%", r))
	}
	if text != "" && strings.IndexFunc(text, odd) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(clean(text), "'", `'\''`) + "'"
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
