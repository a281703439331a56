package main

import (
	"sync"

	"syncline/cmd/syncline/view"
	"syncline/engine/run"
)

// reporter prints a run's events on standard error, unless it is to be quiet.
// A nil reporter says nothing. It is safe for concurrent use.
type reporter struct {
	mu sync.Mutex
	to *view.Progress
}

func (s *session) progress() *reporter {
	if s.quiet {
		return nil
	}
	_, live := terminal(s.err)
	return &reporter{to: view.NewProgress(s.err, s.width(s.err), s.colorful(s.err), live)}
}

// listen takes an event.
func (r *reporter) listen(e run.Event) {
	if r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.to.Listen(e)
	}
}

// clear takes the progress off the terminal, so that something else can be
// printed.
func (r *reporter) clear() {
	if r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.to.Clear()
	}
}
