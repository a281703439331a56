package expr

import (
	"strings"
	"unicode/utf8"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/functions"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/interpreter"
)

// meterName is the variable under which an operation finds its evaluation's
// meter. No expression can name it.
const meterName = "@meter"

// measures tell, of the operations of CEL whose work or result can be much
// larger than their arguments, how large at most.
var measures = map[string]func(args []ref.Val) int{
	operators.Add:     sizeOfSum,
	operators.In:      func(args []ref.Val) int { return length(args[1]) },
	"replace":         sizeOfReplaced,
	"join":            sizeOfJoined,
	"regex.replace":   sizeOfRewritten,
	"distinct":        func(args []ref.Val) int { return times(perCompare, times(length(args[0]), length(args[0]))) },
	"sets.contains":   sizeOfPairs,
	"sets.equivalent": sizeOfPairs,
	"sets.intersects": sizeOfPairs,
}

// metered wraps the calls of a program, so that what they make is counted.
func (e *environment) metered() cel.ProgramOption {
	return cel.CustomDecorator(func(i interpreter.Interpretable) (interpreter.Interpretable, error) {
		call, ok := i.(interpreter.InterpretableCall)
		if !ok || constantArgs(call) {
			return i, nil
		}
		m := &meteredCall{InterpretableCall: call}
		if measure := measures[call.Function()]; measure != nil {
			m.measure, m.apply = measure, e.applied(call)
		}
		return m, nil
	})
}

// constantArgs reports whether a call is known while compiling.
func constantArgs(call interpreter.InterpretableCall) bool {
	for _, a := range call.Args() {
		if _, ok := a.(interpreter.InterpretableConst); !ok {
			return false
		}
	}
	return true
}

// applied returns what carries a call out on arguments that are known.
func (e *environment) applied(call interpreter.InterpretableCall) func([]ref.Val) ref.Val {
	switch call.Function() {
	case operators.Add:
		return addition
	case operators.In:
		return membership
	}
	declared := e.env.Functions()[call.Function()]
	if declared == nil {
		return nil
	}
	bindings, err := declared.Bindings()
	if err != nil {
		return nil
	}
	var general *functions.Overload
	for _, b := range bindings {
		if b.Operator == call.OverloadID() && b.Operator != "" {
			return carried(b)
		}
		if b.Operator == call.Function() {
			general = b
		}
	}
	if general == nil {
		return nil
	}
	return carried(general)
}

func carried(b *functions.Overload) func([]ref.Val) ref.Val {
	return func(args []ref.Val) ref.Val {
		switch {
		case len(args) == 1 && b.Unary != nil:
			return b.Unary(args[0])
		case len(args) == 2 && b.Binary != nil:
			return b.Binary(args[0], args[1])
		case b.Function != nil:
			return b.Function(args...)
		}
		return types.NoSuchOverloadErr()
	}
}

func addition(args []ref.Val) ref.Val {
	if a, ok := args[0].(traits.Adder); ok {
		return a.Add(args[1])
	}
	return types.NoSuchOverloadErr()
}

func membership(args []ref.Val) ref.Val {
	if c, ok := args[1].(traits.Container); ok {
		return c.Contains(args[0])
	}
	return types.NoSuchOverloadErr()
}

// meteredCall is a call that counts what it makes: before it is made where a
// measure says how much that can be, else after.
type meteredCall struct {
	interpreter.InterpretableCall
	measure func([]ref.Val) int
	apply   func([]ref.Val) ref.Val
}

var _ interpreter.InterpretableCall = (*meteredCall)(nil)

// Exec carries the call out.
func (m *meteredCall) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	if m.apply != nil {
		return m.measured(frame)
	}
	v := m.InterpretableCall.Exec(frame)
	return m.counted(frame, v, size(v))
}

// Eval carries the call out.
func (m *meteredCall) Eval(vars interpreter.Activation) ref.Val {
	return m.Exec(interpreter.AsFrame(vars))
}

func (m *meteredCall) measured(frame *interpreter.ExecutionFrame) ref.Val {
	var few [4]ref.Val
	args := few[:0]
	for _, a := range m.Args() {
		v := a.Exec(frame)
		if types.IsUnknownOrError(v) {
			return v
		}
		args = append(args, v)
	}
	if v := m.counted(frame, types.True, m.measure(args)); types.IsError(v) {
		return v
	}
	return types.LabelErrNode(m.ID(), m.apply(args))
}

// counted gives the value, or the error that too much is made.
func (m *meteredCall) counted(vars interpreter.Activation, v ref.Val, n int) ref.Val {
	if n <= perItem {
		return v
	}
	if found, ok := vars.ResolveName(meterName); ok {
		if err := found.(*meter).take(n); err != nil {
			return types.LabelErrNode(m.ID(), types.WrapErr(err))
		}
	}
	return v
}

// size is what a value takes up, as far as an operation makes it.
func size(v ref.Val) int {
	switch v := v.(type) {
	case types.String:
		return len(v)
	case types.Bytes:
		return len(v)
	case traits.Lister:
		return times(perItem, length(v))
	}
	return 0
}

// length is how many elements a list has, or letters a text.
func length(v ref.Val) int {
	switch v := v.(type) {
	case types.String:
		return len(v)
	case traits.Sizer:
		if n, ok := v.Size().(types.Int); ok {
			return int(min(int64(n), maxMade+1))
		}
	}
	return 0
}

func sizeOfSum(args []ref.Val) int {
	if _, list := args[0].(traits.Lister); list {
		return size(args[1]) // the sum refers to its parts
	}
	return size(args[0]) + size(args[1])
}

func sizeOfPairs(args []ref.Val) int {
	return times(perCompare, times(length(args[0]), length(args[1])))
}

func sizeOfReplaced(args []ref.Val) int {
	s, _ := args[0].(types.String)
	old, _ := args[1].(types.String)
	with, _ := args[2].(types.String)
	return sizeReplaced(string(s), string(old), string(with))
}

// sizeReplaced is how long a text is at most when every occurrence of another
// in it was replaced.
func sizeReplaced(s, old, with string) int {
	if len(with) <= len(old) {
		return len(s)
	}
	found := utf8.RuneCountInString(s) + 1
	if old != "" {
		found = strings.Count(s, old)
	}
	return len(s) + times(found, len(with)-len(old))
}

func sizeOfJoined(args []ref.Val) int {
	list, ok := args[0].(traits.Lister)
	if !ok {
		return 0
	}
	n := 0
	if len(args) > 1 {
		n = times(length(list), length(args[1]))
	}
	for it := list.Iterator(); it.HasNext() == types.True && n <= maxMade; {
		n += size(it.Next())
	}
	return n
}

// sizeOfRewritten bounds regex.replace: what stands for a match is written as
// often as there are matches, and each reference in it gives no more than the
// text has.
func sizeOfRewritten(args []ref.Val) int {
	s, with := length(args[0]), length(args[2])
	text, _ := args[2].(types.String)
	return times(s, 1+strings.Count(string(text), `\`)) + times(s+1, with)
}
