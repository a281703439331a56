package httpclient

import (
	"sync"
	"time"
)

// outcome is what an attempt says about its host.
type outcome uint8

const (
	neutral outcome = iota // nothing: it was given up, or the fault is the request's
	well
	ill
)

// health is how one host fares with one credential: the breaker and the
// counts.
type health struct {
	mu     sync.Mutex
	stat   Stat
	ills   int // in a row
	open   time.Time
	trying bool // one request tries whether an open host is well again
}

// enter asks whether a request may be sent; if not, for how long.
func (h *health) enter(now time.Time) (time.Duration, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.open.IsZero():
		return 0, true
	case now.Before(h.open):
		return h.open.Sub(now), false
	case h.trying:
		return time.Second, false
	}
	h.trying = true
	return 0, true
}

// leave tells how a request that entered went.
func (h *health) leave(o outcome, b Breaker, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	tried := h.trying
	h.trying = false
	switch o {
	case well:
		h.ills, h.open = 0, time.Time{}
	case ill:
		h.ills++
		if b.Failures > 0 && (tried || h.ills >= b.Failures) {
			h.open = now.Add(b.Pause)
		}
	}
	h.stat.Open = !h.open.IsZero()
}

// count changes the counts.
func (h *health) count(f func(*Stat)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f(&h.stat)
}

func (h *health) snapshot() Stat {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stat
}
