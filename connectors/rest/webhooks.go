package rest

import (
	"time"

	"syncline/connectors"
	"syncline/connectors/signature"
)

// Webhooks says how the API pushes: how a delivery proves that it comes from
// the API, and which events are in it. Where the API lets subscriptions be made
// by requests, they are an Object like any other.
type Webhooks struct {
	// Signature is never nil: what anybody may send is not listened to.
	Signature signature.Scheme

	// Secret is the program of the secret; it sees the settings, the secret
	// ones too. A list is several secrets, each good, while they are changed.
	Secret Program

	// Events are the names that lead to the list of events in the body, as of
	// Records.At; nil: the body is one event, or a list of them.
	Events []string
	Event  Event

	// Handshakes are deliveries that are answered and are no events.
	Handshakes []Handshake

	Size   int64         // the greatest body, in bytes; 0: 1 MiB
	Window time.Duration // how old or new a signed moment may be; 0: 5 minutes
	Keeps  time.Duration // how long the API may deliver one event again; 0: 3 days
	Status int           // of the answer to a good delivery; 0: 200
}

// Event is what a delivery says of one change. Its programs look at Event, the
// whole Body and Header.
type Event struct {
	// ID tells repeated deliveries apart; nil: the hash of the event's bytes.
	ID Program
	// Object is the object's name; an event of an object that is not described
	// is left out.
	Object Program
	// Record is the id of the record.
	Record Program
	// Parent is the id of its parent, where ids are qualified; nil: none.
	Parent Program
	// Kind is a word of the API's for what happened, and Kinds what it means;
	// one that is not among them is EventChanged. nil: always that.
	Kind  Program
	Kinds map[string]connectors.EventKind
	// At is when it happened; nil: not told.
	At Program
}

// Handshake is a delivery by which the API finds out whether somebody listens.
type Handshake struct {
	When     Program // looks at Body, Header and Query, gives a bool
	Unsigned bool    // it comes without a signature
	Status   int     // 0: 200
	Headers  []Pair
	Body     Program // a text as it stands, an object as JSON; nil: none
}

// Verify says whether a delivery was signed with one of the secrets, as
// signature.Rules does.
func (w *Webhooks) Verify(d *connectors.Delivery, secrets []string, now time.Time) error {
	return w.rules().Verify(d, secrets, now)
}

func (w *Webhooks) rules() signature.Rules {
	return signature.Rules{Scheme: w.Signature, Size: w.Size, Window: w.Window}
}
