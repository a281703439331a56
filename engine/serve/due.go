package serve

import (
	"time"
)

// next says what is to be done now; nil, and when to ask again, for nothing.
// Events come before what waits and what is polled, and those before first
// loads, but what is due for long comes first.
func (s *Server) next(now time.Time) (best *work, kind Kind, at time.Time) {
	rank, since := 0, time.Time{}
	for _, w := range s.all {
		for _, d := range s.dues(w) {
			if d.at.Before(w.blocked) {
				d.at = w.blocked
			}
			if d.at.After(now) {
				if at.IsZero() || d.at.Before(at) {
					at = d.at
				}
				continue
			}
			r := d.kind.rank()
			if d.kind != Load && now.Sub(d.at) > starved {
				r = 0
			}
			if best == nil || r < rank || r == rank && d.at.Before(since) {
				best, kind, rank, since = w, d.kind, r, d.at
			}
		}
	}
	return best, kind, at
}

func (k Kind) rank() int {
	switch k {
	case Events:
		return 1
	case Load:
		return 3
	}
	return 2
}

type due struct {
	kind Kind
	at   time.Time
}

// dues returns what a pipeline wants, and when.
func (s *Server) dues(w *work) []due {
	if w.complete.IsZero() {
		return []due{{Load, w.stalled}}
	}
	var out []due
	if at, ok := s.o.Inbox.Due(w.number); ok && !w.unready {
		out = append(out, due{Events, at})
	}
	if !w.retry.IsZero() && !w.unready {
		out = append(out, due{Retry, w.retry})
	}
	if at := w.rhythm.next(w.polled, w.jitter); !at.IsZero() {
		out = append(out, due{Poll, at})
	}
	sweep := w.complete.Add(w.rhythm.sweep)
	if wanted := w.wholeAt.Add(wholeEvery); w.whole && wanted.Before(sweep) {
		sweep = wanted
	}
	if sweep.Before(w.stalled) {
		sweep = w.stalled
	}
	return append(out, due{Sweep, sweep})
}
