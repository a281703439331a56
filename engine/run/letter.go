package run

import (
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
)

// letterAttempts is how often a write is refused, or stays without an answer,
// pass after pass, before it becomes a dead letter.
const letterAttempts = 5

// reasonLetter is what a record counts as that a dead letter keeps from being
// written.
const reasonLetter = "dead letter"

// letterKey names what cannot be delivered: a record of the end it is to be
// written at or, while it is not there yet, the record it is made from.
type letterKey struct {
	end    state.Number
	record string
}

// letters are the writes of a pipeline that failed before, and those that are
// not tried again until somebody says so or a record changes.
type letters struct {
	all  map[letterKey]*state.Dead
	of   map[state.Entity][]letterKey
	seen map[letterKey]bool // looked at in this pass
}

func (l *letters) load(p *pass, v *state.View) error {
	l.all, l.of, l.seen = map[letterKey]*state.Dead{}, map[state.Entity][]letterKey{}, map[letterKey]bool{}
	return v.Deads(p.numbers.pipeline, func(d *state.Dead) error {
		if d.Kind == state.DeadLetter || d.Kind == state.DeadFailing {
			l.put(letterKey{d.End, strings.Clone(d.Record)}, d)
		}
		return nil
	})
}

func (l *letters) put(k letterKey, d *state.Dead) {
	if l.all[k] == nil && d.Entity != 0 {
		l.of[d.Entity] = append(l.of[d.Entity], k)
	}
	l.all[k] = d
}

func (p *pass) letterKeyOf(s *subject, end int) letterKey {
	if id := s.link.Ends[end].Record; id != "" {
		return letterKey{p.numbers.ends[end], id}
	}
	for i, e := range p.ends {
		if id := p.recordAt(s, i); id != "" {
			return letterKey{p.numbers.ends[end], subjectName(e, id)}
		}
	}
	return letterKey{p.numbers.ends[end], s.label()}
}

// rawOf is what a letter was refused for: the records as they were, under this
// mapping. Anything else is tried again.
func (p *pass) rawOf(s *subject) uint64 {
	h := p.Pipeline.Hash
	for _, o := range s.obs {
		h *= 0x9e3779b97f4a7c15
		if o != nil {
			h ^= o.Hash
		}
	}
	return h
}

// dead returns the letter that keeps a write towards an end from being sent;
// nil when it may be sent.
func (p *pass) deadAt(s *subject, end int) *state.Dead {
	if len(p.open.letters.all) == 0 {
		return nil
	}
	d := p.open.letters.all[p.letterKeyOf(s, end)]
	if d == nil || d.Kind != state.DeadLetter || d.Retry || d.Raw != p.rawOf(s) {
		return nil
	}
	return d
}

// undeliverable takes the writes out of a subject that are dead letters.
func (p *pass) undeliverable(s *subject) {
	s.dead = s.dead[:0]
	if len(p.open.letters.all) == 0 {
		return
	}
	kept := s.writes[:0]
	for _, w := range s.writes {
		if p.deadAt(s, w.end) == nil {
			kept = append(kept, w)
			continue
		}
		s.dead = append(s.dead, w.end)
		p.predictDead(s, w.end)
	}
	clear(s.writes[len(kept):]) // their parts may be another's memory now
	s.writes = kept
	for _, end := range s.fatal() {
		if p.deadAt(s, end) != nil {
			s.dead = append(s.dead, end)
		}
	}
	if len(s.fatal()) > 0 && len(s.dead) > 0 {
		s.verdict = decide.Verdict{Fate: decide.Waits, Cause: -1, Reason: reasonLetter}
	}
}

func (p *pass) predictDead(s *subject, end int) {
	if p.Predict != nil && p.counting && !(s.fresh && len(s.writes) == 0) {
		p.Predict(p.planned(s, end, plans.Aside, reasonLetter))
	}
}

// settleLetters counts what a page's writes came to: what failed once more,
// and what is delivered, or not wanted any more.
func (p *pass) settleLetters(s *subject, mine []*delivery, b *state.Batch) {
	tried := make(map[letterKey]bool, len(mine))
	for _, d := range mine {
		k := p.letterKeyOf(s, d.w.end)
		tried[k] = true
		switch {
		case d.step == decide.Confirm:
			p.delivered(k, "delivered", b)
		case d.step == decide.Keep:
			p.failing(s, k, d.w.end, "nobody knows whether it arrived", b)
		case s.refusal != nil && s.refusal.end == d.w.end:
			if p.failing(s, k, d.w.end, reasonRefused+" "+p.ends[d.w.end].Name+": "+s.refusal.text, b) {
				s.refusal, s.dead = nil, append(s.dead, d.w.end)
			}
		default:
			tried[k] = d.step != decide.Confirm
		}
	}
	for _, end := range s.dead {
		tried[p.letterKeyOf(s, end)] = true
	}
	for k := range tried {
		p.open.letters.seen[k] = true
	}
	if s.held.kind != free || len(s.waits) > 0 || s.moved || s.flying || p.inFlightAnywhere(s.link.Entity) {
		return
	}
	for _, k := range slices.Clone(p.open.letters.of[s.link.Entity]) {
		if !tried[k] && s.link.Entity != 0 {
			p.delivered(k, "there is nothing to write any more", b)
		}
	}
}

// delivered forgets a letter.
func (p *pass) delivered(k letterKey, why string, b *state.Batch) {
	d := p.open.letters.all[k]
	if d == nil {
		return
	}
	b.DeleteDead(p.numbers.pipeline, k.end, k.record)
	if d.Kind == state.DeadLetter {
		p.markClosed("dead letter", d.Entity, p.recordText(k), nil, why, d.At)
	}
	delete(p.open.letters.all, k)
	p.open.letters.of[d.Entity] = slices.DeleteFunc(p.open.letters.of[d.Entity], func(x letterKey) bool { return x == k })
	if len(p.open.letters.of[d.Entity]) == 0 {
		delete(p.open.letters.of, d.Entity)
	}
}

// failing counts an attempt. It reports whether the write is a dead letter
// now: its owner is told once.
func (p *pass) failing(s *subject, k letterKey, end int, reason string, b *state.Batch) bool {
	d := state.Dead{
		Kind: state.DeadFailing, Pipeline: p.numbers.pipeline, End: k.end, Record: strings.Clone(k.record), Entity: s.link.Entity,
		Reason: reason, At: p.now,
	}
	if s.fresh && !s.flying {
		d.Entity = 0 // a number that nothing is stored under means nothing
	}
	old := p.open.letters.all[k]
	if old != nil {
		d.At, d.Attempts = old.At, old.Attempts
	}
	d.Attempts++
	if d.Attempts >= letterAttempts {
		d.Kind, d.Raw = state.DeadLetter, p.rawOf(s)
	}
	if d.Kind == state.DeadLetter && (old == nil || old.Kind != state.DeadLetter || old.Reason != reason) {
		p.tell(Notice{Kind: "dead letter", End: p.ends[end].Name, Record: k.record, Text: reason})
		p.markOpened("dead letter", d.Entity, p.recordText(k), nil, reasonOfKind(reason))
	}
	b.PutDead(&d)
	p.open.letters.put(letterKey{d.End, d.Record}, &d)
	return d.Kind == state.DeadLetter
}

// reasonOfKind is the part of a reason that no end had a say in.
func reasonOfKind(reason string) string {
	if strings.HasPrefix(reason, reasonRefused) {
		return reasonRefused
	}
	return reason
}

func (p *pass) recordText(k letterKey) string {
	if i := p.endOf(k.end); i >= 0 && !strings.Contains(k.record, "/") {
		return subjectName(p.ends[i], k.record)
	}
	return k.record
}

// waitAlone keeps in sight that a new record waits: with its reason, by its id.
func (p *pass) waitAlone(e *endPass, id, reason string) {
	e.waiting++
	if !p.Write {
		return
	}
	d := state.Dead{
		Kind: state.DeadWaiting, Pipeline: p.numbers.pipeline, End: e.number, Record: strings.Clone(id), Reason: reason, At: p.now,
	}
	e.buried[d.Record] = true
	known := false
	p.view(func(v *state.View) error {
		old, ok := v.Dead(d.Pipeline, d.End, d.Record)
		if ok && old.Kind == state.DeadWaiting {
			d.At, known = old.At, old.Reason == reason && !old.Retry
		}
		return nil
	})
	if !known {
		p.dead = append(p.dead, d)
	}
}

// replay reads those records by id that wait although a listing of what changed
// does not name them: what is asked about, what waits for another record, and
// what somebody wants to be tried again.
func (p *pass) replay(e *endPass, fetch func([]wanted) error) error {
	if _, ok := e.conn.(connectors.Getter); !ok || !e.incremental {
		return nil
	}
	var work []wanted
	add := func(id string) {
		if id != "" && !e.looked[id] {
			work = append(work, wanted{item: &connectors.Item{ID: id}, index: -1})
		}
	}
	for _, c := range p.open.subjects {
		if len(c.Sides) > 0 && c.Sides[0].End == e.number {
			add(c.Sides[0].Record)
		}
	}
	for _, d := range p.open.stayed {
		if d.End == e.number {
			add(d.Record)
		}
	}
	for _, d := range p.open.letters.all {
		name, id, ok := strings.Cut(d.Record, "/")
		if ok && d.Entity == 0 && name == e.Name && d.Retry {
			add(id)
		}
	}
	slices.SortFunc(work, func(a, b wanted) int { return strings.Compare(a.item.ID, b.item.ID) })
	work = slices.CompactFunc(work, func(a, b wanted) bool { return a.item.ID == b.item.ID })
	if len(work) == 0 {
		return nil
	}
	e.read += len(work)
	e.replaying = true
	defer func() { e.replaying = false }()
	return fetch(work)
}

// deadIntent reports whether an intent is a dead letter: it is not sent again
// by itself. Nobody looked at its records yet, so that only a person's word, or
// a later pass that sees them changed, lifts it.
func (p *pass) deadIntent(d *delivery) bool {
	x := p.open.letters.all[p.letterKeyOf(d.s, d.w.end)]
	return x != nil && x.Kind == state.DeadLetter && !x.Retry
}
