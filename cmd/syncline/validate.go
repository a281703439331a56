package main

import (
	"context"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
)

func validateCommand() *command {
	return &command{
		Name: "validate", Args: "[PATH]", Most: 1,
		Doc: "Compile a configuration and print every problem of every file.",
		Long: "Needs no network and no secrets. PATH is a .hcl file or a folder of them; without\n" +
			"it, the current folder. Exit code 78 means that the configuration has errors.",
		Examples: []string{"syncline validate", "syncline validate -json pipelines/"},
		Bind:     bindValidate,
	}
}

func bindValidate(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		c, problems, err := s.read(ctx, s.engine(nil), at(args, 0))
		if err != nil {
			return err
		}
		failed := problems.Failed() || c == nil
		if s.json {
			if err := view.JSON(s.out, "problems", view.MachineProblems(problems)); err != nil {
				return err
			}
		} else {
			var files map[string][]byte
			if c != nil {
				files = c.Files
			}
			s.page().Problems(problems, files)
			if !failed {
				s.page().Valid(c)
			}
		}
		if failed {
			return exit(codeConfiguration)
		}
		return nil
	}
}
