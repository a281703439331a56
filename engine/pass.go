package engine

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// PlanOptions narrow a plan.
type PlanOptions struct {
	Only   []string // pipelines; empty: all
	Full   bool     // walk whole listings
	Limit  int      // records listed; 0: all
	Reveal bool     // show pay and protected values
}

// RunOptions narrow a run.
type RunOptions struct {
	Only  []string
	Full  bool
	Allow map[string]int // ceilings granted once: creates, overwrites, clears, deletes, missing, changed, renamed
	Plan  *plans.Plan    // run exactly this plan; refused when anything moved
	Hints []Hint         // look at these records only, by id; none: at everything
}

// Hint names a record of which somebody said that it is new, changed or gone.
type Hint struct{ Pipeline, End, Record string }

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

// Plan says what a run would do. Nothing is written, neither to a system nor
// to the state.
func (e *Engine) Plan(ctx context.Context, c *pipelines.Config, o PlanOptions) (_ *plans.Plan, err error) {
	w, err := e.begin(ctx, c, o.Only, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	return e.plan(ctx, w, o, nil)
}

func (e *Engine) plan(ctx context.Context, w *walk, o PlanOptions, allow map[string]int) (*plans.Plan, error) {
	plan := &plans.Plan{FormatVersion: plans.FormatVersion, Engine: w.config.Engine.Name, Made: e.options.Clock().UTC(), Only: o.Only, Full: o.Full}
	var err error
	if plan.Config, plan.State, err = w.hashes(); err != nil {
		return nil, err
	}
	plan.Summary.FormatVersion, plan.Summary.Started = plans.FormatVersion, plan.Made
	plan.Totals = map[plans.Kind]int{}
	print := plans.NewFingerprint()
	listed := map[bool]int{} // whether put aside: the many that are do not crowd out what would be written
	for _, p := range w.wanted {
		j := w.job(e, p)
		j.Full, j.Allow = o.Full, allow
		j.Predict = func(r *plans.PlannedRecord) {
			print.Add(r)
			plan.Totals[r.Kind]++
			aside := r.Kind == plans.Aside
			if o.Limit > 0 && listed[aside] == o.Limit {
				plan.Omitted++
				return
			}
			listed[aside]++
			show(r, o.Reveal)
			plan.Records = append(plan.Records, *r)
		}
		if err := w.systems.missing(p.Pipeline); err != nil {
			return nil, err
		}
		from := len(plan.Records)
		s, err := run.Pass(ctx, j)
		withheld(plan.Records[from:], s.Withheld)
		plan.Summary.Pipelines = append(plan.Summary.Pipelines, s)
		if err != nil {
			return nil, fmt.Errorf("pipeline %q: %w", p.Name, err)
		}
	}
	plan.Fingerprint = print.Sum()
	plan.Summary.Took = e.options.Clock().Sub(plan.Made)
	return plan, nil
}

// withheld marks the predictions that a run would hold back.
func withheld(records []plans.PlannedRecord, all []plans.Withheld) {
	for i := range records {
		for k := range all {
			if w := &all[k]; records[i].Withheld == "" && w.Holds(&records[i]) {
				records[i].Withheld = w.What()
			}
		}
	}
}

// hashes identify the meaning of the configuration and the state it meets.
func (w *walk) hashes() (config, stored string, err error) {
	var sum uint64
	for _, p := range w.wanted {
		sum = sum*31 + p.Pipeline.Hash
	}
	head, err := w.head()
	return strconv.FormatUint(sum, 16), strconv.FormatInt(head.Length, 10) + "-" + hex.EncodeToString(head.Hash[:8]), err
}

// show puts values into the form a person reads; pay and protected values are
// masked unless they were asked for.
func show(r *plans.PlannedRecord, reveal bool) {
	for i := range r.Fields {
		f := &r.Fields[i]
		f.OldText, f.NewText = Shown(f.Old, f.Class, reveal), Shown(f.New, f.Class, reveal)
	}
}

// Shown returns a value as a person may read it, "" where there is none.
func Shown(v schema.Value, c schema.Class, reveal bool) string {
	if !v.Is() {
		return ""
	}
	if !reveal && (c == schema.Pay || c == schema.Protected) {
		return "(" + c.String() + ")"
	}
	return v.Display()
}

// Run makes one pass to agreement over every chosen pipeline. The summary is
// never nil once the state was opened. An error says that something could not
// go on; what was done until then stays done, and the next run continues.
func (e *Engine) Run(ctx context.Context, c *pipelines.Config, o RunOptions) (_ *plans.Summary, err error) {
	if o.Plan != nil {
		o.Only, o.Full = o.Plan.Only, o.Plan.Full
	}
	w, err := e.begin(ctx, c, o.Only, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := e.unmoved(ctx, w, o); err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	s := &plans.Summary{FormatVersion: plans.FormatVersion, Run: id.String(), Started: e.options.Clock().UTC(), Warnings: append(idle(w.config), w.store.Narrowed()...)}
	before, failed := w.journal.Head(), error(nil)
	for _, p := range w.wanted {
		hints := hintsOf(p, o.Hints)
		if len(o.Hints) > 0 && hints == nil {
			continue
		}
		j := w.job(e, p)
		j.Run, j.Write, j.Full, j.Allow, j.Hints = s.Run, true, o.Full, o.Allow, hints
		failed = errors.Join(failed, e.passOver(ctx, w, j, s))
		if ctx.Err() != nil {
			break
		}
	}
	failed = errors.Join(failed, e.ended(w, s, before, nil))
	if failed == nil && ctx.Err() == nil {
		failed = w.finish(e)
	}
	s.Took = e.options.Clock().Sub(s.Started)
	return s, failed
}

// linked is how many links the state holds of a pipeline that could not begin.
func (w *walk) linked(p *plans.Pipeline) (n int) {
	pn, err := w.store.Number(state.NumberPipeline, p.Name)
	if err != nil {
		return 0
	}
	_ = w.store.View(func(v *state.View) error {
		n = int(v.Totals(pn).States[state.Active])
		return nil
	})
	return n
}

// hintsOf returns what concerns a pipeline; nil for nothing.
func hintsOf(p *plans.Pipeline, all []Hint) *run.Hints {
	var out *run.Hints
	for _, h := range all {
		i := slices.IndexFunc(p.Ends, func(e *plans.End) bool { return e.Name == h.End })
		if h.Pipeline != p.Name || i < 0 {
			continue
		}
		if out == nil {
			out = &run.Hints{}
		}
		out.Records = append(out.Records, run.Hint{End: i, Record: h.Record})
	}
	return out
}

// passOver makes the pass of a run over one pipeline, adds it to the summary,
// and tells those who have to hear of it.
func (e *Engine) passOver(ctx context.Context, w *walk, j run.Job, s *plans.Summary) error {
	p := j.Pipeline
	bell := e.bell(w.config, p.Pipeline)
	bell.muted, j.Tell = w.muted, bell.ring
	err := w.systems.missing(p.Pipeline)
	got := plans.PipelineSummary{Pipeline: p.Name}
	if err == nil {
		got, err = run.Pass(ctx, j)
	} else {
		got.Failed, got.Linked = err.Error(), w.linked(p)
	}
	s.Pipelines = append(s.Pipelines, got)
	failed := err
	if err != nil {
		failed = fmt.Errorf("pipeline %q: %w", p.Name, err)
	}
	switch whole := (*run.WholeError)(nil); {
	case err == nil && w.recovered != nil && w.recovered(&got):
		bell.ring(run.Notice{Pipeline: p.Name, Kind: "recovered", Text: "it goes on"})
	case err != nil && ctx.Err() == nil && !errors.As(err, &whole): // who interrupts a run knows that it stopped
		bell.ring(run.Notice{Pipeline: p.Name, Kind: "failed", Text: err.Error()})
	}
	s.Warnings = append(s.Warnings, bell.send(context.WithoutCancel(ctx))...)
	told, late := e.escalate(context.WithoutCancel(ctx), w, p, s.Run)
	s.Warnings = append(s.Warnings, told...)
	return errors.Join(failed, late)
}

// unmoved plans again and compares: a plan runs only while it is still what
// would happen.
func (e *Engine) unmoved(ctx context.Context, w *walk, o RunOptions) error {
	if o.Plan == nil {
		return nil
	}
	config, stored, err := w.hashes()
	if err != nil {
		return err
	}
	switch {
	case o.Plan.Config != config:
		return &MovedError{What: "the configuration changed"}
	case o.Plan.State != stored:
		return &MovedError{What: "another run was made since"}
	}
	now, err := e.plan(ctx, w, PlanOptions{Full: o.Full, Limit: 1}, o.Allow)
	if err != nil {
		return err
	}
	if now.Fingerprint != o.Plan.Fingerprint {
		return &MovedError{What: "records changed since"}
	}
	return nil
}

// idle warns of what is declared and does not act yet.
func idle(c *pipelines.Config) []string {
	var out []string
	for _, p := range c.Pipelines {
		for _, on := range p.Ons {
			out = append(out, fmt.Sprintf("%s: on %q is checked but does not act yet", on.Range, on.Name))
		}
	}
	return out
}
