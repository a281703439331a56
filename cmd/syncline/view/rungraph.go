package view

import (
	"fmt"
	"slices"
	"strings"

	"syncline/engine/graph"
	"syncline/pipelines"
	"syncline/schema"
)

// Kinds of nodes and edges in a run graph.
const (
	KindSystem    = "system"
	KindEnd       = "end"
	KindPipeline  = "pipeline"
	KindReads     = "reads"
	KindWrites    = "writes"
	KindReference = "reference"
)

// RunGraph returns what a configuration connects: systems, the ends they are
// in pipelines, and which way the fields flow. Ends that speak stand before
// their pipeline, ends that only hear behind it.
func RunGraph(c *pipelines.Config) *graph.Graph {
	g := graph.New()
	for _, p := range c.Pipelines {
		g.Add(graph.Node{ID: "pipeline." + p.Name, Title: p.Name, Lines: pipelineLines(p), Kind: KindPipeline})
		for i := range p.Ends {
			if speaks(p, i) {
				addEnd(g, p, i)
			}
		}
		for i := range p.Ends {
			if !speaks(p, i) {
				addEnd(g, p, i)
			}
		}
	}
	addReferences(g, c)
	return g
}

// speaks reports whether an end's edits travel anywhere; an end of a pipeline
// of one counts as speaking.
func speaks(p *pipelines.Pipeline, end int) bool {
	return len(p.Ends) == 1 || slices.ContainsFunc(p.Fields, func(f *pipelines.Field) bool { return at(f.Speaks, end) })
}

func at(by []bool, end int) bool { return end < len(by) && by[end] }

func addEnd(g *graph.Graph, p *pipelines.Pipeline, i int) {
	e := p.Ends[i]
	left := speaks(p, i)
	id, system := p.Name+"."+e.Name, systemNode(e, left)
	g.Add(system)
	g.Add(graph.Node{ID: id, Title: e.Name, Lines: []string{e.Object, strings.Join(e.Allow, " · ")}, Kind: KindEnd, Group: p.Name})
	var out, in int
	for _, f := range p.Fields {
		if at(f.Speaks, i) {
			out++
		}
		if at(f.Hears, i) {
			in++
		}
	}
	edge := graph.Edge{From: id, To: "pipeline." + p.Name, Label: plural(out, "field", "fields"), Kind: KindReads}
	link := graph.Edge{From: system.ID, To: id, Kind: KindReads, Both: in > 0}
	switch {
	case !left:
		edge = graph.Edge{From: edge.To, To: id, Label: plural(in, "field", "fields"), Kind: KindWrites}
		link = graph.Edge{From: id, To: system.ID, Kind: KindWrites}
	case in > 0:
		edge.Both, edge.Kind = true, KindWrites
		edge.Label = fmt.Sprintf("%d out, %d in", out, in)
	}
	g.Connect(link)
	g.Connect(edge)
}

// systemNode is the system of an end: one node where it speaks, another where
// it only hears, so that the picture runs one way.
func systemNode(e *pipelines.End, left bool) graph.Node {
	n := graph.Node{ID: "end." + e.Name, Title: e.Name, Kind: KindSystem}
	if e.System != nil {
		n.ID, n.Title = "system."+e.System.Name, e.System.Name
		if e.System.Definition != nil {
			n.Lines = []string{e.System.Definition.Name}
		}
	}
	if !left {
		n.ID += ".hears"
	}
	return n
}

// pipelineLines says which entity a pipeline keeps, and how many fields flow
// which way.
func pipelineLines(p *pipelines.Pipeline) []string {
	lines := []string{}
	if p.Entity != nil {
		lines = append(lines, p.Entity.Name)
	}
	counts := map[string]int{}
	var order []string
	for _, f := range p.Fields {
		d := Direction(p, f)
		if counts[d] == 0 {
			order = append(order, d)
		}
		counts[d]++
	}
	for _, d := range order {
		lines = append(lines, fmt.Sprintf("%s: %s", d, plural(counts[d], "field", "fields")))
	}
	return lines
}

// Direction says in the language's words which way a field flows.
func Direction(p *pipelines.Pipeline, f *pipelines.Field) string {
	var peers, speakers, hearers []string
	for i, e := range p.Ends {
		switch s, h := at(f.Speaks, i), at(f.Hears, i); {
		case s && h:
			peers = append(peers, e.Name)
		case s:
			speakers = append(speakers, e.Name)
		case h:
			hearers = append(hearers, e.Name)
		}
	}
	var parts []string
	if len(speakers) > 0 {
		parts = append(parts, strings.Join(speakers, ", "))
	}
	if len(peers) > 0 {
		parts = append(parts, strings.Join(peers, " <-> "))
	}
	if len(hearers) > 0 {
		parts = append(parts, strings.Join(hearers, ", "))
	}
	return strings.Join(parts, " -> ")
}

// addReferences connects a pipeline with those that keep what it refers to.
func addReferences(g *graph.Graph, c *pipelines.Config) {
	for _, p := range c.Pipelines {
		for _, f := range p.Fields {
			for _, other := range c.Pipelines {
				if other != p && other.Entity != nil && refers(f.Attribute.Type, other.Entity.Name) {
					g.Connect(graph.Edge{From: "pipeline." + other.Name, To: "pipeline." + p.Name, Label: f.Name, Kind: KindReference})
				}
			}
		}
	}
}

func refers(t schema.Type, entity string) bool {
	return t.Kind == schema.KindRef && t.Entity == entity || t.Elem != nil && refers(*t.Elem, entity)
}
