package run

import (
	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/state"
)

// put notes that a read by id found the record of an end put away, or merged
// into another one.
func (s *subject) put(end int, presence connectors.Presence, again bool) {
	s.moved = s.moved || again
	s.obs[end], s.seen[end] = nil, decide.Unknown
	s.away[end] = decide.IsArchived
	if presence == connectors.Merged {
		s.away[end] = decide.IsMerged
	}
}

// awayAt fills in what is known of a record that is put away or merged; false
// when neither is. Where a merged one went that nobody looked after yet is not
// known.
func (p *pass) awayAt(s *subject, end int, w *decide.Witness) bool {
	if s.obs[end] != nil || s.away[end] == decide.IsUnknown {
		return false
	}
	w.Evidence = s.away[end]
	if w.Evidence == decide.IsMerged {
		w.Evidence = decide.IsUnknown
		if m := p.ends[end].mergers[s.link.Entity]; m != nil {
			m.witness(w)
		}
	}
	return true
}

// asked completes a verdict: a question that a person said yes to ends the
// link, one about a merge names the records, and who is part of one waits.
func (p *pass) asked(s *subject, v decide.Verdict) decide.Verdict {
	switch v.Fate {
	case decide.Asks:
		if m := p.ends[v.Cause].mergers[s.link.Entity]; m != nil && s.away[v.Cause] == decide.IsMerged && m.text != "" {
			v.Reason = m.text
		}
		if item := p.open.find(s.link.Entity, 0); item != nil && item.Reason == v.Reason && p.accepted(s) {
			return decide.Verdict{Fate: decide.Unlinks, Cause: v.Cause, Reason: v.Reason}
		}
	case decide.Stays:
		if reason := p.contested[s.link.Entity]; reason != "" {
			return decide.Verdict{Fate: decide.Waits, Cause: -1, Reason: reason}
		}
	}
	return v
}

// contends lets an entity wait whose record a person is asked about since
// another one was merged into it.
func (p *pass) contends(s *subject) {
	if reason := p.contested[s.link.Entity]; reason != "" && s.verdict.Fate == decide.Waits {
		s.waits = append(s.waits, waiting{end: -1, reason: reason})
	}
}

// remembers keeps what was found of records that are put away or merged. When
// they are there again, they are looked at, changed or not.
func (s *subject) remembers() {
	for i, now := range s.away {
		if s.obs[i] != nil || now == decide.IsUnknown || s.link.Ends[i].Record == "" {
			continue
		}
		s.link.Ends[i].Raw, s.link.Ends[i].Evidence = 0, state.Archived
		if now == decide.IsMerged {
			s.link.Ends[i].Evidence = state.Merged
		}
	}
}

// settledAway reports whether it is known what becomes of a link whose record
// is put away or merged.
func (p *pass) settledAway(s *subject, end int) bool {
	var w decide.Witness
	return p.awayAt(s, end, &w) && w.Evidence != decide.IsUnknown
}

// letBe reports whether a person said of a record that is there again, as it is
// now, that it is right that its link ended.
func (p *pass) letBe(e *endPass, o *observation) bool {
	item, ok := p.open.subjects[subjectName(e, o.id())]
	return ok && item.Choice != nil && item.Choice.Answer == answerAccept && len(item.Sides) > 0 && item.Sides[0].Revision == version(o)
}

// restAll remembers of the records that a person said that of that they stayed
// behind: nobody is asked about them again.
func (p *pass) restAll(b *state.Batch) error {
	for _, r := range p.resting {
		err := p.Store.View(func(v *state.View) error {
			var l state.Link
			owner, _ := v.ByID(p.numbers.pipeline, r.End, r.Record)
			ok, err := v.Link(owner, &l)
			if k := l.End(r.End); ok && k >= 0 && l.State == state.Tombstone {
				l.Ends[k].Evidence = state.Live
				b.PutLink(&l)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
