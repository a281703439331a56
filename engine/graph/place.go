package graph

import "slices"

// bendHeight is the room an edge takes where it passes a column.
const bendHeight = 14

// place gives every vertex its coordinates and every edge its points.
func (l *layers) place(size func(Node) Size, space Spacing) Picture {
	sizes := make([]Size, len(l.layer))
	for v := range sizes {
		sizes[v] = Size{Height: bendHeight}
		if v < len(l.graph.nodes) {
			sizes[v] = size(l.graph.nodes[v])
		}
	}
	x, widths, width := l.columnsX(sizes, space)
	y, height := l.rowsY(sizes, space)

	p := Picture{Size: Size{width, height}}
	for v, n := range l.graph.nodes {
		c := l.layer[v]
		at := Point{x[c] + (widths[c]-sizes[v].Width)/2, y[v]}
		p.Nodes = append(p.Nodes, Placed{Node: n, At: at, Size: sizes[v]})
	}
	ports := l.ports(y, sizes)
	for i, e := range l.graph.edges {
		p.Edges = append(p.Edges, Routed{Edge: e, Points: l.route(i, x, widths, p.Nodes, ports)})
	}
	return p
}

// columnsX returns the left edge and width of each column, and the total width.
func (l *layers) columnsX(sizes []Size, space Spacing) (x, widths []float64, total float64) {
	x, widths = make([]float64, len(l.cols)), make([]float64, len(l.cols))
	for c, col := range l.cols {
		for _, v := range col {
			widths[c] = max(widths[c], sizes[v].Width)
		}
		if c > 0 {
			total += space.Columns
		}
		x[c] = total
		total += widths[c]
	}
	return x, widths, total
}

// rowsY stacks each column, then moves its vertices towards the middle of
// their neighbours as far as those above and below allow.
func (l *layers) rowsY(sizes []Size, space Spacing) (y []float64, height float64) {
	y = make([]float64, len(l.layer))
	for _, col := range l.cols {
		next := 0.0
		for _, v := range col {
			y[v] = next
			next += sizes[v].Height + space.Rows
		}
	}
	for i := range sweeps {
		for c := range l.cols {
			neighbours := l.up
			if i%2 == 1 {
				c = len(l.cols) - 1 - c
				neighbours = l.down
			}
			l.settle(l.cols[c], neighbours, y, sizes, space.Rows)
		}
	}
	top := 0.0
	for i, at := range y {
		if i == 0 || at < top {
			top = at
		}
	}
	for v := range y {
		y[v] -= top
		height = max(height, y[v]+sizes[v].Height)
	}
	return y, height
}

// settle moves the vertices of a column to where their neighbours want them,
// and apart where they would overlap: runs that touch move as one block to the
// mean of what their members want.
func (l *layers) settle(col []int, neighbours [][]int, y []float64, sizes []Size, gap float64) {
	type block struct {
		first, count int
		want, height float64 // the mean wish for its top; its height
	}
	var blocks []block
	for i, v := range col {
		want := y[v]
		if len(neighbours[v]) > 0 {
			want = 0
			for _, w := range neighbours[v] {
				want += y[w] + sizes[w].Height/2
			}
			want = want/float64(len(neighbours[v])) - sizes[v].Height/2
		}
		b := block{first: i, count: 1, want: want, height: sizes[v].Height}
		for len(blocks) > 0 {
			above := blocks[len(blocks)-1]
			if above.want+above.height+gap <= b.want {
				break
			}
			n := float64(above.count + b.count)
			shifted := b.want - above.height - gap
			b = block{
				first: above.first, count: above.count + b.count,
				want:   (above.want*float64(above.count) + shifted*float64(b.count)) / n,
				height: above.height + gap + b.height,
			}
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	for _, b := range blocks {
		at := b.want
		for _, v := range col[b.first : b.first+b.count] {
			y[v] = at
			at += sizes[v].Height + gap
		}
	}
}

// ports tells where an edge's chain leaves or enters a vertex: spread over the
// height of a node in the order of the other ends, so that edges do not meet
// before they must.
func (l *layers) ports(y []float64, sizes []Size) map[[2]int]float64 {
	type link struct{ edge, other int }
	out, in := make([][]link, len(l.layer)), make([][]link, len(l.layer))
	for e, chain := range l.chains {
		for i := 1; i < len(chain); i++ {
			out[chain[i-1]] = append(out[chain[i-1]], link{e, chain[i]})
			in[chain[i]] = append(in[chain[i]], link{e, chain[i-1]})
		}
	}
	ports := map[[2]int]float64{}
	spread := func(v int, links []link, side int) {
		slices.SortStableFunc(links, func(a, b link) int {
			ya, yb := y[a.other]+sizes[a.other].Height/2, y[b.other]+sizes[b.other].Height/2
			switch {
			case ya < yb:
				return -1
			case ya > yb:
				return 1
			}
			return 0
		})
		step := sizes[v].Height / float64(len(links)+1)
		for i, k := range links {
			ports[[2]int{2*k.edge + side, v}] = y[v] + step*float64(i+1)
		}
	}
	for v := range l.layer {
		spread(v, out[v], 0)
		spread(v, in[v], 1)
	}
	return ports
}

// route returns the points of an edge, in the edge's own direction.
func (l *layers) route(edge int, x, widths []float64, nodes []Placed, ports map[[2]int]float64) []Point {
	chain := l.chains[edge]
	if chain == nil {
		return loop(nodes[l.graph.index[l.graph.edges[edge].From]])
	}
	first, last := chain[0], chain[len(chain)-1]
	a, b := nodes[first], nodes[last]
	points := []Point{{a.At.X + a.Size.Width, ports[[2]int{2 * edge, first}]}}
	for _, v := range chain[1 : len(chain)-1] {
		c, at := l.layer[v], ports[[2]int{2 * edge, v}]
		points = append(points, Point{x[c], at}, Point{x[c] + widths[c], at})
	}
	points = append(points, Point{b.At.X, ports[[2]int{2*edge + 1, last}]})
	if l.graph.index[l.graph.edges[edge].From] != first {
		slices.Reverse(points)
	}
	return points
}

// loop is the way of an edge from a node to itself: out at the right and back.
func loop(n Placed) []Point {
	right := n.At.X + n.Size.Width
	return []Point{{right, n.At.Y + n.Size.Height/3}, {right + 24, n.At.Y + n.Size.Height/2}, {right, n.At.Y + n.Size.Height*2/3}}
}
