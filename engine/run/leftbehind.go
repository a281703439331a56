package run

import (
	"slices"

	"syncline/connectors"
	"syncline/engine/match"
	"syncline/engine/state"
)

// asksLeftBehind puts a subject to a person where a record of the end is the
// subject by its keys and takes no part: the link it was part of ended. To
// create the subject beside it would make a second one.
func (p *pass) asksLeftBehind(s *subject, end int) bool {
	e := p.ends[end]
	if _, ok := e.conn.(connectors.Getter); !ok || p.endedBefore == 0 || !s.fresh && p.accepted(s) {
		return false
	}
	record, err := p.leftBehind(s, end)
	if err == nil && record == "" {
		return false
	}
	if err != nil {
		s.held = hold{kind: holdWait, end: end, reason: reasonText(err)}
		return true
	}
	p.ask(s, hold{
		kind: holdReview, end: end, where: p.Pipeline.Match.Range.String(),
		reason: "record " + record + " of " + e.Name + " has this key, and the link it was part of ended",
	})
	return true
}

// ask puts to a person whether a subject is created beside somebody. Of one that
// is linked, what its ends agree on goes on.
func (p *pass) ask(s *subject, h hold) {
	if s.fresh {
		s.held = h
		return
	}
	s.clash = h.reason
}

// leftBehind returns the id of a record that is the subject by its keys, of
// those that links which ended left at the end; "" when there is none.
func (p *pass) leftBehind(s *subject, end int) (string, error) {
	ids, err := p.leavings(s, end)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	e := p.ends[end]
	got, err := p.get(p.ctx, e, ids)
	if err != nil {
		return "", err
	}
	for i := range got {
		o := newObservation(p.Pipeline.Shape, e.Shape())
		if got[i].Presence != connectors.Live || take(o, &got[i], ids[i]) != nil {
			continue
		}
		p.mapRecord(e.End, &p.mappers[0].frame, o)
		if p.rules.Decide(s.entity, []match.Holder{{Entity: groupBit, Record: o.Mapped}}).Kind != match.Create {
			return ids[i], nil
		}
	}
	return "", nil
}

// leavings returns the records of the end in links that ended and that share a
// digest with the subject.
func (p *pass) leavings(s *subject, end int) (ids []string, err error) {
	m := p.mappers[0]
	m.digests = p.rules.Digests(m.digests[:0], p.seed, s.entity)
	err = p.Store.View(func(v *state.View) error {
		var sharing []state.Entity
		for _, d := range m.digests {
			sharing = v.ByKey(p.numbers.pipeline, p.numbers.key, d.Hash, sharing)
		}
		slices.Sort(sharing)
		for _, x := range slices.Compact(sharing) {
			var l state.Link
			ok, err := v.Link(x, &l)
			if err != nil {
				return err
			}
			if k := l.End(p.ends[end].number); ok && l.State == state.Tombstone && k >= 0 && l.Ends[k].Record != "" && l.Ends[k].Evidence == state.Live {
				ids = append(ids, l.Ends[k].Record)
			}
		}
		return nil
	})
	return ids, err
}
