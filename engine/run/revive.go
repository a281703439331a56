package run

import (
	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/state"
	"syncline/schema"
)

// origin is what a create's intent keeps of the entity it is made for: the
// link as it stands before, with what was remembered of the records it is made
// of, so that a crash between the create and its record-keeping loses nothing.
func (p *pass) origin(s *subject) []byte {
	l := s.link
	l.Ends = append([]state.End(nil), s.link.Ends...)
	for i, u := range p.Pipeline.Units {
		if d := &s.units[i]; d.Kind == decide.Rebase {
			base := decide.Settle(baseOf(&l, p.numbers.units[i], len(p.ends)), d)
			remember(&l, p.numbers.units[i], u, &base)
		}
	}
	for i, o := range s.obs {
		if o == nil {
			continue
		}
		e := &l.Ends[i]
		e.Record, e.Revision, e.Raw, e.Evidence, e.At = o.id(), o.Mapped.Revision, o.Hash, state.Live, p.now.UnixMicro()
	}
	l.Mapping = p.Pipeline.Hash
	return p.kept(l.AppendBinary(p.spares.bytes))
}

// revive rebuilds the subject and the delivery of a stored intent. It reports
// false when its link is gone: then nothing is left to settle.
func (p *pass) revive(in *state.Intent, end int) (*subject, *delivery, bool) {
	s := p.blankSubject()
	w := &outgoing{end: end, verb: wordOf(in), grade: decide.Grade(in.Grade)}
	var origin []byte
	for _, u := range in.Units {
		if u.Unit == 0 {
			origin = u.Post
			continue
		}
		if u.Unit == unitTaken {
			w.taken = decodeTaken(u.Post)
			continue
		}
		unit := p.unitOf(u.Unit)
		if unit < 0 {
			continue
		}
		part, err := decodePart(u.Post, unit, end, &p.Pipeline.Units[unit].Unit)
		if err != nil {
			continue
		}
		w.parts = append(w.parts, part)
		p.Pipeline.Units[unit].Spread(part.image.Post, s.entity.Slots)
	}
	if !p.revivedLink(s, in.Entity, origin) {
		return nil, nil, false
	}
	d := &delivery{s: s, w: w, intent: *in}
	d.change = connectors.Change{NewID: in.Marker}
	p.assignParts(d)
	return s, d, true
}

// revivedLink gives the subject its link: as another intent of the same entity
// left it, as it is stored, or as the first intent keeps it.
func (p *pass) revivedLink(s *subject, x state.Entity, origin []byte) bool {
	if other := p.revivals[x]; other != nil {
		s.link, s.fresh = other.link, other.fresh
	} else {
		ok := false
		p.view(func(v *state.View) (err error) {
			ok, err = v.Link(x, &s.link)
			return err
		})
		if !ok && (origin == nil || s.link.DecodeBinary(x, origin) != nil) {
			return false
		}
		s.fresh = !ok
		p.align(&s.link)
	}
	p.revivals[x] = s
	return true
}

// assignParts puts the values of the intent's units where a create wrote them:
// a search for the record compares them.
func (p *pass) assignParts(d *delivery) {
	for i := range d.w.parts {
		part := &d.w.parts[i]
		if p.rewritten(d.s, d.w, part) != nil {
			continue
		}
		values := part.values
		for m, slot := range p.Pipeline.Units[part.unit].Slots {
			p.assign(&d.change, p.ends[d.w.end].Fields[slot].Path, values[m], nil, map[string]schema.Value{})
		}
	}
}

// rewritten puts the value of a stored part into the form of its end again; what
// is put back stands in that form already.
func (p *pass) rewritten(s *subject, w *outgoing, x *part) (err error) {
	if x.image.Source != decide.FromBefore {
		x.values, err = p.written(s, p.Pipeline.Units[x.unit], w.end, x.image.Post)
	}
	return err
}

func (p *pass) unitOf(n state.Number) int {
	for i, u := range p.numbers.units {
		if u == n {
			return i
		}
	}
	return -1
}

func wordOf(in *state.Intent) string {
	switch in.Verb {
	case state.VerbAction:
		return in.Marker
	case state.VerbCreate:
		return verbCreate
	case state.VerbUpdate:
		return verbUpdate
	case state.VerbArchive:
		return verbArchive
	}
	return verbDelete
}

// queriesFor asks for a created record by each match key that was written.
func (p *pass) queriesFor(e *endPass, d *delivery) []connectors.Query {
	var out []connectors.Query
	for _, k := range p.rules.Keys {
		if q, ok := p.queryFor(e, k.Fields, d.s.entity); ok {
			out = append(out, q)
			break // the strongest key that the end can be asked by
		}
	}
	return out
}

// queryFor asks an end for records by one key: each value as the end would
// write it, and in normal form. Of a place in a list, where the end says that it
// can be asked so, the list is named and the element's value given.
func (p *pass) queryFor(e *endPass, slots []int, entity *schema.Record) (connectors.Query, bool) {
	var q connectors.Query
	for _, slot := range slots {
		f, v := e.Fields[slot], entity.Slots[slot]
		if f == nil || !f.Direct && e.Facts.Searches == nil || v.Blank() || v.State() != schema.Present || v.Kind() == schema.KindList || v.Kind() == schema.KindSet {
			return q, false
		}
		spellings := []schema.Value{v}
		if w, err := f.Written(p.frame, v); err == nil && w.Is() && !schema.Equal(w, v) {
			spellings = append(spellings, w)
		}
		q.Paths, q.Values = append(q.Paths, f.Path.Top()), append(q.Values, spellings)
	}
	return q, len(q.Paths) > 0 && e.Facts.Search(q.Paths)
}
