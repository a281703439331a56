package view

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// clean makes text from data harmless on one line of a terminal: control
// characters, escape sequences, what changes the direction of writing and
// broken UTF-8 are shown as escapes.
func clean(text string) string {
	if harmless(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case dangerous(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
		text = text[size:]
	}
	return b.String()
}

// cleanLines is clean for text that may have several lines.
func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = clean(l)
	}
	return strings.Join(lines, "\n")
}

func harmless(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, dangerous) < 0
}

func dangerous(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
}

// shorten cuts text to the width, the last column an ellipsis.
func shorten(text string, width int) string {
	if width < 1 {
		return ""
	}
	return ansi.Truncate(text, width, "…")
}

// pad fills text with spaces to the width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}

func (p *Page) wrap(text string, indent int) string {
	const narrowest, widest = 30, 100
	width := widest
	if p.width > 0 {
		width = min(width, p.width-indent)
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = fold(l, max(narrowest, width))
	}
	return strings.Join(lines, "\n")
}

// fold breaks a line between words, so that none of its lines is wider than
// the width; a word that alone is wider stays whole, to be copied.
func fold(line string, width int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Split(line, " ") {
		w := ansi.StringWidth(word)
		switch {
		case i == 0:
		case used+1+w > width:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += w
	}
	return b.String()
}

// Columns wraps the second column of a text of two, such as a list of options,
// to the width; 0 leaves it as it is.
func Columns(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if width <= 0 || ansi.StringWidth(l) <= width {
			continue
		}
		body := strings.TrimLeft(l, " ")
		column := len(l) - len(body)
		if gap := strings.LastIndex(body, "  "); gap >= 0 {
			column += gap + 2
		}
		lines[i] = l[:column] + strings.ReplaceAll(fold(l[column:], max(20, width-column)), "\n", "\n"+strings.Repeat(" ", column))
	}
	return strings.Join(lines, "\n")
}

// count prints a number with its digits in groups of three.
func count[N int | int64 | uint64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural prints a number and its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// span prints a duration as a person would say it.
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return plural(int(d/(24*time.Hour)), "day", "days")
}

// moment prints a time, "" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// size prints a number of bytes.
func size(n int64) string {
	const kib = 1 << 10
	switch {
	case n < kib:
		return fmt.Sprintf("%d B", n)
	case n < kib*kib:
		return fmt.Sprintf("%.1f KiB", float64(n)/kib)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(kib*kib))
}

// or returns the first text that is not empty.
func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
