package expr

import (
	"errors"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"github.com/google/cel-go/common/ast"
)

const (
	defaultLimit = 200_000 // units of CEL's cost: about 20 ms
	maxNodes     = 2_000
	maxDepth     = 120
	maxTexts     = 4 << 10 // letters that a text of unknown length is taken to have
	maxItems     = 100     // elements that a list of unknown length is taken to have
)

// limit returns the cost limit of a program, 0 when its tree alone bounds it:
// watching the cost costs more than most expressions.
func (c *compilation) limit(checked *cel.Ast) uint64 {
	limit := c.opts.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	loops := false
	ast.PostOrderVisit(c.checked.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		loops = loops || e.Kind() == ast.ComprehensionKind
	}))
	estimate, err := c.env.env.EstimateCost(checked, sizes{})
	if loops || err != nil || estimate.Max > limit {
		return limit
	}
	return 0
}

// sizes tells the estimate how large values of a record are at most.
type sizes struct{}

func (sizes) EstimateSize(e checker.AstNode) *checker.SizeEstimate {
	if e.Type() != nil && e.Type().TypeName() == "list" {
		return &checker.SizeEstimate{Max: maxItems}
	}
	return &checker.SizeEstimate{Max: maxTexts}
}

func (sizes) EstimateCallCost(string, string, *checker.AstNode, []checker.AstNode) *checker.CallEstimate {
	return nil
}

// nested reports, as a problem, a tree too large or too deep to be compiled.
func (c *compilation) nested(e ast.Expr) bool {
	if ast.NodeCount(c.parsed) <= maxNodes && !ast.ExceedsDepth(c.parsed, maxDepth) {
		return false
	}
	c.problem(codeLarge, "the expression is too large", e.ID(), "", "split it, or keep its words in a table under locals")
	return true
}

func isAbsent(err error) bool { return errors.Is(err, errAbsent) }

func moment(micro int64) time.Time { return time.UnixMicro(micro).UTC() }
