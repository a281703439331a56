package view

import (
	"maps"
	"slices"
	"strings"
	"time"

	"syncline/engine/plans"
	"syncline/engine/run"
)

// Summary prints what became of every record: per pipeline a table whose
// counts add up, why records were set aside, what was withheld, and what a
// person can do now.
func (p *Page) Summary(s *plans.Summary) {
	for _, pipe := range s.Pipelines {
		p.pipelineSummary(pipe)
	}
	for _, w := range s.Warnings {
		p.Warning(w)
	}
	p.outcome(s)
}

func (p *Page) pipelineSummary(s plans.PipelineSummary) {
	p.line("%s  %s linked", p.paint(strong, clean(s.Pipeline)), count(s.Linked))
	if len(s.Ends) > 0 {
		p.endTable(s.Ends)
	}
	for _, e := range s.Ends {
		p.asides(e)
	}
	p.findings(s.Findings)
	for _, w := range s.Withheld {
		p.withheld(w)
	}
	for _, b := range s.Breakers {
		p.line("  %s %s", p.paint(warn, "failing:"), clean(b.Text()))
	}
	if s.Failed != "" {
		p.line("  %s %s", p.paint(bad, "stopped:"), clean(s.Failed))
	}
	p.closed(s.Closed)
	if s.Conflicts+s.Reviews+s.Waiting+s.Standing.Dead.Count > 0 {
		p.line("  %s", p.open(s))
	}
	p.line("")
}

// tallied is one count of an end, in the order of the table.
type tallied struct {
	title string
	of    func(plans.EndSummary) int
	keep  bool // shown although it is 0 everywhere
}

// fates are where a record read can end: they add up to what was read.
func fates() []tallied {
	return []tallied{
		{"agreed", func(e plans.EndSummary) int { return e.Agreed }, true},
		{"set aside", func(e plans.EndSummary) int { return e.SetAside }, true},
		{"review", func(e plans.EndSummary) int { return e.Review }, false},
		{"waiting", func(e plans.EndSummary) int { return e.Waiting }, false},
		{"in flight", func(e plans.EndSummary) int { return e.InFlight }, false},
		{"not reached", func(e plans.EndSummary) int { return e.NotReached }, false},
		{"unaccounted", unaccounted, false},
	}
}

// deeds are what was written.
func deeds() []tallied {
	return []tallied{
		{"created", func(e plans.EndSummary) int { return e.Created }, true},
		{"updated", func(e plans.EndSummary) int { return e.Updated }, true},
		{"archived", func(e plans.EndSummary) int { return e.Archived }, false},
		{"deleted", func(e plans.EndSummary) int { return e.Deleted }, false},
		{"refused", func(e plans.EndSummary) int { return e.Refused }, false},
	}
}

func unaccounted(e plans.EndSummary) int {
	return e.Read - e.Agreed - e.SetAside - e.Review - e.Waiting - e.InFlight - e.NotReached
}

// endTable prints the ends' counts: read = the fates, then what was written.
func (p *Page) endTable(ends []plans.EndSummary) {
	used := func(t tallied) bool {
		return t.keep || slices.ContainsFunc(ends, func(e plans.EndSummary) bool { return t.of(e) != 0 })
	}
	titles := []string{"end", ">read"}
	var cells []func(plans.EndSummary) string
	add := func(title, mark string, of func(plans.EndSummary) int) {
		titles = append(titles, ">"+mark+title)
		cells = append(cells, func(e plans.EndSummary) string { return count(of(e)) })
	}
	mark := "= "
	for _, t := range fates() {
		if used(t) {
			add(t.title, mark, t.of)
			mark = "+ "
		}
	}
	mark = "| "
	for _, t := range deeds() {
		if used(t) {
			add(t.title, mark, t.of)
			mark = ""
		}
	}
	var rows [][]string
	for _, e := range ends {
		row := []string{p.paint(name, clean(e.End)), count(e.Read)}
		for _, cell := range cells {
			row = append(row, cell(e))
		}
		rows = append(rows, row)
	}
	p.table("  ", columns(titles...), rows)
}

// asides says why records of an end were set aside, the commonest first.
func (p *Page) asides(e plans.EndSummary) {
	reasons := slices.Sorted(maps.Keys(e.Asides))
	slices.SortStableFunc(reasons, func(a, b string) int { return e.Asides[b] - e.Asides[a] })
	for _, why := range reasons {
		p.line("  %s %s at %s: %s", p.paint(warn, "set aside:"), count(e.Asides[why]), clean(e.End), clean(why))
	}
	if e.Down != "" {
		p.line("  %s %s: %s", p.paint(bad, "no more writes:"), clean(e.End), clean(e.Down))
		p.line("                  what was to be written there waits for the next run")
	}
}

func (p *Page) withheld(w plans.Withheld) {
	p.line("  %s %s: %s.", p.paint(bad, "withheld:"), clean(w.What()), clean(w.Kept()))
	if w.Grant() == "" {
		p.line("            %s", clean(w.Look()))
		return
	}
	p.line("            `syncline plan` shows it; if it is meant, run with %s", clean(w.Grant()))
}

// open says what waits, for how long the oldest does, and where to look.
func (p *Page) open(s plans.PipelineSummary) string {
	text := p.paint(warn, "open: ") + strings.Join(standing(s.Standing), ", ")
	if n := s.Standing.Overdue; n > 0 {
		text += "; " + p.paint(warn, count(n)+" overdue")
	}
	if s.Conflicts+s.Reviews > 0 {
		text += "; `syncline conflicts list` lists them"
	}
	if s.Standing.Dead.Count > 0 || s.Conflicts+s.Reviews == 0 {
		text += "; `syncline queue list` says what waits and what died"
	}
	return text
}

// standing counts what is open, each kind with the age of its oldest.
func standing(s plans.Standing) []string {
	var parts []string
	for _, o := range []struct {
		plans.Count
		one, many string
	}{
		{s.Conflicts, "conflict", "conflicts"}, {s.Reviews, "review", "reviews"}, {s.Waiting, "waiting", "waiting"},
		{s.Dead, "dead letter", "dead letters"},
	} {
		if o.Count.Count == 0 {
			continue
		}
		text := plural(o.Count.Count, o.one, o.many)
		if o.Oldest >= time.Minute {
			text += " for up to " + span(o.Oldest)
		}
		parts = append(parts, text)
	}
	return parts
}

// closed says what was settled, by itself or as somebody chose.
func (p *Page) closed(closed map[string]int) {
	var why []string
	total := 0
	for _, reason := range slices.Sorted(maps.Keys(closed)) {
		if reason != run.ClosedChosen {
			total += closed[reason]
			why = append(why, count(closed[reason])+": "+clean(reason))
		}
	}
	var parts []string
	if total > 0 {
		parts = append(parts, count(total)+" by themselves ("+strings.Join(why, "; ")+")")
	}
	if n := closed[run.ClosedChosen]; n > 0 {
		parts = append(parts, count(n)+" as somebody chose")
	}
	if len(parts) > 0 {
		p.line("  %s %s", p.paint(good, "closed:"), strings.Join(parts, ", "))
	}
}

// outcome says in one line what was done.
func (p *Page) outcome(s *plans.Summary) {
	var writes, refused, stopped int
	for _, pipe := range s.Pipelines {
		if pipe.Short() {
			stopped++
		}
		for _, e := range pipe.Ends {
			writes += e.Created + e.Updated + e.Archived + e.Deleted
			refused += e.Refused
		}
	}
	took := span(s.Took.Round(time.Millisecond))
	switch {
	case stopped > 0:
		p.line("%s in %s: %s; not all was done, see above.", p.paint(bad, "Stopped"), took, plural(writes, "write", "writes"))
	case writes == 0 && refused == 0:
		p.line("%s in %s: nothing to do.", p.paint(good, "Done"), took)
	default:
		p.line("%s in %s: %s.", p.paint(good, "Done"), took, plural(writes, "write", "writes"))
	}
}

// findings says what is worth knowing and stops nothing, by kind.
func (p *Page) findings(of map[string]int) {
	for _, kind := range slices.Sorted(maps.Keys(of)) {
		p.line("  %s %s × %s", p.paint(warn, "finding:"), count(of[kind]), clean(kind))
	}
}
