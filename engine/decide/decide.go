// Package decide says what is to be done about one field, or one group, of one
// linked record: nothing, remember, write, wait, ask. It also holds the other
// decisions of a pass that need no I/O: what an open intent means after a
// crash, what a vanished record means, when a mass change is withheld.
//
// Everything here is a pure function: no clock, no store, no network. Reading
// the ends, storing bases and sending writes is engine/run; who is the same
// record is engine/match; which value wins a disagreement is engine/conflict.
// Enter at Decide, Advance (how bases move) and Recover.
//
// Why so much is remembered about a write that failed: nobody can tell a write
// that got lost from one that is late. Where that matters both possibilities
// are kept, and only what is right under both is done.
package decide

import (
	"syncline/engine/conflict"
	"syncline/engine/diff"
	"syncline/schema"
)

// MaxEnds is the greatest number of ends a unit may have.
const MaxEnds = 64

// Ends is a set of ends by index.
type Ends uint64

// Has reports whether the end is in the set.
func (s Ends) Has(end int) bool { return s&(1<<end) != 0 }

// With returns the set with the end in it.
func (s Ends) With(end int) Ends { return s | 1<<end }

// Without returns the set without the end.
func (s Ends) Without(end int) Ends { return s &^ (1 << end) }

// Grade is the strength of a write's condition. A greater number is weaker;
// None means that the end cannot be written.
type Grade uint8

// The grades, strongest first, numbered as in the connectors' contract.
const (
	None Grade = iota
	IfMatch
	UnmodifiedSince
	Revision
	Compared
	ReadBeforeWrite
	Blind
)

// Drift says what an edit at an end that does not speak leads to.
type Drift uint8

const (
	DriftKeep Drift = iota
	DriftRestore
	DriftReview
)

// Update says when a value may be written over another.
type Update uint8

const (
	Overwrite Update = iota
	Fill
	CreateOnly
	Append
)

// Empty says what an emptied value does.
type Empty uint8

const (
	EmptyKeep Empty = iota
	EmptyClear
	EmptyReview
)

// FirstDefault and FirstReview are the answers of Unit.First that name no end.
const (
	FirstDefault = -1
	FirstReview  = -2
)

// End is what a unit needs to know of one end.
type End struct {
	Name    string
	Knows   bool  // whether the end has the field at all; a group's every member
	Speaks  bool  // whether its edits may travel
	Hears   bool  // whether it is written
	Tidy    bool  // whether a value it spells oddly is written back in normal form
	CanNull bool  // whether it can hold null
	Lossy   bool  // whether it may change what is written to it, declaredly
	Authors bool  // whether it tells who wrote a value last
	Grade   Grade // the best write condition it has
	Require Grade // the weakest that is accepted; None: any
}

// Unit is one field, or one group of fields held and written as one. It is
// compiled once per pipeline and read concurrently.
type Unit struct {
	Name    string
	Members []schema.Field // one of a field; a group's value is an object of its members, in order
	Form    diff.Form      // diff.FormOf(Members...)
	Ends    []End
	Owned   bool // whether an owner speaks; who, is resolved for each entity
	Drift   Drift
	Empty   Empty
	Update  Update
	First   int  // an end, FirstDefault or FirstReview
	Merge   bool // whether the field is a set, merged by element
	Chain   conflict.Chain
}

// Type returns the type of the unit's value: the field's, or an object of the
// group's members.
func (u *Unit) Type() schema.Type {
	if len(u.Members) == 1 {
		return u.Members[0].Type
	}
	return schema.Type{Kind: schema.KindObject, Fields: u.Members}
}

// Keeps reports whether the base's value has to be kept beside its hash.
func (u *Unit) Keeps() bool {
	if u.Merge || u.Update == Append {
		return true
	}
	for i := range u.Chain {
		if u.Chain[i].Base {
			return true
		}
	}
	return false
}

// Decide says what is to be done. The result is written into d, whose memory
// is reused; it does not point into in.
func Decide(u *Unit, in *Input, d *Decision) {
	v := look(u, in, d)
	switch {
	case d.Kind != Nothing || d.Finding == Stale:
		return
	case v.lone():
		v.tidy()
		return
	case in.Open != nil && v.reopened():
	case v.remapped():
		v.remap()
	case v.anew() && len(in.Base.Maybe) > 0 && !v.allEqual(v.here):
		v.hold(Conflict, in.Base.Maybe[0].Target, "edited while nobody knows whether a first write arrived")
	case v.anew() && v.absent() >= 0:
		v.hold(Park, v.absent(), "an end that held a value cannot be read now")
	case v.anew():
		if bases := v.strayed(); bases != nil {
			copy(v.d.After, bases)
			v.table(bases)
		} else {
			v.firstLink()
		}
	case len(in.Base.Maybe) > 0 && !v.allEqual(v.here):
		v.underAll()
	default:
		v.table(in.Base.Ends)
	}
	v.tidy()
	v.finish()
}

// finish says whether the open item is settled by what was decided.
func (v *view) finish() {
	switch v.d.Kind {
	case Nothing, Rebase, Write:
		v.d.Close = v.in.Open != nil && v.d.Finding != Weak && !(v.in.Open.Conflict && v.d.Kind == Nothing)
	}
}
