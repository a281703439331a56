package expr

import (
	"fmt"
	"reflect"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/vm/runtime"
)

// costly are the operations of Expr that make texts and lists, or compare each
// element with each, and what they make at most; nil where only the result can
// tell, which is never much larger than the arguments.
var costly = map[string]func(args []any) int{
	"replace": func(args []any) int {
		s, _ := args[0].(string)
		old, _ := args[1].(string)
		with, _ := args[2].(string)
		return sizeReplaced(s, old, with)
	},
	"repeat": func(args []any) int {
		s, _ := args[0].(string)
		return times(len(s), max(runtime.ToInt(args[1]), 0))
	},
	"join":    sizeJoined,
	"concat":  sizeTogether,
	"flatten": sizeTogether,
	"toJSON":  sizeTogether,
	"string":  sizeTogether,
	"uniq":    func(args []any) int { n := items(args[0]); return times(perCompare, times(n, n)) },
	"in":      func(args []any) int { return items(args[1]) },
	"+":       sizeAdded,
	"upper":   nil, "lower": nil, "toBase64": nil, "fromBase64": nil, "fromJSON": nil, "split": nil, "splitAfter": nil,
	"reverse": nil, "sort": nil, "keys": nil, "values": nil, "toPairs": nil, "fromPairs": nil,
}

// results are the types of what they give, where that is known.
var results = map[string]any{
	"replace": "", "repeat": "", "join": "", "toJSON": "", "string": "", "upper": "", "lower": "", "toBase64": "", "fromBase64": "",
	"concat": []any{}, "flatten": []any{}, "uniq": []any{}, "reverse": []any{}, "sort": []any{}, "keys": []any{}, "values": []any{}, "toPairs": []any{},
	"split": []string{}, "splitAfter": []string{}, "in": false,
}

// meteredOptions rewrite every costly operation, so that what it makes is
// counted.
func meteredOptions() []expr.Option {
	options := []expr.Option{expr.Patch(metering{})}
	for name, measure := range costly {
		call := func(args ...any) (any, error) { return metered(name, measure, args) }
		result := reflect.TypeFor[any]()
		if v, known := results[name]; known {
			result = reflect.TypeOf(v)
		}
		any1 := reflect.TypeFor[any]()
		shape := reflect.New(reflect.FuncOf([]reflect.Type{any1, reflect.TypeFor[[]any]()}, []reflect.Type{result}, true))
		options = append(options, expr.Function(meteredName(name), call, shape.Interface()))
	}
	return options
}

func meteredName(name string) string {
	switch name {
	case "+":
		name = "plus"
	}
	return "__made_" + name
}

// metering replaces costly operations by calls of their metered form.
type metering struct{}

func (metering) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.BuiltinNode:
		if _, ok := costly[n.Name]; ok {
			made(node, n.Name, n.Arguments)
		}
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok {
			if _, ok := costly[id.Value]; ok {
				made(node, id.Value, n.Arguments)
			}
		}
	case *ast.BinaryNode:
		if n.Operator == "in" || n.Operator == "+" && textual(n.Left) && textual(n.Right) {
			made(node, n.Operator, []ast.Node{n.Left, n.Right})
		}
	}
}

// made puts the metered call in the place of a node. It keeps the node's place
// in the text, for messages.
func made(node *ast.Node, name string, args []ast.Node) {
	at := (*node).Location()
	call := &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: meteredName(name)},
		Arguments: append([]ast.Node{&ast.IdentifierNode{Value: "__run"}}, args...),
	}
	call.SetLocation(at)
	*node = call
}

// textual reports whether a node gives a text, as far as its type tells.
func textual(n ast.Node) bool {
	t := n.Type()
	return t == nil || t.Kind() == reflect.String || t.Kind() == reflect.Interface
}

// metered carries a costly operation out on __run and its arguments.
func metered(name string, measure func([]any) int, args []any) (any, error) {
	run, _ := args[0].(*running)
	args = args[1:]
	if measure != nil {
		if err := run.take(measure(args)); err != nil {
			return nil, err
		}
	}
	out, err := plainly(name, args)
	if err == nil && measure == nil {
		err = run.take(heavy(out, 0))
	}
	return out, err
}

// plainly carries an operation out as Expr does.
func plainly(name string, args []any) (any, error) {
	switch name {
	case "+":
		return runtime.Add(args[0], args[1]), nil
	case "in":
		return runtime.In(args[0], args[1]), nil
	}
	f := builtin.Builtins[builtin.Index[name]]
	switch {
	case f.Fast != nil && len(args) == 1:
		return f.Fast(args[0]), nil
	case f.Safe != nil:
		out, _, err := f.Safe(args...)
		return out, err
	case f.Func != nil:
		return f.Func(args...)
	}
	return nil, fmt.Errorf("%s takes other arguments", name)
}

// items is how many elements a list has.
func items(v any) int {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice || r.Kind() == reflect.Array {
		return r.Len()
	}
	return 0
}

func sizeAdded(args []any) int {
	a, ok := args[0].(string)
	b, _ := args[1].(string)
	if !ok {
		return 0
	}
	return len(a) + len(b)
}

func sizeJoined(args []any) int {
	n := heavy(args[0], 0)
	if len(args) > 1 {
		if glue, ok := args[1].(string); ok {
			n += times(items(args[0]), len(glue))
		}
	}
	return n
}

func sizeTogether(args []any) int {
	n := 0
	for _, a := range args {
		n += heavy(a, 0)
	}
	return n
}

// heavy is how much a value weighs with all it holds, or more than may be made.
func heavy(v any, depth int) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case []string:
		n := 0
		for _, s := range v {
			n += perItem + len(s)
		}
		return n
	case []any:
		n := 0
		for i := 0; i < len(v) && n <= maxMade && depth < maxDepth; i++ {
			n += perItem + heavy(v[i], depth+1)
		}
		return n
	case map[string]any:
		n := 0
		for name, item := range v {
			if n += perItem + len(name) + heavy(item, depth+1); n > maxMade || depth >= maxDepth {
				break
			}
		}
		return n
	}
	return perItem
}
