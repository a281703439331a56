package console_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"syncline/cmd/syncline/console"
	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/state"
	"syncline/schema"
)

const configuration = `
engine {
  name  = "console"
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
    webhook = true
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
  guard {
    overwrites {
      count = 1000000
    }
    changed {
      count = 1000000
    }
  }
  fields "ats -> crm" {
    field "email" {
      ats = "email"
      crm = "email"
    }
    field "first_name" {
      ats = "name"
      crm = "name"
    }
  }
}
`

const hookKey = "not so secret"

// signed is a connection whose system signs what it tells.
type signed struct {
	connectors.Conn
	connectors.Reader
	connectors.Getter
	connectors.Finder
	connectors.Lister
}

// Receive implements connectors.Receiver.
func (signed) Receive(d *connectors.Delivery) (connectors.Received, error) {
	h, body := http.Header(d.Header), d.Body
	if !hmac.Equal([]byte(h.Get("Signature")), []byte(signature(body))) {
		return connectors.Received{}, &connectors.Error{Kind: connectors.Denied, Op: "verify", Err: errors.New("the signature is not that of key " + hookKey)}
	}
	if h.Get("Host") == "" {
		return connectors.Received{}, &connectors.Error{Kind: connectors.Denied, Op: "verify", Err: errors.New("the host that some sign is not told")}
	}
	var events []connectors.Event
	if err := json.Unmarshal(body, &events); err != nil {
		return connectors.Received{}, &connectors.Error{Kind: connectors.Unreadable, Op: "verify", Err: err}
	}
	return connectors.Received{Events: events, Reply: connectors.Reply{Body: []byte(`{"taken":true}`), Header: map[string]string{"Content-Type": "application/json"}}}, nil
}

func signature(body []byte) string {
	m := hmac.New(sha256.New, []byte(hookKey))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// house is a service with its console.
type house struct {
	*testing.T
	ats, crm *memory.System
	a, b     *memory.Table
	service  *engine.Service
	console  *console.Console
	url      string
	folder   string
	client   *http.Client
}

// newHouse serves people, over a target whose requests wait for pace.
func newHouse(t *testing.T, people, inbox int, pace func(op string)) *house {
	h := &house{T: t, folder: t.TempDir(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	fields := memory.Layout{Fields: []schema.Field{
		{Name: "email", Type: schema.Type{Kind: schema.KindString}}, {Name: "name", Type: schema.Type{Kind: schema.KindString}},
	}}
	told := memory.NewWorld(memory.Options{Name: "told", NoStamper: true})
	plain := memory.NewWorld(memory.Options{Name: "plain", NoStamper: true, Hook: func(_, op string, ended bool) {
		if !ended && pace != nil {
			pace(op)
		}
	}})
	h.ats, h.crm = told.System("ats"), plain.System("crm")
	h.a, h.b = h.ats.Table("people", fields), h.crm.Table("people", fields)
	for n := range people {
		h.a.Put(fmt.Sprint("a", n), memory.Fields{"email": schema.String(fmt.Sprintf("p%d@x.test", n)), "name": schema.String("first")})
	}
	d, p := told.Definition(), plain.Definition()
	open := d.Open
	d.Open = func(ctx context.Context, set connectors.Settings) (connectors.Conn, error) {
		c, err := open(ctx, set)
		if err != nil {
			return nil, err
		}
		return signed{c, c.(connectors.Reader), c.(connectors.Getter), c.(connectors.Finder), c.(connectors.Lister)}, nil
	}
	path := filepath.Join(h.folder, "main.hcl")
	if err := os.WriteFile(path, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	e := engine.New(engine.Options{Connectors: []*connectors.Definition{&d, &p}, Small: true})
	c, problems := e.Load(t.Context(), engine.Source{Path: path})
	if problems.Failed() {
		t.Fatalf("%+v", problems)
	}
	ctx, end := context.WithCancel(context.Background())
	ready, over := make(chan *engine.Service, 1), make(chan error, 1)
	go func() {
		over <- e.Serve(ctx, c, engine.ServeOptions{Drain: time.Second, Inbox: inbox, Ready: func(v *engine.Service) { ready <- v }})
		close(ready)
	}()
	if h.service = <-ready; h.service == nil {
		t.Fatal(<-over)
	}
	var err error
	h.console, err = console.Open(console.Options{
		Service: h.service, Listen: "127.0.0.1:0", Limit: 4096, Socket: filepath.Join(h.folder, "state", state.SocketName),
		Command: func(_ context.Context, r console.Request, out, errs io.Writer) int {
			fmt.Fprintf(out, "%s was asked by %s from %s\n", strings.Join(r.Args, " "), r.User, r.Folder)
			fmt.Fprintln(errs, "and warned")
			return 3
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.url = "http://" + h.console.Addr()
	t.Cleanup(func() {
		if err := h.console.Close(context.Background()); err != nil {
			t.Error(err)
		}
		end()
		if err := <-over; err != nil {
			t.Error(err)
		}
		h.client.CloseIdleConnections()
	})
	return h
}

// post sends a request and returns the answer.
func (h *house) post(path, sign string, body io.Reader) (code int, header http.Header, text string) {
	h.Helper()
	r, err := http.NewRequest(http.MethodPost, h.url+path, body)
	if err != nil {
		h.Fatal(err)
	}
	r.Header.Set("Signature", sign)
	return h.do(r)
}

func (h *house) get(path string) (code int, text string) {
	h.Helper()
	r, err := http.NewRequest(http.MethodGet, h.url+path, nil)
	if err != nil {
		h.Fatal(err)
	}
	code, _, text = h.do(r)
	return code, text
}

func (h *house) do(r *http.Request) (int, http.Header, string) {
	h.Helper()
	resp, err := h.client.Do(r)
	if err != nil {
		h.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

func events(records ...string) []byte {
	all := make([]connectors.Event, len(records))
	for i, r := range records {
		all[i] = connectors.Event{Record: r}
	}
	b, _ := json.Marshal(all) // of strings
	return b
}

// TestStrangers holds what a request is answered that is not a system's: a
// number, nothing of why, and nothing is kept of it.
func TestStrangers(t *testing.T) {
	h := newHouse(t, 1, 0, nil)
	good := events("a0")
	big := bytes.Repeat([]byte("x"), 5000)
	for _, tt := range []struct {
		name, path, sign string
		body             io.Reader
		want             int
	}{
		{"genuine", "/hooks/ats", signature(good), bytes.NewReader(good), 200},
		{"not signed", "/hooks/ats", "", bytes.NewReader(good), 401},
		{"signed for another body", "/hooks/ats", signature(good), bytes.NewReader(events("a1")), 401},
		{"not understood", "/hooks/ats", signature([]byte("{")), strings.NewReader("{"), 400},
		{"nobody's", "/hooks/nobody", signature(good), bytes.NewReader(good), 404},
		{"of a system that tells nothing", "/hooks/crm", signature(good), bytes.NewReader(good), 404},
		{"too big", "/hooks/ats", signature(big), bytes.NewReader(big), 413},
		{"too big, and not saying so", "/hooks/ats", signature(big), io.MultiReader(bytes.NewReader(big)), 413},
		{"elsewhere", "/", "", bytes.NewReader(good), 404},
	} {
		code, header, text := h.post(tt.path, tt.sign, tt.body)
		if code != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, code, tt.want)
		}
		if code == 200 && (text != `{"taken":true}` || header.Get("Content-Type") != "application/json") {
			t.Errorf("%s: %q", tt.name, text)
		}
		if code != 200 && tt.path != "/" && text != "" {
			t.Errorf("%s: a stranger is told %q", tt.name, text)
		}
	}
	if code, _ := h.get("/hooks/ats"); code != 405 {
		t.Errorf("GET of a hook: %d", code)
	}
	if n := h.service.Status().Events.Arrived; n != 1 {
		t.Errorf("%d events were kept, want 1", n)
	}
}

// TestFullInbox answers, where no more can be kept, when to come again.
func TestFullInbox(t *testing.T) {
	h := newHouse(t, 1, 3, nil)
	h.settle(0)
	h.ats.Inject(memory.Fault{Kind: memory.Unavailable})
	for _, r := range []string{"x1", "x2", "x3"} {
		body := events(r)
		if code, _, _ := h.post("/hooks/ats", signature(body), bytes.NewReader(body)); code != 200 {
			t.Errorf("%s: %d", r, code)
		}
		h.failing()
	}
	body := events("x4")
	code, header, _ := h.post("/hooks/ats", signature(body), bytes.NewReader(body))
	if code != 503 || header.Get("Retry-After") != "30" {
		t.Errorf("%d, Retry-After %q; want 503, 30", code, header.Get("Retry-After"))
	}
}

// failing waits until a pass failed, so that nothing is being looked at.
func (h *house) failing() {
	h.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if h.service.Status().Pipelines[0].Failing {
			return
		}
	}
	h.Fatal("no pass failed")
}

// settle waits until nothing waits after the first load.
func (h *house) settle(records int) {
	h.Helper()
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		p := h.service.Status().Pipelines[0]
		if p.Inbox == 0 && !p.Last.IsZero() && len(h.b.IDs()) >= records {
			return
		}
	}
	h.Fatalf("it does not come to rest: %+v", h.service.Status())
}

// TestWatched holds what those see who watch over it.
func TestWatched(t *testing.T) {
	h := newHouse(t, 3, 0, nil)
	h.settle(3)
	body := events("a0", "a1")
	h.post("/hooks/ats", signature(body), bytes.NewReader(body))
	h.post("/hooks/ats", "", bytes.NewReader(body))
	h.settle(3)
	for _, path := range []string{"/livez", "/readyz"} {
		if code, text := h.get(path); code != 200 || text != "ok\n" {
			t.Errorf("%s: %d %q", path, code, text)
		}
	}
	code, text := h.get("/metrics")
	for _, want := range []string{
		`syncline_passes_total{kind="load",pipeline="people"} 1`, `syncline_writes_total{end="crm",pipeline="people"} 3`,
		`syncline_events_total{outcome="arrived"} 2`, `syncline_inbox_records{pipeline="people"} 0`,
		`syncline_hook_requests_total{code="200"} 1`, `syncline_hook_requests_total{code="401"} 1`,
		`syncline_config_last_reload_successful 1`, `syncline_hook_seconds_count 2`,
	} {
		if code != 200 || !strings.Contains(text, want) {
			t.Errorf("/metrics, %d, lacks %s", code, want)
		}
	}
	if strings.Contains(text, "@x.test") || strings.Contains(text, hookKey) {
		t.Error("/metrics tells of somebody")
	}
	h.console.Drain()
	if code, _ := h.get("/readyz"); code != 503 {
		t.Errorf("/readyz while it ends: %d", code)
	}
	if code, _ := h.get("/livez"); code != 200 {
		t.Errorf("/livez while it ends: %d", code)
	}
}

// TestSocket carries a command and what it prints, for the owner alone.
func TestSocket(t *testing.T) {
	h := newHouse(t, 1, 0, nil)
	info, err := os.Stat(filepath.Join(h.folder, "state", state.SocketName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}
	var out, errs bytes.Buffer
	code, err := console.Ask(t.Context(), filepath.Join(h.folder, "state"), console.Request{Args: []string{"queue", "list"}, Folder: "/x", User: "ada"}, &out, &errs)
	if err != nil || code != 3 || out.String() != "queue list was asked by ada from /x\n" || errs.String() != "and warned\n" {
		t.Errorf("%d, %v, %q, %q", code, err, out.String(), errs.String())
	}
	if _, err := console.Ask(t.Context(), t.TempDir(), console.Request{}, &out, &errs); err == nil {
		t.Error("where nobody serves, somebody answers")
	}
}

// TestFlood sends a thousand events a second at a target that serves five
// requests a second: each is answered at once and kept, the target is never
// asked too often, and in the end nothing is missing. R2.5
// SYNCLINE_FLOOD_FOR lets it go on for longer, at 50 requests in ten seconds.
func TestFlood(t *testing.T) {
	const people, rate = 400, 1000
	budget, window, long := 10, 2*time.Second, time.Second
	if text := os.Getenv("SYNCLINE_FLOOD_FOR"); text != "" {
		var err error
		if long, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
		budget, window = 50, 10*time.Second
	}
	limit := &limiter{budget: budget - 2, window: window} // a little less than what it may
	h := newHouse(t, people, 0, func(string) { limit.wait() })
	h.crm.Behave(memory.Manners{Budget: budget, Window: window})
	h.settle(people)
	var mu sync.Mutex
	var took []time.Duration
	var workers sync.WaitGroup
	work := make(chan int, 64)
	for range 32 {
		workers.Go(func() {
			for n := range work {
				id := fmt.Sprint("a", n*17%people)
				h.a.Set(id, memory.Fields{"name": schema.String(fmt.Sprint("edit", n))})
				body := events(id)
				began := time.Now()
				code, _, _ := h.post("/hooks/ats", signature(body), bytes.NewReader(body))
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
				if code != 200 {
					t.Errorf("event %d: %d", n, code)
				}
			}
		})
	}
	tick := time.NewTicker(time.Millisecond)
	began, sent := time.Now(), 0
	for time.Since(began) < long {
		for <-tick.C; sent < int(rate*time.Since(began).Seconds()) && time.Since(began) < long; sent++ { // a machine that is too slow sends less
			work <- sent
		}
	}
	tick.Stop()
	close(work)
	workers.Wait()
	flooded := time.Since(began)
	h.settle(people)
	names := map[string]string{}
	for _, id := range h.b.IDs() {
		r := h.b.Record(id)
		names[r["email"].Text()] = r["name"].Text()
	}
	for _, id := range h.a.IDs() {
		if r := h.a.Record(id); names[r["email"].Text()] != r["name"].Text() {
			t.Errorf("%s: ats has %q, crm %q", id, r["name"].Text(), names[r["email"].Text()])
		}
	}
	if n := h.crm.Struck()[memory.Limited]; n > 0 || h.crm.Showed()["budget"] > 0 {
		t.Errorf("the target refused %d requests, %d for its budget", n, h.crm.Showed()["budget"])
	}
	counts := h.service.Status().Events
	if counts.Arrived != sent || counts.Refused > 0 || counts.Dead > 0 || counts.Settled+counts.Coalesced < sent {
		t.Errorf("of %d events: %+v", sent, counts)
	}
	slices.Sort(took)
	p := func(share float64) time.Duration {
		return took[int(share*float64(len(took)-1))].Round(10 * time.Microsecond)
	}
	t.Logf("%d events in %v (%.0f/s): answered p50 %v, p99 %v, max %v; %d coalesced, %d looked at, %d requests to the target, of which %d had to wait; rest %v later",
		sent, flooded.Round(time.Millisecond), float64(sent)/flooded.Seconds(), p(.5), p(.99), p(1), counts.Coalesced, counts.Settled,
		limit.served, limit.waited, (time.Since(began) - flooded).Round(time.Millisecond))
}

// limiter lets so many requests through in each window, as a client does that
// knows its system's limit.
type limiter struct {
	mu             sync.Mutex
	budget         int
	window         time.Duration
	recent         []time.Time
	served, waited int
}

func (l *limiter) wait() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.recent) >= l.budget {
		time.Sleep(time.Until(l.recent[0].Add(l.window)))
		l.recent = l.recent[1:]
		l.waited++
	}
	l.recent = append(l.recent, time.Now())
	l.served++
}
