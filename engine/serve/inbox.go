package serve

import (
	"errors"
	"sync"
	"time"

	"syncline/engine/state"
)

// ErrFull says that no more events are taken until some were looked at.
var ErrFull = errors.New("the inbox is full")

const (
	// mostAttempts is how often a record that cannot be read is tried before its
	// event becomes a dead letter. An end that is down is no attempt.
	mostAttempts = 10

	leastBackoff, mostBackoff = 10 * time.Second, time.Hour

	// keptSeen is how long an event is known that its system may deliver again,
	// where it does not say for how long.
	keptSeen = 72 * time.Hour
)

// Arrival is an event for one end of a pipeline.
type Arrival struct {
	Pipeline, End state.Number
	Record        string
	Kind          string
	ID            string        // "" when the system names none
	Keep          time.Duration // how long the id may come again; 0: three days
}

// Inbox keeps events until their records were looked at: in the state, so that
// nothing that was acknowledged is lost. Events of one record that wait are
// one; one that comes while its record is looked at waits for the next time.
// It is safe for concurrent use.
type Inbox struct {
	store *state.Store
	clock func() time.Time
	limit int

	mu      sync.Mutex
	waiting map[place]*entry
	queues  map[state.Number][]*entry // by pipeline, in the order they came
	counts  Counts
}

// Counts says what came of events since the inbox was opened.
type Counts struct {
	Arrived   int // events, those that came again left out
	Again     int // that had come before, by their id
	Coalesced int // that became one with a waiting one
	Settled   int // records looked at
	Covered   int // records that a pass over everything looked at
	Dead      int // given up
	Refused   int // because the inbox was full
}

// place is a record at an end of a pipeline.
type place struct {
	pipeline, end state.Number
	record        string
}

type entry struct {
	state.Event
	last    time.Time // when the last event of it came
	durable bool      // a commit has it
	busy    bool      // its record is being looked at
	gone    bool
	also    []uint64 // stored events that this one stands for, too
}

func placeOf(x *state.Event) place { return place{x.Pipeline, x.End, x.Record} }

// OpenInbox returns the inbox of a state. It refuses what comes over the limit
// of records that wait.
func OpenInbox(store *state.Store, clock func() time.Time, limit int) (*Inbox, error) {
	x := &Inbox{store: store, clock: clock, limit: limit, waiting: map[place]*entry{}, queues: map[state.Number][]*entry{}}
	err := store.View(func(v *state.View) error {
		return v.Events(func(e *state.Event) error {
			x.add(&entry{Event: *e, durable: true, last: clock()})
			return nil
		})
	})
	return x, err
}

// add lets an entry wait. Of two of one record, the earlier stands for both.
func (x *Inbox) add(e *entry) {
	if earlier := x.waiting[placeOf(&e.Event)]; earlier != nil {
		earlier.takeOver(e)
		return
	}
	x.waiting[placeOf(&e.Event)] = e
	x.queues[e.Pipeline] = append(x.queues[e.Pipeline], e)
}

// takeOver lets an entry stand for a later one of its record.
func (e *entry) takeOver(later *entry) {
	e.also = append(append(e.also, later.Sequence), later.also...)
	e.Kind, e.ID, e.last = later.Kind, later.ID, later.last
	e.Count += later.Count
	later.gone = true
}

// delete adds to a batch that the entry is not stored any more.
func (e *entry) delete(b *state.Batch) {
	b.DeleteEvent(e.Sequence)
	for _, n := range e.also {
		b.DeleteEvent(n)
	}
}

// Put stores events. When it returns without an error they are kept, and may be
// acknowledged.
func (x *Inbox) Put(arrivals []Arrival) error {
	now := x.clock().UTC()
	b := x.store.NewBatch()
	fresh, err := x.unseen(arrivals)
	if err != nil {
		return err
	}
	mine, err := x.admit(b, fresh, now)
	if err != nil {
		return err
	}
	for i := range fresh {
		if a := &fresh[i]; a.ID != "" {
			keep := a.Keep
			if keep <= 0 {
				keep = keptSeen
			}
			b.PutSeen(&state.Seen{Pipeline: a.Pipeline, End: a.End, Event: a.ID, Until: now.Add(keep)})
		}
	}
	if b.Size() > 0 {
		err = x.store.Commit(b)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.counts.Arrived += len(fresh)
	x.counts.Again += len(arrivals) - len(fresh)
	for _, e := range mine {
		if err == nil {
			e.durable = true
		} else if !e.durable {
			x.drop(e)
		}
	}
	return err
}

// unseen leaves out what was delivered before.
func (x *Inbox) unseen(arrivals []Arrival) (out []Arrival, err error) {
	err = x.store.View(func(v *state.View) error {
		for _, a := range arrivals {
			if a.ID != "" {
				if _, ok := v.Seen(a.Pipeline, a.End, a.ID); ok {
					continue
				}
			}
			out = append(out, a)
		}
		return nil
	})
	return out, err
}

// admit makes entries of events, or one with those that wait. An entry that no
// commit has yet is stored by this one too: whoever is told that an event is
// kept does not rest on somebody else's commit.
func (x *Inbox) admit(b *state.Batch, fresh []Arrival, now time.Time) (mine []*entry, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	added := 0
	for i := range fresh {
		if x.waiting[place{fresh[i].Pipeline, fresh[i].End, fresh[i].Record}] == nil {
			added++
		}
	}
	if len(x.waiting)+added > x.limit {
		x.counts.Refused += len(fresh)
		return nil, ErrFull
	}
	for i := range fresh {
		a := &fresh[i]
		e := x.waiting[place{a.Pipeline, a.End, a.Record}]
		if e == nil {
			e = &entry{Event: state.Event{Sequence: x.store.Sequence(), Pipeline: a.Pipeline, End: a.End, Record: a.Record, At: now}}
			x.add(e)
		} else {
			x.counts.Coalesced++
		}
		e.Kind, e.ID, e.last = a.Kind, a.ID, now
		e.Count++
		if !e.durable {
			b.PutEvent(&e.Event)
			mine = append(mine, e)
		}
	}
	return mine, nil
}

// drop forgets an entry. The caller holds the lock.
func (x *Inbox) drop(e *entry) {
	e.gone = true
	if x.waiting[placeOf(&e.Event)] == e {
		delete(x.waiting, placeOf(&e.Event))
	}
}

// Waiting is how many records of a pipeline wait, and since when.
func (x *Inbox) Waiting(p state.Number) (count int, oldest time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range x.queues[p] {
		if e.gone {
			continue
		}
		count++
		if oldest.IsZero() || e.At.Before(oldest) {
			oldest = e.At
		}
	}
	return count, oldest
}

// Counts returns what came of events so far.
func (x *Inbox) Counts() Counts {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.counts
}
