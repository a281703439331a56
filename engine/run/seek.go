package run

import (
	"context"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/engine/decide"
	"syncline/engine/match"
	"syncline/engine/state"
	"syncline/schema"
)

// lookForCreated searches for a record that a create may have made: by the id
// the engine chose, else by what it holds.
func (p *pass) lookForCreated(ctx context.Context, e *endPass, d *delivery) *decide.Found {
	f := &decide.Found{Lagging: p.now.UnixMicro()-d.intent.At < e.Facts.Lag.Microseconds()}
	if e.Facts.Create == connectors.CreateExternalID && d.change.NewID != "" {
		id := createdID(&d.change, e)
		got, err := p.get(ctx, e, []string{id})
		if err != nil || got[0].Err != nil || got[0].Presence == connectors.Unknown {
			f.Presence = decide.Unknown
			return f
		}
		f.Searched = true
		if got[0].Presence == connectors.Live {
			f.Presence, f.Matches = decide.Live, []string{id}
			d.result = connectors.Result{ID: id, Revision: got[0].Record.Revision, Hash: got[0].Hash}
		}
		return f
	}
	finder, ok := e.conn.(connectors.Finder)
	queries := p.queriesFor(e, d)
	if !ok || len(queries) == 0 {
		return f
	}
	found, err := finder.Find(ctx, &e.Selection, queries)
	if err != nil {
		f.Presence = decide.Unknown
		return f
	}
	f.Searched = true
	for _, answers := range found {
		for i := range answers {
			if answers[i].Err != nil {
				f.Presence, f.Searched = decide.Unknown, false // it may be what was made
				return f
			}
			p.foundCreated(f, d, &answers[i])
		}
	}
	if len(f.Matches) > 0 {
		f.Presence = decide.Live
	}
	return f
}

// foundCreated takes a record that a search gave for the one that a create made
// if it has its keys: an end may answer with more than was asked for.
func (p *pass) foundCreated(f *decide.Found, d *delivery, g *connectors.Got) {
	if g.Record == nil || slices.Contains(f.Matches, g.Record.ID) {
		return
	}
	e, id, revision := p.ends[d.w.end], strings.Clone(g.Record.ID), strings.Clone(g.Record.Revision)
	o := newObservation(p.Pipeline.Shape, e.Shape())
	if take(o, g, id) != nil {
		return
	}
	p.mapRecord(e.End, &p.mappers[0].frame, o)
	if p.rules.Decide(d.s.entity, []match.Holder{{Entity: groupBit, Record: o.Mapped}}).Kind == match.Create {
		return
	}
	f.Matches, f.Taken = append(f.Matches, id), f.Taken || p.heldByOther(d, id)
	d.result = connectors.Result{ID: id, Revision: revision, Hash: g.Hash}
}

// heldByOther reports whether a record of a delivery's end belongs to another
// entity already.
func (p *pass) heldByOther(d *delivery, id string) bool {
	var owner state.Entity
	p.view(func(v *state.View) error {
		owner, _ = v.ByID(p.numbers.pipeline, p.ends[d.w.end].number, id)
		return nil
	})
	if owner == 0 {
		owner = p.placed[state.Ref{End: p.ends[d.w.end].number, Record: id}]
	}
	return owner != 0 && owner != d.intent.Entity
}

// place notes whose the records are that creates of an earlier run were made
// from: their links may stand in the intents alone.
func (p *pass) place(open []state.Intent) {
	for i := range open {
		for _, u := range open[i].Units {
			var l state.Link
			if u.Unit != 0 || l.DecodeBinary(open[i].Entity, u.Post) != nil {
				continue
			}
			for _, e := range l.Ends {
				if e.Record != "" {
					p.placed[state.Ref{End: e.End, Record: e.Record}] = open[i].Entity
				}
			}
		}
	}
}

// createdID is the id a create gives its record: a mapped one where the id's
// path is written, else the engine's.
func createdID(c *connectors.Change, e *endPass) string {
	for _, a := range c.Set {
		if a.Path.String() == e.Selection.ID && a.Value.Is() {
			return a.Value.Display()
		}
	}
	return c.NewID
}

// born notes whose the records are that the writes of a page made: no state knows
// them yet.
func (p *pass) born(out []*delivery) {
	for _, d := range out {
		if d.w.verb == verbCreate && d.step == decide.Confirm && d.result.ID != "" {
			p.placed[state.Ref{End: p.ends[d.w.end].number, Record: d.result.ID}] = d.intent.Entity
		}
	}
}

// intended is what a delivery writes of the entity.
func (p *pass) intended(d *delivery) *schema.Record {
	rec := schema.NewRecord(p.Pipeline.Shape)
	for i := range d.w.parts {
		p.Pipeline.Units[d.w.parts[i].unit].Spread(d.w.parts[i].image.Post, rec.Slots)
	}
	return rec
}
