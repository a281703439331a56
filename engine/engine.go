// Package engine is the front door: data in, data out. It loads a
// configuration, plans, runs, and answers questions about what was done.
//
// It prints nothing and knows no connector by name: the list comes in through
// Options. Enter at New.
package engine

import (
	"context"
	"io"
	"os"
	"runtime"
	"sync"
	"time"
	"weak"

	"syncline/connectors"
	"syncline/engine/run"
	"syncline/pipelines"
	"syncline/pipelines/diag"
)

// Options is what an engine is made of.
type Options struct {
	Connectors []*connectors.Definition
	Clock      func() time.Time                           // nil: the system's
	Random     io.Reader                                  // nil: the system's
	Sleep      func(context.Context, time.Duration) error // waits for a system that says how long it wants to be left alone; nil: a pass never waits
	Listen     func(run.Event)                            // what systems say beside their answers comes from any goroutine; nil: nobody listens
	Log        func(level, text string)                   // where the notify connector `log` writes; nil: nowhere
	Env        func(string) (string, bool)                // nil: the process's

	Small bool // few records are expected: the state's file begins small

	// Effect is told of every append to the journal and every commit of the
	// state, before it begins and after it is done: between two effects is where
	// a process can end. It is for tests and simulations. nil: nobody is told.
	Effect func(what string, done bool)

	// Step is asked before every change of the state folder's files that a
	// command of the state's life makes; an error stops it there. nil: nobody.
	Step func(what string) error
}

// Source says which configuration, with which inputs.
type Source struct {
	Path     string
	Vars     map[string]string
	VarFiles []string
}

// Engine loads and runs configurations. It is safe for concurrent use; two
// runs on one state folder exclude each other.
type Engine struct {
	options Options
	shared  *connectors.Shared // by all systems of the process

	mu      sync.Mutex
	service *Service // nil: it does not serve

	// What a configuration was loaded from, as long as somebody has it: a run that
	// learns schemas loads it again.
	sources map[weak.Pointer[pipelines.Config]]Source
}

// New returns an engine.
func New(o Options) *Engine {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	return &Engine{options: o, shared: &connectors.Shared{}, sources: map[weak.Pointer[pipelines.Config]]Source{}}
}

// Load compiles a configuration, without network and secrets. It is never nil:
// it holds the files' text for snippets even when there are errors.
func (e *Engine) Load(ctx context.Context, src Source) (*pipelines.Config, diag.Problems) {
	return e.load(ctx, src, nil, nil)
}

func (e *Engine) load(ctx context.Context, src Source, objects map[string][]connectors.Object, facts map[string]connectors.Facts) (*pipelines.Config, diag.Problems) {
	c, problems := pipelines.Load(ctx, pipelines.Options{
		Path: src.Path, Definitions: e.options.Connectors, Vars: src.Vars, VarFiles: src.VarFiles,
		Env: e.options.Env, Objects: objects, Facts: facts, Discover: true, Now: e.options.Clock,
	})
	e.mu.Lock()
	defer e.mu.Unlock()
	key := weak.Make(c)
	e.sources[key] = src
	runtime.AddCleanup(c, func(key weak.Pointer[pipelines.Config]) {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.sources, key)
	}, key)
	return c, problems
}
