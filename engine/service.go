package engine

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"weak"

	"github.com/google/uuid"

	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/serve"
	"syncline/engine/state"
	"syncline/pipelines"
)

// ServeOptions say how to serve.
type ServeOptions struct {
	Drain  time.Duration      // how long a pass may go on after the end was asked for
	Reload <-chan struct{}    // asks to load the configuration again; nil: nobody does
	Ready  func(*Service)     // told once the state is held and events are taken; nil: nobody
	Done   func(serve.Report) // told of every pass; nil: nobody
	Loaded func(error)        // told of every reload; nil: nobody
	Ended  func()             // told when no pass is made any more, before the state is given free; nil: nobody
	Inbox  int                // records of events that may wait; 0: 100,000
}

// inboxLimit is how many records of events may wait.
const inboxLimit = 100_000

// Service is a configuration that is being served. Its methods may be called
// concurrently, until Serve returns.
type Service struct {
	engine *Engine
	source Source
	turn   sync.Mutex // one pass, or one command that writes, at a time
	store  *state.Store
	walk   *walk
	inbox  *serve.Inbox
	run    string // the last pass's id
	server *serve.Server

	mu     sync.RWMutex
	routes map[string]*route // by system
	told   map[string]time.Time
	failed map[string]bool // pipelines of which somebody heard that something failed
	ailing map[string]bool // those of which something failed in the pass under way
	status Status
	tidied time.Time
}

// Serve keeps the pipelines of a configuration in agreement until the context
// ends: by their schedules, by what systems tell, and by a sweep as the net
// below both. One service may hold a state.
func (e *Engine) Serve(ctx context.Context, c *pipelines.Config, o ServeOptions) (err error) {
	e.mu.Lock()
	source := e.sources[weak.Make(c)]
	e.mu.Unlock()
	v := &Service{
		engine: e, source: source, walk: &walk{config: c, command: "serve"}, told: map[string]time.Time{}, failed: map[string]bool{},
		ailing: map[string]bool{},
	}
	v.walk.muted, v.walk.recovered = v.muted, v.recovered
	defer func() { err = errors.Join(err, v.walk.close()) }()
	if err := v.walk.openState(e, true); err != nil {
		return err
	}
	v.store = v.walk.store
	if err := v.walk.connect(ctx, e, c.Pipelines, true); err != nil {
		return err
	}
	if o.Inbox <= 0 {
		o.Inbox = inboxLimit
	}
	if v.inbox, err = serve.OpenInbox(v.walk.store, e.options.Clock, o.Inbox); err != nil {
		return err
	}
	v.server, err = serve.New(serve.Options{
		Store: v.walk.store, Inbox: v.inbox, Clock: e.options.Clock, Jitter: jitterOf(e.options.Random), Pipelines: v.walk.graph,
		Pass: v.pass, Load: v.load, Reload: o.Reload, Drain: o.Drain,
		Done:   func(r serve.Report) { v.note(&r); v.timed(&r); tellReport(o.Done, r) },
		Loaded: func(err error) { v.loaded(err); tellLoaded(o.Loaded, err) },
	})
	if err != nil {
		return err
	}
	v.status.Since = e.options.Clock()
	if err := v.route(); err != nil {
		return err
	}
	e.serves(v)
	defer e.serves(nil)
	if o.Ready != nil {
		o.Ready(v)
	}
	err = v.server.Run(ctx)
	if o.Ended != nil {
		o.Ended()
	}
	return err
}

func tellReport(fn func(serve.Report), r serve.Report) {
	if fn != nil {
		fn(r)
	}
}

func tellLoaded(fn func(error), err error) {
	if fn != nil {
		fn(err)
	}
}

// serves says who serves; nil: nobody.
func (e *Engine) serves(v *Service) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.service = v
}

// serving returns the service that holds the state of a configuration; nil when
// there is none in this engine.
func (e *Engine) serving(c *pipelines.Config) *Service {
	e.mu.Lock()
	defer e.mu.Unlock()
	if v := e.service; v != nil && v.store.Folder() == c.Engine.State {
		return v
	}
	return nil
}

// borrow lets a command use what a service holds, between its passes, until it
// is closed.
func (w *walk) borrow(v *Service, write bool) error {
	v.turn.Lock()
	w.lent, w.store = v, v.walk.store
	if write {
		w.journal = v.walk.journal
	}
	return nil
}

// jitterOf returns random shares from 0 to 1.
func jitterOf(random io.Reader) func() float64 {
	if random == nil {
		random = rand.Reader
	}
	return func() float64 {
		var b [4]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0
		}
		return float64(binary.LittleEndian.Uint32(b[:])) / (1 << 32)
	}
}

// pass makes one pass.
func (v *Service) pass(ctx context.Context, o serve.Order) (plans.PipelineSummary, error) {
	v.turn.Lock()
	defer v.turn.Unlock()
	e, w := v.engine, v.walk
	id, err := uuid.NewV7()
	if err != nil {
		return plans.PipelineSummary{}, err
	}
	v.mu.Lock()
	delete(v.ailing, o.Pipeline.Name)
	v.mu.Unlock()
	if w.systems.missing(o.Pipeline.Pipeline) != nil {
		if err := v.reopen(ctx); err != nil {
			return plans.PipelineSummary{}, err
		}
	}
	s := &plans.Summary{Run: id.String(), Started: e.options.Clock().UTC()}
	v.run = s.Run
	before := w.journal.Head()
	j := w.job(e, o.Pipeline)
	j.Run, j.Write, j.Full, j.Hints, j.Live, j.Closing, j.Within = s.Run, true, o.Full, o.Hints, o.Live, o.Closing, time.Hour
	err = e.passOver(ctx, w, j, s)
	err = errors.Join(err, e.ended(w, s, before, nil))
	if now := e.options.Clock(); err == nil && now.Sub(v.tidied) > 24*time.Hour {
		v.tidied, err = now, w.finish(e)
	}
	return s.Pipelines[0], err
}

// reopen tries the systems again that did not open.
func (v *Service) reopen(ctx context.Context) error {
	again := v.engine.connect(ctx, v.walk.config, v.walk.config.Pipelines, opening{store: v.store, write: true})
	old := v.walk.systems
	v.walk.systems = again
	return errors.Join(v.route(), old.close())
}

// load makes the configuration as it stands now the one that is served. An
// error leaves everything as it is.
func (v *Service) load(ctx context.Context) ([]*plans.Pipeline, error) {
	c, problems := v.engine.Load(ctx, v.source)
	if problems.Failed() {
		return nil, &ConfigError{Config: c, Problems: problems}
	}
	old := v.walk
	if c.Engine.State != old.config.Engine.State || c.Engine.Name != old.config.Engine.Name {
		return nil, errors.New("another state or another name of the engine needs a start of its own")
	}
	fresh := *old
	fresh.config, fresh.systems, fresh.graph, fresh.wanted = c, nil, nil, nil
	if err := fresh.connect(ctx, v.engine, c.Pipelines, true); err != nil {
		return nil, errors.Join(err, fresh.systems.close())
	}
	v.turn.Lock()
	defer v.turn.Unlock()
	closing := old.systems
	v.mu.Lock()
	*v.walk = fresh
	v.mu.Unlock()
	return fresh.graph, errors.Join(v.route(), closing.close())
}

// LookAgain has what waits, and what somebody answered, looked at soon.
func (v *Service) LookAgain() { v.server.LookAgain() }

// muted reports whether a notice was told before: a pipeline that fails fails
// in every pass, and what is withheld is so in every one.
func (v *Service) muted(n run.Notice) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch n.Kind {
	case "failed":
		again := v.failed[n.Pipeline]
		v.failed[n.Pipeline], v.ailing[n.Pipeline] = true, true
		return again
	case "withheld":
		key := n.Pipeline + "/" + n.End + "/" + strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return -1
			}
			return r
		}, n.Text)
		now := v.engine.options.Clock()
		again := now.Sub(v.told[key]) < time.Hour
		if !again {
			v.told[key] = now
		}
		return again
	}
	return false
}

// recovered reports whether somebody heard that something of a pipeline failed,
// and has to hear that it goes on: nothing of it is left alone any more.
func (v *Service) recovered(p *plans.PipelineSummary) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	down := slices.ContainsFunc(p.Ends, func(e plans.EndSummary) bool { return e.Down != "" })
	if !v.failed[p.Pipeline] || v.ailing[p.Pipeline] || down || len(p.Breakers) > 0 {
		return false
	}
	delete(v.failed, p.Pipeline)
	return true
}
