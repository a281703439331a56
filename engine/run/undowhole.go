package run

import (
	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/state"
	"syncline/engine/undo"
)

// undoWhole takes back what was done to a record as a whole: a create by
// deleting the record, that by creating it again, any other verb by the one
// that its connector, or its action, says undoes it.
func (p *pass) undoWhole(s *subject, item *undo.Item, end int) {
	switch item.Kind {
	case verbCreate:
		p.undoCreate(s, item, end)
	case verbDelete:
		if !item.Undoes {
			p.result(item, undo.Refused, "deleted, and nothing takes a delete back; -reveal shows what it held")
			return
		}
		p.remake(s, item, end)
	default:
		p.undoVerb(s, item, end)
	}
}

// compensation returns the verb that takes another one back at the end, or why
// there is none that may be used.
func (p *pass) compensation(end int, verb string) (back, why string) {
	e := p.ends[end]
	back = e.Facts.UndoOf(verb)
	if p.Undo.Verbs != nil {
		if declared := p.Undo.Verbs(e.Name, verb); declared != "" {
			back = declared
		}
	}
	switch {
	case back == "":
		return "", "nothing takes back " + verb + " at " + e.Name
	case !e.May(back):
		return "", "the `allow` of " + e.Name + " has no \"" + back + "\", which takes back " + verb
	}
	return back, ""
}

// undoCreate deletes a record that we made, if nobody edited it since.
func (p *pass) undoCreate(s *subject, item *undo.Item, end int) {
	verb, why := p.compensation(end, verbCreate)
	o, l := s.obs[end], &s.link.Ends[end]
	switch {
	case s.link.State == state.Tombstone:
		p.result(item, undo.Refused, "its link ended since")
	case l.Record == "" || s.seen[end] == decide.Gone:
		p.result(item, undo.Already, "the record is gone already")
	case l.Record != item.Record:
		p.result(item, undo.Refused, "linked to another record since")
	case why != "":
		p.result(item, undo.Refused, "%s", why)
	case o == nil:
		p.result(item, undo.Waits, "the end cannot be read now")
	case !untouched(o, item):
		p.result(item, undo.Refused, "edited since")
	default:
		p.takeWhole(s, item, end, verb).whole = made
	}
}

// untouched reports whether the record is as our last write left it.
func untouched(o *observation, item *undo.Item) bool {
	return item.Hash != 0 && item.Hash == o.Hash || item.Revision != "" && item.Revision == o.Mapped.Revision
}

// takeWhole adds the write of a whole record.
func (p *pass) takeWhole(s *subject, item *undo.Item, end int, verb string) *taken {
	w := s.newWrite(end, verb)
	w.grade, w.taken = decide.Grade(p.ends[end].Grade), p.taking(nil, item)
	w.taken.since, w.taken.item = item.Since, item
	p.result(item, undo.Restored, "")
	return w.taken
}

// remake creates a record again whose create was taken back.
func (p *pass) remake(s *subject, item *undo.Item, end int) {
	e := p.ends[end]
	switch {
	case s.link.State == state.Tombstone:
		p.result(item, undo.Refused, "its link ended since")
	case s.link.Ends[end].Record != "" || s.obs[end] != nil:
		p.result(item, undo.Already, "there is a record again")
	case !e.May(verbCreate):
		p.result(item, undo.Refused, "the `allow` of %s has no %q now", e.Name, verbCreate)
	case !p.rolledOut(s, end) || !p.belongs(s, end):
		p.result(item, undo.Refused, "it does not belong there now")
	case len(s.writes) > 0 && p.Write && !p.counting:
		s.later = true // it is made of what is put back first
		p.result(item, undo.Waits, "its values are put back first")
	default:
		p.recreate(s, item, end)
	}
	s.held = hold{}
}

func (p *pass) recreate(s *subject, item *undo.Item, end int) {
	before := len(s.writes)
	p.creation(s, end)
	for i := range s.units {
		s.units[i].Reset()
	}
	if len(s.writes) == before {
		p.result(item, undo.Waits, "%s", s.held.reason)
		return
	}
	if err := p.evaluable(s, end, p.ends[end].Create); err != nil {
		s.writes = s.writes[:before]
		p.result(item, undo.Waits, "%s", reasonText(err))
		return
	}
	w := &s.writes[before]
	w.taken = p.taking(nil, item)
	w.taken.since, w.taken.item, w.taken.whole = item.Since, item, unmade
	p.result(item, undo.Restored, "")
}

// undoVerb takes back any other verb by the one that undoes it.
func (p *pass) undoVerb(s *subject, item *undo.Item, end int) {
	verb, why := p.compensation(end, item.Kind)
	switch {
	case why != "":
		p.result(item, undo.Refused, "%s", why)
	case s.link.Ends[end].Record != item.Record:
		p.result(item, undo.Refused, "linked to another record since")
	case item.Kind == verbArchive && s.seen[end] == decide.Live:
		p.result(item, undo.Already, "it is as it was already")
	default:
		p.takeWhole(s, item, end, verb).whole = another
	}
}

// concludeUndo says what is remembered of a subject of which something was put
// back; nil for nothing. That an end shows something else than was decided on
// last is not taken as decided: the next run still sees every edit.
func (p *pass) concludeUndo(s *subject, mine []*delivery) *conclusion {
	c := p.blankConclusion(s)
	rebased := false
	for i, u := range p.Pipeline.Units {
		if d := &s.units[i]; d.Kind == decide.Rebase && !s.stale {
			base := decide.Settle(baseOf(&s.link, p.numbers.units[i], len(p.ends)), d)
			remember(&s.link, p.numbers.units[i], u, &base)
			rebased = true
		}
	}
	if !s.stale && s.link.Mapping != p.Pipeline.Hash {
		s.link.Mapping, rebased = p.Pipeline.Hash, true
	}
	for _, d := range mine {
		l := &s.link.Ends[d.w.end]
		settled := s.obs[d.w.end] == nil || l.Raw == s.obs[d.w.end].Hash
		p.advance(s, d, c)
		if !settled {
			l.Raw = 0
		}
	}
	p.results(s, mine)
	if s.moved || s.later {
		p.again = append(p.again, s.link.Entity)
	}
	if len(mine) == 0 && !rebased {
		return nil
	}
	c.keys = p.claims(s, c.keys)
	return c
}

// tookBack finishes what a confirmed write took back of a whole record. One
// that we made and that is gone again is not made again by itself; when it is,
// that is another write than the first, also to a system that knows the first.
func (p *pass) tookBack(s *subject, d *delivery, c *conclusion) {
	if d.w.taken == nil || d.w.taken.whole != made {
		return
	}
	e := &s.link.Ends[d.w.end]
	c.dropped = append(c.dropped, state.Ref{End: e.End, Record: d.intent.Record})
	*e = state.End{End: e.End, Evidence: state.Undone}
	s.link.Generation++
	for i := range s.link.Units {
		if bases := s.link.Units[i].Bases; d.w.end < len(bases) {
			bases[d.w.end] = 0
		}
	}
}

// results notes what became of everything that was to be put back.
func (p *pass) results(s *subject, mine []*delivery) {
	sent := map[*undo.Item]*delivery{}
	for _, d := range mine {
		if d.w.taken != nil && d.w.taken.item != nil {
			sent[d.w.taken.item] = d
		}
		for i := range d.w.parts {
			if item := d.w.parts[i].item; item != nil {
				sent[item] = d
			}
		}
	}
	items := p.Undo.Items[s.link.Entity]
	for i := range items {
		item := &items[i]
		if p.Undo.Results[item].Verdict == undo.Restored {
			p.answeredItem(s, item, sent[item])
		}
	}
}

func (p *pass) answeredItem(s *subject, item *undo.Item, d *delivery) {
	switch {
	case d == nil:
		reason := reasonWithheld
		for _, w := range s.waits {
			if p.ends[w.end].Name == item.End {
				reason = w.reason
			}
		}
		p.result(item, undo.Waits, "%s", reason)
	case d.step == decide.Confirm:
		p.undone[item] = true
	case d.step == decide.Keep:
		p.result(item, undo.Waits, "sent, and nobody knows yet whether it arrived: the next run settles it")
	case s.moved:
		p.result(item, undo.Waits, "its record moves while it is written")
	case d.result.Err != nil && connectors.KindOf(d.result.Err) == connectors.Unavailable:
		p.result(item, undo.Waits, "%s", reasonText(d.result.Err))
	case d.result.Err != nil:
		p.result(item, undo.Refused, "refused by the end: %s", reasonText(d.result.Err))
	}
}
