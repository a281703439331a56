package graph

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func build(edges ...[2]string) *Graph {
	g := New()
	for _, e := range edges {
		g.Connect(Edge{From: e[0], To: e[1]})
	}
	return g
}

func TestOrderKeepsWhatIsFree(t *testing.T) {
	g := build([2]string{"jobs", "applications"}, [2]string{"candidates", "applications"}, [2]string{"applications", "offers"})
	ids, ok := g.Order()
	if want := []string{"jobs", "candidates", "applications", "offers"}; !ok || !slices.Equal(ids, want) {
		t.Errorf("Order() = %v, %v, want %v", ids, ok, want)
	}
}

func TestCycles(t *testing.T) {
	g := build([2]string{"a", "b"}, [2]string{"b", "c"}, [2]string{"c", "a"}, [2]string{"c", "d"}, [2]string{"e", "e"})
	if diff := cmp.Diff([][]string{{"a", "b", "c"}, {"e"}}, g.Cycles()); diff != "" {
		t.Errorf("Cycles() (-want +got):\n%s", diff)
	}
	if ids, ok := g.Order(); ok || len(ids) != 0 {
		t.Errorf("Order() of a graph with cycles = %v, %v", ids, ok)
	}
}

func TestEmptyGraph(t *testing.T) {
	if p := New().Layout(box, Spacing{40, 10}); len(p.Nodes) != 0 || p.Size != (Size{}) {
		t.Errorf("the picture of nothing is %+v", p)
	}
}

func box(Node) Size { return Size{100, 40} }

// anyGraph draws graphs with cycles, loops, repeated edges and lone nodes.
func anyGraph(t *rapid.T) *Graph {
	g := New()
	n := rapid.IntRange(1, 12).Draw(t, "nodes")
	for i := range n {
		g.Add(Node{ID: fmt.Sprint(i), Group: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "group")})
	}
	for range rapid.IntRange(0, 25).Draw(t, "edges") {
		from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
		g.Connect(Edge{From: fmt.Sprint(from), To: fmt.Sprint(to)})
	}
	return g
}

func TestOrderLeadsForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		ids, ok := g.Order()
		if ok != (len(g.Cycles()) == 0) {
			t.Fatalf("Order says %v, Cycles says %v", ok, g.Cycles())
		}
		for _, e := range g.Edges() {
			from, to := slices.Index(ids, e.From), slices.Index(ids, e.To)
			if to >= 0 && (from < 0 || from >= to) {
				t.Fatalf("%s -> %s leads back in %v", e.From, e.To, ids)
			}
		}
	})
}

func TestNothingOverlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		p := g.Layout(box, Spacing{40, 10})
		if len(p.Nodes) != len(g.Nodes()) || len(p.Edges) != len(g.Edges()) {
			t.Fatalf("%d nodes and %d edges placed of %d and %d", len(p.Nodes), len(p.Edges), len(g.Nodes()), len(g.Edges()))
		}
		for i, a := range p.Nodes {
			if a.At.X < -1e-6 || a.At.Y < -1e-6 || a.At.X+a.Size.Width > p.Size.Width+1e-6 || a.At.Y+a.Size.Height > p.Size.Height+1e-6 {
				t.Fatalf("%+v is off the page %+v", a, p.Size)
			}
			for _, b := range p.Nodes[:i] {
				if overlap(a, b) {
					t.Fatalf("%+v overlaps %+v", a, b)
				}
			}
		}
	})
}

func overlap(a, b Placed) bool {
	const slack = 1e-6
	return a.At.X+a.Size.Width > b.At.X+slack && b.At.X+b.Size.Width > a.At.X+slack &&
		a.At.Y+a.Size.Height > b.At.Y+slack && b.At.Y+b.Size.Height > a.At.Y+slack
}

func TestEdgesRunFromBorderToBorder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyGraph(t).Layout(box, Spacing{40, 10})
		places := map[string]Placed{}
		for _, n := range p.Nodes {
			places[n.Node.ID] = n
		}
		for _, e := range p.Edges {
			if !touches(places[e.Edge.From], e.Points[0]) || !touches(places[e.Edge.To], e.Points[len(e.Points)-1]) {
				t.Fatalf("%+v does not run from border to border", e)
			}
		}
	})
}

func touches(n Placed, p Point) bool {
	onSide := p.X == n.At.X || p.X == n.At.X+n.Size.Width
	return onSide && p.Y >= n.At.Y && p.Y <= n.At.Y+n.Size.Height
}

func TestLayoutIsTheSameEveryTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		if diff := cmp.Diff(g.Layout(box, Spacing{40, 10}), g.Layout(box, Spacing{40, 10})); diff != "" {
			t.Fatal(diff)
		}
	})
}
