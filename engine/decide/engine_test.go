package decide_test

import (
	"fmt"

	"syncline/engine/decide"
)

// engine returns what the engine may do next; without faults there is one.
func (w *world) engine(s state, faults bool) []state {
	switch s.pc {
	case idle:
		if end := s.open(); end >= 0 {
			return []state{w.recovered(s, end)}
		}
		s.pc, s.at = reading, 0
		return w.read(s, faults)
	case reading:
		return w.read(s, faults)
	case deciding, reread:
		return []state{w.decided(s)}
	case sending:
		return w.send(s, faults)
	case answered:
		cur := s.sides[s.at]
		echo := decide.Echo{Value: words[cur.val], Revision: fmt.Sprint(cur.rev), Written: fmt.Sprint(s.seen[s.at].rev)}
		return []state{w.confirmed(s, int(s.at), &echo, s.seen[s.at].rev)}
	case refused:
		return []state{w.refused(s, int(s.at))}
	}
	return []state{w.again(s)}
}

// read takes the next end's observation, which a replica may serve stale.
func (w *world) read(s state, faults bool) []state {
	o := s.sides[s.at]
	versions := []seenSide{{o.val, o.rev}}
	if faults && o.prevRev >= 0 {
		versions = append(versions, seenSide{o.prev, o.prevRev})
	}
	var next []state
	for _, v := range versions {
		n := s
		n.seen[n.at] = v
		n.at++
		if int(n.at) == w.n {
			n.pc, n.at = deciding, 0
		}
		next = append(next, n)
	}
	return next
}

func (w *world) decided(s state) state {
	in := decide.Input{Base: w.baseOf(&s), Owner: -1, SystemOfRecord: -1, Reread: s.pc == reread}
	for i := range w.n {
		o := s.seen[i]
		in.Ends = append(in.Ends, decide.Seen{Presence: decide.Live, Value: words[o.val], Older: o.rev < s.floor[i]})
	}
	if s.conf {
		in.Open = &decide.Open{Conflict: true}
	}
	var d decide.Decision
	decide.Decide(&w.unit, &in, &d)
	return w.carryOut(s, &d)
}

func (w *world) carryOut(s state, d *decide.Decision) state {
	if d.Finding == decide.Stale {
		return s.rest()
	}
	if d.Kind == decide.Again {
		s.pc, s.at = rereading, 0
		return s
	}
	for i := range w.n {
		s.floor[i] = max(s.floor[i], s.seen[i].rev)
	}
	if d.Close && d.Kind != decide.Write {
		s.conf, s.shown = false, [ends]int8{}
	}
	switch d.Kind {
	case decide.Rebase:
		return w.converged(s, d)
	case decide.Conflict, decide.Review:
		if !s.conf && s.edited.Len() < 2 {
			w.violate("INV5", "a conflict, and only one end was ever edited")
		}
		s.conf = true
		for i := range w.n {
			s.shown[i] = s.seen[i].val
		}
		return s.rest()
	case decide.Write:
		return w.intend(s, d)
	}
	return s.rest()
}

func (w *world) converged(s state, d *decide.Decision) state {
	s.store(decide.Settle(w.baseOf(&s), d))
	same := true
	for i := range w.n {
		same = same && s.sides[i].val == s.seen[i].val && s.sides[i].val == s.sides[0].val
	}
	if same {
		s.lonely = 0
	}
	// Two equal reads of each end prove that all held the value at one moment,
	// whatever came after. An edit back to it is no change.
	for i := range w.n {
		if same || s.pc == reread {
			s.delivered[i] = s.seen[i].val
		}
	}
	return s.rest()
}

// intend is T1: the intents are stored before a byte leaves.
func (w *world) intend(s state, d *decide.Decision) state {
	for i := range d.Writes {
		q := &d.Writes[i]
		m := decide.Intend(&w.unit, d, q)
		it := intent{
			on: true, due: true, source: int8(m.Source), pre: s.seen[q.End].val, preRev: s.seen[q.End].rev,
			post: wordOf(m.Post), agreed: m.Agreed, owed: m.Owed, spread: m.Spread, grade: q.Grade,
		}
		copy(it.after[:], m.After)
		copy(it.saw[:], m.Seen)
		if m.Source >= 0 {
			it.srcRev = s.seen[m.Source].rev
		}
		s.intents[q.End] = it
		s.store(decide.Advance(w.baseOf(&s), &m, q.End, decide.Intended, nil))
	}
	s.pc, s.at, s.seen = sending, 0, [ends]seenSide{}
	return s
}

// send is T2, for the next intent that is due.
func (w *world) send(s state, faults bool) []state {
	end := s.due()
	if end < 0 {
		return []state{s.rest()}
	}
	it := s.intents[end]
	q := wire{
		on: true, target: int8(end), post: it.post, pre: it.pre, preRev: it.preRev,
		src: it.source, srcRev: it.srcRev, grade: it.grade,
	}
	n := s
	n.intents[end].due = false
	lost := n
	n.at, n.pc = int8(end), refused
	if w.land(&n, q) {
		n.pc = answered
		n.seen[end] = seenSide{n.sides[end].val, n.sides[end].rev}
	}
	next := []state{n}
	if faults && s.drops < w.maxDrops {
		lost.drops++
		for i := range lost.net {
			if !lost.net[i].on {
				lost.net[i] = q
				break
			}
		}
		next = append(next, w.replied(lost, end, decide.NoReply))
	}
	return next
}

func (w *world) refused(s state, end int) state {
	return w.replied(s, end, decide.Moved)
}

// replied does what the protocol says about an answer that is no success. The
// intents that are still due go on.
func (w *world) replied(s state, end int, reply decide.Reply) state {
	it := w.asIntent(&s.intents[end], end)
	if decide.After(&it, reply) == decide.Forget {
		s.intents[end] = intent{}
	}
	return w.goOn(s)
}

func (w *world) goOn(s state) state {
	if s.due() < 0 {
		return s.rest()
	}
	s.pc, s.at, s.seen = sending, 0, [ends]seenSide{}
	return s
}

// confirmed is T3.
func (w *world) confirmed(s state, end int, echo *decide.Echo, rev int8) state {
	it := s.intents[end]
	m := w.image(&it)
	s.store(decide.Advance(w.baseOf(&s), &m, end, decide.Confirmed, echo))
	s.floor[end] = max(s.floor[end], rev)
	if it.source >= 0 {
		s.floor[it.source] = max(s.floor[it.source], it.srcRev)
	}
	s.intents[end] = intent{}
	s.conf, s.shown = false, [ends]int8{}
	return w.goOn(s)
}

// recovered looks at the target of an open intent, by id and strongly.
func (w *world) recovered(s state, end int) state {
	cur := s.sides[end]
	it := w.asIntent(&s.intents[end], end)
	found := decide.Found{
		Presence: decide.Live, Ends: []decide.Seen{{Presence: decide.Live, Value: words[cur.val]}},
		Revision: fmt.Sprint(cur.rev), Author: decide.Theirs,
	}
	if cur.ours {
		found.Author = decide.Ours
	}
	switch decide.Recover(&it, &found) {
	case decide.Done:
		echo := decide.Echo{Value: words[cur.val], Revision: found.Revision, Written: found.Revision}
		return w.confirmed(s, end, &echo, cur.rev)
	case decide.Resend:
		s.intents[end].due, s.intents[end].uncertain = true, true
		s.pc = sending
		return s
	}
	m := w.image(&s.intents[end])
	s.store(decide.Advance(w.baseOf(&s), &m, end, decide.Dropped, nil))
	s.intents[end] = intent{}
	return s.rest()
}

// again reads the next end a second time, strongly.
func (w *world) again(s state) state {
	if s.sides[s.at].rev != s.seen[s.at].rev {
		return s.rest()
	}
	s.at++
	if int(s.at) == w.n {
		s.pc, s.at = reread, 0
	}
	return s
}
