package scenario

import (
	"fmt"
	"runtime/debug"
	"strings"

	"syncline/engine"
	"syncline/engine/plans"
)

// granted is a ceiling that nothing reaches.
var granted = map[string]int{"creates": 1 << 20, "overwrites": 1 << 20, "clears": 1 << 20, "deletes": 1 << 20, "missing": 1 << 20, "renamed": 1 << 20}

// run lets the engine make a pass, and holds what holds after each. The
// summary is nil when the engine was killed.
func (w *world) run(s Step) *plans.Summary {
	w.forgetShown()
	w.pass.active, w.pass.effects, w.pass.kill, w.pass.busy = true, 0, s.Kill, false
	w.pass.during = map[int][]Step{}
	for _, d := range s.During {
		w.pass.during[d.At] = append(w.pass.during[d.At], d)
	}
	o := engine.RunOptions{Full: s.Full}
	if s.Allow {
		o.Allow = granted
	}
	before := w.struck()
	summary, err, dead := w.engineRun(o)
	w.tally.strikes(before, w.struck(), err != nil, dead)
	for _, p := range w.placesInOrder() {
		w.scan(p, theEngine)
	}
	w.pass.active = false
	w.tally.Steps[Run]++
	w.tally.Effects += w.pass.effects
	if dead {
		w.say("    the engine was killed at effect %d", s.Kill)
		w.tally.Kills++
		w.backToKilled()
		w.forgetNews()
	} else {
		w.say("    the run ends after %d effects%s", w.pass.effects, ended(summary, err))
	}
	w.after(summary, err)
	if dead {
		return nil
	}
	return summary
}

// struck counts the faults that struck so far, by kind.
func (w *world) struck() map[string]int {
	out := map[string]int{}
	for _, p := range w.places {
		for kind, n := range p.memory.Struck() {
			out[kind.String()] += n
		}
		for way, n := range p.memory.Showed() {
			out[way] += n
		}
	}
	return out
}

func ended(s *plans.Summary, err error) string {
	out := ""
	if s != nil {
		for _, p := range s.Pipelines {
			for _, e := range p.Ends {
				out += fmt.Sprintf("; %s/%s read %d, agreed %d, waiting %d, review %d, aside %d", p.Pipeline, e.End, e.Read, e.Agreed, e.Waiting, e.Review, e.SetAside)
			}
			for _, h := range p.Withheld {
				out += fmt.Sprintf("; withheld %s at %s", h.Kind, h.End)
			}
		}
	}
	if err != nil {
		out += "; " + say(err.Error())
	}
	return out
}

// engineRun calls the engine. It reports whether the process ended.
func (w *world) engineRun(o engine.RunOptions) (s *plans.Summary, err error, dead bool) {
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case killed:
			s, err, dead = nil, nil, true
		default:
			w.fail(NoPanic, "the engine panics: %v\n%s", r, debug.Stack())
		}
	}()
	s, err = w.engine.Run(w.ctx, w.config, o)
	return s, err, false
}

// after holds what holds after every run.
func (w *world) after(s *plans.Summary, err error) {
	if err != nil {
		w.clean("an error", err.Error())
	}
	for _, text := range w.told {
		w.clean("a message", text)
	}
	w.told = w.told[:0]
	if s != nil {
		for i := range s.Pipelines {
			w.countsAddUp(&s.Pipelines[i])
		}
	}
	l := w.look()
	w.learn(l)
	for _, i := range l.items {
		w.say("      %s: entity %d %s: %s", i.kind, i.entity, strings.Join(i.fields, ", "), i.reason)
	}
	if _, err := w.engine.AuditVerify(w.ctx, w.config); err != nil {
		w.fail(Kill, "the journal does not verify: %v", err)
	}
}

// countsAddUp is LAW6.
func (w *world) countsAddUp(p *plans.PipelineSummary) {
	for _, e := range p.Ends {
		w.tally.Laws[Counts.Name]++
		sum := e.SetAside + e.Review + e.Waiting + e.InFlight + e.NotReached + e.Agreed
		if e.Read != sum || min(e.SetAside, e.Review, e.Waiting, e.InFlight, e.NotReached, e.Agreed) < 0 {
			w.fail(Counts, "end %s/%s read %d records and counts %+v", p.Pipeline, e.End, e.Read, e)
		}
	}
}

// clean is LAW8 for what people read.
func (w *world) clean(what, text string) {
	for _, word := range []string{canary, labelled} {
		if strings.Contains(text, word) {
			w.fail(Undeclared, "%s holds what it must not: %s", what, say(text))
		}
	}
}

func (w *world) placesInOrder() []*place {
	var out []*place
	for _, s := range w.model.systems {
		out = append(out, w.places[s.name])
	}
	return out
}
