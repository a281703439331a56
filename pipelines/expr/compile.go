package expr

import (
	"syncline/pipelines/diag"
)

// CEL compiles an expression over one record, type-checked against the scope,
// to a program that gives a value of opts.Want. When one of the problems is
// an error the program is nil.
func CEL(text diag.Text, scope *Scope, opts Options) (Program, []diag.Problem) {
	return compileCEL(text, scope, opts)
}

// Expr compiles an expression over several ends or many records, in the Expr
// language. When one of the problems is an error the program is nil.
func Expr(text diag.Text, scope *Scope, opts Options) (Program, []diag.Problem) {
	return compileExpr(text, scope, opts)
}
