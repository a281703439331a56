package schema

import (
	"errors"
	"fmt"
)

// Unfit says that a value does not fit a type. Its text names the type and
// the reason and never the value, which may be about a person.
type Unfit struct {
	Want   Type
	Reason string
	Near   string // the nearest word of an enum, "" when none is near
	value  Value
}

// Error says what was wanted and why the value does not fit.
func (u *Unfit) Error() string {
	text := "not a valid " + u.Want.Kind.String()
	if u.Reason != "" {
		text += ": " + u.Reason
	}
	if u.Near != "" {
		text += "; the nearest word is \"" + u.Near + "\""
	}
	return text
}

// Value returns the value that does not fit, for those who may see it.
func (u *Unfit) Value() Value { return u.value }

// AsUnfit returns the *Unfit error inside err, nil when there is none.
func AsUnfit(err error) *Unfit {
	var u *Unfit
	if errors.As(err, &u) {
		return u
	}
	return nil
}

// SyntaxError is a text that does not parse: a path, a type, JSON, a stored
// value. It names the place and never quotes the text.
type SyntaxError struct {
	What   string // "path", "type", "JSON", "binary value"
	Offset int    // in bytes, where the reader stopped
	Reason string
}

// Error says what does not parse, where and why.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid %s at byte %d: %s", e.What, e.Offset, e.Reason)
}
