package engine

import (
	"strings"

	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/pipelines"
)

// breakersOf returns what is left alone of a pipeline, or failed lately.
func (e *Engine) breakersOf(s *state.Store, p *pipelines.Pipeline, pn state.Number) (out []plans.Breaker, err error) {
	now := e.options.Clock()
	err = s.View(func(v *state.View) error {
		return v.Breakers(pn, func(k *state.Breaker) error {
			b := plans.Breaker{
				Pipeline: p.Name, End: endName(s, p, k.End), Failures: k.Failures, Reason: k.Reason, Until: k.Until, Open: k.Until.After(now),
			}
			if k.Unit != 0 {
				b.Field = strings.TrimPrefix(s.Name(state.NumberUnit, k.Unit), p.Name+"/")
			}
			out = append(out, b)
			return nil
		})
	})
	return out, err
}
