package decide_test

import (
	"testing"

	"pgregory.net/rapid"

	"syncline/engine/conflict"
	"syncline/engine/decide"
)

// people returns what may happen around the engine: edits, late requests,
// crashes.
func (w *world) people(s state) []state {
	var next []state
	if s.edits < w.maxEdits {
		for end := range w.n {
			for v := range int8(len(words)) {
				if v != s.sides[end].val {
					next = append(next, w.edit(s, end, v))
				}
			}
		}
	}
	for i := range s.net {
		if s.net[i].on {
			lost := s
			lost.net[i] = wire{}
			late := lost
			w.land(&late, s.net[i])
			next = append(next, late, lost)
			break
		}
	}
	if s.crashes < w.maxCrashes && s.pc != idle {
		n := s.rest()
		n.crashes++
		next = append(next, n)
	}
	return next
}

func (w *world) edit(s state, end int, v int8) state {
	s.set(end, v, false)
	s.edits++
	s.last[end] = v
	s.edited = s.edited.With(end)
	s.lonely = s.lonely.With(end)
	for other := range w.n {
		if other != end && s.sides[other].val == v { // both hold it at one instant: delivered
			s.lonely = s.lonely.Without(end).Without(other)
		}
	}
	return s
}

// check holds the laws of a state in which nothing is under way, and of where
// it leads when edits stop and faults end.
func (w *world) check(s state) {
	if s.pc != idle {
		return
	}
	if s.open() < 0 && w.n == 2 && s.base.ends[0] != s.base.ends[1] {
		w.violate("INV2", "bases differ and no intent is open")
	}
	w.quiesce(s)
}

func (w *world) quiesce(s state) {
	for i := range s.net {
		if s.net[i].on {
			w.land(&s, s.net[i])
			s.net[i] = wire{}
		}
	}
	var before state
	for step := 0; ; step++ {
		if step > 150 {
			w.violate("INV6", "does not come to rest")
			return
		}
		s = w.engine(s, false)[0]
		if s.pc != idle || s.open() >= 0 {
			continue
		}
		if s == before {
			break
		}
		before = s
	}
	w.atRest(s)
}

func (w *world) atRest(s state) {
	for i := 1; i < w.n; i++ {
		if s.sides[i].val != s.sides[0].val {
			for j := range w.n {
				if !s.conf || s.shown[j] != s.sides[j].val {
					w.violate("INV3", "at rest, unequal, no current conflict: %v", s.sides[:w.n])
				}
			}
			return
		}
	}
	final := s.sides[0].val
	if s.edited.Len() == 1 && final != s.last[s.edited.First()] {
		w.violate("INV4", "the only editor's last edit %d was lost, final %d", s.last[s.edited.First()], final)
	}
	known := s.edited == 0 && final == 0
	for i := range w.n {
		known = known || s.edited.Has(i) && s.last[i] == final
	}
	if !known && s.edited.Len() == w.n {
		w.violate("INV4", "the final value %d is nobody's last edit", final)
	}
}

// explore visits every state of the world once and returns how many.
func (w *world) explore() int {
	first := w.start()
	visited := map[state]struct{}{first: {}}
	queue := []state{first}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if w.tooFar(s) {
			continue
		}
		w.check(s)
		for _, n := range append(w.engine(s, true), w.people(s)...) {
			if _, ok := visited[n]; !ok {
				visited[n] = struct{}{}
				queue = append(queue, n)
			}
		}
		if len(w.violations) > 0 {
			break
		}
	}
	return len(visited)
}

func (w *world) tooFar(s state) bool {
	for i := range w.n {
		if s.sides[i].rev > maxRevision {
			w.violate("INV6", "unbounded writes")
			return true
		}
	}
	return false
}

func (w *world) report(t interface{ Errorf(string, ...any) }) {
	for law, what := range w.violations {
		t.Errorf("%s: %s", law, what)
	}
}

// TestLaws visits every state of the small world: two ends, three edits, a
// crash at any step, a time-out with late delivery, stale reads. R1.11, R2.3
func TestLaws(t *testing.T) {
	w := newWorld(2, 3, 1, 1)
	t.Logf("%d states", w.explore())
	w.report(t)
}

// TestLawsOfThreeEnds visits two smaller worlds of three ends: one of faults,
// one of edits.
func TestLawsOfThreeEnds(t *testing.T) {
	for _, w := range []*world{newWorld(3, 2, 1, 1), newWorld(3, 3, 0, 0)} {
		t.Logf("%d states", w.explore())
		w.report(t)
	}
}

// TestLawsOfPolicies visits the small world with a rule that settles every
// conflict, and with a direction whose drift is put back. Edits are given up on
// purpose there; everything else holds, and nothing is left for a person.
func TestLawsOfPolicies(t *testing.T) {
	t.Run("a rule", func(t *testing.T) {
		w := newWorld(2, 3, 1, 1)
		w.unit.Chain, w.tolerates = conflict.Chain{conflict.Named("A", 0)}, "INV7"
		w.explore()
		w.report(t)
	})
	t.Run("one way, restored", func(t *testing.T) {
		w := newWorld(2, 3, 1, 1)
		oneWay(decide.DriftRestore)(&w.unit)
		w.tolerates = "INV7 INV4"
		w.explore()
		w.report(t)
	})
}

// TestLawsAtRandom walks through larger worlds: more edits, crashes and lost
// requests than can be visited whole.
func TestLawsAtRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(rapid.IntRange(2, ends).Draw(t, "ends"), 10, 3, 4)
		s := w.start()
		for range rapid.IntRange(1, 300).Draw(t, "steps") {
			next := w.people(s)
			if len(next) == 0 || rapid.IntRange(0, 3).Draw(t, "who") > 0 {
				next = w.engine(s, true)
			}
			s = next[rapid.IntRange(0, len(next)-1).Draw(t, "what")]
			w.check(s)
		}
		w.report(t)
	})
}
