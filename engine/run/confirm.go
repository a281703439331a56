package run

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// confirm is T3: what was confirmed is remembered, in one transaction with
// everything it changes. What went through a session is only certain once the
// session is published; its part waits in the spool until then.
func (p *pass) confirm(page []*subject, out []*delivery, number uint64) error {
	var open []state.Intent
	for _, d := range out {
		if d.step == decide.Keep {
			d.intent.Uncertain = true
			d.intent.Attempts++
			open = append(open, d.intent)
			p.inFlight[flight{d.s.link.Entity, d.w.end}] = true
			d.s.flying = true
		}
	}
	if p.provisional(out) {
		p.pending = append(p.pending, pendingPage{number: number, open: open})
		return p.store(page, out)
	}
	b := p.blankBatch()
	p.finishPage(b, number, open)
	return p.storeInto(b, page, out)
}

func (p *pass) finishPage(b *state.Batch, number uint64, open []state.Intent) {
	b.DeleteIntents(number)
	if len(open) > 0 {
		p.page++
		b.PutIntents(p.page, open)
	}
}

// provisional reports whether one of the deliveries went through a session
// that is not published yet.
func (p *pass) provisional(out []*delivery) bool {
	for _, d := range out {
		if p.ends[d.w.end].session != nil {
			return true
		}
	}
	return false
}

func (p *pass) store(page []*subject, out []*delivery) error {
	return p.storeInto(p.blankBatch(), page, out)
}

// storeInto adds to the batch what a page of subjects came to, and commits it.
// The deliveries are in the order of their subjects.
func (p *pass) storeInto(b *state.Batch, page []*subject, out []*delivery) error {
	p.lines.Reset()
	told := false
	for _, s := range page {
		n := 0
		for n < len(out) && out[n].s == s {
			n++
		}
		mine := out[:n]
		out = out[n:]
		c := p.conclude(s, mine, b)
		if c == nil {
			continue
		}
		if !told { // until the pass closes, the listing knows less than the links
			b.SetHash(dirtyName(p.Pipeline.Name), []byte{1})
			told = true
		}
		if p.provisional(mine) {
			if err := p.postpone(c); err != nil {
				return err
			}
			continue
		}
		c.into(p, b)
		if err := p.draft(&p.lines, c.entries); err != nil {
			return err
		}
	}
	return p.commitBatch(b, &p.lines)
}

// conclusion is what is remembered of one subject.
type conclusion struct {
	link    *state.Link
	ids     []state.Ref
	keys    []uint64
	entries []audit.Entry

	units  []string      // of the entries
	values []audit.Value // of the entries
}

// blankConclusion returns an empty conclusion, in the memory of the last one.
func (p *pass) blankConclusion(s *subject) *conclusion {
	c := &p.concluded
	*c = conclusion{
		link: &s.link, ids: c.ids[:0], keys: c.keys[:0], entries: c.entries[:0], units: c.units[:0], values: c.values[:0],
	}
	return c
}

// into puts the conclusion into a batch.
func (c *conclusion) into(p *pass, b *state.Batch) {
	b.PutLink(c.link)
	p.claim(b, c.link.Entity, c.ids, c.keys)
}

// claim says which records an entity is, and what it can be found by.
func (p *pass) claim(b *state.Batch, x state.Entity, ids []state.Ref, keys []uint64) {
	for _, r := range ids {
		b.PutID(p.numbers.pipeline, r.End, r.Record, x)
	}
	for _, k := range keys {
		b.ClaimKey(p.numbers.pipeline, p.numbers.key, k, x)
	}
}

// conclude says what is remembered of a subject after its writes were
// answered; nil when nothing is.
func (p *pass) conclude(s *subject, mine []*delivery, b *state.Batch) *conclusion {
	if s.fresh && s.link.Entity == 0 {
		p.notLinked(s)
		return nil
	}
	done := 0
	for _, d := range mine {
		if d.step == decide.Confirm {
			done++
		}
	}
	if s.fresh && !s.standing(done) {
		p.notLinked(s)
		return nil
	}
	c := p.blankConclusion(s)
	wasMoved := s.moved
	for i, u := range p.Pipeline.Units {
		if d := &s.units[i]; d.Kind == decide.Rebase {
			base := decide.Settle(baseOf(&s.link, p.numbers.units[i], len(p.ends)), d)
			remember(&s.link, p.numbers.units[i], u, &base)
		}
	}
	p.accept(s, c)
	for _, d := range mine {
		p.advance(s, d, c)
	}
	p.unbased(s)
	p.retain(s, b, wasMoved)
	p.ending(s, c, b)
	if s.fresh {
		c.entries = append(c.entries, p.entry(s, "link", -1))
	}
	if s.fresh || !s.opened && !s.waiting {
		s.link.Mapping = p.Pipeline.Hash // what is open keeps the bases, and the mapping they were taken with
	}
	c.keys = p.claims(s, c.keys)
	p.linked(s)
	p.followUp(s, mine)
	p.classify(s)
	s.link.Class = s.class()
	return c
}

// unbased looks again, in this pass and if that fails in the next, at an end
// that shows fields of which it has no base while others have one: somebody
// moved just when it joined.
func (p *pass) unbased(s *subject) {
	for i, o := range s.obs {
		if o == nil || s.link.Ends[i].Raw == 0 || !p.lacksBase(s, i) {
			continue
		}
		s.link.Ends[i].Raw = 0
		p.again = append(p.again, s.link.Entity)
	}
}

func (p *pass) lacksBase(s *subject, end int) bool {
	for i, u := range p.Pipeline.Units {
		if !u.Unit.Ends[end].Knows || s.units[i].Kind == decide.Review || s.units[i].Kind == decide.Conflict || s.units[i].Kind == decide.Park {
			continue
		}
		stored := s.link.Unit(p.numbers.units[i])
		if stored == nil || len(stored.Bases) <= end || stored.Bases[end] != 0 || u.Form.Absent(u.Values(s.obs[end].Mapped.Slots)) {
			continue
		}
		if slices.ContainsFunc(stored.Bases, func(b uint64) bool { return b != 0 }) {
			return true
		}
	}
	return false
}

// followUp looks again, in this pass, at an entity whose record was created at
// an end that speaks of more than the create wrote: what the system filled in
// by itself travels too.
func (p *pass) followUp(s *subject, mine []*delivery) {
	for _, d := range mine {
		if d.w.verb != verbCreate || d.step != decide.Confirm {
			continue
		}
		for i, u := range p.Pipeline.Units {
			if e := u.Unit.Ends[d.w.end]; e.Knows && e.Speaks && !d.w.writes(i) {
				p.again = append(p.again, s.link.Entity)
				return
			}
		}
	}
}

// writes reports whether the write has a part for the unit.
func (w *outgoing) writes(unit int) bool {
	for i := range w.parts {
		if w.parts[i].unit == unit {
			return true
		}
	}
	return false
}

// standing reports whether a new subject holds together: at least two records,
// or one where the pipeline has no other end, or a create that may have
// happened.
func (s *subject) standing(done int) bool {
	live := done
	for _, o := range s.obs {
		if o != nil {
			live++
		}
	}
	return live > 1 || len(s.obs) == 1 || s.flying
}

// accept takes what the ends showed as decided on.
func (p *pass) accept(s *subject, c *conclusion) {
	if s.verdict.Fate == decide.Asks {
		return // that somebody edited it meanwhile is part of the question
	}
	for i, o := range s.obs {
		if o == nil {
			continue
		}
		e := &s.link.Ends[i]
		if e.Record == "" {
			c.ids = append(c.ids, state.Ref{End: p.numbers.ends[i], Record: strings.Clone(o.id())})
			if o.Index < 0 {
				p.appended(i, o.Hash, s.link.Entity) // found behind the listing
			}
		}
		e.Record, e.Revision, e.Raw, e.Evidence = strings.Clone(o.id()), strings.Clone(o.Mapped.Revision), o.Hash, state.Live
		e.At = p.now.UnixMicro()
	}
}

// stage says how far the delivery has come.
func (d *delivery) stage() decide.Stage {
	switch {
	case d.dropped:
		return decide.Dropped
	case d.step == decide.Confirm:
		return decide.Confirmed
	case d.step == decide.Keep:
		return decide.Intended
	}
	return decide.Refused
}

// advance moves the bases of one answered write.
func (p *pass) advance(s *subject, d *delivery, c *conclusion) {
	stage := d.stage()
	shown := p.readBack(d)
	for i := range d.w.parts {
		part := &d.w.parts[i]
		u, n := p.Pipeline.Units[part.unit], p.numbers.units[part.unit]
		base := baseOf(&s.link, n, len(p.ends))
		base = decide.Advance(base, &part.image, d.w.end, stage, echoed(shown, u, d))
		remember(&s.link, n, u, &base)
		if stage == decide.Confirmed && !part.wanted.First {
			p.wrote(s, part, d.w.end)
		}
	}
	if d.step != decide.Confirm {
		return
	}
	e, raw := &s.link.Ends[d.w.end], p.rawAfter(s, d, shown)
	if e.Record == "" {
		c.ids = append(c.ids, state.Ref{End: p.numbers.ends[d.w.end], Record: d.result.ID})
		p.appended(d.w.end, raw, s.link.Entity)
	} else {
		p.rehashed(d.w.end, raw, s.link.Entity)
	}
	if d.result.ID != "" {
		e.Record = d.result.ID
	}
	e.Revision, e.Raw, e.Evidence, e.At = d.result.Revision, raw, state.Live, p.now.UnixMicro()
	c.entries = append(c.entries, p.writeEntry(s, d, c))
}

// readBack maps what the end shows after the write; nil when it was not read
// back.
func (p *pass) readBack(d *delivery) *observation {
	if d.result.Confirmed == nil {
		return nil
	}
	o := p.echoed
	o.reset()
	o.Raw, o.Hash = d.result.Confirmed, d.result.Hash
	p.mapRecord(p.ends[d.w.end].End, &p.mappers[0].frame, o)
	return o
}

// echoed is what the end shows of a unit after the write.
func echoed(o *observation, u *plans.Unit, d *delivery) *decide.Echo {
	if o == nil {
		return nil
	}
	for _, slot := range u.Slots {
		if o.fault(slot) != nil {
			return nil
		}
	}
	return &decide.Echo{Value: u.Values(o.Mapped.Slots), Revision: d.result.Revision, Written: d.result.Revision}
}

// rawAfter is the hash of the record after the write, if everything in it has
// been seen; else 0, so that the next pass looks at it. A condition on the
// written fields alone lets an edit of another field pass unseen.
func (p *pass) rawAfter(s *subject, d *delivery, shown *observation) uint64 {
	o := s.obs[d.w.end]
	switch {
	case d.intent.Uncertain:
		return 0
	case d.w.verb != verbUpdate, d.w.grade == decide.IfMatch, d.w.grade == decide.Revision:
		return d.result.Hash
	case shown == nil || o == nil:
		return 0
	}
	shape := p.ends[d.w.end].Shape()
	for i := range shown.Raw.Slots {
		name := shape.Field(i).Name
		wrote := slices.ContainsFunc(d.change.Set, func(a connectors.Assignment) bool { return a.Path.Top() == name })
		if !wrote && !schema.Equal(shown.Raw.Slots[i], o.Raw.Slots[i]) {
			return 0
		}
	}
	return d.result.Hash
}

// wrote notes a write in the unit's ring: the oscillation breaker reads it.
func (p *pass) wrote(s *subject, part *part, end int) {
	n := p.numbers.units[part.unit]
	u := s.link.Unit(n)
	if u == nil {
		return
	}
	x := decodeExtra(u.Extra)
	if s.outside() {
		x.ring = x.ring.Outside()
	}
	x.ring = x.ring.Wrote(p.Pipeline.Units[part.unit].Form.Hash(uint64(end), part.wanted.Post))
	u.Extra = x.encode()
}

// retain stores what waits and what is put to a person.
func (p *pass) retain(s *subject, b *state.Batch, moved bool) {
	p.overdue(s)
	p.unwait(s, b)
	for i := range s.units {
		p.note(s, i, b)
	}
	for _, w := range s.waits {
		p.wait(s, w.end, 0, w.reason, time.Time{}, b)
	}
	if s.held.kind == holdWait {
		p.wait(s, s.held.end, 0, s.held.reason, time.Time{}, b)
	}
	if moved {
		p.again = append(p.again, s.link.Entity)
		p.wait(s, -1, 0, "its records moved while they were written", time.Time{}, b)
	}
	p.whole(s, b)
}

// whole stores or closes the open item of the whole entity.
func (p *pass) whole(s *subject, b *state.Batch) {
	old := p.open.find(s.link.Entity, 0)
	reason, where, end := "", "", -1
	switch {
	case s.refusal != nil:
		reason, end = reasonRefused+" "+p.ends[s.refusal.end].Name+": "+s.refusal.text, s.refusal.end
	case s.held.kind == holdReview || s.held.kind == holdAside:
		reason, where, end = s.held.reason, s.held.where, s.held.end
	case p.lost[s.link.Entity] != "":
		reason = p.lost[s.link.Entity]
	case s.clash != "" && !p.accepted(s):
		reason = s.clash
	case s.verdict.Fate == decide.Asks:
		reason, end = s.verdict.Reason, s.verdict.Cause
	}
	if reason == "" {
		if old != nil {
			p.closeOpen(s.link.Entity, 0, b)
		}
		return
	}
	c := state.Conflict{
		Kind: state.KindReview, Pipeline: p.numbers.pipeline, Entity: s.link.Entity, First: p.now, Reason: reason, Where: where,
	}
	if old != nil {
		c.First, c.Choice = old.First, old.Choice
	} else {
		p.tell(Notice{Kind: "review", Record: s.label(), Text: reason})
	}
	for i, o := range s.obs {
		if o != nil && (end < 0 || end == i) {
			c.Sides = append(c.Sides, state.Side{End: p.numbers.ends[i], Record: o.id(), Revision: o.Mapped.Revision, At: p.now})
		}
	}
	p.putOpen(&c, b)
	s.opened = true
}

// ending stores the end of a link.
func (p *pass) ending(s *subject, c *conclusion, b *state.Batch) {
	switch s.verdict.Fate {
	case decide.Unlinks, decide.Archives, decide.Deletes:
	default:
		return
	}
	if len(s.waits) > 0 || s.refusal != nil || s.flying {
		return
	}
	s.link.State = state.Tombstone
	for i := range s.link.Ends {
		e := &s.link.Ends[i]
		if s.seen[i] == decide.Gone {
			e.Evidence = state.Gone
		}
		if e.Record != "" {
			b.PutTomb(&state.Tomb{
				Pipeline: p.numbers.pipeline, End: e.End, Record: e.Record, Entity: s.link.Entity,
				Reason: s.verdict.Reason, At: p.now, Until: p.now.Add(tombstoneAge),
			})
		}
	}
	c.entries = append(c.entries, p.entry(s, "unlink", s.verdict.Cause))
	p.ended.add(s.link.Entity)
}

// tombstoneAge is how long the ids of a link that ended are remembered.
const tombstoneAge = 90 * 24 * time.Hour

// claims appends the key digests the entity can be found by.
func (p *pass) claims(s *subject, keys []uint64) []uint64 {
	m := p.mappers[0]
	m.digests = p.rules.Digests(m.digests[:0], p.seed, s.entity)
	for _, d := range m.digests {
		keys = append(keys, d.Hash)
	}
	return keys
}

// entry is a line of the journal about a subject.
func (p *pass) entry(s *subject, kind string, end int) audit.Entry {
	e := audit.Entry{
		Time: p.Clock(), Run: p.Run, Kind: kind, Pipeline: p.Pipeline.Name,
		Entity: p.Store.Public(s.link.Entity), Salt: s.link.Salt, Outcome: "done",
	}
	if end >= 0 {
		e.End, e.Record = p.ends[end].Name, s.link.Ends[end].Record
	} else {
		e.Record = s.label()
	}
	return e
}

// writeEntry is the line of a confirmed write, with what stood there before
// and after.
func (p *pass) writeEntry(s *subject, d *delivery, c *conclusion) audit.Entry {
	e := p.entry(s, d.w.verb, d.w.end)
	e.Record, e.Grade = s.link.Ends[d.w.end].Record, connectors.Grade(d.w.grade).String()
	e.Operation = hex.EncodeToString(d.intent.Operation[:16])
	if o := s.obs[d.w.end]; o != nil {
		e.Trace = o.Mapped.Trace
	}
	units, values := len(c.units), len(c.values)
	for i := range d.w.parts {
		part := &d.w.parts[i]
		name := p.Pipeline.Units[part.unit].Name
		c.units = append(c.units, name)
		if e.Rule == "" {
			e.Rule = s.units[part.unit].Rule
		}
		if part.wanted.Pre.State() != 0 {
			c.values = append(c.values, audit.Value{Unit: name, Role: "before", Value: part.wanted.Pre})
		}
		c.values = append(c.values, audit.Value{Unit: name, Role: "after", Value: part.wanted.Post})
	}
	e.Units, e.Values = c.units[units:len(c.units):len(c.units)], c.values[values:len(c.values):len(c.values)]
	return e
}
