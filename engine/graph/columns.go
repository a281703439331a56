package graph

import (
	"cmp"
	"slices"
)

// sweeps is how often the columns are ordered again; the best order is kept.
const sweeps = 12

// order sorts every column by the middle of its neighbours, to and fro, and
// keeps the order with the fewest crossings.
func (l *layers) order() {
	best, fewest := l.copyCols(), l.crossings()
	for i := 0; i < sweeps && fewest > 0; i++ {
		if i%2 == 0 {
			for c := 1; c < len(l.cols); c++ {
				l.sortColumn(c, l.up)
			}
		} else {
			for c := len(l.cols) - 2; c >= 0; c-- {
				l.sortColumn(c, l.down)
			}
		}
		if n := l.crossings(); n < fewest {
			best, fewest = l.copyCols(), n
		}
	}
	l.cols = best
}

func (l *layers) copyCols() [][]int {
	cols := make([][]int, len(l.cols))
	for i, col := range l.cols {
		cols[i] = slices.Clone(col)
	}
	return cols
}

// sortColumn orders one column by the mean position of each vertex'
// neighbours; nodes of one group stay together.
func (l *layers) sortColumn(c int, neighbours [][]int) {
	position := l.positions()
	weight := make(map[int]float64, len(l.cols[c]))
	for i, v := range l.cols[c] {
		weight[v] = mean(neighbours[v], position, float64(i))
	}
	groups := map[string][]float64{}
	for _, v := range l.cols[c] {
		if name := l.group(v); name != "" {
			groups[name] = append(groups[name], weight[v])
		}
	}
	key := func(v int) float64 {
		if ws := groups[l.group(v)]; len(ws) > 0 {
			return sum(ws) / float64(len(ws))
		}
		return weight[v]
	}
	slices.SortStableFunc(l.cols[c], func(a, b int) int {
		return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(l.group(a), l.group(b)), cmp.Compare(weight[a], weight[b]))
	})
}

func (l *layers) group(v int) string {
	if v < len(l.graph.nodes) {
		return l.graph.nodes[v].Group
	}
	return ""
}

// positions returns, by vertex, its place in its column.
func (l *layers) positions() []int {
	position := make([]int, len(l.layer))
	for _, col := range l.cols {
		for i, v := range col {
			position[v] = i
		}
	}
	return position
}

func mean(vertices, position []int, none float64) float64 {
	if len(vertices) == 0 {
		return none
	}
	total := 0
	for _, v := range vertices {
		total += position[v]
	}
	return float64(total) / float64(len(vertices))
}

func sum(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total
}

// crossings counts the pairs of edges between neighbouring columns that cross.
func (l *layers) crossings() int {
	position := l.positions()
	count := 0
	for _, col := range l.cols {
		var ends []int
		for _, v := range col {
			tos := make([]int, 0, len(l.down[v]))
			for _, w := range l.down[v] {
				tos = append(tos, position[w])
			}
			slices.Sort(tos)
			ends = append(ends, tos...)
		}
		for i, a := range ends {
			for _, b := range ends[:i] {
				if b > a {
					count++
				}
			}
		}
	}
	return count
}
