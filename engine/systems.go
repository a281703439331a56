package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"weak"

	"syncline/connectors"
	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/pipelines"
)

// systems are the open connections of one run, by system.
type systems struct {
	conns map[string]connectors.Conn
	down  map[string]error // systems that did not open: their pipelines cannot run, the others go on
}

// missing returns why a pipeline cannot run: one of its systems did not open.
func (s *systems) missing(p *pipelines.Pipeline) error {
	for _, end := range p.Ends {
		if err := s.down[end.System.Name]; err != nil {
			return err
		}
	}
	for _, l := range p.Lookups {
		if err := s.down[l.System.Name]; err != nil {
			return err
		}
	}
	return nil
}

func (s *systems) close() error {
	var errs []error
	for _, c := range s.conns {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// opening says how systems are opened.
type opening struct {
	store *state.Store // what they keep goes there
	first bool         // nothing is remembered yet
	write bool
}

// connect opens the systems that the pipelines use, each once. What a system
// starts from by `init` counts only until something is remembered of it: later
// a missing file is a failure, never an empty system.
func (e *Engine) connect(ctx context.Context, c *pipelines.Config, wanted []*pipelines.Pipeline, o opening) *systems {
	s := &systems{conns: map[string]connectors.Conn{}, down: map[string]error{}}
	open := func(sys *pipelines.System) {
		if s.conns[sys.Name] != nil || s.down[sys.Name] != nil {
			return
		}
		set := e.settings(c, sys, o.first && o.write)
		set.Keeper = keeper{o.store}
		if !o.first && startsFrom(set) {
			s.down[sys.Name] = fmt.Errorf("system %q: %s is gone, and records are linked to it: restore it, or make it anew with `syncline init`", sys.Name, set.Text("path"))
			return
		}
		conn, err := sys.Definition.Open(ctx, set)
		if err != nil {
			s.down[sys.Name] = fmt.Errorf("system %q: %w", sys.Name, err)
			return
		}
		s.conns[sys.Name] = conn
	}
	for _, p := range wanted {
		for _, end := range p.Ends {
			open(end.System)
		}
		for _, l := range p.Lookups {
			open(l.System)
		}
	}
	return s
}

// startsFrom reports whether a system would start from its `init`, because
// what it says is not there.
func startsFrom(s connectors.Settings) bool {
	if s.Text("init") == "" || s.Text("path") == "" {
		return false
	}
	_, err := os.Stat(s.Path("path"))
	return errors.Is(err, fs.ErrNotExist)
}

// settings are a system's settings as its connector takes them.
func (e *Engine) settings(c *pipelines.Config, sys *pipelines.System, seed bool) connectors.Settings {
	return connectors.Settings{
		System: sys.Name, Folder: c.Folder, Values: sys.Values, Blocks: sys.Blocks, Clock: e.options.Clock, Sleep: e.options.Sleep, Seed: seed,
		Limits: sys.Limits, Shared: e.shared,
		Secret: func(name string) (string, error) {
			s, ok := sys.Secrets[name]
			if !ok {
				return "", fmt.Errorf("setting %q: %w", name, connectors.ErrNoSecret)
			}
			return e.secret(c, s.Ref)
		},
		Notice: e.notice(sys.Name),
	}
}

// notice passes on what a system says beside its answers.
func (e *Engine) notice(system string) func(string) {
	if e.options.Listen == nil {
		return nil
	}
	return func(text string) {
		e.options.Listen(run.Event{At: e.options.Clock(), Kind: run.Warned, Text: system + ": " + text})
	}
}

// stated returns what is true of the open systems that state it themselves.
func (s *systems) stated() map[string]connectors.Facts {
	out := map[string]connectors.Facts{}
	for name, conn := range s.conns {
		if one, ok := conn.(connectors.Stater); ok {
			out[name] = one.States()
		}
	}
	return out
}

// unknown returns the systems whose schema was not known when compiling.
func unknown(wanted []*pipelines.Pipeline) map[string]*pipelines.System {
	out := map[string]*pipelines.System{}
	for _, p := range wanted {
		for _, end := range p.Ends {
			if !end.Known && end.System.Objects == nil {
				out[end.System.Name] = end.System
			}
		}
	}
	return out
}

// learned compiles the configuration again with what the open systems hold,
// where that was not known before: no decision rests on unchecked names.
func (e *Engine) learned(ctx context.Context, c *pipelines.Config, s *systems, wanted []*pipelines.Pipeline) (*pipelines.Config, error) {
	missing, facts := unknown(wanted), s.stated()
	if len(missing) == 0 && len(facts) == 0 {
		return c, nil
	}
	objects := map[string][]connectors.Object{}
	for name := range missing {
		lister, ok := s.conns[name].(connectors.Lister)
		if !ok {
			continue
		}
		found, err := lister.Objects(ctx)
		if err != nil {
			s.down[name] = fmt.Errorf("system %q: discover its schema: %w", name, err)
			continue
		}
		objects[name] = found
	}
	e.mu.Lock()
	src := e.sources[weak.Make(c)]
	e.mu.Unlock()
	again, problems := e.load(ctx, src, objects, facts)
	if problems.Failed() {
		return nil, &ConfigError{Config: again, Problems: problems}
	}
	return again, nil
}

// Seed makes what the systems' `init` settings describe and does not exist
// yet; it returns what it made.
func (e *Engine) Seed(ctx context.Context, c *pipelines.Config) ([]string, error) {
	var made []string
	for _, sys := range c.Systems {
		if !sys.Values["init"].Is() {
			continue
		}
		s := e.settings(c, sys, true)
		path := s.Path("path")
		if path == "" {
			continue
		}
		if _, err := os.Stat(path); err == nil {
			continue
		}
		conn, err := sys.Definition.Open(ctx, s)
		if err != nil {
			return made, fmt.Errorf("system %q: %w", sys.Name, err)
		}
		if err := conn.Close(); err != nil {
			return made, fmt.Errorf("system %q: %w", sys.Name, err)
		}
		made = append(made, path)
	}
	return made, nil
}
