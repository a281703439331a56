package simulators

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shelf is a vendor with things on a shelf.
func shelf(o Options) *Server {
	return New(Vendor{
		Name: "shelf",
		Fill: func(c *Call) { c.Store.Put("things", "1", Object{"name": "first"}) },
		Admit: func(c *Call) *Reply {
			if c.Header.Get("Authorization") != "fake" {
				return &Reply{Status: http.StatusUnauthorized, Said: "who are you"}
			}
			return nil
		},
		Routes: map[string]Handler{
			"GET /things/{id}": func(c *Call) Reply {
				o := c.Store.Get("things", c.PathValue("id"))
				if o == nil {
					return Reply{Status: http.StatusNotFound}
				}
				return Reply{Status: http.StatusOK, Body: o}
			},
			"PUT /things/{id}": func(c *Call) Reply {
				o, _ := c.JSON()
				c.Store.Put("things", c.PathValue("id"), o)
				c.Tell(Object{"put": c.PathValue("id")})
				return Reply{Status: http.StatusOK, Said: "put"}
			},
		},
		Refuse: func(*Call, Refusal) Reply { return Reply{Body: "no"} },
		Sign:   func(d *Delivery) { d.Header["Number"] = fmt.Sprint(d.Number) },
	}, o)
}

// do sends a request to a server without a socket; 0 says that nothing was
// answered.
func do(s *Server, method, path, body string) (status int, text string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "fake")
	w := httptest.NewRecorder()
	func() {
		defer func() {
			if err := recover(); err != nil {
				if err != http.ErrAbortHandler {
					panic(err)
				}
				w.Code = 0
			}
		}()
		s.ServeHTTP(w, r)
	}()
	return w.Code, strings.TrimSpace(w.Body.String())
}

// TestFaultsFollowFromTheSeed: the same requests in any order meet the same
// faults, and another seed means others.
func TestFaultsFollowFromTheSeed(t *testing.T) {
	faults, err := ParseFaults("limit=0.3,broken=0.3,commit=0.3,lost=0.3")
	if err != nil {
		t.Fatal(err)
	}
	play := func(seed uint64, order []int) map[int]int {
		s, out := shelf(Options{Seed: seed, Faults: faults}), map[int]int{}
		for _, n := range order {
			out[n], _ = do(s, http.MethodPut, fmt.Sprint("/things/", n), `{"name":"x"}`)
		}
		return out
	}
	numbers := make([]int, 40)
	for i := range numbers {
		numbers[i] = i
	}
	if cmp.Equal(play(1, numbers), play(2, numbers)) {
		t.Error("two seeds mean the same faults")
	}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		order := rapid.Permutation(numbers).Draw(t, "order")
		if diff := cmp.Diff(play(seed, numbers), play(seed, order)); diff != "" {
			t.Fatalf("the order changes what is hit:\n%s", diff)
		}
	})
}

// TestFaults: what each fault does to a write and to a read after it.
func TestFaults(t *testing.T) {
	for fault, want := range map[string]string{
		Limit: "429 before", Broken: "500 before", Commit: "500 after", Lost: "0 after", "": "200 after",
	} {
		on := Faults{}
		s := shelf(Options{Faults: on})
		on[fault] = 1
		status, _ := do(s, http.MethodPut, "/things/1", `{"name":"second"}`)
		on[fault] = 0
		then := "before"
		if _, text := do(s, http.MethodGet, "/things/1", ""); strings.Contains(text, "second") {
			then = "after"
		}
		if got := fmt.Sprint(status, " ", then); got != want {
			t.Errorf("fault %q: %s, want %s", fault, got, want)
		}
	}
}

// TestStale: a read may not see what was written lately, and sees it when the
// lag is over; what was there before is seen all the time.
func TestStale(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := shelf(Options{Faults: Faults{Stale: 1}, Now: func() time.Time { return now }})
	do(s, http.MethodPut, "/things/1", `{"name":"second"}`)
	do(s, http.MethodPut, "/things/2", `{"name":"new"}`)
	if status, text := do(s, http.MethodGet, "/things/1", ""); status != http.StatusOK || !strings.Contains(text, "first") {
		t.Errorf("a stale read answers %d %s", status, text)
	}
	if status, _ := do(s, http.MethodGet, "/things/2", ""); status != http.StatusNotFound {
		t.Errorf("a stale read of a new thing answers %d", status)
	}
	now = now.Add(time.Minute)
	if _, text := do(s, http.MethodGet, "/things/1", ""); !strings.Contains(text, "second") {
		t.Errorf("a minute later it answers %s", text)
	}
}

// TestStrangers: who may not ask, and what is not there, is refused and logged
// without the credential.
func TestStrangers(t *testing.T) {
	var seen []Request
	s := shelf(Options{Log: func(r Request) { seen = append(seen, r) }})
	r := httptest.NewRequest(http.MethodGet, "/things/1", nil)
	r.Header.Set("Authorization", "another")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	nowhere, _ := do(s, http.MethodGet, "/nowhere", "")
	if w.Code != http.StatusUnauthorized || nowhere != http.StatusNotFound || len(seen) != 2 {
		t.Errorf("answered %d and %d, logged %d", w.Code, nowhere, len(seen))
	}
	if text := fmt.Sprint(seen); strings.Contains(text, "another") {
		t.Errorf("the log holds a credential: %s", text)
	}
}

// TestWebhooks: they come signed, and as the faults want them: again, in
// another order, or not at all; one that is not taken comes again.
func TestWebhooks(t *testing.T) {
	for fault, want := range map[string][]string{
		"": {"1", "2", "3"}, Twice: {"1", "1", "2", "2", "3", "3"}, Disorder: {"3", "2", "1"}, Missed: nil,
	} {
		var got []string
		refuse := 0
		to := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if refuse++; refuse == 2 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			if n := r.Header.Get("Number"); string(body) == fmt.Sprintf(`{"put":"%s"}`, n) {
				got = append(got, n)
			}
		}))
		s := shelf(Options{Webhook: to.URL, Faults: Faults{fault: 1}})
		for n := range 3 {
			do(s, http.MethodPut, fmt.Sprint("/things/", n+1), `{}`)
		}
		err := s.Send(t.Context())
		if again := s.Send(t.Context()); again != nil || (err == nil) != (want == nil) {
			t.Errorf("fault %q: sent with %v, and again with %v", fault, err, again)
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("fault %q (-want +got):\n%s", fault, diff)
		}
		to.Close()
	}
}

// TestDisorder: what comes later is sent first.
func TestDisorder(t *testing.T) {
	var h hooks
	h.wake = make(chan struct{}, 1)
	for n := range 3 {
		h.add(Delivery{Number: n}, func(fault string) bool { return fault == Disorder })
	}
	if h.waiting[0].Number != 2 || h.waiting[2].Number != 0 {
		t.Errorf("the order is %v", h.waiting)
	}
}

// TestRun ends with its context, and sends until then.
func TestRun(t *testing.T) {
	heard := make(chan struct{}, 1)
	to := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard <- struct{}{} }))
	defer to.Close()
	s := shelf(Options{Webhook: to.URL})
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { s.Run(ctx); close(over) }()
	do(s, http.MethodPut, "/things/1", `{}`)
	<-heard
	stop()
	<-over
}

// TestParseFaults: what may be asked for, and what is told of what may not.
func TestParseFaults(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "limit": "limit=0.2", "limit , lost=0.5": "limit=0.2,lost=0.5", "all=0": "broken=0,commit=0,disorder=0,expire=0,limit=0,lock=0,lost=0,missed=0,session=0,stale=0,twice=0",
	} {
		f, err := ParseFaults(text)
		if err != nil || f.String() != want {
			t.Errorf("%q is %q, %v; want %q", text, f, err, want)
		}
	}
	for text, want := range map[string]string{
		"limits": `there is no fault "limits"`, "limit=2": `no number from 0 to 1: "2"`, "limit=": `no number from 0 to 1: ""`, "limit=NaN": `no number from 0 to 1: "NaN"`, "=1": `there is no fault ""`,
	} {
		if _, err := ParseFaults(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestStoreGivesCopies: what is done to an answer does not change the store.
func TestStoreGivesCopies(t *testing.T) {
	s := newStore()
	s.Put("things", "1", Object{"list": []any{Object{"a": 1}}})
	s.Get("things", "1")["list"].([]any)[0].(Object)["a"] = 2
	if got := s.List("things", nil)[0]["list"].([]any)[0].(Object)["a"]; got != 1 {
		t.Errorf("the store holds %v", got)
	}
}
