// Package view renders what the engine answers: for people as text that fits
// their terminal, for machines as JSON with a format_version, and the run
// graph as SVG, DOT and Mermaid.
//
// It decides nothing, reads no configuration and never exits; commands stand
// in cmd/syncline. Enter at New, and at the function named like the thing.
//
// Why every text from data goes through clean: a name in a system may hold
// escape sequences that would rewrite what the reader sees on the terminal.
package view

import (
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Page is where people's renderings go: a writer, how wide it is, and whether
// it shows colour. A page of width 0 is as wide as it needs to be.
type Page struct {
	w     io.Writer
	width int
	color bool
}

// New returns a page.
func New(w io.Writer, width int, color bool) *Page {
	return &Page{w: w, width: width, color: color}
}

// style is a way to set off words. Colour never stands alone: a mark or a word
// says the same.
type style uint8

const (
	plain style = iota
	strong
	faint
	good
	bad
	warn
	name
)

// paint sets text off where the page shows colour. It stands on one line.
func (p *Page) paint(s style, text string) string {
	text = clean(text)
	if !p.color || s == plain || text == "" {
		return text
	}
	l := lipgloss.NewStyle()
	switch s {
	case strong:
		l = l.Bold(true)
	case faint:
		l = l.Faint(true)
	case good:
		l = l.Foreground(lipgloss.Green)
	case bad:
		l = l.Foreground(lipgloss.Red).Bold(true)
	case warn:
		l = l.Foreground(lipgloss.Yellow)
	case name:
		l = l.Foreground(lipgloss.Cyan)
	}
	return l.Render(text)
}

// line prints a line; one that is wider than the page goes on below, further
// in. In a pipe a line stays one.
func (p *Page) line(format string, args ...any) {
	for _, l := range strings.Split(fmt.Sprintf(format, args...), "\n") {
		io.WriteString(p.w, p.hang(l)+"\n")
	}
}

// hang wraps a line that is wider than the page.
func (p *Page) hang(line string) string {
	if p.width <= 0 || ansi.StringWidth(line) <= p.width {
		return line
	}
	text := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(text)]
	return indent + strings.ReplaceAll(fold(text, p.width-len(indent)-2), "\n", "\n"+indent+"  ")
}

// Line prints one line of a command's own words. What the words name may come
// from anywhere: it stays on the line.
func (p *Page) Line(format string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = clean(a)
		case error:
			args[i] = clean(a.Error())
		}
	}
	p.line("%s", cleanLines(fmt.Sprintf(format, args...)))
}

// Error prints why a command failed, and what to do now when that is known.
// Only its first line begins where errors do: what an error quotes cannot look
// like another.
func (p *Page) Error(err error, hint string) {
	p.line("%s %s", p.paint(bad, "error:"), strings.ReplaceAll(cleanLines(err.Error()), "\n", "\n  "))
	if hint != "" {
		p.paragraph("  ", hint)
	}
}

// Warning prints what a person should know although the command goes on.
func (p *Page) Warning(text string) {
	p.line("%s %s", p.paint(warn, "warning:"), clean(text))
}

// paragraph prints text wrapped to the page, each line after the indent.
func (p *Page) paragraph(indent, text string) {
	for _, l := range strings.Split(p.wrap(cleanLines(text), len(indent)), "\n") {
		p.line("%s", strings.TrimRight(indent+l, " "))
	}
}
