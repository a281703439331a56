package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
)

// Retry wants what died, failed or was set aside to be tried again by the next
// run: the record is read by its id and decided on afresh, no old values are
// sent. Many are stored a page a transaction; told hears how far it is.
func (e *Engine) Retry(ctx context.Context, c *pipelines.Config, ids []string, by string, told func(done int)) (Resolution, error) {
	return e.requeue(ctx, c, ids, told, func(item *QueueItem, b *state.Batch) (string, error) {
		switch {
		case item.Retry:
			return "", nil // so it is wanted already
		case item.dead != nil:
			item.dead.Retry, item.dead.Dropped = true, false
			b.PutDead(item.dead)
		case item.wait != nil:
			item.wait.Until = time.Time{}
			b.PutWait(item.wait)
		default:
			return "", fmt.Errorf("%s is %s: the next run looks at it by itself", item.ID, item.Kind)
		}
		return "retry", nil
	}, by)
}

// Drop wants to hear no more of what died or was set aside, until its record
// changes.
func (e *Engine) Drop(ctx context.Context, c *pipelines.Config, ids []string, why, by string, told func(done int)) (Resolution, error) {
	return e.requeue(ctx, c, ids, told, func(item *QueueItem, b *state.Batch) (string, error) {
		if item.Kind == QueueDropped {
			return "", nil
		}
		if item.dead == nil || item.Kind == QueueWaiting || item.Kind == QueueWithheld || item.Kind == QueueFailing {
			return "", fmt.Errorf("%s is %s, not dead: it goes on by itself when its reason is gone", item.ID, item.Kind)
		}
		item.dead.Dropped, item.dead.Retry = true, false
		b.PutDead(item.dead)
		return "drop: " + why, nil
	}, by)
}

// requeue does one thing to many items of the queue; an item that it is done to
// already stays as it is.
func (e *Engine) requeue(ctx context.Context, c *pipelines.Config, ids []string, told func(int), do func(*QueueItem, *state.Batch) (string, error), by string) (out Resolution, err error) {
	if len(ids) == 0 {
		return out, nil
	}
	a, err := e.answering(c)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	items, err := e.queue(a.store, c, &QueueOptions{ID: one(ids)})
	if len(ids) > 1 {
		items, err = e.queue(a.store, c, &QueueOptions{All: true})
	}
	if err != nil {
		return out, err
	}
	byID := make(map[string]*QueueItem, 2*len(items))
	for i := range items {
		byID[items[i].id], byID[items[i].ID] = &items[i], &items[i]
	}
	done := 0
	for page := range slices.Chunk(ids, answerPage) {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		for _, id := range page {
			if err := a.requeueOne(byID[id], id, do, by, &out); err != nil {
				return out, err
			}
		}
		if err := a.flush(); err != nil {
			return out, err
		}
		if done += len(page); told != nil {
			told(done)
		}
	}
	return out, nil
}

// one returns the only id, "" where there are several.
func one(ids []string) string {
	if len(ids) == 1 {
		return ids[0]
	}
	return ""
}

func (a *answering) requeueOne(item *QueueItem, id string, do func(*QueueItem, *state.Batch) (string, error), by string, out *Resolution) error {
	if item == nil {
		out.Refused = append(out.Refused, Refusal{ID: id, Why: fmt.Sprintf("nothing in the queue is called %q; `syncline queue list` names what is", id)})
		return nil
	}
	rule, err := do(item, a.batch)
	if err != nil {
		out.Refused = append(out.Refused, Refusal{ID: item.ID, Why: err.Error()})
		return nil
	}
	if rule == "" {
		out.Same++
		return nil
	}
	out.Stored++
	entry := audit.Entry{
		Time: a.engine.options.Clock().UTC(), Kind: "queue", Pipeline: item.Pipeline, End: item.End, Record: item.Record,
		Units: units(item.Field), Rule: rule, Outcome: strings.SplitN(rule, ":", 2)[0], Trace: by,
	}
	if err := a.stand(&entry, item); err != nil {
		return err
	}
	a.entries = append(a.entries, entry)
	return nil
}

func units(field string) []string {
	if field == "" {
		return nil
	}
	return []string{field}
}

// stand says under which entity an entry about a queued item stands in the
// journal.
func (a *answering) stand(x *audit.Entry, item *QueueItem) error {
	if item.Entity != "" {
		x.Entity = item.Entity
		x.Salt, _ = saltsOf(a.store)(item.Entity)
		return nil
	}
	if item.dead == nil {
		return nil
	}
	subject := item.Record
	if item.dead.Kind != state.DeadLetter && item.dead.Kind != state.DeadFailing {
		subject = item.End + "/" + item.Record
	}
	s, err := a.strays.Journaled(a.batch, item.dead.Pipeline, subject)
	x.Entity, x.Salt = a.store.Public(s.Entity), s.Salt
	return err
}
