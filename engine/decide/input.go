package decide

import "syncline/schema"

// Base is what a link remembers of one unit: what its ends held when they were
// last in sync. The zero Base is none: the unit was never linked.
type Base struct {
	Ends   []uint64     // by end, the keyed hash of the value in normal form; 0: this end has none
	Agreed bool         // the bases are equal, or a direction, a rule or a person accepted the difference
	Value  schema.Value // the agreed value, where Unit.Keeps; absent otherwise
	Owner  int          // who owned the unit then; -1: nobody, and of units without owners
	Filled Ends         // where update = "fill" has filled
	Spread Spread
	Maybe  []Maybe
	Key    uint64 // of the hashes
}

// Known reports whether there is a base at any end.
func (b *Base) Known() bool {
	for _, h := range b.Ends {
		if h != 0 {
			return true
		}
	}
	return false
}

// Spread is a value on its way to several ends, of which some confirmed it.
// Those that did not are behind: to them it is a change they have not seen.
type Spread struct {
	Value  uint64 // the hash of the value; 0: none is under way
	Source int    // an end that holds it
	Behind Ends   // who is still owed it
}

// Maybe is a write of which nobody knows whether it landed: the alternative
// base. What is done has to be right under both.
type Maybe struct {
	Target     int
	Source     int    // -1: the value was made of several
	TargetHash uint64 // of what the target holds if it landed
	SourceHash uint64 // of what it was computed from
}

// Presence says what is known of a record at an end.
type Presence uint8

const (
	// Missing means that the entity is not linked at this end.
	Missing Presence = iota
	// Live means that the record was read.
	Live
	// Unknown means that nothing can be said: it could not be read, or an
	// intent towards it is open and has to be recovered first. The end is
	// still owed what the others agree on.
	Unknown
	// Gone means that the system says it is no more.
	Gone
)

// Trouble says why an end's value could not be had.
type Trouble uint8

const (
	// NoTrouble means the value is good.
	NoTrouble Trouble = iota
	// Unfit means the value does not fit the field's type, or its program
	// failed: a person looks at it.
	Unfit
	// Unmapped means that a word is not in the field's table: a person looks.
	Unmapped
	// Unresolved means that a reference or lookup has no answer yet: it waits.
	Unresolved
)

// Seen is one end's observation, fresh.
type Seen struct {
	Presence Presence
	Value    schema.Value // in normal form; absent where the record did not tell
	Untidy   bool         // the end spells it otherwise than it would be written
	Settled  bool         // its raw hash is the one last decided on
	Older    bool         // its revision is older than the one last accepted
	Trouble  Trouble
	Reason   string // of the trouble, for people; without the value
	After    int64  // a change happened after this moment, microseconds; 0: unknown
	Before   int64  // and not after this one; 0: unknown
	Author   string
}

// Input is everything a decision may depend on.
type Input struct {
	Base     Base
	Ends     []Seen // by end
	Owner    int    // the end that owns the unit of this entity now; -1: nobody
	Remapped bool   // the unit's programs are not those of the base
	Reread   bool   // the ends were read a second time and had not moved
	Open     *Open  // the open conflict or review of the unit; nil: none

	SystemOfRecord int   // -1: none
	Skew           int64 // how far clocks may differ, microseconds
	Entity         *schema.Record
}

// Open is a conflict or a review that a person was shown.
type Open struct {
	Conflict bool // frozen until it is settled; a review is looked at afresh
	Choice   Choice
	End      int          // of ChoiceEnd
	Value    schema.Value // of ChoiceValue, in normal form
	Shown    []uint64     // by end, the hashes the choice was made on
}

// Choice is what a person answered.
type Choice uint8

const (
	// NoChoice means nobody answered yet.
	NoChoice Choice = iota
	// ChoiceEnd means that the value of one end stands.
	ChoiceEnd
	// ChoiceValue means that a value stands which the person gave.
	ChoiceValue
	// ChoiceKeep means that the ends may differ.
	ChoiceKeep
)
