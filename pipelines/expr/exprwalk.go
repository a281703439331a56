package expr

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// maxLoops is how deep loops may stand in loops.
const maxLoops = 2

// exprWalk notes what an Expr tree reads.
type exprWalk struct {
	m    *many
	lets []string // names that let declares
}

func (w *exprWalk) visit(node ast.Node, loops int) {
	switch n := node.(type) {
	case *ast.IdentifierNode:
		w.path(n)
	case *ast.MemberNode:
		if !w.path(n) {
			w.visit(n.Node, loops)
			w.visit(n.Property, loops)
		}
	case *ast.ChainNode:
		w.visit(n.Node, loops)
	case *ast.PredicateNode:
		if loops == maxLoops {
			place := n.Location()
			w.m.problem(codeLoops, "loops stand more than two deep", offset(w.m.text.Source, place.From), offset(w.m.text.Source, place.To), "group or index the rows first, then look them up")
			return
		}
		w.visit(n.Node, loops+1)
	case *ast.UnaryNode:
		w.visit(n.Node, loops)
	case *ast.BinaryNode:
		w.compared(n)
		w.visit(n.Left, loops)
		w.visit(n.Right, loops)
	case *ast.SliceNode:
		w.each(loops, n.Node, n.From, n.To)
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); !ok || w.known(id.Value) {
			w.visit(n.Callee, loops)
		}
		w.each(loops, n.Arguments...)
	case *ast.BuiltinNode:
		w.each(loops, n.Arguments...)
	case *ast.ConditionalNode:
		w.each(loops, n.Cond, n.Exp1, n.Exp2)
	case *ast.VariableDeclaratorNode:
		w.visit(n.Value, loops)
		w.lets = append(w.lets, n.Name)
		w.visit(n.Expr, loops)
		w.lets = w.lets[:len(w.lets)-1]
	case *ast.SequenceNode:
		w.each(loops, n.Nodes...)
	case *ast.ArrayNode:
		w.each(loops, n.Nodes...)
	case *ast.MapNode:
		w.each(loops, n.Pairs...)
	case *ast.PairNode:
		w.each(loops, n.Key, n.Value)
	}
}

func (w *exprWalk) each(loops int, nodes ...ast.Node) {
	for _, n := range nodes {
		if n != nil {
			w.visit(n, loops)
		}
	}
}

func (w *exprWalk) known(name string) bool {
	return slices.ContainsFunc(w.m.scope.Vars, func(v Var) bool { return v.Name == name })
}

// path notes a name with its fields; it reports whether the node is one.
func (w *exprWalk) path(node ast.Node) bool {
	names, ok := pathNames(node)
	if !ok {
		return false
	}
	if slices.Contains(w.lets, names[0]) {
		return true
	}
	if names[0] == "$env" {
		w.m.problem(codeName, "$env is not known here", 0, len(w.m.text.Source), "")
		return true
	}
	if names[0] == "now" {
		w.time()
		return true
	}
	for _, v := range w.m.scope.Vars {
		if v.Name == names[0] {
			w.use(v, names)
		}
	}
	if slices.Contains(w.m.scope.Ends, names[0]) && !w.known(names[0]) && len(names) > 1 {
		w.m.read.uses["sides"] = true
	}
	return true
}

func (w *exprWalk) time() {
	w.m.read.now = true
	if !w.m.opts.Now {
		w.m.problem(codeNow, "the time is not known here", 0, len(w.m.text.Source), "now and ago() belong into `when` beside `every`")
	}
}

func (w *exprWalk) use(v Var, names []string) {
	path, typ, static, class := v.Name, v.Type, v.Static, v.Class
	for _, name := range names[1:] {
		path += "." + name
		static = static.Field(name)
		f, _ := typ.Field(name)
		typ, class = f.Type, max(class, f.Class)
	}
	w.m.read.uses[path] = true
	w.m.read.class = max(w.m.read.class, class, strongest(typ))
	if !v.Static.IsAbsent() {
		w.m.statics[path] = static
	}
}

// pathNames returns the names of a.b.c.
func pathNames(node ast.Node) ([]string, bool) {
	switch n := node.(type) {
	case *ast.IdentifierNode:
		return []string{n.Value}, true
	case *ast.ChainNode:
		return pathNames(n.Node)
	case *ast.MemberNode:
		property, isName := n.Property.(*ast.StringNode)
		names, ok := pathNames(n.Node)
		if !isName || !ok {
			return nil, false
		}
		return append(names, property.Value), true
	}
	return nil, false
}
