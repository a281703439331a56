package view

import (
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"syncline/engine/run"
)

// Progress tells a person how far a run is: one line that is drawn again and
// again on a terminal, a line every few seconds elsewhere. It is called by one
// goroutine; its times are those of the events.
type Progress struct {
	page     *Page
	w        io.Writer
	live     bool // whether the line may be drawn again
	last     time.Time
	started  time.Time
	drawn    bool
	asides   int
	stage    string
	baseline int // records done when the stage began
}

// How often a line is drawn again, or a new one printed.
const (
	drawEvery  = 100 * time.Millisecond
	printEvery = 5 * time.Second
)

// shownAsides is how many records put aside are named while the run goes on;
// the summary counts them all.
const shownAsides = 5

// NewProgress returns a Progress on w; live says that w is a terminal.
func NewProgress(w io.Writer, width int, color, live bool) *Progress {
	return &Progress{page: New(w, width, color), w: w, live: live}
}

// Listen takes an event of a run.
func (p *Progress) Listen(e run.Event) {
	switch e.Kind {
	case run.Progress, run.Started, run.Finished:
		p.progress(e)
	case run.Warned:
		p.Clear()
		p.page.Warning(source(e) + e.Text)
	case run.Withheld:
		p.Clear()
		p.page.line("%s %s%s", p.page.paint(bad, "withheld:"), clean(source(e)), clean(e.Text))
	case run.PutAside:
		p.aside(e)
	}
}

// Clear takes the line that is drawn again off the terminal.
func (p *Progress) Clear() {
	if p.drawn {
		io.WriteString(p.w, "\r\x1b[K")
		p.drawn = false
	}
}

func source(e run.Event) string {
	switch {
	case e.End != "":
		return e.Pipeline + ", " + e.End + ": "
	case e.Pipeline != "":
		return e.Pipeline + ": "
	}
	return ""
}

func (p *Progress) aside(e run.Event) {
	p.asides++
	if p.asides > shownAsides+1 {
		return
	}
	p.Clear()
	if p.asides == shownAsides+1 {
		p.page.line("%s more are counted in the summary", p.page.paint(warn, "set aside:"))
		return
	}
	p.page.line("%s %s%s", p.page.paint(warn, "set aside:"), clean(source(e)), clean(e.Text))
}

func (p *Progress) progress(e run.Event) {
	if stage := e.Pipeline + "\x00" + e.End + "\x00" + e.Stage; stage != p.stage || p.started.IsZero() {
		p.stage, p.started, p.baseline = stage, e.At, e.Done
		if p.last.IsZero() {
			p.last = e.At
		}
	}
	every := printEvery
	if p.live {
		every = drawEvery
	}
	if e.Kind == run.Finished {
		p.Clear()
		return
	}
	if e.At.Sub(p.last) < every {
		return
	}
	p.last = e.At
	if !p.live {
		p.page.line("%s", p.text(e, false))
		return
	}
	io.WriteString(p.w, "\r"+p.page.fit(p.text(e, true))+"\x1b[K")
	p.drawn = true
}

// fit cuts a line to the page, so that drawing it again covers it.
func (p *Page) fit(text string) string {
	if p.width <= 1 {
		return text
	}
	return shorten(text, p.width-1)
}

// text says how far the run is: what, how much, how fast, what came of it, and
// how long it takes still. What a narrow page has no room for is left out, the
// least important first.
func (p *Progress) text(e run.Event, bar bool) string {
	done := count(e.Done)
	if e.Total > 0 {
		done += "/" + count(e.Total)
	}
	head := clean(strings.TrimSpace(e.Pipeline+" "+e.End) + ": " + e.Stage + " ")
	if bar && e.Total > 0 {
		head += p.bar(e) + " "
	}
	text := head + done + " records"
	rest := p.details(e)
	if p.page.width <= 0 {
		return text + ", " + strings.Join(rest, ", ")
	}
	if ansi.StringWidth(text+", "+strings.Join(rest, ", ")) >= p.page.width {
		text = head + done
	}
	for _, r := range rest {
		if ansi.StringWidth(text+", "+r) < p.page.width {
			text += ", " + r
		}
	}
	return text
}

// details is what is said beside the records, the most important first.
func (p *Progress) details(e run.Event) []string {
	parts := []string{plural(e.Writes, "write", "writes")}
	if e.Conflicts > 0 {
		parts = append(parts, plural(e.Conflicts, "conflict", "conflicts"))
	}
	if e.Asides > 0 {
		parts = append(parts, count(e.Asides)+" set aside")
	}
	if took := e.At.Sub(p.started); took > time.Second && e.Done > p.baseline {
		rate := float64(e.Done-p.baseline) / took.Seconds()
		parts = append(parts, count(int(rate))+"/s")
		if left := time.Duration(float64(e.Total-e.Done) / rate * float64(time.Second)); left >= time.Second {
			parts = append(parts, span(left.Round(time.Second))+" left")
		}
	}
	return parts
}

// barWidth is how many cells the bar has.
const barWidth = 20

func (p *Progress) bar(e run.Event) string {
	full := min(barWidth, barWidth*e.Done/e.Total)
	return "[" + p.page.paint(good, strings.Repeat("#", full)) + strings.Repeat(".", barWidth-full) + "]"
}
