package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/engine/run"
)

// resolving are the options of `conflicts resolve`.
type resolving struct {
	filter        openFilter
	all, by, saw  string
	undo, yes     bool
	filterOptions []string
	set           func(string) bool
}

func bindConflictsResolve(f *pflag.FlagSet) action {
	r := &resolving{set: f.Changed}
	r.filter.bind(f)
	f.VisitAll(func(x *pflag.Flag) { r.filterOptions = append(r.filterOptions, x.Name) })
	f.StringVar(&r.all, "all", "", "answer all that the filters let through with this `CHOICE`")
	f.BoolVar(&r.yes, "yes", false, "do not ask before many are answered")
	f.StringVar(&r.saw, "saw", "", "refuse when the item is not any more what this `TOKEN` of `conflicts show` names")
	f.BoolVar(&r.undo, "undo", false, "take a stored choice back")
	f.StringVar(&r.by, "by", "", "`NAME` of who decides, for the journal (default: the user who runs the command)")
	return func(ctx context.Context, s *session, args []string) error {
		if r.by == "" {
			r.by = s.user()
		}
		if r.all != "" {
			return r.many(ctx, s, args)
		}
		return r.one(ctx, s, args)
	}
}

func (r *resolving) one(ctx context.Context, s *session, args []string) error {
	for _, name := range r.filterOptions {
		if r.set(name) {
			return failed("`-all CHOICE` answers all that the filters let through.", "-%s filters, and one item is answered by its ID", name)
		}
	}
	words := 2
	if r.undo {
		words = 1
	}
	if len(args) < words || len(args) > words+1 {
		return failed("It takes ID CHOICE [PATH], ID -undo [PATH], or -all CHOICE [PATH] with filters; `syncline conflicts resolve -help` says more.",
			"syncline conflicts resolve takes %d to %d arguments here, not %d", words, words+1, len(args))
	}
	e := s.engine(nil)
	c, err := s.load(ctx, e, at(args, words))
	if err != nil {
		return err
	}
	pick := engine.Pick{ID: args[0], Saw: r.saw}
	var item engine.OpenItem
	if r.undo {
		item, err = e.Withdraw(ctx, c, pick, r.by)
	} else {
		item, err = e.ResolveSeen(ctx, c, pick, args[1], r.by)
	}
	if err != nil {
		return staleHint(err)
	}
	if s.json {
		return view.JSON(s.out, "item", item)
	}
	s.page().Resolved(item)
	return nil
}

// many answers all that the filters let through, once somebody agreed to it.
func (r *resolving) many(ctx context.Context, s *session, args []string) error {
	if len(args) > 1 || r.undo || r.saw != "" {
		return failed("It takes -all CHOICE, filters, and the PATH of the configuration.", "-all answers many: it takes no ID, no -undo and no -saw")
	}
	if err := r.filter.check(); err != nil {
		return err
	}
	e := s.engine(nil)
	c, err := s.load(ctx, e, at(args, 0))
	if err != nil {
		return err
	}
	o, err := r.filter.options(c)
	if err != nil {
		return err
	}
	survey, err := e.Survey(ctx, c, o, r.all)
	if err != nil {
		return err
	}
	if len(survey.Picks) == 0 && len(survey.Refused) == 0 {
		if err := oneOf("pipeline", o.Pipeline, pipelineNames(c)); err != nil {
			return err
		}
		if err := oneOf("field", o.Field, fieldNames(c)); err != nil {
			return err
		}
	}
	if !s.json {
		s.page().Survey(survey, s.now())
	}
	if len(survey.Picks) > 0 && !r.yes {
		if agreed, err := s.agrees(fmt.Sprintf("Store %s for %d of them?", r.all, len(survey.Picks))); err != nil || !agreed {
			return err
		}
	}
	progress := s.progress()
	out, err := e.ResolveAll(ctx, c, survey.Picks, r.all, r.by, func(done int) {
		progress.listen(run.Event{At: s.now(), Kind: run.Progress, Stage: "answering", Done: done, Total: len(survey.Picks)})
	})
	progress.clear()
	if err != nil {
		return err
	}
	return r.report(s, survey, out)
}

func (r *resolving) report(s *session, survey engine.Survey, out engine.Resolution) error {
	stale := len(out.Refused)
	if s.json {
		out.Refused = append(out.Refused, survey.Refused...)
		if err := view.JSON(s.out, "resolution", out); err != nil {
			return err
		}
	} else if len(survey.Picks) > 0 {
		s.page().Resolution(out)
	}
	if stale > 0 || len(survey.Picks) == 0 && len(survey.Refused) > 0 {
		return exit(codeFailed)
	}
	return nil
}

// agrees asks a person at a terminal; where there is none, -yes has to say it.
func (s *session) agrees(question string) (bool, error) {
	if !s.asksPeople() {
		return false, failed("Nothing was changed. Say -yes, or run it at a terminal.", "nobody can be asked here")
	}
	fmt.Fprintf(s.err, "%s [y/N] ", question)
	line, err := bufio.NewReader(s.in).ReadString('\n')
	if err != nil && err != io.EOF {
		return false, err
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return true, nil
	}
	s.notes().Line("Nothing was changed.")
	return false, nil
}

// asksPeople reports whether a person reads and types here.
func (s *session) asksPeople() bool {
	in, ok := s.in.(io.Writer) // a file is one, which is what a terminal is
	if !ok {
		return false
	}
	_, reads := terminal(in)
	_, sees := terminal(s.err)
	return reads && sees
}

// staleHint says what to do about an item that is not any more what was seen.
func staleHint(err error) error {
	var stale *engine.StaleError
	if errors.As(err, &stale) {
		return failed("Nothing was stored. `syncline conflicts show "+stale.ID+"` shows it as it is now.", "%w", err)
	}
	return err
}
