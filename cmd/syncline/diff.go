package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/engine"
	"syncline/engine/review"
	"syncline/pipelines/revision"
)

func diffCommand() *command {
	return &command{
		Name: "diff", Args: "[A] [B] [PATH]", Most: 3,
		Doc: "Say what a change of the configuration means, and how risky it is.",
		Long: "A and B are two folders or files; or revisions of the Git repository that PATH lies in:\n" +
			"A..B, A...B (from where the two have grown apart), A B, or A alone, against the files as\n" +
			"they are now. Without A, it is HEAD. A name that is a file or a folder is one; write\n" +
			"refs/heads/NAME for a branch of that name. The repository is read as files: nothing is\n" +
			"fetched and no program is started.\n\n" +
			"What only looks otherwise shows nothing. Each change has a class (cosmetic, decisions,\n" +
			"recompute bases, back-fill, re-identify) with what to do about it, and a risk with why.\n" +
			"With -state, what a state remembers says how many values it may move.\n\n" +
			"The exit code is 1 when the meaning of a pipeline's mapping changed and its version did\n" +
			"not rise, and 78 when one of the two does not compile.",
		Examples: []string{
			"syncline diff main", "syncline diff main...HEAD sync -format markdown", "syncline diff old new",
			"syncline diff HEAD~3 sync -state sync/.syncline", "syncline diff main..HEAD -format sarif > diff.sarif",
		},
		Bind: bindDiff,
	}
}

func bindDiff(f *pflag.FlagSet) action {
	format := f.String("format", "text", "`FORM` of the result: text, markdown (for a review), github (annotations) or sarif")
	state := f.String("state", "", "weigh the changes by this state `FOLDER`, state file or backup")
	detailed := f.Bool("detailed-exitcode", false, "exit with 2 when there are changes that are not cosmetic")
	return func(ctx context.Context, s *session, args []string) error {
		show := map[string]func(io.Writer, *review.Report) error{
			"text":     func(_ io.Writer, r *review.Report) error { s.page().Changes(r); return nil },
			"markdown": view.ChangesMarkdown, "github": view.ChangesAnnotations,
			"sarif": func(w io.Writer, r *review.Report) error { return view.ChangesSARIF(w, r, buildVersion().Version) },
		}[*format]
		if show == nil {
			return failed("", "-format is text, markdown, github or sarif, not %q", *format)
		}
		o, err := s.sides(args)
		if err != nil {
			return err
		}
		if *state != "" {
			o.State = s.from(*state)
		}
		r, err := s.engine(nil).Diff(ctx, o)
		if err != nil {
			return s.refusal(err)
		}
		if s.json {
			err = view.Document(s.out, r)
		} else {
			err = show(s.out, r)
		}
		switch {
		case err != nil:
			return err
		case r.Failed():
			return exit(codeFailed)
		case *detailed && r.Verdict.Meaning > 0:
			return exit(codeChanges)
		}
		return nil
	}
}

// sides reads the arguments: paths are what is there, all else are revisions.
func (s *session) sides(args []string) (engine.DiffOptions, error) {
	src := s.source(".")
	o := engine.DiffOptions{Vars: src.Vars, VarFiles: src.VarFiles}
	var paths, revisions []string
	for i, a := range args {
		switch {
		case s.isPath(a), i == 2 || i == 1 && strings.Contains(args[0], "..") && !s.isPath(args[0]):
			paths = append(paths, a)
		case len(paths) > 0:
			return o, failed("Revisions come first, then the path; or give two folders.", "%s is a path, and there is no file or folder %q", paths[0], a)
		default:
			revisions = append(revisions, a)
		}
	}
	if len(revisions) == 1 {
		revisions, o.Base = ranged(revisions[0])
	}
	switch {
	case len(paths) == 2 && len(revisions) == 0:
		o.From.Path, o.To.Path = s.from(paths[0]), s.from(paths[1])
		return o, nil
	case len(paths) > 1 || len(revisions) > 2:
		return o, failed("Two folders, or revisions and then one path.", "%s is too much to compare", strings.Join(args, " "))
	}
	path := s.from(at(paths, 0))
	o.From, o.To = engine.DiffSide{Path: path, Revision: "HEAD"}, engine.DiffSide{Path: path}
	if len(revisions) > 0 {
		o.From.Revision = revisions[0]
	}
	if len(revisions) > 1 {
		o.To.Revision = revisions[1]
	}
	return o, nil
}

// ranged splits A..B and A...B; what is left out is HEAD.
func ranged(text string) (revisions []string, base bool) {
	from, to, found := strings.Cut(text, "..")
	if !found {
		return []string{text}, false
	}
	to, base = strings.CutPrefix(to, ".")
	if from == "" {
		from = "HEAD"
	}
	if to == "" {
		to = "HEAD"
	}
	return []string{from, to}, base
}

func (s *session) isPath(name string) bool {
	_, err := os.Stat(s.from(name))
	return err == nil
}

// refusal says why two configurations cannot be compared.
func (s *session) refusal(err error) error {
	var side *engine.SideError
	var unread *revision.Error
	switch {
	case errors.As(err, &side):
		if !s.json {
			s.notes().Line("%s:", side.Error())
		}
		return s.refuse(side.Problems, side.Config.Files)
	case errors.As(err, &unread):
		return &failure{err, unread.Hint}
	}
	return err
}
