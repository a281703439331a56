package engine

import (
	"slices"
	"strings"

	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/pipelines"
	"syncline/schema"
)

// find returns the entities of a pipeline that the words name.
func find(s *state.Store, c *pipelines.Config, p *pipelines.Pipeline, what string) ([]state.Entity, error) {
	pn, err := s.Number(state.NumberPipeline, p.Name)
	if err != nil {
		return nil, err
	}
	if entity, ok := s.FromPublic(what); ok {
		var l state.Link
		known := false
		err := s.View(func(v *state.View) error {
			ok, err := v.Link(entity, &l)
			known = ok && l.Pipeline == pn
			return err
		})
		if known {
			return []state.Entity{entity}, err
		}
		return nil, err
	}
	out, err := byRecord(s, p, pn, what)
	if err != nil || len(out) > 0 {
		return out, err
	}
	return byKey(s, c, p, pn, what)
}

// byRecord finds what END/RECORD, or the id of a record at any end, stands for.
func byRecord(s *state.Store, p *pipelines.Pipeline, pn state.Number, what string) ([]state.Entity, error) {
	end, record, at := strings.Cut(what, "/")
	var out []state.Entity
	for _, x := range p.Ends {
		if at && x.Name != end {
			continue
		}
		id := what
		if at {
			id = record
		}
		en, err := s.Number(state.NumberEnd, p.Name+"/"+x.Name)
		if err != nil {
			return nil, err
		}
		err = s.View(func(v *state.View) error {
			if entity, ok := v.ByID(pn, en, id); ok && !slices.Contains(out, entity) {
				out = append(out, entity)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// byKey finds who holds the words as the value of a match key of one field, in
// normal form.
func byKey(s *state.Store, c *pipelines.Config, p *pipelines.Pipeline, pn state.Number, what string) ([]state.Entity, error) {
	g, err := plans.Compile(c, p)
	if err != nil {
		return nil, err
	}
	kn, err := s.Number(state.NumberKey, p.Name+"/keys")
	if err != nil {
		return nil, err
	}
	var out []state.Entity
	for _, k := range g.Rules.Keys {
		if len(k.Fields) != 1 || k.Similar > 0 {
			continue
		}
		slot := k.Fields[0]
		value, err := p.Entity.Fields[slot].Type.Normal(schema.String(what), schema.Norm{Region: g.Globals.Region})
		if err != nil {
			continue // no value of this key
		}
		sample := schema.NewRecord(g.Shape)
		sample.Slots[slot] = value
		err = s.View(func(v *state.View) error {
			for _, d := range g.Rules.Digests(nil, run.KeySeed(s), sample) {
				out = v.ByKey(pn, kn, d.Hash, out)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// asides tells why a record that belongs to nobody does not take part.
func asides(s *state.Store, p *pipelines.Pipeline, what string) ([]Story, error) {
	var out []Story
	pn, err := s.Number(state.NumberPipeline, p.Name)
	if err != nil {
		return nil, err
	}
	end, record, at := strings.Cut(what, "/")
	err = s.View(func(v *state.View) error {
		err := v.Deads(pn, func(d *state.Dead) error {
			name := endName(s, p, d.End)
			if d.Record != what && !strings.HasSuffix(d.Record, "/"+what) && (!at || name != end || d.Record != record) {
				return nil
			}
			name, record, kind := name, d.Record, "set aside"
			if letter := d.Kind == state.DeadLetter || d.Kind == state.DeadFailing; letter && d.Entity == 0 {
				name, record, _ = strings.Cut(d.Record, "/")
			}
			switch d.Kind {
			case state.DeadLetter:
				kind = "dead letter"
			case state.DeadFailing, state.DeadWaiting:
				kind = "waits"
			}
			out = append(out, Story{
				Pipeline: p.Name, State: kind, Aside: d.Reason,
				Ends: []StoryEnd{{End: name, Record: record, State: d.Where, Seen: d.At}},
			})
			return nil
		})
		if err != nil {
			return err
		}
		return v.Conflicts(pn, func(k *state.Conflict) error {
			if k.Subject != "" && (k.Subject == what || strings.HasSuffix(k.Subject, "/"+what)) {
				out = append(out, Story{Pipeline: p.Name, State: "waits for a person", Open: []OpenItem{describe(s, v, p, k, false)}})
			}
			return nil
		})
	})
	return out, err
}

// anyHas reports whether a pipeline has a field of the name.
func anyHas(c *pipelines.Config, field string) bool {
	return slices.ContainsFunc(c.Pipelines, func(p *pipelines.Pipeline) bool { return has(p, field) })
}

func has(p *pipelines.Pipeline, field string) bool {
	return slices.ContainsFunc(p.Fields, func(f *pipelines.Field) bool { return f.Name == field })
}
