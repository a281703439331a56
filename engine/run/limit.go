package run

import (
	"fmt"
	"strings"
	"time"

	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// limit holds back a write that would go on for ever between two systems that
// do not leave each other's values alone. A person sees when it was written
// where; the values are in the journal.
func (p *pass) limit(s *subject, unit int, u *plans.Unit) {
	d := &s.units[unit]
	if d.Kind != decide.Write || s.fresh {
		return
	}
	if item := p.open.find(s.link.Entity, p.numbers.units[unit]); item != nil && item.Choice != nil {
		return // a person wants it so
	}
	su := s.link.Unit(p.numbers.units[unit])
	if su == nil || su.Extra == "" {
		return
	}
	ring := decodeExtra(su.Extra).ring
	if s.outside() {
		ring = ring.Outside()
	}
	for i := range d.Writes {
		w := &d.Writes[i]
		ring := ring
		if p.sourceMoved(s, unit, w.Source, w.End) {
			ring = ring.Outside()
		}
		if !w.First && ring.Oscillates(p.post(unit, w.End, w.Post), p.now.UnixMicro(), believed(u, d, su, w.End)) {
			d.Hold(decide.Review, w.End, p.turns(&ring))
			d.Rule = ruleOscillation
			return
		}
	}
}

// believed says how often a value may have been written to an end before: as
// seldom as can be where somebody set it back since.
func believed(u *plans.Unit, d *decide.Decision, su *state.Unit, end int) int {
	back := end < len(su.Bases) && end < len(d.Seen()) && d.Seen()[end] != 0 && d.Seen()[end] != su.Bases[end]
	switch {
	case !back:
		return decide.Toggled
	case u.Drift == decide.DriftRestore && !u.Ends[end].Speaks:
		return decide.Restored
	}
	return decide.Never
}

// sourceMoved reports whether the end whose value is written shows another one
// than when it was last decided on: then somebody else changed it, whatever is
// known of its record.
func (p *pass) sourceMoved(s *subject, unit, source, target int) bool {
	su, seen := s.link.Unit(p.numbers.units[unit]), s.units[unit].Seen()
	if su == nil || source < 0 || source == target || source >= len(su.Bases) || source >= len(seen) {
		return false
	}
	return seen[source] != 0 && su.Bases[source] != 0 && seen[source] != su.Bases[source]
}

// ruleOscillation is the rule of what goes round in circles.
const ruleOscillation = "oscillation"

// post is a post-image as a ring keeps it.
func (p *pass) post(unit, end int, v schema.Value) uint64 {
	return decide.Post(p.Pipeline.Units[unit].Form.Hash(uint64(end), v), end)
}

// turns says in words what a ring shows.
func (p *pass) turns(r *decide.Ring) string {
	var turns []string
	for i := range r.Len {
		if end := r.EndOf(i); end < len(p.ends) && r.Times[i] != 0 {
			turns = append(turns, p.ends[end].Name+" "+microTime(r.Times[i]).Format(time.DateTime))
		}
	}
	text := "it was written again and again and does not stay: something else writes it too, or two systems disagree about its form"
	if len(turns) > 0 {
		text += fmt.Sprintf("; written to %s", strings.Join(turns, ", "))
	}
	return text
}

// outside reports whether somebody else changed a record of the subject since
// the last decision.
func (s *subject) outside() bool {
	for i, o := range s.obs {
		if o != nil && s.link.Ends[i].Raw != 0 && s.link.Ends[i].Raw != o.Hash {
			return true
		}
	}
	return false
}
