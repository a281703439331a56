package view

import (
	"encoding/hex"
	"encoding/json"
	"strings"

	"syncline/engine"
	"syncline/engine/audit"
	"syncline/engine/graph"
	"syncline/pipelines"
	"syncline/schema"
)

// Valid says that a configuration compiles, and what is in it.
func (p *Page) Valid(c *pipelines.Config) {
	p.line("%s: %s, %s.", p.paint(good, "Valid"),
		plural(len(c.Pipelines), "pipeline", "pipelines"), plural(len(c.Systems), "system", "systems"))
}

// Diff prints a unified diff, coloured where the page shows colour.
func (p *Page) Diff(diff string) {
	for _, l := range strings.Split(strings.TrimSuffix(diff, "\n"), "\n") {
		s := plain
		switch {
		case strings.HasPrefix(l, "+"):
			s = good
		case strings.HasPrefix(l, "-"):
			s = bad
		case strings.HasPrefix(l, "@"):
			s = name
		}
		p.line("%s", p.paint(s, expand(l, 0)))
	}
}

// Seeded lists the ends that were made.
func (p *Page) Seeded(made []string) {
	for _, m := range made {
		p.line("made %s", clean(m))
	}
}

// Version is what a binary was built from.
type Version struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Version prints what a binary was built from.
func (p *Page) Version(v Version) {
	p.line("syncline %s", clean(v.Version))
	revision := v.Revision
	if v.Modified {
		revision += " (modified)"
	}
	p.facts([][2]string{{"revision", revision}, {"of", v.Time}, {"built with", v.Go}, {"for", v.Platform}})
}

// Value prints what an expression gives, and its type.
func (p *Page) Value(v schema.Value, t schema.Type) {
	p.line("%s  %s", clean(v.Display()), p.paint(faint, "("+typeOf(v, t)+")"))
}

// typeOf says what a value is, and its state where that is not plain to see.
func typeOf(v schema.Value, t schema.Type) string {
	kind := t.String()
	if t.Kind == schema.KindAny && v.Kind() != schema.KindAny {
		kind = schema.Type{Kind: v.Kind()}.String()
	}
	switch v.State() {
	case schema.Absent:
		return kind + ", absent"
	case schema.Null:
		return kind + ", null"
	case schema.Empty:
		return kind + ", empty"
	}
	return kind
}

// Result is the value of an expression for machines.
type Result struct {
	Value json.RawMessage `json:"value"`
	Type  string          `json:"type"`
	State string          `json:"state"`
}

// MachineValue returns a value in the form of JSON.
func MachineValue(v schema.Value, t schema.Type) Result {
	r := Result{Value: json.RawMessage("null"), Type: t.String(), State: "value"}
	switch v.State() {
	case schema.Absent:
		r.State = "absent"
		return r
	case schema.Null:
		r.State = "null"
		return r
	case schema.Empty:
		r.State = "empty"
	}
	r.Value = v.AppendJSON(nil)
	return r
}

// List prints names with commas.
func List(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return clean(strings.Join(names, ", "))
}

// Graph is a run graph for machines.
type Graph struct {
	Nodes []GraphNode `json:"nodes"`
	Edges []GraphEdge `json:"edges"`
}

// GraphNode is a node of a run graph for machines.
type GraphNode struct {
	ID    string   `json:"id"`
	Kind  string   `json:"kind"`
	Title string   `json:"title"`
	Lines []string `json:"lines,omitempty"`
}

// GraphEdge is an edge of a run graph for machines.
type GraphEdge struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Kind  string `json:"kind"`
	Label string `json:"label,omitempty"`
	Both  bool   `json:"both"`
}

// MachineGraph returns a graph in the form of JSON.
func MachineGraph(g *graph.Graph) Graph {
	out := Graph{Nodes: []GraphNode{}, Edges: []GraphEdge{}}
	for _, n := range g.Nodes() {
		out.Nodes = append(out.Nodes, GraphNode{n.ID, n.Kind, n.Title, n.Lines})
	}
	for _, e := range g.Edges() {
		out.Edges = append(out.Edges, GraphEdge{e.From, e.To, e.Kind, e.Label, e.Both})
	}
	return out
}

// Story is a record's story for machines.
type Story struct {
	engine.Story
	Entries []Entry `json:"entries"`
}

// MachineStories returns stories in the form of JSON.
func MachineStories(stories []engine.Story) []Story {
	out := make([]Story, len(stories))
	for i, s := range stories {
		out[i] = Story{s, MachineEntries(s.Entries)}
	}
	return out
}

// Chain is what verifying the journal found, for machines.
type Chain struct {
	Holds   bool   `json:"holds"`
	Entries uint64 `json:"entries"`
	Seq     uint64 `json:"broken_at,omitempty"`
	Offset  int64  `json:"offset,omitempty"`
	Why     string `json:"why,omitempty"`
}

// MachineVerified returns in the form of JSON whether the chain holds.
func MachineVerified(entries uint64, broken *audit.Broken) Chain {
	c := Chain{Holds: broken == nil, Entries: entries}
	if broken != nil {
		c.Seq, c.Offset, c.Why = broken.Seq, broken.Offset, broken.Why
	}
	return c
}

func digest(d [32]byte) string {
	if d == ([32]byte{}) {
		return ""
	}
	return hex.EncodeToString(d[:])
}
