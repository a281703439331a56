package run

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"syncline/engine/state"
)

// Where passes follow each other all day, a ceiling is not one pass's: a slow
// stream of wrong edits would pass below it in many small ones. What passes
// wrote is kept by the minute for as long as they share a ceiling.

// minute is how much of each kind left in one minute.
type minute struct {
	at     int64 // seconds
	counts map[mass]int
}

func hourName(pipeline string) string { return "hour/" + pipeline }

// minutes reads what earlier passes wrote and what still counts.
func (p *pass) minutes(v *state.View) []minute {
	var out []minute
	since := p.now.Add(-p.Within).Unix()
	r := reader{b: v.Hash(hourName(p.Pipeline.Name))}
	for len(r.b) > 0 && r.err == nil {
		m := minute{at: int64(r.uvarint()), counts: map[mass]int{}}
		for n := r.uvarint(); n > 0 && r.err == nil; n-- {
			if k, count, ok := p.mass(&r); ok {
				m.counts[k] += count
			}
		}
		if r.err == nil && m.at > since && m.at <= p.now.Add(p.Within).Unix() { // a clock that was set back forgets nothing
			out = append(out, m)
		}
	}
	return out
}

// loadHour charges this pass with what earlier ones wrote.
func (p *pass) loadHour(v *state.View) {
	p.hour = map[mass]int{}
	if p.Within == 0 {
		return
	}
	for _, m := range p.minutes(v) {
		for k, n := range m.counts {
			p.hour[k] += n
			p.spent[k] += n
		}
	}
}

// closeHour adds what this pass wrote.
func (p *pass) closeHour(b *state.Batch) {
	now := minute{at: p.now.Truncate(time.Minute).Unix(), counts: map[mass]int{}}
	for m := range p.spent {
		if n := p.own(m); n > 0 {
			now.counts[m] = n
		}
	}
	var all []minute
	p.view(func(v *state.View) error {
		all = p.minutes(v)
		return nil
	})
	if len(now.counts) > 0 {
		all = append(all, now)
	}
	var text []byte
	for _, m := range all {
		text = binary.AppendUvarint(text, uint64(m.at))
		text = binary.AppendUvarint(text, uint64(len(m.counts)))
		for _, k := range slices.SortedFunc(maps.Keys(m.counts), mass.compare) {
			text = p.appendMass(text, k, m.counts[k])
		}
	}
	b.SetHash(hourName(p.Pipeline.Name), text)
}
