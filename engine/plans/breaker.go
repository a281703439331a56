package plans

import (
	"fmt"
	"time"
)

// Breaker is an end, its writes, or a field of it that failed again and again,
// and is left alone for a while.
type Breaker struct {
	Pipeline string    `json:"pipeline,omitempty"`
	End      string    `json:"end"`
	Field    string    `json:"field,omitempty"` // "(writes)" for all that is written there; "": the system cannot be read
	Failures int       `json:"failures"`        // in a row
	Reason   string    `json:"reason"`
	Until    time.Time `json:"until,omitzero"` // when one request tries it again
	Open     bool      `json:"open"`           // whether nothing is asked before that
}

// Text says it in words.
func (b *Breaker) Text() string {
	what := b.End
	switch b.Field {
	case "":
	case "(writes)":
		what = "writes to " + b.End
	default: // the reason counts the refusals itself
		text := "field " + b.Field + " at " + b.End + ": "
		if b.Open {
			text += "left alone until " + b.Until.UTC().Format(time.DateTime) + ": "
		}
		return text + b.Reason
	}
	if b.Open {
		return fmt.Sprintf("%s: left alone until %s after %d failures: %s", what, b.Until.UTC().Format(time.DateTime), b.Failures, b.Reason)
	}
	if b.Failures == 1 {
		return what + ": 1 failure: " + b.Reason
	}
	return fmt.Sprintf("%s: %d failures in a row: %s", what, b.Failures, b.Reason)
}
