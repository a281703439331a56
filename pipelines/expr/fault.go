package expr

import (
	"errors"
	"strings"

	"github.com/google/cel-go/common/types"

	"syncline/pipelines/diag"
)

var (
	errKey      = errors.New("a word that the map does not have is read")
	errKind     = errors.New("null, or a value of another type, stands where the operation takes none")
	errSteps    = errors.New("the expression takes more steps than its limit")
	errMismatch = errors.New("it gives a value of another type than is wanted")
)

// Fault is an error of an evaluation: the data's fault. It names the place in
// the file and the kind of problem and never holds data.
type Fault struct {
	Range  diag.Range // of the operation that failed, or of the whole expression
	Label  string     // what the expression is: read of end "crm"
	Reason error
}

// Error returns place, label and reason on one line.
func (f *Fault) Error() string {
	var b strings.Builder
	if at := f.Range.String(); at != "" {
		b.WriteString(at + ": ")
	}
	if f.Label != "" {
		b.WriteString(f.Label + ": ")
	}
	b.WriteString(f.Reason.Error())
	return b.String()
}

// Unwrap returns the reason.
func (f *Fault) Unwrap() error { return f.Reason }

// refused is a function's own refusal, which holds no data and is shown.
type refused struct{ error }

func (r *refused) Unwrap() error { return r.error }

// own are the reasons that are shown as they are.
var own = []error{errKey, errKind, errSteps, errMade, errMismatch, errNull, errNumber, errCurrencies, errMoney, errSpan}

// reason says what failed without what CEL says, which may quote data.
func reason(err error) error {
	var r *refused
	if errors.As(err, &r) {
		return r
	}
	for _, o := range own {
		if errors.Is(err, o) {
			return o
		}
	}
	switch text := err.Error(); {
	case strings.Contains(text, "no such overload"):
		return errKind
	case strings.Contains(text, "no such key"), strings.Contains(text, "no such attribute"):
		return errKey
	case strings.Contains(text, "index out of bounds"), strings.Contains(text, "out of range"):
		return errors.New("an element that the list or text does not have is read")
	case strings.Contains(text, "divi"), strings.Contains(text, "modulus"):
		return errors.New("a number is divided by zero")
	case strings.Contains(text, "cost limit"), strings.Contains(text, "actual cost"):
		return errSteps
	case strings.Contains(text, "overflow"):
		return errors.New("the number is too large")
	case strings.Contains(text, "conversion"), strings.Contains(text, "parse"), strings.Contains(text, "invalid"):
		return errors.New("a value cannot be read as the type it is turned into")
	}
	return errors.New("the expression cannot be evaluated for this record")
}

// nodeOf returns the node that an error of CEL came from, 0 when unknown.
func nodeOf(err error) int64 {
	var e *types.Err
	if errors.As(err, &e) {
		return e.NodeID()
	}
	return 0
}
