package funcs

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var htmlFamily = Family{
	Name: "HTML",
	Doc:  "Rich text of one system for the plain field of another.",
	Funcs: []*Func{
		textFunc("html_text", "The text of HTML: paragraphs and lines stay, lists get dashes, scripts and styles go.", htmlText,
			Example{"html_text('<p>Likes <b>Go</b> &amp; SQL</p><ul><li>one</li><li>two</li></ul>')", `"Likes Go & SQL\n- one\n- two"`},
			Example{"html_text('a<script>alert(1)</script><br>b')", `"a\nb"`}, Example{"html_text('plain')", "'plain'"}),
		textFunc("html_escape", "Writes a text so that HTML shows it as it is.", html.EscapeString, Example{"html_escape('a < b & c')", "'a &lt; b &amp; c'"}),
	},
}

func htmlText(s string) string {
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(s))
	hidden := 0
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return tidyLines(b.String())
		case html.TextToken:
			if hidden == 0 {
				b.WriteString(blanksOf(string(tokens.Text())))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := tokens.TagName()
			tag := atom.Lookup(name)
			if tag == atom.Script || tag == atom.Style {
				hidden++
			}
			b.WriteString(opening(tag))
		case html.EndTagToken:
			name, _ := tokens.TagName()
			tag := atom.Lookup(name)
			if (tag == atom.Script || tag == atom.Style) && hidden > 0 {
				hidden--
			}
			if opening(tag) != "" {
				b.WriteByte('\n')
			}
		}
	}
}

// opening is what a tag begins with in plain text.
func opening(tag atom.Atom) string {
	switch tag {
	case atom.Li:
		return "\n- "
	case atom.P, atom.Div, atom.Br, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Tr, atom.Ul, atom.Ol, atom.Table, atom.Blockquote, atom.Pre, atom.Section, atom.Article:
		return "\n"
	case atom.Td, atom.Th:
		return " "
	}
	return ""
}

// blanksOf makes every run of blanks one, as HTML shows it.
func blanksOf(s string) string {
	fields := strings.Join(strings.Fields(s), " ")
	if fields == "" {
		if s != "" {
			return " "
		}
		return ""
	}
	if strings.TrimLeft(s, " \t\r\n") != s {
		fields = " " + fields
	}
	if strings.TrimRight(s, " \t\r\n") != s {
		fields += " "
	}
	return fields
}

func tidyLines(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = squeeze(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
