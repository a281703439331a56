package view

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"syncline/engine/review"
)

// ChangesMarkdown writes what lies between two configurations as a comment for
// a review. What it quotes stays text: it makes no link, no heading and calls
// nobody.
func ChangesMarkdown(w io.Writer, r *review.Report) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "### What this change means\n\n%s\n", markdown(verdict(r)))
	if r.State != nil {
		fmt.Fprintf(&b, "\n%s\n", markdown(r.State.String()))
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "\n> **error** %s. %s%s\n", markdown(f.Sentence), markdown(f.Hint), markdownPlace(f.Place))
	}
	for _, c := range r.Changes {
		markdownChange(&b, c)
	}
	if classes := classesOf(r); len(classes) > 0 {
		b.WriteString("\n| class | what to do |\n| --- | --- |\n")
		for _, class := range classes {
			fmt.Fprintf(&b, "| %s | %s |\n", class, class.Procedure())
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func markdownChange(b *bytes.Buffer, c *review.Change) {
	fmt.Fprintf(b, "\n- **%s** %s%s\n", c.Risk, markdown(c.Sentence), markdownPlace(c.Place))
	if c.Language != "" {
		fence := strings.Repeat("`", max(3, longestRun(c.Old+" "+c.New)+1))
		fmt.Fprintf(b, "\n  %sdiff\n", fence)
		markdownLines(b, "-", c.Old)
		markdownLines(b, "+", c.New)
		fmt.Fprintf(b, "  %s\n\n", fence)
	}
	fmt.Fprintf(b, "  *%s*: %s\n", c.Class, markdown(c.Why))
	if c.Impact != nil {
		fmt.Fprintf(b, "  <br>%s\n", markdown(c.Impact.String()))
	}
}

func markdownLines(b *bytes.Buffer, sign, text string) {
	if text == "" {
		return
	}
	for _, l := range strings.Split(text, "\n") {
		fmt.Fprintf(b, "  %s %s\n", sign, clean(strings.TrimRight(l, " \t\r")))
	}
}

// longestRun is how many backticks stand beside each other at most.
func longestRun(text string) (longest int) {
	run := 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

func markdownPlace(p review.Place) string {
	text := p.String()
	if text == "" {
		return ""
	}
	if p.Old {
		text += " before"
	}
	return " (" + markdown(text) + ")"
}

// markdown keeps every letter of a text from meaning anything.
func markdown(text string) string {
	var b strings.Builder
	for _, r := range clean(text) {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@':
			b.WriteString("&#64;") // calls nobody
		case strings.ContainsRune("\\`*_[]#|~", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
