package connectors

import "time"

// Receiver understands what a system pushes. It is what a Conn may offer of a
// system that calls from its side; who listens, and when, is not its business.
type Receiver interface {
	// Receive says whether a delivery comes from the system, and what is in
	// it. It asks nobody and keeps nothing but what its system cannot be asked
	// for again: telling repeated deliveries apart is for the one who keeps the
	// events. A delivery that is not from the
	// system, or too old, is an error of kind Denied; one that is and cannot be
	// understood, of kind Unreadable.
	Receive(d *Delivery) (Received, error)
}

// Delivery is a request that came in, byte for byte.
type Delivery struct {
	Method string
	URL    string // as it was called, with the query
	Header map[string][]string
	Body   []byte
	At     time.Time // when it came in; zero: now
}

// Received is what a good delivery is.
type Received struct {
	Events []Event       // in the order of the body; none of a handshake
	Reply  Reply         // what the system is answered once the events are kept
	Keep   time.Duration // how long one event may be delivered again
}

// Reply is the answer to a delivery.
type Reply struct {
	Status int
	Header map[string]string
	Body   []byte
}

// Event is a hint that a record changed: the record is read by id before
// anything is decided.
type Event struct {
	ID     string // equal of a repeated delivery
	Object string
	Record string
	Kind   EventKind
	At     time.Time // when it happened; zero: not told
}

// EventKind says what happened to a record.
type EventKind uint8

const (
	EventChanged EventKind = iota // or the system does not say
	EventCreated
	EventDeleted
	EventMerged
)

// String returns the kind in one word.
func (k EventKind) String() string { return nameOf(eventNames[:], int(k), "event") }

var eventNames = [...]string{
	EventChanged: "changed", EventCreated: "created", EventDeleted: "deleted", EventMerged: "merged",
}
