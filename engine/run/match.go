package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

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
		p.found1(i, n)
		return nil
	}
	o, err := p.observe(n.end, n.at)
	if err != nil {
		return err
	}
	self := o.Mapped.Clone()
	id, where := self.ID, o.Where
	if p.told(n, id) {
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
		p.found1(i, n)
	case match.Link:
		if r.Entity&doubtBit != 0 {
			p.holdBack(n)
			return nil
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

// question puts to a person who a newcomer is. Where it is a second record of
// its end with one key, and neither is linked yet, both wait: nobody knows
// which one stands.
func (p *pass) question(n *newcomer, self *schema.Record, r match.Result) error {
	var sides []state.Side
	for _, c := range r.Candidates {
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
		if c.Entity&groupBit == 0 {
			continue
		}
		if err := p.doubt(n, self, int32(c.Entity&^groupBit)); err != nil {
			return err
		}
	}
	n.fate = inReview
	p.askWho(p.ends[n.end], self, r.Reason, sides)
	return nil
}

// doubt takes the newcomer's twin, another new record of its end, out of its
// group.
func (p *pass) doubt(n *newcomer, self *schema.Record, g int32) error {
	members := p.groups.of(g)
	twin := members[n.end] - 1
	if twin < 0 {
		return nil
	}
	other := &p.fresh.all[twin]
	o, err := p.observe(other.end, other.at)
	if err != nil {
		return err
	}
	e := p.ends[n.end]
	for _, m := range members {
		if m != 0 && m-1 != twin {
			p.holdBack(&p.fresh.all[m-1])
		}
	}
	clear(members)
	p.askWho(e, o.Mapped, "another record of the end has the same key", []state.Side{p.sideOf(self, state.Ref{End: e.number, Record: self.ID})})
	other.fate, other.group = inReview, -1
	return nil
}

// holdBack lets a new record wait: it may belong to one that a person is asked
// about, and a create would make a third.
func (p *pass) holdBack(n *newcomer) {
	n.fate, n.group = heldBack, -1
	p.ends[n.end].waiting++
}

// doubtful adds the new records that wait for a person to those that a
// newcomer may be.
func (p *pass) doubtful(holders []match.Holder, n *newcomer, id string, doubts []int32) ([]match.Holder, error) {
	self := state.Ref{End: p.ends[n.end].number, Record: id}
	for _, d := range doubts {
		other := &p.fresh.all[d]
		o, err := p.observe(other.end, other.at)
		if err != nil {
			return nil, err
		}
		rec := o.Mapped.Clone()
		ref := state.Ref{End: p.ends[other.end].number, Record: rec.ID}
		holders = append(holders, match.Holder{
			Entity: doubtBit | uint64(d), Record: rec, Taken: other.end == n.end, Apart: p.apart(self, []state.Ref{ref}),
		})
	}
	return holders, nil
}

// told reports whether a person said before that the record is the second one
// of another.
func (p *pass) told(n *newcomer, id string) bool {
	e := p.ends[n.end]
	var d state.Dead
	known := false
	_ = p.Store.View(func(v *state.View) error {
		d, known = v.Dead(p.numbers.pipeline, e.number, id)
		return nil
	})
	if !known || d.Kind != state.DeadDuplicate || !strings.HasSuffix(d.Reason, reasonSaid) {
		return false
	}
	n.fate = aside
	p.setAside(e, id, "", d.Reason, nil)
	return true
}

// found1 makes the newcomer a group of its own.
func (p *pass) found1(i int, n *newcomer) {
	n.fate, n.group = joined, p.groups.add(int(n.end), i)
}

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
			if (x.fate == inReview || x.fate == heldBack) && !slices.Contains(doubts, int32(other)) {
				doubts = append(doubts, int32(other))
			}
		}
	}
	if p.linkedBefore > 0 {
		_ = p.Store.View(func(v *state.View) error {
			for _, d := range p.fresh.keysOf(n) {
				linked = v.ByKey(p.numbers.pipeline, p.numbers.key, d, linked)
			}
			return nil
		})
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
		k := s.link.End(p.ends[end].number)
		out = append(out, match.Holder{
			Entity: uint64(e), Record: s.combined(),
			Taken: k >= 0 && s.link.Ends[k].Record != "", Apart: p.apart(self, s.refs()),
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
	_ = p.Store.View(func(v *state.View) error {
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
		n.group = -1
		return nil
	}
	g := int32(entity &^ groupBit)
	p.groups.of(g)[n.end] = int32(i) + 1
	n.group = g
	return nil
}

// duplicate applies the policy to a second record of one end with one key.
func (p *pass) duplicate(i int, n *newcomer, id string, self *schema.Record, r match.Result) error {
	e := p.ends[n.end]
	if p.rules.Duplicates == match.DuplicatesIgnore && r.Entity&groupBit != 0 {
		return p.ignoreLarger(i, n, self, int32(r.Entity&^groupBit))
	}
	reason := fmt.Sprintf("duplicate of a record that key %q finds", r.Key)
	if p.rules.Duplicates == match.DuplicatesIgnore {
		n.fate = aside
		p.setAside(e, id, "", reason, nil)
		return nil
	}
	return p.question(n, self, r)
}

// ignoreLarger keeps the record that survives in the group and sets the other
// aside.
func (p *pass) ignoreLarger(i int, n *newcomer, self *schema.Record, g int32) error {
	e := p.ends[n.end]
	members := p.groups.of(g)
	held := members[n.end] - 1
	if held < 0 {
		n.fate = aside
		p.setAside(e, self.ID, "", "duplicate within the end", nil)
		return nil
	}
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
		n.fate = aside
		p.setAside(e, self.ID, "", "duplicate of "+rival.ID, nil)
		return nil
	}
	other.fate, other.group = aside, -1
	p.setAside(e, rival.ID, "", "duplicate of "+self.ID, nil)
	n.fate, n.group, members[n.end] = joined, g, int32(i)+1
	return nil
}

// answered applies what a person said about the newcomer. It reports whether
// that settles who it is.
func (p *pass) answered(i int, n *newcomer) (bool, error) {
	o, err := p.observe(n.end, n.at)
	if err != nil {
		return false, err
	}
	item, ok := p.open.subjects[subjectName(p.ends[n.end], o.id())]
	if !ok || item.Choice == nil || len(item.Sides) == 0 {
		return false, nil
	}
	self := state.Ref{End: p.ends[n.end].number, Record: item.Sides[0].Record}
	if item.Choice.Answer == answerNot {
		for _, side := range item.Sides[1:] {
			p.apartNow = append(p.apartNow, [2]state.Ref{self, {End: side.End, Record: side.Record}})
		}
		return false, nil
	}
	name, ok := strings.CutPrefix(item.Choice.Answer, answerLink)
	if !ok {
		return false, nil
	}
	return p.linkTo(i, n, self.Record, name)
}

// linkTo joins the newcomer to the record of that name, END/ID, if that is
// still there and has no record at the newcomer's end. A record of its own end
// stands for both.
func (p *pass) linkTo(i int, n *newcomer, self, name string) (bool, error) {
	endName, id, _ := strings.Cut(name, "/")
	for _, e := range p.ends {
		if e.Name != endName {
			continue
		}
		if e.Index == int(n.end) {
			n.fate = aside
			p.setAside(e, self, "", "duplicate of "+id+reasonSaid, nil)
			return true, nil
		}
		var owner state.Entity
		err := p.Store.View(func(v *state.View) error {
			owner, _ = v.ByID(p.numbers.pipeline, e.number, id)
			return nil
		})
		if err != nil {
			return false, err
		}
		if owner != 0 {
			return true, p.joinTo(i, n, uint64(owner))
		}
		m := p.sameID(e, id, xxh3.HashStringSeed(id, uint64(e.Index)))
		if m >= 0 && m != i {
			return p.pair(i, n, m)
		}
	}
	return false, nil
}

// pair makes one group of two newcomers.
func (p *pass) pair(i int, n *newcomer, other int) (bool, error) {
	o := &p.fresh.all[other]
	if o.end == n.end {
		return false, nil
	}
	if o.fate == undecided {
		p.found1(other, o)
	}
	if o.group < 0 || p.groups.of(o.group)[n.end] != 0 {
		return false, nil
	}
	return true, p.joinTo(i, n, groupBit|uint64(o.group))
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
		if err != nil {
			return nil, err
		}
		if len(got) != len(page) {
			return nil, fmt.Errorf("read by id gave %d answers to %d ids", len(got), len(page))
		}
		out = append(out, got...)
	}
	return out, nil
}
