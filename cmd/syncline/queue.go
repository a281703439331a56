package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/engine/run"
	"syncline/pipelines"
	"syncline/pipelines/diag"
)

func queueCommand() *command {
	return &command{
		Name: "queue", Args: "", Most: 0,
		Doc: "List what waits and what died, and why; retry it, or drop it.",
		Long: "A write that is refused, or not answered, pass after pass becomes a dead letter: it is\n" +
			"not sent again until its record changes or somebody says retry. What waits goes on by\n" +
			"itself once its reason is gone. `syncline conflicts` has what waits for a decision.",
		Examples: []string{"syncline queue list", "syncline queue list -kind dead", "syncline queue retry -kind dead", "syncline queue drop q51c0a2f9 -why \"left the firm\""},
		Sub: []*command{
			{
				Name: "list", Args: "[PATH]", Most: 1, Doc: "List what waits and what died, oldest first.",
				Long:     "What nobody has to look at is only counted: duplicates, records that have no place\nelsewhere because the configuration says so, and what was dropped.",
				Examples: []string{"syncline queue list -kind waiting -older 1d", "syncline queue list -reason refused"},
				Bind:     bindQueueList,
			},
			{
				Name: "show", Args: "ID [PATH]", Least: 1, Most: 2, Doc: "Show one: where it belongs, since when, how often it was tried.",
				Bind: bindQueueShow,
			},
			{
				Name: "retry", Args: "[ID] [PATH]", Least: 0, Most: 2, Doc: "Let the next run try it again.",
				Long: "The record is read by its id and decided on afresh: no old values are sent. With filters\n" +
					"instead of an ID, everything that they let through is tried again.",
				Examples: []string{"syncline queue retry q51c0a2f9", "syncline queue retry -kind dead -end crm"},
				Bind:     func(f *pflag.FlagSet) action { return bindRequeue(f, false) },
			},
			{
				Name: "drop", Args: "[ID] [PATH]", Least: 0, Most: 2, Doc: "Hear no more of a dead letter or a record set aside, until it changes.",
				Examples: []string{"syncline queue drop q51c0a2f9 -why \"a test record\"", "syncline queue drop -kind aside -older 30d -why \"old import\""},
				Bind:     func(f *pflag.FlagSet) action { return bindRequeue(f, true) },
			},
		},
	}
}

// queueFilter are the options that say what of the queue is meant.
type queueFilter struct {
	o     engine.QueueOptions
	older string
}

func (w *queueFilter) bind(f *pflag.FlagSet) {
	f.StringVar(&w.o.Kind, "kind", "", "only of this `KIND`: "+strings.Join(engine.QueueKinds(), ", "))
	f.StringVar(&w.o.Pipeline, "pipeline", "", "only of this `PIPELINE`")
	f.StringVar(&w.o.End, "end", "", "only at this `END`")
	f.StringVar(&w.o.Reason, "reason", "", "only those with this `TEXT` in their reason")
	f.StringVar(&w.older, "older", "", "only those there for longer than `DURATION`, such as 4h or 3d")
	f.StringVar(&w.o.Owner, "owner", "", "only those that this `NOTIFY` hears of")
}

func (w *queueFilter) check() (err error) {
	if err := oneOf("kind", w.o.Kind, engine.QueueKinds()); err != nil {
		return err
	}
	w.o.Older, err = age(w.older)
	return err
}

func (w *queueFilter) options(c *pipelines.Config) (engine.QueueOptions, error) {
	for _, err := range []error{
		oneOf("pipeline", w.o.Pipeline, pipelineNames(c)), oneOf("end", w.o.End, endNames(c)), oneOf("owner", w.o.Owner, notifyNames(c)),
	} {
		if err != nil {
			return w.o, err
		}
	}
	return w.o, nil
}

func bindQueueList(f *pflag.FlagSet) action {
	var w queueFilter
	w.bind(f)
	limit := f.Int("limit", -1, "the oldest `N` only; 0: all (default: 100 on a page, all with -json)")
	f.BoolVar(&w.o.All, "everything", false, "list duplicates, what is declared, and what was dropped too")
	return func(ctx context.Context, s *session, args []string) error {
		if err := w.check(); err != nil {
			return err
		}
		all := w.o.All
		w.o.All = true
		_, _, items, err := s.queued(ctx, &w, at(args, 0))
		if err != nil {
			return err
		}
		var quiet []engine.QueueItem
		if !all && w.o.Kind == "" {
			isQuiet := func(q engine.QueueItem) bool { return engine.Quiet(q.Kind) }
			quiet = slices.DeleteFunc(slices.Clone(items), func(q engine.QueueItem) bool { return !isQuiet(q) })
			items = slices.DeleteFunc(items, isQuiet)
		}
		counts := view.QueueCounts(items)
		if n := pageLimit(*limit, s.json); n > 0 {
			items = items[:min(n, len(items))]
		}
		if s.json {
			return view.JSON(s.out, "items", items)
		}
		if len(items) == 0 && len(quiet) == 0 && w.o != (engine.QueueOptions{All: true}) {
			s.page().Line("Nothing that the filters let through stands in the queue.")
			return nil
		}
		s.page().Queue(items, counts, view.QueueCounts(quiet), s.now())
		return nil
	}
}

func (s *session) queued(ctx context.Context, w *queueFilter, path string) (*engine.Engine, *pipelines.Config, []engine.QueueItem, error) {
	e := s.engine(nil)
	c, err := s.load(ctx, e, path)
	if err != nil {
		return nil, nil, nil, err
	}
	o, err := w.options(c)
	if err != nil {
		return nil, nil, nil, err
	}
	items, err := e.Queue(ctx, c, o)
	if items == nil {
		items = []engine.QueueItem{}
	}
	return e, c, items, err
}

func bindQueueShow(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		e, c, all, err := s.queued(ctx, &queueFilter{o: engine.QueueOptions{All: true}}, at(args, 1))
		if err != nil {
			return err
		}
		items, err := e.Queue(ctx, c, engine.QueueOptions{ID: args[0]})
		if err != nil {
			return err
		}
		if len(items) != 1 {
			ids := make([]string, len(all))
			for i := range all {
				ids[i] = all[i].ID
			}
			hint := "`syncline queue list` lists what there is."
			if near := diag.Nearest(args[0], ids); near != "" {
				hint = fmt.Sprintf("Did you mean %s? %s", near, hint)
			}
			return failed(hint, "nothing in the queue has the id %q", args[0])
		}
		if s.json {
			return view.JSON(s.out, "item", items[0])
		}
		s.page().Queued(items[0], at(args, 1), s.now())
		return nil
	}
}

// requeuing is one `queue retry` or `queue drop`.
type requeuing struct {
	filter  queueFilter
	drop    bool
	yes     bool
	set     func(string) bool
	filters []string
	why, by string
}

func bindRequeue(f *pflag.FlagSet, drop bool) action {
	r := &requeuing{drop: drop, set: f.Changed}
	r.filter.bind(f)
	f.VisitAll(func(x *pflag.Flag) { r.filters = append(r.filters, x.Name) })
	f.BoolVar(&r.yes, "yes", false, "do not ask first")
	f.StringVar(&r.by, "by", "", "`NAME` of who says so, for the journal (default: the user who runs the command)")
	if drop {
		f.StringVar(&r.why, "why", "", "`TEXT` for the journal")
	}
	return func(ctx context.Context, s *session, args []string) error {
		if err := r.filter.check(); err != nil {
			return err
		}
		if r.by == "" {
			r.by = s.user()
		}
		if drop && r.why == "" {
			return failed("-why TEXT says it, for the journal.", "a record is dropped for a reason")
		}
		if slices.ContainsFunc(r.filters, r.set) {
			return r.many(ctx, s, args)
		}
		return r.one(ctx, s, args)
	}
}

func (r *requeuing) one(ctx context.Context, s *session, args []string) error {
	if len(args) == 0 {
		return failed("`syncline queue list` names them; a filter such as -kind dead means all that it lets through.", "it takes the ID of what is meant, or a filter")
	}
	e := s.engine(nil)
	c, err := s.load(ctx, e, at(args, 1))
	if err != nil {
		return err
	}
	out, err := r.do(ctx, e, c, args[:1], nil)
	if err != nil {
		return err
	}
	if len(out.Refused) > 0 {
		return failed("Nothing was changed.", "%s", out.Refused[0].Why)
	}
	return r.report(s, out)
}

func (r *requeuing) many(ctx context.Context, s *session, args []string) error {
	if len(args) > 1 {
		return failed("It takes filters, and the PATH of the configuration.", "filters mean many: there is no ID beside them")
	}
	e, c, items, err := s.queued(ctx, &r.filter, at(args, 0))
	if err != nil {
		return err
	}
	if !s.json {
		s.page().QueueSurvey(view.QueueCounts(items), s.now())
	}
	verb := "Retry"
	if r.drop {
		verb = "Drop"
	}
	if len(items) > 0 && !r.yes {
		if agreed, err := s.agrees(fmt.Sprintf("%s %d of them?", verb, len(items))); err != nil || !agreed {
			return err
		}
	}
	ids := make([]string, len(items))
	for i := range items {
		ids[i] = items[i].ID
	}
	progress := s.progress()
	out, err := r.do(ctx, e, c, ids, func(done int) {
		progress.listen(run.Event{At: s.now(), Kind: run.Progress, Stage: "storing", Done: done, Total: len(ids)})
	})
	progress.clear()
	if err != nil {
		return err
	}
	return r.report(s, out)
}

func (r *requeuing) do(ctx context.Context, e *engine.Engine, c *pipelines.Config, ids []string, told func(int)) (engine.Resolution, error) {
	if r.drop {
		return e.Drop(ctx, c, ids, r.why, r.by, told)
	}
	return e.Retry(ctx, c, ids, r.by, told)
}

func (r *requeuing) report(s *session, out engine.Resolution) error {
	if s.json {
		return view.JSON(s.out, "resolution", out)
	}
	s.page().Requeued(out, r.drop)
	return nil
}
