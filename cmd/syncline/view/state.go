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
	if s.Holder != "" {
		p.facts([][2]string{{"engine", s.Engine}, {"size", size(s.Size)}, {"held by", s.Holder}})
		p.line("What is in it can be shown when that is done.")
		return
	}
	p.facts([][2]string{
		{"engine", s.Engine}, {"format", strconv.Itoa(s.Format)}, {"encrypted", encryption(s.Encrypted)}, {"size", size(s.Size)},
		{"journal", size(s.Audit)},
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
	p.standings(s.Standing)
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

// standings says of each pipeline what is open, waits or died, and who hears of
// it; those with nothing are left out.
func (p *Page) standings(all []engine.StandingInfo) {
	var rows [][]string
	for _, s := range all {
		oldest := max(s.Conflicts.Oldest, s.Reviews.Oldest, s.Waiting.Oldest, s.Dead.Oldest)
		n := s.Conflicts.Count + s.Reviews.Count + s.Waiting.Count + s.Dead.Count
		if n == 0 {
			continue
		}
		rows = append(rows, []string{
			clean(s.Pipeline), clean(s.Owner), count(s.Conflicts.Count), count(s.Reviews.Count), count(s.Waiting.Count),
			count(s.Dead.Count), count(s.Overdue), span(oldest),
		})
	}
	if len(rows) > 0 {
		p.line("")
		p.table("  ", columns("pipeline", "told", ">conflicts", ">reviews", ">waiting", ">dead", ">overdue", ">oldest"), rows)
	}
}
