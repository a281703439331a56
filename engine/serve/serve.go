package serve

import (
	"context"
	"sync/atomic"
	"time"

	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
)

// Kind is why a pipeline is looked at.
type Kind uint8

const (
	// Events looks at the records that systems told of.
	Events Kind = iota
	// Retry looks at what waits.
	Retry
	// Poll lists the ends, as their schedule wants it.
	Poll
	// Sweep lists everything, since an event may have been lost.
	Sweep
	// Load lists everything for the first time.
	Load
)

var kindNames = [...]string{"events", "retry", "poll", "sweep", "load"}

// String returns the kind in one word.
func (k Kind) String() string { return kindNames[k] }

// Order is one pass to be made. Closing, Hints and Live are for run.Job.
type Order struct {
	Kind     Kind
	Pipeline *plans.Pipeline
	Full     bool
	Hints    *run.Hints
	Live     run.Live
	Closing  func(*state.Batch, run.Closed)
}

// Report is what came of an order.
type Report struct {
	Order   Order
	Began   time.Time
	Took    time.Duration
	Summary plans.PipelineSummary
	Repairs int           // of a sweep: writes that no event had led to
	Looked  []state.Event // whose records were looked at
	Err     error

	endName func(state.Number) string
}

// EndOf is the name of the end that an event was told by.
func (r *Report) EndOf(e *state.Event) string { return r.endName(e.End) }

// Options say what serving is made of. Pass and Load are called by Run's own
// goroutine, one at a time.
type Options struct {
	Store     *state.Store
	Inbox     *Inbox
	Clock     func() time.Time
	Jitter    func() float64 // from 0 to 1; nil: always 0
	Pipelines []*plans.Pipeline
	Pass      func(context.Context, Order) (plans.PipelineSummary, error)
	Load      func(context.Context) ([]*plans.Pipeline, error) // what a reload brings; an error leaves everything as it is
	Reload    <-chan struct{}                                  // asks for it; nil: nobody does
	Done      func(Report)                                     // told of every pass; nil: nobody
	Loaded    func(error)                                      // told of every reload; nil: nobody
	Drain     time.Duration                                    // how long a pass may go on after the end was asked for
}

// Server decides which pipeline is looked at next.
type Server struct {
	o     Options
	wake  chan struct{}
	again atomic.Bool // somebody wants what waits to be looked at
	all   []*work
}

// work is what is known of one pipeline.
type work struct {
	*plans.Pipeline
	rhythm   rhythm
	number   state.Number
	ends     []state.Number
	polled   time.Time
	complete time.Time // when every end was listed whole; zero: never
	jitter   float64   // of the next poll
	whole    bool      // a pass over everything is wanted as soon as may be
	wholeAt  time.Time // the last one of those
	unready  bool      // no pass over some records can be made before it
	stalls   int       // passes over everything that could not list everything
	stalled  time.Time // not before
	retry    time.Time // zero: nothing waits
	waits    int
	delay    time.Duration
	failures int
	blocked  time.Time // not before
}

const (
	// atOnce is how many events one pass takes.
	atOnce = 1000

	leastRetry, mostRetry = 30 * time.Second, 10 * time.Minute
	leastBlock, mostBlock = 5 * time.Second, 5 * time.Minute
	leastStall, mostStall = time.Minute, time.Hour

	// starved is how long what has to wait for events waits at most.
	starved = time.Minute

	// wholeEvery is how often at most a pass over everything is made because one
	// over some records could not settle them.
	wholeEvery = 10 * time.Minute
)

// New returns a server. Nothing happens before Run.
func New(o Options) (*Server, error) {
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 0 }
	}
	if o.Done == nil {
		o.Done = func(Report) {}
	}
	if o.Loaded == nil {
		o.Loaded = func(error) {}
	}
	s := &Server{o: o, wake: make(chan struct{}, 1)}
	return s, s.take(o.Pipelines)
}

// take serves other pipelines from now on. What is known of those that stay is
// kept.
func (s *Server) take(all []*plans.Pipeline) error {
	before := map[string]*work{}
	for _, w := range s.all {
		before[w.Name] = w
	}
	var out []*work
	for _, p := range all {
		w := &work{}
		if old := before[p.Name]; old != nil {
			*w = *old
			if old.Hash != p.Hash {
				w.whole, w.wholeAt, w.stalled, w.blocked = true, time.Time{}, time.Time{}, time.Time{}
			}
		} else {
			w.jitter = s.o.Jitter()
		}
		w.Pipeline, w.rhythm, w.ends = p, rhythmOf(p), nil
		var err error
		if w.number, err = s.o.Store.Number(state.NumberPipeline, p.Name); err != nil {
			return err
		}
		for _, e := range p.Ends {
			n, err := s.o.Store.Number(state.NumberEnd, p.Name+"/"+e.Name)
			if err != nil {
				return err
			}
			w.ends = append(w.ends, n)
		}
		if err := s.learn(w); err != nil {
			return err
		}
		if w.polled.IsZero() {
			w.polled = w.complete
		}
		out = append(out, w)
	}
	s.all = out
	return nil
}

// learn reads when every end was listed whole.
func (s *Server) learn(w *work) error {
	return s.o.Store.View(func(v *state.View) error {
		for i, n := range w.ends {
			c := v.Pass(w.number, n).Complete
			if i == 0 || c.Before(w.complete) {
				w.complete = c
			}
		}
		return nil
	})
}

// Wake says that something came. It never blocks.
func (s *Server) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// LookAgain has what waits, and what somebody answered, looked at soon. It never
// blocks.
func (s *Server) LookAgain() {
	s.again.Store(true)
	s.Wake()
}

// Run serves until the context ends. A pass that is under way then may go on
// for as long as draining may take.
func (s *Server) Run(ctx context.Context) error {
	passing, stop := draining(ctx, s.o.Drain)
	defer stop()
	for ctx.Err() == nil {
		if s.again.Swap(false) {
			for _, w := range s.all {
				w.retry = s.o.Clock()
			}
		}
		w, kind, at := s.next(s.o.Clock())
		if w == nil {
			s.rest(ctx, at)
			continue
		}
		select {
		case <-s.o.Reload:
			s.reload(ctx)
			continue // the pipeline may be gone
		default:
		}
		s.pass(passing, w, kind)
	}
	return nil
}

// draining returns a context that outlives another by a time.
func draining(ctx context.Context, d time.Duration) (context.Context, func()) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-out.Done():
		}
		cancel()
	})
	return out, func() { stop(); cancel() }
}

// rest waits for a time, an event, a reload or the end.
func (s *Server) rest(ctx context.Context, at time.Time) {
	var timer <-chan time.Time
	if !at.IsZero() {
		t := time.NewTimer(at.Sub(s.o.Clock()))
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-ctx.Done():
	case <-timer:
	case <-s.wake:
	case <-s.o.Reload:
		s.reload(ctx)
	}
}

func (s *Server) reload(ctx context.Context) {
	all, err := s.o.Load(ctx)
	if err == nil {
		err = s.take(all)
	}
	s.o.Loaded(err)
}
