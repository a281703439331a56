package main

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/pipelines"
)

func runCommand() *command {
	return &command{
		Name: "run", Args: "[PATH | PLAN [PATH]]", Most: 2,
		Doc: "Make one pass to agreement, with progress and a summary.",
		Long: "Reads the ends, decides field by field, and writes what differs. What it cannot\n" +
			"decide is put aside and counted; the other records go on. It may be interrupted at\n" +
			"any moment and run again: nothing is lost or done twice.\n\n" +
			"On the very first run it makes the ends whose systems say with `init` what they start\n" +
			"from. Given a PLAN saved by `syncline plan -out`, it does exactly that, or refuses when\n" +
			"anything moved since.",
		Examples: []string{"syncline run examples/quickstart", "syncline run -only candidates -allow deletes=40", "syncline run monday.plan"},
		Bind:     bindRun,
	}
}

func bindRun(f *pflag.FlagSet) action {
	full := f.Bool("full", false, "walk whole listings, also where a cursor would do")
	only := f.StringSlice("only", nil, "run only this `PIPELINE`; may be given several times")
	allow := f.StringSlice("allow", nil, "raise a guard's ceiling for this run, `KIND=COUNT`: creates, overwrites, clears, deletes, missing, changed, renamed; probe=1 tries again what is left alone")
	watch := f.Bool("watch", false, "stay and run again (not in this version)")
	detailed := f.Bool("detailed-exitcode", false, "exit with 3 when conflicts, reviews or refused writes are left")
	return func(ctx context.Context, s *session, args []string) error {
		if *watch {
			return failed("Run `syncline run` from cron or a systemd timer: a run with nothing to do costs little.", "-watch is not in this version")
		}
		ceilings, err := parseAllow(*allow)
		if err != nil {
			return err
		}
		o := engine.RunOptions{Only: *only, Full: *full, Allow: ceilings}
		path, err := runPath(args, &o)
		if err != nil {
			return err
		}
		progress := s.progress()
		e := s.engine(progress)
		c, err := s.loadSeeded(ctx, e, path)
		if err != nil {
			return err
		}
		for _, name := range *only {
			if err := oneOf("only", name, pipelineNames(c)); err != nil {
				return err
			}
		}
		summary, err := e.Run(ctx, c, o)
		progress.clear()
		if summary != nil {
			if shown := s.showSummary(summary); shown != nil {
				return shown
			}
		}
		if err != nil {
			return err
		}
		return runCode(summary, *detailed)
	}
}

// runPath returns the configuration's path, and takes the plan when the first
// argument is one.
func runPath(args []string, o *engine.RunOptions) (string, error) {
	if !isPlan(at(args, 0)) {
		if len(args) > 1 {
			return "", failed("`syncline plan -out FILE` saves a plan that run can carry out.", "%s is no saved plan", args[0])
		}
		return at(args, 0), nil
	}
	file, err := readPlan(args[0])
	if err != nil {
		return "", err
	}
	o.Plan = file.Plan
	if len(args) > 1 {
		return args[1], nil
	}
	return file.Path, nil
}

func parseAllow(list []string) (map[string]int, error) {
	kinds := []string{"creates", "overwrites", "clears", "deletes", "missing", "changed", "renamed", "probe"}
	ceilings := map[string]int{}
	for _, item := range list {
		kind, number, ok := strings.Cut(item, "=")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 0 || !slices.Contains(kinds, kind) {
			return nil, failed("KIND is one of "+strings.Join(kinds, ", ")+"; the summary of a run that was withheld says which.",
				"-allow takes KIND=COUNT, such as deletes=40, not %q", item)
		}
		ceilings[kind] = n
	}
	return ceilings, nil
}

// loadSeeded loads a configuration; before its very first run, it makes the
// ends whose systems say what they start from, and loads it once more, since
// only then their fields are known.
func (s *session) loadSeeded(ctx context.Context, e *engine.Engine, path string) (*pipelines.Config, error) {
	c, problems, err := s.read(ctx, e, path)
	if err != nil {
		return nil, err
	}
	if c == nil || problems.Failed() || !firstRun(c) {
		return s.loadToAct(ctx, e, path)
	}
	made, err := e.Seed(ctx, c)
	if err != nil {
		return nil, err
	}
	if !s.quiet {
		s.notes().Seeded(near(made))
	}
	return s.loadToAct(ctx, e, path)
}

// firstRun reports whether the configuration never ran: it has no state yet.
func firstRun(c *pipelines.Config) bool {
	_, err := os.Stat(c.Engine.State)
	return os.IsNotExist(err)
}

func (s *session) showSummary(summary *plans.Summary) error {
	if s.json {
		return view.Document(s.out, summary)
	}
	s.page().Summary(summary)
	return nil
}

// runCode is the exit code of a run: 1 when a pipeline stopped, a guard
// withheld something or an end took no more writes, and, when asked for details,
// 3 when a person or another run has something left to do.
func runCode(summary *plans.Summary, detailed bool) error {
	open := 0
	for _, p := range summary.Pipelines {
		if p.Short() {
			return exit(codeFailed)
		}
		open += p.Conflicts + p.Reviews
		for _, e := range p.Ends {
			open += e.Refused
		}
	}
	if detailed && open > 0 {
		return exit(codeOpen)
	}
	return nil
}
