package decide_test

import (
	"fmt"
	"strings"

	"syncline/engine/conflict"
	"syncline/engine/decide"
	"syncline/engine/diff"
	"syncline/schema"
)

// The world: a few ends that people edit at any moment, an engine that may
// crash at every step, requests that time out and land late or never, reads
// that are served stale. The engine's decisions are those of this package;
// everything around them is as small as it can be. One value, one entity.

const ends = 3 // room for the largest world

const worldKey = 42

var words = [3]schema.Value{schema.String("a"), schema.String("b"), schema.String("c")}

// side is what one end holds, and its version before.
type side struct {
	val, rev, prev, prevRev int8
	ours                    bool
}

type seenSide struct{ val, rev int8 }

// intent is a stored intent, with everything of it that matters.
type intent struct {
	on, due, uncertain  bool
	source              int8
	srcRev, pre, preRev int8
	post                int8
	after, saw          [ends]uint64
	agreed              bool
	owed                decide.Ends
	spread              uint64
	grade               decide.Grade
}

// wire is a request that timed out and may still land.
type wire struct {
	on                                     bool
	target, post, pre, preRev, src, srcRev int8
	grade                                  decide.Grade
}

// base is decide.Base without slices.
type base struct {
	ends   [ends]uint64
	agreed bool
	spread decide.Spread
	maybe  [ends]decide.Maybe
	maybes int8
}

type phase uint8

const (
	idle phase = iota
	reading
	deciding
	sending
	answered // the response to our write is here
	refused  // 412
	rereading
	reread
)

// state is the whole world. It is comparable, so that a state is visited once.
type state struct {
	sides   [ends]side
	base    base
	floor   [ends]int8 // revision last accepted
	intents [ends]intent
	net     [2]wire
	pc      phase
	at      int8 // the end that is read or written now
	seen    [ends]seenSide
	conf    bool
	shown   [ends]int8

	edits, crashes, drops int8
	last                  [ends]int8
	edited                decide.Ends
	lonely                decide.Ends // ends with an edit that no other end received
	delivered             [ends]int8  // by end, the value it last shared with another
}

// world is the rules of the game.
type world struct {
	n                              int
	unit                           decide.Unit
	maxEdits, maxCrashes, maxDrops int8
	violations                     map[string]string
	tolerates                      string // laws that the unit's policy overrides
	hashes                         [3]uint64
}

const maxRevision = 7

func newWorld(n int, edits, crashes, drops int8) *world {
	field := schema.Field{Name: "stage", Type: schema.Type{Kind: schema.KindString}}
	w := &world{
		n: n, maxEdits: edits, maxCrashes: crashes, maxDrops: drops,
		violations: map[string]string{},
		unit: decide.Unit{
			Name: "stage", Members: []schema.Field{field}, Form: diff.FormOf(field),
			First: decide.FirstDefault, Chain: conflict.Chain{conflict.Review},
		},
	}
	for i := range n {
		w.unit.Ends = append(w.unit.Ends, decide.End{
			Name: string(rune('A' + i)), Knows: true, Speaks: true, Hears: true, Authors: true, Grade: decide.IfMatch,
		})
	}
	for i, v := range words {
		w.hashes[i] = w.unit.Form.Hash(worldKey, v)
	}
	return w
}

func (w *world) start() state {
	s := state{base: base{agreed: true}}
	for i := range w.n {
		s.sides[i].prevRev = -1
		s.base.ends[i] = w.hashes[0]
	}
	return s
}

func (w *world) violate(law, format string, args ...any) {
	if strings.Contains(w.tolerates, law) {
		return
	}
	if _, ok := w.violations[law]; !ok {
		w.violations[law] = fmt.Sprintf(format, args...)
	}
}

func (s *state) open() int {
	for i := range s.intents {
		if s.intents[i].on {
			return i
		}
	}
	return -1
}

func (s *state) due() int {
	for i := range s.intents {
		if s.intents[i].on && s.intents[i].due {
			return i
		}
	}
	return -1
}

// rest ends what the engine had in memory.
func (s state) rest() state {
	s.pc, s.at, s.seen = idle, 0, [ends]seenSide{}
	for i := range s.intents {
		s.intents[i].due = false
	}
	return s
}

func (s *state) set(end int, val int8, ours bool) {
	o := s.sides[end]
	s.sides[end] = side{val: val, rev: o.rev + 1, prev: o.val, prevRev: o.rev, ours: ours}
}

// land is what the end does with a request that arrives.
func (w *world) land(s *state, q wire) bool {
	cur := s.sides[q.target]
	if q.grade == decide.IfMatch && cur.rev != q.preRev {
		return false
	}
	if cur.val != q.pre && cur.val != q.post {
		w.violate("INV1", "unseen overwrite of %d by %d", cur.val, q.post)
	}
	// An edit back to the base is no change by definition. Of two ends that is
	// the value delivered last; of more, an end may have a base of its own.
	back := w.n > 2 && s.base.ends[q.target] == w.hashes[cur.val]
	if s.lonely.Has(int(q.target)) && cur.val != s.delivered[q.target] && cur.val != q.post && !back {
		w.violate("INV7", "silent loss of edit %d under %d", cur.val, q.post)
	}
	s.set(int(q.target), q.post, true)
	s.lonely = s.lonely.Without(int(q.target))
	s.delivered[q.target] = q.post
	if q.src >= 0 {
		s.delivered[q.src] = q.post
	}
	if q.src >= 0 && s.sides[q.src].rev == q.srcRev {
		s.lonely = s.lonely.Without(int(q.src))
	}
	return true
}

func (w *world) baseOf(s *state) decide.Base {
	b := decide.Base{
		Ends: append([]uint64(nil), s.base.ends[:w.n]...), Agreed: s.base.agreed,
		Owner: -1, Spread: s.base.spread, Key: worldKey,
	}
	if s.base.maybes > 0 {
		b.Maybe = append([]decide.Maybe(nil), s.base.maybe[:s.base.maybes]...)
	}
	return b
}

func (s *state) store(b decide.Base) {
	n := base{agreed: b.Agreed, spread: b.Spread, maybes: int8(len(b.Maybe))}
	copy(n.ends[:], b.Ends)
	copy(n.maybe[:], b.Maybe)
	s.base = n
}

// image is the part of an intent that the package under test works on.
func (w *world) image(it *intent) decide.Image {
	return decide.Image{
		Unit: &w.unit, Source: int(it.source), Post: words[it.post], Pre: words[it.pre],
		After: append([]uint64(nil), it.after[:w.n]...), Seen: append([]uint64(nil), it.saw[:w.n]...), Agreed: it.agreed, Owner: -1, Owed: it.owed, Spread: it.spread,
	}
}

func (w *world) asIntent(it *intent, end int) decide.Intent {
	return decide.Intent{
		Verb: decide.Change, End: end, Images: []decide.Image{w.image(it)},
		Revision: fmt.Sprint(it.preRev), Uncertain: it.uncertain, Authors: w.unit.Ends[end].Authors,
	}
}

func wordOf(v schema.Value) int8 {
	for i := range words {
		if schema.Equal(words[i], v) {
			return int8(i)
		}
	}
	panic("a value nobody ever wrote")
}
