package view

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"syncline/engine/scenario"
)

// Chaos prints what a simulation came to: what was exercised, which law broke
// and how, and where the story was saved.
func (p *Page) Chaos(r *scenario.Report, saved string) {
	if f := r.Failure; f != nil {
		p.broken(f, saved)
	}
	p.exercised(r)
	p.faults(r.Tally.Faults)
	for _, gap := range r.Gaps {
		p.line("%s %s", p.paint(warn, "not exercised:"), clean(gap))
	}
	if r.Failure != nil {
		return
	}
	if len(r.Trace) > 0 {
		p.trace(r.Trace)
	}
	p.line("%s every law held in %s%s.", p.paint(good, "ok:"), plural(r.Seeds, "story", "stories"), took(r.Took))
}

func took(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return ", " + span(d)
}

func (p *Page) broken(f *scenario.Failure, saved string) {
	p.line("%s %s", p.paint(bad, f.Broken.Law+" is broken:"), indented(f.Broken.What))
	for _, l := range scenario.Laws() {
		if l.Name == f.Broken.Law {
			p.paragraph("  ", l.Doc)
		}
	}
	p.line("")
	p.line("The shortest story found that breaks it (seed %d, %s of %d):", f.Seed, plural(len(f.Scenario.Steps), "step", "steps"), f.Drawn)
	p.line("")
	p.trace(f.Trace)
	p.line("")
	if saved != "" {
		p.line("Saved in %s: `syncline chaos -replay %s` plays it again.", clean(saved), clean(saved))
		p.line("")
	}
}

func (p *Page) trace(lines []string) {
	for _, l := range lines {
		p.line("  %s", indented(l))
	}
}

// indented keeps the lines of a text apart from those of the page.
func indented(text string) string { return strings.ReplaceAll(cleanLines(text), "\n", "\n    ") }

// exercised says how much was tried.
func (p *Page) exercised(r *scenario.Report) {
	t := r.Tally
	checks := 0
	for _, n := range t.Laws {
		checks += n
	}
	p.line("%s, %s, %s killed; %s, %s sent: %s", plural(r.Seeds, "story", "stories"), plural(t.Steps[scenario.Run], "run", "runs"), count(t.Kills),
		plural(t.Effects, "effect", "effects"), plural(t.Requests, "change", "changes"), counted(t.Writes))
	steps := map[string]int{}
	for do, n := range t.Steps {
		if do != scenario.Run {
			steps[string(do)] = n
		}
	}
	p.line("people and clocks: %s", counted(steps))
	p.line("laws checked %s times: %s", count(checks), counted(t.Laws))
	p.line("")
}

func counted(m map[string]int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, clean(k)+" "+count(m[k]))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// faults prints what went wrong, and what became of it.
func (p *Page) faults(met map[string]*scenario.Met) {
	if len(met) == 0 {
		return
	}
	var rows [][]string
	for _, kind := range slices.Sorted(maps.Keys(met)) {
		m := met[kind]
		rows = append(rows, []string{clean(kind), count(m.Set), count(m.Struck), count(m.Went), count(m.Stopped), count(m.Killed)})
	}
	p.table("", columns("fault", ">set", ">struck", ">runs went on", ">runs stopped", ">killed besides"), rows)
	p.line("")
}

// ChaosProgress tells how far a simulation is.
type ChaosProgress struct {
	page  *Page
	w     io.Writer
	live  bool
	last  time.Duration
	drawn bool
}

// NewChaosProgress returns a ChaosProgress on w; live says that w is a
// terminal.
func NewChaosProgress(w io.Writer, width int, color, live bool) *ChaosProgress {
	return &ChaosProgress{page: New(w, width, color), w: w, live: live}
}

// Show tells how far it is after the time that passed.
func (c *ChaosProgress) Show(p scenario.Progress, passed time.Duration) {
	every := printEvery
	if c.live {
		every = drawEvery
	}
	if passed-c.last < every && !p.Shrinking {
		return
	}
	c.last = passed
	checks, struck := 0, 0
	for _, n := range p.Tally.Laws {
		checks += n
	}
	for _, m := range p.Tally.Faults {
		struck += m.Struck
	}
	text := fmt.Sprintf("%s/%s stories, %s/s, laws checked %s times, %s killed, %s", count(p.Done), count(p.Seeds),
		count(int(float64(p.Done)/max(passed.Seconds(), 0.001))), count(checks), count(p.Tally.Kills), plural(struck, "fault", "faults"))
	if p.Shrinking {
		text = "a law is broken: looking for the shortest story that breaks it"
	}
	if !c.live {
		c.page.line("%s", text)
		return
	}
	io.WriteString(c.w, "\r"+c.page.fit(text)+"\x1b[K")
	c.drawn = true
}

// Clear takes the line that is drawn again off the terminal.
func (c *ChaosProgress) Clear() {
	if c.drawn {
		io.WriteString(c.w, "\r\x1b[K")
		c.drawn = false
	}
}
