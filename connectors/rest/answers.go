package rest

import (
	"syncline/connectors"
	"syncline/schema"
)

// Rule says what an answer means. The first rule that fits decides: a
// request's own, then its object's, then the description's, then what the
// status means to everybody: 2xx is done, 401 and 403 Denied, 404 and 410
// NotFound, 409 and 412 Moved, 405 and 501 Unsupported, 429 waits, 408, 425
// and 5xx are repeated of what only reads and Uncertain of what writes, all
// else is Refused. A 401 gets one new token first. A page for people says
// nothing of a record, whatever its status.
type Rule struct {
	// Status are the statuses it fits: 429, or 5 for 500 to 599; nil: any.
	Status []int
	Header string  // a header that must be there; "": none
	When   Program // looks at the answer, gives a bool; nil: it fits. One that fails does not fit

	Does Reaction
	Kind connectors.ErrorKind // of Fail, and of Retry and Wait that give up

	// Undone vouches that nothing was carried out.
	Undone bool

	// After looks at the answer: seconds, or the moment from which on; nil:
	// the header Retry-After.
	After Program

	// Code and Field look at the answer: the API's own word for the fault and
	// the field it names. A code of more than 64 letters, digits, points,
	// dashes and underscores is not told, nor a field the object does not
	// have: an API quotes what people wrote. nil: none.
	Code  Program
	Field Program

	Hint string // what the user can do now; "": what the kind says
}

// Reaction is what is done about an answer.
type Reaction uint8

const (
	// Fail ends the request with an error of the rule's Kind.
	Fail Reaction = iota
	// Retry makes the request again, a few times, with growing waits. One that
	// writes is made again only with Undone or an idempotency key; else it
	// fails as Uncertain.
	Retry
	// Wait makes the request again after the time the answer tells, and fails
	// as Limited when that is too long to wait. It vouches that nothing was
	// carried out.
	Wait
	// Ignore takes the answer as done.
	Ignore
	// Refresh gets a new credential and makes the request again, once.
	Refresh
	// Restart begins the listing anew: its cursor or token has expired. An
	// incremental one begins as a full one. Once. Such a rule fits pages only.
	Restart
	// EndOfPages ends the listing; of a read by id it says that there is no
	// such record. Such a rule fits nothing else.
	EndOfPages
)

var reactionNames = [...]string{
	Fail: "fail", Retry: "retry", Wait: "wait", Ignore: "ignore",
	Refresh: "refresh", Restart: "restart", EndOfPages: "end",
}

// String returns the word of the language for it.
func (r Reaction) String() string { return nameOf(reactionNames[:], int(r), "reaction") }

// Codec is the form of a field on the wire. Both functions get values that are
// neither absent nor null, and are pure.
type Codec struct {
	Name   string // for docs: "epoch_ms"
	Decode func(schema.Value) (schema.Value, error)
	Encode func(schema.Value) (schema.Value, error) // nil: the field is not written
}
