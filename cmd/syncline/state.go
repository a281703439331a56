package main

import (
	"context"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine/run"
)

func stateCommand() *command {
	return &command{
		Name: "state", Args: "", Most: 0,
		Doc:      "Show, back up, check and change what is remembered of the ends.",
		Examples: []string{"syncline state show", "syncline state backup /backups/monday", "syncline state forget ada@example.com"},
		Sub: []*command{
			{
				Name: "show", Args: "[PATH]", Most: 1, Doc: "Show links, checkpoints and what is open, in numbers.",
				Bind: bindStateShow,
			},
			{
				Name: "check", Args: "[PATH]", Most: 1, Doc: "Hold the state against itself and its journal.",
				Long: "Every bucket against every other, the journal's chain against itself and against\n" +
					"the state, and the folder's files and modes. Exit code 1 means that something does\n" +
					"not fit.",
				Bind: bindStateCheck,
			},
			{
				Name: "backup", Args: "FOLDER [PATH]", Least: 1, Most: 2, Doc: "Write a consistent copy of the state to a new folder.",
				Long: "It may be used while a run has the state: the run makes the copy between two commits.\n" +
					"The copy is proved before it counts. It holds the journal and the journal's key: keep\n" +
					"it as you keep the state.",
				Bind: bindStateBackup,
			},
			{
				Name: "restore", Args: "FOLDER [PATH]", Least: 1, Most: 2, Doc: "Put a backup in the state's place.",
				Long: "The backup is proved first, and the state that was there is kept beside the folder.",
				Bind: bindStateRestore,
			},
			{
				Name: "compact", Args: "[PATH]", Most: 1, Doc: "Write the state's file anew, without what is free in it.",
				Bind: bindStateCompact,
			},
			{
				Name: "rotate", Args: "[PATH]", Most: 1, Doc: "Give the state the key that engine { encryption } names.",
				Long: "It encrypts a state that is not, changes the key of one that is, and, when the\n" +
					"configuration names no key, opens it again. -from is where the key it has now comes\n" +
					"from, as in secret(…): env:NAME, file:PATH or exec:COMMAND.",
				Examples: []string{"syncline state rotate", "syncline state rotate -from env:OLD_KEY"},
				Bind:     bindStateRotate,
			},
			{
				Name: "forget", Args: "WHO [PATH]", Least: 1, Most: 2, Doc: "Drop everything the state holds of somebody.",
				Long: "WHO is a record as END/ID, an entity's public id, or the value of a match key (an\n" +
					"e-mail address, for one). It says what it would drop; -yes does it. The journal's\n" +
					"entries stay and its chain verifies, and nobody can open them any more.",
				Examples: []string{"syncline state forget crm/42", "syncline state forget -yes -block ada@example.com"},
				Bind:     bindStateForget,
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

func bindStateCheck(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.loadState(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		checked, err := e.CheckState(ctx, c)
		if err != nil {
			return err
		}
		if s.json {
			err = view.JSON(s.out, "check", view.MachineCheck(checked))
		} else {
			s.page().Checked(checked)
		}
		if err == nil && len(checked.Findings) > 0 {
			return exit(codeFailed)
		}
		return err
	}
}

func bindStateBackup(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.loadState(ctx, e, at(args, 1))
		if err != nil {
			return err
		}
		made, err := e.Backup(ctx, c, args[0])
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "backup", view.MachineBackup(made))
		}
		s.page().BackedUp(made)
		return nil
	}
}

func bindStateRestore(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.loadState(ctx, e, at(args, 1))
		if err != nil {
			return err
		}
		done, err := e.Restore(ctx, c, args[0])
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "restore", view.MachineRestored(done))
		}
		s.page().Restored(done)
		return nil
	}
}

// packing tells how far the writing of a state is.
func (s *session) packing(r *reporter) func(int) {
	return func(entries int) {
		r.listen(run.Event{Kind: run.Progress, Stage: "writing the state anew", Done: entries, At: s.now()})
	}
}

func bindStateCompact(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		r := s.progress()
		e := s.engine(r)
		c, err := s.loadState(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		done, err := e.Compact(ctx, c, s.packing(r))
		r.clear()
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "compact", view.MachineCompacted(done))
		}
		s.page().Compacted(done)
		return nil
	}
}
