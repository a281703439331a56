package view

import (
	"maps"
	"slices"
	"strconv"

	"syncline/engine"
)

// State prints what the state holds, in numbers.
func (p *Page) State(s engine.StateInfo) {
	p.line("%s", p.paint(strong, clean(s.Folder)))
	p.facts([][2]string{
		{"engine", s.Engine}, {"format", strconv.Itoa(s.Format)}, {"encrypted", encryption(s.Encrypted)}, {"size", size(s.Size)},
		{"held by", s.Holder}, {"journal", size(s.Audit)},
		{"conflicts", count(s.Conflicts)}, {"reviews", count(s.Reviews)}, {"waiting", count(s.Waiting)},
		{"intents", count(s.Intents)}, {"gone", count(s.Tombs)}, {"set aside", count(s.Dead)},
	})
	if len(s.Links) > 0 {
		p.line("")
		var rows [][]string
		for _, pipeline := range slices.Sorted(maps.Keys(s.Links)) {
			rows = append(rows, []string{clean(pipeline), count(s.Links[pipeline])})
		}
		p.table("  ", columns("pipeline", ">linked"), rows)
	}
	if len(s.Breakers) > 0 {
		p.line("")
		for _, b := range s.Breakers {
			p.line("  %s %s, %s", p.paint(warn, "failing:"), clean(b.Pipeline), clean(b.Text()))
		}
	}
	if len(s.Checkpoints) > 0 {
		p.line("")
		var rows [][]string
		for _, c := range s.Checkpoints {
			rows = append(rows, []string{clean(c.Pipeline), p.paint(name, clean(c.End)), clean(c.Checkpoint), moment(c.At)})
		}
		p.table("  ", columns("pipeline", "end", "read up to", "when"), rows)
	}
}

func encryption(yes bool) string {
	if yes {
		return "at rest"
	}
	return "no"
}
