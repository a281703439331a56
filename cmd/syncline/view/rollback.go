package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"syncline/engine/plans"
)

// Rollback prints what a rollback would put back, or did, what it leaves as it
// is and why, and ends with the numbers and what can be done now.
func (p *Page) Rollback(r *plans.Rollback) {
	if r.Restored+r.Refused+r.Waiting+r.Already == 0 {
		p.line("Nothing to undo: no write to a system fits %s.", clean(r.What))
		return
	}
	pipeline := ""
	for _, x := range r.Records {
		if x.Pipeline != pipeline {
			pipeline = x.Pipeline
			p.line("%s", p.paint(strong, clean(pipeline)))
		}
		p.planned(x)
	}
	if r.Omitted > 0 {
		p.line("  … and %s; -limit 0 lists all", plural(r.Omitted, "more", "more"))
	}
	if len(r.Records) > 0 {
		p.line("")
	}
	p.leftAlone(r)
	p.rolledBack(r)
}

// leftAlone says why things are not put back, the commonest first.
func (p *Page) leftAlone(r *plans.Rollback) {
	reasons := slices.Sorted(maps.Keys(r.Reasons))
	slices.SortStableFunc(reasons, func(a, b string) int { return r.Reasons[b] - r.Reasons[a] })
	for _, why := range reasons {
		p.line("  %s %s × %s", p.paint(warn, "not put back:"), count(r.Reasons[why]), clean(why))
	}
	if r.Links > 0 {
		p.line("  %s as before: a link writes nothing to a system", plural(r.Links, "link stays", "links stay"))
	}
	for _, s := range r.Summary.Pipelines {
		for _, w := range s.Withheld {
			p.line("  %s %s %s at %s, over the ceiling of %s: nothing of it is put back unless allowed with -allow %s=%d",
				p.paint(bad, "withheld:"), count(w.Count), clean(w.Kind), clean(w.End), count(w.Ceiling), clean(w.Kind), w.Count)
		}
		if s.Failed != "" {
			p.line("  %s %s: %s", p.paint(bad, "stopped:"), clean(s.Pipeline), clean(s.Failed))
		}
	}
	for _, w := range r.Summary.Warnings {
		p.Warning(w)
	}
}

// rolledBack is the last word: the numbers, and what can be done now.
func (p *Page) rolledBack(r *plans.Rollback) {
	var rest []string
	for _, x := range []struct {
		n    int
		word string
	}{{r.Refused, "refused"}, {r.Waiting, "waiting"}, {r.Already, "as it was already"}} {
		if x.n > 0 {
			rest = append(rest, count(x.n)+" "+x.word)
		}
	}
	left := ""
	if len(rest) > 0 {
		left = "; " + strings.Join(rest, ", ")
	}
	if !r.Applied {
		p.line("Plan of a rollback: %s to put back%s.", count(r.Restored), left)
		if r.Restored > 0 {
			p.line("Nothing was written. The same command with -apply carries it out.")
		}
		return
	}
	p.line("%s in %s: %s put back%s.", p.paint(good, "Rolled back"), span(r.Summary.Took.Round(time.Millisecond)), count(r.Restored), left)
	if r.Restored > 0 {
		p.line("This was run %s; `syncline rollback %s` takes it back.", clean(r.Run), clean(r.Run))
	}
}

// Runs lists runs, the newest last, as rollback takes them.
func (p *Page) Runs(runs []plans.RunInfo) {
	if len(runs) == 0 {
		p.line("No run wrote anything yet.")
		return
	}
	var rows [][]string
	for i := range runs {
		r := &runs[i]
		rows = append(rows, []string{
			p.paint(name, clean(r.Run)), moment(r.Began), clean(strings.Join(r.Pipelines, ", ")), deedsOf(r.Done), clean(r.Outcome), undoing(r),
		})
	}
	p.table("", columns("run", "began", "pipelines", "did", "outcome", ""), rows)
	p.line("")
	p.line("`syncline rollback RUN` shows what taking one back would do.")
}

// deedsOf counts what a run did, kind by kind.
func deedsOf(done map[string]int) string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(done)) {
		parts = append(parts, fmt.Sprintf("%s %s", count(done[kind]), clean(kind)))
	}
	return strings.Join(parts, ", ")
}

// undoing says which runs a run takes back, and which take it back.
func undoing(r *plans.RunInfo) string {
	var parts []string
	if len(r.Undoes) > 0 {
		parts = append(parts, "takes back "+abbreviated(r.Undoes))
	}
	if len(r.UndoneBy) > 0 {
		parts = append(parts, "taken back by "+abbreviated(r.UndoneBy))
	}
	return strings.Join(parts, "; ")
}

// abbreviated names runs that stand in full elsewhere on the page by how their
// ids begin.
func abbreviated(runs []string) string {
	short := make([]string, len(runs))
	for i, id := range runs {
		short[i] = shorten(clean(id), 14)
	}
	return strings.Join(short, ", ")
}
