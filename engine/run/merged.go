package run

import (
	"context"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/engine/state"
)

// longestTrail is how many merges, one into the next, are followed.
const longestTrail = 8

// merger is what became of a record that its end made part of another one.
type merger struct {
	from, into string
	now        decide.Evidence // of what it is part of; IsMerged: they were merged in a circle
	holder     state.Entity    // who is linked to that; 0: nobody
	ended      state.Entity    // whose link to that ended; 0: nobody's
	text       string          // for a person
}

// witness says what is known of the record that was merged.
func (m *merger) witness(w *decide.Witness) {
	w.Evidence = m.now
	if m.now == decide.IsLive || m.now == decide.IsMerged {
		w.Evidence, w.IntoLink = decide.IsMerged, m.holder != 0 || m.now == decide.IsMerged
	}
}

// follow looks where linked records went that are not met any more. The link of
// one that was merged into a record of nobody stands on that from now on, before
// anybody asks who a new record is; one that was merged into somebody else's
// record is put to a person, and nothing is written of the two until then.
func (p *pass) follow(ctx context.Context) error {
	for _, e := range p.ends {
		if _, ok := e.conn.(connectors.Getter); !ok {
			continue
		}
		all, err := p.departed(e)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			continue
		}
		ids := make([]string, len(all))
		for i := range all {
			ids[i] = all[i].record
		}
		got, err := p.get(ctx, e, ids)
		if connectors.KindOf(err) == connectors.Unsupported && err != nil {
			continue
		}
		if err != nil {
			return e.at(err)
		}
		for i := range got {
			if got[i].Err == nil && got[i].Presence == connectors.Merged {
				if err := p.followOne(ctx, e, all[i], got[i].Into); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// departure is a linked record that is not met any more.
type departure struct {
	entity state.Entity
	record string
}

// departed returns the linked records that were not met, and those of which a
// person is asked since they were merged.
func (p *pass) departed(e *endPass) ([]departure, error) {
	lost := map[state.Entity]bool{}
	for _, m := range p.missed {
		if m.end == e.Index {
			lost[m.entity] = true
		}
	}
	all := p.open.entities()
	for x := range lost {
		all = append(all, x)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	var out []departure
	err := p.Store.View(func(v *state.View) error {
		return v.LinksOf(all, func(i int, l *state.Link) error {
			k := l.End(e.number)
			if l.Pipeline != p.numbers.pipeline || l.State != state.Active || k < 0 || l.Ends[k].Record == "" || p.inFlight[flight{all[i], e.Index}] {
				return nil
			}
			if lost[all[i]] || l.Ends[k].Evidence == state.Merged {
				out = append(out, departure{all[i], strings.Clone(l.Ends[k].Record)})
			}
			return nil
		})
	})
	return out, err
}

// followOne says what becomes of a link whose record was merged.
func (p *pass) followOne(ctx context.Context, e *endPass, d departure, into string) error {
	m, err := p.trace(ctx, e, d, into)
	if err != nil {
		return err
	}
	w := decide.Witness{Linked: true}
	m.witness(&w)
	if decide.Presences([]decide.Witness{w, {Linked: true, Evidence: decide.IsLive}}).Fate == decide.Repoints {
		return p.becomes(e, d, m)
	}
	if e.mergers == nil {
		e.mergers = map[state.Entity]*merger{}
	}
	e.mergers[d.entity] = m
	switch {
	case m.holder != 0:
		m.text = "record " + m.from + " of " + e.Name + " was merged into " + m.into + ", which is linked to somebody else" + p.others(m.holder, e)
		if p.contested == nil {
			p.contested = map[state.Entity]string{}
		}
		p.contested[m.holder] = "record " + m.from + " of " + e.Name + " was merged into its record " + m.into + ", and a person is asked"
	case m.now == decide.IsMerged:
		m.text = "record " + m.from + " of " + e.Name + " was merged into " + m.into + ", and that back again: nobody can tell which record stands"
	}
	return nil
}

// others names the records that an entity has at the other ends.
func (p *pass) others(x state.Entity, e *endPass) string {
	var names []string
	p.view(func(v *state.View) error {
		var l state.Link
		_, err := v.Link(x, &l)
		for _, end := range l.Ends {
			if i := p.endOf(end.End); i >= 0 && i != e.Index && end.Record != "" {
				names = append(names, subjectName(p.ends[i], end.Record))
			}
		}
		return err
	})
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// trace follows a record from merge to merge, to one that somebody has, or that
// is itself.
func (p *pass) trace(ctx context.Context, e *endPass, d departure, into string) (*merger, error) {
	m := &merger{from: d.record, now: decide.IsMerged}
	met := map[string]bool{d.record: true}
	for into != "" && !met[into] && len(met) <= longestTrail {
		met[into] = true
		m.into, m.ended = strings.Clone(into), 0
		if err := p.whose(e, d, m); err != nil || m.holder != 0 {
			m.now = decide.IsLive
			return m, err
		}
		got, err := p.get(ctx, e, []string{into})
		if err != nil {
			return m, e.at(err)
		}
		g := &got[0]
		switch {
		case g.Err != nil:
			m.now = decide.IsUnknown
			return m, nil
		case g.Presence == connectors.Merged:
			into = g.Into
			continue
		}
		m.now = p.standsFor(e, g, m.into)
		return m, nil
	}
	if m.into == "" {
		m.now = decide.IsUnknown // the end does not say into which
	}
	return m, nil
}

// whose notes who the record is that another one was merged into.
func (p *pass) whose(e *endPass, d departure, m *merger) error {
	return p.Store.View(func(v *state.View) error {
		owner, _ := v.ByID(p.numbers.pipeline, e.number, m.into)
		if owner == 0 || owner == d.entity {
			return nil
		}
		var l state.Link
		ok, err := v.Link(owner, &l)
		switch {
		case ok && l.State == state.Tombstone:
			m.ended = owner
		case ok:
			m.holder = owner
		}
		return err
	})
}

// standsFor says what a read by id tells of the record that another one was
// merged into. One of somebody who was forgotten is not there for anybody.
func (p *pass) standsFor(e *endPass, g *connectors.Got, id string) decide.Evidence {
	switch g.Presence {
	case connectors.Gone:
		return decide.IsGone
	case connectors.Archived:
		return decide.IsArchived
	case connectors.Live:
	default:
		return decide.IsUnknown
	}
	o := newObservation(p.Pipeline.Shape, e.Shape())
	if take(o, g, id) != nil {
		return decide.IsUnknown
	}
	p.mapRecord(e.End, &p.mappers[0].frame, o)
	if p.blocks(e, &shaped{id: id, digests: p.rules.Digests(nil, p.seed, o.Mapped)}) {
		return decide.IsGone
	}
	return decide.IsLive
}

// becomes lets a link stand on the record that its own was merged into. What
// that shows is compared with what the ends last agreed on, as an edit is.
func (p *pass) becomes(e *endPass, d departure, m *merger) error {
	p.open.extra[d.entity] = true
	p.takeIn(e, d.entity, m.into)
	if !p.Write {
		if e.moved == nil {
			e.moved = map[state.Entity]string{}
		}
		e.moved[d.entity] = m.into
		if p.Predict != nil {
			p.Predict(&plans.PlannedRecord{
				Pipeline: p.Pipeline.Name, End: e.Name, Record: m.into, Label: m.into, Kind: plans.Link, Reason: "record " + m.from + " was merged into it",
			})
		}
		return nil
	}
	b := p.Store.NewBatch()
	var l state.Link
	err := p.Store.View(func(v *state.View) error {
		if err := p.released(v, e, m, b); err != nil {
			return err
		}
		_, err := v.Link(d.entity, &l)
		return err
	})
	if err != nil {
		return err
	}
	moveTo(&l.Ends[l.End(e.number)], m.into)
	e.outgrown = true
	b.PutLink(&l)
	b.DeleteID(p.numbers.pipeline, e.number, m.from)
	b.PutID(p.numbers.pipeline, e.number, m.into, d.entity)
	b.DeleteTomb(p.numbers.pipeline, e.number, m.into)
	b.DeleteDead(p.numbers.pipeline, e.number, m.into)
	w := state.Wait{
		Pipeline: p.numbers.pipeline, End: e.number, Entity: d.entity, Since: p.now,
		Reason: "its record at " + e.Name + " was merged into another one, which was not looked at yet",
	}
	b.PutWait(&w) // until it was: a pass that is cut short comes back to it
	p.open.waits[d.entity] = append(p.open.waits[d.entity], w)
	b.SetHash(dirtyName(p.Pipeline.Name), []byte{1})
	p.lines.Reset()
	err = p.draft(&p.lines, []audit.Entry{{
		Time: p.Clock(), Run: p.Run, Kind: "merge", Pipeline: p.Pipeline.Name, Entity: p.Store.Public(d.entity), Salt: l.Salt,
		End: e.Name, Record: m.from, Rule: "merged into " + m.into, Outcome: "done",
	}})
	if err != nil {
		return err
	}
	return p.commitBatch(b, &p.lines)
}

// released takes a record from a link that ended.
func (p *pass) released(v *state.View, e *endPass, m *merger, b *state.Batch) error {
	if m.ended == 0 {
		return nil
	}
	var l state.Link
	if ok, err := v.Link(m.ended, &l); err != nil || !ok {
		return err
	}
	if k := l.End(e.number); k >= 0 && l.Ends[k].Record == m.into {
		moveTo(&l.Ends[k], "")
		b.PutLink(&l)
	}
	p.retold = true // the listing still says whose it was
	return nil
}

// moveTo lets an end of a link stand on another record, of which nothing was
// decided on yet.
func moveTo(e *state.End, record string) {
	e.Record, e.Revision, e.Raw, e.Evidence = record, "", 0, state.Unknown
}

// takeIn lets a new record of this pass be part of an entity.
func (p *pass) takeIn(e *endPass, x state.Entity, id string) {
	i := p.sameID(e, id, idDigest(e, id))
	if i < 0 || p.fresh.all[i].fate != undecided {
		return
	}
	n := &p.fresh.all[i]
	n.fate = joined
	e.seen.add(x)
	if n.index >= 0 && int(n.index) < len(e.entries) {
		e.entries[n.index].Entity, e.entries[n.index].Mark = x, 0
	}
}

// onward lets a link that is only planned to stand on another record stand there.
func (p *pass) onward(s *subject) {
	for i, e := range p.ends {
		if id, ok := e.moved[s.link.Entity]; ok {
			moveTo(&s.link.Ends[i], id)
		}
	}
}
