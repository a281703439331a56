package expr

import (
	"fmt"
	"sync"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/decls"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/ext"

	"syncline/pipelines/funcs"
	"syncline/schema"
)

// environment is a Scope made ready for CEL.
type environment struct {
	env   *cel.Env
	types *provider
	vars  map[string]int // by the name in the masked text
	all   []*funcs.Func

	statics []ref.Val // by Var: what is known while compiling
}

// environment returns the scope made ready, once for all its expressions.
func (s *Scope) environment() *environment {
	s.once.Do(func() { s.ready = newEnvironment(s) })
	return s.ready
}

// base is the language without a scope: libraries, operators of the exact
// numbers, functions.
var base = sync.OnceValue(func() *cel.Env {
	options := []cel.EnvOption{
		cel.CustomTypeAdapter(adapter{types.DefaultTypeAdapter}),
		cel.OptionalTypes(),
		ext.Strings(), ext.Math(), ext.Lists(), ext.Sets(), ext.Encoders(), ext.Regex(), ext.Bindings(), ext.TwoVarComprehensions(),
		cel.Macros(cel.GlobalMacro("has", 1, expandHas)),
		cel.CrossTypeNumericComparisons(true),
		cel.DefaultUTCTimeZone(true),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateDurationLiterals()),
		cel.ParserExpressionSizeLimit(maxSource),
		cel.ParserRecursionLimit(60),
		cel.EagerlyValidateDeclarations(true),
	}
	options = append(options, numberOperators()...)
	options = append(options, ownFunctions()...)
	env, err := cel.NewEnv(options...)
	if err != nil {
		panic("expr: " + err.Error())
	}
	return env
})

// maxSource bounds the length of an expression, in code points.
const maxSource = 16 << 10

func newEnvironment(s *Scope) *environment {
	e := &environment{vars: map[string]int{}, all: funcs.All()}
	e.types = &provider{Provider: base().CELTypeProvider(), structs: map[string]*structure{}}
	options := []cel.EnvOption{cel.CustomTypeProvider(e.types), cel.Variable("now", types.TimestampType)}
	for i, v := range s.Vars {
		name := v.Name
		if name == "var" {
			name = stand
		}
		e.vars[name] = i
		e.statics = append(e.statics, nil)
		if !v.Static.IsAbsent() {
			e.statics[i] = staticToCEL(v.Static)
		}
		options = append(options, cel.Variable(name, e.types.variable(v)))
	}
	context := &funcs.Context{Region: s.Region}
	for _, f := range e.all {
		options = append(options, declare(f, context))
	}
	for i := range s.Calls {
		options = append(options, declareCall(&s.Calls[i]))
	}
	env, err := base().Extend(options...)
	if err != nil {
		panic("expr: " + err.Error())
	}
	e.env = env
	return e
}

// celType is the type CEL sees; name is the dotted path for objects.
func (p *provider) celType(t schema.Type, name string) *types.Type {
	switch t.Kind {
	case schema.KindInt:
		return types.IntType
	case schema.KindBool:
		return types.BoolType
	case schema.KindTimestamp:
		return types.TimestampType
	case schema.KindDecimal:
		return decimalType
	case schema.KindMoney:
		return moneyType
	case schema.KindAny:
		return types.DynType
	case schema.KindList, schema.KindSet:
		if t.Elem == nil {
			return types.NewListType(types.DynType)
		}
		return types.NewListType(p.celType(*t.Elem, name+"[]"))
	case schema.KindObject:
		if t.Fields == nil {
			return types.DynType
		}
		return p.structure(name, t.Fields, false)
	}
	return types.StringType
}

// numberOperators declares + - * and comparisons of decimal and money. They
// run through the traits of number; literals beside them are made exact while
// compiling.
func numberOperators() []cel.EnvOption {
	var options []cel.EnvOption
	pairs := [][2]*types.Type{}
	for _, t := range []*types.Type{decimalType, moneyType} {
		pairs = append(pairs, [2]*types.Type{t, t})
		for _, literal := range []*types.Type{types.IntType, types.DoubleType} {
			pairs = append(pairs, [2]*types.Type{t, literal}, [2]*types.Type{literal, t})
		}
	}
	operator := func(name string, pairs [][2]*types.Type, gives func(a, b *types.Type) *types.Type) {
		var overloads []cel.FunctionOpt
		for _, p := range pairs {
			id := name + p[0].TypeName() + p[1].TypeName()
			overloads = append(overloads, cel.Overload(id, []*types.Type{p[0], p[1]}, gives(p[0], p[1])))
		}
		options = append(options, cel.Function(name, overloads...))
	}
	larger := func(a, b *types.Type) *types.Type {
		if a == moneyType || b == moneyType {
			return moneyType
		}
		return decimalType
	}
	truth := func(_, _ *types.Type) *types.Type { return types.BoolType }
	for _, name := range []string{operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals} {
		operator(name, pairs, truth)
	}
	operator(operators.Add, pairs, larger)
	operator(operators.Subtract, pairs, larger)
	mixed := append([][2]*types.Type{{decimalType, moneyType}, {moneyType, decimalType}}, pairs...)
	var products [][2]*types.Type
	for _, p := range mixed {
		if p[0] != moneyType || p[1] != moneyType {
			products = append(products, p)
		}
	}
	operator(operators.Multiply, products, larger)
	return options
}

// ownFunctions declares what is not in funcs: durations, has of what is no
// field, and lookup as it stands after its table is known.
func ownFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		cel.Function("@has", decls.DisableTypeGuards(true), cel.Overload("@has_1", []*types.Type{types.DynType}, types.BoolType,
			cel.OverloadIsNonStrict(), cel.UnaryBinding(hasValue))),
		cel.Function("string", textOf(decimalType), textOf(moneyType)),
		unaryFunc("days", types.IntType, types.DurationType, spanOf(24*time.Hour)),
		unaryFunc("hours", types.IntType, types.DurationType, spanOf(time.Hour)),
		unaryFunc("minutes", types.IntType, types.DurationType, spanOf(time.Minute)),
		binaryFunc("@ago", types.TimestampType, types.StringType, types.TimestampType, ago),
		binaryFunc("@lookup", types.IntType, types.DynType, types.DynType, nil),
		binaryFunc("@lookup_text", types.IntType, types.DynType, types.StringType, nil),
	}
}

// textOf declares string() of an exact number: all its digits.
func textOf(t *types.Type) cel.FunctionOpt {
	return cel.Overload("string_of_"+t.TypeName(), []*types.Type{t}, types.StringType, cel.UnaryBinding(func(v ref.Val) ref.Val {
		return v.ConvertToType(types.StringType)
	}))
}

func unaryFunc(name string, in, out *types.Type, f func(ref.Val) ref.Val) cel.EnvOption {
	return cel.Function(name, decls.DisableTypeGuards(true), cel.Overload(name+"_1", []*types.Type{in}, out, cel.UnaryBinding(f)))
}

func binaryFunc(name string, a, b, out *types.Type, f func(_, _ ref.Val) ref.Val) cel.EnvOption {
	if f == nil {
		f = find
	}
	return cel.Function(name, decls.DisableTypeGuards(true), cel.Overload(name+"_2", []*types.Type{a, b}, out, cel.BinaryBinding(f)))
}

// expandHas lets has() ask of any value, not only of a field.
func expandHas(f cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
	if args[0].Kind() == ast.SelectKind {
		return f.NewPresenceTest(args[0].AsSelect().Operand(), args[0].AsSelect().FieldName()), nil
	}
	return f.NewCall("@has", args[0]), nil
}

// hasValue is has() of what is no field; of what is absent it is false.
func hasValue(v ref.Val) ref.Val {
	if err, failed := v.(*types.Err); failed {
		if isAbsent(err) {
			return types.False
		}
		return err
	}
	return types.Bool(filled(v))
}

// filled is has() of a value that is no field.
func filled(v ref.Val) bool {
	switch v := v.(type) {
	case types.Null:
		return false
	case types.String:
		return !schema.String(string(v)).Blank()
	case traits.Sizer:
		return v.Size() != types.IntZero
	case *types.Optional:
		return v.HasValue() && filled(v.GetValue())
	}
	return true
}

// find is lookup: the first argument is the table, put there while compiling.
func find(t, key ref.Val) ref.Val {
	index, ok := t.(*index)
	if !ok {
		return types.NoSuchOverloadErr()
	}
	v, err := fromCEL(key, schema.KindAny)
	if err != nil {
		return types.WrapErr(err)
	}
	return toCEL(index.find(v))
}

// declare tells CEL of a function: an overload for each number of arguments,
// under its name with an @ before it, so that it never meets CEL's own.
func declare(f *funcs.Func, context *funcs.Context) cel.EnvOption {
	p := &provider{}
	name := "@" + f.Name
	call := func(args ...ref.Val) ref.Val { return callFunc(f, context, args) }
	options := []cel.FunctionOpt{decls.DisableTypeGuards(true)}
	in := make([]*types.Type, len(f.Params))
	for i, param := range f.Params {
		in[i] = p.celType(param.Type, "")
	}
	for n := f.Least(); n <= len(in); n++ {
		id := fmt.Sprintf("%s_%d", name, n)
		options = append(options, cel.Overload(id, in[:n:n], p.celType(f.Result, ""), binding(n, call)))
	}
	return cel.Function(name, options...)
}

func binding(n int, call func(...ref.Val) ref.Val) cel.OverloadOpt {
	switch n {
	case 1:
		return cel.UnaryBinding(func(a ref.Val) ref.Val { return call(a) })
	case 2:
		return cel.BinaryBinding(func(a, b ref.Val) ref.Val { return call(a, b) })
	}
	return cel.FunctionBinding(call)
}

func callFunc(f *funcs.Func, context *funcs.Context, args []ref.Val) ref.Val {
	var few [4]schema.Value
	values := few[:0]
	for _, a := range args {
		v, err := fromCEL(a, schema.KindAny)
		if err != nil {
			return types.WrapErr(err)
		}
		values = append(values, v)
	}
	v, err := f.Run(context, values)
	if err != nil {
		return types.WrapErr(&refused{err})
	}
	return toCEL(v)
}
