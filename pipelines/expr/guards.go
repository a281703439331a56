package expr

import (
	"slices"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// call walks a call: what it may take as null, what its tests make certain.
func (w *facts) call(e ast.Expr) fact {
	call := e.AsCall()
	name, args := call.FunctionName(), call.Args()
	switch name {
	case operators.LogicalAnd, operators.LogicalOr:
		w.visit(args[0])
		w.under(w.known(args[0], name == operators.LogicalAnd), args[1])
		return fact{}
	case operators.Conditional:
		w.visit(args[0])
		yes := w.under(w.known(args[0], true), args[1])
		no := w.under(w.known(args[0], false), args[2])
		return fact{nullable: yes.nullable || no.nullable, class: max(yes.class, no.class)}
	case operators.Equals, operators.NotEquals:
		w.compared(e, args[0], args[1])
		return fact{}
	case operators.In:
		w.among(args[0], args[1])
		return fact{}
	case operators.OptSelect, operators.Index, operators.OptIndex:
		f := w.path(e)
		w.use(e, f)
		return f
	case "@has":
		w.visit(args[0])
		return fact{}
	case "@lookup", "@lookup_text":
		w.visit(args[1])
		return fact{nullable: true}
	}
	return w.plainCall(call)
}

// plainCall is a call whose arguments are all needed. Our functions give null
// for null, so there it goes on.
func (w *facts) plainCall(call ast.CallExpr) fact {
	own := w.c.function(named(call.FunctionName()))
	args := call.Args()
	if call.IsMemberFunction() {
		args = append([]ast.Expr{call.Target()}, args...)
	}
	result := fact{}
	for _, a := range args {
		f := w.visit(a)
		switch {
		case own != nil && call.FunctionName()[0] == '@':
			result.nullable = result.nullable || f.nullable && !own.Nulls
		case call.IsMemberFunction() && call.FunctionName() == "orValue":
			result.nullable = result.nullable || f.nullable
		case f.nullable && takesNoNull(call.FunctionName()):
			w.warn(a, f)
		}
	}
	if own != nil && call.FunctionName()[0] == '@' {
		result.nullable = result.nullable || own.Result.Nullable
	}
	return result
}

func takesNoNull(function string) bool {
	switch function {
	case "dyn", "type", "optional.of", "optional.ofNonZeroValue", "or", "string":
		return false
	}
	return true
}

// known returns the paths that are certain not to be null when the condition
// is as said.
func (w *facts) known(e ast.Expr, truth bool) []string {
	switch {
	case e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly() && truth:
		return prefixes(pathOf(e))
	case e.Kind() != ast.CallKind:
		return nil
	}
	args := e.AsCall().Args()
	switch e.AsCall().FunctionName() {
	case operators.LogicalNot:
		return w.known(args[0], !truth)
	case operators.LogicalAnd:
		if truth {
			return append(w.known(args[0], true), w.known(args[1], true)...)
		}
	case operators.LogicalOr:
		if !truth {
			return append(w.known(args[0], false), w.known(args[1], false)...)
		}
	case "@has":
		if truth {
			return prefixes(pathOf(args[0]))
		}
	case operators.Equals:
		return w.equal(args[0], args[1], truth)
	case operators.NotEquals:
		return w.equal(args[0], args[1], !truth)
	}
	return nil
}

// equal is what is certain when two sides are equal, or are not: whatever is
// not null, and whatever equals a literal.
func (w *facts) equal(a, b ast.Expr, same bool) []string {
	if a.Kind() == ast.LiteralKind {
		a, b = b, a
	}
	if b.Kind() != ast.LiteralKind {
		return nil
	}
	if isNull := b.AsLiteral() == types.NullValue; isNull == same {
		return nil
	}
	return prefixes(pathOf(a))
}

// pathOf writes a plain path with its dots, "" when it is none.
func pathOf(e ast.Expr) string {
	switch e.Kind() {
	case ast.IdentKind:
		if e.AsIdent() == stand {
			return "var"
		}
		return e.AsIdent()
	case ast.SelectKind:
		if p := pathOf(e.AsSelect().Operand()); p != "" {
			return p + "." + e.AsSelect().FieldName()
		}
	}
	return ""
}

// prefixes returns the path and all that it stands in.
func prefixes(path string) []string {
	if path == "" {
		return nil
	}
	list := []string{path}
	for i, r := range path {
		if r == '.' {
			list = append(list, path[:i])
		}
	}
	return list
}

// compared checks that two sides of == can be equal at all.
func (w *facts) compared(e, a, b ast.Expr) {
	x, y := w.visit(a), w.visit(b)
	w.enum(x, b)
	w.enum(y, a)
	if a.Kind() == ast.LiteralKind {
		a, b = b, a
	}
	if b.Kind() != ast.LiteralKind || a.Kind() == ast.LiteralKind {
		return
	}
	if _, isNumber := numberOf(b.AsLiteral()); !isNumber {
		return
	}
	switch t := w.c.checked.GetType(a.ID()); {
	case t.Kind() == types.DynKind, t.Kind() == types.IntKind, t.Kind() == types.UintKind, t.Kind() == types.DoubleKind, t == decimalType, t == moneyType:
	default:
		w.c.problem(codeTypes, clip(typeName(t)+" is never equal to a number"), e.ID(), "", "write the number as a string, or turn the text into a number")
	}
}

func (w *facts) among(a, list ast.Expr) {
	x := w.visit(a)
	y := w.visit(list)
	if y.nullable {
		w.warn(list, y)
	}
	if list.Kind() == ast.ListKind {
		for _, item := range list.AsList().Elements() {
			w.enum(x, item)
		}
	}
}

// enum checks that a literal beside an enum is one of its words.
func (w *facts) enum(f fact, literal ast.Expr) { w.c.word(f.typ, literal) }

func (c *compilation) word(t schema.Type, literal ast.Expr) {
	if t.Kind != schema.KindEnum || len(t.Words) == 0 || literal.Kind() != ast.LiteralKind {
		return
	}
	if s, ok := literal.AsLiteral().(types.String); ok && !slices.Contains(t.Words, string(s)) {
		hint := "its words: " + words(t.Words)
		if near := diag.Nearest(string(s), t.Words); near != "" {
			hint = `did you mean "` + near + `"?`
		}
		c.problem(codeWord, clip(`"`+string(s)+`" is not a word of the enum`), literal.ID(), "", hint)
	}
}
