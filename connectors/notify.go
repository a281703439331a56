package connectors

import (
	"context"
	"time"
)

// Notifier tells people. It is the one ability of a connector that notifies: see
// Definition.Notifies.
type Notifier interface {
	// Notify tells one notice, once. An error of kind Uncertain means that it
	// may have been told; the caller tells it again, under the same key.
	Notify(ctx context.Context, n Notice) error
}

// Notice is what people are told at once. It holds no values of records.
type Notice struct {
	Key   string // equal when the same is told again, as after a crash; "": it has none
	At    time.Time
	Title string   // what happened, in one line
	Lines []string // each thing that happened
	JSON  []byte   // all of it for a program, docs/queues.md says in which form; nil: there is none
}
