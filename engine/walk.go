package engine

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/pipelines"
)

// walk is what a plan and a run have in common.
type walk struct {
	config  *pipelines.Config
	systems *systems
	store   *state.Store
	journal *audit.Journal

	command   string                            // whose the state is, "" for run or plan
	lent      *Service                          // whose store and journal these are; nil: its own
	attendant *attendant                        // answers who asks for a backup; nil: nobody does
	muted     func(run.Notice) bool             // what was told before; nil: nothing
	recovered func(*plans.PipelineSummary) bool // whether it was told that something failed, and nothing does now; nil: never
	graph     []*plans.Pipeline                 // all of the configuration
	wanted    []*plans.Pipeline
}

func (e *Engine) begin(ctx context.Context, c *pipelines.Config, only []string, write bool) (w *walk, err error) {
	chosen, err := chosen(c, only)
	if err != nil {
		return nil, err
	}
	opened := &walk{config: c}
	w = opened
	defer func() {
		if err != nil {
			err = errors.Join(err, opened.close())
		}
	}()
	if err = w.openState(e, write); err != nil {
		return nil, err
	}
	return w, w.connect(ctx, e, chosen, write)
}

// connect opens the systems of the chosen pipelines, and lays all pipelines
// out.
func (w *walk) connect(ctx context.Context, e *Engine, chosen []*pipelines.Pipeline, write bool) error {
	before, err := w.head()
	if err != nil {
		return err
	}
	w.systems = e.connect(ctx, w.config, chosen, opening{w.store, before.Length == 0, write})
	if w.config, err = e.learned(ctx, w.config, w.systems, chosen); err != nil {
		return err
	}
	for _, p := range w.config.Pipelines {
		g, err := plans.Compile(w.config, p)
		if err != nil {
			return err
		}
		w.graph = append(w.graph, g)
		if slices.ContainsFunc(chosen, func(c *pipelines.Pipeline) bool { return c.Name == p.Name }) {
			w.wanted = append(w.wanted, g)
		}
	}
	return nil
}

// openBegun opens a state that is there, to change it. Only a run begins one:
// who wants another change where nothing was run is in the wrong folder.
func (w *walk) openBegun(e *Engine) error {
	if err := e.begun(w.config); err != nil {
		return err
	}
	return w.openState(e, true)
}

// begun returns an UnbegunError where nothing is remembered yet.
func (e *Engine) begun(c *pipelines.Config) error {
	if err := e.finishRestore(c); err != nil {
		return err
	}
	if !exists(filepath.Join(c.Engine.State, state.FileName)) {
		return &UnbegunError{Folder: c.Engine.State}
	}
	return nil
}

func (w *walk) openState(e *Engine, write bool) (err error) {
	if v := e.serving(w.config); v != nil {
		return w.borrow(v, write)
	}
	if err := e.finishRestore(w.config); err != nil {
		return err
	}
	command := "plan"
	if write {
		command = "run"
	}
	o, err := e.stateOptions(w.config, cmp.Or(w.command, command))
	if err != nil {
		return err
	}
	o.ReadOnly = !write && !rotates(w.config)
	if w.store, err = state.Open(o); err != nil {
		return err
	}
	if !write {
		return nil
	}
	head, err := w.head()
	if err != nil {
		return err
	}
	written := audit.Options{Folder: w.config.Engine.State, Head: head, Wrap: w.store.JournalKey(), Rand: e.options.Random, Effect: e.options.Effect}
	if w.journal, err = audit.Open(written); err != nil {
		return err
	}
	if err := w.convert(written, e.options.Clock()); err != nil {
		return err
	}
	every := attending
	if w.command != "" {
		every = time.Second // it is there all day
	}
	w.attendant = attend(w.store, w.config.Engine.State, every)
	return w.settleForgotten(e)
}

// head is where the journal ends by what the state says: at the start when
// nothing was ever done with it.
func (w *walk) head() (h audit.Head, err error) {
	err = w.store.View(func(v *state.View) error {
		h.Length, h.Hash = v.Audit()
		return nil
	})
	return h, err
}

func (e *Engine) stateOptions(c *pipelines.Config, command string) (o state.Options, err error) {
	o = state.Options{
		Folder: c.Engine.State, Engine: c.Engine.Name, Command: command, Clock: e.options.Clock, Rand: e.options.Random,
		Effect: e.options.Effect, Small: e.options.Small,
	}
	if s := c.Engine.Encryption; s != nil {
		o.Key, err = e.stateKey(c, s.Ref)
	}
	return o, err
}

// stateKey resolves the key that the state is encrypted with.
func (e *Engine) stateKey(c *pipelines.Config, ref string) ([]byte, error) {
	key, err := e.secret(c, ref)
	if err != nil {
		return nil, fmt.Errorf("the key of engine { encryption { key = … } }: %w", err)
	}
	return []byte(key), nil
}

func (w *walk) close() error {
	var errs []error
	if w.systems != nil {
		errs = append(errs, w.systems.close())
	}
	if w.lent != nil {
		w.lent.turn.Unlock()
		return errors.Join(errs...)
	}
	if w.attendant != nil {
		w.attendant.stop()
	}
	if w.journal != nil {
		errs = append(errs, w.journal.Close())
	}
	if w.store != nil {
		errs = append(errs, w.store.Close())
	}
	return errors.Join(errs...)
}

// chosen returns the pipelines of the names; all when there are none.
func chosen(c *pipelines.Config, only []string) ([]*pipelines.Pipeline, error) {
	if len(only) == 0 {
		return c.Pipelines, nil
	}
	var out []*pipelines.Pipeline
	for _, name := range only {
		i := slices.IndexFunc(c.Pipelines, func(p *pipelines.Pipeline) bool { return p.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no pipeline %q", name)
		}
		out = append(out, c.Pipelines[i])
	}
	return out, nil
}

func (w *walk) job(e *Engine, p *plans.Pipeline) run.Job {
	j := run.Job{
		Pipeline: p, Store: w.store, Journal: w.journal, Clock: e.options.Clock, Peers: w.graph, Listen: e.options.Listen,
		Lookups: map[string]connectors.Conn{}, Random: e.options.Random, Sleep: e.options.Sleep,
	}
	if j.Random == nil {
		j.Random = rand.Reader
	}
	for _, end := range p.Ends {
		j.Conns = append(j.Conns, w.systems.conns[end.System.Name])
	}
	for _, l := range p.Pipeline.Lookups {
		j.Lookups[l.Name] = w.systems.conns[l.System.Name]
	}
	return j
}
