package view

import (
	"fmt"
	"io"
	"strings"

	"syncline/engine/graph"
)

// DOT writes a graph in the language of Graphviz.
func DOT(w io.Writer, g *graph.Graph) error {
	var b strings.Builder
	b.WriteString("digraph syncline {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n")
	for _, n := range g.Nodes() {
		fmt.Fprintf(&b, "  %s [label=%s, shape=%s];\n", dotText(clean(n.ID)), dotText(nodeText(n, "\n")), dotShape(n.Kind))
	}
	for _, e := range g.Edges() {
		fmt.Fprintf(&b, "  %s -> %s [label=%s%s];\n", dotText(clean(e.From)), dotText(clean(e.To)), dotText(clean(e.Label)), dotStyle(e))
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func nodeText(n graph.Node, newline string) string {
	lines := []string{clean(n.Title)}
	for _, l := range n.Lines {
		if l != "" {
			lines = append(lines, clean(l))
		}
	}
	return strings.Join(lines, newline)
}

func dotText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}

func dotShape(kind string) string {
	if kind == KindSystem {
		return "cylinder"
	}
	return "box"
}

func dotStyle(e graph.Edge) string {
	style := ""
	if e.Both {
		style += ", dir=both"
	}
	if e.Kind == KindReference {
		style += ", style=dashed"
	}
	return style
}

// Mermaid writes a graph as a Mermaid flow chart, which Git hosts draw.
func Mermaid(w io.Writer, g *graph.Graph) error {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	ids := map[string]string{}
	for i, n := range g.Nodes() {
		ids[n.ID] = fmt.Sprintf("n%d", i)
		left, right := `["`, `"]`
		switch n.Kind {
		case KindSystem:
			left, right = `[("`, `")]`
		case KindPipeline:
			left, right = `(["`, `"])`
		}
		fmt.Fprintf(&b, "  n%d%s%s%s\n", i, left, mermaidText(nodeText(n, "\n")), right)
	}
	for _, e := range g.Edges() {
		fmt.Fprintf(&b, "  %s %s %s\n", ids[e.From], mermaidArrow(e), ids[e.To])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func mermaidArrow(e graph.Edge) string {
	arrow := "-->"
	switch {
	case e.Both:
		arrow = "<-->"
	case e.Kind == KindReference:
		arrow = "-.->"
	}
	if e.Label != "" {
		arrow += `|"` + mermaidText(clean(e.Label)) + `"|`
	}
	return arrow
}

// mermaidText keeps every character that means something to Mermaid or HTML
// out of a label.
func mermaidText(text string) string {
	return strings.NewReplacer(`&`, "&amp;", `"`, "#quot;", "<", "&lt;", ">", "&gt;", "`", "#96;", "#", "#35;", "\n", "<br/>").Replace(text)
}
