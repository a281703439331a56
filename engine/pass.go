package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/pipelines"
)

// RunOptions narrow a run.
type RunOptions struct {
	Only  []string
	Full  bool
	Allow map[string]int // ceilings granted once: creates, overwrites, clears, deletes, missing, changed, renamed
	Plan  *plans.Plan    // run exactly this plan; refused when anything moved
	Hints []Hint         // look at these records only, by id; none: at everything
}

// Hint names a record of which somebody said that it is new, changed or gone.
type Hint struct{ Pipeline, End, Record string }

// Run makes one pass to agreement over every chosen pipeline. The summary is
// never nil once the state was opened. An error says that something could not
// go on; what was done until then stays done, and the next run continues.
func (e *Engine) Run(ctx context.Context, c *pipelines.Config, o RunOptions) (_ *plans.Summary, err error) {
	if o.Plan != nil {
		o.Only, o.Full = o.Plan.Only, o.Plan.Full
	}
	w, err := e.begin(ctx, c, o.Only, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := e.unmoved(ctx, w, o); err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	s := &plans.Summary{FormatVersion: plans.FormatVersion, Run: id.String(), Started: e.options.Clock().UTC(), Warnings: append(idle(w.config), w.store.Narrowed()...)}
	before, failed := w.journal.Head(), error(nil)
	for _, p := range w.wanted {
		hints := hintsOf(p, o.Hints)
		if len(o.Hints) > 0 && hints == nil {
			continue
		}
		j := w.job(e, p)
		j.Run, j.Write, j.Full, j.Allow, j.Hints = s.Run, true, o.Full, o.Allow, hints
		failed = errors.Join(failed, e.passOver(ctx, w, j, s))
		if ctx.Err() != nil {
			break
		}
	}
	failed = errors.Join(failed, e.ended(w, s, before, nil))
	if failed == nil && ctx.Err() == nil {
		failed = w.finish(e)
	}
	s.Took = e.options.Clock().Sub(s.Started)
	return s, failed
}

// linked is how many links the state holds of a pipeline that could not begin.
func (w *walk) linked(p *plans.Pipeline) (n int) {
	pn, err := w.store.Number(state.NumberPipeline, p.Name)
	if err != nil {
		return 0
	}
	_ = w.store.View(func(v *state.View) error {
		n = int(v.Totals(pn).States[state.Active])
		return nil
	})
	return n
}

// hintsOf returns what concerns a pipeline; nil for nothing.
func hintsOf(p *plans.Pipeline, all []Hint) *run.Hints {
	var out *run.Hints
	for _, h := range all {
		i := slices.IndexFunc(p.Ends, func(e *plans.End) bool { return e.Name == h.End })
		if h.Pipeline != p.Name || i < 0 {
			continue
		}
		if out == nil {
			out = &run.Hints{}
		}
		out.Records = append(out.Records, run.Hint{End: i, Record: h.Record})
	}
	return out
}

// passOver makes the pass of a run over one pipeline, adds it to the summary,
// and tells those who have to hear of it.
func (e *Engine) passOver(ctx context.Context, w *walk, j run.Job, s *plans.Summary) error {
	p := j.Pipeline
	bell := e.bell(w.config, p.Pipeline)
	bell.muted, j.Tell = w.muted, bell.ring
	err := w.systems.missing(p.Pipeline)
	got := plans.PipelineSummary{Pipeline: p.Name}
	if err == nil {
		got, err = run.Pass(ctx, j)
	} else {
		got.Failed, got.Linked = err.Error(), w.linked(p)
	}
	s.Pipelines = append(s.Pipelines, got)
	failed := err
	if err != nil {
		failed = fmt.Errorf("pipeline %q: %w", p.Name, err)
	}
	switch whole := (*run.WholeError)(nil); {
	case err == nil && w.recovered != nil && w.recovered(&got):
		bell.ring(run.Notice{Pipeline: p.Name, Kind: "recovered", Text: "it goes on"})
	case err != nil && ctx.Err() == nil && !errors.As(err, &whole): // who interrupts a run knows that it stopped
		bell.ring(run.Notice{Pipeline: p.Name, Kind: "failed", Text: err.Error()})
	}
	s.Warnings = append(s.Warnings, bell.send(context.WithoutCancel(ctx))...)
	told, late := e.escalate(context.WithoutCancel(ctx), w, p, s.Run)
	s.Warnings = append(s.Warnings, told...)
	return errors.Join(failed, late)
}

// idle warns of what is declared and does not act yet.
func idle(c *pipelines.Config) []string {
	var out []string
	for _, p := range c.Pipelines {
		for _, on := range p.Ons {
			out = append(out, fmt.Sprintf("%s: on %q is checked but does not act yet", on.Range, on.Name))
		}
	}
	return out
}
