package state

// Verb is what an intent does to a record.
type Verb uint8

const (
	// VerbCreate makes a record.
	VerbCreate Verb = iota + 1
	// VerbUpdate changes fields of a record.
	VerbUpdate
	// VerbDelete deletes a record.
	VerbDelete
	// VerbArchive puts a record away.
	VerbArchive
	// VerbMerge makes a record part of another one.
	VerbMerge
	// VerbAction calls an action.
	VerbAction
)

// IntentUnit is what an intent does to one unit. Pre and Post are images in
// the engine's own form.
type IntentUnit struct {
	Unit      Number
	Source    uint64 // hash of the value decided on
	Pre, Post []byte
}

// Intent stands for a request that may have left: at most one open per entity
// and end.
type Intent struct {
	Operation      [32]byte
	Pipeline, End  Number
	Entity         Entity
	Generation     uint32
	Verb           Verb
	Grade          uint8
	Uncertain      bool
	Attempts       uint8
	Record         string
	Revision       string // of the target, as it was decided on
	SourceEnd      Number
	SourceRevision string
	Marker         string // by which a create can be found
	At             int64  // microseconds since 1970 UTC
	Units          []IntentUnit
}
