package scenario

import (
	"context"
	"slices"
)

// explain makes a failing scenario as short as it can and plays the result
// once more, to tell what happens in it.
func (m *Model) explain(ctx context.Context, s *Scenario, b *Broken, f *folders, o Options) *Failure {
	x := &shrinker{ctx: ctx, model: m, folders: f, law: b.Law, left: o.Shrink}
	if x.left == 0 {
		x.left = 400
	}
	short := x.shrink(s)
	out := m.Play(ctx, short, f.of(0), true)
	if out.Broken == nil { // it does not repeat itself: the original tells more
		short = s
		out = m.Play(ctx, s, f.of(0), true)
	}
	if out.Broken == nil {
		out.Broken = &Broken{Law: b.Law, What: b.What + " (it does not break again: the engine's behaviour depends on something that is not simulated)", Step: b.Step}
	}
	told := *short
	told.Law = out.Broken.Law
	return &Failure{Seed: s.Seed, Broken: *out.Broken, Drawn: size(s.Steps), Scenario: &told, Trace: out.Trace}
}

// shrinker looks for a shorter scenario that breaks the same law.
type shrinker struct {
	ctx     context.Context
	model   *Model
	folders *folders
	law     string
	left    int // tries
}

// breaks plays a scenario and reports whether it breaks the law.
func (x *shrinker) breaks(s *Scenario) bool {
	if x.left == 0 || x.ctx.Err() != nil {
		return false
	}
	x.left--
	b := x.model.Play(x.ctx, s, x.folders.of(0), false).Broken
	return b != nil && b.Law == x.law
}

// shrink leaves out what it can: what comes after the break, then steps, ever
// smaller stretches of them, then what happens during runs, kills and choices.
func (x *shrinker) shrink(s *Scenario) *Scenario {
	best := s.with(s.Steps)
	for again := true; again && x.left > 0; {
		again = false
		for n := max(1, len(best.Steps)/2); n > 0; n /= 2 {
			for at := 0; at < len(best.Steps); {
				end := min(at+n, len(best.Steps))
				try := best.with(slices.Concat(best.Steps[:at:at], best.Steps[end:]))
				if x.breaks(try) {
					best, again = try, true
					continue
				}
				at += n
			}
		}
		for i := range best.Steps {
			for _, simpler := range simplified(best.Steps[i]) {
				try := best.with(slices.Clone(best.Steps))
				try.Steps[i] = simpler
				if x.breaks(try) {
					best, again = try, true
					break
				}
			}
		}
	}
	return best
}

func (s *Scenario) with(steps []Step) *Scenario {
	out := *s
	out.Steps = steps
	return &out
}

// simplified returns simpler forms of a step, the simplest first.
func simplified(s Step) []Step {
	var out []Step
	change := func(fn func(*Step)) {
		c := s
		c.During = slices.Clone(s.During)
		fn(&c)
		out = append(out, c)
	}
	if len(s.During) > 0 {
		change(func(c *Step) { c.During = nil })
	}
	if len(s.During) > 1 {
		for i := range s.During {
			change(func(c *Step) { c.During = slices.Delete(c.During, i, i+1) })
		}
	}
	if s.Kill > 0 {
		change(func(c *Step) { c.Kill = 0 })
	}
	if s.Full {
		change(func(c *Step) { c.Full = false })
	}
	if s.Allow {
		change(func(c *Step) { c.Allow = false })
	}
	if s.Times > 1 && s.Do == Fault {
		change(func(c *Step) { c.Times = 1 })
	}
	if s.After > 0 {
		change(func(c *Step) { c.After = 0 })
	}
	return out
}
