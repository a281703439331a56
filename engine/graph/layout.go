package graph

import "slices"

// Size is how much room something takes.
type Size struct{ Width, Height float64 }

// Point is a place on the page; y grows downwards.
type Point struct{ X, Y float64 }

// Spacing is the room left free: between the columns of a layout and between
// the nodes of a column.
type Spacing struct{ Columns, Rows float64 }

// Placed is a node with its place.
type Placed struct {
	Node Node
	At   Point // its upper left corner
	Size Size
}

// Routed is an edge with its way: from the border of one node to the border of
// another, over points that keep clear of the nodes between.
type Routed struct {
	Edge   Edge
	Points []Point
}

// Picture is a graph on a page.
type Picture struct {
	Size  Size
	Nodes []Placed // in the order of the graph
	Edges []Routed // in the order of the graph
}

// Layout places the graph in columns from left to right (Sugiyama's method):
// cycles are broken, nodes stand in the first column after all they come from,
// edges over several columns get a place in each of them, and the columns are
// ordered so that few edges cross. No two nodes overlap. size tells how much
// room a node takes.
func (g *Graph) Layout(size func(Node) Size, space Spacing) Picture {
	l := newLayers(g)
	l.order()
	return l.place(size, space)
}

// layers is a layout under way. A vertex is a node, or a bend: a place where
// an edge passes a column.
type layers struct {
	graph  *Graph
	layer  []int   // by vertex
	cols   [][]int // vertices by layer, in order
	chains [][]int // by edge: its vertices from left to right; nil for an edge to itself
	back   []bool  // by edge: whether its chain runs against its direction
	up     [][]int // by vertex: neighbours in the layer before
	down   [][]int // by vertex: neighbours in the layer after
}

func newLayers(g *Graph) *layers {
	l := &layers{graph: g, back: make([]bool, len(g.edges)), chains: make([][]int, len(g.edges))}
	l.layer = g.rank(l.turnBack())
	for i, e := range g.edges {
		l.chain(i, e)
	}
	l.up, l.down = make([][]int, len(l.layer)), make([][]int, len(l.layer))
	for _, chain := range l.chains {
		for i := 1; i < len(chain); i++ {
			l.down[chain[i-1]] = append(l.down[chain[i-1]], chain[i])
			l.up[chain[i]] = append(l.up[chain[i]], chain[i-1])
		}
	}
	for v, layer := range l.layer {
		for len(l.cols) <= layer {
			l.cols = append(l.cols, nil)
		}
		l.cols[layer] = append(l.cols[layer], v)
	}
	return l
}

// turnBack marks the edges that close a cycle and returns the successors with
// those edges turned round.
func (l *layers) turnBack() [][]int {
	g := l.graph
	next := g.successors()
	seen, open := make([]bool, len(next)), make([]bool, len(next))
	closes := map[[2]int]bool{}
	var visit func(v int)
	visit = func(v int) {
		seen[v], open[v] = true, true
		for _, w := range next[v] {
			if open[w] {
				closes[[2]int{v, w}] = true
			} else if !seen[w] {
				visit(w)
			}
		}
		open[v] = false
	}
	for v := range next {
		if !seen[v] {
			visit(v)
		}
	}
	forward := make([][]int, len(next))
	for i, e := range g.edges {
		from, to := g.index[e.From], g.index[e.To]
		if l.back[i] = closes[[2]int{from, to}]; l.back[i] {
			from, to = to, from
		}
		if from != to && !slices.Contains(forward[from], to) {
			forward[from] = append(forward[from], to)
		}
	}
	return forward
}

// rank gives each node the first layer after all that lead to it, then moves
// it as far right as its successors allow where nothing leads to it.
func (g *Graph) rank(forward [][]int) []int {
	waits := make([]int, len(forward))
	for _, tos := range forward {
		for _, to := range tos {
			waits[to]++
		}
	}
	roots := make([]bool, len(forward))
	var order []int
	for v, n := range waits {
		if n == 0 {
			roots[v] = true
			order = append(order, v)
		}
	}
	rank := make([]int, len(forward))
	for i := 0; i < len(order); i++ {
		for _, to := range forward[order[i]] {
			rank[to] = max(rank[to], rank[order[i]]+1)
			if waits[to]--; waits[to] == 0 {
				order = append(order, to)
			}
		}
	}
	for v := range rank {
		if roots[v] && len(forward[v]) > 0 {
			rank[v] = rank[forward[v][0]]
			for _, to := range forward[v] {
				rank[v] = min(rank[v], rank[to])
			}
			rank[v]--
		}
	}
	return rank
}

// chain lays an edge over the layers it crosses, one bend in each.
func (l *layers) chain(i int, e Edge) {
	left, right := l.graph.index[e.From], l.graph.index[e.To]
	if left == right {
		return
	}
	if l.layer[left] > l.layer[right] {
		left, right = right, left
	}
	chain := []int{left}
	for at := l.layer[left] + 1; at < l.layer[right]; at++ {
		chain = append(chain, len(l.layer))
		l.layer = append(l.layer, at)
	}
	l.chains[i] = append(chain, right)
}
