package memory

import (
	"fmt"
	"maps"
	"time"

	"syncline/connectors"
)

// Kind says what goes wrong.
type Kind uint8

const (
	// Unavailable fails the whole call; nothing happens.
	Unavailable Kind = iota
	// Limited fails the whole call: too many requests.
	Limited
	// Denied fails the whole call, or with ID one answer of it.
	Denied
	// Refused refuses one change.
	Refused
	// Moved lets the condition of one change fail.
	Moved
	// Lost carries a change out and loses the answer.
	Lost
	// Lying carries a change out and answers that it failed, which no connector
	// may do of its own.
	Lying
	// Dropped loses the change and the answer.
	Dropped
	// Late loses the answer and carries the change out at Deliver.
	Late
	// Hidden confirms a create whose record nobody gets to see until Deliver.
	Hidden
	// Stale shows readers the state before the newest.
	Stale
	// Duplicate lists a record twice.
	Duplicate
	// Incomplete lists the first half of a table and says so.
	Incomplete
	// Cut lists the first half of a table and says that it is the whole.
	Cut
	// Empty lists nothing and says that it is the whole.
	Empty
	// Partial leaves Field out of a record.
	Partial
	// Blanked shows Field as null, whatever it holds.
	Blanked
	// Unreadable lists a record that cannot be read.
	Unreadable
)

var kindNames = [...]string{
	"unavailable", "limited", "denied", "refused", "moved", "lost", "lying", "dropped", "late",
	"hidden", "stale", "duplicate", "incomplete", "cut", "empty", "partial", "blanked", "unreadable",
}

// Kinds returns every kind, in order.
func Kinds() []Kind {
	out := make([]Kind, len(kindNames))
	for i := range out {
		out[i] = Kind(i)
	}
	return out
}

// String returns the kind in one word.
func (k Kind) String() string { return kindNames[k] }

// only is a filter that lets one kind through.
func (k Kind) only(other Kind) bool { return k == other }

// stops lets kinds through that fail a whole call; stopsOne those that fail
// one answer of a read; changes those that befall one change; shortens those
// that end a listing early, bends those that show a record otherwise.
func stops(k Kind) bool    { return k <= Denied }
func stopsOne(k Kind) bool { return k == Unavailable || k == Denied }
func changes(k Kind) bool  { return k >= Refused && k <= Hidden || k == Denied }
func shortens(k Kind) bool { return k >= Incomplete && k <= Empty }
func bends(k Kind) bool    { return k == Partial || k == Blanked }

// Fault is something that goes wrong. Empty fields match everything. A fault
// with an ID befalls that record's answer, one without it the call, where the
// kind can befall both.
type Fault struct {
	Kind   Kind
	Op     string // check, objects, read, next, get, find, write, stamp; "": any
	Object string
	Verb   string // of a change
	ID     string
	Field  string // at fault, or left out
	After  int    // how many times it lets pass first
	Times  int    // how often it strikes; 0: always
	Every  int    // it strikes every so many times only; 0 and 1: every time

	RetryAfter time.Duration // what a Limited tells as Error.After; 0: nothing
}

type fault struct {
	Fault
	met int
}

// Inject adds a fault. Faults are asked in the order they were added; the
// first that strikes decides.
func (s *System) Inject(f Fault) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.faults = append(s.faults, &fault{Fault: f})
}

// Heal takes every fault away. What is late stays late until Deliver.
func (s *System) Heal() {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.faults = nil
}

// Struck returns how often faults of each kind struck so far.
func (s *System) Struck() map[Kind]int {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	out := map[Kind]int{}
	for k, n := range s.struck {
		if n > 0 {
			out[Kind(k)] = n
		}
	}
	return out
}

// Showed returns how often each way of the system's own showed so far: budget,
// expiring, lagging, reversed, rotated, shuffled, leavers, reusing, skewed and
// coarse of its manners, of what an administrator changed "missing field", "retyped field",
// "required field" and "picklist" where it was read or refused, and "habit" with the name of a habit that changed a
// value.
func (s *System) Showed() map[string]int {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	return maps.Clone(s.showed)
}

// Deliver lets every late change arrive and every hidden record be seen, and
// returns how many there were.
func (s *System) Deliver() int {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	late := s.late
	s.late = nil
	for _, arrive := range late {
		arrive()
	}
	return len(late)
}

// due returns the first fault that strikes now; nil when none does. A fault
// that matches is counted whether or not it strikes. The caller holds the lock.
func (s *System) due(op, object, verb, id string, kinds func(Kind) bool) *fault {
	for _, f := range s.faults {
		if !kinds(f.Kind) || !f.matches(op, object, verb, id) {
			continue
		}
		f.met++
		if n := f.met - f.After; n > 0 && f.strikes(n-1) {
			s.struck[f.Kind]++
			return f
		}
	}
	return nil
}

// strikes reports whether the fault strikes at the nth occasion, counted from
// 0, after those it lets pass.
func (f *fault) strikes(n int) bool {
	every := max(1, f.Every)
	return n%every == 0 && (f.Times == 0 || n/every < f.Times)
}

func (f *fault) matches(op, object, verb, id string) bool {
	fits := func(want, is string) bool { return want == "" || want == is }
	if id == "" && f.ID != "" {
		return false // it waits for its record
	}
	if id != "" && f.ID == "" && f.Kind <= Denied && verb == "" {
		return false // it befell the whole call already
	}
	return fits(f.Op, op) && fits(f.Object, object) && fits(f.Verb, verb) && fits(f.ID, id)
}

var errorKinds = map[Kind]connectors.ErrorKind{
	Unavailable: connectors.Unavailable, Limited: connectors.Limited, Denied: connectors.Denied,
	Refused: connectors.Refused, Moved: connectors.Moved, Lost: connectors.Uncertain,
	Lying: connectors.Failed, Dropped: connectors.Uncertain, Late: connectors.Uncertain,
	Unreadable: connectors.Unreadable,
}

func (f *fault) problem(op, object string) error {
	return &connectors.Error{
		Kind: errorKinds[f.Kind], Op: op, Where: object, Field: f.Field, After: f.RetryAfter,
		Err: fmt.Errorf("the test asked for this fault: %s", f.Kind),
	}
}
