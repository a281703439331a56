package run

import (
	"syncline/engine/state"
)

// storeListing keeps this listing, with what was written since: the next one
// is merged with it and only what differs is decoded.
func (p *pass) storeListing(e *endPass, b *state.Batch) error {
	p.nameNewcomers(e)
	belied, err := p.belied(e)
	if err != nil {
		return err
	}
	w, err := p.Store.ListingWriter(p.numbers.pipeline, e.number)
	if err != nil {
		return err
	}
	for _, entries := range [][]state.Entry{e.entries, e.made, belied} {
		for _, entry := range entries {
			if hash, ok := e.written[entry.Entity]; ok && entry.Entity != 0 && entry.Mark != markTwin {
				entry.Raw = hash
			}
			if entry.Entity != 0 && entry.Mark == 0 && p.ended.has(entry.Entity) {
				entry.Mark = markEnded
			}
			if err := w.Append(entry); err != nil {
				return err
			}
		}
	}
	return b.SetListing(w)
}

// nameNewcomers tells the listing whose records the new ones became.
func (p *pass) nameNewcomers(e *endPass) {
	for i := range p.fresh.all {
		n := &p.fresh.all[i]
		if int(n.end) != e.Index || n.index < 0 {
			continue
		}
		if n.fate == aside {
			if x := p.twinOf(n); x != 0 {
				e.entries[n.index].Entity, e.entries[n.index].Mark = x, markTwin
			}
			continue
		}
		if n.group < 0 || int(n.group) >= len(p.became) {
			continue
		}
		if n.fate == joined {
			e.entries[n.index].Entity, e.entries[n.index].Mark = p.became[n.group], 0
		}
	}
	for _, j := range p.joins {
		n := &p.fresh.all[j.newcomer]
		if int(n.end) == e.Index && n.index >= 0 && n.fate == joined {
			e.entries[n.index].Entity, e.entries[n.index].Mark = j.entity, 0
		}
	}
}

// linked notes which entity a group became.
func (p *pass) linked(s *subject) {
	for end, m := range s.joined {
		switch {
		case m == 0:
		case s.obs[end] != nil:
			p.ends[end].seen.add(s.link.Entity)
		default: // it was not there when it was read again
			p.held(p.holdBack(&p.fresh.all[m-1], reasonVanished))
		}
	}
	if s.group < 0 {
		return
	}
	for len(p.became) < p.groups.len() {
		p.became = append(p.became, make([]state.Entity, p.groups.len()-len(p.became))...)
	}
	p.became[s.group] = s.link.Entity
}

// reasonVanished is why a new record waits that was listed, and was not there
// when it was read again.
const reasonVanished = "it was listed, and was not there when it was read again"

// appended notes a record that this pass created.
func (p *pass) appended(end int, hash uint64, entity state.Entity) {
	e := p.ends[end]
	e.made = append(e.made, state.Entry{Raw: hash, Entity: entity})
}

// listed lets the listing remember what is decided on where that is not what it
// named: a record may have moved since, or have to be looked at again. What was
// only looked at leaves the listing alone.
func (p *pass) listed(s *subject) {
	for i, o := range s.obs {
		if o == nil {
			continue
		}
		e, raw := p.ends[i], s.link.Ends[i].Raw
		remembered, told := e.written[s.link.Entity]
		switch {
		case told:
		case o.Index >= 0 && o.Index < len(e.entries):
			remembered, told = e.entries[o.Index].Raw, true
		default:
			remembered, told = e.shown[s.link.Entity]
		}
		if !told || remembered != raw {
			p.rehashed(i, raw, s.link.Entity)
		}
	}
}

// rehashed notes the hash of a record that this pass decided on, or wrote.
func (p *pass) rehashed(end int, hash uint64, entity state.Entity) {
	e := p.ends[end]
	if e.written == nil {
		e.written = map[state.Entity]uint64{}
	}
	e.written[entity] = hash
}
