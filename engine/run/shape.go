package run

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"syncline/connectors"
	"syncline/engine/match"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// shaped is an item that became an observation: encoded, with what the pass
// has to know of it at once.
type shaped struct {
	index   int // in the listing
	id      string
	hash    uint64
	out     bool
	gone    bool
	err     error
	where   string
	bytes   []byte
	digests []match.Digest
	twin    state.Entity // whose duplicate it was
}

// shape decodes items, maps them to the entity and keeps them.
func (p *pass) shape(ctx context.Context, e *endPass, stream connectors.Stream, work []wanted) error {
	if len(work) == 0 {
		return nil
	}
	if work[0].item.Raw == nil && work[0].item.ID != "" {
		return p.shapeByID(ctx, e, work)
	}
	return p.keepAll(e, work, p.mapped(e, len(work), func(m *mapper, i int, o *observation) error {
		it := work[i].item
		o.Index, o.Hash = work[i].index, it.Hash
		if it.Gone {
			o.Mapped.ID = it.ID
			return errGone
		}
		if err := stream.Decode(it, o.Raw); err != nil {
			o.Where = whereOf(stream, it)
			return err
		}
		if len(o.Raw.ID) == 0 {
			o.Where = whereOf(stream, it)
			return errNoID
		}
		if l, ok := stream.(connectors.Locator); ok && m.wantsPlace {
			o.Where = l.Where(it)
		}
		return nil
	}))
}

var (
	errGone = errors.New("the record is gone")
	errNoID = errors.New("the record has no id")
)

func whereOf(stream connectors.Stream, it *connectors.Item) string {
	if l, ok := stream.(connectors.Locator); ok {
		return l.Where(it)
	}
	return it.Where
}

// idPage is how many records are got by id in one call.
const idPage = 1000

// shapeByID reads the records that a listing only named.
func (p *pass) shapeByID(ctx context.Context, e *endPass, work []wanted) error {
	work = p.unlistedChanges(e, work)
	for len(work) > 0 {
		page := work[:min(idPage, len(work))]
		work = work[len(page):]
		ids := make([]string, len(page))
		for i := range page {
			ids[i] = page[i].item.ID
		}
		got, err := p.get(ctx, e, ids)
		if err != nil {
			return err
		}
		err = p.keepAll(e, page, p.mapped(e, len(page), func(_ *mapper, i int, o *observation) error {
			o.Index, o.Hash = page[i].index, page[i].item.Hash
			return take(o, &got[i], page[i].item.ID)
		}))
		if err != nil {
			return err
		}
	}
	return nil
}

// unlistedChanges drops the records whose link already says that this very
// revision was decided on: they only stood elsewhere in the last listing.
func (p *pass) unlistedChanges(e *endPass, work []wanted) []wanted {
	if p.remap.any {
		return work
	}
	ids := make([]string, len(work))
	for i := range work {
		ids[i] = work[i].item.ID
	}
	owners := make([]state.Entity, 0, len(work))
	err := p.Store.View(func(v *state.View) error {
		owners = v.ByIDs(p.numbers.pipeline, e.number, ids, owners)
		return nil
	})
	if err != nil {
		return work
	}
	knows, err := p.knownAt(e, owners)
	if err != nil {
		return work
	}
	kept := work[:0]
	for i, w := range work {
		if owners[i] == 0 || knows[i].ended || knows[i].raw != w.item.Hash || p.open.has(owners[i]) {
			kept = append(kept, w)
			continue
		}
		p.met(e, owners[i], w.index)
		e.unchanged++
	}
	return kept
}

// take fills the observation with what a read by id gave.
func take(o *observation, g *connectors.Got, id string) error {
	switch {
	case g.Err != nil:
		return g.Err
	case g.Presence == connectors.Live:
		o.Raw, g.Record = g.Record, o.Raw
		if g.Hash != 0 {
			o.Hash = g.Hash
		}
		if o.Raw.ID == "" {
			o.Raw.ID = id
		}
		return nil
	case g.Presence == connectors.Gone:
		o.Mapped.ID = id
		return errGone
	}
	return errors.New("the record cannot be read now")
}

// mapper is what one worker needs to map records: nothing of it is shared.
type mapper struct {
	frame      expr.Frame
	observed   *observation
	buffer     []byte
	digests    []match.Digest
	wantsPlace bool
}

// mapped decodes and maps n records, in order, on every core. decode fills the
// observation's raw record.
func (p *pass) mapped(e *endPass, n int, decode func(*mapper, int, *observation) error) []shaped {
	if cap(p.shapes) < n {
		p.shapes = make([]shaped, n)
	}
	out := p.shapes[:n]
	workers := min(runtime.GOMAXPROCS(0), (n+255)/256, len(p.mappers))
	if workers <= 1 {
		p.mapSpan(e, p.mappers[0], out, 0, n, decode)
		return out
	}
	var wg sync.WaitGroup
	for w := range workers {
		from, to := n*w/workers, n*(w+1)/workers
		wg.Go(func() { p.mapSpan(e, p.mappers[w], out, from, to, decode) })
	}
	wg.Wait()
	return out
}

func (p *pass) mapSpan(e *endPass, m *mapper, out []shaped, from, to int, decode func(*mapper, int, *observation) error) {
	m.buffer, m.digests = m.buffer[:0], m.digests[:0]
	o := m.observed
	for i := from; i < to; i++ {
		o.reset()
		o.Raw.Shape = e.Shape()
		if len(o.Raw.Slots) != o.Raw.Shape.Len() {
			o.Raw.Slots = make([]schema.Value, o.Raw.Shape.Len())
		}
		err := decode(m, i, o)
		s := shaped{index: o.Index, id: o.Raw.ID, hash: o.Hash, err: err, where: o.Where}
		if err == errGone {
			s.id, s.gone, s.err = o.Mapped.ID, true, nil
		} else if err == nil {
			p.mapRecord(e.End, &m.frame, o)
			s.out = o.Out
			start, first := len(m.buffer), len(m.digests)
			m.buffer = o.append(m.buffer, e.Writes)
			m.digests = p.rules.Digests(m.digests, p.seed, o.Mapped)
			s.bytes = m.buffer[start:len(m.buffer):len(m.buffer)]
			s.digests = m.digests[first:len(m.digests):len(m.digests)]
		}
		out[i] = s
	}
}

// mapRecord turns the raw record into the entity's fields. A field that cannot
// be read is a fault of that field alone.
func (p *pass) mapRecord(e *plans.End, f *expr.Frame, o *observation) {
	raw := o.Raw
	if e.Facts.Whole { // what a whole record does not have is null there
		for i := range raw.Slots {
			if raw.Slots[i].IsAbsent() {
				raw.Slots[i] = schema.NullValue()
			}
		}
	}
	m := o.Mapped
	m.ID, m.Revision, m.At, m.Author, m.Trace = raw.ID, raw.Revision, raw.At, raw.Author, raw.Trace
	f.Records[expr.Record] = raw
	f.Values[expr.Parent] = schema.Value{}
	if e.Parent >= 0 {
		f.Values[expr.Parent] = raw.Slots[e.Parent]
	}
	f.Values[expr.VarSlot], f.Values[expr.LocalSlot] = p.Pipeline.Globals.Var, p.Pipeline.Globals.Local
	f.Now = p.now.UnixMicro()
	if e.Filter != nil {
		in, err := e.Filter.Eval(f)
		if err != nil || !in.Bool() {
			o.Out = true
		}
		if err != nil {
			o.Faults = append(o.Faults, fault{Slot: -1, Reason: "the filter cannot be evaluated", Where: e.Range.String()})
		}
	}
	for slot, field := range e.Fields {
		if field == nil {
			continue
		}
		v, err := field.Read(f, raw)
		if err == nil && field.Attribute.Type.Kind == schema.KindRef {
			v, err = p.inbound(e, field.Attribute, v)
		}
		if err != nil {
			o.Faults = append(o.Faults, faultOf(slot, err))
			continue
		}
		m.Slots[slot] = v
	}
}

func faultOf(slot int, err error) fault {
	f := fault{Slot: slot, Reason: err.Error()}
	if errors.Is(err, errParent) {
		f.Kind = unresolved
	}
	var r *plans.ReadError
	if errors.As(err, &r) {
		f.Reason, f.Where = r.Err.Error(), r.Where
		if r.Unmapped {
			f.Kind = unmapped
		}
	}
	return f
}

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
	gone  bool   // it ended because the record was gone from this end
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
				out[i] = known{raw: l.Ends[k].Raw, ended: l.State == state.Tombstone, gone: l.Ends[k].Evidence == state.Gone}
			}
			return nil
		})
	})
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
	switch {
	case s.err != nil:
		p.setAside(e, s.id, s.where, reasonOf(s.err), s.err)
		return nil
	case s.gone:
		if owner != 0 {
			p.missed = append(p.missed, missing{entity: owner, end: e.Index, certain: true})
		}
		return nil
	case owner != 0 && !p.met(e, owner, s.index):
		p.setAside(e, s.id, s.where, reasonTwins, nil)
		return nil
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
		return nil
	}
	p.newcomer(e, s, at)
	return nil
}

// returned counts a record whose link ended. One that was gone and is there
// again is put to a person; one that stayed behind takes no part.
func (p *pass) returned(e *endPass, s *shaped, k known) error {
	if s.index >= 0 && s.index < len(e.entries) {
		e.entries[s.index].Mark = markEnded
	}
	if !k.gone {
		p.setAside(e, s.id, "", reasonUnlinked, nil)
		return nil
	}
	o := p.echoed
	if err := o.decode(s.bytes); err != nil {
		return err
	}
	p.askAlone(e, o, "it was gone, its link ended, and now it is there again", "")
	return nil
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
