package connectors

import (
	"sync"
	"time"
)

// Limits are what the author of a configuration allows one system, beside what
// the system itself allows. What is zero was not written: the connector's own
// holds.
type Limits struct {
	Requests int           // in any span of Per: the attribute `rate`
	Per      time.Duration //
	Parallel int           // requests at once: `concurrency`
	Timeout  time.Duration // of one request: `timeout`
	Reserve  float64       // the share, from 0 to less than 1, that is left to others: `reserve`
	Attempts int           // how often a request is sent at most: `retry`
	First    time.Duration // the longest first wait before it is sent again
	Longest  time.Duration // the longest of all
	Networks []string      // that are not public and that its hosts may lie in: `networks`
}

// LimitNames are the attributes of a system that Limits come from: what a
// Definition may say that it keeps.
func LimitNames() []string {
	return []string{"rate", "concurrency", "timeout", "reserve", "retry", "networks"}
}

// Shared holds what the systems of one process have in common, such as the
// budget of a credential that several of them use. It may be used
// concurrently. A nil Shared holds nothing: each asks for its own.
type Shared struct {
	mu   sync.Mutex
	held map[any]any
}

// Get returns what is held under a key, and what made makes where nothing is.
// A key is of a type of the asking package's own.
func (s *Shared) Get(key any, made func() any) any {
	if s == nil {
		return made()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = map[any]any{}
	}
	if _, ok := s.held[key]; !ok {
		s.held[key] = made()
	}
	return s.held[key]
}
