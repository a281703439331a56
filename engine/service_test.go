package engine_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/serve"
	"syncline/pipelines"
	"syncline/schema"
)

// hooked is a connection of a system in memory that also tells what changed,
// signed as a generic webhook is.
type hooked struct {
	connectors.Conn
	connectors.Reader
	connectors.Getter
	connectors.Finder
	connectors.Writer
	connectors.Lister
}

const (
	hookKey    = "not so secret"
	hookWindow = 5 * time.Minute
)

// Verify implements connectors.Hook.
func (hooked) Verify(h http.Header, body []byte, now time.Time) (connectors.Delivery, error) {
	denied := func(why string) (connectors.Delivery, error) {
		return connectors.Delivery{}, &connectors.Error{Kind: connectors.Denied, Op: "verify", Err: errors.New(why)}
	}
	at, err := strconv.ParseInt(h.Get("Webhook-Timestamp"), 10, 64)
	if err != nil || now.Sub(time.Unix(at, 0)).Abs() > hookWindow {
		return denied("it is not of now")
	}
	if !hmac.Equal([]byte(h.Get("Webhook-Signature")), []byte(hookSignature(at, body))) {
		return denied("the signature does not fit")
	}
	var told struct{ Events []connectors.Event }
	if err := json.Unmarshal(body, &told); err != nil {
		return connectors.Delivery{}, &connectors.Error{Kind: connectors.Failed, Op: "verify", Err: errors.New("no JSON")}
	}
	return connectors.Delivery{Events: told.Events, Reply: []byte("taken")}, nil
}

func hookSignature(at int64, body []byte) string {
	m := hmac.New(sha256.New, []byte(hookKey))
	fmt.Fprintf(m, "%d.", at)
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// served is an engine that stays, over two systems in memory.
type served struct {
	*testing.T
	folder   string
	ats, crm *memory.System
	a, b     *memory.Table
	engine   *engine.Engine
	service  *engine.Service
	reload   chan struct{}
	reports  []serve.Report
	loads    []error
	logged   []string
	serial   int

	mu     sync.Mutex
	asked  map[string]int // requests by system
	end    context.CancelFunc
	over   chan error
	slow   time.Duration // how long every request takes
	config string
}

const servedConfig = `
engine {
  name  = "served"
  state = "state"
}
notify "me" {
  connector = "log"
}
system "ats" {
  connector = "told"
}
system "crm" {
  connector = "plain"
}
pipeline "people" {
  entity           = "candidate"
  alert            = notify.me
  system_of_record = "ats"
  source "ats" {
    object  = "people"
    allow   = ["read"]
    webhook = true
    POLL
  }
  source "crm" {
    object = "people"
    allow  = ["read", "create", "update"]
  }
  match {
    key "email" {
      field = "email"
    }
  }
  field "email" {
    direction = "ats -> crm"
    ats       = "email"
    crm       = "email"
  }
  field "first_name" {
    direction = "ats -> crm"
    ats       = "name"
    crm       = "name"
  }
}
`

func newServed(t *testing.T, poll string) *served {
	s := &served{T: t, folder: t.TempDir(), reload: make(chan struct{}), asked: map[string]int{}}
	s.config = strings.Replace(servedConfig, "POLL", poll, 1)
	fields := memory.Layout{Fields: []schema.Field{
		{Name: "email", Type: schema.Type{Kind: schema.KindString}}, {Name: "name", Type: schema.Type{Kind: schema.KindString}},
	}}
	hook := func(system, _ string, ended bool) {
		s.mu.Lock()
		if !ended {
			s.asked[system]++
		}
		slow := s.slow
		s.mu.Unlock()
		if !ended && slow > 0 {
			time.Sleep(slow)
		}
	}
	told, plain := memory.NewWorld(memory.Options{Name: "told", Hook: hook, NoStamper: true}), memory.NewWorld(memory.Options{Name: "plain", Hook: hook})
	s.ats, s.crm = told.System("ats"), plain.System("crm")
	s.a, s.b = s.ats.Table("people", fields), s.crm.Table("people", fields)
	d, p := told.Definition(), plain.Definition()
	open := d.Open
	d.Open = func(ctx context.Context, set connectors.Settings) (connectors.Conn, error) {
		c, err := open(ctx, set)
		if err != nil {
			return nil, err
		}
		return hooked{c, c.(connectors.Reader), c.(connectors.Getter), c.(connectors.Finder), c.(connectors.Writer), c.(connectors.Lister)}, nil
	}
	s.engine = engine.New(engine.Options{Connectors: []*connectors.Definition{&d, &p}, Log: func(_, text string) { s.logged = append(s.logged, text) }})
	s.write(s.config)
	return s
}

func (s *served) write(text string) {
	s.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, "main.hcl"), []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
}

// start serves until stop.
func (s *served) start() {
	s.Helper()
	c, problems := s.engine.Load(s.Context(), engine.Source{Path: filepath.Join(s.folder, "main.hcl")})
	if problems.Failed() {
		s.Fatalf("%+v", problems)
	}
	ctx, end := context.WithCancel(s.Context())
	ready := make(chan *engine.Service, 1)
	s.end, s.over = end, make(chan error, 1)
	go func() {
		s.over <- s.engine.Serve(ctx, c, engine.ServeOptions{
			Drain: 30 * time.Second, Reload: s.reload, Ready: func(v *engine.Service) { ready <- v }, Inbox: 5000,
			Done: func(r serve.Report) { s.reports = append(s.reports, r) }, Loaded: func(err error) { s.loads = append(s.loads, err) },
		})
		close(ready)
	}()
	if s.service = <-ready; s.service == nil {
		s.Fatal(<-s.over)
	}
	s.Cleanup(end)
}

func (s *served) stop() {
	s.Helper()
	s.end()
	if err := <-s.over; err != nil {
		s.Errorf("serving ended with %v", err)
	}
}

func (s *served) put(n int) {
	s.a.Put(fmt.Sprint("a", n), memory.Fields{"email": schema.String(fmt.Sprintf("p%d@x.test", n)), "name": schema.String(fmt.Sprint("name", n))})
}

func (s *served) rename(n int) {
	s.serial++
	s.a.Set(fmt.Sprint("a", n), memory.Fields{"name": schema.String(fmt.Sprint("edit", s.serial))})
}

// tell delivers events of people.
func (s *served) tell(people ...int) error {
	var events []connectors.Event
	for _, n := range people {
		s.serial++
		events = append(events, connectors.Event{Object: "people", Record: fmt.Sprint("a", n), Kind: "updated", ID: fmt.Sprint("e", s.serial)})
	}
	return s.deliver(events)
}

func (s *served) deliver(events []connectors.Event) error {
	body, err := json.Marshal(map[string]any{"Events": events})
	if err != nil {
		s.Fatal(err)
	}
	at := time.Now().Unix()
	_, err = s.service.Accept("ats", http.Header{"Webhook-Timestamp": {fmt.Sprint(at)}, "Webhook-Signature": {hookSignature(at, body)}}, body)
	return err
}

func (s *served) pipeline() engine.PipelineStatus {
	status := s.service.Status()
	return status.Pipelines[0]
}

// agrees reports what differs between the ends.
func (s *served) agrees() (faults []string) {
	at := map[string][]string{}
	for _, id := range s.b.IDs() {
		r := s.b.Record(id)
		at[r["email"].Text()] = append(at[r["email"].Text()], r["name"].Text())
	}
	for _, id := range s.a.IDs() {
		r := s.a.Record(id)
		if got := at[r["email"].Text()]; len(got) != 1 || got[0] != r["name"].Text() {
			faults = append(faults, fmt.Sprintf("%s: ats has %q, crm %q", r["email"].Text(), r["name"].Text(), got))
		}
	}
	return faults
}

func (s *served) requests(system string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[system]
}

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
			"no such system": {"hris", signed(now, body), string(body), false},
			"takes no hooks": {"crm", signed(now, body), string(body), false},
		} {
			_, err := s.service.Accept(x.system, x.header, []byte(x.body))
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

func (s *served) loaded() *pipelines.Config {
	c, problems := s.engine.Load(s.Context(), engine.Source{Path: filepath.Join(s.folder, "main.hcl")})
	if problems.Failed() {
		s.Fatalf("%+v", problems)
	}
	return c
}
