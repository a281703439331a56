package schema

import "fmt"

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
