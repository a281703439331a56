package run

import (
	"encoding/hex"
	"slices"

	"syncline/connectors"
	"syncline/engine/audit"
	"syncline/engine/plans"
	"syncline/engine/undo"
	"syncline/schema"
)

// entry is a line of the journal about a subject.
func (p *pass) entry(s *subject, kind string, end int) audit.Entry {
	e := audit.Entry{
		Time: p.Clock(), Run: p.Run, Kind: kind, Pipeline: p.Pipeline.Name,
		Entity: p.Store.Public(s.link.Entity), Salt: s.link.Salt, Outcome: "done", Trace: p.traceOf(s, end),
	}
	if end >= 0 {
		e.End, e.Record = p.ends[end].Name, s.link.Ends[end].Record
	} else {
		e.Record = s.label()
	}
	return e
}

// traceOf is the trace id under which an end is written to: that of the first
// record that has something to say to it, else of the end's own. Without an end
// it is that of the first record that has one.
func (p *pass) traceOf(s *subject, end int) string {
	own := ""
	for i, o := range s.obs {
		switch {
		case o == nil || o.Mapped == nil || o.Mapped.Trace == "":
		case i == end:
			own = o.Mapped.Trace
		case end < 0 || p.feeds(i, end):
			return o.Mapped.Trace
		}
	}
	return own
}

// feeds reports whether an end has a field to say that another one hears.
func (p *pass) feeds(from, to int) bool {
	return slices.ContainsFunc(p.Pipeline.Units, func(u *plans.Unit) bool { return u.Unit.Ends[from].Speaks && u.Unit.Ends[to].Hears })
}

// writeEntry is the line of a confirmed write, with what stood there before
// and after.
func (p *pass) writeEntry(s *subject, d *delivery, c *conclusion) audit.Entry {
	e := p.entry(s, d.w.verb, d.w.end)
	e.Record, e.Grade = s.link.Ends[d.w.end].Record, connectors.Grade(d.w.grade).String()
	e.Operation = hex.EncodeToString(d.intent.Operation[:16])
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
	p.evidence(s, d, c)
	if t := d.w.taken; t != nil {
		e.Run, e.Rule = t.run, t.rule
		if t.since != 0 {
			c.values = append(c.values, audit.Value{Role: undo.Since, Value: schema.Int(int64(t.since))})
		}
	}
	e.Units, e.Values = c.units[units:len(c.units):len(c.units)], c.values[values:len(c.values):len(c.values)]
	return e
}

// evidence adds to the entry of a write what taking it back needs: where each
// value stood, what the end held there before and after in its own form, and
// what the whole record was known by afterwards.
func (p *pass) evidence(s *subject, d *delivery, c *conclusion) {
	e := p.ends[d.w.end]
	for i := range d.w.parts {
		x := &d.w.parts[i]
		u := p.Pipeline.Units[x.unit]
		if len(x.was) != len(u.Slots) || len(x.values) != len(u.Slots) {
			continue // made by a create, which is taken back as a whole
		}
		for m, slot := range u.Slots {
			name, f := u.Fields[m].Name, e.Fields[slot]
			became := x.values[m]
			if d.result.Confirmed != nil {
				became = f.Raw(d.result.Confirmed)
			}
			c.values = append(c.values, audit.Value{Unit: name, Role: undo.Path, Value: schema.String(f.Path.String())},
				audit.Value{Unit: name, Role: undo.Was, Value: x.was[m]}, audit.Value{Unit: name, Role: undo.Became, Value: became})
		}
		c.values = append(c.values, audit.Value{Unit: u.Name, Role: undo.Mapping, Value: schema.Int(int64(u.Hash))})
		if x.since != 0 {
			c.values = append(c.values, audit.Value{Unit: u.Name, Role: undo.Since, Value: schema.Int(int64(x.since))})
		}
	}
	if d.w.verb == verbDelete || d.w.verb == verbArchive {
		c.values = append(c.values, p.remains(s, d.w.end)...)
	}
	c.values = append(c.values, audit.Value{Role: undo.Hash, Value: schema.Int(int64(d.result.Hash))},
		audit.Value{Role: undo.Revision, Value: schema.String(d.result.Revision)})
}

// remains is what a record held that is deleted or put away.
func (p *pass) remains(s *subject, end int) []audit.Value {
	o := s.obs[end]
	if o == nil {
		return nil
	}
	var out []audit.Value
	for i, v := range o.Raw.Slots {
		if v.State() != schema.Absent {
			out = append(out, audit.Value{Unit: undo.Record + p.ends[end].Shape().Field(i).Name, Role: undo.Was, Value: v})
		}
	}
	return out
}
