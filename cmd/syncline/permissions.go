package main

import (
	"context"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine/review"
)

func permissionsCommand() *command {
	return &command{
		Name: "permissions", Args: "[PATH]", Most: 1,
		Doc: "Say what each credential has to be able to do, and nothing else.",
		Long: "Computed from the configuration, without network or secrets: for each system the objects,\n" +
			"the verbs that a direction, a policy or a lookup really uses, the fields of each, the\n" +
			"vendor's scopes for it, and the line that asks for it. What `allow` names and nothing uses\n" +
			"is told as superfluous. With -to, the statements that grant just that to an account, for\n" +
			"PostgreSQL, MySQL and MariaDB. A run sends nothing that is not in this list.\n\n" +
			"With -check the systems are asked what their credentials may do, where they can tell: the\n" +
			"exit code is 1 when something is missing, or a system does not answer.",
		Examples: []string{"syncline permissions", "syncline permissions sync -to syncline > grants.sql", "syncline permissions -check", "syncline permissions -json"},
		Bind:     bindPermissions,
	}
}

func bindPermissions(f *pflag.FlagSet) action {
	to := f.String("to", "", "print the statements that grant it to this `ACCOUNT`: a role, or user@host")
	check := f.Bool("check", false, "ask the systems what their credentials may do, and compare")
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.load(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		n := review.NeedsOf(c)
		if *check {
			e.CheckAccess(ctx, c, n)
		}
		if *to != "" {
			n.GrantTo(*to)
		}
		switch {
		case s.json:
			err = view.Document(s.out, n)
		case *to != "":
			s.page().Grants(n)
		default:
			s.page().Needs(n)
		}
		if err == nil && n.Short() {
			return exit(codeFailed)
		}
		return err
	}
}
