package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/pipelines"
)

// told is one thing that a place has to hear, and what is remembered once it
// did.
type told struct {
	to     *pipelines.Notify
	notice run.Notice
	due    state.Due
	next   *state.Due // what is due afterwards; nil: nothing
	entry  audit.Entry
}

// spelled is how many notices one message of an escalation spells out.
const spelled = 100

// escalate tells those whom the fields name of what is still open after its
// window, and of the end of what they were told of. It is forgotten only once
// it was told: a place that cannot be reached is tried again by the next run,
// and a run that is killed in between tells it again, under the same key.
func (e *Engine) escalate(ctx context.Context, w *walk, g *plans.Pipeline, id string) (warnings []string, err error) {
	all, over, err := e.dues(w, g, id)
	if err != nil {
		return nil, err
	}
	if err := w.forget(over); err != nil {
		return nil, err
	}
	bell := e.bell(w.config, g.Pipeline)
	for _, to := range w.config.Notifies {
		mine := slices.DeleteFunc(slices.Clone(all), func(t told) bool { return t.to != to })
		for page := range slices.Chunk(mine, spelled) {
			counts := map[string]int{}
			notices := make([]run.Notice, len(page))
			for i, t := range page {
				counts[t.notice.Kind]++
				notices[i] = t.notice
			}
			if err := bell.sendTo(ctx, to, counts, notices); err != nil {
				warnings = append(warnings, fmt.Sprintf("%v; the next run tries again", err))
				break
			}
			if err := w.remember(page); err != nil {
				return warnings, err
			}
		}
	}
	return warnings, nil
}

// dues gathers what has to be told now, and what is over before anybody heard
// of it.
func (e *Engine) dues(w *walk, g *plans.Pipeline, id string) (all []told, over []state.Due, err error) {
	pn, err := w.store.Number(state.NumberPipeline, g.Name)
	if err != nil {
		return nil, nil, err
	}
	now := e.options.Clock().UTC()
	err = w.store.View(func(v *state.View) error {
		return v.Dues(func(d *state.Due) error {
			if d.Pipeline != pn || d.At.After(now) {
				return nil
			}
			k, open := v.Conflict(pn, d.Entity, d.Unit, d.Subject)
			t := told{due: *d}
			switch {
			case d.Kind == state.DueEscalation && open && k.Deadline.Equal(d.At):
				e.escalation(w, g, &t, &k, now)
			case d.Kind == state.DueEscalation:
				over = append(over, *d)
				return nil
			case strings.HasPrefix(d.Kind, state.DueRecovery) && (!open || k.First.After(d.At)):
				e.recovery(w, g, v, &t)
			default:
				return nil
			}
			if t.to == nil {
				over = append(over, *d) // whoever it was is not in the configuration now
				return nil
			}
			t.notice.Key = keyOfDue(w.store, d)
			t.entry.Time, t.entry.Run, t.entry.Pipeline = now, id, g.Name
			t.entry.Outcome = "told " + t.to.Name
			if d.Entity != 0 {
				t.entry.Entity = w.store.Public(d.Entity)
				t.entry.Salt, _ = saltsOf(w.store)(t.entry.Entity)
			}
			all = append(all, t)
			return nil
		})
	})
	return all, over, err
}

func (e *Engine) escalation(w *walk, g *plans.Pipeline, t *told, k *state.Conflict, now time.Time) {
	t.to = escalatesTo(g.Pipeline, k)
	if t.to == nil {
		t.to = g.Alert
	}
	t.notice = run.Notice{
		Pipeline: g.Name, Kind: "escalation", To: t.to.Name,
		Text: "field " + strings.Join(k.Fields, ", ") + ": open since " + k.First.Format(time.DateTime) + ": " + k.Reason,
	}
	for _, side := range k.Sides {
		t.notice.End, t.notice.Record = endName(w.store, g.Pipeline, side.End), side.Record
	}
	next := t.due
	next.At, next.Kind = now, state.DueRecovery+t.to.Name
	t.next = &next
	t.entry = audit.Entry{Kind: "escalation", Units: slices.Clone(k.Fields), End: t.notice.End, Record: t.notice.Record}
}

func (e *Engine) recovery(w *walk, g *plans.Pipeline, v *state.View, t *told) {
	name := strings.TrimPrefix(t.due.Kind, state.DueRecovery)
	for _, n := range w.config.Notifies {
		if n.Name == name {
			t.to = n
		}
	}
	field := strings.TrimPrefix(w.store.Name(state.NumberUnit, t.due.Unit), g.Name+"/")
	t.notice = run.Notice{Pipeline: g.Name, Kind: "settled", To: name, Text: "field " + field + ": what was escalated is settled"}
	var l state.Link
	if known, err := v.Link(t.due.Entity, &l); known && err == nil {
		for _, x := range l.Ends {
			if x.Record != "" {
				t.notice.End, t.notice.Record = endName(w.store, g.Pipeline, x.End), strings.Clone(x.Record)
			}
		}
	}
	t.entry = audit.Entry{Kind: "escalation", Units: []string{field}, Rule: "settled", End: t.notice.End, Record: t.notice.Record}
}

// keyOfDue names one escalation, the same however often it is told.
func keyOfDue(s *state.Store, d *state.Due) string {
	text := fmt.Sprintf("%s %d %d %s %s %d", s.Public(d.Entity), d.Pipeline, d.Unit, d.Subject, d.Kind, d.At.UnixMicro())
	return fmt.Sprintf("%016x", xxh3.HashString(text))
}

// remember stores that a page was told.
func (w *walk) remember(page []told) error {
	b := w.store.NewBatch()
	entries := make([]audit.Entry, len(page))
	for i := range page {
		b.DeleteDue(&page[i].due)
		if page[i].next != nil {
			b.PutDue(page[i].next)
		}
		entries[i] = page[i].entry
	}
	head, err := w.journal.Append(entries)
	if err != nil {
		return err
	}
	b.SetAudit(head.Length, head.Hash)
	return w.store.Commit(b)
}

// forget drops what nobody has to hear any more.
func (w *walk) forget(over []state.Due) error {
	if len(over) == 0 {
		return nil
	}
	b := w.store.NewBatch()
	for i := range over {
		b.DeleteDue(&over[i])
	}
	return w.store.Commit(b)
}
