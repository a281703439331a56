package schema

import "errors"

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
