package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"syncline/cmd/syncline/console"
	"syncline/engine"
	"syncline/engine/state"
)

// forward has the process that serves a state carry out a command that could
// not open it. It reports false when there is none, or it does not answer.
func (s *session) forward(ctx context.Context, args []string, err error) (code int, ok bool) {
	var locked *state.LockedError
	if s.lent != nil || !errors.As(err, &locked) || locked.Command != "serve" || !mayForward(args) {
		return 0, false
	}
	folder, err := os.Getwd()
	if err != nil {
		return 0, false
	}
	r := console.Request{Args: args, Folder: folder, Columns: s.width(s.out), Color: s.colorful(s.out), User: s.user()}
	code, err = console.Ask(ctx, locked.Folder, r, s.out, s.err)
	return code, err == nil
}

// command carries out what other processes ask about the state that is served.
func (d *serving) command(v *engine.Service) console.Command {
	return func(ctx context.Context, r console.Request, out, errs io.Writer) int {
		color := "never"
		if r.Color {
			color = "always"
		}
		env := func(name string) (string, bool) {
			switch name {
			case "COLUMNS":
				return strconv.Itoa(r.Columns), r.Columns > 0
			case "USER", "LOGNAME":
				return r.User, true
			}
			return d.env(name)
		}
		s := newSession(bytes.NewReader(nil), out, errs, env)
		s.now, s.lent, s.folder, s.asker = d.now, d.engine, r.Folder, r.User
		if !mayForward(r.Args) {
			s.notes().Error(errors.New("the process that serves does not answer this command"), "")
			return codeFailed
		}
		code := execute(ctx, append(r.Args, "-color="+color), s)
		if _, sub := words(r.Args); code == 0 && (sub == "resolve" || sub == "retry") {
			v.LookAgain()
		}
		return code
	}
}

// from makes a path of the command line one that does not depend on where the
// process stands.
func (s *session) from(path string) string {
	if s.folder == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(s.folder, path)
}
