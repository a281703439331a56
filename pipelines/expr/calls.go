package expr

import (
	"errors"
	"fmt"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"syncline/pipelines/diag"
)

// codeCall is a call of a scope's own function that cannot be read.
const codeCall diag.Code = "SYN7004"

// Call is a function of one scope, such as entered(field, value) in the `when`
// of an `on`. It is true or false, and its arguments are texts written in
// place, so that they are checked while compiling.
type Call struct {
	Name   string
	Params []string // what each argument is, for messages
	Doc    string

	// Check judges the arguments of one call; nil when they are right.
	Check func(args []string) *Misfit
}

// Misfit is an argument of a Call that is not right.
type Misfit struct {
	Arg           int
	Code          diag.Code
	Summary, Hint string
}

// errNotAsked is what a Call gives when nobody answers it.
var errNotAsked = errors.New("events are not known here")

// own finds a function of the scope.
func (c *compilation) own(name string) *Call {
	for i := range c.scope.Calls {
		if c.scope.Calls[i].Name == name {
			return &c.scope.Calls[i]
		}
	}
	return nil
}

// ownCall checks the arguments of a call of the scope's own function.
func (c *compilation) ownCall(own *Call, e ast.Expr) {
	args := e.AsCall().Args()
	if len(args) != len(own.Params) {
		c.problem(codeCall, fmt.Sprintf("%s takes %d argument(s), not %d", own.Name, len(own.Params), len(args)), e.ID(), "", "it is "+own.signature())
		return
	}
	texts := make([]string, len(args))
	for i, a := range args {
		text, ok := a.AsLiteral().(types.String)
		if a.Kind() != ast.LiteralKind || !ok {
			c.problem(codeCall, fmt.Sprintf("the %s of %s is a text", own.Params[i], own.Name), a.ID(), "", "write it in place, in single quotes: "+own.signature())
			return
		}
		texts[i] = string(text)
	}
	if m := own.Check(texts); m != nil {
		c.problem(m.Code, m.Summary, args[m.Arg].ID(), "", m.Hint)
	}
}

func (c *Call) signature() string {
	text := c.Name + "("
	for i, p := range c.Params {
		if i > 0 {
			text += ", "
		}
		text += p
	}
	return text + ")"
}

// declareCall tells CEL of a function of the scope.
func declareCall(c *Call) cel.EnvOption {
	in := make([]*types.Type, len(c.Params))
	for i := range in {
		in[i] = types.StringType
	}
	name := "@" + c.Name
	refuse := func(...ref.Val) ref.Val { return types.WrapErr(&refused{errNotAsked}) }
	return cel.Function(name, cel.Overload(name+"_call", in, types.BoolType, bindingOf(len(in), refuse)))
}

func bindingOf(n int, call func(...ref.Val) ref.Val) cel.OverloadOpt {
	if n == 0 {
		return cel.FunctionBinding(call)
	}
	return binding(n, call)
}
