package expr

import "errors"

// maxMade bounds what one evaluation makes, in bytes: the texts and lists that
// its operations give, all together. Every row that a connector reads fits
// several times.
const maxMade = 64 << 20

// Prices of what is not counted by its letters.
const (
	perItem    = 16 // an element of a list that is made
	perCompare = 4  // two elements that are compared by an operation that compares each with each
)

var errMade = errors.New("the expression makes more than 64 MiB of text and lists")

// meter counts what one evaluation makes. It is asked before an operation
// whose result can be much larger than its arguments, since memory that does
// not suffice ends the process and not the evaluation.
type meter struct{ made int }

// take counts n bytes; it fails when the evaluation has made too much.
func (m *meter) take(n int) error {
	if n < 0 || n > maxMade-m.made {
		m.made = maxMade
		return errMade
	}
	m.made += n
	return nil
}

// times is a*b, or more than any evaluation may make.
func times(a, b int) int {
	if a != 0 && b > maxMade/a {
		return maxMade + 1
	}
	return a * b
}
