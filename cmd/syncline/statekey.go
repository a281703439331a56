package main

import (
	"context"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
)

func bindStateRotate(f *pflag.FlagSet) action {
	from := f.String("from", "", "where the key that the state has now comes from: env:NAME, file:PATH or exec:`COMMAND`")
	fresh := f.Bool("fresh", false, "encrypt every value anew, with new keys of the state's own")
	return func(ctx context.Context, s *session, args []string) error {
		r := s.progress()
		e := s.engine(r)
		c, err := s.loadState(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		done, err := e.Rotate(ctx, c, engine.RotateOptions{From: *from, Fresh: *fresh, Progress: s.packing(r)})
		r.clear()
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "rotate", view.MachineRotated(done))
		}
		s.page().Rotated(done)
		return nil
	}
}

func bindStateForget(f *pflag.FlagSet) action {
	yes := f.Bool("yes", false, "do it, instead of saying what would be done")
	block := f.Bool("block", false, "with -yes: set their records aside for good when an end shows them again")
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.load(ctx, e, at(args, 1))
		if err != nil {
			return err
		}
		done, err := e.Forget(ctx, c, args[0], engine.ForgetOptions{Apply: *yes, Block: *block})
		if err != nil {
			return err
		}
		if len(done.Drops) == 0 {
			return failed("WHO is END/ID, a public id, or the value of a match key, such as an e-mail address.", "the state holds nothing of %q", args[0])
		}
		if s.json {
			err = view.JSON(s.out, "forget", done)
		} else {
			s.page().Forgotten(done)
		}
		if err == nil && len(done.Remains) > 0 {
			return exit(codeFailed)
		}
		return err
	}
}
