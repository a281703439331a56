package view

import (
	"bytes"
	"io"
	"strings"

	"syncline/engine/graph"
	"syncline/engine/review"
)

// MappingMarkdown writes a mapping document as Markdown that a Git host shows.
// What it quotes stays text, and every line of a table is one line.
func MappingMarkdown(w io.Writer, d *review.Document, g *graph.Graph) error {
	var b bytes.Buffer
	b.WriteString(MappingMarker)
	for _, x := range mappingSheet(d, g).blocks {
		b.WriteByte('\n')
		switch {
		case x.level > 0:
			b.WriteString(strings.Repeat("#", x.level) + " " + markdown(x.heading) + "\n")
		case x.picture != nil:
			b.WriteString("```mermaid\n")
			if err := Mermaid(&b, x.picture); err != nil {
				return err
			}
			b.WriteString("```\n")
		default:
			markdownTable(&b, x)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func markdownTable(b *bytes.Buffer, t block) {
	b.WriteString("| " + strings.Join(t.columns, " | ") + " |\n|" + strings.Repeat(" --- |", len(t.columns)) + "\n")
	for _, row := range t.rows {
		b.WriteByte('|')
		for _, c := range row {
			b.WriteString(" " + markdownCell(c) + " |")
		}
		b.WriteByte('\n')
	}
}

func markdownCell(c cell) string {
	var parts []string
	if c.text != "" {
		text := markdown(c.text)
		if c.strong {
			text = "**" + text + "**"
		}
		parts = append(parts, text)
	}
	for _, line := range codeLines(c.code) {
		parts = append(parts, markdownCode(line))
	}
	return strings.Join(parts, "<br>")
}

// codeLines are the lines of an expression that hold something.
func codeLines(code string) []string {
	var lines []string
	for _, l := range strings.Split(code, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, clean(l))
		}
	}
	return lines
}

// markdownCode quotes a line for a cell of a table, where a bar ends the cell
// even inside of code.
func markdownCode(line string) string {
	fence := strings.Repeat("`", longestRun(line)+1)
	if strings.HasPrefix(line, "`") || strings.HasSuffix(line, "`") {
		line = " " + line + " "
	}
	return fence + strings.ReplaceAll(line, "|", `\|`) + fence
}
