package undo

import "syncline/schema"

// Roles of the values that an entry of a write keeps so that it can be taken
// back, beside before and after. Those of a whole record have no unit.
const (
	Before   = "before"   // the unit's value in normal form
	After    = "after"    // the same
	Path     = "path"     // of a field at its end
	Was      = "was"      // what stood there before, in the end's own form
	Became   = "became"   // what stood there afterwards
	Mapping  = "mapping"  // of a unit: its programs
	Since    = "since"    // the first entry that this write takes back
	Hash     = "hash"     // of the record afterwards
	Revision = "revision" // of the record afterwards

	// Record begins the name of a field of a record that was deleted or put
	// away: its unit names no field of the entity.
	Record = "record."
)

// Item is one thing that is wanted back: the value of a unit at an end, or a
// whole record.
type Item struct {
	Pipeline string
	Entity   string // public id
	End      string
	Record   string
	Unit     string   // "" for a whole record
	Runs     []string // whose writes are taken back, oldest first
	Since    uint64   // the first entry that is taken back
	Kind     string   // of that entry: update, create, delete …
	Undoes   bool     // that entry was a rollback's own

	Before, After schema.Value // in normal form
	Fields        []Field      // of a unit by member; of a whole record that was deleted, what it held
	Mapping       uint64       // programs of the last write
	Hash          uint64       // of the record after the last write
	Revision      string

	Verdict Verdict // by the journal alone
	Reason  string
}

// Field is one value at an end in the end's own form.
type Field struct {
	Name   string
	Path   string
	Was    schema.Value // before the first write
	Became schema.Value // after the last one
}

// Verdict is what becomes of an item.
type Verdict uint8

const (
	// Wanted is not decided yet.
	Wanted Verdict = iota
	// Restored was put back, or would be.
	Restored
	// Refused is left as it is, with the reason.
	Refused
	// Already is as it was before.
	Already
	// Waits is not done, and can be asked for again.
	Waits
)

var verdictNames = [...]string{Wanted: "wanted", Restored: "restored", Refused: "refused", Already: "already", Waits: "waiting"}

// String returns the verdict in one word.
func (v Verdict) String() string { return verdictNames[v] }

// Result is what became of an item.
type Result struct {
	Verdict Verdict
	Reason  string
}
