package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/run"
	"syncline/engine/serve"
)

// newBackfill serves systems that take ten writes in a request, with room for
// many edits in an hour.
func newBackfill(t *testing.T, people int) *served {
	s := newServedBy(t, `every = "30m"`, 10)
	s.write(strings.Replace(s.config, "  match {", "  guard {\n    overwrites {\n      count = 10000\n    }\n    changed {\n      count = 10000\n    }\n  }\n  match {", 1))
	for n := range people {
		s.put(n)
	}
	return s
}

// edit is a change that somebody made, of which the system told.
type edit struct {
	record, name string // at the other end
	at           time.Time
}

// change edits somebody who is at both ends, and tells of it.
func (s *served) change(n int) (edit, bool) {
	there, person := s.b.IDs(), 0
	if len(there) == 0 {
		return edit{}, false
	}
	record := there[n*7%len(there)]
	if _, err := fmt.Sscanf(s.b.Record(record)["email"].Text(), "p%d@x.test", &person); err != nil {
		s.Fatal(err)
	}
	s.rename(person)
	return edit{record, s.a.Record(fmt.Sprint("a", person))["name"].Text(), time.Now()}, s.tell(person) == nil
}

func (s *served) arrived(e edit) bool { return s.b.Record(e.record)["name"].Text() == e.name }

// verbs counts what was written.
func verbs(all []memory.Write) map[string]int {
	n := map[string]int{}
	for _, w := range all {
		n[w.Change.Verb]++
	}
	return n
}

// busily goes on editing, every seven seconds, until a pass of a kind is over.
// It returns how long each edit took to arrive that arrived before that.
func (s *served) busily(kind string) (took []time.Duration) {
	var open []edit
	for n := 0; s.pipeline().Passes[kind] == 0; n++ {
		if e, ok := s.change(n); ok {
			open = append(open, e)
		}
		for range 7 {
			time.Sleep(time.Second)
			open = slices.DeleteFunc(open, func(e edit) bool {
				if !s.arrived(e) {
					return false
				}
				took = append(took, time.Since(e.at))
				return true
			})
		}
	}
	return took
}

// TestEventsDuringBackfill: while a pass over everything goes on for minutes,
// what people change travels within seconds and once, nothing that was listed
// before takes it back, and the pass loses nothing.
func TestEventsDuringBackfill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people = 400
		s := newBackfill(t, people)
		s.slow = time.Second
		s.start()
		began := time.Now()
		s.prompt("load", s.busily("load"))
		if n := verbs(s.crm.Writes()); n["create"] != people {
			t.Errorf("%d people led to %v", people, n)
		}
		for n := range people {
			s.rename(n)
		}
		time.Sleep(time.Until(began.Add(30 * time.Minute))) // when the poll is due
		s.prompt("poll", s.busily("poll"))
		time.Sleep(time.Minute)
		if faults := s.agrees(); faults != nil {
			t.Errorf("%d differ: %q", len(faults), faults[:min(3, len(faults))])
		}
		s.inOrder()
		settled := s.service.Status().Events.Settled
		s.stop()
		if s.timed[run.StageEvent] != settled || s.timed["writing"] == 0 || s.timed["reading"] == 0 || s.timed[run.StagePass] == 0 {
			t.Errorf("%d events were looked at, and %v timed", settled, s.timed)
		}
	})
}

func (s *served) prompt(kind string, took []time.Duration) {
	s.Helper()
	if len(took) < 15 || slices.Max(took) > 20*time.Second {
		s.Errorf("%d edits arrived during the %s, the longest took %v", len(took), kind, slices.Max(append(took, 0)))
	}
	s.Logf("%d edits arrived during the %s, the longest took %v", len(took), kind, slices.Max(append(took, 0)))
}

// inOrder holds that no edit was written twice, or after a later one of its
// record.
func (s *served) inOrder() {
	s.Helper()
	last := map[string]int{}
	for _, w := range s.crm.Writes() {
		for _, a := range w.Change.Set {
			var serial int
			if _, err := fmt.Sscanf(a.Value.Text(), "edit%d", &serial); err != nil {
				continue
			}
			if serial <= last[w.Change.ID] {
				s.Errorf("%s: edit %d was written after %d", w.Change.ID, serial, last[w.Change.ID])
			}
			last[w.Change.ID] = serial
		}
	}
}

// TestBackfillIsKilled kills a load before and after each thing that reaches the
// disk, while people edit: what was told and did not arrive waits still, and nothing
// is done twice.
func TestBackfillIsKilled(t *testing.T) {
	const people, moments = 20, 16
	for at := range moments {
		synctest.Test(t, func(t *testing.T) {
			s := newBackfill(t, people)
			edits := map[string]edit{} // by record: the last one
			asked := 0
			s.meanwhile = func(system, op string, ended bool) {
				if asked++; system == "crm" && op == "write" && ended {
					if e, ok := s.change(asked); ok {
						edits[e.record] = e
					}
				}
			}
			if s.killed(at+1, func() bool { return len(edits) > 0 }) {
				t.Fatalf("it came to its end before moment %d", at+1)
			}
			s.meanwhile, s.effect = nil, nil
			queue, err := s.engine.Queue(t.Context(), s.loaded(), engine.QueueOptions{Kind: engine.QueueEvent})
			var unbegun *engine.UnbegunError
			if err != nil && !errors.As(err, &unbegun) {
				t.Fatal(err)
			}
			for _, e := range edits {
				id := strings.TrimPrefix(s.b.Record(e.record)["email"].Text(), "p")
				id = "a" + strings.TrimSuffix(id, "@x.test")
				waits := slices.ContainsFunc(queue, func(q engine.QueueItem) bool { return q.Record == id })
				if !waits && !s.arrived(e) {
					t.Errorf("killed at %d: what was told of %s neither waits nor arrived", at, id)
				}
			}
			s.start()
			time.Sleep(5 * time.Minute)
			s.inOrder()
			if faults := s.agrees(); faults != nil {
				t.Errorf("killed at %d: %q", at, faults)
			}
			if n := verbs(s.crm.Writes()); n["create"] != people {
				t.Errorf("killed at %d: %v", at, n)
			}
			s.stop()
		})
	}
}

// killed serves until the so-manyth thing reaches the disk, once it counts, and
// is killed. It reports whether the load came to its end before that.
func (s *served) killed(at int, counts func() bool) (finished bool) {
	s.Helper()
	folder, copied := filepath.Join(s.folder, "state"), filepath.Join(s.folder, "killed")
	n := 0
	s.effect = func(done bool) {
		if counts() {
			n++
		}
		if n == at {
			if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
				s.Fatal(err)
			}
			panic(killed{})
		}
	}
	over := make(chan bool)
	c := s.loaded()
	go func() {
		defer func() {
			r := recover()
			if _, ok := r.(killed); r != nil && !ok {
				panic(r)
			}
			over <- r == nil
		}()
		ctx, end := context.WithCancel(s.Context())
		defer end()
		err := s.engine.Serve(ctx, c, engine.ServeOptions{
			Ready: func(v *engine.Service) { s.service = v },
			Done:  func(serve.Report) { end() },
		})
		if err != nil {
			s.Error(err)
		}
	}()
	if finished = <-over; finished {
		return true
	}
	if err := errors.Join(os.RemoveAll(folder), os.Rename(copied, folder)); err != nil {
		s.Fatal(err)
	}
	return false
}
