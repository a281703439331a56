package expr

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"syncline/pipelines/diag"
	"syncline/schema"
)

// compared checks the texts that an enum is compared with: they are its words.
func (w *exprWalk) compared(n *ast.BinaryNode) {
	switch n.Operator {
	case "==", "!=":
		w.words(n.Left, n.Right)
		w.words(n.Right, n.Left)
	case "in":
		if list, ok := n.Right.(*ast.ArrayNode); ok {
			for _, item := range list.Nodes {
				w.words(n.Left, item)
			}
		}
	}
}

func (w *exprWalk) words(of, literal ast.Node) {
	text, ok := literal.(*ast.StringNode)
	t := w.typeOf(of)
	if !ok || t.Kind != schema.KindEnum || len(t.Words) == 0 || slices.Contains(t.Words, text.Value) {
		return
	}
	hint := "its words: " + words(t.Words)
	if near := diag.Nearest(text.Value, t.Words); near != "" {
		hint = `did you mean "` + near + `"?`
	}
	place, source := text.Location(), w.m.text.Source
	w.m.problem(codeWord, `"`+text.Value+`" is not a word of the enum`, offset(source, place.From), offset(source, place.To), hint)
}

// typeOf gives the type of a name with its fields, as far as it is known.
func (w *exprWalk) typeOf(node ast.Node) schema.Type {
	names, ok := pathNames(node)
	if !ok || slices.Contains(w.lets, names[0]) {
		return schema.Type{}
	}
	for _, v := range w.m.scope.Vars {
		if v.Name != names[0] {
			continue
		}
		t := v.Type
		for _, name := range names[1:] {
			f, _ := t.Field(name)
			t = f.Type
		}
		return t
	}
	return schema.Type{}
}
