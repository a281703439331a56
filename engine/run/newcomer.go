package run

import (
	"github.com/zeebo/xxh3"

	"syncline/engine/state"
)

// newcomers are the records of this pass that belong to no entity yet, and
// the index that finds them by what they hold.
type newcomers struct {
	all     []newcomer
	digests []uint64 // of all, one stretch each
	keys    index
	ids     index

	gained index    // what linked records that changed hold now, by digest: a number in holds
	holds  []flight // whose they are, and where
}

// newcomer is one record that is not linked.
type newcomer struct {
	at    int64 // in the spool
	index int32 // in its listing, -1: none
	first int32 // its first digest
	group int32 // the group it joined, -1: none yet
	end   uint8
	count uint8 // how many digests
	fate  fate
	rival int32        // the group it is a duplicate of, plus one
	twin  state.Entity // the entity it is a duplicate of
}

// fate says what became of a newcomer.
type fate uint8

const (
	undecided fate = iota
	joined         // it is part of a group
	aside          // it takes no part, with a reason told
	inReview       // a person decides
	heldBack       // it waits until a person decided on another one
)

// newcomer adds a record that no link knows.
func (p *pass) newcomer(e *endPass, s *shaped, at int64) {
	n := newcomer{at: at, index: int32(s.index), group: -1, end: uint8(e.Index), first: int32(len(p.fresh.digests)), twin: s.twin}
	if out := reasonOut(s.out, p.blocks(e, s)); out != "" {
		n.fate = aside
		p.setAside(e, s.id, "", out, nil)
		if e.May(verbCreate) {
			e.shadows = true
			p.index(n, s)
		}
		return
	}
	id := idDigest(e, s.id)
	if twin := p.sameID(e, s.id, id); twin >= 0 {
		if p.last.Hash == s.hash {
			p.setAside(e, s.id, s.where, "listed twice", nil)
			return
		}
		p.setAside(e, s.id, s.where, reasonTwins, nil)
		if p.fresh.all[twin].fate == undecided {
			p.fresh.all[twin].fate = aside
			p.setAside(e, s.id, "", reasonTwins, nil)
		}
		n.fate, e.shadows = aside, true
	}
	p.fresh.ids.add(id, uint32(len(p.fresh.all)))
	p.index(n, s)
}

// reasonOut says why a newcomer takes no part and nothing is kept of it, "" when
// it does.
func reasonOut(scope, blocked bool) string {
	switch {
	case blocked:
		return reasonBlocked
	case scope:
		return reasonScope
	}
	return ""
}

// index keeps a newcomer, and finds it by its keys from now on.
func (p *pass) index(n newcomer, s *shaped) {
	number := uint32(len(p.fresh.all))
	for _, d := range s.digests {
		p.fresh.digests = append(p.fresh.digests, d.Hash)
		p.fresh.keys.add(d.Hash, number)
		n.count++
	}
	p.fresh.all = append(p.fresh.all, n)
}

// gain lets a linked entity be found by what a record of it holds since it
// changed: the state knows only what it held before.
func (f *newcomers) gain(at flight, s *shaped) {
	for _, d := range s.digests {
		f.gained.add(d.Hash, uint32(len(f.holds)))
	}
	if len(s.digests) > 0 {
		f.holds = append(f.holds, at)
	}
}

// madeFor lets a linked entity be found by what the record that this pass made for
// it holds: who is new with the same keys is not created beside it.
func (p *pass) madeFor(s *subject, end int) {
	if s.fresh {
		return // new records with the same keys were compared
	}
	m := p.mappers[0]
	m.digests = p.rules.Digests(m.digests[:0], p.seed, s.entity)
	p.fresh.gain(flight{s.link.Entity, end}, &shaped{digests: m.digests})
}

// shadowed reports whether a record of the end that takes no part holds a key
// of the subject: to create the subject there would make a second one.
func (p *pass) shadowed(s *subject, e *endPass) bool {
	if !e.shadows {
		return false
	}
	m := p.mappers[0]
	m.digests = p.rules.Digests(m.digests[:0], p.seed, s.entity)
	for _, d := range m.digests {
		p.found = p.fresh.keys.find(d.Hash, p.found[:0])
		for _, i := range p.found {
			if n := &p.fresh.all[i]; int(n.end) == e.Index && n.fate == aside {
				return true
			}
		}
	}
	return false
}

// gainedBy reports whether a linked record of the end, another entity's, has a
// key of the subject since it changed.
func (p *pass) gainedBy(s *subject, e *endPass) bool {
	if len(p.fresh.holds) == 0 {
		return false
	}
	m := p.mappers[0]
	m.digests = p.rules.Digests(m.digests[:0], p.seed, s.entity)
	for _, d := range m.digests {
		if d.Block {
			continue
		}
		p.found = p.fresh.gained.find(d.Hash, p.found[:0])
		for _, i := range p.found {
			if at := p.fresh.holds[i]; at.end == e.Index && at.entity != s.link.Entity {
				return true
			}
		}
	}
	return false
}

// idDigest is what newcomers are found by, by their id.
func idDigest(e *endPass, id string) uint64 { return xxh3.HashStringSeed(id, uint64(e.Index)) }

// sameID returns the newcomer of the end that has the id already, -1 when
// there is none.
func (p *pass) sameID(e *endPass, id string, digest uint64) int {
	p.found = p.fresh.ids.find(digest, p.found[:0])
	for _, n := range p.found {
		other := &p.fresh.all[n]
		if int(other.end) != e.Index {
			continue
		}
		if o, err := p.observe(other.end, other.at); err == nil && o.id() == id {
			return int(n)
		}
	}
	return -1
}

// settled gives back the memory that only matching needs, the index of the keys
// too unless somebody will still ask it.
func (f *newcomers) settled(asked bool) {
	f.ids, f.digests = index{}, nil
	if !asked {
		f.keys = index{}
	}
}

// keysOf returns the digests of a newcomer.
func (f *newcomers) keysOf(n *newcomer) []uint64 {
	return f.digests[n.first : n.first+int32(n.count)]
}

// groups are the new entities in the making: at most one record an end each.
type groups struct {
	ends    int
	members []int32 // ends a group: the newcomer plus one, 0: none
}

// add makes a group of one newcomer.
func (g *groups) add(end int, number int) int32 {
	at := len(g.members)
	for range g.ends {
		g.members = append(g.members, 0)
	}
	g.members[at+end] = int32(number) + 1
	return int32(at / g.ends)
}

func (g *groups) len() int { return len(g.members) / max(g.ends, 1) }

// of returns the members of a group by end.
func (g *groups) of(n int32) []int32 {
	return g.members[int(n)*g.ends : (int(n)+1)*g.ends]
}
