package httpclient

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"
)

// budget admits the requests of one credential: within every limit, after
// every pause the system asked for, the live ones before the back-fill, and
// each of these in the order they came.
type budget struct {
	mu       sync.Mutex
	windows  []*window
	told     map[string]*headroom
	paused   time.Time     // nothing is admitted before
	busy     int           // admitted and not answered
	queue    [2][]*waiter  // live, back-fill
	fallback time.Duration // when a budget is back that does not say
}

// waiter is a request that waits; wake makes it look again.
type waiter struct{ wake context.CancelFunc }

// headroom is what is left of a budget by the system's own account.
type headroom struct {
	left  int
	until time.Time // then it is forgotten
}

// window is the limits of one span and their places: busy while a request is
// under way, and for one span after its answer.
type window struct {
	per    time.Duration
	claims []*claim
	busy   int
	used   int // places in spent
	spent  []spell
}

// claim is a limit that a client declared.
type claim struct{ most int }

// spell is places that were given back at about one time.
type spell struct {
	first, last time.Time
	places      int
}

// errPatience says that a wait is longer than may be waited.
type errPatience struct{ after time.Duration }

func (e errPatience) Error() string { return "the budget allows nothing before " + e.after.String() }

// declare adds limits until they are withdrawn. Of two with one span the lower
// holds. What was spent is remembered when nobody declares a limit any more:
// the next who does continues there.
func (b *budget) declare(limits []Limit, reserve float64) (withdraw func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var mine []*claim
	for _, l := range limits {
		c := &claim{max(1, int(math.Floor(float64(l.Requests)*(1-reserve)+1e-9)))}
		mine = append(mine, c)
		i := slices.IndexFunc(b.windows, func(w *window) bool { return w.per == l.Per })
		if i < 0 {
			i, b.windows = len(b.windows), append(b.windows, &window{per: l.Per, busy: b.busy})
		}
		b.windows[i].claims = append(b.windows[i].claims, c)
	}
	b.settle()
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, w := range b.windows {
			w.claims = slices.DeleteFunc(w.claims, func(c *claim) bool { return slices.Contains(mine, c) })
		}
		b.settle()
		b.wakeFirst()
	}
}

// settle says when a budget is back that does not say so itself.
func (b *budget) settle() {
	b.fallback = 0
	for _, w := range b.windows {
		if w.per > 0 && len(w.claims) > 0 && (b.fallback == 0 || w.per < b.fallback) {
			b.fallback = w.per
		}
	}
	b.fallback = cmp.Or(b.fallback, 10*time.Second)
}

// acquire waits until a request may be sent, and returns how long it waited.
// release gives the place back.
func (b *budget) acquire(ctx context.Context, backfill bool, patience time.Duration, t timing) (time.Duration, error) {
	me, began := &waiter{wake: func() {}}, t.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	line := 0
	if backfill {
		line = 1
	}
	b.queue[line] = append(b.queue[line], me)
	defer func() {
		b.queue[line] = slices.DeleteFunc(b.queue[line], func(w *waiter) bool { return w == me })
		b.wakeFirst()
	}()
	for {
		wait := forever
		if b.first() == me {
			wait = b.wait(t.now())
		}
		switch {
		case ctx.Err() != nil:
			return t.now().Sub(began), ctx.Err()
		case wait == 0:
			b.take()
			return t.now().Sub(began), nil
		case wait != forever && wait > patience:
			return t.now().Sub(began), errPatience{wait}
		}
		if err := b.rest(ctx, me, wait, t); err != nil {
			return t.now().Sub(began), err
		}
	}
}

// forever is the wait for something that has no time: another's release.
const forever = time.Duration(math.MaxInt64)

// rest lets go of the budget for a time, or until it is woken.
func (b *budget) rest(ctx context.Context, me *waiter, wait time.Duration, t timing) error {
	woken, wake := context.WithCancel(ctx)
	defer wake()
	me.wake = wake
	b.mu.Unlock()
	defer b.mu.Lock()
	if wait == forever {
		<-woken.Done()
		return ctx.Err()
	}
	if err := t.sleep(woken, wait); err != nil && woken.Err() == nil {
		return errors.Join(err, ctx.Err())
	}
	return ctx.Err()
}

func (b *budget) first() *waiter {
	for _, line := range b.queue {
		if len(line) > 0 {
			return line[0]
		}
	}
	return nil
}

func (b *budget) wakeFirst() {
	if w := b.first(); w != nil {
		w.wake()
	}
}

// wait tells how long until the next request may go: 0 is now, forever is when
// another gives its place back.
func (b *budget) wait(now time.Time) time.Duration {
	longest := max(b.paused.Sub(now), 0)
	for family, h := range b.told {
		if !now.Before(h.until) {
			delete(b.told, family)
		} else if h.left <= 0 {
			longest = max(longest, h.until.Sub(now))
		}
	}
	for _, w := range b.windows {
		longest = max(longest, w.wait(now))
	}
	return longest
}

func (b *budget) take() {
	b.busy++
	for _, h := range b.told {
		h.left--
	}
	for _, w := range b.windows {
		w.busy++
	}
}

// release gives a place back: the request was answered, or never will be.
// reached is how often it may have arrived.
func (b *budget) release(now time.Time, reached int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy--
	for _, w := range b.windows {
		w.release(now, max(reached, 1))
	}
	b.wakeFirst()
}

// pause admits nothing for a time.
func (b *budget) pause(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until.After(b.paused) {
		b.paused = until
	}
}

// learn takes in what an answer says is left. Requests that are under way may
// not be counted there yet. Of two answers about one window the lower holds,
// in whatever order they came.
func (b *budget) learn(all []told, reserve float64, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range all {
		back := t.back
		if back == 0 {
			back = b.fallback
		}
		left := t.left - max(b.busy-1, 0) - int(math.Ceil(float64(max(t.limit, t.left))*reserve-1e-9))
		until := now.Add(back)
		h := b.told[t.family]
		switch {
		case h == nil || !now.Before(h.until) || until.After(h.until.Add(time.Second)):
			if b.told == nil {
				b.told = map[string]*headroom{}
			}
			b.told[t.family] = &headroom{left: left, until: until}
		case until.After(h.until.Add(-time.Second)):
			h.left = min(h.left, left)
		}
	}
}

// margin is how much longer than told a place is kept: clocks do not run
// alike.
func (w *window) margin() time.Duration { return min(w.per/1000+time.Millisecond, time.Second) }

func (w *window) wait(now time.Time) time.Duration {
	for len(w.spent) > 0 && !now.Before(w.free()) {
		w.used -= w.spent[0].places
		w.spent = w.spent[1:]
	}
	switch {
	case w.busy+w.used < w.most():
		return 0
	case len(w.spent) > 0:
		return w.free().Sub(now)
	}
	return forever
}

// most is how many places there are: as many as the lowest claim says.
func (w *window) most() int {
	most := math.MaxInt
	for _, c := range w.claims {
		most = min(most, c.most)
	}
	return most
}

// free is when the oldest places may be taken again.
func (w *window) free() time.Time { return w.spent[0].last.Add(w.per + w.margin()) }

// release gives a place back. Places given back within a thousandth of the
// span are freed together, with the last: a day's budget is no long list.
func (w *window) release(now time.Time, places int) {
	w.busy--
	if w.per == 0 {
		return
	}
	w.used += places
	if n := len(w.spent); n > 0 && now.Sub(w.spent[n-1].first) <= w.per/1000 {
		w.spent[n-1].last = now
		w.spent[n-1].places += places
		return
	}
	w.spent = append(w.spent, spell{now, now, places})
}
