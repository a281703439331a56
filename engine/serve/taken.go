package serve

import (
	"slices"
	"time"

	"syncline/engine/run"
	"syncline/engine/state"
)

// Take returns events of a pipeline whose time has come, the oldest first. They
// are in work until Settle or Return.
func (x *Inbox) Take(p state.Number, most int) []state.Event {
	return x.take(p, most, func(*state.Event) bool { return false })
}

// take is Take without the events that are to be left.
func (x *Inbox) take(p state.Number, most int, leave func(*state.Event) bool) []state.Event {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.clock()
	x.queues[p] = slices.DeleteFunc(x.queues[p], func(e *entry) bool { return e.gone })
	var out []state.Event
	for _, e := range x.queues[p] {
		if len(out) == most {
			break
		}
		if !e.durable || e.busy || e.Next.After(now) || leave(&e.Event) {
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
