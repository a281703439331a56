package state

import (
	"syncline/schema"
)

// Entity is the number of an entity: a sequence of the store, never reused.
// Zero is none.
type Entity uint64

// Number stands for a name of a pipeline, an end, a key or a unit. Zero is
// none.
type Number uint16

// LinkState says how far a link is.
type LinkState uint8

const (
	// Creating means a create may have left and is not confirmed.
	Creating LinkState = iota + 1
	// Active means the link takes part.
	Active
	// Review means a person decides first.
	Review
	// Tombstone means the link is kept only so that its ids are known.
	Tombstone
)

// String returns the state's name.
func (s LinkState) String() string {
	switch s {
	case Creating:
		return "creating"
	case Active:
		return "active"
	case Review:
		return "review"
	case Tombstone:
		return "tombstone"
	}
	return "unknown"
}

// Class is what a record counts as, the first that applies.
type Class uint8

const (
	// ClassAside counts records that take no part, out of scope included.
	ClassAside Class = iota
	// ClassReview counts what a person decides.
	ClassReview
	// ClassWaiting counts what waits.
	ClassWaiting
	// ClassFlight counts what may have left and is not confirmed.
	ClassFlight
	// ClassAgreed counts what is in agreement.
	ClassAgreed

	// Classes is the number of classes.
	Classes = iota
)

// Evidence says what is known of a record's presence at its end.
type Evidence uint8

const (
	// Unknown means an error, a refusal or an incomplete listing.
	Unknown Evidence = iota
	// Live means the record was seen.
	Live
	// Missing means a complete listing lacked it.
	Missing
	// Gone means a delete event or a read by id says so.
	Gone
	// Archived means the system put it away.
	Archived
	// Merged means the system made it part of another record.
	Merged
	// OutOfScope means a filter lets it go.
	OutOfScope
	// Undone means that we made the record and took it back: there is none, and
	// none is made by itself.
	Undone
)

// End is what a link remembers of one end.
type End struct {
	End      Number
	Evidence Evidence
	Record   string // "" while there is none
	Revision string // accepted last
	Raw      uint64 // hash of the raw record last decided on
	At       int64  // when that was seen, in microseconds since 1970 UTC
}

// Unit is what a link remembers of one field or group. Bases is empty or has
// one hash per end of the link, 0 where an end has none.
type Unit struct {
	Unit   Number
	Agreed bool
	Owner  int // index of the end that owns it now, -1: none
	Bases  []uint64
	Extra  string // the engine's own, "" for most
	Kept   string // the base itself in schema's binary form, "" when it is not kept
}

// Link is one entity and what every end last agreed on. One Link is decoded
// into again and again; its strings stay valid, its slices do not.
type Link struct {
	Entity     Entity
	Pipeline   Number
	State      LinkState
	Class      Class
	Generation uint32
	Salt       [16]byte
	Mapping    uint64 // hash of the mapping the bases were taken with
	Ends       []End
	Units      []Unit

	hashes []uint64
}

// Reset empties the link and keeps its memory.
func (l *Link) Reset() {
	*l = Link{Ends: l.Ends[:0], Units: l.Units[:0], hashes: l.hashes[:0]}
}

// End returns the index of an end, -1 when the link has none.
func (l *Link) End(n Number) int {
	for i := range l.Ends {
		if l.Ends[i].End == n {
			return i
		}
	}
	return -1
}

// Unit returns the unit of a number, nil when the link has none.
func (l *Link) Unit(n Number) *Unit {
	for i := range l.Units {
		if l.Units[i].Unit == n {
			return &l.Units[i]
		}
	}
	return nil
}

// SetBase makes every end's base of the unit the hash, as when they agree.
func (l *Link) SetBase(u *Unit, hash uint64) {
	if len(u.Bases) != len(l.Ends) {
		u.Bases = make([]uint64, len(l.Ends))
	}
	for i := range u.Bases {
		u.Bases[i] = hash
	}
}

// Keep stores the value itself beside the base.
func (u *Unit) Keep(v schema.Value) { u.Kept = string(v.AppendBinary(nil)) }

// KeptValue returns the value beside the base; absent when none is kept.
func (u *Unit) KeptValue() (schema.Value, error) {
	if u.Kept == "" {
		return schema.Value{}, nil
	}
	return decodeValue(u.Kept)
}
