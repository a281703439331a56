package engine_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/serve"
)

// TestADayOfOutage lets one vendor be down for a day while people go on
// editing: it is left alone, the queue grows in sight, and when it is back
// nothing is lost and nothing is done twice.
func TestADayOfOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, `every = "15m"`)
		const people, busy = 100, 40
		for n := range people {
			s.put(n)
		}
		s.start()
		time.Sleep(time.Minute)
		if faults := s.agrees(); faults != nil {
			t.Fatalf("after the first load: %q", faults)
		}
		made := len(s.crm.Writes())
		s.crm.Inject(memory.Fault{Kind: memory.Unavailable})
		before, edited, grew, last := s.requests("crm"), map[int]bool{}, 0, 0
		for n := range 24 * 6 {
			person := n * 7 % busy
			s.rename(person)
			edited[person] = true
			if err := s.tell(person); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
			if p := s.pipeline(); p.Inbox > last {
				grew, last = grew+1, p.Inbox
			}
		}
		s.put(people) // and somebody is new
		if err := s.tell(people); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		p := s.pipeline()
		if p.Inbox != len(edited)+1 || grew < 30 || !p.Failing || time.Since(p.Oldest) < 23*time.Hour {
			t.Errorf("after a day %d records wait since %v, in %d steps, failing %v; want %d", p.Inbox, p.Oldest, grew, p.Failing, len(edited)+1)
		}
		if asked := s.requests("crm") - before; asked > 400 {
			t.Errorf("the system that was down was asked %d times in a day", asked)
		}
		s.crm.Heal()
		time.Sleep(2 * time.Hour)
		if faults := s.agrees(); faults != nil {
			t.Errorf("two hours after it is back: %q", faults)
		}
		if p := s.pipeline(); p.Inbox != 0 || p.Failing {
			t.Errorf("two hours after it is back %d records wait, failing %v", p.Inbox, p.Failing)
		}
		if writes := len(s.crm.Writes()) - made; writes != len(edited)+1 {
			t.Errorf("%d writes, want one for each of %d records", writes, len(edited)+1)
		}
		told := strings.Join(s.logged, "\n")
		if strings.Count(told, "1 failed") != 1 || strings.Count(told, "1 recovered") != 1 {
			t.Errorf("who has to hear of it heard:\n%s", told)
		}
		t.Logf("%d requests to what was down, %d events, %+v", s.requests("crm")-before, 24*6+1, s.service.Status().Events)
		s.stop()
	})
}

// TestEventsAreKept: what was acknowledged is there after a start anew, is
// known when it comes again, and events of one record are one piece of work.
func TestEventsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, "")
		for n := range 5 {
			s.put(n)
		}
		s.start()
		time.Sleep(time.Minute)
		s.crm.Inject(memory.Fault{Kind: memory.Unavailable})
		for n := range 5 {
			s.rename(n)
		}
		same := []connectors.Event{{Record: "a0", ID: "once"}, {Record: "a0", ID: "twice"}, {Record: "a1"}}
		for range 3 {
			if err := s.deliver(same); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		counts := s.service.Status().Events
		if counts.Arrived != 5 || counts.Again != 4 || s.pipeline().Inbox != 2 {
			t.Errorf("%+v, and %d records wait; want 5 events, 4 known, 2 records", counts, s.pipeline().Inbox)
		}
		s.stop()
		s.crm.Heal()
		queue, err := s.engine.Queue(t.Context(), s.loaded(), engine.QueueOptions{Kind: engine.QueueEvent})
		if err != nil || len(queue) != 2 || queue[0].Record != "a0" {
			t.Errorf("the queue holds %+v, %v", queue, err)
		}
		s.start()
		if err := s.deliver(same[:1]); err != nil {
			t.Fatal(err)
		}
		if n := s.service.Status().Events; n.Again != 1 {
			t.Errorf("an event that was taken before the start is not known: %+v", n)
		}
		time.Sleep(20 * time.Minute)
		for n := range 2 {
			if got := s.b.Record(s.b.IDs()[n])["name"].Text(); got != s.a.Record(fmt.Sprint("a", n))["name"].Text() {
				t.Errorf("a%d: crm has %q", n, got)
			}
		}
		if got := s.b.Record(s.b.IDs()[4])["name"].Text(); got != "name4" {
			t.Errorf("a4 was looked at, and nobody told of it: %q", got)
		}
		s.stop()
	})
}

// TestSweepIsTheNet: what no event told of is repaired at night, and counted.
func TestSweepIsTheNet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, "")
		for n := range 5 {
			s.put(n)
		}
		s.start()
		time.Sleep(time.Minute)
		for n := range 3 {
			s.rename(n)
		}
		if err := s.tell(0); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if faults := s.agrees(); len(faults) != 2 {
			t.Errorf("%q", faults)
		}
		time.Sleep(24 * time.Hour)
		if faults := s.agrees(); faults != nil {
			t.Errorf("after a night: %q", faults)
		}
		p := s.pipeline()
		if p.Repairs != 2 || p.Passes["sweep"] != 1 || p.Passes["load"] != 1 || p.Passes["events"] != 1 {
			t.Errorf("%d repairs in %v", p.Repairs, p.Passes)
		}
		s.stop()
	})
}

// TestUnreadableRecordIsALetter: a record that cannot be read is tried again,
// later each time, and given up in sight; what waits beside it goes on.
func TestUnreadableRecordIsALetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, "")
		for n := range 3 {
			s.put(n)
		}
		s.start()
		time.Sleep(time.Minute)
		s.ats.Inject(memory.Fault{Kind: memory.Denied, Op: "get", ID: "a1"})
		s.rename(0)
		s.rename(1)
		if err := s.tell(0, 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if faults := s.agrees(); len(faults) != 1 || s.pipeline().Inbox != 1 {
			t.Errorf("%q, and %d wait", faults, s.pipeline().Inbox)
		}
		time.Sleep(12 * time.Hour)
		queue, err := s.engine.Queue(t.Context(), s.loaded(), engine.QueueOptions{Kind: engine.QueueDead})
		if err != nil || len(queue) != 1 || queue[0].Record != "a1" || queue[0].Attempts != 10 {
			t.Fatalf("the queue holds %+v, %v", queue, err)
		}
		s.ats.Heal()
		if _, err := s.engine.Retry(t.Context(), s.loaded(), []string{queue[0].ID}, "a person", nil); err != nil {
			t.Fatal(err)
		}
		s.service.LookAgain()
		time.Sleep(time.Minute)
		if faults := s.agrees(); faults != nil {
			t.Errorf("after a person said retry: %q", faults)
		}
		queue, err = s.engine.Queue(t.Context(), s.loaded(), engine.QueueOptions{})
		if err != nil || len(queue) != 0 {
			t.Errorf("the queue holds %+v, %v", queue, err)
		}
		s.stop()
	})
}

// TestCeilingOfAnHour: many small passes have one ceiling an hour together,
// who has to hear of it hears once, and what was withheld goes on later.
func TestCeilingOfAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, "")
		s.write(strings.Replace(s.config, "  match {", "  guard {\n    overwrites {\n      count = 5\n    }\n  }\n  match {", 1))
		for n := range 12 {
			s.put(n)
		}
		s.start()
		time.Sleep(time.Minute)
		for n := range 8 {
			s.rename(n)
			if err := s.tell(n); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		if faults := s.agrees(); len(faults) != 3 {
			t.Errorf("%d records wait for the ceiling, want 3: %q", len(faults), faults)
		}
		if told := strings.Join(s.logged, "\n"); strings.Count(told, "withheld") != 2 { // the message, and its line
			t.Errorf("who has to hear of it heard:\n%s", told)
		}
		time.Sleep(2 * time.Hour)
		if faults := s.agrees(); faults != nil {
			t.Errorf("two hours later: %q", faults)
		}
		s.stop()
	})
}

// TestReload: a new configuration is served without a start anew; a broken one
// leaves the old in force, and nothing is lost by either.
func TestReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, "")
		for n := range 3 {
			s.put(n)
		}
		s.start()
		time.Sleep(time.Minute)
		s.write("pipeline {")
		s.reload <- struct{}{}
		s.rename(0)
		if err := s.tell(0); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		var broken *engine.ConfigError
		if faults := s.agrees(); faults != nil || len(s.loads) != 1 || !errors.As(s.loads[0], &broken) || !s.service.Status().ReloadFailed {
			t.Errorf("with a broken configuration: %q, %v", faults, s.loads)
		}
		s.write(strings.Replace(s.config, `ats       = "name"`, "ats {\n      path = \"name\"\n      read = \"upper(value)\"\n    }\n    lossy = \"shouted\"", 1))
		s.reload <- struct{}{}
		time.Sleep(time.Minute)
		s.rename(1)
		if err := s.tell(1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if len(s.loads) != 2 || s.loads[1] != nil || s.service.Status().ReloadFailed {
			t.Fatalf("reloads: %v", s.loads)
		}
		if got := s.b.Record(s.b.IDs()[1])["name"].Text(); got != strings.ToUpper(s.a.Record("a1")["name"].Text()) {
			t.Errorf("crm has %q: the new mapping is not served", got)
		}
		s.stop()
	})
}

// TestDrain: what is under way when the end is asked for is finished; a pass
// that takes longer than draining may is cut short and continued.
func TestDrain(t *testing.T) {
	for _, slow := range []time.Duration{5 * time.Second, 25 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := newServed(t, "")
			for n := range 3 {
				s.put(n)
			}
			s.start()
			time.Sleep(time.Minute)
			s.mu.Lock()
			s.slow = slow
			s.mu.Unlock()
			s.rename(0)
			if err := s.tell(0); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			asked := time.Now()
			s.stop()
			if took := time.Since(asked); took > 60*time.Second {
				t.Errorf("draining took %v", took)
			}
			s.mu.Lock()
			s.slow = 0
			s.mu.Unlock()
			done := s.agrees() == nil
			if want := slow < 10*time.Second; done != want {
				t.Errorf("with requests of %v the pass under way came through: %v", slow, done)
			}
			s.start()
			time.Sleep(time.Minute)
			if faults := s.agrees(); faults != nil {
				t.Errorf("after a start anew: %q", faults)
			}
			s.stop()
		})
	}
}

// TestGenuine: what is not signed, not of now, or not understood is refused,
// and nothing of it is kept.
func TestGenuine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, "")
		s.put(0)
		s.start()
		time.Sleep(time.Minute)
		body, now := []byte(`{"Events":[{"Record":"a0"}]}`), time.Now().Unix()
		huge := []byte(`{"Events":[{"Record":"` + strings.Repeat("x", 6<<20))
		signed := func(at int64, body []byte) http.Header {
			return http.Header{"Webhook-Timestamp": {fmt.Sprint(at)}, "Webhook-Signature": {hookSignature(at, body)}}
		}
		for name, x := range map[string]struct {
			system string
			header http.Header
			body   string
			denied bool
		}{
			"unsigned":       {"ats", http.Header{}, string(body), true},
			"another body":   {"ats", signed(now, body), string(body) + " ", true},
			"an hour old":    {"ats", signed(now-3600, body), string(body), true},
			"of tomorrow":    {"ats", signed(now+86400, body), string(body), true},
			"no JSON":        {"ats", signed(now, []byte("{")), "{", false},
			"cut off":        {"ats", signed(now, body[:20]), string(body[:20]), false},
			"6 MB":           {"ats", signed(now, huge), string(huge), false},
			"no such system": {"hris", signed(now, body), string(body), false},
			"takes no hooks": {"crm", signed(now, body), string(body), false},
		} {
			_, err := s.service.Accept(x.system, &connectors.Delivery{Header: x.header, Body: []byte(x.body)})
			if err == nil || (connectors.KindOf(err) == connectors.Denied) != x.denied {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := s.service.Status().Events.Arrived; n != 0 {
			t.Errorf("%d events were taken", n)
		}
		s.stop()
	})
}

// TestInboxIsFull: over its limit nothing is taken, and nothing is lost of what was.
func TestInboxIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, "")
		s.put(0)
		s.start()
		time.Sleep(time.Minute)
		s.ats.Inject(memory.Fault{Kind: memory.Unavailable})
		all := make([]connectors.Event, 4999)
		for i := range all {
			all[i].Record = fmt.Sprint("x", i)
		}
		if err := s.deliver(all); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if err := s.deliver([]connectors.Event{{Record: "y"}, {Record: "z"}}); !errors.Is(err, serve.ErrFull) {
			t.Errorf("over the limit: %v", err)
		}
		if err := s.deliver([]connectors.Event{{Record: "y"}, {Record: "x7"}}); err != nil {
			t.Errorf("up to the limit: %v", err)
		}
		s.ats.Heal()
		time.Sleep(3 * time.Hour)
		if n := s.pipeline().Inbox; n != 0 {
			t.Errorf("%d records wait", n)
		}
		s.stop()
	})
}

// TestFailingIsToldOnce: who has to hear that an end takes no writes hears it
// once, and once that it does again.
func TestFailingIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, `every = "10m"`)
		for n := range 5 {
			s.put(n)
		}
		s.start()
		time.Sleep(time.Minute)
		s.crm.Inject(memory.Fault{Kind: memory.Unavailable, Op: "write"})
		for n := range 3 {
			s.rename(n)
			if err := s.tell(n); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
		}
		s.crm.Heal()
		time.Sleep(3 * time.Hour)
		if faults := s.agrees(); faults != nil {
			t.Errorf("%q", faults)
		}
		told := strings.Join(s.logged, "\n")
		if strings.Count(told, "1 failed") != 1 || strings.Count(told, "1 recovered") != 1 {
			t.Errorf("who has to hear of it heard:\n%s", told)
		}
		s.stop()
	})
}

// TestToldAtOnce: what is told eight times at once, and once more, is one piece
// of work.
func TestToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServed(t, "")
		s.put(0)
		s.start()
		time.Sleep(time.Minute)
		made := len(s.crm.Writes())
		body := []byte(`{"Events":[{"Object":"people","Record":"a0","ID":"same"}]}`)
		send := func() error {
			at := time.Now().Unix()
			_, err := s.service.Accept("ats", &connectors.Delivery{Body: body, Header: http.Header{
				"Webhook-Timestamp": {fmt.Sprint(at)}, "Webhook-Signature": {hookSignature(at, body)},
			}})
			return err
		}
		s.rename(0)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := send(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		time.Sleep(time.Minute)
		if err := send(); err != nil { // replayed
			t.Error(err)
		}
		time.Sleep(time.Minute)
		if n := len(s.crm.Writes()) - made; n != 1 || s.agrees() != nil {
			t.Errorf("one change that was told nine times led to %d writes, and %q", n, s.agrees())
		}
		if n := s.service.Status().Events; n.Again < 1 || n.Settled > 2 {
			t.Errorf("%+v", n)
		}
		s.stop()
	})
}
