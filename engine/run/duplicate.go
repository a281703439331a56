package run

import (
	"fmt"
	"strings"

	"syncline/engine/match"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// question puts to a person who a newcomer is. New records that it may belong
// to wait as well: created at its end, they would be there twice. Where it is a
// second record of its end with one key, and neither is linked yet, both are
// asked about: nobody knows which one stands.
func (p *pass) question(n *newcomer, self *schema.Record, r match.Result) error {
	var sides []state.Side
	for _, c := range r.Candidates[:min(maxShown, len(r.Candidates))] {
		rec, refs, err := p.candidate(c.Entity)
		if err != nil || len(refs) == 0 {
			continue
		}
		ref := refs[0]
		for _, r := range refs {
			if r.End == p.ends[n.end].number {
				ref = r // its twin: the question is which of the two stands
			}
		}
		sides = append(sides, p.sideOf(rec, ref))
		if err := p.doubt(n, self, c.Entity); err != nil {
			return err
		}
	}
	n.fate = inReview
	p.askWho(p.ends[n.end], self, r.Reason, sides)
	return nil
}

// doubt takes apart what the newcomer may belong to: its twin, another new record
// of its end, is asked about too, the other new records of a group wait.
func (p *pass) doubt(n *newcomer, self *schema.Record, entity uint64) error {
	if entity&doubtBit != 0 {
		return nil
	}
	twin := p.seated(entity, n.end)
	if twin >= 0 {
		p.unseat(entity, twin)
	}
	if entity&groupBit != 0 {
		if err := p.disband(int32(entity &^ groupBit)); err != nil {
			return err
		}
	}
	if twin < 0 {
		return nil
	}
	other := &p.fresh.all[twin]
	o, err := p.observe(other.end, other.at)
	if err != nil {
		return err
	}
	e := p.ends[n.end]
	p.askWho(e, o.Mapped, "another record of the end has the same key", []state.Side{p.sideOf(self, state.Ref{End: e.number, Record: self.ID})})
	other.fate, other.group = inReview, -1
	return nil
}

// disband lets the new records of a group wait.
func (p *pass) disband(g int32) error {
	members := p.groups.of(g)
	for _, m := range members {
		if m == 0 {
			continue
		}
		if err := p.holdBack(&p.fresh.all[m-1], reasonRival); err != nil {
			return err
		}
	}
	clear(members)
	return nil
}

const reasonRival = "it may be the record that a person is asked about"

// holdBack lets a new record wait: it may belong to one that a person is asked
// about, and a create would make a third.
func (p *pass) holdBack(n *newcomer, reason string) error {
	e := p.ends[n.end]
	n.fate, n.group = heldBack, -1
	o, err := p.observe(n.end, n.at)
	if err == nil {
		p.waitAlone(e, o.id(), reason)
		p.predictAlone(e, strings.Clone(o.id()), plans.Waiting, reason)
	}
	return err
}

// doubtful adds the new records that wait for a person to those that a
// newcomer may be.
func (p *pass) doubtful(holders []match.Holder, n *newcomer, id string, doubts []int32) ([]match.Holder, error) {
	self := state.Ref{End: p.ends[n.end].number, Record: id}
	for _, d := range doubts {
		other := &p.fresh.all[d]
		rec, err := p.doubted(d)
		if err != nil {
			return nil, err
		}
		ref := state.Ref{End: p.ends[other.end].number, Record: rec.ID}
		holders = append(holders, match.Holder{
			Entity: doubtBit | uint64(d), Record: rec, Taken: other.end == n.end, Apart: p.apart(self, []state.Ref{ref}),
		})
	}
	return holders, nil
}

// doubtsKept is how many records that wait for a person stay decoded: the
// newcomers of one key are compared with the same few.
const doubtsKept = 16 * maxDoubts

// doubted returns a new record that waits for a person. It is not changed.
func (p *pass) doubted(number int32) (*schema.Record, error) {
	if rec := p.doubts[number]; rec != nil {
		return rec, nil
	}
	n := &p.fresh.all[number]
	o, err := p.observe(n.end, n.at)
	if err != nil {
		return nil, err
	}
	if p.doubts == nil || len(p.doubts) >= doubtsKept {
		p.doubts = map[int32]*schema.Record{}
	}
	rec := o.Mapped.Clone()
	p.doubts[number] = rec
	return rec, nil
}

// duplicate applies the policy to a second record of one end with one key.
func (p *pass) duplicate(i int, n *newcomer, id string, self *schema.Record, r match.Result) error {
	e := p.ends[n.end]
	if held := p.heldSeat(r.Entity, n.end); p.rules.Duplicates == match.DuplicatesIgnore && held >= 0 {
		return p.ignoreLarger(i, n, self, r.Entity)
	}
	reason := fmt.Sprintf("duplicate of a record that key %q finds", r.Key)
	if p.rules.Duplicates == match.DuplicatesIgnore {
		n.second(r.Entity)
		p.setAside(e, id, "", reason, nil)
		return nil
	}
	return p.question(n, self, r)
}

// heldSeat is seated for whatever a newcomer may be, also a record that waits.
func (p *pass) heldSeat(entity uint64, end uint8) int32 {
	if entity&doubtBit != 0 {
		return -1
	}
	return p.seated(entity, end)
}

// ignoreLarger keeps the record that survives and sets the other aside.
func (p *pass) ignoreLarger(i int, n *newcomer, self *schema.Record, entity uint64) error {
	e, held := p.ends[n.end], p.seated(entity, n.end)
	other := &p.fresh.all[held]
	o, err := p.observe(other.end, other.at)
	if err != nil {
		return err
	}
	rival := o.Mapped.Clone()
	winner, err := p.rules.Survive([]*schema.Record{rival, self})
	if err != nil {
		return fmt.Errorf("survivor: %w", err)
	}
	if winner == 0 {
		n.second(entity)
		p.setAside(e, self.ID, "", "duplicate of "+rival.ID, nil)
		return nil
	}
	p.unseat(entity, held)
	other.second(entity)
	p.setAside(e, rival.ID, "", "duplicate of "+self.ID, nil)
	return p.joinTo(i, n, entity)
}

// second sets a newcomer aside as the duplicate of an entity's record.
func (n *newcomer) second(entity uint64) {
	n.fate = aside
	switch {
	case entity&groupBit != 0:
		n.rival = int32(entity&^groupBit) + 1
	case entity&doubtBit == 0:
		n.twin = state.Entity(entity)
	}
}

// markTwin marks the entry of a record that was set aside as a duplicate of the
// entity's record at the same end.
const markTwin = 2

// twinOf returns the entity whose duplicate a record that was set aside is; 0
// for none.
func (p *pass) twinOf(n *newcomer) state.Entity {
	if g := int(n.rival) - 1; g >= 0 {
		if g < len(p.became) {
			return p.became[g]
		}
		return 0
	}
	return n.twin
}

// stillTwin sets a record aside again that was a duplicate in the last pass,
// when neither it nor the entity it duplicates moved since and nobody else has
// its keys: then nothing of that has to be read again.
func (p *pass) stillTwin(n *newcomer, id string, groups []int32, linked []state.Entity, doubts []int32) bool {
	x, e := n.twin, p.ends[n.end]
	n.twin = 0
	if x == 0 || len(groups) > 0 || len(doubts) > 0 || len(linked) != 1 || linked[0] != x || len(p.open.subjects) > 0 || len(p.apartNow) > 0 {
		return false
	}
	if p.rules.Duplicates != match.DuplicatesIgnore || !e.seen.has(x) || p.stirs(x) {
		return false
	}
	var d state.Dead
	known := false
	p.view(func(v *state.View) error {
		d, known = v.Dead(p.numbers.pipeline, e.number, id)
		return nil
	})
	if !known || d.Kind != state.DeadDuplicate {
		return false
	}
	n.fate, n.twin = aside, x
	p.setAside(e, id, "", d.Reason, nil)
	return true
}

// stirs reports whether a linked entity has to be looked at in this pass.
func (p *pass) stirs(x state.Entity) bool {
	if p.stirred == nil {
		p.stirred = &entities{}
		for _, t := range p.touched() {
			p.stirred.add(t)
		}
	}
	return p.stirred.has(x)
}
