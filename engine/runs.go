package engine

import (
	"context"
	"slices"
	"strings"

	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/pipelines"
)

// kindRun is the kind of the entries that begin a rollback and that end any
// run. A run that did nothing leaves none.
const kindRun = "run"

// began is the outcome of the entry that begins a rollback.
const began = "began"

// ended closes a run in the journal, with what became of it, if it left
// anything there.
func (e *Engine) ended(w *walk, s *plans.Summary, before audit.Head, undoes []string) error {
	if w.journal.Head().Length == before.Length {
		return nil
	}
	outcome := "done"
	for _, p := range s.Pipelines {
		switch {
		case p.Failed != "":
			outcome = "stopped"
		case len(p.Withheld) > 0 && outcome == "done":
			outcome = "withheld"
		}
	}
	return e.mark(w, s.Run, outcome, undoes)
}

// mark writes an entry about a run itself. What a rollback takes back are its
// units.
func (e *Engine) mark(w *walk, run, outcome string, undoes []string) error {
	head, err := w.journal.Append([]audit.Entry{{Time: e.options.Clock(), Run: run, Kind: kindRun, Units: undoes, Outcome: outcome}})
	if err != nil {
		return err
	}
	b := w.store.NewBatch()
	b.SetAudit(head.Length, head.Hash)
	return w.store.Commit(b)
}

// Runs lists the runs that left anything in the journal, oldest first.
func (e *Engine) Runs(ctx context.Context, c *pipelines.Config) ([]plans.RunInfo, error) {
	out := []plans.RunInfo{}
	at := map[string]int{}
	err := e.journal(c, func(_ *state.Store, j *audit.Journal) error {
		return j.Search(audit.Filter{}, nil, func(x *audit.Entry) error {
			if x.Run == "" {
				return ctx.Err()
			}
			i, ok := at[x.Run]
			if !ok {
				i = len(out)
				id := strings.Clone(x.Run)
				at[id] = i
				out = append(out, plans.RunInfo{Run: id, Began: x.Time.UTC(), Pipelines: []string{}, Done: map[string]int{}, Outcome: "cut short"})
			}
			recount(&out[i], x)
			return ctx.Err()
		})
	})
	for i := range out {
		for _, id := range out[i].Undoes {
			if len(out[i].Done) == 0 {
				break // it began, and nothing was put back
			}
			if k, ok := at[id]; ok && !slices.Contains(out[k].UndoneBy, out[i].Run) {
				out[k].UndoneBy = append(out[k].UndoneBy, out[i].Run)
			}
		}
	}
	return out, err
}

// recount adds an entry to what is known of its run.
func recount(r *plans.RunInfo, x *audit.Entry) {
	r.Ended = x.Time.UTC()
	if x.Kind == kindRun {
		for _, id := range x.Units {
			if !slices.Contains(r.Undoes, id) {
				r.Undoes = append(r.Undoes, strings.Clone(id))
			}
		}
		if x.Outcome != began {
			r.Outcome = strings.Clone(x.Outcome)
		}
		return
	}
	r.Done[strings.Clone(x.Kind)]++
	if x.Pipeline != "" && !slices.Contains(r.Pipelines, x.Pipeline) {
		r.Pipelines = append(r.Pipelines, strings.Clone(x.Pipeline))
	}
}
