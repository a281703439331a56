package expr

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"syncline/pipelines/funcs"
)

// rewriter turns the parsed tree into one that CEL's checker takes: null and
// numbers beside == stand as dyn until they are checked, our functions get
// their @, ago gets now, and lookup gets its table.
type rewriter struct {
	c       *compilation
	factory ast.ExprFactory
	next    int64
	loose   map[int64]ast.Expr // literals that stand as dyn, by the id of the call around them
}

func (r *rewriter) walk(e ast.Expr) {
	switch e.Kind() {
	case ast.CallKind:
		if r.quoted(e) {
			r.walk(e)
			return
		}
		r.call(e)
		call := e.AsCall()
		if call.IsMemberFunction() {
			r.walk(call.Target())
		}
		for _, a := range call.Args() {
			r.walk(a)
		}
	case ast.SelectKind:
		r.walk(e.AsSelect().Operand())
	case ast.ListKind:
		for _, item := range e.AsList().Elements() {
			r.walk(item)
		}
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			r.walk(entry.AsMapEntry().Key())
			r.walk(entry.AsMapEntry().Value())
		}
	case ast.StructKind:
		for _, f := range e.AsStruct().Fields() {
			r.walk(f.AsStructField().Value())
		}
	case ast.ComprehensionKind:
		loop := e.AsComprehension()
		for _, part := range []ast.Expr{loop.IterRange(), loop.AccuInit(), loop.LoopCondition(), loop.LoopStep(), loop.Result()} {
			r.walk(part)
		}
	}
}

// quoted turns record['größe'] into the selection of that field, where record
// is of a known type: CEL's own names hold neither such letters nor blanks.
func (r *rewriter) quoted(e ast.Expr) bool {
	if !isCall(e, operators.Index) {
		return false
	}
	operand, name := e.AsCall().Args()[0], e.AsCall().Args()[1]
	if name.Kind() != ast.LiteralKind || r.c.typeOf(operand) == "" {
		return false
	}
	text, ok := name.AsLiteral().(types.String)
	if !ok {
		return false
	}
	info := r.c.parsed.SourceInfo()
	if place, ok := info.GetOffsetRange(name.ID()); ok {
		info.SetOffsetRange(e.ID(), place)
	}
	e.SetKindCase(r.factory.NewSelect(e.ID(), operand, string(text)))
	return true
}

func (r *rewriter) call(e ast.Expr) {
	call := e.AsCall()
	name, args := call.FunctionName(), call.Args()
	switch {
	case name == operators.Equals || name == operators.NotEquals:
		r.loosen(args[0], true)
		r.loosen(args[1], true)
	case name == operators.Conditional:
		r.loosen(args[1], false)
		r.loosen(args[2], false)
	case call.IsMemberFunction():
	case name == "ago" && len(args) == 1:
		now := r.factory.NewIdent(r.id(args[0].ID()), "now")
		e.SetKindCase(r.factory.NewCall(e.ID(), "@ago", now, args[0]))
	case r.c.own(name) != nil:
		r.c.ownCall(r.c.own(name), e)
		e.SetKindCase(r.factory.NewCall(e.ID(), "@"+name, args...))
	case name == "lookup":
		r.c.lookup(r, e)
	case r.c.function(name) != nil:
		for _, a := range args {
			r.loosen(a, false)
		}
		e.SetKindCase(r.factory.NewCall(e.ID(), "@"+name, args...))
	}
}

// loosen lets a literal null, or a number, stand beside any type.
func (r *rewriter) loosen(e ast.Expr, numbers bool) {
	if e.Kind() != ast.LiteralKind {
		return
	}
	v := e.AsLiteral()
	if _, isNumber := numberOf(v); v != types.NullValue && !(numbers && isNumber) {
		return
	}
	r.loose[e.ID()] = r.factory.CopyExpr(e)
	inner := r.factory.NewLiteral(r.id(e.ID()), v)
	e.SetKindCase(r.factory.NewCall(e.ID(), "dyn", inner))
}

// id makes a new id that stands at the place of another.
func (r *rewriter) id(like int64) int64 {
	r.next++
	info := r.c.parsed.SourceInfo()
	if place, ok := info.GetOffsetRange(like); ok {
		info.SetOffsetRange(r.next, place)
	}
	return r.next
}

// tighten puts the literals back once the tree is checked.
func (r *rewriter) tighten(e ast.Expr) {
	ast.PostOrderVisit(e, ast.NewExprVisitor(func(e ast.Expr) {
		literal, ok := r.loose[e.ID()]
		if !ok {
			r.c.sharpen(e)
			return
		}
		e.SetKindCase(literal)
		delete(r.c.checked.ReferenceMap(), e.ID())
		r.c.checked.SetType(e.ID(), literal.AsLiteral().Type().(*types.Type))
	}))
}

// sharpen gives a part its type again where null beside it had made it
// unknown: c ? x : null has the type of x.
func (c *compilation) sharpen(e ast.Expr) {
	if e.Kind() != ast.CallKind {
		return
	}
	args := e.AsCall().Args()
	switch {
	case isCall(e, operators.Conditional):
		yes, no := c.checked.GetType(args[1].ID()), c.checked.GetType(args[2].ID())
		switch {
		case no == types.NullType || yes.IsExactType(no):
			c.checked.SetType(e.ID(), yes)
		case yes == types.NullType:
			c.checked.SetType(e.ID(), no)
		}
	case isCall(e, "orValue") && len(args) == 1:
		held, instead := c.checked.GetType(e.AsCall().Target().ID()), c.checked.GetType(args[0].ID())
		if isOptional(held) && len(held.Parameters()) == 1 && held.Parameters()[0].IsExactType(instead) {
			c.checked.SetType(e.ID(), instead)
		}
	case isCall(e, operators.Add):
		if c.checked.GetType(args[0].ID()) == types.StringType && c.checked.GetType(args[1].ID()) == types.StringType {
			c.checked.SetType(e.ID(), types.StringType)
		}
	}
}

func (c *compilation) function(name string) *funcs.Func {
	for _, f := range c.env.all {
		if f.Name == name {
			return f
		}
	}
	return nil
}
