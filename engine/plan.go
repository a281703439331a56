package engine

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/pipelines"
	"syncline/schema"
)

// PlanOptions narrow a plan.
type PlanOptions struct {
	Only   []string // pipelines; empty: all
	Full   bool     // walk whole listings
	Limit  int      // records listed; 0: all
	Reveal bool     // show pay and protected values
}

// Plan says what a run would do. Nothing is written, neither to a system nor
// to the state.
func (e *Engine) Plan(ctx context.Context, c *pipelines.Config, o PlanOptions) (_ *plans.Plan, err error) {
	w, err := e.begin(ctx, c, o.Only, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	return e.plan(ctx, w, o, nil)
}

func (e *Engine) plan(ctx context.Context, w *walk, o PlanOptions, allow map[string]int) (*plans.Plan, error) {
	plan := &plans.Plan{FormatVersion: plans.FormatVersion, Engine: w.config.Engine.Name, Made: e.options.Clock().UTC(), Only: o.Only, Full: o.Full}
	var err error
	if plan.Config, plan.State, err = w.hashes(); err != nil {
		return nil, err
	}
	plan.Summary.FormatVersion, plan.Summary.Started = plans.FormatVersion, plan.Made
	plan.Totals = map[plans.Kind]int{}
	print := plans.NewFingerprint()
	listed := map[bool]int{} // whether put aside: the many that are do not crowd out what would be written
	for _, p := range w.wanted {
		j := w.job(e, p)
		j.Full, j.Allow = o.Full, allow
		j.Predict = func(r *plans.PlannedRecord) {
			print.Add(r)
			plan.Totals[r.Kind]++
			aside := r.Kind == plans.Aside
			if o.Limit > 0 && listed[aside] == o.Limit {
				plan.Omitted++
				return
			}
			listed[aside]++
			show(r, o.Reveal)
			plan.Records = append(plan.Records, *r)
		}
		if err := w.systems.missing(p.Pipeline); err != nil {
			return nil, err
		}
		from := len(plan.Records)
		s, err := run.Pass(ctx, j)
		withheld(plan.Records[from:], s.Withheld)
		plan.Summary.Pipelines = append(plan.Summary.Pipelines, s)
		if err != nil {
			return nil, fmt.Errorf("pipeline %q: %w", p.Name, err)
		}
	}
	plan.Fingerprint = print.Sum()
	plan.Summary.Took = e.options.Clock().Sub(plan.Made)
	return plan, nil
}

// withheld marks the predictions that a run would hold back.
func withheld(records []plans.PlannedRecord, all []plans.Withheld) {
	for i := range records {
		for k := range all {
			if w := &all[k]; records[i].Withheld == "" && w.Holds(&records[i]) {
				records[i].Withheld = w.What()
			}
		}
	}
}

// hashes identify the meaning of the configuration and the state it meets.
func (w *walk) hashes() (config, stored string, err error) {
	var sum uint64
	for _, p := range w.wanted {
		sum = sum*31 + p.Pipeline.Hash
	}
	head, err := w.head()
	return strconv.FormatUint(sum, 16), strconv.FormatInt(head.Length, 10) + "-" + hex.EncodeToString(head.Hash[:8]), err
}

// show puts values into the form a person reads; pay and protected values are
// masked unless they were asked for.
func show(r *plans.PlannedRecord, reveal bool) {
	for i := range r.Fields {
		f := &r.Fields[i]
		f.OldText, f.NewText = Shown(f.Old, f.Class, reveal), Shown(f.New, f.Class, reveal)
	}
}

// Shown returns a value as a person may read it, "" where there is none.
func Shown(v schema.Value, c schema.Class, reveal bool) string {
	if !v.Is() {
		return ""
	}
	if !reveal && (c == schema.Pay || c == schema.Protected) {
		return "(" + c.String() + ")"
	}
	return v.Display()
}

// unmoved plans again and compares: a plan runs only while it is still what
// would happen.
func (e *Engine) unmoved(ctx context.Context, w *walk, o RunOptions) error {
	if o.Plan == nil {
		return nil
	}
	config, stored, err := w.hashes()
	if err != nil {
		return err
	}
	switch {
	case o.Plan.Config != config:
		return &MovedError{What: "the configuration changed"}
	case o.Plan.State != stored:
		return &MovedError{What: "another run was made since"}
	}
	now, err := e.plan(ctx, w, PlanOptions{Full: o.Full, Limit: 1}, o.Allow)
	if err != nil {
		return err
	}
	if now.Fingerprint != o.Plan.Fingerprint {
		return &MovedError{What: "records changed since"}
	}
	return nil
}
