package scenario

import (
	"context"
	"runtime"
	"sync"
	"time"

	"syncline/connectors"
	"syncline/engine"
)

// Options say what to prove, and for how long.
type Options struct {
	Source     engine.Source
	Connectors []*connectors.Definition
	Env        func(string) (string, bool) // for variables of the configuration; nil: none

	First   uint64 // the first seed
	Seeds   int    // how many
	Workers int    // at a time; 0: one per core
	Shrink  int    // tries to make a failing scenario shorter; 0: 400

	Progress func(Progress) // called by one goroutine at a time; nil: nobody listens
	Clock    func() time.Time
}

// Progress is how far it is.
type Progress struct {
	Done, Seeds int
	Tally       *Tally
	Shrinking   bool
}

// Report is what came out.
type Report struct {
	FormatVersion int           `json:"format_version"`
	First         uint64        `json:"first_seed"`
	Seeds         int           `json:"seeds"` // played
	Took          time.Duration `json:"took_ns"`
	Tally         *Tally        `json:"tally"`
	Gaps          []string      `json:"gaps,omitempty"` // what was never exercised
	Failure       *Failure      `json:"failure,omitempty"`
	Trace         []string      `json:"trace,omitempty"` // of one story that kept every law
}

// Failure is a law that broke, with the shortest story found that breaks it.
type Failure struct {
	Seed     uint64    `json:"seed"`
	Broken   Broken    `json:"broken"`
	Drawn    int       `json:"drawn_steps"` // before it was made shorter
	Scenario *Scenario `json:"scenario"`
	Trace    []string  `json:"trace"`
}

// Chaos plays the scenarios of many seeds and returns what came out. It stops
// at the first law that breaks. The error is the configuration's or the
// machine's, never a broken law.
func Chaos(ctx context.Context, o Options) (*Report, error) {
	m, err := Compile(ctx, o)
	if err != nil {
		return nil, err
	}
	return m.Chaos(ctx, o)
}

// Chaos is Chaos of a model that is compiled already.
func (m *Model) Chaos(ctx context.Context, o Options) (*Report, error) {
	f, err := newFolders()
	if err != nil {
		return nil, err
	}
	defer f.remove()
	began := o.now()
	b := &battery{model: m, options: o, folders: f, report: &Report{FormatVersion: FormatVersion, First: o.First, Tally: newTally()}}
	b.playAll(ctx)
	if b.failed != nil {
		b.tell(true)
		b.report.Failure = m.explain(ctx, b.failed, b.broken, f, o)
	}
	b.report.Took = o.now().Sub(began)
	b.report.Gaps = m.gaps(b.report)
	return b.report, ctx.Err()
}

func (o *Options) now() time.Time {
	if o.Clock == nil {
		return time.Time{}
	}
	return o.Clock()
}

// battery is many scenarios under way.
type battery struct {
	model   *Model
	options Options
	folders *folders

	mu     sync.Mutex
	next   int
	report *Report
	failed *Scenario // of the smallest seed that failed
	broken *Broken
}

func (b *battery) playAll(ctx context.Context) {
	workers := b.options.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for n := range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				seed, ok := b.take()
				if !ok {
					return
				}
				s := b.model.Draw(seed)
				b.done(s, b.model.Play(ctx, s, b.folders.of(n), false))
			}
		})
	}
	wg.Wait()
}

// take gives out the next seed; none once a law broke.
func (b *battery) take() (seed uint64, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next >= b.options.Seeds || b.failed != nil {
		return 0, false
	}
	b.next++
	return b.options.First + uint64(b.next-1), true
}

func (b *battery) done(s *Scenario, out Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.report.Seeds++
	b.report.Tally.add(out.Tally)
	if out.Broken != nil && (b.failed == nil || s.Seed < b.failed.Seed) {
		b.failed, b.broken = s, out.Broken
	}
	b.tell(false)
}

func (b *battery) tell(shrinking bool) {
	if b.options.Progress != nil {
		b.options.Progress(Progress{Done: b.report.Seeds, Seeds: b.options.Seeds, Tally: b.report.Tally, Shrinking: shrinking})
	}
}

// Replay plays one scenario and returns a report of it.
func (m *Model) Replay(ctx context.Context, s *Scenario) (*Report, error) {
	f, err := newFolders()
	if err != nil {
		return nil, err
	}
	defer f.remove()
	out := m.Play(ctx, s, f.of(0), true)
	r := &Report{FormatVersion: FormatVersion, First: s.Seed, Seeds: 1, Tally: out.Tally, Trace: out.Trace}
	if out.Broken != nil {
		told := *s
		told.Law, r.Trace = out.Broken.Law, nil
		r.Failure = &Failure{Seed: s.Seed, Broken: *out.Broken, Drawn: size(s.Steps), Scenario: &told, Trace: out.Trace}
	}
	return r, ctx.Err()
}
