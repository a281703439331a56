package run

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"syncline/engine/plans"
	"syncline/engine/state"
)

// commit closes the pass: checkpoints and listings move only now, together
// with everything that was read up to them.
func (p *pass) commit(context.Context) error {
	if !p.Write {
		return nil
	}
	b := p.Store.NewBatch()
	for i := range p.dead {
		b.PutDead(&p.dead[i])
	}
	if err := p.exhume(b); err != nil {
		return err
	}
	if err := p.restAll(b); err != nil {
		return err
	}
	p.sweepLetters(b)
	if err := p.sweep(b); err != nil {
		return err
	}
	for i := range p.reviews {
		b.PutConflict(&p.reviews[i])
	}
	for subject, c := range p.open.subjects {
		if !p.stillOpen[subject] && p.answers(&c) {
			b.DeleteConflict(p.numbers.pipeline, 0, 0, subject)
			p.open.n--
			p.noteClosed(&c, subjectClosed(&c))
		}
	}
	for _, pair := range p.apartNow {
		b.PutApart(p.numbers.pipeline, pair[0], pair[1])
	}
	var dirty []byte
	for _, e := range p.ends {
		if err := p.closeEnd(e, b); err != nil {
			return err
		}
		if e.cutOff() || p.retold {
			dirty = []byte{1}
		}
	}
	p.closeSpent(b)
	p.remap.store(p, b)
	if p.Hints != nil && p.dirtyBefore {
		dirty = []byte{1} // only a listing makes it clean
	}
	b.SetHash(dirtyName(p.Pipeline.Name), dirty)
	if p.Closing != nil {
		p.Closing(b, p.closing())
	}
	if p.stopped != nil {
		return p.stopped
	}
	p.lines.Reset()
	if err := p.drainMarks(&p.lines, b); err != nil {
		return err
	}
	return p.commitBatch(b, &p.lines)
}

// subjectClosed says what settled a question about a record that belonged to
// nobody.
func subjectClosed(c *state.Conflict) string {
	if c.Choice != nil {
		return ClosedChosen
	}
	return closedRecord
}

// cutOff reports whether a listing that should have told everything did not.
func (e *endPass) cutOff() bool {
	return e.doubted || !e.incremental && !e.complete && e.Facts.Complete
}

// answers reports whether this pass can tell that a question about a record
// that belongs to nobody is settled: the end was listed whole, or the record
// belongs to somebody now.
func (p *pass) answers(c *state.Conflict) bool {
	if len(c.Sides) == 0 {
		return true
	}
	i := p.endOf(c.Sides[0].End)
	if i < 0 || p.ends[i].complete || p.ends[i].looked[c.Sides[0].Record] {
		return true
	}
	linked := false
	p.view(func(v *state.View) error {
		_, linked = v.ByID(p.numbers.pipeline, c.Sides[0].End, c.Sides[0].Record)
		return nil
	})
	return linked
}

// exhume forgets the records that were set aside once and take part again, or
// are gone: a complete listing tells.
func (p *pass) exhume(b *state.Batch) error {
	return p.Store.View(func(v *state.View) error {
		return v.Deads(p.numbers.pipeline, func(d *state.Dead) error {
			if d.Kind == state.DeadLetter || d.Kind == state.DeadFailing {
				return nil
			}
			if i := p.endOf(d.End); i >= 0 && (p.ends[i].complete || p.ends[i].looked[d.Record]) && !p.ends[i].buried[d.Record] {
				b.DeleteDead(d.Pipeline, d.End, d.Record)
			}
			return nil
		})
	})
}

// unmarked reports whether there are linked records that the listing to be
// kept does not tell of: it named them without saying whose they are, or lacks
// them and nothing was concluded from that. The next listing has to be held to
// the links then, or would not tell that such a record is gone.
func (p *pass) unmarked(e *endPass) (found bool, err error) {
	owners := p.owners[:0]
	for _, m := range p.missed {
		if m.end == e.Index {
			owners = append(owners, m.entity)
		}
	}
	err = p.Store.View(func(v *state.View) error {
		if len(e.unread) > 0 {
			owners = append(owners, v.ByIDs(p.numbers.pipeline, e.number, e.unread, nil)...)
		}
		return v.LinksOf(owners, func(_ int, l *state.Link) error {
			k := l.End(e.number)
			found = found || k >= 0 && l.State == state.Active && l.Ends[k].Record != ""
			return nil
		})
	})
	p.owners = owners
	return found, err
}

func (p *pass) closeEnd(e *endPass, b *state.Batch) error {
	if p.Hints != nil {
		p.closeHinted(e, b)
		return nil
	}
	pass := state.Pass{First: e.firstDone || e.down == "", Complete: microTime(e.since)}
	if e.since == 0 {
		pass.Complete = time.Time{}
	}
	if !e.incremental && !e.cutOff() {
		pass.Complete = p.now
		if err := p.storeListing(e, b); err != nil {
			return err
		}
		b.SetHash(p.staleName(e), nil)
	}
	unmarked, err := p.unmarked(e)
	if err != nil {
		return err
	}
	if e.incremental || unmarked {
		b.SetHash(p.staleName(e), []byte{1})
	}
	if len(e.next) > 0 && !e.doubted && !e.keepsCheckpoint {
		b.SetCheckpoint(p.numbers.pipeline, e.number, e.next)
	}
	b.SetPass(p.numbers.pipeline, e.number, pass)
	return nil
}

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

// remapping says whether the mapping is another than the one the bases were
// taken with, and of which units the programs changed.
type remapping struct {
	any    bool
	hashes []uint64
	before map[uint64][]uint64 // by mapping hash: the units' program hashes
	stored func(mapping uint64) []uint64
	now    uint64 // the mapping of this pass
}

// unitSet says which units of a link have other programs than its bases.
type unitSet struct {
	all  bool
	bits map[int]bool
}

func (u unitSet) has(i int) bool { return u.all || u.bits[i] }

// any reports whether one of so many units is in the set.
func (u unitSet) any(units int) bool {
	for i := range units {
		if u.has(i) {
			return true
		}
	}
	return false
}

func (r *remapping) load(p *pass, v *state.View) {
	for _, u := range p.Pipeline.Units {
		r.hashes = append(r.hashes, u.Hash)
	}
	last := v.Hash(mappingName(p.Pipeline.Name))
	r.any = len(last) == 8 && binary.LittleEndian.Uint64(last) != p.Pipeline.Hash
	r.before = map[uint64][]uint64{p.Pipeline.Hash: r.hashes}
	r.stored = func(mapping uint64) (hashes []uint64) {
		p.view(func(v *state.View) error {
			hashes = decodeHashes(v.Hash(unitsName(p.Pipeline.Name, mapping)))
			return nil
		})
		return hashes
	}
	r.now = p.Pipeline.Hash
}

// units compares the programs a link's bases were taken with to those of now.
func (r *remapping) units(mapping uint64) unitSet {
	if mapping == r.now {
		return unitSet{}
	}
	old, ok := r.before[mapping]
	if !ok {
		old = r.stored(mapping)
		r.before[mapping] = old
	}
	if len(old) != len(r.hashes) {
		return unitSet{all: true}
	}
	out := unitSet{bits: map[int]bool{}}
	for i := range old {
		out.bits[i] = old[i] != r.hashes[i]
	}
	return out
}

func (r *remapping) store(p *pass, b *state.Batch) {
	b.SetHash(mappingName(p.Pipeline.Name), binary.LittleEndian.AppendUint64(nil, p.Pipeline.Hash))
	var all []byte
	for _, h := range r.hashes {
		all = binary.LittleEndian.AppendUint64(all, h)
	}
	b.SetHash(unitsName(p.Pipeline.Name, p.Pipeline.Hash), all)
}

func mappingName(pipeline string) string { return "mapping/" + pipeline }

func unitsName(pipeline string, hash uint64) string {
	return "units/" + pipeline + "/" + string(binary.BigEndian.AppendUint64(nil, hash))
}

func decodeHashes(b []byte) (out []uint64) {
	for ; len(b) >= 8; b = b[8:] {
		out = append(out, binary.LittleEndian.Uint64(b))
	}
	return out
}

// summary says what became of every record: each counts once.
func (p *pass) summary() plans.PipelineSummary {
	r := p.reports
	for _, e := range p.ends {
		aside, review, waiting, flying := p.counted(e)
		s := plans.EndSummary{
			End: e.Name, Read: e.read, SetAside: aside, Review: review, Waiting: waiting, InFlight: flying,
			Unchanged: e.unchanged, Created: e.created, Updated: e.updated, Archived: e.archived, Deleted: e.deleted,
			Refused: e.refused, Down: cmp.Or(e.down, e.unanswered), Asides: e.asides,
		}
		if r.Failed != "" {
			s.NotReached = p.notReached(e)
		}
		s.Agreed = s.Read - s.SetAside - s.Review - s.Waiting - s.InFlight - s.NotReached
		r.Ends = append(r.Ends, s)
	}
	r.Findings = p.findings
	r.Breakers = p.fuses()
	p.totals(&r)
	return r
}

// totals reads what is open now.
func (p *pass) totals(r *plans.PipelineSummary) {
	if alert := p.Pipeline.Alert; alert != nil {
		r.Owner = alert.Name
	}
	err := p.Store.View(func(v *state.View) (err error) {
		r.Linked = int(v.Totals(p.numbers.pipeline).States[state.Active])
		r.Standing, err = Standing(v, p.numbers.pipeline, p.now)
		return err
	})
	if err != nil && r.Failed == "" {
		r.Failed = fmt.Sprintf("what is open could not be counted: state: %v", err)
	}
	r.Conflicts, r.Reviews, r.Waiting = r.Standing.Conflicts.Count, r.Standing.Reviews.Count, r.Standing.Waiting.Count
	r.Oldest = max(r.Standing.Conflicts.Oldest, r.Standing.Reviews.Oldest)
}
