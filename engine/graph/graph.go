// Package graph holds nodes and edges: their order, their cycles, and where
// they stand on a page.
//
// It is pure and knows nothing of what a node means, and it draws nothing: a
// picture, DOT and Mermaid are made of it by cmd/syncline/view. Enter at New,
// then Order or Layout.
package graph

import "slices"

// Node is one thing of a graph.
type Node struct {
	ID    string   // unique
	Title string   // the first line a reader sees
	Lines []string // further lines, smaller
	Kind  string   // what it is, for whoever draws it
	Group string   // nodes of one group stand together; "" none
}

// Edge leads from one node to another.
type Edge struct {
	From, To string // ids
	Label    string
	Kind     string // what it is, for whoever draws it
	Both     bool   // whether it leads both ways
}

// Graph is a set of nodes and the edges between them, in the order they were
// added. The zero Graph is empty and ready to use.
type Graph struct {
	nodes []Node
	edges []Edge
	index map[string]int
}

// New returns an empty graph.
func New() *Graph { return &Graph{} }

// Add adds a node, unless one of its id is there already, and reports whether
// it did.
func (g *Graph) Add(n Node) bool {
	if g.index == nil {
		g.index = map[string]int{}
	}
	if _, ok := g.index[n.ID]; ok {
		return false
	}
	g.index[n.ID] = len(g.nodes)
	g.nodes = append(g.nodes, n)
	return true
}

// Connect adds an edge. A node it names that is not there is added with its id
// as its title.
func (g *Graph) Connect(e Edge) {
	g.Add(Node{ID: e.From, Title: e.From})
	g.Add(Node{ID: e.To, Title: e.To})
	g.edges = append(g.edges, e)
}

// Nodes returns the nodes in the order they were added. The caller does not
// change them.
func (g *Graph) Nodes() []Node { return g.nodes }

// Edges returns the edges in the order they were added. The caller does not
// change them.
func (g *Graph) Edges() []Edge { return g.edges }

// Node returns the node of an id.
func (g *Graph) Node(id string) (Node, bool) {
	i, ok := g.index[id]
	if !ok {
		return Node{}, false
	}
	return g.nodes[i], true
}

// successors returns, by node, where its edges lead, each node once and in
// order. An edge both ways counts from From to To: it orders nothing else.
func (g *Graph) successors() [][]int {
	next := make([][]int, len(g.nodes))
	for _, e := range g.edges {
		from, to := g.index[e.From], g.index[e.To]
		if !slices.Contains(next[from], to) {
			next[from] = append(next[from], to)
		}
	}
	return next
}
