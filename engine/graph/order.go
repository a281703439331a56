package graph

import "slices"

// Order returns the nodes' ids so that every edge leads forward; what is free
// keeps the order it was added in. When there are cycles ok is false and the
// ids are those that no cycle holds back.
func (g *Graph) Order() (ids []string, ok bool) {
	next := g.successors()
	waits := make([]int, len(g.nodes))
	for _, tos := range next {
		for _, to := range tos {
			waits[to]++
		}
	}
	done := make([]bool, len(g.nodes))
	for {
		i := slices.IndexFunc(g.nodes, func(n Node) bool { j := g.index[n.ID]; return !done[j] && waits[j] == 0 })
		if i < 0 {
			return ids, len(ids) == len(g.nodes)
		}
		done[i] = true
		ids = append(ids, g.nodes[i].ID)
		for _, to := range next[i] {
			waits[to]--
		}
	}
}

// Cycles returns the sets of nodes that lead back to themselves: each strongly
// connected part of two nodes or more, and each node with an edge to itself,
// its ids in the order they were added.
func (g *Graph) Cycles() [][]string {
	next := g.successors()
	t := &tarjan{next: next, index: make([]int, len(next)), low: make([]int, len(next)), onStack: make([]bool, len(next))}
	for v := range next {
		if t.index[v] == 0 {
			t.visit(v)
		}
	}
	slices.SortFunc(t.parts, func(a, b []int) int { return a[0] - b[0] })
	var cycles [][]string
	for _, part := range t.parts {
		if len(part) == 1 && !slices.Contains(next[part[0]], part[0]) {
			continue
		}
		ids := make([]string, len(part))
		for i, v := range part {
			ids[i] = g.nodes[v].ID
		}
		cycles = append(cycles, ids)
	}
	return cycles
}

// tarjan finds the strongly connected parts in one walk.
type tarjan struct {
	next       [][]int
	index, low []int // from 1; 0 is not visited
	onStack    []bool
	stack      []int
	count      int
	parts      [][]int
}

func (t *tarjan) visit(v int) {
	t.count++
	t.index[v], t.low[v] = t.count, t.count
	t.stack = append(t.stack, v)
	t.onStack[v] = true
	for _, w := range t.next[v] {
		if t.index[w] == 0 {
			t.visit(w)
			t.low[v] = min(t.low[v], t.low[w])
		} else if t.onStack[w] {
			t.low[v] = min(t.low[v], t.index[w])
		}
	}
	if t.low[v] == t.index[v] {
		t.pop(v)
	}
}

// pop takes the part that v leads off the stack.
func (t *tarjan) pop(v int) {
	i := slices.Index(t.stack, v)
	part := slices.Clone(t.stack[i:])
	t.stack = t.stack[:i]
	for _, w := range part {
		t.onStack[w] = false
	}
	slices.Sort(part)
	t.parts = append(t.parts, part)
}
