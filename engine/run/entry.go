package run

import (
	"encoding/hex"

	"syncline/connectors"
	"syncline/engine/audit"
)

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
