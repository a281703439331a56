package main

import (
	"context"
	"os"
	"slices"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/engine/plans"
)

func rollbackCommand() *command {
	return &command{
		Name: "rollback", Args: "[WHAT] [PATH]", Most: 2,
		Doc: "Take back what a run, a record, a field or a trace wrote.",
		Long: "WHAT is the id of a run (or its first eight characters and more, where no other begins\n" +
			"so) or `last`, a record (END/ID, an id, the value of a match key), FIELD or\n" +
			"PIPELINE.FIELD, or a trace id. Options narrow it: only writes that fit all of them are\n" +
			"taken back. Without WHAT and options it lists the runs.\n\n" +
			"What an end held before the first of those writes is put back, exactly as it stood\n" +
			"there, where the end still shows what the last of them left; a record that was made is\n" +
			"deleted. What somebody edited since, or another run wrote since, is left as it is and\n" +
			"listed with the reason. Nothing is written without -apply: it is a plan. A rollback is a\n" +
			"run of its own, with guards, a summary and an id, and can itself be rolled back.",
		Examples: []string{
			"syncline rollback", "syncline rollback last examples/quickstart", "syncline rollback last -apply -allow overwrites=10000",
			"syncline rollback -field candidates.headline -since 2026-01-31T09:00:00Z",
		},
		Bind: bindRollback,
	}
}

func bindRollback(f *pflag.FlagSet) action {
	var o engine.RollbackOptions
	f.StringVar(&o.Run, "run", "", "only what the run with this `ID` wrote, or the last one")
	f.StringVar(&o.Record, "record", "", "only what was written to the entity of this `RECORD`")
	f.StringVar(&o.Trace, "trace", "", "only what was written under this `TRACE`")
	f.StringVar(&o.Field, "field", "", "only this `FIELD`, or PIPELINE.FIELD; records that were made stay then")
	f.StringVar(&o.Pipeline, "pipeline", "", "only what this `PIPELINE` wrote")
	f.StringVar(&o.End, "end", "", "only what was written at this `END`")
	since := f.String("since", "", "only from this `TIME` on: 2026-01-31 or 2026-01-31T15:04:05Z")
	until := f.String("until", "", "only before this `TIME`")
	allow := f.StringSlice("allow", nil, "raise a guard's ceiling for this rollback, `KIND=COUNT`: creates, overwrites, clears, deletes, missing, changed, renamed")
	f.BoolVar(&o.Apply, "apply", false, "carry it out")
	f.IntVar(&o.Limit, "limit", 200, "list at most so `MANY` records; 0 lists all")
	f.BoolVar(&o.Reveal, "reveal", false, "show the values of pay and protected fields, and of deleted records")
	detailed := f.Bool("detailed-exitcode", false, "exit with 2 when there is something to take back (planned), with 3 when something was left as it is (applied)")
	return func(ctx context.Context, s *session, args []string) (err error) {
		if o.Limit < 0 {
			return failed("0 lists all records.", "-limit is a number of records, not %d", o.Limit)
		}
		if o.Since, err = parseTime("since", *since); err != nil {
			return err
		}
		if o.Until, err = parseTime("until", *until); err != nil {
			return err
		}
		if o.Allow, err = parseAllow(*allow); err != nil {
			return err
		}
		path := rollbackPath(args, &o)
		if asksNothing(&o) {
			if o.Apply {
				return failed("`syncline rollback` lists the runs; `syncline rollback last` is about the last one.", "-apply needs to be told what to take back")
			}
			return s.listRuns(ctx, path)
		}
		return s.rollBack(ctx, path, o, *detailed)
	}
}

// rollbackPath takes WHAT out of the arguments and returns the
// configuration's path: one argument that names a file or folder is the path.
func rollbackPath(args []string, o *engine.RollbackOptions) string {
	if len(args) == 0 {
		return at(args, 0)
	}
	if len(args) == 1 {
		if _, err := os.Stat(args[0]); err == nil {
			return args[0]
		}
	}
	o.What = args[0]
	return at(args, 1)
}

// asksNothing reports whether nothing says what is to be taken back.
func asksNothing(o *engine.RollbackOptions) bool {
	return o.What == "" && o.Run == "" && o.Record == "" && o.Trace == "" && o.Field == "" && o.Pipeline == "" && o.End == "" &&
		o.Since.IsZero() && o.Until.IsZero()
}

func (s *session) rollBack(ctx context.Context, path string, o engine.RollbackOptions, detailed bool) error {
	progress := s.progress()
	e := s.engine(progress)
	c, err := s.loadState(ctx, e, path)
	if err != nil {
		return err
	}
	if err := oneOf("pipeline", o.Pipeline, pipelineNames(c)); err != nil {
		return err
	}
	if err := oneOf("end", o.End, endNames(c)); err != nil {
		return err
	}
	r, err := e.Rollback(ctx, c, o)
	progress.clear()
	if r != nil {
		if shown := s.showRollback(r); shown != nil {
			return shown
		}
	}
	if err != nil {
		return err
	}
	return rollbackCode(r, detailed)
}

func (s *session) showRollback(r *plans.Rollback) error {
	if s.json {
		return view.Document(s.out, r)
	}
	s.page().Rollback(r)
	return nil
}

// rollbackCode is the exit code of a rollback: 1 when a pipeline stopped or a
// guard withheld something of one that was applied, and, when asked for details,
// 2 when a planned one would write and 3 when an applied one left something.
func rollbackCode(r *plans.Rollback, detailed bool) error {
	stopped := slices.ContainsFunc(r.Summary.Pipelines, func(p plans.PipelineSummary) bool {
		return p.Failed != "" || r.Applied && len(p.Withheld) > 0
	})
	switch {
	case stopped:
		return exit(codeFailed)
	case detailed && !r.Applied && r.Restored > 0:
		return exit(codeChanges)
	case detailed && r.Applied && r.Refused+r.Waiting > 0:
		return exit(codeOpen)
	}
	return nil
}

// listRuns lists the runs that can be rolled back.
func (s *session) listRuns(ctx context.Context, path string) error {
	e := s.engine(nil)
	c, err := s.loadState(ctx, e, path)
	if err != nil {
		return err
	}
	runs, err := e.Runs(ctx, c)
	if err != nil {
		return err
	}
	if s.json {
		return view.JSON(s.out, "runs", runs)
	}
	s.page().Runs(runs)
	return nil
}
