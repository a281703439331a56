package expr

import (
	"errors"
	"time"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"syncline/pipelines/funcs"
)

var errSpan = errors.New(`a duration is written "90s", "4h", "45d" or "1d12h"`)

// ago returns the moment so long before now.
func ago(now, span ref.Val) ref.Val {
	t, ok := now.(types.Timestamp)
	s, isText := span.(types.String)
	if !ok || !isText {
		return types.NoSuchOverloadErr()
	}
	d, err := funcs.ParseSpan(string(s))
	if err != nil {
		return types.WrapErr(errSpan)
	}
	return types.Timestamp{Time: t.Time.Add(-d)}
}

// spanOf returns the function that gives n units of time.
func spanOf(unit time.Duration) func(ref.Val) ref.Val {
	return func(v ref.Val) ref.Val {
		n, ok := v.(types.Int)
		if !ok {
			return types.NoSuchOverloadErr()
		}
		if limit := int64(1<<63-1) / int64(unit); int64(n) > limit || int64(n) < -limit {
			return types.WrapErr(errNumber)
		}
		return types.Duration{Duration: time.Duration(n) * unit}
	}
}
