package connectors

import (
	"errors"
	"time"
)

// ErrorKind says what an error of a system means for the one who asked.
type ErrorKind uint8

const (
	// Failed is an error with no better name: nothing was written.
	Failed ErrorKind = iota
	// Unavailable: the system cannot be reached now; nothing was written.
	Unavailable
	// Uncertain: the request may have been carried out.
	Uncertain
	// Moved: the condition of a write did not hold (412).
	Moved
	// NotFound: there is no such record.
	NotFound
	// Refused: the system does not accept this value or change.
	Refused
	// Denied: the credential may not do this.
	Denied
	// Limited: too many requests; see Error.After.
	Limited
	// Unsupported: the connector cannot do this.
	Unsupported
	// Unreadable: what was read is not what its format says.
	Unreadable
)

// ErrNoSecret is what Settings.Secret wraps for a setting that was given no
// secret.
var ErrNoSecret = errors.New("no secret was given")

// Error is a failure of a system, with what was tried.
type Error struct {
	Kind  ErrorKind
	Op    string        // "read", "write", "open" …
	Where string        // a file and row, a table, a path
	Field string        // the field at fault, "" when none or unknown
	Hint  string        // what the user can do now
	After time.Duration // how long to wait before the next try, 0 when the system did not say
	Err   error
}

func (e *Error) Error() string {
	s := e.Op
	if e.Where != "" {
		s += " " + e.Where
	}
	if e.Field != "" {
		s += ", field " + e.Field
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first Error in the chain; Failed when there
// is none.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Failed
}
