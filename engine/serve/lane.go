package serve

import (
	"time"

	"syncline/engine/run"
	"syncline/engine/state"
)

// lane brings the events of a pipeline into the pass over everything that is
// being made of it.
type lane struct {
	server *Server
	work   *work
	taken  []state.Event
	unfit  map[uint64]bool // not before the pass is over
	early  map[uint64]bool // nobody's when they were looked at
	since  time.Time       // when the first of those was
	writes int
	looked []state.Event
}

// askAgain is after how long an event is looked at again whose record was
// nobody's: the pass links records all the time.
const askAgain = 5 * time.Second

// Take implements run.Live.
func (l *lane) Take() []run.Hint {
	if now := l.server.o.Clock(); len(l.early) > 0 && now.Sub(l.since) >= askAgain {
		clear(l.early)
	}
	l.taken = l.server.o.Inbox.take(l.work.number, atOnce, func(e *state.Event) bool { return l.unfit[e.Sequence] || l.early[e.Sequence] })
	hints := l.work.hints(l.taken)
	if len(hints.Records) < len(l.taken) { // of an end that is not in the pipeline any more: the end of the pass settles it
		for i := range l.taken {
			l.unfit[l.taken[i].Sequence] = true
		}
		l.server.o.Inbox.Return(l.taken)
		return nil
	}
	return hints.Records
}

// Settle implements run.Live.
func (l *lane) Settle(b *state.Batch, a run.Attended) func(committed bool) {
	unfit, early := hinted(a.Unfit), hinted(a.Unknown)
	var done, back []state.Event
	for i := range l.taken {
		x := l.taken[i]
		hint := run.Hint{End: l.work.endIndex(x.End), Record: x.Record}
		switch {
		case unfit[hint]:
			l.unfit[x.Sequence], back = true, append(back, x)
		case early[hint]:
			if len(l.early) == 0 {
				l.since = l.server.o.Clock()
			}
			l.early[x.Sequence], back = true, append(back, x)
		default:
			done = append(done, x)
		}
	}
	l.server.o.Inbox.Return(back)
	l.writes += a.Writes
	settle := l.server.o.Inbox.Settle(b, done, nil, l.work.endName)
	return func(committed bool) {
		if settle(committed); committed {
			l.looked = append(l.looked, done...)
		}
	}
}

func hinted(all []run.Hint) map[run.Hint]bool {
	out := map[run.Hint]bool{}
	for _, h := range all {
		out[h] = true
	}
	return out
}

var _ run.Live = (*lane)(nil)
