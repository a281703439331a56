package view

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncline/pipelines/diag"
)

// Problems prints every problem with the lines it is about, underlined, and
// ends with how many there are. files is what was read, by name as in ranges.
func (p *Page) Problems(problems diag.Problems, files map[string][]byte) {
	for _, problem := range problems {
		p.problem(problem, files[problem.Range.File])
		p.line("")
	}
	if len(problems) > 0 {
		p.line("%s", p.tally(problems))
	}
}

func (p *Page) problem(d diag.Problem, source []byte) {
	head := p.paint(severityStyle(d.Severity), d.Severity.String()+":")
	code := ""
	if d.Code != "" {
		code = p.paint(faint, " ["+string(d.Code)+"]")
	}
	p.line("%s %s%s", head, p.paint(strong, clean(d.Summary)), code)
	if d.Range.File != "" {
		where := clean(place(d.Range))
		if d.Context != "" {
			where += ", in " + clean(d.Context)
		}
		p.line("  %s", where)
		if p.snippet(d, source) && d.Detail+d.Hint != "" {
			p.line("")
		}
	}
	if d.Detail != "" {
		p.paragraph("  ", d.Detail)
	}
	if d.Hint != "" {
		p.paragraph("  ", d.Hint)
	}
}

// place is where a range begins; a file as a whole has no line.
func place(r diag.Range) string {
	if r.Start.Line < 1 {
		return r.File
	}
	return r.String()
}

func severityStyle(s diag.Severity) style {
	switch s {
	case diag.Error:
		return bad
	case diag.Warning:
		return warn
	default:
		return name
	}
}

// tally says how many problems of which kind there are.
func (p *Page) tally(problems diag.Problems) string {
	var by [3]int
	for _, d := range problems {
		by[d.Severity]++
	}
	var parts []string
	for severity, n := range by {
		if n > 0 {
			word := diag.Severity(severity).String()
			parts = append(parts, p.paint(severityStyle(diag.Severity(severity)), plural(n, word, word+"s")))
		}
	}
	text := strings.Join(parts, ", ")
	for _, d := range problems {
		if d.Severity == diag.Error && d.Code != "" {
			return text + p.paint(faint, fmt.Sprintf("; `syncline explain %s` explains a code", d.Code))
		}
	}
	return text
}

// shownLines is how many lines of a long range are shown.
const shownLines = 4

// snippet prints the lines of the range with a mark under what is meant, and
// reports whether there were any.
func (p *Page) snippet(d diag.Problem, source []byte) bool {
	start, end := d.Range.Start.Byte, max(d.Range.Start.Byte, d.Range.End.Byte)
	if d.Range.Start.Line < 1 || start > len(source) || len(source) == 0 {
		return false
	}
	end = min(end, len(source))
	number, shown := d.Range.Start.Line, 0
	margin := len(fmt.Sprint(number + shownLines))
	p.line("")
	for at := 1 + bytes.LastIndexByte(source[:start], '\n'); shown < shownLines; number++ {
		stop := len(source)
		if i := bytes.IndexByte(source[at:], '\n'); i >= 0 {
			stop = at + i
		}
		line := bytes.TrimSuffix(source[at:stop], []byte("\r"))
		from, to := max(0, start-at), min(len(line), end-at)
		if shown > 0 {
			from = len(line) - len(bytes.TrimLeft(line, " \t"))
		}
		p.marked(fmt.Sprintf("%*d", margin, number), line, min(from, len(line)), to, severityStyle(d.Severity))
		shown++
		if at = stop + 1; at >= end || at > len(source) {
			break
		}
	}
	if last := d.Range.End.Line; last > number {
		p.line("  %s %s", strings.Repeat(" ", margin), p.paint(faint, fmt.Sprintf("… to line %d", last)))
	}
	return true
}

// marked prints one numbered line and a mark under its bytes from from to to;
// a line too long for the page is cut on both sides of the mark.
func (p *Page) marked(number string, line []byte, from, to int, s style) {
	before := expand(string(line[:from]), 0)
	meant := expand(string(line[from:max(from, to)]), ansi.StringWidth(before))
	after := expand(string(line[max(from, to):]), ansi.StringWidth(before+meant))
	before, meant, after = p.window(before, meant, after, len(number)+5)
	p.line("  %s %s %s", p.paint(faint, number), p.paint(faint, "│"), strings.TrimRight(before+meant+after, " "))
	mark := strings.Repeat("^", max(1, ansi.StringWidth(meant)))
	p.line("  %s %s %s%s", strings.Repeat(" ", len(number)), p.paint(faint, "│"),
		strings.Repeat(" ", ansi.StringWidth(before)), p.paint(s, mark))
}

// window cuts the three parts of a line to what the page can show.
func (p *Page) window(before, meant, after string, margin int) (string, string, string) {
	const narrowest, lead = 40, 24
	width := 160
	if p.width > 0 {
		width = p.width
	}
	width = max(narrowest, width-margin)
	if ansi.StringWidth(before+meant+after) <= width {
		return before, meant, after
	}
	if w := ansi.StringWidth(before); w > lead && w+ansi.StringWidth(meant) > width-1 {
		before = ansi.TruncateLeft(before, w-lead+1, "…")
	}
	meant = shorten(meant, max(1, width-ansi.StringWidth(before)-1))
	return before, meant, shorten(after, width-ansi.StringWidth(before+meant))
}

// expand makes a stretch of a line printable: tabs become spaces up to the
// next stop of four, control characters escapes.
func expand(text string, column int) string {
	const stop = 4
	var b strings.Builder
	for i, part := range strings.Split(text, "\t") {
		if i > 0 {
			n := stop - column%stop
			b.WriteString(strings.Repeat(" ", n))
			column += n
		}
		part = clean(part)
		b.WriteString(part)
		column += ansi.StringWidth(part)
	}
	return b.String()
}
