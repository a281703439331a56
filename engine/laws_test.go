package engine_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// worlds is how many random worlds every test walks through: the same ones,
// however fast the machine is.
const worlds = 100

// TestLaws walks the engine through random worlds: random configurations,
// people who edit before and during the passes, systems that fail, an engine
// that is killed at a random request. What has to hold holds after every pass
// and when everything came to rest. SYNCLINE_LAWS_SEED repeats one world,
// SYNCLINE_LAWS_FOR goes on with others for a time. R1.11, R2.3
func TestLaws(t *testing.T) {
	if text := os.Getenv("SYNCLINE_LAWS_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		walk(t, seed, false)
		return
	}
	first, long := uint64(1), time.Duration(0)
	if text := os.Getenv("SYNCLINE_LAWS_FOR"); text != "" {
		var err error
		if long, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
		first = uint64(time.Now().UnixNano())
	}
	n := 0
	for end := time.Now().Add(long); (n < worlds || time.Now().Before(end)) && !t.Failed(); n++ {
		t.Run(fmt.Sprint("seed ", first+uint64(n)), func(t *testing.T) { walk(t, first+uint64(n), false) })
	}
	t.Logf("%d worlds", n)
}

// walk lives through one world.
func walk(t *testing.T, seed uint64, hinting bool) {
	w := newLaws(t, seed)
	w.hinting = hinting
	defer func() {
		if t.Failed() {
			for _, e := range w.ends {
				f := e.world.Definition().Facts
				w.say("end %s: grade %v, create ladder %d, ordered %v, attribution %v", e.name, f.Grade, f.Create, f.Ordered, f.Attribution)
			}
			t.Logf("SYNCLINE_LAWS_SEED=%d\n%s\n%s", seed, w.text(), strings.Join(w.trace, "\n"))
		}
	}()
	for range 2 + w.rng.IntN(5) {
		w.hire()
	}
	for range 2 + w.rng.IntN(6) {
		w.rue()
		for range w.rng.IntN(4) {
			w.edit()
		}
		if w.rng.IntN(3) == 0 {
			w.withdraw()
		}
		if w.shape.faults && w.rng.IntN(2) == 0 {
			w.trouble()
		}
		w.killAt, w.editAt = 0, map[int]bool{}
		if w.rng.IntN(3) == 0 {
			w.killAt = 1 + w.rng.IntN(60)
		}
		for range w.rng.IntN(3) {
			w.editAt[1+w.rng.IntN(40)] = true
		}
		w.hinted()
		if w.rng.IntN(2) == 0 {
			w.heal()
		}
		w.now = w.now.Add(time.Minute)
		if t.Failed() {
			return
		}
	}
	w.rest()
	if !t.Failed() && w.choose() {
		if w.rng.IntN(2) == 0 {
			w.dispute()
			w.rest()
			return
		}
		w.rest()
		w.chosen()
	}
}

// choose lets a person settle every open field. It reports whether there was
// one.
func (w *world) choose() bool {
	items, err := w.engine.Conflicts(context.Background(), w.config, engine.ConflictsOptions{})
	if err != nil {
		w.Error(err)
	}
	w.choices = map[string]string{}
	for _, i := range items {
		var possible []string
		for _, c := range i.Choices {
			if c == "keep" || slices.Contains(endNames, c) {
				possible = append(possible, c)
			}
		}
		if i.Field == "" || len(possible) == 0 {
			continue
		}
		choice := pick(w.rng, possible...)
		if _, err := w.engine.Resolve(context.Background(), w.config, i.ID, choice, "a person"); err != nil {
			w.Errorf("resolve %s of %s: %v", i.Field, i.Record, err)
		}
		w.say("person chose %s for %s of %s", choice, i.Field, i.Record)
		w.choices[i.ID], w.alone.shown[i.ID] = choice, len(i.Sides)
		// Who does not hear is not written, whatever is chosen.
		if choice == "keep" || i.Field == "owned" || i.Field == "note" && choice != "a" {
			for _, f := range strings.Split(i.Field, ", ") {
				w.kept[i.Entity+" "+f] = true
			}
		}
	}
	return len(w.choices) > 0
}

// chosen holds that a choice about values that nobody changed since is applied.
func (w *world) chosen() {
	items, err := w.engine.Conflicts(context.Background(), w.config, engine.ConflictsOptions{})
	if err != nil {
		w.Error(err)
	}
	for _, i := range items {
		frozen := slices.ContainsFunc(i.Sides, func(x engine.Side) bool {
			return w.shape.filter && x.End == "a" && w.ends[0].table.Record(x.Record)["private"].Text() == "yes"
		})
		if c := w.choices[i.ID]; c != "" && w.alone.shown[i.ID] == len(i.Sides) && !frozen && i.Field != "owned" { // whose owner may not be known
			w.Errorf("law 3: %s of %s is still open although a person chose %s: %s", i.Field, i.Record, c, i.Reason)
		}
	}
}

// pass makes a pass and holds what holds after each.
func (w *world) pass() *plans.Summary {
	w.say("pass")
	w.know()
	w.restrain()
	s, err := w.run()
	w.say("pass: killed %v after %d requests, error %v", s == nil && err == nil, w.ops, err)
	w.look(w.allowed)
	w.ceilings()
	clear(w.alone.touched)
	w.learn()
	if s == nil && err == nil {
		return nil
	}
	if s != nil {
		for _, p := range s.Pipelines {
			w.countsAddUp(&p)
		}
	}
	w.stateIsSound()
	return s
}

// countsAddUp is law 6.
func (w *world) countsAddUp(p *plans.PipelineSummary) {
	for _, e := range p.Ends {
		w.say("  %+v", e)
		if e.Read != e.SetAside+e.Review+e.Waiting+e.InFlight+e.NotReached+e.Agreed || min(e.SetAside, e.Review, e.Waiting, e.InFlight, e.Agreed) < 0 {
			w.Errorf("law 6: the counts of end %s do not add up: %+v", e.End, e)
		}
	}
}

func (w *world) stateIsSound() {
	w.store(func(s *state.Store) {
		findings, err := s.Check()
		if err != nil || len(findings) > 0 {
			w.Errorf("the state is not sound: %v %v", findings, err)
		}
	})
	if _, err := w.engine.AuditVerify(context.Background(), w.config); err != nil {
		w.Errorf("the audit does not verify: %v", err)
	}
}

// allowed is laws 1 and 8 for one request.
func (w *world) allowed(end int, x memory.Write) {
	w.left(end, &x)
	for _, a := range x.Change.Set {
		name := a.Path.Top()
		if name == "private" || name == "note" && end == 0 {
			w.Errorf("law 8: %s of end %s is in a request", name, w.ends[end].name)
		}
		if strings.Contains(a.Value.Text(), "secret-") {
			w.Errorf("law 8: what no direction lets through is in a request")
		}
		w.nobodyOverwritten(end, name, a.Value, &x)
	}
}

// nobodyOverwritten is law 1 where a person decides every conflict: a value
// that somebody typed is only overwritten by one whose author had seen it.
func (w *world) nobodyOverwritten(end int, field string, v schema.Value, x *memory.Write) {
	if field != "name" || w.shape.rules != `"review"` || x.Err != nil || x.Change.Verb != "update" {
		return
	}
	for _, seen := range x.Change.Seen {
		old := seen.Value.Text()
		if _, typed := w.parents[old]; seen.Path.Top() != field || !typed || old == v.Text() {
			continue
		}
		if w.choices != nil && !w.alone.chosen[old] {
			continue // a person gave it up
		}
		if !w.saw(v.Text(), old, map[string]bool{}) {
			w.Errorf("law 1: end %s: %q is overwritten by %q, whose author never saw it", w.ends[end].name, old, v.Text())
			return
		}
	}
}

// typed remembers what a person saw when they typed a value. A value may be
// typed again, over another one.
func (w *world) typed(v, over string, again bool) {
	if _, known := w.parents[v]; again || known {
		if w.retyped[v] == nil {
			w.retyped[v] = map[string]bool{}
		}
		w.retyped[v][over] = true
		if known {
			return
		}
	}
	w.parents[v] = over
}

// saw reports whether who typed a value knew of the other one, or took it from
// somebody who did.
func (w *world) saw(v, other string, asked map[string]bool) bool {
	if v == other {
		return true
	}
	if v == "" || asked[v] {
		return false
	}
	asked[v] = true
	for over := range w.retyped[v] {
		if w.saw(over, other, asked) {
			return true
		}
	}
	return w.saw(w.parents[v], other, asked)
}
