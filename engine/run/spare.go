package run

import (
	"syncline/connectors"
	"syncline/engine/state"
	"syncline/schema"
)

// spares are the subjects of the page in hand, and what they need of the heap.
// The next page uses them again: a pass over millions of records makes no more
// garbage than a page.
type spares struct {
	subjects   []*subject
	taken      int
	values     []schema.Value
	deliveries []*delivery
	sent       int
	out        []*delivery
	intents    []state.Intent
	bytes      []byte
	masses     []mass
}

// turnPage says that nothing of the last page is needed any more.
func (p *pass) turnPage() {
	x := &p.spares
	x.taken, x.values, x.sent, x.bytes = 0, x.values[:0], 0, x.bytes[:0]
}

// spareDelivery returns an empty delivery that is valid until the page is
// turned.
func (p *pass) spareDelivery() *delivery {
	x := &p.spares
	if x.sent == len(x.deliveries) {
		x.deliveries = append(x.deliveries, &delivery{})
	}
	d := x.deliveries[x.sent]
	x.sent++
	*d = delivery{
		intent: state.Intent{Units: d.intent.Units[:0]},
		change: connectors.Change{Set: d.change.Set[:0], Seen: d.change.Seen[:0], Args: d.change.Args[:0]},
	}
	return d
}

// kept takes the spare bytes back after something was appended to them, and
// returns that: it is valid until the page is turned.
func (p *pass) kept(appended []byte) []byte {
	at := len(p.spares.bytes)
	p.spares.bytes = appended
	return appended[at:len(appended):len(appended)]
}

// spareSubject returns a blank subject that is valid until the page is turned.
func (p *pass) spareSubject() *subject {
	x := &p.spares
	if x.taken == len(x.subjects) {
		x.subjects = append(x.subjects, p.blankSubject())
	}
	s := x.subjects[x.taken]
	x.taken++
	s.reset()
	return s
}

// spareValues returns n values that are valid until the page is turned.
func (p *pass) spareValues(n int) []schema.Value {
	x := &p.spares
	if cap(x.values)-len(x.values) < n {
		x.values = make([]schema.Value, 0, max(n, 2*cap(x.values), 1024))
	}
	at := len(x.values)
	x.values = x.values[:at+n]
	clear(x.values[at:])
	return x.values[at : at+n : at+n]
}

// reset makes the subject blank and keeps its memory.
func (s *subject) reset() {
	clear(s.seen)
	clear(s.away)
	clear(s.obs)
	clear(s.joined)
	s.link.Reset()
	s.entity.Reset()
	s.prior.Reset()
	for i := range s.units {
		s.units[i].Reset()
	}
	*s = subject{
		link: s.link, seen: s.seen, away: s.away, obs: s.obs, own: s.own, entity: s.entity, prior: s.prior, units: s.units,
		joined: s.joined, group: -1, writes: s.writes[:0], waits: s.waits[:0], dead: s.dead[:0],
	}
}
