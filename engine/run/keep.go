package run

import (
	"strings"

	"syncline/engine/state"
)

// keepAll puts observations into the spool and learns whose they are.
func (p *pass) keepAll(e *endPass, work []wanted, all []shaped) error {
	p.ids, p.owners = p.ids[:0], p.owners[:0]
	for i := range all {
		all[i].twin = work[i].twin
		p.ids = append(p.ids, all[i].id)
	}
	err := p.Store.View(func(v *state.View) error {
		p.owners = v.ByIDs(p.numbers.pipeline, e.number, p.ids, p.owners)
		return nil
	})
	if err != nil {
		return err
	}
	known, err := p.knownAt(e, p.owners)
	if err != nil {
		return err
	}
	for i := range all {
		if err := p.keep(e, &all[i], p.owners[i], known[i]); err != nil {
			return err
		}
	}
	return nil
}

// known is what the store says of a record at an end.
type known struct {
	raw   uint64 // the hash last decided on
	ended bool   // its link ended
	gone  bool   // it ended because the record was gone, put away or merged at this end
}

// knownAt returns what the store says of each linked record.
func (p *pass) knownAt(e *endPass, owners []state.Entity) ([]known, error) {
	if cap(p.known) < len(owners) {
		p.known = make([]known, len(owners))
	}
	out := p.known[:len(owners)]
	clear(out)
	if !anyOf(owners) {
		return out, nil
	}
	return out, p.Store.View(func(v *state.View) error {
		return v.LinksOf(owners, func(i int, l *state.Link) error {
			if k := l.End(e.number); k >= 0 {
				out[i] = known{raw: l.Ends[k].Raw, ended: l.State == state.Tombstone, gone: departedBy(l.Ends[k].Evidence)}
			}
			return nil
		})
	})
}

func departedBy(e state.Evidence) bool {
	return e == state.Gone || e == state.Archived || e == state.Merged
}

func anyOf(owners []state.Entity) bool {
	for _, o := range owners {
		if o != 0 {
			return true
		}
	}
	return false
}

func (p *pass) keep(e *endPass, s *shaped, owner state.Entity, k known) error {
	if !s.gone {
		e.sentinels.met(s.id)
	}
	switch {
	case s.err != nil:
		e.unread = append(e.unread, strings.Clone(s.id))
		p.setAside(e, s.id, s.where, reasonOf(s.err), s.err)
		return nil
	case s.gone:
		if e.replaying {
			e.look(s.id)
			e.read--
		}
		if owner != 0 {
			p.missed = append(p.missed, missing{entity: owner, end: e.Index, certain: true})
		}
		return nil
	case owner != 0 && !p.met(e, owner, s.index):
		p.setAside(e, s.id, s.where, reasonTwins, nil)
		return nil
	}
	if s.index >= 0 && s.index < len(e.entries) {
		e.entries[s.index].Raw = s.hash // what is decided on, not what the listing named: they may differ
	}
	if k.ended {
		return p.returned(e, s, k)
	}
	if owner != 0 && k.raw == s.hash && !p.remap.any && !p.open.has(owner) {
		e.unchanged++
		return nil
	}
	at, err := p.spool.append(s.bytes)
	if err != nil {
		return err
	}
	if owner != 0 {
		e.sightings = append(e.sightings, sighting{entity: owner, at: at, changed: k.raw != s.hash})
		if k.raw != s.hash {
			p.fresh.gain(flight{owner, e.Index}, s)
		}
		return nil
	}
	if e.incremental {
		e.look(s.id)
	}
	p.newcomer(e, s, at)
	return nil
}

// look notes that the pass came upon a record that no listing has to name.
func (e *endPass) look(id string) {
	if e.looked == nil {
		e.looked = map[string]bool{}
	}
	e.looked[strings.Clone(id)] = true
}

// returned counts a record whose link ended. One that was gone and is there
// again is put to a person, until they say that it is right; one that stayed
// behind takes no part.
func (p *pass) returned(e *endPass, s *shaped, k known) error {
	o := newObservation(p.Pipeline.Shape, e.Shape())
	if err := o.decode(s.bytes); err != nil {
		return err
	}
	listed := s.index >= 0 && s.index < len(e.entries)
	if k.gone && p.letBe(e, o) {
		p.resting = append(p.resting, state.Ref{End: e.number, Record: strings.Clone(o.id())})
		k.gone = false
	}
	if !k.gone {
		if listed {
			e.entries[s.index].Mark = markEnded
		}
		p.setAside(e, s.id, "", reasonUnlinked, nil)
		return nil
	}
	if listed {
		e.entries[s.index].Entity = 0 // it is looked at as long as it is open
	}
	p.askAlone(e, o, "it was gone, its link ended, and now it is there again", "")
	at, err := p.spool.append(s.bytes)
	if err != nil {
		return err
	}
	p.index(newcomer{at: at, index: int32(s.index), group: -1, end: uint8(e.Index), first: int32(len(p.fresh.digests)), fate: inReview}, s)
	return nil // whoever has its keys waits for the answer
}

// markEnded marks the entry of a record whose link ended.
const markEnded = 1

// met notes that a linked record was met in this listing; false when it was
// met before.
func (p *pass) met(e *endPass, owner state.Entity, index int) bool {
	if e.seen.has(owner) {
		return false
	}
	e.seen.add(owner)
	if index >= 0 && index < len(e.entries) {
		e.entries[index].Entity = owner
	}
	e.old.skip(owner)
	return true
}
