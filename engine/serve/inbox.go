package serve

import (
	"errors"
	"slices"
	"sync"
	"time"

	"syncline/engine/run"
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

// Take returns events of a pipeline whose time has come, the oldest first. They
// are in work until Settle or Return.
func (x *Inbox) Take(p state.Number, most int) []state.Event {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.clock()
	x.queues[p] = slices.DeleteFunc(x.queues[p], func(e *entry) bool { return e.gone })
	var out []state.Event
	for _, e := range x.queues[p] {
		if len(out) == most {
			break
		}
		if !e.durable || e.busy || e.Next.After(now) {
			continue
		}
		e.busy = true
		if at := placeOf(&e.Event); x.waiting[at] == e {
			delete(x.waiting, at)
		}
		out = append(out, e.Event)
	}
	return out
}

// Due says when the next event of a pipeline may be taken; false when none
// waits.
func (x *Inbox) Due(p state.Number) (at time.Time, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range x.queues[p] {
		if e.gone || e.busy || !e.durable {
			continue
		}
		if !ok || e.Next.Before(at) {
			at, ok = e.Next, true
		}
		if at.IsZero() {
			break
		}
	}
	return at, ok
}

// Return lets events wait again that were not looked at.
func (x *Inbox) Return(taken []state.Event) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range x.entries(taken) {
		x.wait(e)
	}
}

// wait lets an entry that was in work wait, for one that came meanwhile too.
func (x *Inbox) wait(e *entry) {
	e.busy = false
	if later := x.waiting[placeOf(&e.Event)]; later != nil {
		e.takeOver(later)
	}
	x.waiting[placeOf(&e.Event)] = e
}

func (x *Inbox) entries(taken []state.Event) (out []*entry) {
	if len(taken) == 0 {
		return nil
	}
	bySequence := make(map[uint64]bool, len(taken))
	for i := range taken {
		bySequence[taken[i].Sequence] = true
	}
	for _, e := range x.queues[taken[0].Pipeline] {
		if bySequence[e.Sequence] {
			out = append(out, e)
		}
	}
	return out
}

// Settle adds to a batch what became of events whose records a pass looked at.
// Finished is told afterwards whether the batch is true.
func (x *Inbox) Settle(b *state.Batch, taken []state.Event, left map[place]run.Left, name func(state.Number) string) (finished func(committed bool)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := x.entries(taken)
	after := make([]state.Event, len(all))
	for i, e := range all {
		after[i] = x.after(b, e, left, name)
	}
	return func(committed bool) {
		x.mu.Lock()
		defer x.mu.Unlock()
		for i, e := range all {
			switch {
			case !committed:
				x.wait(e)
			case after[i].Sequence != 0:
				e.Attempts, e.Reason, e.Next = after[i].Attempts, after[i].Reason, after[i].Next
				x.wait(e)
			case after[i].Attempts > e.Attempts:
				x.counts.Dead++
				x.drop(e)
			default:
				x.counts.Settled++
				x.drop(e)
			}
		}
	}
}

// after says what an event is once a pass looked at its record: nothing any
// more, with sequence 0, or one that is tried again later.
func (x *Inbox) after(b *state.Batch, e *entry, left map[place]run.Left, name func(state.Number) string) state.Event {
	now, out := x.clock().UTC(), e.Event
	l, stays := left[placeOf(&e.Event)]
	if !stays || l.Whole {
		e.delete(b)
		out.Sequence = 0
		return out
	}
	out.Attempts++
	if out.Attempts >= mostAttempts {
		e.delete(b)
		b.PutDead(x.letter(e, l.Reason, name))
		out.Sequence = 0
		return out
	}
	out.Reason, out.Next = l.Reason, now.Add(backoff(out.Attempts, leastBackoff, mostBackoff))
	b.PutEvent(&out)
	return out
}

// letter is what an event becomes that is given up.
func (x *Inbox) letter(e *entry, reason string, name func(state.Number) string) *state.Dead {
	d := &state.Dead{
		Kind: state.DeadLetter, Pipeline: e.Pipeline, End: e.End, Record: e.Record, Reason: reason, At: e.At, Attempts: e.Attempts + 1,
	}
	_ = x.store.View(func(v *state.View) error { // whose it is only says where the letter is looked for
		d.Entity, _ = v.ByID(e.Pipeline, e.End, e.Record)
		return nil
	})
	if d.Entity == 0 {
		d.Record = name(e.End) + "/" + e.Record
	}
	return d
}

// Cover adds to a batch that a listing which began before looked at all
// records of an end: events that wait since then are settled by it. Finished is
// told afterwards whether the batch is true.
func (x *Inbox) Cover(b *state.Batch, p, end state.Number, began time.Time) (finished func(committed bool)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	var all []*entry
	for _, e := range x.queues[p] {
		if e.End != end || !e.last.Before(began) || !e.durable || e.busy || e.gone {
			continue
		}
		e.delete(b)
		e.busy = true // an event that comes now begins anew
		if at := placeOf(&e.Event); x.waiting[at] == e {
			delete(x.waiting, at)
		}
		all = append(all, e)
	}
	return func(committed bool) {
		x.mu.Lock()
		defer x.mu.Unlock()
		for _, e := range all {
			if committed {
				x.counts.Covered++
				x.drop(e)
			} else {
				x.wait(e)
			}
		}
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

// backoff is how long to wait after so many failures: twice as long each time.
func backoff(failures int, least, most time.Duration) time.Duration {
	d := least
	for range failures - 1 {
		if d *= 2; d >= most {
			return most
		}
	}
	return min(d, most)
}
