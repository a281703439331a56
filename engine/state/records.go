package state

import (
	"time"

	"syncline/schema"
)

// ConflictKind says what an open item is.
type ConflictKind uint8

const (
	// KindConflict is a disagreement that no rule decided.
	KindConflict ConflictKind = iota + 1
	// KindReview is a decision that only a person may take.
	KindReview
	// KindFinding is something to know that asks for no decision.
	KindFinding
)

// String returns the kind's name.
func (k ConflictKind) String() string {
	switch k {
	case KindConflict:
		return "conflict"
	case KindReview:
		return "review"
	case KindFinding:
		return "finding"
	}
	return "unknown"
}

// Side is what one end shows of a conflict's fields. The values are parallel
// to the conflict's fields.
type Side struct {
	End      Number
	Record   string
	Revision string
	Author   string
	At       time.Time
	Values   []schema.Value
}

// Choice is a person's answer to a conflict, with the pair it saw: it is
// applied only while the ends still show that.
type Choice struct {
	Answer string // an end's name, or a word the conflict offers
	Value  schema.Value
	By     string
	At     time.Time
	Saw    []uint64 // one hash per side
}

// Conflict is an open conflict, review or finding: at most one per pipeline,
// entity, unit and subject.
type Conflict struct {
	Kind     ConflictKind
	Pipeline Number
	Entity   Entity // 0 when nothing is linked yet
	Unit     Number // 0 when it concerns the whole record
	Subject  string // what it concerns when no entity does: an end and a record id
	Fields   []string
	Sides    []Side
	First    time.Time
	Deadline time.Time // zero: none
	Rule     string
	Reason   string
	Where    string // file:line of the rule, check or row
	Choice   *Choice
}

// Wait is a write that waits: with a reason and a time, without values.
type Wait struct {
	Pipeline, End, Unit Number
	Entity              Entity
	Reason              string
	Since, Until        time.Time
}

// DeadKind says why a record does not take part.
type DeadKind uint8

const (
	// DeadLetter failed for good and waits for a person to replay its id.
	DeadLetter DeadKind = iota + 1
	// DeadAside could not be read or mapped; the next pass tries it again.
	DeadAside
	// DeadDuplicate is the second record of an end with one key.
	DeadDuplicate
	// DeadScope is out of scope.
	DeadScope
	// DeadWaiting is a new record that waits: for another one, or for a system.
	DeadWaiting
	// DeadFailing was refused, or not answered, and is tried again.
	DeadFailing
)

// String returns the kind's name.
func (k DeadKind) String() string {
	switch k {
	case DeadLetter:
		return "dead"
	case DeadAside:
		return "aside"
	case DeadDuplicate:
		return "duplicate"
	case DeadScope:
		return "scope"
	case DeadWaiting:
		return "waiting"
	case DeadFailing:
		return "failing"
	}
	return "unknown"
}

// Dead is a record that is set aside, by pipeline, end and record id.
type Dead struct {
	Kind          DeadKind
	Pipeline, End Number
	Record        string
	Entity        Entity // the entity it belongs to or is a duplicate of; 0: none
	Reason        string
	Where         string
	At            time.Time
	Attempts      int
	Raw           uint64 // hash of what it was refused for; 0: none
	Retry         bool   // somebody wants it to be tried again
	Dropped       bool   // somebody wants to hear no more of it until it changes
}

// Tomb is a record that was linked and is gone.
type Tomb struct {
	Pipeline, End Number
	Record        string
	Entity        Entity
	Reason        string
	At, Until     time.Time
}

// Ref names one record of one end.
type Ref struct {
	End    Number
	Record string
}

// Fact is a confirmed transition of an entity's unit.
type Fact struct {
	Pipeline, Unit Number
	Entity         Entity
	From, To       string
	At             time.Time
}

// Event is a stored event of the inbox, in the order it came: a record of
// which somebody said that it is new, changed or gone. Those of one record that
// come while it waits are one.
type Event struct {
	Sequence      uint64
	Pipeline, End Number
	Record        string
	Kind          string    // of the last one
	At            time.Time // when the first one came
	Payload       []byte    // of the last one; nil where the record can be read
	ID            string    // of the last one, as its system names it; "" when it does not
	Count         int       // how many it stands for
	Attempts      int       // how often the record could not be looked at
	Next          time.Time // when it is tried again; zero: at once
	Reason        string    // why it could not be looked at, "" while it was not tried
}

// Seen is an event that was taken, kept past the vendor's redelivery window.
type Seen struct {
	Pipeline, End Number
	Event         string
	Until         time.Time
}

// Action is a durable step of the outbox, in the order it was set off.
type Action struct {
	Sequence uint64
	Pipeline Number
	Entity   Entity
	Kind     string
	Key      string // makes it happen once
	At       time.Time
	Attempts int
	Payload  []byte
}

const (
	// DueEscalation is an open item that somebody has to be told of.
	DueEscalation = "escalation"
	// DueRecovery begins the kind of what somebody was told of and has to hear
	// the end of; who follows.
	DueRecovery = "recovery:"
)

// Due is an escalation and its time.
type Due struct {
	At             time.Time
	Pipeline, Unit Number
	Entity         Entity
	Subject        string
	Kind           string
}

// Breaker is an end, or one unit of it, that is left alone for a while.
type Breaker struct {
	Pipeline, End, Unit Number
	Failures            int
	Reason              string
	Until               time.Time
}

// Apart is two records that were decided not to be the same.
type Apart struct {
	Pipeline Number
	Records  [2]Ref
}

// Stray is a record that belongs to nobody and is in the journal all the same:
// it has an entity number of its own, and the salt of what the journal seals.
type Stray struct {
	Entity   Entity
	Pipeline Number
	Subject  string // an end and a record id
	Salt     [16]byte
}

// Block is somebody who was forgotten and is not to be processed again: a
// keyed digest of a record, or of a value of a match key. It does not say whom.
type Block struct {
	Digest [32]byte
	At     time.Time
}
