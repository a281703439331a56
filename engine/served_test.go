package engine_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/run"
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

// Receive implements connectors.Receiver.
func (hooked) Receive(d *connectors.Delivery) (connectors.Received, error) {
	h, body, now := http.Header(d.Header), d.Body, d.At
	denied := func(why string) (connectors.Received, error) {
		return connectors.Received{}, &connectors.Error{Kind: connectors.Denied, Op: "verify", Err: errors.New(why)}
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
		return connectors.Received{}, &connectors.Error{Kind: connectors.Unreadable, Op: "verify", Err: errors.New("no JSON")}
	}
	return connectors.Received{Events: told.Events, Reply: connectors.Reply{Body: []byte("taken")}}, nil
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

	meanwhile func(system, op string, ended bool) // told of every request; nil: nobody
	timed     map[string]int                      // what was timed, by stage
	effect    func(done bool)                     // told of what reaches the disk; nil: nobody
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

func newServed(t *testing.T, poll string) *served { return newServedBy(t, poll, 100) }

// newServedBy serves systems that take so many writes in one request.
func newServedBy(t *testing.T, poll string, batch int) *served {
	facts := memory.DefaultFacts()
	facts.Batch = batch
	s := &served{T: t, folder: t.TempDir(), reload: make(chan struct{}), asked: map[string]int{}, timed: map[string]int{}}
	s.config = strings.Replace(servedConfig, "POLL", poll, 1)
	fields := memory.Layout{Fields: []schema.Field{
		{Name: "email", Type: schema.Type{Kind: schema.KindString}}, {Name: "name", Type: schema.Type{Kind: schema.KindString}},
	}}
	hook := func(system, op string, ended bool) {
		if s.meanwhile != nil {
			s.meanwhile(system, op, ended)
		}
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
	told, plain := memory.NewWorld(memory.Options{Name: "told", Facts: &facts, Hook: hook, NoStamper: true}), memory.NewWorld(memory.Options{Name: "plain", Facts: &facts, Hook: hook})
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
	s.engine = engine.New(engine.Options{Connectors: []*connectors.Definition{&d, &p}, Random: rand.NewChaCha8([32]byte{}), Log: func(_, text string) { s.logged = append(s.logged, text) }, Listen: func(e run.Event) {
		if e.Kind == run.Timed {
			s.timed[e.Stage]++
		}
	}, Effect: func(_ string, done bool) {
		if s.effect != nil {
			s.effect(done)
		}
	}})
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
		events = append(events, connectors.Event{Object: "people", Record: fmt.Sprint("a", n), ID: fmt.Sprint("e", s.serial)})
	}
	return s.deliver(events)
}

func (s *served) deliver(events []connectors.Event) error {
	body, err := json.Marshal(map[string]any{"Events": events})
	if err != nil {
		s.Fatal(err)
	}
	at := time.Now().Unix()
	_, err = s.service.Accept("ats", &connectors.Delivery{Header: http.Header{"Webhook-Timestamp": {fmt.Sprint(at)}, "Webhook-Signature": {hookSignature(at, body)}}, Body: body})
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

func (s *served) loaded() *pipelines.Config {
	c, problems := s.engine.Load(s.Context(), engine.Source{Path: filepath.Join(s.folder, "main.hcl")})
	if problems.Failed() {
		s.Fatalf("%+v", problems)
	}
	return c
}
