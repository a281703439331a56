package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"syncline/engine/state"
	"syncline/pipelines"
)

// The kinds of what stands in the queue.
const (
	QueueWaiting   = "waiting"   // for another record, a system, a person's answer elsewhere
	QueueWithheld  = "withheld"  // by a guard
	QueueFailing   = "failing"   // refused or not answered, and tried again by every run
	QueueDead      = "dead"      // given up until its record changes or somebody says retry
	QueueAside     = "aside"     // could not be read or mapped
	QueueDuplicate = "duplicate" // the second record of an end with one key
	QueueInFlight  = "in flight" // nobody knows yet whether it arrived
	QueueDue       = "due"       // somebody has to be told
	QueueDropped   = "dropped"   // nobody wants to hear of it until it changes
)

// QueueKinds lists the kinds, in the order in which they are told of.
func QueueKinds() []string {
	return []string{
		QueueDead, QueueFailing, QueueInFlight, QueueWaiting, QueueWithheld, QueueDue, QueueAside, QueueDuplicate, QueueDropped,
	}
}

// QueueItem is one thing that waits or died, and why.
type QueueItem struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Pipeline string    `json:"pipeline"`
	End      string    `json:"end,omitempty"` // where it is to be written, or where it was read
	Record   string    `json:"record,omitempty"`
	Entity   string    `json:"entity,omitempty"`
	Field    string    `json:"field,omitempty"`
	Reason   string    `json:"reason"`
	Since    time.Time `json:"since"`
	Until    time.Time `json:"until,omitzero"`
	Attempts int       `json:"attempts,omitempty"`
	Retry    bool      `json:"retry,omitempty"` // the next run tries it again
	Alert    string    `json:"alert"`
	Source   string    `json:"source,omitempty"` // file:line

	dead *state.Dead
	wait *state.Wait
	id   string // in full
}

// QueueOptions filter the queue; what is not set lets everything through but
// what was dropped.
type QueueOptions struct {
	Kind, Pipeline, End, Reason, Owner, Entity string
	ID                                         string // whatever the other filters say
	Older                                      time.Duration
}

// Queue lists what waits and what died, oldest first.
func (e *Engine) Queue(_ context.Context, c *pipelines.Config, o QueueOptions) (out []QueueItem, err error) {
	err = e.reading(c, func(s *state.Store) error {
		out, err = e.queue(s, c, &o)
		return err
	})
	return out, err
}

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

// queuing gathers the queue.
type queuing struct {
	store   *state.Store
	options *QueueOptions
	now     time.Time
	short   map[string]int
	out     []QueueItem
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
	return v.Dues(func(d *state.Due) error {
		if d.Pipeline == n && d.Kind == state.DueEscalation {
			q.add(p, dueItem(q.store, v, p, d))
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
	return (o.Kind == i.Kind || o.Kind == "" && i.Kind != QueueDropped) && (o.Pipeline == "" || o.Pipeline == i.Pipeline) &&
		(o.End == "" || o.End == i.End) && (o.Owner == "" || o.Owner == i.Alert) && (o.Entity == "" || o.Entity == i.Entity) &&
		(o.Reason == "" || strings.Contains(strings.ToLower(i.Reason), strings.ToLower(o.Reason))) &&
		(o.Older == 0 || q.now.Sub(i.Since) >= o.Older)
}

func deadItem(s *state.Store, p *pipelines.Pipeline, d *state.Dead) QueueItem {
	out := QueueItem{
		End: endName(s, p, d.End), Record: d.Record, Reason: d.Reason, Since: d.At, Attempts: d.Attempts, Retry: d.Retry,
		Source: d.Where, dead: d,
	}
	switch {
	case d.Dropped:
		out.Kind = QueueDropped
	case d.Kind == state.DeadLetter:
		out.Kind = QueueDead
	case d.Kind == state.DeadFailing:
		out.Kind = QueueFailing
	case d.Kind == state.DeadWaiting:
		out.Kind = QueueWaiting
	case d.Kind == state.DeadDuplicate:
		out.Kind = QueueDuplicate
	default:
		out.Kind = QueueAside
	}
	if d.Entity != 0 {
		out.Entity = s.Public(d.Entity)
	}
	return out
}

func waitItem(s *state.Store, v *state.View, p *pipelines.Pipeline, w *state.Wait) QueueItem {
	out := QueueItem{
		Kind: QueueWaiting, Entity: s.Public(w.Entity), Reason: w.Reason, Since: w.Since, Until: w.Until, wait: w,
		End: endName(s, p, w.End), Field: strings.TrimPrefix(s.Name(state.NumberUnit, w.Unit), p.Name+"/"),
	}
	if strings.HasPrefix(w.Reason, QueueWithheld) {
		out.Kind = QueueWithheld
	}
	var l state.Link
	if ok, err := v.Link(w.Entity, &l); !ok || err != nil {
		return out
	}
	for _, e := range l.Ends {
		switch {
		case e.Record == "":
		case e.End == w.End || out.End == "":
			out.End, out.Record = endName(s, p, e.End), e.Record
			return out
		case out.Record == "":
			out.Record = endName(s, p, e.End) + "/" + e.Record
		}
	}
	return out
}

func intentItem(s *state.Store, p *pipelines.Pipeline, in *state.Intent) QueueItem {
	out := QueueItem{
		Kind: QueueInFlight, End: endName(s, p, in.End), Record: in.Record, Entity: s.Public(in.Entity), Attempts: int(in.Attempts),
		Reason: "nobody knows yet whether it arrived; the next run looks", Since: time.UnixMicro(in.At).UTC(),
	}
	return out
}

func dueItem(s *state.Store, v *state.View, p *pipelines.Pipeline, d *state.Due) QueueItem {
	out := QueueItem{
		Kind: QueueDue, Field: strings.TrimPrefix(s.Name(state.NumberUnit, d.Unit), p.Name+"/"), Since: d.At, Until: d.At,
		Reason: "somebody is told when it is open until then",
	}
	if d.Entity != 0 {
		out.Entity = s.Public(d.Entity)
	}
	if k, ok := v.Conflict(d.Pipeline, d.Entity, d.Unit, d.Subject); ok {
		out.Since = k.First
		if to := escalatesTo(p, &k); to != nil {
			out.Reason = to.Name + " is told when it is open until then"
		}
		if len(k.Sides) > 0 {
			out.End, out.Record = endName(s, p, k.Sides[0].End), k.Sides[0].Record
		}
	}
	return out
}
