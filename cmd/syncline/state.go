package main

import (
	"context"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
)

func stateCommand() *command {
	return &command{
		Name: "state", Args: "", Most: 0,
		Doc:      "Show what is remembered of the ends, and back it up.",
		Examples: []string{"syncline state show", "syncline state backup /backups/monday"},
		Sub: []*command{
			{
				Name: "show", Args: "[PATH]", Most: 1, Doc: "Show links, checkpoints and what is open, in numbers.",
				Bind: bindStateShow,
			},
			{
				Name: "backup", Args: "FOLDER [PATH]", Least: 1, Most: 2, Doc: "Write a consistent copy of the state to a new folder.",
				Bind: bindStateBackup,
			},
		},
	}
}

func bindStateShow(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.loadState(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		info, err := e.State(ctx, c)
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "state", info)
		}
		s.page().State(info)
		return nil
	}
}

func bindStateBackup(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.loadState(ctx, e, at(args, 1))
		if err != nil {
			return err
		}
		if err := e.Backup(ctx, c, args[0]); err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "backup", args[0])
		}
		s.page().Line("The state is copied to %s.", args[0])
		return nil
	}
}
