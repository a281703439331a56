package connectors

import (
	"context"

	"syncline/schema"
)

// Assignment is a value at a path.
type Assignment struct {
	Path  schema.Path
	Value schema.Value
}

// Change is one wanted write. Only the fields that change are in it.
type Change struct {
	Operation string // the idempotency key: equal for a repeated send
	Verb      string // create, update, archive, delete, or the connector's own
	ID        string // of the record; "" for a create whose id the system chooses
	NewID     string // the id a create may take where the engine may choose it
	Revision  string // the revision last seen: the condition, where the grade needs it
	Hash      uint64 // the raw hash last seen
	Set       []Assignment
	Seen      []Assignment // values last seen of what is written and what the write was computed from: the condition of grade compared
	Args      []Assignment // arguments of the verb that are never compared
	Uncertain bool         // an earlier send of the same operation may have arrived
	With      []Companion  // records made by the same call, where the connector can
}

// Companion is a record of another object that is created by the call that
// creates its parent.
type Companion struct {
	Object    string
	Operation string
	Set       []Assignment
}

// Result is what became of one change.
type Result struct {
	Err       error          // nil: confirmed; see ErrorKind
	ID        string         // of the record written
	Revision  string         // after the write
	Hash      uint64         // as Item.Hash of the next listing will be, if nobody edits
	Confirmed *schema.Record // the record after the write where the connector read it back in the same transaction; nil: the values sent
	With      []Result       // of the change's companions, in order
}

// Writer writes changes.
type Writer interface {
	// Write returns one result per change, in order. One refused change does
	// not stop the others. An error of kind Uncertain in a result means that the
	// write may have happened.
	Write(ctx context.Context, sel *Selection, changes []Change) ([]Result, error)
}

// SessionWriter is a Writer whose writes become visible all at once.
type SessionWriter interface {
	// Begin starts a session on the object as it stands; stamp is the state
	// it builds on.
	Begin(ctx context.Context, sel *Selection) (Session, error)
}

// Session gathers writes. Results are certain only after Commit.
type Session interface {
	Stamp() string
	Write(ctx context.Context, changes []Change) ([]Result, error)
	// Commit publishes every accepted change, or none. A failure of kind
	// Moved means that somebody wrote since Begin.
	Commit(ctx context.Context) error
	// Abort forgets the session; safe after Commit.
	Abort() error
}

// Sealer is what a Session may offer besides: Seal finishes the new state
// without publishing it and returns the stamp the object will have once Commit
// has. A caller that stores both stamps first can tell after a crash whether
// the commit happened. After Seal only Commit and Abort may follow.
type Sealer interface {
	Seal(ctx context.Context) (stamp string, err error)
}
