package decide

import "syncline/schema"

// Image is one unit's part of an intent.
type Image struct {
	Unit   *Unit
	Source int
	Post   schema.Value // in normal form
	Pre    schema.Value
	After  []uint64 // Decision.After
	Agreed bool
	Value  schema.Value
	Owner  int
	Filled Ends
	Owed   Ends
	Spread uint64
}

// Intend returns the part of an intent that a decision's write makes.
func Intend(u *Unit, d *Decision, w *Wanted) Image {
	return Image{
		Unit: u, Source: w.Source, Post: w.Post, Pre: w.Pre,
		After: append([]uint64(nil), d.After...), Agreed: d.Agreed, Value: d.Value,
		Owner: d.Owner, Filled: d.Filled, Owed: d.Owed, Spread: d.Spread,
	}
}

// Stage is how far a write has come.
type Stage uint8

const (
	// Intended: the intent is stored, nothing has left (T1).
	Intended Stage = iota
	// Confirmed: the end holds the value (T3).
	Confirmed
	// Dropped: nobody knows whether it landed, and it is given up.
	Dropped
	// Refused: it certainly did not happen.
	Refused
)

// Echo is what came back for a confirmed write.
type Echo struct {
	Value    schema.Value // what the end shows, in normal form; absent: nothing was read back
	Revision string       // of what it shows
	Written  string       // the revision that our write made
}

// Advance returns the base of a unit after its write towards an end has come
// to a stage. b is not changed.
func Advance(b Base, m *Image, end int, stage Stage, echo *Echo) Base {
	return b
}

// Settle returns the base after a Rebase was stored.
func Settle(b Base, d *Decision) Base {
	return b
}
