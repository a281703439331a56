package view

import (
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncline/engine/graph"
)

// Measures of the picture, in pixels.
const (
	titleHeight = 20.0
	lineHeight  = 16.0
	boxPadding  = 12.0
	pageMargin  = 24.0
	titleGlyph  = 8.2 // the width of one column of text
	lineGlyph   = 6.7
)

// svgStyle colours the picture for light and dark surroundings.
//
// It names every colour where it is used: not every reader of SVG knows
// variables.
const svgStyle = `
  .paper { fill: #ffffff; stroke: none; }
  text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2933; }
  .title { font-size: 14px; font-weight: 600; }
  .line { font-size: 12px; fill: #52606d; }
  .label { font-size: 11px; fill: #52606d; stroke: #ffffff; stroke-width: 4px; paint-order: stroke; text-anchor: middle; }
  .system rect { fill: #f0f4f8; stroke: #829ab1; stroke-width: 1.2; }
  .end rect { fill: #e6f6ff; stroke: #2186c4; stroke-width: 1.2; }
  .pipeline rect { fill: #fff3c4; stroke: #cb6e17; stroke-width: 1.6; }
  .edge { fill: none; stroke: #829ab1; stroke-width: 1.5; }
  .reference { stroke-dasharray: 5 4; }
  .tip { fill: #829ab1; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0f1720; }
    text { fill: #f0f4f8; }
    .line { fill: #a9b8c6; }
    .label { fill: #a9b8c6; stroke: #0f1720; }
    .system rect { fill: #1f2a36; stroke: #627d98; }
    .end rect { fill: #12344d; stroke: #47a3f3; }
    .pipeline rect { fill: #46350a; stroke: #e9b949; }
    .edge { stroke: #627d98; }
    .tip { fill: #627d98; }
  }
`

// SVG writes a graph as a picture that stands alone and follows the reader's
// light or dark surroundings.
func SVG(w io.Writer, g *graph.Graph) error {
	p := g.Layout(boxSize, graph.Spacing{Columns: 110, Rows: 28})
	width, height := p.Size.Width+2*pageMargin, p.Size.Height+2*pageMargin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="run graph">`,
		width, height, width, height)
	b.WriteString("\n<style>" + svgStyle + "</style>\n")
	b.WriteString(`<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="tip" d="M0,0 L8,4 L0,8 z"/></marker></defs>` + "\n")
	fmt.Fprintf(&b, `<rect class="paper" width="%.0f" height="%.0f"/>`+"\n", width, height)
	fmt.Fprintf(&b, `<g transform="translate(%.0f %.0f)">`+"\n", pageMargin, pageMargin)
	for _, e := range p.Edges {
		svgEdge(&b, e)
	}
	for _, n := range p.Nodes {
		svgNode(&b, n)
	}
	for _, e := range p.Edges {
		svgLabel(&b, e)
	}
	b.WriteString("</g>\n</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// boxSize is the room of a node's text.
func boxSize(n graph.Node) graph.Size {
	const narrowest = 96
	width := titleGlyph * float64(ansi.StringWidth(clean(n.Title)))
	height := titleHeight
	for _, l := range n.Lines {
		if l != "" {
			width = max(width, lineGlyph*float64(ansi.StringWidth(clean(l))))
			height += lineHeight
		}
	}
	return graph.Size{Width: max(narrowest, width+2*boxPadding), Height: height + 2*boxPadding - 4}
}

func svgNode(b *strings.Builder, n graph.Placed) {
	fmt.Fprintf(b, `<g class="%s"><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="9"/>`,
		svgText(n.Node.Kind), n.At.X, n.At.Y, n.Size.Width, n.Size.Height)
	x, y := n.At.X+boxPadding, n.At.Y+boxPadding+12
	fmt.Fprintf(b, `<text class="title" x="%.1f" y="%.1f">%s</text>`, x, y, svgText(n.Node.Title))
	y += titleHeight - lineHeight
	for _, l := range n.Node.Lines {
		if l != "" {
			y += lineHeight
			fmt.Fprintf(b, `<text class="line" x="%.1f" y="%.1f">%s</text>`, x, y, svgText(l))
		}
	}
	b.WriteString("</g>\n")
}

func svgText(text string) string { return html.EscapeString(clean(text)) }

// svgEdge draws an edge as a smooth line over its points.
func svgEdge(b *strings.Builder, e graph.Routed) {
	class := "edge"
	if e.Edge.Kind == KindReference {
		class += " reference"
	}
	start := ""
	if e.Edge.Both {
		start = ` marker-start="url(#tip)"`
	}
	fmt.Fprintf(b, `<path class="%s" d="M%.1f,%.1f`, class, e.Points[0].X, e.Points[0].Y)
	for i := 1; i < len(e.Points); i++ {
		from, to := e.Points[i-1], e.Points[i]
		middle := (from.X + to.X) / 2
		fmt.Fprintf(b, ` C%.1f,%.1f %.1f,%.1f %.1f,%.1f`, middle, from.Y, middle, to.Y, to.X, to.Y)
	}
	fmt.Fprintf(b, `" marker-end="url(#tip)"%s/>`+"\n", start)
}

// svgLabel writes an edge's label over the middle of its first stretch.
func svgLabel(b *strings.Builder, e graph.Routed) {
	if e.Edge.Label == "" {
		return
	}
	from, to := e.Points[0], e.Points[1]
	fmt.Fprintf(b, `<text class="label" x="%.1f" y="%.1f">%s</text>`+"\n", (from.X+to.X)/2, (from.Y+to.Y)/2-5, svgText(e.Edge.Label))
}
