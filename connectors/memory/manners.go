package memory

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"syncline/connectors"
)

// Manners are what a system does all the time, where a [Fault] is what happens
// to it now and then. The zero value is a system that behaves well. Times are
// measured with the world's clock.
type Manners struct {
	// Lag is how long a change stays unseen by what Lagging names; the facts of
	// an honest connector state it too. A system that lags cannot prove that
	// nothing moved: stamping is refused.
	Lag     time.Duration
	Lagging []string // of read, get, find; nil: all of them

	// Budget is how many requests each Window serves; what is more is Limited.
	// 0: as many as one likes. With Tells the refusal says when to come back.
	Budget int
	Window time.Duration
	Tells  bool

	// A credential serves Calls requests and for Life, then every one is Denied
	// until [System.Renew] or until the system is opened again. 0: for ever.
	Calls int
	Life  time.Duration

	Order Order  // of listings
	Seed  uint64 // of a shuffled order

	// Leavers lets a whole listing name what was deleted, archived and merged
	// too, each as gone, as an incremental one does.
	Leavers bool

	// ReuseIDs gives the id of the record deleted last to the next one made.
	ReuseIDs bool

	Skew time.Duration // the system's clock less the world's
	Step time.Duration // what the system's times are cut to; 0: nothing

	// TimedRevisions makes a record's revision the time of its last change, in
	// seconds with Step a second: two changes within a step share one.
	TimedRevisions bool
}

// Order is the order in which a listing tells its records.
type Order uint8

const (
	AsMade   Order = iota // as the records were made
	Reversed              // the newest record first
	Rotated               // the second half first
	Shuffled              // by the seed, and another way in every listing
)

var orderNames = [...]string{"as made", "reversed", "rotated", "shuffled"}

// String returns the order in words.
func (o Order) String() string { return orderNames[o] }

// Behave gives the system other manners from now on. What it forgot while it
// did not lag stays forgotten.
func (s *System) Behave(m Manners) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.manners = m
	s.served, s.window = 0, time.Time{}
}

// Renew gives the engine a new credential, as an administrator would.
func (s *System) Renew() {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.renew()
}

func (s *System) renew() { s.calls, s.issued = 0, time.Time{} }

// admit lets a request in, or says why not: the credential first, then the
// budget. The caller holds the lock, as for every unexported method below.
func (s *System) admit(op, object string) error {
	m := &s.manners
	if m.Calls == 0 && m.Life == 0 && m.Budget == 0 {
		return nil
	}
	now := s.world.options.Clock()
	if s.issued.IsZero() {
		s.issued = now
	}
	s.calls++
	if m.Calls > 0 && s.calls > m.Calls || m.Life > 0 && now.Sub(s.issued) >= m.Life {
		s.showed["expiring"]++
		return &connectors.Error{
			Kind: connectors.Denied, Op: op, Where: object, Hint: "give the system a new credential",
			Err: fmt.Errorf("the credential has expired"),
		}
	}
	return s.budgeted(now, op, object)
}

func (s *System) budgeted(now time.Time, op, object string) error {
	m := &s.manners
	if m.Budget == 0 {
		return nil
	}
	if s.window.IsZero() || now.Sub(s.window) >= m.Window {
		s.window, s.served = now, 0
	}
	if s.served++; s.served <= m.Budget {
		return nil
	}
	s.showed["budget"]++
	e := &connectors.Error{
		Kind: connectors.Limited, Op: op, Where: object,
		Err: fmt.Errorf("the budget of %d requests is used up", m.Budget),
	}
	if m.Tells {
		e.After = m.Window - now.Sub(s.window)
	}
	return e
}

// horizon is the moment an operation sees the system as of; the zero time
// where it sees it as it is.
func (s *System) horizon(op string) time.Time {
	m := &s.manners
	if m.Lag == 0 || m.Lagging != nil && !slices.Contains(m.Lagging, op) {
		return time.Time{}
	}
	return s.world.options.Clock().Add(-m.Lag)
}

// asOf returns the state a row had at a moment; the oldest that is remembered
// where what stood then is not, nil where the record was not there yet.
func (r *row) asOf(moment time.Time) *state {
	st := r.now
	for !moment.IsZero() && st != nil && st.stored.After(moment) {
		if st.prev == nil && st.forgot {
			return st
		}
		st = st.prev
	}
	return st
}

// forget drops the states nobody can be shown any more: a stale read needs the
// one before the newest, and a system that lags what stood a lag ago.
func (st *state) forget(oldest time.Time) {
	for st = st.prev; st != nil && st.stored.After(oldest); st = st.prev {
	}
	if st != nil && st.prev != nil {
		st.prev, st.forgot = nil, true
	}
}

// ordered puts the records of a listing in the system's order.
func (s *System) ordered(entries []entry) {
	if o := s.manners.Order; o != AsMade && len(entries) > 1 {
		s.showed[o.String()]++
	}
	switch s.manners.Order {
	case Reversed:
		slices.Reverse(entries)
	case Rotated:
		half := len(entries) / 2
		copy(entries, slices.Concat(entries[half:], entries[:half]))
	case Shuffled:
		s.listings++
		rng := rand.New(rand.NewPCG(s.manners.Seed, s.listings))
		rng.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	}
}

// dated is what the system's clock says at a moment.
func (s *System) dated(t time.Time) time.Time {
	if s.manners.Skew != 0 {
		s.showed["skewed"]++
	}
	t = t.Add(s.manners.Skew)
	if s.manners.Step > 0 {
		s.showed["coarse"]++
		t = t.Truncate(s.manners.Step)
	}
	return t
}

// revision returns what the system calls the state's version.
func (s *System) revision(st *state) string {
	if s.manners.TimedRevisions {
		return strconv.FormatInt(st.at.UnixMicro(), 10)
	}
	return strconv.FormatInt(st.version, 10)
}

// reusable returns the id of the record deleted last; "" when there is none or
// the system does not use ids again.
func (t *Table) reusable() string {
	if !t.system.manners.ReuseIDs {
		return ""
	}
	var last *state
	id := ""
	for _, other := range t.order {
		st := t.rows[other].now
		if st.presence == connectors.Gone && (last == nil || st.version > last.version) {
			last, id = st, other
		}
	}
	if id != "" {
		t.system.showed["reusing"]++
	}
	return id
}
