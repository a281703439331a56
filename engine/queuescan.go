package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"syncline/engine/state"
	"syncline/pipelines"
)

// queue reads the queue of an open state.
func (e *Engine) queue(s *state.Store, c *pipelines.Config, o *QueueOptions) ([]QueueItem, error) {
	known := &selection{store: s}
	if err := known.known(s, c); err != nil {
		return nil, err
	}
	q := &queuing{store: s, options: o, now: e.options.Clock(), short: map[string]int{}}
	err := s.View(func(v *state.View) error {
		for i, p := range known.pipelines {
			if err := q.pipeline(v, p, known.numbers[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return q.sorted(), err
}

// queuing gathers the queue.
type queuing struct {
	store   *state.Store
	options *QueueOptions
	now     time.Time
	short   map[string]int
	out     []QueueItem
}

// sorted returns what was gathered, oldest first, with ids as short as can be.
func (q *queuing) sorted() []QueueItem {
	slices.SortFunc(q.out, func(a, b QueueItem) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.ID, b.ID))
	})
	for i := range q.out {
		if q.short[q.out[i].id[:shortID]] == 1 {
			q.out[i].ID = q.out[i].id[:shortID]
		}
	}
	return q.out
}

func (q *queuing) pipeline(v *state.View, p *pipelines.Pipeline, n state.Number) error {
	err := v.Deads(n, func(d *state.Dead) error {
		q.add(p, deadItem(q.store, p, d))
		return nil
	})
	if err != nil {
		return err
	}
	err = v.Waits(n, func(w *state.Wait) error {
		q.add(p, waitItem(q.store, v, p, w))
		return nil
	})
	if err != nil {
		return err
	}
	err = v.Intents(func(_ uint64, all []state.Intent) error {
		for i := range all {
			if in := &all[i]; in.Pipeline == n {
				q.add(p, intentItem(q.store, p, in))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := q.events(v, p, n); err != nil {
		return err
	}
	return v.Dues(func(d *state.Due) error {
		if d.Pipeline == n && d.Kind == state.DueEscalation {
			q.add(p, dueItem(q.store, v, p, d))
		}
		return nil
	})
}

// events lists what systems told of. While an end is left alone, that is why.
func (q *queuing) events(v *state.View, p *pipelines.Pipeline, n state.Number) error {
	alone := map[state.Number]string{}
	err := v.Breakers(n, func(k *state.Breaker) error {
		if k.Unit == 0 && k.Until.After(q.now) {
			alone[k.End] = fmt.Sprintf("%s is left alone until %s: %s", endName(q.store, p, k.End), k.Until.UTC().Format(time.DateTime), k.Reason)
		}
		return nil
	})
	if err != nil {
		return err
	}
	why := ""
	for _, end := range slices.Sorted(maps.Keys(alone)) {
		why = cmp.Or(why, alone[end])
	}
	listed := map[state.Ref]bool{} // the later of two of one record are one with the first
	return v.Events(func(x *state.Event) error {
		if at := (state.Ref{End: x.End, Record: x.Record}); x.Pipeline == n && !listed[at] {
			listed[at] = true
			q.add(p, QueueItem{
				Kind: QueueEvent, End: endName(q.store, p, x.End), Record: x.Record, Reason: cmp.Or(x.Reason, why, "not looked at yet"),
				Since: x.At, Until: x.Next, Attempts: x.Attempts, event: x,
			})
		}
		return nil
	})
}

func (q *queuing) add(p *pipelines.Pipeline, item QueueItem) {
	item.Pipeline = p.Name
	if p.Alert != nil {
		item.Alert = p.Alert.Name
	}
	h := xxh3.HashString(strings.Join([]string{queueKey(&item), p.Name, item.End, item.Record, item.Entity, item.Field}, "\x00"))
	item.id = fmt.Sprintf("q%08x%04x", uint32(h), uint16(h>>32))
	item.ID = item.id
	q.short[item.id[:shortID]]++
	if q.fits(&item) {
		q.out = append(q.out, item)
	}
}

// queueKey tells apart what stands under different keys in the store: a letter
// keeps its id while it goes from failing to dead.
func queueKey(item *QueueItem) string {
	switch {
	case item.dead != nil:
		return "record"
	case item.wait != nil:
		return "wait"
	}
	return item.Kind
}

func (q *queuing) fits(i *QueueItem) bool {
	o := q.options
	if o.ID != "" {
		return len(o.ID) >= shortID && strings.HasPrefix(i.id, o.ID)
	}
	return (o.Kind == i.Kind || o.Kind == "" && (o.All || !Quiet(i.Kind))) && (o.Pipeline == "" || o.Pipeline == i.Pipeline) &&
		(o.End == "" || o.End == i.End) && (o.Owner == "" || o.Owner == i.Alert) && (o.Entity == "" || o.Entity == i.Entity) &&
		(o.Reason == "" || strings.Contains(strings.ToLower(i.Reason), strings.ToLower(o.Reason))) &&
		(o.Older == 0 || q.now.Sub(i.Since) >= o.Older)
}
