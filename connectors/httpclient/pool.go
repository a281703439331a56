package httpclient

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Pool holds what the clients of one credential share: its budget, its token,
// and how its hosts fare. One pool serves a whole program. It may be used
// concurrently. Of the limits that the open clients of one credential declare,
// the lower ones hold for all.
type Pool struct {
	mu       sync.Mutex
	accounts map[string]*account
}

// NewPool returns an empty pool.
func NewPool() *Pool { return &Pool{accounts: map[string]*account{}} }

// account is what a pool knows of one credential.
type account struct {
	name    string // as it is shown
	secrets redactor
	budget  budget

	mu     sync.Mutex
	tokens map[string]*tokens // by the identity of the Auth
	hosts  map[string]*health
}

// account returns the one of a key, the same for all.
func (p *Pool) account(key, name string) *account {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.accounts[key]
	if a == nil {
		a = &account{name: name, tokens: map[string]*tokens{}, hosts: map[string]*health{}}
		p.accounts[key] = a
	}
	return a
}

func (a *account) host(name string) *health {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.hosts[name] == nil {
		a.hosts[name] = &health{stat: Stat{Credential: a.name, Host: name}}
	}
	return a.hosts[name]
}

func (a *account) token(identity string) *tokens {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens[identity] == nil {
		a.tokens[identity] = &tokens{}
	}
	return a.tokens[identity]
}

// Stat is what a pool knows of one credential at one host. It holds no secret.
type Stat struct {
	Credential string // as Options.Credential names it
	Host       string
	Requests   int64         // sent, repetitions and redirects included
	Repeats    int64         // calls that were sent once more
	Failures   int64         // no answer, or one of 5xx
	Throttles  int64         // answers of 429
	Renewals   int64         // tokens that were asked for here
	Waits      int64         // requests that waited for the budget
	Waited     time.Duration // how long, all in all
	Open       bool          // the breaker refuses requests now
}

// Stats returns what happened so far, in the order of credentials and hosts.
func (p *Pool) Stats() []Stat {
	p.mu.Lock()
	accounts := make([]*account, 0, len(p.accounts))
	for _, a := range p.accounts {
		accounts = append(accounts, a)
	}
	p.mu.Unlock()
	var stats []Stat
	for _, a := range accounts {
		stats = append(stats, a.stats()...)
	}
	slices.SortFunc(stats, func(a, b Stat) int {
		return cmp.Or(cmp.Compare(a.Credential, b.Credential), cmp.Compare(a.Host, b.Host))
	})
	return stats
}

func (a *account) stats() (stats []Stat) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range a.hosts {
		stats = append(stats, h.snapshot())
	}
	return stats
}
