package serve

import (
	"context"
	"errors"
	"slices"
	"time"

	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
)

// pass makes one pass and learns from it.
func (s *Server) pass(ctx context.Context, w *work, kind Kind) {
	began := s.o.Clock()
	o := Order{Kind: kind, Pipeline: w.Pipeline, Full: kind == Sweep}
	var taken []state.Event
	beside := &lane{server: s, work: w, unfit: map[uint64]bool{}, early: map[uint64]bool{}}
	switch kind {
	case Events:
		taken = s.o.Inbox.Take(w.number, atOnce)
		o.Hints = w.hints(taken)
	case Retry:
		o.Hints = &run.Hints{Open: true}
	default:
		if w.rhythm.hooks {
			o.Live = beside
		}
	}
	var finished []func(bool)
	o.Closing = func(b *state.Batch, c run.Closed) { finished = s.closing(w, b, c, taken, began) }
	summary, err := s.o.Pass(ctx, o)
	for _, f := range finished {
		f(err == nil)
	}
	if finished == nil {
		s.o.Inbox.Return(taken)
	}
	r := Report{Order: o, Began: began, Took: s.o.Clock().Sub(began), Summary: summary, Err: err, Looked: beside.looked, endName: w.endName}
	if finished != nil && err == nil {
		r.Looked = append(r.Looked, taken...)
	}
	s.after(w, &r)
	r.Repairs = max(0, r.Repairs-beside.writes)
	s.o.Done(r)
}

// hints are the records of events. Where an end is not in the pipeline any
// more, nothing is read.
func (w *work) hints(taken []state.Event) *run.Hints {
	h := &run.Hints{}
	for i := range taken {
		for end, n := range w.ends {
			if n == taken[i].End {
				h.Records = append(h.Records, run.Hint{End: end, Record: taken[i].Record})
			}
		}
	}
	return h
}

// closing adds to what a pass stores last what became of the events.
func (s *Server) closing(w *work, b *state.Batch, c run.Closed, taken []state.Event, began time.Time) []func(bool) {
	left := map[place]run.Left{}
	for _, l := range c.Left {
		left[place{w.number, w.ends[l.End], l.Record}] = l
		w.whole = w.whole || l.Whole
	}
	out := []func(bool){s.o.Inbox.Settle(b, taken, left, func(n state.Number) string { return w.endName(n) })}
	for i, listed := range c.Listed {
		if listed {
			out = append(out, s.o.Inbox.Cover(b, w.number, w.ends[i], began.Add(-w.Ends[i].Facts.Lag)))
		}
	}
	return out
}

func (w *work) endName(n state.Number) string {
	if i := w.endIndex(n); i >= 0 {
		return w.Ends[i].Name
	}
	return ""
}

// endIndex is which end of the pipeline has a number; -1: none.
func (w *work) endIndex(n state.Number) int { return slices.Index(w.ends, n) }

// after says when the pipeline is looked at next.
func (s *Server) after(w *work, r *Report) {
	now := s.o.Clock()
	if whole := (*run.WholeError)(nil); errors.As(r.Err, &whole) {
		w.whole, w.unready = true, true
		return
	}
	if r.Err != nil {
		w.failures++
		wait := backoff(w.failures, leastBlock, mostBlock)
		w.blocked = now.Add(wait + time.Duration(s.o.Jitter()*float64(wait)/4))
		return
	}
	w.failures, w.blocked = 0, time.Time{}
	if err := s.learn(w); err != nil {
		r.Err = err
		return
	}
	if r.Order.Hints == nil {
		s.afterListing(w, r, now)
	}
	w.patience(r.Order.Kind, &r.Summary, now)
}

// afterListing notes what a pass that listed the ends means for the next ones.
func (s *Server) afterListing(w *work, r *Report, now time.Time) {
	w.polled, w.jitter, w.unready = r.Began, s.o.Jitter(), false
	if r.Order.Kind == Sweep && w.rhythm.hooks {
		r.Repairs = writes(&r.Summary)
	}
	if r.Order.Kind == Poll {
		return
	}
	w.whole, w.wholeAt, w.stalled = false, r.Began, time.Time{}
	if w.complete.Before(r.Began.Truncate(time.Second)) { // an end did not tell everything
		w.stalls++
		w.stalled = now.Add(backoff(w.stalls, leastStall, mostStall))
		return
	}
	w.stalls = 0
}

// patience says when what waits is looked at again: later each time while it is
// no less than before.
func (w *work) patience(kind Kind, p *plans.PipelineSummary, now time.Time) {
	waits := p.Waiting
	for _, e := range p.Ends {
		waits += e.InFlight
	}
	switch {
	case waits == 0:
		w.retry, w.delay = time.Time{}, 0
	case waits < w.waits || w.delay == 0:
		w.delay = leastRetry
		w.retry = now.Add(w.delay)
	case kind != Events:
		w.delay = min(2*w.delay, mostRetry)
		w.retry = now.Add(w.delay)
	}
	w.waits = waits
}

// writes counts what a pass wrote.
func writes(p *plans.PipelineSummary) int {
	n := 0
	for _, e := range p.Ends {
		n += e.Created + e.Updated + e.Archived + e.Deleted
	}
	return n
}
