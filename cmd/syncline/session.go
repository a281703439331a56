package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
	"syncline/connectors"
	"syncline/connectors/all"
	"syncline/engine"
	"syncline/engine/run"
	"syncline/pipelines"
	"syncline/pipelines/diag"
)

// session is one command line under way: its streams, and the options that
// every command has.
type session struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) (string, bool)
	now      func() time.Time

	lent   *engine.Engine // of a service that answers another process; nil: it makes its own
	folder string         // where relative paths start; "": where the process stands
	asker  string         // who gave the command line; "": whose the process is

	json, quiet bool
	color       string
	vars        []string
	varFiles    []string
}

func newSession(in io.Reader, out, err io.Writer, env func(string) (string, bool)) *session {
	return &session{in: in, out: out, err: err, env: env, now: time.Now}
}

// bind declares the options that every command has.
func (s *session) bind(f *pflag.FlagSet) {
	f.BoolVar(&s.json, "json", false, "print the result as JSON with a format_version")
	f.BoolVar(&s.quiet, "quiet", false, "print no progress and no warnings")
	f.StringVar(&s.color, "color", "auto", "`WHEN` to use colour: auto, always or never")
	f.StringArrayVar(&s.vars, "var", nil, "set a variable, `NAME=VALUE`; may be given several times")
	f.StringArrayVar(&s.varFiles, "var-file", nil, "set variables from a `FILE`; may be given several times")
	f.Bool("help", false, "print what a command does and takes")
}

// check refuses options that say nothing.
func (s *session) check() error {
	switch s.color {
	case "auto", "always", "never":
	default:
		return fmt.Errorf("-color is auto, always or never, not %q", s.color)
	}
	for _, v := range s.vars {
		if name, _, ok := strings.Cut(v, "="); !ok || name == "" {
			return fmt.Errorf("-var takes NAME=VALUE, not %q", v)
		}
	}
	return nil
}

// page is the page of results.
func (s *session) page() *view.Page { return s.pageOn(s.out) }

// notes is the page of what is not a result: problems, warnings, errors.
func (s *session) notes() *view.Page { return s.pageOn(s.err) }

func (s *session) pageOn(w io.Writer) *view.Page {
	return view.New(w, s.width(w), s.colorful(w))
}

// terminal reports whether a stream is one.
func terminal(w io.Writer) (uintptr, bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(f.Fd()) {
		return 0, false
	}
	return f.Fd(), true
}

// width is how wide a page is: the terminal's width, COLUMNS, or as wide as it
// needs to be.
func (s *session) width(w io.Writer) int {
	if columns, ok := s.env("COLUMNS"); ok {
		if n, err := strconv.Atoi(columns); err == nil && n > 0 {
			return n
		}
	}
	if fd, ok := terminal(w); ok {
		if width, _, err := term.GetSize(fd); err == nil {
			return width
		}
	}
	return 0
}

func (s *session) colorful(w io.Writer) bool {
	switch s.color {
	case "always":
		return true
	case "never":
		return false
	}
	if v, ok := s.env("NO_COLOR"); ok && v != "" {
		return false
	}
	if v, ok := s.env("FORCE_COLOR"); ok && v != "" && v != "0" {
		return true
	}
	kind, _ := s.env("TERM")
	_, live := terminal(w)
	return live && kind != "dumb"
}

// engine returns an engine with every connector, that tells the reporter what
// happens; nil for nobody.
func (s *session) engine(r *reporter) *engine.Engine { return s.engineTo(r, r.listen) }

// engineTo returns an engine whose events another listener hears.
func (s *session) engineTo(r *reporter, listen func(run.Event)) *engine.Engine {
	if s.lent != nil {
		return s.lent
	}
	return engine.New(engine.Options{
		Connectors: definitions(),
		Clock:      s.now,
		Sleep:      pause,
		Listen:     listen,
		Log: func(level, text string) {
			r.clear()
			s.notes().Line("%s: %s", level, text)
		},
		Env: s.env,
	})
}

// pause waits, or as long as it is wanted.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func definitions() []*connectors.Definition {
	list := all.Connectors()
	out := make([]*connectors.Definition, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// source says which configuration a command is about.
func (s *session) source(path string) engine.Source {
	vars := make(map[string]string, len(s.vars))
	for _, v := range s.vars {
		name, value, _ := strings.Cut(v, "=")
		vars[name] = value
	}
	files := make([]string, len(s.varFiles))
	for i, f := range s.varFiles {
		files[i] = s.from(f)
	}
	return engine.Source{Path: s.from(path), Vars: vars, VarFiles: files}
}

// read loads the configuration and returns what is wrong with it. The error is
// an interruption: what was loaded until then says nothing.
func (s *session) read(ctx context.Context, e *engine.Engine, path string) (*pipelines.Config, diag.Problems, error) {
	c, problems := e.Load(ctx, s.source(path))
	if problems.Failed() && ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	return c, problems, nil
}

// load compiles the configuration and prints what is wrong with it; the error
// says only that it was. Warnings are for those who act on the configuration.
func (s *session) load(ctx context.Context, e *engine.Engine, path string) (*pipelines.Config, error) {
	c, _, err := s.compile(ctx, e, path)
	return c, err
}

// loadToAct is load, with the warnings.
func (s *session) loadToAct(ctx context.Context, e *engine.Engine, path string) (*pipelines.Config, error) {
	c, warnings, err := s.compile(ctx, e, path)
	if err == nil && len(warnings) > 0 && !s.quiet && !s.json {
		s.notes().Problems(warnings, c.Files)
	}
	return c, err
}

func (s *session) compile(ctx context.Context, e *engine.Engine, path string) (*pipelines.Config, diag.Problems, error) {
	c, problems, err := s.read(ctx, e, path)
	if err != nil {
		return nil, nil, err
	}
	if !problems.Failed() && c != nil {
		return c, problems, nil
	}
	var files map[string][]byte
	if c != nil {
		files = c.Files
	}
	return nil, problems, s.refuse(problems, files)
}

// loadState loads a configuration for what is only asked of its state: that
// can be answered, and saved, also while the configuration has errors.
func (s *session) loadState(ctx context.Context, e *engine.Engine, path string) (*pipelines.Config, error) {
	c, problems, err := s.read(ctx, e, path)
	if err != nil {
		return nil, err
	}
	if c == nil || !problems.Failed() || firstRun(c) {
		return s.load(ctx, e, path)
	}
	if !s.quiet {
		s.notes().Warning("the configuration has errors, which `syncline validate` prints")
	}
	return c, nil
}

// refuse prints what is wrong with a configuration that cannot be used.
func (s *session) refuse(problems diag.Problems, files map[string][]byte) error {
	if s.json {
		if err := view.JSON(s.out, "problems", view.MachineProblems(problems)); err != nil {
			return err
		}
		return exit(codeConfiguration)
	}
	s.notes().Problems(problems, files)
	return exit(codeConfiguration)
}

// at returns argument i, "." when it was not given.
func at(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return "."
}

// The exit codes.
const (
	codeFailed        = 1
	codeChanges       = 2
	codeOpen          = 3
	codeConfiguration = 78
)

// exit is an error that was printed already: only its code is left.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// failure is an error with what to do now.
type failure struct {
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func failed(hint, format string, args ...any) error {
	return &failure{fmt.Errorf(format, args...), hint}
}

// report prints why a command failed, if it did, and returns the exit code.
func (s *session) report(err error) int {
	var unfit *engine.ConfigError
	if errors.As(err, &unfit) {
		err = s.refuse(unfit.Problems, unfit.Config.Files)
	}
	var code exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		s.notes().Error(errors.New("interrupted"), "What was written is kept; the next run continues where this one stopped.")
	default:
		s.notes().Error(err, hintOf(err))
	}
	return codeFailed
}

// hintOf finds what to do now in the chain of an error.
func hintOf(err error) string {
	var f *failure
	var u *usageError
	var c *connectors.Error
	switch {
	case errors.As(err, &f):
		return f.hint
	case errors.As(err, &u):
		return u.hint
	case errors.As(err, &c):
		return c.Hint
	}
	return ""
}
