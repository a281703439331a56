package expr

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"syncline/schema"
)

func (q *quick) binary(name string, a, b ast.Expr) (step, bool) {
	switch name {
	case operators.Add:
		if !q.typed(a, types.StringKind) || !q.typed(b, types.StringKind) {
			return nil, false
		}
	case operators.Equals, operators.NotEquals:
		if !q.comparable(a) || !q.comparable(b) {
			return nil, false
		}
	}
	x, okX := q.compile(a)
	y, okY := q.compile(b)
	if !okX || !okY {
		return nil, false
	}
	switch name {
	case operators.Add:
		return concat(x, y), true
	case operators.Equals:
		return equal(x, y, true), true
	case operators.NotEquals:
		return equal(x, y, false), true
	case operators.LogicalAnd:
		return logic(x, y, false), true
	}
	return logic(x, y, true), true
}

func (q *quick) typed(e ast.Expr, kind types.Kind) bool {
	t := q.c.checked.GetType(e.ID())
	return t != nil && t.Kind() == kind
}

func (q *quick) comparable(e ast.Expr) bool {
	return q.typed(e, types.StringKind) || q.typed(e, types.IntKind) || q.typed(e, types.BoolKind) || q.typed(e, types.NullTypeKind)
}

func isText(v schema.Value) bool {
	return v.Kind() == schema.KindString && (v.Is() || v.State() == schema.Empty)
}

func both(f *Frame, x, y step) (a, b schema.Value, err error) {
	if a, err = x(f); err != nil {
		return a, b, err
	}
	b, err = y(f)
	return a, b, err
}

func concat(x, y step) step {
	return func(f *Frame) (schema.Value, error) {
		a, b, err := both(f, x, y)
		if err != nil {
			return a, err
		}
		if !isText(a) || !isText(b) {
			return a, errKind
		}
		if len(a.Text())+len(b.Text()) > maxMade {
			return a, errMade
		}
		return schema.String(a.Text() + b.Text()), nil
	}
}

func equal(x, y step, want bool) step {
	return func(f *Frame) (schema.Value, error) {
		a, b, err := both(f, x, y)
		if err != nil {
			return a, err
		}
		same := a.State() == b.State() && a.Kind() == b.Kind() && a.Text() == b.Text() && a.Int() == b.Int()
		return schema.Bool(same == want), nil
	}
}

// logic is && and ||, either of which is decided by one side alone, even when
// the other cannot be evaluated.
func logic(x, y step, decides bool) step {
	return func(f *Frame) (schema.Value, error) {
		a, err := truth(x, f)
		if err == nil && a == decides {
			return schema.Bool(decides), nil
		}
		b, other := truth(y, f)
		if other == nil && b == decides {
			return schema.Bool(decides), nil
		}
		if err == nil {
			err = other
		}
		if err != nil {
			return schema.Value{}, err
		}
		return schema.Bool(!decides), nil
	}
}

func truth(s step, f *Frame) (bool, error) {
	v, err := s(f)
	if err != nil {
		return false, err
	}
	if v.Kind() != schema.KindBool {
		return false, errKind
	}
	return v.Bool(), nil
}

func (q *quick) not(e ast.Expr) (step, bool) {
	s, ok := q.compile(e)
	return func(f *Frame) (schema.Value, error) {
		b, err := truth(s, f)
		if err != nil {
			return schema.Value{}, err
		}
		return schema.Bool(!b), nil
	}, ok
}

func (q *quick) conditional(args []ast.Expr) (step, bool) {
	steps, ok := q.all(args)
	if !ok {
		return nil, false
	}
	return func(f *Frame) (schema.Value, error) {
		yes, err := truth(steps[0], f)
		if err != nil {
			return schema.Value{}, err
		}
		if yes {
			return steps[1](f)
		}
		return steps[2](f)
	}, true
}
