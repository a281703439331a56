package run

import (
	"time"

	"syncline/engine/plans"
	"syncline/engine/state"
)

// overdueAfter is when an open item that names no window of its own is overdue.
const overdueAfter = 24 * time.Hour

// Standing counts what of a pipeline is open, waits or died, and since when.
func Standing(v *state.View, pipeline state.Number, now time.Time) (plans.Standing, error) {
	var out plans.Standing
	err := v.Conflicts(pipeline, func(c *state.Conflict) error {
		switch c.Kind {
		case state.KindConflict:
			tally(&out.Conflicts, now, c.First)
		case state.KindReview:
			tally(&out.Reviews, now, c.First)
		default:
			return nil
		}
		late := now.Sub(c.First) > overdueAfter
		if !c.Deadline.IsZero() {
			late = now.After(c.Deadline)
		}
		if late {
			out.Overdue++
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	err = v.Waits(pipeline, func(w *state.Wait) error {
		tally(&out.Waiting, now, w.Since)
		return nil
	})
	if err != nil {
		return out, err
	}
	return out, v.Deads(pipeline, func(d *state.Dead) error {
		if d.Dropped {
			return nil
		}
		switch d.Kind {
		case state.DeadLetter:
			tally(&out.Dead, now, d.At)
		case state.DeadWaiting:
			tally(&out.Waiting, now, d.At)
		case state.DeadAside:
			tally(&out.Aside, now, d.At)
		case state.DeadDuplicate:
			tally(&out.Duplicates, now, d.At)
		}
		return nil
	})
}

// tally counts one more thing that is open since a time.
func tally(c *plans.Count, now, since time.Time) {
	c.Count++
	c.Oldest = max(c.Oldest, now.Sub(since))
}
