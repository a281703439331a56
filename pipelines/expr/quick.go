package expr

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"syncline/pipelines/funcs"
	"syncline/schema"
)

// step is a part of an expression as a Go closure. It gives a plain value, or
// the error that CEL would give. A property test holds the two equal.
type step func(f *Frame) (schema.Value, error)

// quickly compiles a tree of the small subset that most fields need: names,
// fields, literals, our functions, string +, ==, the logic and has. It returns
// nil for any other tree.
func quickly(c *compilation) step {
	q := quick{c: c, context: &funcs.Context{Region: c.scope.Region}}
	s, ok := q.compile(c.checked.Expr())
	if !ok {
		return nil
	}
	return s
}

type quick struct {
	c       *compilation
	context *funcs.Context
}

func (q *quick) compile(e ast.Expr) (step, bool) {
	if v, ok := q.static(e); ok {
		return constant(v), true
	}
	switch e.Kind() {
	case ast.LiteralKind:
		v, err := fromCEL(e.AsLiteral(), schema.KindAny)
		return constant(v), err == nil
	case ast.IdentKind:
		return q.name(e)
	case ast.SelectKind:
		if e.AsSelect().IsTestOnly() {
			return q.presence(e)
		}
		return q.field(e)
	case ast.CallKind:
		return q.call(e)
	}
	return nil, false
}

func constant(v schema.Value) step {
	return func(*Frame) (schema.Value, error) { return v, nil }
}

// static folds a path into var or local to its value.
func (q *quick) static(e ast.Expr) (schema.Value, bool) {
	if e.Kind() != ast.SelectKind || e.AsSelect().IsTestOnly() {
		return schema.Value{}, false
	}
	v, ok := q.c.statics[pathOf(e)]
	return plain(v), ok && v.Kind() != schema.KindObject
}

// variable returns the scope's variable of a name, -1 for one of a loop.
func (q *quick) variable(e ast.Expr) int {
	if e.Kind() != ast.IdentKind {
		return -1
	}
	if i, ok := q.c.env.vars[e.AsIdent()]; ok && q.c.scope.Vars[i].Static.IsAbsent() && q.c.scope.Vars[i].Slot != Many {
		return i
	}
	return -1
}

func (q *quick) name(e ast.Expr) (step, bool) {
	i := q.variable(e)
	if i < 0 || q.c.scope.Vars[i].Type.Kind == schema.KindObject {
		return nil, false
	}
	slot := q.c.scope.Vars[i].Slot
	return func(f *Frame) (schema.Value, error) {
		if f.Records[slot] != nil {
			return schema.Value{}, errKind
		}
		return held(plain(f.Values[slot]))
	}, true
}

// held makes absent the error that ends the evaluation.
func held(v schema.Value) (schema.Value, error) {
	if v.IsAbsent() {
		return v, errAbsent
	}
	return v, nil
}

// place is how a field of a record is found: the variable, then slot and name.
type place struct {
	variable Slot
	slot     int
	name     string
}

// place returns the place of record.x where x is a known field.
func (q *quick) place(operand ast.Expr, name string) (place, bool) {
	i := q.variable(operand)
	if i < 0 || q.c.scope.Vars[i].Type.Fields == nil {
		return place{}, false
	}
	for slot, f := range q.c.scope.Vars[i].Type.Fields {
		if f.Name == name && f.Type.Kind != schema.KindObject {
			return place{variable: q.c.scope.Vars[i].Slot, slot: slot, name: name}, true
		}
	}
	return place{}, false
}

func (p place) get(f *Frame) (schema.Value, error) {
	if record := f.Records[p.variable]; record != nil {
		o := object{record: record}
		return o.get(p.slot, p.name), nil
	}
	o := object{value: f.Values[p.variable]}
	if !o.value.IsAbsent() && o.value.Kind() != schema.KindObject {
		return schema.Value{}, errNull
	}
	return o.get(p.slot, p.name), nil
}

func (q *quick) field(e ast.Expr) (step, bool) {
	p, ok := q.place(e.AsSelect().Operand(), e.AsSelect().FieldName())
	if !ok {
		return nil, false
	}
	return func(f *Frame) (schema.Value, error) {
		v, err := p.get(f)
		if err != nil {
			return v, err
		}
		return held(plain(v))
	}, true
}

func (q *quick) presence(e ast.Expr) (step, bool) {
	p, ok := q.place(e.AsSelect().Operand(), e.AsSelect().FieldName())
	if !ok {
		return nil, false
	}
	return func(f *Frame) (schema.Value, error) {
		v, err := p.get(f)
		return schema.Bool(err == nil && !v.IsAbsent() && !v.Blank()), nil
	}, true
}

func (q *quick) call(e ast.Expr) (step, bool) {
	call := e.AsCall()
	name, args := call.FunctionName(), call.Args()
	if call.IsMemberFunction() {
		if name == "orValue" && len(args) == 1 {
			return q.orValue(call.Target(), args[0])
		}
		return nil, false
	}
	if own := q.c.function(named(name)); own != nil && name[0] == '@' {
		return q.function(own, args)
	}
	switch name {
	case operators.Add, operators.Equals, operators.NotEquals, operators.LogicalAnd, operators.LogicalOr:
		if len(args) == 2 {
			return q.binary(name, args[0], args[1])
		}
	case operators.LogicalNot:
		return q.not(args[0])
	case operators.Conditional:
		return q.conditional(args)
	case "@has":
		return q.filled(args[0])
	case "@lookup", "@lookup_text":
		return q.lookup(args)
	}
	return nil, false
}

func (q *quick) function(own *funcs.Func, args []ast.Expr) (step, bool) {
	steps, ok := q.all(args)
	if !ok {
		return nil, false
	}
	return func(f *Frame) (schema.Value, error) {
		var few [4]schema.Value
		values := few[:0]
		for _, s := range steps {
			v, err := s(f)
			if err != nil {
				return v, err
			}
			values = append(values, v)
		}
		v, err := own.Run(q.context, values)
		if err != nil {
			return v, &refused{err}
		}
		return held(plain(v))
	}, true
}

func (q *quick) all(args []ast.Expr) ([]step, bool) {
	steps := make([]step, len(args))
	for i, a := range args {
		s, ok := q.compile(a)
		if !ok {
			return nil, false
		}
		steps[i] = s
	}
	return steps, true
}

func (q *quick) filled(arg ast.Expr) (step, bool) {
	s, ok := q.compile(arg)
	return func(f *Frame) (schema.Value, error) {
		v, err := s(f)
		if err != nil && !isAbsent(err) {
			return v, err
		}
		return schema.Bool(err == nil && !v.Blank()), nil
	}, ok
}

func (q *quick) lookup(args []ast.Expr) (step, bool) {
	x, isIndex := args[0].AsLiteral().(ref.Val).(*index)
	key, ok := q.compile(args[1])
	if !ok || !isIndex {
		return nil, false
	}
	return func(f *Frame) (schema.Value, error) {
		v, err := key(f)
		if err != nil {
			return v, err
		}
		return plain(x.find(v)), nil
	}, true
}

// orValue is record.?x.orValue(y).
func (q *quick) orValue(target, other ast.Expr) (step, bool) {
	if !isCall(target, operators.OptSelect) {
		return nil, false
	}
	args := target.AsCall().Args()
	name, isText := args[1].AsLiteral().(types.String)
	p, ok := q.place(args[0], string(name))
	instead, okOther := q.compile(other)
	if !ok || !isText || !okOther {
		return nil, false
	}
	return func(f *Frame) (schema.Value, error) {
		if v, err := p.get(f); err == nil && !v.IsAbsent() && !v.Blank() {
			return plain(v), nil
		}
		return instead(f)
	}, true
}
