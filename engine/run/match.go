package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/match"
	"syncline/engine/state"
	"syncline/schema"
)

// groupBit tells a group in the making from a linked entity in what matching
// is asked, doubtBit a new record that waits for a person.
const (
	groupBit = 1 << 62
	doubtBit = 1 << 61
)

// join is a newcomer that belongs to an entity which is linked already.
type join struct {
	entity   state.Entity
	newcomer int32
}

// match says who every new record is: part of a linked entity, of a group with
// other new records, or nobody we know.
func (p *pass) match(ctx context.Context) error {
	p.groups.ends = len(p.ends)
	if err := p.pause(); err != nil {
		return err
	}
	for i := range p.fresh.all {
		n := &p.fresh.all[i]
		if n.fate != undecided {
			continue
		}
		if err := p.identify(ctx, i, n); err != nil {
			return err
		}
		if i%8192 == 8191 {
			p.emit(Event{Kind: Progress, Stage: "matching", Done: i + 1, Total: len(p.fresh.all)})
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	if p.stopped != nil {
		return p.stopped
	}
	p.fresh.settled(slices.ContainsFunc(p.ends, func(e *endPass) bool { return e.shadows }))
	return nil
}

func (p *pass) identify(ctx context.Context, i int, n *newcomer) error {
	groups, linked, doubts := p.suspects(i, n)
	if len(p.open.subjects) > 0 {
		if done, err := p.answered(i, n); done || err != nil {
			return err
		}
	}
	if len(groups) == 0 && len(linked) == 0 && len(doubts) == 0 {
		if n.count == 0 && p.making[int(n.end)] {
			return p.holdBack(n, reasonCreating) // nothing in it tells who it is
		}
		p.found1(i, n)
		return nil
	}
	o, err := p.observe(n.end, n.at)
	if err != nil {
		return err
	}
	self := o.Mapped.Clone()
	id, where := self.ID, o.Where
	if p.told(n, id) || p.stillTwin(n, id, groups, linked, doubts) {
		return nil
	}
	holders, err := p.holders(ctx, int(n.end), id, groups, linked)
	if err == nil {
		holders, err = p.doubtful(holders, n, id, doubts)
	}
	if err != nil {
		return err
	}
	r := p.rules.Decide(self, holders)
	switch r.Kind {
	case match.Create:
		if slices.ContainsFunc(linked, func(e state.Entity) bool { return p.creating(uint64(e), n.end) }) {
			return p.holdBack(n, reasonCreating) // whose record may be gone, so that nothing is left to compare
		}
		p.found1(i, n)
	case match.Link:
		if r.Entity&doubtBit != 0 {
			return p.holdBack(n, reasonRival)
		}
		if p.creating(r.Entity, n.end) {
			return p.holdBack(n, reasonCreating)
		}
		return p.joinTo(i, n, r.Entity)
	case match.Duplicate:
		return p.duplicate(i, n, id, self, r)
	case match.Skip:
		n.fate = aside
		p.setAside(p.ends[n.end], id, where, "ambiguous: "+r.Reason, nil)
	case match.Review:
		return p.question(n, self, r)
	}
	return nil
}

// reasonCreating is why a newcomer waits that may be what a create made, or
// may be somebody else's.
const reasonCreating = "a create of the same here is under way, and nobody knows yet whether it arrived"

// creating reports whether a create for a linked entity may have left towards
// an end and is settled by recovery, not by a person.
func (p *pass) creating(entity uint64, end uint8) bool {
	return entity&groupBit == 0 && p.inFlight[flight{state.Entity(entity), int(end)}] && !p.asking[flight{state.Entity(entity), int(end)}]
}

// found1 makes the newcomer a group of its own.
func (p *pass) found1(i int, n *newcomer) {
	n.fate, n.group = joined, p.groups.add(int(n.end), i)
}

// maxDoubts is how many records that wait for a person a newcomer is compared
// with, maxShown how many it may be a person is shown.
const (
	maxDoubts = 64
	maxShown  = 10
)

// suspects returns the groups, the linked entities and the new records waiting
// for a person that share a digest with the newcomer.
func (p *pass) suspects(i int, n *newcomer) (groups []int32, linked []state.Entity, doubts []int32) {
	groups, linked = p.suspectGroups[:0], p.suspectLinks[:0]
	for _, d := range p.fresh.keysOf(n) {
		p.found = p.fresh.keys.find(d, p.found[:0])
		for _, other := range p.found {
			x := &p.fresh.all[other]
			if int(other) == i {
				continue
			}
			if x.group >= 0 && !slices.Contains(groups, x.group) {
				groups = append(groups, x.group)
			}
			if len(doubts) < maxDoubts && (x.fate == inReview || x.fate == heldBack) && !slices.Contains(doubts, int32(other)) {
				doubts = append(doubts, int32(other))
			}
		}
	}
	if p.linkedBefore > 0 {
		p.view(func(v *state.View) error {
			for _, d := range p.fresh.keysOf(n) {
				linked = v.ByKey(p.numbers.pipeline, p.numbers.key, d, linked)
			}
			return nil
		})
		for _, d := range p.fresh.keysOf(n) {
			p.found = p.fresh.gained.find(d, p.found[:0])
			for _, x := range p.found {
				linked = append(linked, p.fresh.holds[x].entity)
			}
		}
		slices.Sort(linked)
		linked = slices.Compact(linked)
	}
	p.suspectGroups, p.suspectLinks = groups, linked
	return groups, linked, doubts
}

// holders reads what the suspects hold.
func (p *pass) holders(ctx context.Context, end int, id string, groups []int32, linked []state.Entity) ([]match.Holder, error) {
	var out []match.Holder
	self := state.Ref{End: p.ends[end].number, Record: id}
	for _, g := range groups {
		rec, refs, err := p.recordOf(g)
		if err != nil {
			return nil, err
		}
		out = append(out, match.Holder{
			Entity: groupBit | uint64(g), Record: rec,
			Taken: p.groups.of(g)[end] != 0, Apart: p.apart(self, refs),
		})
	}
	for _, e := range linked {
		s, err := p.subjectOf(ctx, e)
		if err != nil {
			return nil, err
		}
		if s == nil || s.link.State == state.Tombstone {
			continue
		}
		p.vacate(s)
		k := s.link.End(p.ends[end].number)
		out = append(out, match.Holder{
			Entity: uint64(e), Record: s.combined(),
			Taken: k >= 0 && s.link.Ends[k].Record != "" || p.seated(uint64(e), uint8(end)) >= 0, Apart: p.apart(self, s.refs()),
		})
	}
	return out, nil
}

// recordOf returns what a group holds: the first end's values, completed by
// the others'.
func (p *pass) recordOf(g int32) (*schema.Record, []state.Ref, error) {
	rec := schema.NewRecord(p.Pipeline.Shape)
	var refs []state.Ref
	for end, m := range p.groups.of(g) {
		if m == 0 {
			continue
		}
		n := &p.fresh.all[m-1]
		o, err := p.observe(n.end, n.at)
		if err != nil {
			return nil, nil, err
		}
		complete(rec, o.Mapped)
		refs = append(refs, state.Ref{End: p.ends[end].number, Record: strings.Clone(o.id())})
	}
	return rec, refs, nil
}

// complete fills the blanks of rec with what other holds.
func complete(rec, other *schema.Record) {
	if rec.ID == "" {
		rec.ID = other.ID
	}
	for i, v := range other.Slots {
		if rec.Slots[i].State() == schema.Absent || rec.Slots[i].Blank() && v.Is() {
			rec.Slots[i] = v
		}
	}
}

func (p *pass) apart(self state.Ref, refs []state.Ref) bool {
	yes := false
	for _, pair := range p.apartNow {
		for _, r := range refs {
			yes = yes || pair == [2]state.Ref{self, r} || pair == [2]state.Ref{r, self}
		}
	}
	if yes || !p.parted {
		return yes
	}
	p.view(func(v *state.View) error {
		for _, r := range refs {
			yes = yes || v.Apart(p.numbers.pipeline, self, r)
		}
		return nil
	})
	return yes
}

func (p *pass) joinTo(i int, n *newcomer, entity uint64) error {
	n.fate = joined
	if entity&groupBit == 0 {
		p.joins = append(p.joins, join{state.Entity(entity), int32(i)})
		if p.seats == nil {
			p.seats = map[flight]int32{}
		}
		p.seats[flight{state.Entity(entity), int(n.end)}] = int32(i)
		n.group = -1
		return nil
	}
	g := int32(entity &^ groupBit)
	p.groups.of(g)[n.end] = int32(i) + 1
	n.group = g
	return nil
}

// seated returns the new record that stands for a group, or that joined a
// linked entity in this pass, at an end; -1 for none.
func (p *pass) seated(entity uint64, end uint8) int32 {
	if entity&groupBit != 0 {
		return p.groups.of(int32(entity &^ groupBit))[end] - 1
	}
	if i, ok := p.seats[flight{state.Entity(entity), int(end)}]; ok {
		return i
	}
	return -1
}

// unseat takes a new record out of the entity that it joined.
func (p *pass) unseat(entity uint64, held int32) {
	n := &p.fresh.all[held]
	n.group = -1
	if entity&groupBit != 0 {
		p.groups.of(int32(entity &^ groupBit))[n.end] = 0
		return
	}
	delete(p.seats, flight{state.Entity(entity), int(n.end)})
	p.joins = slices.DeleteFunc(p.joins, func(j join) bool { return j.newcomer == held })
}

// get reads records by id, a page at a time.
func (p *pass) get(ctx context.Context, e *endPass, ids []string) ([]connectors.Got, error) {
	g, ok := e.conn.(connectors.Getter)
	if !ok {
		return nil, &connectors.Error{Kind: connectors.Unsupported, Op: "read by id", Where: e.Object}
	}
	out := make([]connectors.Got, 0, len(ids))
	for len(ids) > 0 {
		page := ids[:min(idPage, len(ids))]
		ids = ids[len(page):]
		got, err := g.Get(ctx, &e.Selection, page)
		for err != nil && p.patient(ctx, err) {
			got, err = g.Get(ctx, &e.Selection, page)
		}
		if err != nil {
			return nil, p.unreadEnd(e, err)
		}
		if len(got) != len(page) {
			return nil, fmt.Errorf("read by id gave %d answers to %d ids", len(got), len(page))
		}
		out = append(out, got...)
	}
	return out, nil
}
