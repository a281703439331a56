package main

import (
	"context"
	"slices"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/engine/plans"
)

func planCommand() *command {
	return &command{
		Name: "plan", Args: "[PATH]", Most: 1,
		Doc: "Show what a run would write, and why.",
		Long: "Reads both ends and decides, but writes nothing. Every change is listed with its\n" +
			"old and new value, the rule that decided it and how the write is guarded. A plan\n" +
			"saved with -out is carried out by `syncline run FILE`, which refuses it when anything\n" +
			"moved since. Values of pay and protected fields are shown only with -reveal.",
		Examples: []string{"syncline plan", "syncline plan -out monday.plan examples/quickstart", "syncline plan -only candidates -json"},
		Bind:     bindPlan,
	}
}

func bindPlan(f *pflag.FlagSet) action {
	out := f.String("out", "", "save the plan to a `FILE` that run can carry out")
	full := f.Bool("full", false, "walk whole listings, also where a cursor would do")
	only := f.StringSlice("only", nil, "plan only this `PIPELINE`; may be given several times")
	limit := f.Int("limit", 200, "list at most so `MANY` records; 0 lists all (the file always holds all)")
	reveal := f.Bool("reveal", false, "show the values of pay and protected fields")
	detailed := f.Bool("detailed-exitcode", false, "exit with 2 when there are changes")
	return func(ctx context.Context, s *session, args []string) error {
		if *limit < 0 {
			return failed("0 lists all records.", "-limit is a number of records, not %d", *limit)
		}
		progress := s.progress()
		e := s.engine(progress)
		c, err := s.loadToAct(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		for _, name := range *only {
			if err := oneOf("only", name, pipelineNames(c)); err != nil {
				return err
			}
		}
		o := engine.PlanOptions{Only: *only, Full: *full, Limit: *limit, Reveal: *reveal}
		if *out != "" {
			o.Limit = 0
		}
		plan, err := e.Plan(ctx, c, o)
		progress.clear()
		if err != nil {
			return err
		}
		if *out != "" {
			if err := savePlan(*out, at(args, 0), plan); err != nil {
				return err
			}
		}
		if err := s.showPlan(plan, *limit); err != nil {
			return err
		}
		if *out != "" && !s.quiet {
			s.notes().Line("Saved; `syncline run %s` carries it out.", *out)
		}
		return planCode(plan, *detailed)
	}
}

// showPlan prints a plan, at most limit of its records.
func (s *session) showPlan(plan *plans.Plan, limit int) error {
	if s.json {
		return view.Document(s.out, plan)
	}
	s.page().Plan(plan, limit)
	return nil
}

// planCode is the exit code of a plan: 1 when a pipeline stopped, and, when
// asked for details, 2 when a run would change anything.
func planCode(plan *plans.Plan, detailed bool) error {
	if slices.ContainsFunc(plan.Summary.Pipelines, func(p plans.PipelineSummary) bool { return p.Failed != "" }) {
		return exit(codeFailed)
	}
	if detailed && (plan.Omitted > 0 || slices.ContainsFunc(plan.Records, changes)) {
		return exit(codeChanges)
	}
	return nil
}

func changes(r plans.PlannedRecord) bool {
	switch r.Kind {
	case plans.Create, plans.Update, plans.Archive, plans.Delete, plans.Link, plans.Unlink:
		return true
	}
	return false
}
