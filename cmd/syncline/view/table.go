package view

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/x/ansi"
)

// column heads one column of a listing.
type column struct {
	title string
	right bool // numbers stand to the right
}

// columns makes columns of titles; a title that begins with ">" stands to the
// right.
func columns(titles ...string) []column {
	cols := make([]column, len(titles))
	for i, t := range titles {
		cols[i] = column{title: strings.TrimPrefix(t, ">"), right: strings.HasPrefix(t, ">")}
	}
	return cols
}

// gap is the room between two columns.
const gap = 2

// table prints rows under their titles. When they are wider than the page, the
// widest columns give way and what is cut off ends in an ellipsis. A column
// that says nothing in any row is left out.
func (p *Page) table(indent string, cols []column, rows [][]string) {
	cols, rows = telling(cols, rows)
	widths := p.widths(len(indent), cols, rows)
	t := table.New().Border(lipgloss.HiddenBorder()).
		BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderHeader(false).BorderColumn(false).BorderRow(false).Wrap(false).
		StyleFunc(func(row, col int) lipgloss.Style {
			s := lipgloss.NewStyle()
			if cols[col].right {
				s = s.Align(lipgloss.Right)
			}
			if col < len(cols)-1 {
				return s.Width(widths[col] + gap).PaddingRight(gap)
			}
			return s.Width(widths[col])
		})
	titles := make([]string, len(cols))
	for i, c := range cols {
		titles[i] = p.paint(faint, shorten(c.title, widths[i]))
	}
	t.Headers(titles...)
	for _, row := range rows {
		cells := make([]string, len(cols))
		for i := range cols {
			cells[i] = shorten(row[i], widths[i])
		}
		t.Row(cells...)
	}
	for _, l := range strings.Split(t.Render(), "\n") {
		p.line("%s%s", indent, strings.TrimRight(l, " "))
	}
}

// telling leaves out the columns that are empty in every row.
func telling(cols []column, rows [][]string) ([]column, [][]string) {
	kept, cells := make([]column, 0, len(cols)), make([][]string, len(rows))
	for i, c := range cols {
		if len(rows) > 0 && !slices.ContainsFunc(rows, func(row []string) bool { return row[i] != "" }) {
			continue
		}
		kept = append(kept, c)
		for n, row := range rows {
			cells[n] = append(cells[n], row[i])
		}
	}
	return kept, cells
}

// widths gives each column the room of its widest cell, and takes from the
// widest until all fit.
func (p *Page) widths(indent int, cols []column, rows [][]string) []int {
	const narrowest = 6
	widths := make([]int, len(cols))
	total := indent + gap*(len(cols)-1)
	for i, c := range cols {
		widths[i] = ansi.StringWidth(c.title)
		for _, row := range rows {
			widths[i] = max(widths[i], ansi.StringWidth(row[i]))
		}
		total += widths[i]
	}
	for p.width > 0 && total > p.width {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= narrowest {
			break
		}
		widths[widest]--
		total--
	}
	return widths
}
