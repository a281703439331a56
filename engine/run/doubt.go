package run

import (
	"fmt"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/plans"
	"syncline/engine/state"
)

// fewest is how many linked records an end has at least before the lack of all
// of them is doubted whatever the ceiling.
const fewest = 3

// weigh looks at what a complete listing lacks. One that lacks more linked
// records than its ceiling lets go is not believed: nothing is concluded from
// what is not in it, nothing new in it is begun, and the owner is told.
func (p *pass) weigh(e *endPass, from int) error {
	gone := p.missed[from:]
	if !p.lacksTooMany(e, len(gone)) {
		return nil
	}
	again, err := p.renamed(e, gone)
	if err != nil {
		return err
	}
	if n := len(again); 2*n >= len(gone) {
		if granted, ok := p.Allow["renamed"]; ok && n <= granted {
			return p.repoint(e, from, again)
		}
		p.disbelieve(e, from, plans.Withheld{
			End: e.Name, Kind: "renamed", Count: n, Of: p.linkedThere(e, len(gone)),
			Why: fmt.Sprintf("%d of %d linked records at %s came back under other ids, by their match keys: their ids changed", n, p.linkedThere(e, len(gone)), e.Name),
		})
		return nil
	}
	p.tooFew(e, from)
	return nil
}

// tooFew doubts a listing that lacks more than it may.
func (p *pass) tooFew(e *endPass, from int) {
	gone := p.missed[from:]
	p.disbelieve(e, from, plans.Withheld{
		End: e.Name, Kind: missings.String(), Count: len(gone), Ceiling: p.missable(e, len(gone)), Of: p.linkedThere(e, len(gone)),
		Why: fmt.Sprintf("the listing of %s says that it is complete and lacks %d of %d linked records", e.Name, len(gone), p.linkedThere(e, len(gone))),
	})
}

// linkedThere is how many records of the end are linked, of which the listing
// lacks so many.
func (p *pass) linkedThere(e *endPass, lacks int) int { return e.seen.count() + lacks }

// missable is how many linked records the listing of an end may lack.
func (p *pass) missable(e *endPass, lacks int) int {
	if n, ok := p.Allow[missings.String()]; ok {
		return n
	}
	return p.declared(missings, e.firstDone).Of(p.linkedThere(e, lacks))
}

func (p *pass) lacksTooMany(e *endPass, lacks int) bool {
	if lacks > p.missable(e, lacks) {
		return true
	}
	_, granted := p.Allow[missings.String()]
	all := lacks >= fewest && e.seen.count() == 0
	return all && !granted && p.Pipeline.Ceilings.Missing == nil
}

// disbelieveEmpty doubts an empty listing of an end at which records are linked.
// No grant lets it through: it looks as a failed export does.
func (p *pass) disbelieveEmpty(e *endPass) error {
	if !e.old.linked() && !e.dirty {
		return nil
	}
	n, err := p.linkedAt(e)
	if err == nil && n > 0 {
		p.disbelieve(e, len(p.missed), plans.Withheld{
			End: e.Name, Kind: "empty", Count: n, Of: n, Why: fmt.Sprintf("the listing of %s is empty, and %d of its records are linked", e.Name, n),
		})
	}
	return err
}

// linkedAt counts the end's records that belong to somebody.
func (p *pass) linkedAt(e *endPass) (n int, err error) {
	err = p.Store.View(func(v *state.View) error {
		return v.Links(p.numbers.pipeline, func(l *state.Link) error {
			if k := l.End(e.number); k >= 0 && l.Ends[k].Record != "" && l.State == state.Active {
				n++
			}
			return nil
		})
	})
	return n, err
}

// linked reports whether one of its records belonged to somebody.
func (l *listing) linked() bool {
	return l != nil && slices.ContainsFunc(l.entries, func(e state.Entry) bool { return e.Entity != 0 })
}

// disbelieve takes back what the listing would have led to.
func (p *pass) disbelieve(e *endPass, from int, w plans.Withheld) {
	p.missed = p.missed[:from]
	e.doubted, e.complete = true, false
	p.alarm(w)
}

// renamed returns the entities whose record is missing and whose keys a new
// record of the same end holds.
func (p *pass) renamed(e *endPass, gone []missing) (map[state.Entity]bool, error) {
	lacking := make(map[state.Entity]bool, len(gone))
	for _, m := range gone {
		lacking[m.entity] = true
	}
	again := map[state.Entity]bool{}
	var found []state.Entity
	err := p.Store.View(func(v *state.View) error {
		for i := range p.fresh.all {
			n := &p.fresh.all[i]
			if int(n.end) != e.Index || n.fate != undecided {
				continue
			}
			for _, d := range p.fresh.keysOf(n) {
				found = v.ByKey(p.numbers.pipeline, p.numbers.key, d, found[:0])
				for _, x := range found {
					if lacking[x] {
						again[x] = true
					}
				}
			}
		}
		return nil
	})
	return again, err
}

// repoint lets links take another record of the end, as somebody allowed:
// those whose old record a read by id does not find either. What else the
// listing lacks is doubted by itself.
func (p *pass) repoint(e *endPass, from int, again map[state.Entity]bool) error {
	gone := slices.Clone(p.missed[from:])
	p.missed = p.missed[:from]
	if e.vacant == nil {
		e.vacant = map[state.Entity]string{}
	}
	for _, m := range gone {
		if !again[m.entity] {
			p.missed = append(p.missed, m)
			continue
		}
		id, err := p.recordOfLink(m.entity, e.number)
		if err != nil {
			return err
		}
		got, err := p.get(p.ctx, e, []string{id})
		if err != nil {
			return err
		}
		if got[0].Err == nil && got[0].Presence == connectors.Gone {
			e.vacant[m.entity] = id
		} else {
			p.missed = append(p.missed, m)
		}
	}
	if left := len(p.missed) - from; p.lacksTooMany(e, left) {
		p.tooFew(e, from)
	}
	return nil
}

func (p *pass) recordOfLink(x state.Entity, end state.Number) (id string, err error) {
	err = p.Store.View(func(v *state.View) error {
		var l state.Link
		if _, err := v.Link(x, &l); err != nil {
			return err
		}
		if k := l.End(end); k >= 0 {
			id = strings.Clone(l.Ends[k].Record)
		}
		return nil
	})
	return id, err
}

// vacate empties the place of a record whose id changed, so that the new one
// takes it; the bases stay.
func (p *pass) vacate(s *subject) {
	for i, e := range p.ends {
		if old, ok := e.vacant[s.link.Entity]; ok && s.link.Ends[i].Record == old {
			s.link.Ends[i].Record, s.link.Ends[i].Raw, s.link.Ends[i].Revision = "", 0, ""
		}
	}
}

// reassigned forgets the old ids of a link that took new records.
func (p *pass) reassigned(s *subject, b *state.Batch) {
	for i, e := range p.ends {
		if old, ok := e.vacant[s.link.Entity]; ok && s.link.Ends[i].Record != "" && s.link.Ends[i].Record != old {
			b.DeleteID(p.numbers.pipeline, e.number, old)
		}
	}
}

// pause lets the new records of listings that are not believed wait: who they
// are is not asked, and nobody is created for them.
func (p *pass) pause() error {
	for i := range p.fresh.all {
		if n := &p.fresh.all[i]; n.fate == undecided && p.ends[n.end].doubted {
			if err := p.holdBack(n, "the listing it is in is not believed"); err != nil {
				return err
			}
		}
	}
	return nil
}

// sentinels are the records without which a listing is not believed, by
// whether they were met.
type sentinels map[string]bool

func (e *endPass) watch() {
	if len(e.Sentinel) > 0 {
		e.sentinels = sentinels{}
		for _, id := range e.Sentinel {
			e.sentinels[id] = false
		}
	}
}

// met notes that a record of the id is in the listing.
func (s sentinels) met(id string) {
	if _, ok := s[id]; ok {
		s[strings.Clone(id)] = true
	}
}

// watched fails when a whole listing lacks a record that has to be in it: a
// wrong tenant, a lost permission, a cut export. Nothing is decided on it.
func (p *pass) watched(e *endPass) error {
	if e.sentinels == nil || e.incremental || !e.complete && e.Facts.Complete {
		return nil
	}
	var lost []string
	err := p.Store.View(func(v *state.View) error {
		for _, id := range e.Sentinel {
			x, linked := v.ByID(p.numbers.pipeline, e.number, id)
			if !e.sentinels[id] && !(linked && (e.seen.has(x) || e.resting.has(x))) {
				lost = append(lost, id)
			}
		}
		return nil
	})
	if err != nil || len(lost) == 0 {
		return err
	}
	return &connectors.Error{
		Kind: connectors.Failed, Op: "read", Where: e.Object,
		Err: fmt.Errorf("the listing of %d records is not believed, since it lacks %d of %d sentinel records (%s): nothing was decided",
			e.read, len(lost), len(e.Sentinel), strings.Join(lost[:min(len(lost), 5)], ", ")),
		Hint: "look at the credential, the filter and the export of this end; if such a record is really gone, take it out of `sentinel`",
	}
}
