package main

import (
	"context"
	"fmt"
	"os"
	"os/user"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/pipelines/diag"
)

func conflictsCommand() *command {
	return &command{
		Name: "conflicts", Args: "", Most: 0,
		Doc:      "List, show and settle what waits for a person.",
		Long:     "A conflict is a field that both sides changed and no rule decides; a review is a\nrecord or value that a person has to look at.",
		Examples: []string{"syncline conflicts list", "syncline conflicts show c4f1", "syncline conflicts resolve c4f1 crm"},
		Sub: []*command{
			{
				Name: "list", Args: "[PATH]", Most: 1, Doc: "List what waits for a person, oldest first.",
				Bind: bindConflictsList,
			},
			{
				Name: "show", Args: "ID [PATH]", Least: 1, Most: 2, Doc: "Show one: what each end says, why it waits, what may be chosen.",
				Bind: bindConflictsShow,
			},
			{
				Name: "resolve", Args: "ID CHOICE [PATH]", Least: 2, Most: 3, Doc: "Store a choice; the next run applies it.",
				Long: "CHOICE is one of those that `conflicts show` lists: the name of the end that is right,\n" +
					"value:TEXT, keep (the ends may differ), accept (it is right as it is), link:END/ID or\n" +
					"not-same. If the ends moved since, the next run shows the item again instead.",
				Examples: []string{"syncline conflicts resolve c4f1 crm", "syncline conflicts resolve c4f1 \"value:+49 30 1234567\" sync"},
				Bind:     bindConflictsResolve,
			},
		},
	}
}

func bindConflictsList(f *pflag.FlagSet) action {
	pipeline := f.String("pipeline", "", "only of this `PIPELINE`")
	field := f.String("field", "", "only of this `FIELD`")
	kind := f.String("kind", "", "only of this `KIND`: conflict or review")
	reveal := f.Bool("reveal", false, "show the values of pay and protected fields")
	return func(ctx context.Context, s *session, args []string) error {
		if err := oneOf("kind", *kind, []string{"conflict", "review"}); err != nil {
			return err
		}
		o := engine.ConflictsOptions{Pipeline: *pipeline, Field: *field, Kind: *kind, Reveal: *reveal}
		items, err := s.openItems(ctx, at(args, 0), o)
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "items", items)
		}
		s.page().Conflicts(items, s.now())
		return nil
	}
}

func (s *session) openItems(ctx context.Context, path string, o engine.ConflictsOptions) ([]engine.OpenItem, error) {
	e := s.engine(nil)
	c, err := s.load(ctx, e, path)
	if err != nil {
		return nil, err
	}
	if err := oneOf("pipeline", o.Pipeline, pipelineNames(c)); err != nil {
		return nil, err
	}
	if err := oneOf("field", o.Field, fieldNames(c)); err != nil {
		return nil, err
	}
	items, err := e.Conflicts(ctx, c, o)
	if items == nil {
		items = []engine.OpenItem{}
	}
	return items, err
}

func bindConflictsShow(f *pflag.FlagSet) action {
	reveal := f.Bool("reveal", false, "show the values of pay and protected fields")
	return func(ctx context.Context, s *session, args []string) error {
		items, err := s.openItems(ctx, at(args, 1), engine.ConflictsOptions{Reveal: *reveal})
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

func bindConflictsResolve(f *pflag.FlagSet) action {
	by := f.String("by", "", "`NAME` of who decides, for the journal (default: the user who runs the command)")
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.load(ctx, e, at(args, 2))
		if err != nil {
			return err
		}
		if *by == "" {
			*by = s.user()
		}
		item, err := e.Resolve(ctx, c, args[0], args[1], *by)
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "item", item)
		}
		s.page().Resolved(item)
		return nil
	}
}

// user is who runs the command, as the system says.
func (s *session) user() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return fmt.Sprintf("uid %d", os.Getuid())
}
