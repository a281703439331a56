package run

import (
	"fmt"
	"slices"

	"syncline/engine/decide"
	"syncline/engine/state"
)

// presence says what becomes of the link, by what its ends tell.
func (p *pass) presence(s *subject) decide.Verdict {
	if s.fresh {
		return decide.Verdict{Cause: -1}
	}
	if s.link.State == state.Tombstone {
		return decide.Verdict{Fate: decide.Waits, Cause: -1}
	}
	witnesses, ended := make([]decide.Witness, len(p.ends)), false
	for i, e := range p.ends {
		w := decide.Witness{Removed: decide.Removed(e.Removed), Left: decide.Left(e.Left), Linked: s.link.Ends[i].Record != ""}
		switch {
		case !w.Linked && s.obs[i] == nil:
			continue
		case s.seen[i] == decide.Gone:
			w.Evidence, w.Empty = decide.IsGone, e.doubted || e.emptied(p.linkedBefore)
			if w.Empty {
				s.seen[i] = decide.Unknown // what is not concluded of the record is not of its fields
			}
		case p.awayAt(s, i, &w):
		case s.obs[i] == nil:
			w.Evidence = decide.IsUnknown
		case s.obs[i].Out || !p.belongs(s, i):
			w.Evidence = decide.IsLeft
		default:
			w.Evidence = decide.IsLive
		}
		witnesses[i], ended = w, ended || w.Evidence != decide.IsLive
	}
	for i := range witnesses {
		witnesses[i].Changed = ended && s.obs[i] != nil && (s.link.Ends[i].Raw != s.obs[i].Hash || p.undelivered(s, i))
	}
	return p.asked(s, p.permitted(decide.Presences(witnesses)))
}

// undelivered reports whether the end shows a value that it is not known to
// have agreed on with the others: somebody's edit that waits, is in dispute, or
// was refused. A base of other programs than those of now says nothing.
func (p *pass) undelivered(s *subject, end int) bool {
	other := p.remap.units(s.link.Mapping)
	for k, u := range p.Pipeline.Units {
		if !u.Unit.Ends[end].Knows || other.has(k) || slices.ContainsFunc(u.Slots, func(slot int) bool { return s.obs[end].fault(slot) != nil }) {
			continue
		}
		base, shown := baseOf(&s.link, p.numbers.units[k], len(p.ends)), u.Values(s.obs[end].Mapped.Slots)
		if end < len(base.Ends) && base.Ends[end] != 0 && !u.Form.Absent(shown) && base.Ends[end] != u.Form.Hash(base.Key, shown) {
			return true
		}
	}
	return false
}

// permitted leaves the records alone of ends that do not allow what becomes of
// the others: an end's allow lists all that is ever done there.
func (p *pass) permitted(v decide.Verdict) decide.Verdict {
	verb := verbArchive
	switch v.Fate {
	case decide.Archives:
	case decide.Deletes:
		verb = verbDelete
	default:
		return v
	}
	var ends decide.Ends
	for i, e := range p.ends {
		if v.Ends.Has(i) && e.May(verb) {
			ends = ends.With(i)
		}
	}
	v.Ends = ends
	return v
}

// belongs asks the end's `when` whether the entity belongs there.
func (p *pass) belongs(s *subject, end int) bool {
	when := p.ends[end].When
	if when == nil {
		return true
	}
	v, err := when.Eval(p.frameOf(s, end))
	if err != nil {
		s.held = hold{kind: holdReview, end: end, reason: fmt.Sprintf("`when` cannot be evaluated: %v", err), where: p.ends[end].Range.String()}
		return true
	}
	return v.Bool()
}

// emptied reports whether the whole listing came back empty while there are
// links, which is no proof that everything was deleted; a file somebody has
// only begun to write is not even complete.
func (e *endPass) emptied(links int) bool { return !e.incremental && e.read == 0 && links > 0 }
