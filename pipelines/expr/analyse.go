package expr

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// reading is what a checked tree reads.
type reading struct {
	uses     map[string]bool
	class    schema.Class
	now      bool
	nullable bool // whether the result may be null
}

func (r *reading) names() iter.Seq[string] { return maps.Keys(r.uses) }

// fact is what is known of a part of the tree in the schema's terms, which say
// more than CEL's types: enums, labels, what may be null.
type fact struct {
	typ      schema.Type
	path     string // dotted, "" when it is no plain path
	class    schema.Class
	nullable bool
	static   schema.Value // its value, when it is of var or local
}

// facts walks the checked tree once.
type facts struct {
	c       *compilation
	read    *reading
	locals  map[string]fact // variables of loops
	certain []string        // paths that are known not to be null here
}

func (c *compilation) analyse() *reading {
	w := &facts{c: c, read: &reading{uses: map[string]bool{}}, locals: map[string]fact{}}
	c.statics = map[string]schema.Value{}
	w.read.nullable = w.visit(c.checked.Expr()).nullable
	return w.read
}

func (w *facts) visit(e ast.Expr) fact {
	switch e.Kind() {
	case ast.IdentKind, ast.SelectKind:
		f := w.path(e)
		w.use(e, f)
		if e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly() {
			return fact{typ: schema.Type{Kind: schema.KindBool}}
		}
		return f
	case ast.LiteralKind:
		return fact{nullable: e.AsLiteral() == types.NullValue}
	case ast.CallKind:
		return w.call(e)
	case ast.ListKind:
		for _, item := range e.AsList().Elements() {
			w.visit(item)
		}
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			w.visit(entry.AsMapEntry().Key())
			w.visit(entry.AsMapEntry().Value())
		}
	case ast.ComprehensionKind:
		w.loop(e)
	}
	return fact{}
}

// path follows a name and its fields. What is read on the way is not yet used.
func (w *facts) path(e ast.Expr) fact {
	switch {
	case e.Kind() == ast.IdentKind:
		return w.ident(e)
	case e.Kind() == ast.SelectKind:
		operand := w.path(e.AsSelect().Operand())
		if operand.nullable && !e.AsSelect().IsTestOnly() {
			w.warn(e.AsSelect().Operand(), operand)
		}
		return w.field(e, operand, e.AsSelect().FieldName())
	case isCall(e, operators.OptSelect):
		args := e.AsCall().Args()
		if name, ok := args[1].AsLiteral().(types.String); ok {
			f := w.field(e, w.path(args[0]), string(name))
			f.nullable = false
			return f
		}
	case isCall(e, operators.Index) || isCall(e, operators.OptIndex):
		return w.element(e)
	}
	return w.visit(e)
}

func (w *facts) ident(e ast.Expr) fact {
	name := e.AsIdent()
	if f, ok := w.locals[name]; ok {
		return f
	}
	i, ok := w.c.env.vars[name]
	if !ok {
		if name == "now" {
			w.read.now = true
			if !w.c.opts.Now {
				w.c.problem(codeNow, "the time is not known here", e.ID(), "a value that changes with the clock would never agree", "now and ago() belong into `when` beside `every`")
			}
		}
		return fact{}
	}
	v := w.c.scope.Vars[i]
	may := v.Type.Nullable && v.Static.IsAbsent() && !slices.Contains(w.certain, v.Name)
	return fact{typ: v.Type, path: v.Name, class: v.Class, nullable: may, static: v.Static}
}

func (w *facts) field(e ast.Expr, of fact, name string) fact {
	f := fact{class: of.class}
	if of.path != "" {
		f.path = of.path + "." + name
	}
	if of.static.Kind() == schema.KindObject {
		f.static = of.static.Field(name)
		f.typ = schema.Type{Kind: f.static.Kind()}
		if f.static.IsAbsent() && !(e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly()) && !isCall(e, operators.OptSelect) {
			w.c.undefined(e.ID(), name, of.static.Names())
		}
		return f
	}
	if field, ok := of.typ.Field(name); ok {
		f.typ, f.class = field.Type, max(f.class, field.Class)
		f.nullable = field.Type.Nullable && !slices.Contains(w.certain, f.path)
	}
	return f
}

func (w *facts) element(e ast.Expr) fact {
	args := e.AsCall().Args()
	of := w.path(args[0])
	w.use(args[0], of)
	w.visit(args[1])
	f := fact{class: of.class}
	switch {
	case of.typ.Elem != nil && of.typ.Kind.Collection():
		f.typ = *of.typ.Elem
		f.nullable = f.typ.Nullable && isCall(e, operators.Index)
	case of.static.Kind() == schema.KindObject && args[1].Kind() == ast.LiteralKind:
		if name, ok := args[1].AsLiteral().(types.String); ok && isCall(e, operators.Index) && of.static.Field(string(name)).IsAbsent() {
			w.c.undefined(args[1].ID(), string(name), of.static.Names())
		}
	}
	return f
}

// use notes that the value at the end of a path is read.
func (w *facts) use(e ast.Expr, f fact) {
	if f.path == "" || w.isLocal(e) {
		w.read.class = max(w.read.class, f.class)
		return
	}
	w.read.uses[f.path] = true
	w.read.class = max(w.read.class, f.class, strongest(f.typ))
	if !f.static.IsAbsent() {
		w.c.statics[f.path] = f.static
	}
}

func (w *facts) isLocal(e ast.Expr) bool {
	for e.Kind() == ast.SelectKind {
		e = e.AsSelect().Operand()
	}
	if e.Kind() != ast.IdentKind {
		return false
	}
	_, ok := w.locals[e.AsIdent()]
	return ok
}

// strongest is the strongest label inside an object that is read as a whole.
func strongest(t schema.Type) schema.Class {
	class := schema.Public
	for _, f := range t.Fields {
		class = max(class, f.Class, strongest(f.Type))
	}
	if t.Elem != nil {
		class = max(class, strongest(*t.Elem))
	}
	return class
}

// loop walks a comprehension: its variable is an element of its range.
func (w *facts) loop(e ast.Expr) {
	loop := e.AsComprehension()
	of := w.visit(loop.IterRange())
	if of.nullable {
		w.warn(loop.IterRange(), of)
	}
	item := fact{class: of.class}
	if of.typ.Elem != nil {
		item.typ = *of.typ.Elem
		item.nullable = item.typ.Nullable
	}
	saved := maps.Clone(w.locals)
	w.locals[loop.IterVar()], w.locals[loop.AccuVar()] = item, fact{}
	if loop.HasIterVar2() {
		w.locals[loop.IterVar()], w.locals[loop.IterVar2()] = fact{}, item
	}
	for _, part := range []ast.Expr{loop.AccuInit(), loop.LoopCondition(), loop.LoopStep(), loop.Result()} {
		w.visit(part)
	}
	w.locals = saved
}

// under walks a part while the paths are known not to be null.
func (w *facts) under(certain []string, e ast.Expr) fact {
	n := len(w.certain)
	w.certain = append(w.certain, certain...)
	f := w.visit(e)
	w.certain = w.certain[:n]
	return f
}

func (w *facts) warn(e ast.Expr, f fact) {
	what, hint := f.path, "test it first: has("+f.path+") ? … : null"
	if what == "" {
		what, hint = "this", "test it against null first, or give it a value with if_blank"
	}
	w.c.problems = append(w.c.problems, diag.Problem{
		Code: codeNullable, Severity: diag.Warning,
		Summary: clip(what + " may be null here"),
		Detail:  "null where a value is needed sets the record aside when it runs",
		Hint:    hint,
		Range:   w.c.node(e.ID()),
	})
}

func isCall(e ast.Expr, name string) bool {
	return e.Kind() == ast.CallKind && e.AsCall().FunctionName() == name
}

// named is the name of a function as its author wrote it.
func named(function string) string { return strings.TrimPrefix(function, "@") }
