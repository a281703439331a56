package engine

import (
	"context"
	"time"

	"syncline/engine/state"
	"syncline/pipelines"
)

// The kinds of what stands in the queue.
const (
	QueueWaiting   = "waiting"   // for another record, a system, a person's answer elsewhere
	QueueWithheld  = "withheld"  // by a guard
	QueueFailing   = "failing"   // refused or not answered, and tried again by every run
	QueueDead      = "dead"      // given up until its record changes or somebody says retry
	QueueAside     = "aside"     // could not be read or mapped, or is held back
	QueueDuplicate = "duplicate" // the second record of an end with one key
	QueueEvent     = "event"     // its system told of it, and it was not looked at yet
	QueueInFlight  = "in flight" // nobody knows yet whether it arrived
	QueueDue       = "due"       // somebody has to be told
	QueueDropped   = "dropped"   // nobody wants to hear of it until it changes
	QueueDeclared  = "declared"  // takes no part, as the configuration says
)

// QueueKinds lists the kinds, in the order in which they are told of.
func QueueKinds() []string {
	return []string{
		QueueDead, QueueFailing, QueueInFlight, QueueEvent, QueueWaiting, QueueWithheld, QueueDue, QueueAside, QueueDuplicate, QueueDeclared,
		QueueDropped,
	}
}

// Quiet reports whether nobody has to look at what is of the kind: it is as
// the configuration says, or as somebody said.
func Quiet(kind string) bool {
	return kind == QueueDuplicate || kind == QueueDeclared || kind == QueueDropped
}

// QueueItem is one thing that waits or died, and why.
type QueueItem struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	Pipeline string    `json:"pipeline"`
	End      string    `json:"end,omitempty"` // where it is to be written, or where it was read
	Record   string    `json:"record,omitempty"`
	Entity   string    `json:"entity,omitempty"`
	Field    string    `json:"field,omitempty"`
	Reason   string    `json:"reason"`
	Since    time.Time `json:"since"`
	Until    time.Time `json:"until,omitzero"`
	Attempts int       `json:"attempts,omitempty"`
	Retry    bool      `json:"retry,omitempty"` // the next run tries it again
	Alert    string    `json:"alert"`
	Source   string    `json:"source,omitempty"` // file:line

	dead  *state.Dead
	wait  *state.Wait
	event *state.Event
	id    string // in full
}

// QueueOptions filter the queue; what is not set lets everything through but
// the quiet kinds.
type QueueOptions struct {
	Kind, Pipeline, End, Reason, Owner, Entity string
	ID                                         string // whatever the other filters say
	All                                        bool   // the quiet kinds too
	Older                                      time.Duration
}

// Queue lists what waits and what died, oldest first.
func (e *Engine) Queue(_ context.Context, c *pipelines.Config, o QueueOptions) (out []QueueItem, err error) {
	err = e.reading(c, func(s *state.Store) error {
		out, err = e.queue(s, c, &o)
		return err
	})
	return out, err
}
