package httpclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"syncline/connectors"
)

// clockwork is a time that passes only by sleeping.
type clockwork struct {
	at    time.Time
	slept []time.Duration
}

func (c *clockwork) now() time.Time { return c.at }

func (c *clockwork) sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.at = c.at.Add(d)
	c.slept = append(c.slept, d)
	return nil
}

func (c *clockwork) in(o Options) Options {
	c.at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	o.Clock, o.Sleep = c.now, c.sleep
	if o.Random == nil {
		o.Random = func() float64 { return 1 }
	}
	return o
}

// script answers with one status after the other; the last goes on. 0 is a
// connection that breaks.
func script(sent *[]string, statuses ...int) network {
	return func(req *http.Request) (*http.Response, error) {
		*sent = append(*sent, req.Method+" "+req.Header.Get("Idempotency-Key"))
		s := statuses[min(len(*sent), len(statuses))-1]
		if s == 0 {
			return nil, errors.New("read tcp: connection reset by peer")
		}
		return reply(req, s, nil, ""), nil
	}
}

func TestWaitsAreJittered(t *testing.T) {
	for _, tt := range []struct {
		random float64
		want   string
	}{{1, "[1s 2s 4s 5s 5s]"}, {0.5, "[500ms 1s 2s 2.5s 2.5s]"}, {0, "[]"}} {
		var clock clockwork
		var sent []string
		o := clock.in(Options{Record: script(&sent, 503), Retry: Retry{Attempts: 6, First: time.Second, Cap: 5 * time.Second}, Random: func() float64 { return tt.random }})
		_, err := made(t, o).Do(t.Context(), &Request{Op: "read", Path: "x"})
		if got := fmt.Sprint(clock.slept); got != tt.want || len(sent) != 6 {
			t.Errorf("random %v: slept %s after %d attempts, want %s", tt.random, got, len(sent), tt.want)
		}
		if want := "read GET https://api.example.com/v1/x: answered 503 Service Unavailable"; err == nil || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

// TestWaitsAreWithinTheirBounds is the law of jitter, for any settings.
func TestWaitsAreWithinTheirBounds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := Retry{Attempts: rapid.IntRange(1, 80).Draw(rt, "attempts"), First: time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(rt, "first")),
			Cap: time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(rt, "cap")), Total: time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(rt, "total"))}
		random := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 80).Draw(rt, "random")
		var clock clockwork
		var sent []string
		n := 0
		o := clock.in(Options{Record: script(&sent, 503), Retry: r, Breaker: Breaker{Failures: -1}, Random: func() float64 { n++; return random[n%len(random)] }})
		o.Sleep = func(ctx context.Context, d time.Duration) error {
			if most := float64(r.First) * float64(uint64(1)<<min(len(sent)-1, 42)); d > r.Cap || float64(d) > most {
				rt.Fatalf("the wait after %d is %s", len(sent), d)
			}
			return clock.sleep(ctx, d)
		}
		began := clock.at
		_, err := made(t, o).Do(t.Context(), &Request{Path: "x"})
		if err == nil || len(sent) > r.Attempts || clock.at.Sub(began) > r.Total {
			rt.Fatalf("%d attempts in %s: %v", len(sent), clock.at.Sub(began), err)
		}
	})
}

func TestWhatMayBeRepeated(t *testing.T) {
	post, safe, keyed := Request{Method: "POST"}, Request{Method: "POST", Safe: true}, Request{Method: "POST", Key: "k1"}
	get := Request{}
	for _, tt := range []struct {
		name     string
		r        Request
		statuses []int
		sent     int
		kind     connectors.ErrorKind
		ok       bool
	}{
		{"a read is repeated after a lost answer", get, []int{0, 200}, 2, 0, true},
		{"and given up", get, []int{0}, 3, connectors.Unavailable, false},
		{"a write is not repeated after a lost answer", post, []int{0, 200}, 1, connectors.Uncertain, false},
		{"nor after a 502", post, []int{502, 200}, 1, connectors.Uncertain, false},
		{"nor after a 500", post, []int{500, 200}, 1, connectors.Uncertain, false},
		{"but after a 429", post, []int{429, 200}, 2, 0, true},
		{"which goes on being one", post, []int{429}, 3, connectors.Limited, false},
		{"a write that may be repeated is", safe, []int{0, 502, 200}, 3, 0, true},
		{"and fails as what it is", safe, []int{502}, 3, connectors.Unavailable, false},
		{"a write with a key is repeated", keyed, []int{0, 502, 200}, 3, 0, true},
		{"and stays uncertain", keyed, []int{0}, 3, connectors.Uncertain, false},
		{"whatever is answered at last", keyed, []int{0, 429}, 3, connectors.Uncertain, false},
		{"or said against it", keyed, []int{0, 409}, 2, connectors.Uncertain, false},
		{"a refusal is not repeated", post, []int{422}, 1, connectors.Refused, false},
		{"nor is a conflict", post, []int{412}, 1, connectors.Moved, false},
		{"nor what is not there", get, []int{404}, 1, connectors.NotFound, false},
		{"nor what may not be", get, []int{403}, 1, connectors.Denied, false},
		{"nor a credential that is none", get, []int{401}, 1, connectors.Denied, false},
		{"nor what cannot be", get, []int{501}, 1, connectors.Unsupported, false},
	} {
		var clock clockwork
		var sent []string
		c := made(t, clock.in(Options{Record: script(&sent, tt.statuses...), Retry: Retry{Attempts: 3}, Auth: Bearer{"token-1234"}}))
		r := tt.r
		r.Path = "x"
		resp, err := c.Do(t.Context(), &r)
		if (err == nil) != tt.ok || len(sent) != tt.sent || err != nil && connectors.KindOf(err) != tt.kind {
			t.Errorf("%s: sent %d times, %v (kind %d)", tt.name, len(sent), err, connectors.KindOf(err))
		}
		if resp != nil && resp.Attempts != len(sent) {
			t.Errorf("%s: %d attempts are told", tt.name, resp.Attempts)
		}
		if want := " " + r.Key; !strings.HasSuffix(sent[len(sent)-1], want) {
			t.Errorf("%s: the key is not sent each time: %v", tt.name, sent)
		}
	}
}

func TestRetryAfterWinsWhenItIsLonger(t *testing.T) {
	for _, tt := range []struct {
		after string
		want  string
		kind  connectors.ErrorKind
		told  time.Duration
	}{
		{"20", "[20s]", 0, 0},
		{"0", "[500ms]", 0, 0},
		{"Sun, 01 Mar 2026 12:00:09 GMT", "[9s]", 0, 0},
		{"1772366407", "[7s]", 0, 0},
		{"3600", "[]", connectors.Limited, time.Hour},
	} {
		for _, status := range []int{429, 503} {
			var clock clockwork
			n := 0
			c := made(t, clock.in(Options{Record: network(func(req *http.Request) (*http.Response, error) {
				if n++; n > 1 {
					return reply(req, 200, nil, ""), nil
				}
				return reply(req, status, map[string]string{"Retry-After": tt.after}, ""), nil
			})}))
			_, err := c.Do(t.Context(), &Request{Path: "x"})
			var e *connectors.Error
			errors.As(err, &e)
			if got := fmt.Sprint(clock.slept); got != tt.want || (err != nil) != (tt.told > 0) || e != nil && (e.Kind != tt.kind || e.After != tt.told) {
				t.Errorf("%d, %s: slept %s, %v", status, tt.after, got, err)
			}
		}
	}
}

// TestAnAnswerThatLies: a classifier sees an error in a 200 and a success in a
// 500.
func TestAnAnswerThatLies(t *testing.T) {
	var clock clockwork
	bodies := []string{`{"ok":false,"error":"busy"}`, `{"ok":true}`}
	c := made(t, clock.in(Options{Record: network(func(req *http.Request) (*http.Response, error) {
		body := bodies[0]
		bodies = bodies[1:]
		return reply(req, 200, nil, body), nil
	})}))
	busy := func(r *Response) Verdict {
		if strings.Contains(string(r.Body), "busy") {
			return Verdict{Action: Repeat, Kind: connectors.Limited, After: 3 * time.Second, Undone: true}
		}
		return Standard(r)
	}
	if resp, err := c.Do(t.Context(), &Request{Path: "x", Method: "POST", Classify: busy}); err != nil || resp.Attempts != 2 || !slices.Equal(clock.slept, []time.Duration{3 * time.Second}) {
		t.Errorf("%+v %v, slept %v", resp, err, clock.slept)
	}
	lies := func(*Response) Verdict {
		return Verdict{Action: Fail, Kind: connectors.Refused, Text: "says no", Hint: "ask again"}
	}
	bodies = []string{"{}"}
	resp, err := c.Do(t.Context(), &Request{Op: "write", Path: "x", Method: "POST", Classify: lies})
	var e *connectors.Error
	if !errors.As(err, &e) || e.Kind != connectors.Refused || e.Hint != "ask again" || err.Error() != "write POST https://api.example.com/v1/x: says no" || resp == nil {
		t.Errorf("%v %+v", err, resp)
	}
}

func TestABreakerLeavesAHostAlone(t *testing.T) {
	var clock clockwork
	var sent []string
	statuses := []int{503, 500, 503, 503, 503, 200}
	c := made(t, clock.in(Options{Record: script(&sent, statuses...), Retry: Retry{Attempts: 1}, Breaker: Breaker{Failures: 3, Pause: time.Minute}}))
	do := func() *connectors.Error {
		var e *connectors.Error
		_, err := c.Do(t.Context(), &Request{Path: "x"})
		errors.As(err, &e)
		return e
	}
	for range 4 {
		do()
	}
	e := do()
	if len(sent) != 4 || e == nil || e.Kind != connectors.Unavailable || e.After != time.Minute || !c.o.Pool.Stats()[0].Open {
		t.Errorf("after %d requests: %+v", len(sent), e)
	}
	clock.at = clock.at.Add(time.Minute)
	do() // tries, and fails
	if do(); len(sent) != 5 {
		t.Errorf("an open host is asked %d times, not once", len(sent)-4)
	}
	clock.at = clock.at.Add(time.Minute)
	if e := do(); e != nil || c.o.Pool.Stats()[0].Open {
		t.Errorf("%v", e)
	}
}

func TestGivingUpBetweenAttempts(t *testing.T) {
	for _, method := range []string{"GET", "PUT"} {
		ctx, cancel := context.WithCancel(t.Context())
		c := made(t, Options{Record: network(func(*http.Request) (*http.Response, error) {
			cancel()
			return nil, errors.New("broke")
		})})
		_, err := c.Do(ctx, &Request{Path: "x", Method: method, Key: "k"})
		want := map[string]connectors.ErrorKind{"GET": connectors.Failed, "PUT": connectors.Uncertain}[method]
		if !errors.Is(err, context.Canceled) || connectors.KindOf(err) != want {
			t.Errorf("%s: %v (kind %d)", method, err, connectors.KindOf(err))
		}
	}
}

// TestOneTriesAnOpenHost: when the pause is over, one request of many finds out
// whether the host is well again.
func TestOneTriesAnOpenHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		c := made(t, Options{Retry: Retry{Attempts: 1}, Breaker: Breaker{Failures: 1, Pause: time.Minute}, Record: network(func(req *http.Request) (*http.Response, error) {
			sent.Add(1)
			time.Sleep(time.Second)
			return reply(req, 503, nil, ""), nil
		})})
		var all sync.WaitGroup
		for range 2 {
			for range 5 {
				all.Go(func() {
					if _, err := c.Do(t.Context(), &Request{Path: "x"}); connectors.KindOf(err) != connectors.Unavailable {
						t.Error(err)
					}
				})
			}
			all.Wait()
			time.Sleep(time.Minute)
		}
		if n := sent.Load(); n != 6 {
			t.Errorf("%d requests were sent, not 5 and then one", n)
		}
	})
}
