package httpclient

import (
	"time"
)

// Pool holds what the clients of one credential share: its budget, its token,
// and how its hosts fare. One pool serves a whole program. It may be used
// concurrently. Clients of one credential are expected to declare the same
// limits; where they differ, the lower one holds for all.
type Pool struct {
}

// NewPool returns an empty pool.
func NewPool() *Pool { return &Pool{} }

// Stat is what a pool knows of one credential at one host. It holds no secret.
type Stat struct {
	Credential string // as Options.Credential names it
	Host       string
	Requests   int64         // sent, repetitions and redirects included
	Failures   int64         // no answer, or one of 5xx
	Throttles  int64         // answers of 429
	Renewals   int64         // tokens that were asked for here
	Waits      int64         // requests that waited for the budget
	Waited     time.Duration // how long, all in all
	Open       bool          // the breaker refuses requests now
}

// Stats returns what happened so far, in the order of credentials and hosts.
func (p *Pool) Stats() []Stat { return nil }
