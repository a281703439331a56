package main

import (
	"context"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/pipelines"
	"syncline/pipelines/diag"
)

func conflictsCommand() *command {
	return &command{
		Name: "conflicts", Args: "", Most: 0,
		Doc:  "List, show and settle what waits for a person.",
		Long: "A conflict is a field that both sides changed and no rule decides; a review is a\nrecord or value that a person has to look at.",
		Examples: []string{
			"syncline conflicts list -group field", "syncline conflicts show c4f1", "syncline conflicts resolve c4f1 crm",
			"syncline conflicts work",
		},
		Sub: []*command{
			{
				Name: "list", Args: "[PATH]", Most: 1, Doc: "List what waits for a person, oldest first.",
				Examples: []string{"syncline conflicts list -field phone -older 4h", "syncline conflicts list -group reason"},
				Bind:     bindConflictsList,
			},
			{
				Name: "show", Args: "ID [PATH]", Least: 1, Most: 2, Doc: "Show one: what each end says, why it waits, what may be chosen.",
				Bind: bindConflictsShow,
			},
			{
				Name: "resolve", Args: "ID CHOICE [PATH]", Least: 0, Most: 3, Doc: "Store a choice, for one item or for many; the next run applies it.",
				Long: "CHOICE is one of those that `conflicts show` lists: the name of the end that is right,\n" +
					"value:TEXT, keep (the ends may differ), accept (it is right as it is), link:END/ID or\n" +
					"not-same. If the ends moved since, the next run shows the item again instead. With\n" +
					"-saw, which `conflicts show` prints, the choice is refused when the item is not any more\n" +
					"what you saw. With -undo instead of a CHOICE, a stored choice is taken back.\n\n" +
					"With -all CHOICE instead of ID and CHOICE, every item that the filters let through is\n" +
					"answered. It first says how many of which kind those are, and asks; -yes answers that.",
				Examples: []string{
					"syncline conflicts resolve c4f1 crm", "syncline conflicts resolve c4f1 \"value:+49 30 1234567\" sync",
					"syncline conflicts resolve c4f1 -undo", "syncline conflicts resolve -field phone -all ats",
				},
				Bind: bindConflictsResolve,
			},
			conflictsWork(),
		},
	}
}

// openFilter are the options that say which open items are meant.
type openFilter struct {
	o     engine.ConflictsOptions
	older string
}

func (w *openFilter) bind(f *pflag.FlagSet) {
	f.StringVar(&w.o.Pipeline, "pipeline", "", "only of this `PIPELINE`")
	f.StringVar(&w.o.Field, "field", "", "only of this `FIELD`")
	f.StringVar(&w.o.Kind, "kind", "", "only of this `KIND`: conflict or review")
	f.StringVar(&w.o.End, "end", "", "only those that this `END` has a side in")
	f.StringVar(&w.o.Rule, "rule", "", "only what this `RULE` put to a person, such as match or validate")
	f.StringVar(&w.o.Reason, "reason", "", "only those with this `TEXT` in their reason")
	f.StringVar(&w.older, "older", "", "only those open for longer than `DURATION`, such as 4h or 3d")
	f.StringVar(&w.o.Owner, "owner", "", "only those that this `NOTIFY` hears of")
	f.StringVar(&w.o.Choice, "choice", "", "only those `WITH` a choice: stored; or without one: none")
}

// check refuses words that say nothing in any configuration.
func (w *openFilter) check() (err error) {
	if err := oneOf("kind", w.o.Kind, []string{"conflict", "review"}); err != nil {
		return err
	}
	if err := oneOf("choice", w.o.Choice, []string{"none", "stored"}); err != nil {
		return err
	}
	w.o.Older, err = age(w.older)
	return err
}

// narrows reports whether some are filtered out: then nothing left is no good
// news.
func (w *openFilter) narrows() bool { return w.o != (engine.ConflictsOptions{}) }

const nothingLetThrough = "Nothing that the filters let through waits for a person."

// options checks the words against the configuration: an answer of nothing to
// a name that is not there would look like good news.
func (w *openFilter) options(c *pipelines.Config) (engine.ConflictsOptions, error) {
	if err := oneOf("end", w.o.End, endNames(c)); err != nil {
		return w.o, err
	}
	return w.o, oneOf("owner", w.o.Owner, notifyNames(c))
}

// age reads how long something lasts: as Go writes it, or in days.
func age(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		n, err = strconv.Atoi(days)
		d = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || d < 0 {
		return 0, failed("It is a number and a unit: 30m, 4h, 3d.", "%q says no duration", text)
	}
	return d, nil
}

func bindConflictsList(f *pflag.FlagSet) action {
	var w openFilter
	w.bind(f)
	limit := f.Int("limit", -1, "the oldest `N` only; 0: all (default: 100 on a page, all with -json)")
	group := f.String("group", "", "count them, by `WHAT` they have in common: field, reason, pipeline or owner")
	reveal := f.Bool("reveal", false, "show the values of pay and protected fields")
	return func(ctx context.Context, s *session, args []string) error {
		if err := w.check(); err != nil {
			return err
		}
		e := s.engine(nil)
		c, err := s.load(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		o, err := w.options(c)
		if err != nil {
			return err
		}
		o.Reveal = *reveal
		if *group != "" {
			return s.groupedConflicts(ctx, e, c, &w, o, *group)
		}
		items, err := s.openItems(ctx, e, c, o)
		if err != nil {
			return err
		}
		total := len(items)
		if n := pageLimit(*limit, s.json); n > 0 {
			items = items[:min(n, total)]
		}
		if s.json {
			return view.JSON(s.out, "items", items)
		}
		if total == 0 && w.narrows() {
			s.page().Line(nothingLetThrough)
			return nil
		}
		s.page().Conflicts(items, total, s.now())
		return nil
	}
}

// pageLimit is how many rows a listing has; 0: all.
func pageLimit(given int, machine bool) int {
	const page = 100
	switch {
	case given >= 0:
		return given
	case machine:
		return 0
	}
	return page
}

func (s *session) groupedConflicts(ctx context.Context, e *engine.Engine, c *pipelines.Config, w *openFilter, o engine.ConflictsOptions, by string) error {
	if err := oneOf("group", by, []string{"field", "reason", "pipeline", "owner"}); err != nil {
		return err
	}
	groups, err := e.ConflictGroups(ctx, c, o, by)
	if err != nil {
		return err
	}
	if s.json {
		return view.JSON(s.out, "groups", groups)
	}
	if len(groups) == 0 && w.narrows() {
		s.page().Line(nothingLetThrough)
		return nil
	}
	s.page().ConflictGroups(groups, by, s.now())
	return nil
}

func (s *session) openItems(ctx context.Context, e *engine.Engine, c *pipelines.Config, o engine.ConflictsOptions) ([]engine.OpenItem, error) {
	items, err := e.Conflicts(ctx, c, o)
	if err != nil {
		return nil, err
	}
	if items == nil {
		items = []engine.OpenItem{}
	}
	if len(items) > 0 {
		return items, nil
	}
	if err := oneOf("pipeline", o.Pipeline, pipelineNames(c)); err != nil {
		return nil, err
	}
	return items, oneOf("field", o.Field, fieldNames(c))
}

func bindConflictsShow(f *pflag.FlagSet) action {
	reveal := f.Bool("reveal", false, "show the values of pay and protected fields")
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.load(ctx, e, at(args, 1))
		if err != nil {
			return err
		}
		items, err := s.openItems(ctx, e, c, engine.ConflictsOptions{Reveal: *reveal})
		if err != nil {
			return err
		}
		ids := make([]string, len(items))
		for i, item := range items {
			ids[i] = item.ID
			if item.ID != args[0] {
				continue
			}
			if s.json {
				return view.JSON(s.out, "item", item)
			}
			s.page().Conflict(item, at(args, 1), s.now())
			return nil
		}
		hint := "`syncline conflicts list` lists what waits."
		if near := diag.Nearest(args[0], ids); near != "" {
			hint = fmt.Sprintf("Did you mean %s? %s", near, hint)
		}
		return failed(hint, "nothing with the id %q waits for a person", args[0])
	}
}

// user is who runs the command, as the system says.
func (s *session) user() string {
	if s.asker != "" {
		return s.asker
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}
