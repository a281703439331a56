package engine_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/engine"
)

// TestLawsByHint walks through the worlds of TestLaws, and others, where most
// passes look only at what somebody said has changed: late, twice, or of
// records that are not there. Everything holds all the same.
// SYNCLINE_HINTS_SEED repeats one world. R1.11, R2.3
func TestLawsByHint(t *testing.T) {
	if text := os.Getenv("SYNCLINE_HINTS_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		walk(t, seed, true)
		return
	}
	for n := range uint64(worlds / 2) {
		t.Run(fmt.Sprint("seed ", n+1), func(t *testing.T) { walk(t, n+1, true) })
	}
}

// hinted makes a pass: in a world of hints most are over some records only.
func (w *world) hinted() {
	if !w.hinting || w.rng.IntN(4) == 0 {
		w.pass()
		return
	}
	w.hints = scattered(w.rng, w.news(), w.rng.IntN(2) == 0)
	w.say("hints: %v", w.hints)
	if len(w.hints) > 0 {
		w.pass()
	}
	w.hints = nil
}

// news returns what changed since it was last asked, as hints in order.
func (w *world) news() (out []engine.Hint) {
	now := w.held()
	for at := range now {
		if now[at] != w.known[at] {
			out = append(out, hintOf(at))
		}
	}
	for at := range w.known {
		if _, there := now[at]; !there {
			out = append(out, hintOf(at))
		}
	}
	w.known = now
	slices.SortFunc(out, func(a, b engine.Hint) int { return strings.Compare(a.End+"/"+a.Record, b.End+"/"+b.Record) })
	return out
}

func hintOf(at string) engine.Hint {
	end, id, _ := strings.Cut(at, "/")
	return engine.Hint{Pipeline: "people", End: end, Record: id}
}

// held returns what every record holds, by END/ID.
func (w *world) held() map[string]string {
	out := map[string]string{}
	for _, e := range w.ends {
		for _, id := range e.table.IDs() {
			r, text := e.table.Record(id), ""
			for _, f := range slices.Sorted(maps.Keys(r)) {
				text += f + "=" + r[f].Display() + " "
			}
			out[e.name+"/"+id] = text
		}
	}
	return out
}

// scattered puts hints into another order, says some twice, loses some, and
// adds one of a record that never was.
func scattered(rng *rand.Rand, hints []engine.Hint, lossy bool) []engine.Hint {
	out := slices.Clone(hints)
	for _, h := range hints {
		if rng.IntN(3) == 0 {
			out = append(out, h)
		}
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	if lossy {
		out = out[:len(out)-rng.IntN(len(out)+1)]
	}
	if len(out) > 0 && rng.IntN(4) == 0 {
		out = append(out, engine.Hint{Pipeline: "people", End: "a", Record: "nobody"})
	}
	return out
}

// TestHintsComeToTheSame is law 9 for events: whatever order the hints of a
// change come in, doubled, and cut into passes anyhow, the ends hold what they
// would after passes over everything. R2.4
func TestHintsComeToTheSame(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { twins(t, seed) })
	}
}

// twins lives one life in two worlds: one is listed whole after every round of
// edits, the other is told which records changed.
func twins(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 11))
	s := drawShape(rng)
	s.faults, s.finder, s.guard, s.cursor = false, true, 0, false
	listed := newWorld(t, rand.New(rand.NewPCG(seed, 12)), s)
	told := newWorld(t, rand.New(rand.NewPCG(seed, 12)), s)
	defer func() {
		if t.Failed() {
			t.Logf("%s\nlisted:\n%s\ntold:\n%s", told.text(), strings.Join(listed.trace, "\n"), strings.Join(told.trace, "\n"))
		}
	}()
	for _, w := range []*world{listed, told} {
		w.single = true
		for range 4 {
			w.hire()
		}
		w.quiet()
		w.news()
	}
	for round := range 4 {
		edits, later := 1+rng.IntN(5), listed.now.Add(time.Hour)
		for _, w := range []*world{listed, told} {
			w.now = later // in both worlds, people edit at the same time
			for range edits {
				w.edit()
			}
		}
		for range 2 { // the second lets the engine's own writes come back
			listed.pass()
			told.toldOf(rng)
		}
		if diff := cmp.Diff(listed.byPerson(), told.byPerson()); diff != "" {
			t.Fatalf("round %d: listed and told differ (-listed +told):\n%s", round, diff)
		}
	}
	told.quiet()
	if diff := cmp.Diff(listed.byPerson(), told.byPerson()); diff != "" {
		t.Fatalf("what events left is not what a pass over everything leaves (-listed +told):\n%s", diff)
	}
}

// toldOf delivers what changed in several passes.
func (w *world) toldOf(rng *rand.Rand) {
	news := scattered(rng, w.news(), false)
	for len(news) > 0 {
		n := 1 + rng.IntN(len(news))
		w.hints, news = news[:n], news[n:]
		w.say("hints: %v", w.hints)
		if s := w.pass(); s == nil || s.Pipelines[0].Failed != "" {
			w.Errorf("a pass over %v failed: %+v", w.hints, s)
		}
		if rng.IntN(4) == 0 {
			w.say("all of it once more")
			w.pass()
		}
	}
	w.hints = nil
}

// byPerson returns what the ends hold, by end and person.
func (w *world) byPerson() map[string][]string {
	out := map[string][]string{}
	for _, e := range w.ends {
		for _, id := range e.table.IDs() {
			r, text := e.table.Record(id), ""
			for _, f := range slices.Sorted(maps.Keys(r)) {
				if f != "id" && f != "updated" {
					text += f + "=" + r[f].Display() + " "
				}
			}
			at := e.name + " " + r["email"].Text()
			out[at] = append(out[at], text)
			slices.Sort(out[at])
		}
	}
	return out
}
