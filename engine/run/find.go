package run

import (
	"context"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/match"
	"syncline/engine/state"
)

// lookBefore asks the ends whether what is about to be created is there
// already: directly before the create, because a listing may be older, or
// never told. What is found is linked instead.
func (p *pass) lookBefore(ctx context.Context, page []*subject) error {
	p.looking = page
	for _, s := range page {
		p.yields(s)
	}
	p.unsearched(page)
	for _, e := range p.ends {
		finder, ok := e.conn.(connectors.Finder)
		if !ok || !e.May(verbCreate) && p.Hints == nil || p.unmoved(ctx, e) {
			continue
		}
		if err := p.lookAtEnd(ctx, e, finder, page); err != nil {
			return err
		}
	}
	return nil
}

// yields puts a new entity to a person whose record was linked to another one
// in this pass, because it was found there by its key.
func (p *pass) yields(s *subject) {
	for i, o := range s.obs {
		if s.fresh && o != nil && len(p.adopted) > 0 && p.adopted[state.Ref{End: p.ends[i].number, Record: o.id()}] {
			s.held = p.takenAt(p.ends[i])
		}
	}
}

func (p *pass) takenAt(e *endPass) hold {
	return hold{kind: holdReview, end: e.Index, reason: "the record of " + e.Name + " with this key is linked to somebody else", where: p.Pipeline.Match.Range.String()}
}

// inHand reports whether another subject that is looked at now stands on a
// record of the end: no state knows that yet.
func (p *pass) inHand(s *subject, e *endPass, id string) bool {
	return slices.ContainsFunc(p.looking, func(o *subject) bool {
		return o != s && o.obs[e.Index] != nil && o.obs[e.Index].id() == id
	})
}

// unmoved reports whether the end proves that its listing still holds: then
// nobody needs to be asked.
func (p *pass) unmoved(ctx context.Context, e *endPass) bool {
	if !e.complete || e.stamp == "" || e.blind {
		return false
	}
	for _, other := range p.ends {
		if other != e && other.conn == e.conn && len(other.made)+len(other.written) > 0 {
			return false // what was written there may stand here too
		}
	}
	now, err := e.conn.(connectors.Stamper).Stamp(ctx, &e.Selection)
	return err == nil && now == e.stamp
}

func (p *pass) lookAtEnd(ctx context.Context, e *endPass, finder connectors.Finder, page []*subject) error {
	var queries []connectors.Query
	var whose []*subject
	for _, s := range page {
		if s.held.kind != free || !p.asksAt(s, e) || p.inFlight[flight{s.link.Entity, e.Index}] {
			continue // what a create in doubt made is recovery's to find
		}
		for _, k := range p.rules.Keys {
			if q, ok := p.queryFor(e, k.Fields, s.entity); ok && k.Similar == 0 {
				queries, whose = append(queries, q), append(whose, s)
			}
		}
	}
	if len(queries) == 0 {
		return nil
	}
	found, err := finder.Find(ctx, &e.Selection, queries)
	if p.Hints != nil && connectors.KindOf(err) == connectors.Unsupported {
		p.unasked(e, whose)
		return nil
	}
	if err != nil {
		return e.at(err)
	}
	for i, answers := range found {
		if s := whose[i]; len(answers) > 0 && p.asksAt(s, e) {
			if err := p.existing(s, e, answers); err != nil {
				return err
			}
		}
	}
	return nil
}

// asksAt reports whether an end is asked for a subject: where it is to be
// created and, in a pass that lists nothing, wherever it may be.
func (p *pass) asksAt(s *subject, e *endPass) bool {
	return s.creates(e.Index) || p.Hints != nil && s.fresh && s.obs[e.Index] == nil
}

func (s *subject) creates(end int) bool { return s.creating().Has(end) }

// existing compares what was found in normal form, links the one that is the
// entity, and puts anything else to a person.
func (p *pass) existing(s *subject, e *endPass, answers []connectors.Got) error {
	var holders, outside []match.Holder
	var seen []*observation
	for i := range answers {
		o := newObservation(p.Pipeline.Shape, e.Shape())
		o.Hash = answers[i].Hash
		if answers[i].Err != nil {
			s.held = hold{kind: holdWait, end: e.Index, reason: e.Name + " finds a record by this key that may be this one, and it cannot be read: " + reasonText(answers[i].Err)}
			return nil
		}
		if answers[i].Record == nil || take(o, &answers[i], answers[i].Record.ID) != nil {
			continue
		}
		p.mapRecord(e.End, &p.mappers[0].frame, o)
		if p.apart(state.Ref{End: e.number, Record: o.id()}, p.recordsOf(s)) {
			continue
		}
		if o.Out {
			outside = append(outside, match.Holder{Entity: groupBit, Record: o.Mapped})
			continue
		}
		seen = append(seen, o)
		holders = append(holders, match.Holder{Entity: groupBit | uint64(len(seen)-1), Record: o.Mapped})
	}
	r := p.rules.Decide(s.entity, holders)
	switch r.Kind {
	case match.Create:
		if len(outside) > 0 && p.rules.Decide(s.entity, outside).Kind != match.Create {
			s.leave(e.Index) // it is there, and takes no part
		}
		return nil
	case match.Link:
		return p.linkExisting(s, e, seen[r.Entity&^groupBit])
	}
	s.held = hold{kind: holdReview, end: e.Index, reason: "several records of " + e.Name + " could be this one", where: p.Pipeline.Match.Range.String()}
	return nil
}

// recordsOf names the records that a subject stands on now, whether or not they
// are linked.
func (p *pass) recordsOf(s *subject) (refs []state.Ref) {
	for i, o := range s.obs {
		if o != nil {
			refs = append(refs, state.Ref{End: p.ends[i].number, Record: o.id()})
		}
	}
	return refs
}

// leave takes the create at an end back.
func (s *subject) leave(end int) {
	kept := s.writes[:0]
	for _, w := range s.writes {
		if w.end != end || w.verb != verbCreate {
			kept = append(kept, w)
		}
	}
	clear(s.writes[len(kept):])
	s.writes = kept
}

func (p *pass) linkExisting(s *subject, e *endPass, o *observation) error {
	id := strings.Clone(o.id())
	taken := state.Entity(0)
	err := p.Store.View(func(v *state.View) error {
		taken, _ = v.ByID(p.numbers.pipeline, e.number, id)
		return nil
	})
	if err != nil {
		return err
	}
	if taken != 0 && taken != s.link.Entity || p.inHand(s, e, id) {
		s.held = p.takenAt(e)
		return nil
	}
	if p.adopted == nil {
		p.adopted = map[state.Ref]bool{}
	}
	p.adopted[state.Ref{End: e.number, Record: id}] = true
	s.obs[e.Index], s.seen[e.Index], s.reread = o, decide.Live, true
	p.decide(s)
	return nil
}
