package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"syncline/connectors"
)

// network is a Recorder that stands for the whole network: what the server
// does comes in as a function. Inside a bubble its delays take no time.
type network func(*http.Request) (*http.Response, error)

func (n network) Wrap(http.RoundTripper, func(string) string) http.RoundTripper { return n }

func (n network) RoundTrip(req *http.Request) (*http.Response, error) { return n(req) }

func reply(req *http.Request, status int, header map[string]string, body string) *http.Response {
	h := http.Header{}
	for name, v := range header {
		h.Set(name, v)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: req}
}

func address(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func made(t testing.TB, o Options) *Client {
	t.Helper()
	if o.Base == nil {
		o.Base = address(t, "https://api.example.com/v1/")
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// counter is a server that notes when requests arrive and when they leave.
type counter struct {
	mu        sync.Mutex
	arrivals  []time.Time
	busy, top int
	delay     func() time.Duration
}

func (s *counter) answer(req *http.Request) (*http.Response, error) {
	time.Sleep(s.delay())
	s.mu.Lock()
	s.arrivals = append(s.arrivals, time.Now())
	s.busy++
	s.top = max(s.top, s.busy)
	s.mu.Unlock()
	time.Sleep(s.delay())
	s.mu.Lock()
	s.busy--
	s.mu.Unlock()
	time.Sleep(s.delay())
	return reply(req, 200, nil, "{}"), nil
}

// most is the largest number of arrivals in any window of that span, its ends
// included.
func (s *counter) most(per time.Duration) int {
	slices.SortFunc(s.arrivals, time.Time.Compare)
	most, first := 0, 0
	for i, at := range s.arrivals {
		for at.Sub(s.arrivals[first]) > per {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// TestLimitsHoldAtTheServer holds the law of budgets: whatever the network
// delays and however many clients share the credential, no window at the
// server sees more than the limit; and what the limit allows is used.
func TestLimitsHoldAtTheServer(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			var mu sync.Mutex
			slow := time.Duration(r.IntN(3000)) * time.Millisecond
			server := &counter{delay: func() time.Duration {
				mu.Lock()
				defer mu.Unlock()
				return time.Duration(r.Int64N(int64(slow) + 1))
			}}
			limits := []Limit{{Requests: 1 + r.IntN(50), Per: 10 * time.Second}}
			if r.IntN(2) == 0 {
				limits = append(limits, Limit{Requests: 1 + r.IntN(5)})
			}
			if r.IntN(2) == 0 {
				limits = append(limits, Limit{Requests: 20 + r.IntN(100), Per: time.Minute})
			}
			pool, n := NewPool(), 40+r.IntN(160)
			var clients []*Client
			for range 1 + r.IntN(3) {
				clients = append(clients, made(t, Options{Limits: limits, Pool: pool, Record: network(server.answer), Retry: Retry{Patience: time.Hour}}))
			}
			var all sync.WaitGroup
			for i := range n {
				all.Go(func() {
					if _, err := clients[i%len(clients)].Do(t.Context(), &Request{Path: "x", Backfill: i%2 == 0}); err != nil {
						t.Errorf("seed %d: %v", seed, err)
					}
				})
			}
			began := time.Now()
			all.Wait()
			slowest := time.Duration(0)
			for _, l := range limits {
				if l.Per == 0 {
					if server.top > l.Requests {
						t.Errorf("seed %d: %d at once where %d may be", seed, server.top, l.Requests)
					}
					slowest = max(slowest, time.Duration(n/l.Requests+1)*3*slow)
					continue
				}
				if most := server.most(l.Per); most > l.Requests {
					t.Errorf("seed %d: %d requests in %s where %d may be", seed, most, l.Per, l.Requests)
				}
				slowest = max(slowest, time.Duration(n/l.Requests+1)*(l.Per+3*slow+time.Second))
			}
			if took := time.Since(began); took > 2*slowest {
				t.Errorf("seed %d: took %s, and the limits allow %s", seed, took, slowest)
			}
			if len(server.arrivals) != n {
				t.Errorf("seed %d: %d arrived of %d", seed, len(server.arrivals), n)
			}
		})
	}
}

func TestAReserveIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &counter{delay: func() time.Duration { return 0 }}
		c := made(t, Options{Limits: []Limit{{50, 10 * time.Second}}, Reserve: 0.2, Record: network(server.answer)})
		for range 100 {
			if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		if most := server.most(10 * time.Second); most != 40 {
			t.Errorf("%d requests in a window, and 40 of 50 are ours", most)
		}
	})
}

func TestLiveRequestsGoBeforeTheBackfill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		c := made(t, Options{Limits: []Limit{{1, time.Second}}, Record: network(func(req *http.Request) (*http.Response, error) {
			order = append(order, req.URL.Path[len("/v1/"):])
			return reply(req, 200, nil, ""), nil
		})})
		var all sync.WaitGroup
		send := func(name string, backfill bool) {
			all.Go(func() {
				if _, err := c.Do(t.Context(), &Request{Path: name, Backfill: backfill}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		for _, name := range []string{"b0", "b1", "b2"} {
			send(name, true)
		}
		time.Sleep(100 * time.Millisecond)
		send("l1", false)
		send("l2", false)
		all.Wait()
		if got := strings.Join(order, " "); got != "b0 l1 l2 b1 b2" {
			t.Errorf("the order was %s", got)
		}
	})
}

// TestAWaitEndsWithItsContext also holds that one who gives up leaves the line
// to the next.
func TestAWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := made(t, Options{Limits: []Limit{{1, time.Minute}}, Record: network(func(req *http.Request) (*http.Response, error) { return reply(req, 200, nil, ""), nil })})
		if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, err := c.Do(ctx, &Request{Path: "x", Method: "POST"})
		if !errors.Is(err, context.DeadlineExceeded) || connectors.KindOf(err) != connectors.Failed || time.Since(began) != time.Second {
			t.Errorf("after %s: %v (%v)", time.Since(began), err, connectors.KindOf(err))
		}
		if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil {
			t.Error(err)
		}
		if s := c.o.Pool.Stats(); len(s) != 1 || s[0].Requests != 2 || s[0].Waits != 2 || s[0].Waited < time.Minute {
			t.Errorf("stats: %+v", s)
		}
	})
}

func TestALongWaitIsToldAndNotWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := made(t, Options{Limits: []Limit{{1, time.Hour}}, Record: network(func(req *http.Request) (*http.Response, error) { return reply(req, 200, nil, ""), nil })})
		for i := range 2 {
			_, err := c.Do(t.Context(), &Request{Path: "x", Method: "POST"})
			var e *connectors.Error
			if i == 1 && (!errors.As(err, &e) || e.Kind != connectors.Limited || e.After < 59*time.Minute || e.After > 61*time.Minute) {
				t.Errorf("%+v", e)
			}
		}
	})
}

// TestOthersUseUpTheBudget plays a system that counts in fixed windows and has
// other callers, which its headers tell of: nothing is refused, although the
// declared limit alone would be.
func TestOthersUseUpTheBudget(t *testing.T) {
	for _, reset := range []string{"seconds", "epoch", "none"} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(3 * 365 * 24 * time.Hour) // a bubble begins in 2000, when an epoch was short
			const per, limit = 10 * time.Second, 20
			var mu sync.Mutex
			var window time.Time
			used, refused := 0, 0
			answer := func(req *http.Request) (*http.Response, error) {
				mu.Lock()
				defer mu.Unlock()
				if time.Since(window) >= per {
					window, used = time.Now(), 8 // what others took
				}
				back := window.Add(per)
				h := map[string]string{"X-RateLimit-Limit": fmt.Sprint(limit)}
				switch reset {
				case "seconds":
					h["X-RateLimit-Reset"] = fmt.Sprint(int(time.Until(back)/time.Second) + 1)
				case "epoch":
					h["X-RateLimit-Reset"] = fmt.Sprint(back.Unix() + 1)
				}
				status := 200
				if used++; used > limit {
					refused++
					status = 429
				}
				h["X-RateLimit-Remaining"] = fmt.Sprint(max(limit-used, 0))
				return reply(req, status, h, ""), nil
			}
			c := made(t, Options{Limits: []Limit{{limit, per}}, Record: network(answer)})
			for range 60 {
				if _, err := c.Do(t.Context(), &Request{Path: "x"}); err != nil {
					t.Fatal(err)
				}
			}
			if refused > 0 {
				t.Errorf("reset as %s: %d requests were refused", reset, refused)
			}
		})
	}
}

// TestAPauseIsEverybodys: one request is told to wait, and the others of the
// credential wait too.
func TestAPauseIsEverybodys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		answer := func(req *http.Request) (*http.Response, error) {
			at = append(at, time.Since(began))
			if len(at) == 1 {
				return reply(req, 429, map[string]string{"Retry-After": "7"}, ""), nil
			}
			return reply(req, 200, nil, ""), nil
		}
		pool := NewPool()
		a, b := made(t, Options{Record: network(answer), Pool: pool}), made(t, Options{Record: network(answer), Pool: pool})
		var all sync.WaitGroup
		for _, c := range []*Client{a, b} {
			all.Go(func() {
				if _, err := c.Do(t.Context(), &Request{Path: "x", Method: "POST"}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		all.Wait()
		if want := []time.Duration{0, 7 * time.Second, 7 * time.Second}; !slices.Equal(at, want) {
			t.Errorf("arrived at %v, want %v", at, want)
		}
		if s := pool.Stats(); s[0].Throttles != 1 || s[0].Requests != 3 || s[0].Repeats != 1 {
			t.Errorf("stats: %+v", s)
		}
	})
}

func TestLimitsThatAreNone(t *testing.T) {
	for _, o := range []Options{{Limits: []Limit{{0, time.Second}}}, {Limits: []Limit{{1, -1}}}, {Reserve: 1}, {Reserve: -0.1}} {
		o.Base = address(t, "https://api.example.com")
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
