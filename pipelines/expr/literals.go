package expr

import (
	"strconv"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"syncline/schema"
)

// exact makes number literals exact where they meet decimal, money or a value
// of unknown type: read from their text, not from a float.
func (c *compilation) exact(e ast.Expr) {
	if c.opts.Want.Kind == schema.KindDecimal {
		c.exactBranch(e)
	}
	ast.PostOrderVisit(e, ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || len(e.AsCall().Args()) != 2 {
			return
		}
		switch e.AsCall().FunctionName() {
		case operators.Add, operators.Subtract, operators.Multiply, operators.Equals, operators.NotEquals,
			operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
			a, b := e.AsCall().Args()[0], e.AsCall().Args()[1]
			c.exactBeside(a, b, true)
			c.exactBeside(b, a, false)
			c.promote(a, b)
		}
	}))
}

// exactBeside replaces a literal by an exact number. On the left it is also
// replaced beside a value of unknown type, which may turn out to be exact: on
// the right the exact value knows what to do.
func (c *compilation) exactBeside(literal, other ast.Expr, left bool) {
	t := c.checked.GetType(other.ID())
	if t == nil || t != decimalType && t != moneyType && !(left && t.Kind() == types.DynKind) {
		return
	}
	c.replace(literal)
}

// promote makes an int on the left of decimal or money a decimal: on the right
// the exact value takes it as it is.
func (c *compilation) promote(e, other ast.Expr) {
	t, beside := c.checked.GetType(e.ID()), c.checked.GetType(other.ID())
	if t == nil || beside == nil || t.Kind() != types.IntKind || beside != decimalType && beside != moneyType {
		return
	}
	factory, outer := ast.NewExprFactory(), e.ID()
	inner := factory.CopyExpr(e)
	id := ast.MaxID(c.checked)
	inner.RenumberIDs(func(old int64) int64 {
		if old == outer {
			return id
		}
		return old
	})
	c.checked.SetType(id, t)
	if r, ok := c.checked.ReferenceMap()[outer]; ok {
		c.checked.SetReference(id, r)
	}
	e.SetKindCase(factory.NewCall(outer, "@decimal", inner))
	c.checked.SetType(outer, decimalType)
	c.checked.SetReference(outer, ast.NewFunctionReference("@decimal_1"))
}

func (c *compilation) exactBranch(e ast.Expr) {
	if isCall(e, operators.Conditional) {
		c.exactBranch(e.AsCall().Args()[1])
		c.exactBranch(e.AsCall().Args()[2])
		return
	}
	c.replace(e)
}

func (c *compilation) replace(literal ast.Expr) {
	v, ok := c.number(literal)
	if !ok {
		return
	}
	literal.SetKindCase(ast.NewExprFactory().NewLiteral(literal.ID(), number{v}))
	c.checked.SetType(literal.ID(), decimalType)
}

// number returns the exact number that a literal writes.
func (c *compilation) number(e ast.Expr) (schema.Value, bool) {
	if e.Kind() != ast.LiteralKind {
		return schema.Value{}, false
	}
	value, ok := numberOf(e.AsLiteral())
	if _, isDouble := e.AsLiteral().(types.Double); !ok || !isDouble {
		return value, ok
	}
	from, to := c.bytes(e.ID())
	if written, ok := exactly(c.source[from:to]); ok && near(written, value) {
		return written, true
	}
	return value, true
}

// near reports whether what was read from the text is the literal, and not
// what happens to stand there.
func near(written, value schema.Value) bool {
	a, okA := floatOf(written)
	b, okB := floatOf(value)
	return okA && okB && a == b
}

func floatOf(v schema.Value) (float64, bool) {
	f, err := strconv.ParseFloat(v.Text(), 64)
	return f, err == nil
}

// lookup turns lookup(table, 'key', value, 'out') into a call that has its
// table and columns.
func (c *compilation) lookup(r *rewriter, e ast.Expr) {
	args := e.AsCall().Args()
	if len(args) != 4 {
		c.problem(codeTable, "lookup takes four arguments", e.ID(), "", "lookup(local.roles, 'role', value, 'job_id')")
		return
	}
	table := c.table(args[0])
	if table == nil {
		return
	}
	key, out := c.column(table, args[1]), c.column(table, args[3])
	if key < 0 || out < 0 {
		return
	}
	x := newIndex(table, key, out)
	name := "@lookup"
	if x.texts {
		name = "@lookup_text"
	}
	where := r.factory.NewLiteral(r.id(args[0].ID()), types.Int(len(c.tables)))
	c.tables = append(c.tables, x)
	e.SetKindCase(r.factory.NewCall(e.ID(), name, where, args[2]))
}

// table returns the table that an argument names: a table of the scope, or a
// local that holds a list of objects.
func (c *compilation) table(e ast.Expr) *Table {
	path := pathOf(e)
	var names []string
	for name := range c.scope.Tables {
		names = append(names, "local."+name)
		if path == name || path == "local."+name {
			return c.scope.Tables[name]
		}
	}
	for _, v := range c.scope.Vars {
		for i, name := range v.Static.Names() {
			if t, ok := tableOf(v.Static.Items()[i]); ok {
				if names = append(names, v.Name+"."+name); path == v.Name+"."+name {
					return t
				}
			}
		}
	}
	c.problem(codeTable, "this is not a table", e.ID(), "lookup searches a table that is known while compiling, such as csvdecode(file(…)) under locals", meant(path, names))
	return nil
}

func (c *compilation) column(t *Table, e ast.Expr) int {
	name, ok := types.String(""), false
	if e.Kind() == ast.LiteralKind {
		name, ok = e.AsLiteral().(types.String)
	}
	if !ok {
		c.problem(codeTable, "a column is named by a string", e.ID(), "", "its columns: "+words(t.Columns))
		return -1
	}
	for i, column := range t.Columns {
		if column == string(name) {
			return i
		}
	}
	hint := meant(string(name), t.Columns)
	if hint == "" {
		hint = "its columns: " + words(t.Columns)
	}
	c.problem(codeTable, `the table has no column "`+string(name)+`"`, e.ID(), "", hint)
	return -1
}

// settle puts the tables themselves where their numbers stand.
func (c *compilation) settle(e ast.Expr) {
	ast.PostOrderVisit(e, ast.NewExprVisitor(func(e ast.Expr) {
		if isCall(e, "@lookup") || isCall(e, "@lookup_text") {
			where := e.AsCall().Args()[0]
			if n, ok := where.AsLiteral().(types.Int); ok {
				where.SetKindCase(ast.NewExprFactory().NewLiteral(where.ID(), c.tables[n]))
			}
		}
	}))
}
