package engine_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/schema"
)

// plainWorld has two ends that keep two people in agreement, and nothing else
// in the way.
func plainWorld(t *testing.T, change func(*shape)) *world {
	rng := rand.New(rand.NewPCG(1, 1))
	facts := memory.DefaultFacts()
	facts.Create = connectors.CreateIdempotency
	s := shape{
		ends: 2, facts: []connectors.Facts{facts, facts}, create: []bool{true, true}, rules: `"system_of_record"`, drift: "keep",
		empty: "clear", duplicate: "review", removed: "delete", deletes: true, finder: true, record: "a",
	}
	if change != nil {
		change(&s)
	}
	w := newWorld(t, rng, s)
	w.single = true
	for _, id := range []string{"1", "2"} {
		w.ends[0].table.Put("a-"+id, memory.Fields{"email": schema.String("p" + id + "@x.test"), "name": schema.String("first"), "private": schema.String("no")})
	}
	w.quiet()
	return w
}

func (w *world) hint(records ...string) {
	w.Helper()
	for _, r := range records {
		w.hints = append(w.hints, hintOf(r))
	}
	if s := w.pass(); s == nil || s.Pipelines[0].Failed != "" {
		w.Fatalf("a pass over %v failed: %+v", records, s)
	}
	w.hints = nil
}

func (w *world) rename(id, name string) {
	w.ends[0].table.Set(id, memory.Fields{"name": schema.String(name)})
}

func (w *world) nameAtB(email string) string {
	if id := w.find(w.ends[1], email); id != "" {
		return w.ends[1].table.Record(id)["name"].Text()
	}
	return "(nobody)"
}

// TestHintThenBack: what a listing skips because it is as it was listed last
// must not be what a hint showed otherwise meanwhile.
func TestHintThenBack(t *testing.T) {
	w := plainWorld(t, nil)
	w.rename("a-1", "second")
	w.hint("a/a-1")
	if got := w.nameAtB("p1@x.test"); got != "second" {
		t.Fatalf("b has %q after the hint", got)
	}
	w.rename("a-1", "first")
	w.pass()
	if got := w.nameAtB("p1@x.test"); got != "first" {
		t.Errorf("b has %q: the listing did not see that it was put back", got)
	}
}

// TestHintOfNewcomerThenGone: a record that a hint linked is missed by the next
// listing when it is gone.
func TestHintOfNewcomerThenGone(t *testing.T) {
	w := plainWorld(t, nil)
	w.ends[0].table.Put("a-3", memory.Fields{"email": schema.String("p3@x.test"), "name": schema.String("third"), "private": schema.String("no")})
	w.hint("a/a-3")
	if got := w.nameAtB("p3@x.test"); got != "third" {
		t.Fatalf("b has %q after the hint", got)
	}
	w.know()
	w.alone.gone["p3@x.test"] = true
	w.ends[0].table.Delete("a-3")
	w.pass()
	if got := w.nameAtB("p3@x.test"); got != "(nobody)" {
		t.Errorf("b has %q: nobody noticed that it is gone", got)
	}
}

// TestHintAfterAPassWasKilled: a pass that was cut short has links that know
// more than the listings, and a pass over some records does not hide that.
func TestHintAfterAPassWasKilled(t *testing.T) {
	for at := 1; at < 24; at++ {
		w := plainWorld(t, nil)
		w.rename("a-1", "second")
		w.ends[0].table.Put("a-3", memory.Fields{"email": schema.String("p3@x.test"), "private": schema.String("no")}) // is looked at once more when it is made
		w.killAt = at
		w.pass()
		w.killAt = 0
		w.hint("a/a-2")
		w.rename("a-1", "first")
		w.pass()
		w.pass()
		if got := w.nameAtB("p1@x.test"); got != "first" {
			t.Errorf("killed at request %d: b has %q", at, got)
		}
	}
}

// TestHintOfAThird: of two records that a person is asked about, a third with
// their key is not created elsewhere because it came alone.
func TestHintOfAThird(t *testing.T) {
	w := plainWorld(t, nil)
	twin := memory.Fields{"email": schema.String("twin@x.test"), "name": schema.String("twin"), "private": schema.String("no")}
	w.ends[0].table.Put("a-7", twin)
	w.ends[0].table.Put("a-8", twin)
	w.pass()
	w.ends[0].table.Put("a-9", twin)
	w.hint("a/a-9")
	if got := w.nameAtB("twin@x.test"); got != "(nobody)" {
		t.Errorf("b has %q: one of three that a person is asked about", got)
	}
}

// TestHintWaitsForTheListing: where an end cannot be searched, a new record
// waits for a pass over everything, which finds who it is.
func TestHintWaitsForTheListing(t *testing.T) {
	w := plainWorld(t, func(s *shape) { s.finder = false })
	w.ends[1].table.Put("b-3", memory.Fields{"email": schema.String("p3@x.test"), "name": schema.String("third")})
	w.ends[0].table.Put("a-3", memory.Fields{"email": schema.String("p3@x.test"), "name": schema.String("third"), "private": schema.String("no")})
	w.hint("a/a-3")
	if n := len(w.ends[1].table.IDs()); n != 3 {
		t.Fatalf("%d records at b: it was created beside itself", n)
	}
	queue, err := w.engine.Queue(t.Context(), w.config, engine.QueueOptions{})
	if err != nil || len(queue) != 1 || !strings.Contains(queue[0].Reason, "only a pass over everything tells") {
		t.Errorf("the queue holds %+v, %v", queue, err)
	}
	w.quiet()
	if n := len(w.ends[1].table.IDs()); n != 3 {
		t.Errorf("%d records at b, want 3", n)
	}
	if queue, err = w.engine.Queue(t.Context(), w.config, engine.QueueOptions{}); err != nil || len(queue) != 0 {
		t.Errorf("the queue holds %+v, %v after a pass over everything", queue, err)
	}
}

// TestHintBeforeTheFirstPass: nothing is decided about some records before
// everything was listed once.
func TestHintBeforeTheFirstPass(t *testing.T) {
	w := plainWorld(t, nil)
	w.load(strings.ReplaceAll(w.text(), "empty = \"clear\"", "empty = \"keep\"")) // another mapping
	w.hints = []engine.Hint{hintOf("a/a-1")}
	s := w.pass()
	if s == nil || !strings.Contains(s.Pipelines[0].Failed, "a pass over everything has to come first: the mapping changed") {
		t.Errorf("want a refusal, got %+v", s)
	}
}
