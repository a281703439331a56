package view

import (
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"syncline/engine"
)

// Conflicts lists what waits for a person, oldest first; total is how many
// there are in all.
func (p *Page) Conflicts(items []engine.OpenItem, total int, now time.Time) {
	if len(items) == 0 {
		p.line("Nothing waits for a person.")
		return
	}
	parts := slices.ContainsFunc(items, func(i engine.OpenItem) bool { return i.Field != "" })
	var rows [][]string
	for _, i := range items {
		field := i.Field
		if parts {
			field = or(field, "(whole)")
		}
		state := "open"
		switch {
		case i.Choice != "":
			state = "chosen: " + i.Choice
		case i.Orphaned:
			state = "orphaned"
		}
		rows = append(rows, []string{
			p.paint(name, clean(i.ID)), clean(i.Kind), clean(i.Pipeline), clean(field),
			clean(sides(i)), span(now.Sub(i.Since)), clean(state),
		})
	}
	p.table("", columns("id", "kind", "pipeline", "field", "sides", ">age", "state"), rows)
	p.line("")
	if total > len(items) {
		p.line("The oldest %s of %s; -limit 0 lists all, -group counts them.", count(len(items)), plural(total, "item", "items"))
	}
	p.line("%s. `syncline conflicts show ID` shows one, `syncline conflicts resolve ID CHOICE` settles it.",
		plural(total, "item", "items"))
}

// ConflictGroups counts what waits for a person by what the items have in
// common.
func (p *Page) ConflictGroups(groups []engine.OpenGroup, by string, now time.Time) {
	if len(groups) == 0 {
		p.line("Nothing waits for a person.")
		return
	}
	var rows [][]string
	total := 0
	for _, g := range groups {
		total += g.Conflicts + g.Reviews
		rows = append(rows, []string{
			p.paint(name, clean(g.Name)), count(g.Conflicts), count(g.Reviews), count(g.Chosen), span(now.Sub(g.Oldest)),
		})
	}
	p.table("", columns(clean(by), ">conflicts", ">reviews", ">chosen", ">oldest"), rows)
	p.line("")
	p.line("%s. `syncline conflicts resolve -%s … -all CHOICE` answers many at once.", plural(total, "item", "items"), clean(filterOf(by)))
}

// filterOf is the option that picks a group.
func filterOf(by string) string {
	if by == "" {
		return "field"
	}
	return by
}

// shownRefusals is how many refused items are named; the rest is counted.
const shownRefusals = 10

// Survey says what one choice for many items would do.
func (p *Page) Survey(s engine.Survey, now time.Time) {
	if len(s.Picks) == 0 && len(s.Refused) == 0 {
		p.line("Nothing that the filters let through waits for a person.")
		return
	}
	if len(s.Fit) > 0 {
		var rows [][]string
		for _, g := range s.Fit {
			rows = append(rows, []string{
				count(g.Count), clean(g.Kind), clean(g.Pipeline), clean(or(g.Field, "(whole)")), span(now.Sub(g.Oldest)),
			})
		}
		p.table("", columns(">items", "kind", "pipeline", "field", ">oldest"), rows)
		p.line("")
	}
	p.line("%s offered for %s of %s.", p.paint(name, clean(s.Choice)+" is"), count(len(s.Picks)), plural(len(s.Picks)+len(s.Refused), "item", "items"))
	if s.Same > 0 {
		p.line("%s of them have it stored already.", count(s.Same))
	}
	p.refusals(s.Refused, "not offered")
}

func (p *Page) refusals(refused []engine.Refusal, word string) {
	for _, r := range refused[:min(len(refused), shownRefusals)] {
		p.line("  %s %s: %s", p.paint(warn, word), p.paint(name, clean(r.ID)), clean(r.Why))
	}
	if n := len(refused) - shownRefusals; n > 0 {
		p.line("  %s, and %s", p.paint(warn, word), plural(n, "more item", "more items"))
	}
}

// Resolution says what became of one choice for many items.
func (p *Page) Resolution(r engine.Resolution) {
	text := plural(r.Stored, "choice is stored", "choices are stored")
	if r.Same > 0 {
		text += ", " + plural(r.Same, "was there already", "were there already")
	}
	p.line("%s. The next run applies them, or shows an item again if the ends moved.", text)
	p.refusals(r.Refused, "refused")
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
		{"until", moment(i.Deadline)}, {"told", told(i)}, {"decided by", i.Source}, {"choice", chosen(i)},
	})
	p.line("")
	p.sides(i.Sides)
	p.line("")
	if i.Choice != "" {
		p.line("The next run applies the choice, or shows the item again if the ends moved.")
		p.line("`syncline conflicts resolve %s -undo%s` takes it back.", clean(i.ID), inPlace(path))
		return
	}
	p.line("Settle it with one of:")
	commands := make([]string, len(i.Choices))
	widest := 0
	for n, c := range i.Choices {
		commands[n] = "syncline conflicts resolve " + word(i.ID) + " " + word(c) + " -saw " + word(i.Saw)
		commands[n] += inPlace(path)
		widest = max(widest, ansi.StringWidth(commands[n]))
	}
	for n, c := range i.Choices {
		p.line("  %s  %s", pad(commands[n], widest), p.paint(faint, "# "+meaning(c)))
	}
}

// inPlace is the argument that names the configuration, where it is not here.
func inPlace(path string) string {
	if path == "." {
		return ""
	}
	return " " + word(path)
}

// told says who hears of an item, and who does once it is open for too long.
func told(i engine.OpenItem) string {
	if i.Escalate != "" && i.Escalate != i.Alert {
		return i.Alert + ", then " + i.Escalate
	}
	return i.Alert
}

func chosen(i engine.OpenItem) string {
	if i.Choice == "" || i.By == "" {
		return i.Choice
	}
	return i.Choice + ", by " + i.By
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
	case "drop":
		return "forget it: its pipeline is not in the configuration"
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

// Resolved confirms a choice, or that it was taken back.
func (p *Page) Resolved(i engine.OpenItem) {
	if i.Choice == "" {
		p.line("%s: the choice is taken back; it waits for a person again.", p.paint(name, clean(i.ID)))
		return
	}
	p.line("%s: %s is stored. The next run applies it, or shows the item again if the ends moved.",
		p.paint(name, clean(i.ID)), clean(i.Choice))
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
