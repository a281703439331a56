package expr

import "syncline/pipelines/diag"

func compileExpr(text diag.Text, scope *Scope, opts Options) (Program, []diag.Problem) {
	return nil, []diag.Problem{{Code: "SYN3000", Range: text.Range}}
}
