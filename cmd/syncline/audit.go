package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine/audit"
)

func auditCommand() *command {
	return &command{
		Name: "audit", Args: "", Most: 0,
		Doc:      "Search the journal of what was done, and prove that it is whole.",
		Examples: []string{"syncline audit search -record 42", "syncline audit verify"},
		Sub: []*command{
			{
				Name: "search", Args: "[PATH]", Most: 1, Doc: "List the entries that fit, oldest first.",
				Examples: []string{"syncline audit search -pipeline candidates -since 2026-01-31"},
				Bind:     bindAuditSearch,
			},
			{
				Name: "runs", Args: "[PATH]", Most: 1, Doc: "List the runs that wrote anything, oldest first.",
				Long: "Each with what it did, how it ended, and whether it takes another one back or was\n" +
					"taken back. Its id is what `syncline rollback` takes.",
				Bind: bindAuditRuns,
			},
			{
				Name: "verify", Args: "[PATH]", Most: 1, Doc: "Prove the chain: every entry holds the hash of the one before.",
				Long: "Exit code 1 means that the chain breaks.",
				Bind: bindAuditVerify,
			},
		},
	}
}

// entryKinds are the kinds of entries that a run, or an answer, leaves.
var entryKinds = []string{"create", "update", "archive", "delete", "link", "unlink", "merge", "choice", "conflict", "review", "dead letter", "escalation", "queue", "run", "forget", "retention", "restore", "convert"}

func bindAuditSearch(f *pflag.FlagSet) action {
	pipeline := f.String("pipeline", "", "only of this `PIPELINE`")
	entity := f.String("entity", "", "only of the entity with this public `ID`")
	record := f.String("record", "", "only of the record with this `ID`")
	runID := f.String("run", "", "only of the run with this `ID`")
	kind := f.String("kind", "", "only of this `KIND`: "+strings.Join(entryKinds, ", "))
	since := f.String("since", "", "only from this `TIME` on: 2026-01-31 or 2026-01-31T15:04:05Z")
	until := f.String("until", "", "only before this `TIME`")
	return func(ctx context.Context, s *session, args []string) error {
		filter := audit.Filter{Pipeline: *pipeline, Entity: *entity, Record: *record, Run: *runID, Kind: *kind}
		err := oneOf("kind", *kind, entryKinds)
		if err != nil {
			return err
		}
		if filter.From, err = parseTime("since", *since); err != nil {
			return err
		}
		if filter.Until, err = parseTime("until", *until); err != nil {
			return err
		}
		e := s.engine(nil)
		c, err := s.loadState(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		if err := oneOf("pipeline", *pipeline, pipelineNames(c)); err != nil {
			return err
		}
		entries := []audit.Entry{}
		err = e.Audit(ctx, c, filter, func(entry audit.Entry) error {
			entries = append(entries, entry)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		if s.json {
			return view.JSON(s.out, "entries", view.MachineEntries(entries))
		}
		s.page().Entries(entries)
		return nil
	}
}

func parseTime(option, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, failed("", "-%s takes a day or a time, such as 2026-01-31 or 2026-01-31T15:04:05Z, not %q", option, text)
}

func bindAuditRuns(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error { return s.listRuns(ctx, at(args, 0)) }
}

func bindAuditVerify(*pflag.FlagSet) action {
	return func(ctx context.Context, s *session, args []string) error {
		e := s.engine(nil)
		c, err := s.loadState(ctx, e, at(args, 0))
		if err != nil {
			return err
		}
		entries, err := e.AuditVerify(ctx, c)
		var broken *audit.Broken
		if err != nil && !errors.As(err, &broken) {
			return err
		}
		if s.json {
			if err := view.JSON(s.out, "chain", view.MachineVerified(entries, broken)); err != nil {
				return err
			}
		} else {
			s.page().Verified(entries, broken)
		}
		if broken != nil {
			return exit(codeFailed)
		}
		return nil
	}
}
