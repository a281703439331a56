package view

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"syncline/engine/graph"
	"syncline/engine/review"
)

// mappingStyle is for a screen and for paper. The picture brings its own.
const mappingStyle = `
  :root { color-scheme: light dark; }
  body { font: 15px/1.45 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
  h2 { margin-top: 2rem; border-bottom: 1px solid #829ab1; }
  table { border-collapse: collapse; width: 100%; margin: .6rem 0 1rem; break-inside: avoid; }
  th, td { border: 1px solid #829ab1; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
  th { font-weight: 600; }
  code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .92em; }
  svg { max-width: 100%; height: auto; }
  .signature td { height: 3rem; }
  h2, h3 { break-after: avoid; }
  @media print {
    body { font-size: 10pt; margin: 0; max-width: none; }
  }
`

// MappingHTML writes a mapping document as one page that needs nothing else,
// fetches nothing and runs nothing, with room for a signature.
func MappingHTML(w io.Writer, d *review.Document, g *graph.Graph) error {
	var b bytes.Buffer
	s := mappingSheet(d, g)
	b.WriteString("<!DOCTYPE html>\n" + MappingMarker + "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	b.WriteString(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` + "\n")
	b.WriteString(`<meta name="viewport" content="width=device-width, initial-scale=1">` + "\n")
	fmt.Fprintf(&b, "<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n", svgText(s.title), mappingStyle)
	for _, x := range s.blocks {
		switch {
		case x.level > 0:
			fmt.Fprintf(&b, "<h%d>%s</h%d>\n", x.level, svgText(x.heading), x.level)
		case x.picture != nil:
			if err := SVG(&b, x.picture); err != nil {
				return err
			}
		default:
			htmlTable(&b, x)
		}
	}
	fmt.Fprintf(&b, "<h2>Sign-off of version %d, mapping %s</h2>\n", d.Version, svgText(d.Mapping))
	b.WriteString("<table class=\"signature\">\n<tr><th>name</th><th>date</th><th>signature</th></tr>\n<tr><td></td><td></td><td></td></tr>\n</table>\n")
	b.WriteString("</body>\n</html>\n")
	_, err := w.Write(b.Bytes())
	return err
}

func htmlTable(b *bytes.Buffer, t block) {
	b.WriteString("<table>\n<tr>")
	for _, c := range t.columns {
		b.WriteString("<th>" + svgText(c) + "</th>")
	}
	b.WriteString("</tr>\n")
	for _, row := range t.rows {
		b.WriteString("<tr>")
		for _, c := range row {
			b.WriteString("<td>" + htmlCell(c) + "</td>")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table>\n")
}

func htmlCell(c cell) string {
	var parts []string
	if c.text != "" {
		text := svgText(c.text)
		if c.strong {
			text = "<strong>" + text + "</strong>"
		}
		parts = append(parts, text)
	}
	for _, line := range codeLines(c.code) {
		parts = append(parts, "<code>"+svgText(line)+"</code>")
	}
	return strings.Join(parts, "<br>")
}
