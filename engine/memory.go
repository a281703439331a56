package engine

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

const (
	// spareMemory is how much the heap may grow over what is in use before the
	// collector runs, in bytes.
	spareMemory = 40 << 20

	leastPercent, mostPercent = 10, 400
)

// HoldMemory keeps the process's heap near what is in use: a pass over
// millions of records holds large tables without pointers, which are cheap to
// collect around and would else be doubled. It is for the main function, since
// it concerns the whole process, and does nothing where GOGC or GOMEMLIMIT says
// what is wanted. Stop gives the former setting back.
func HoldMemory() (stop func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	h := &holder{sample: []metrics.Sample{{Name: "/gc/heap/live:bytes"}}, before: debug.SetGCPercent(mostPercent)}
	h.tune()
	h.arm()
	return func() {
		h.stopped.Store(true)
		debug.SetGCPercent(h.before)
	}
}

type holder struct {
	sample  []metrics.Sample
	before  int
	stopped atomic.Bool
}

// arm has tune called after the next collection, and the one after it: an
// object that nobody holds is found by each.
func (h *holder) arm() {
	mark := &struct{ h *holder }{h}
	runtime.AddCleanup(mark, func(h *holder) {
		if !h.stopped.Load() {
			h.tune()
			h.arm()
		}
	}, h)
}

func (h *holder) tune() {
	metrics.Read(h.sample)
	live := max(h.sample[0].Value.Uint64(), 1)
	debug.SetGCPercent(int(min(max(spareMemory*100/live, leastPercent), mostPercent)))
}
