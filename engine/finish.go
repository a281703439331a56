package engine

import (
	"fmt"
	"time"

	"syncline/engine/audit"
	"syncline/engine/state"
)

// finish is what the end of a run that came through does for the state: what a
// migration kept is not needed any more, and what is past its time goes.
func (w *walk) finish(e *Engine) error {
	if _, err := w.store.DropFormer(); err != nil {
		return err
	}
	return w.retain(e)
}

// retain drops what is past its time: marks of records that are gone and of
// events that were taken, by their own time; the journal's entries and the
// transitions by the retention of the configuration.
func (w *walk) retain(e *Engine) error {
	now, kept := e.options.Clock().UTC(), w.config.Engine.Retention
	b, dropped := w.store.NewBatch(), 0
	err := w.store.View(func(v *state.View) error {
		past := func(until time.Time) bool { return !until.IsZero() && until.Before(now) }
		err := v.Tombs(0, func(t *state.Tomb) error {
			if past(t.Until) {
				b.DeleteTomb(t.Pipeline, t.End, t.Record)
				dropped++
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = v.AllSeen(0, func(x *state.Seen) error {
			if past(x.Until) {
				b.DeleteSeen(x.Pipeline, x.End, x.Event)
				dropped++
			}
			return nil
		})
		if err != nil || kept <= 0 {
			return err
		}
		return v.AllFacts(0, func(f *state.Fact) error {
			if f.At.Before(now.Add(-kept)) {
				b.DeleteFact(f)
				dropped++
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	if kept > 0 {
		// The cut moves no head: killed behind it, only the note of it is missing.
		before := now.Add(-kept)
		n, err := w.journal.Cut(before, e.options.Step)
		if err != nil {
			return fmt.Errorf("retention: %w", err)
		}
		if n > 0 {
			return w.note(b, audit.Entry{Time: now, Kind: "retention", Outcome: fmt.Sprintf("%d entries before %s dropped", n, before.Format(time.RFC3339))})
		}
	}
	if dropped == 0 {
		return nil
	}
	return w.store.Commit(b)
}
