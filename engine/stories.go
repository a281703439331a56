package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"syncline/engine/state"
	"syncline/pipelines"
)

// Explain tells a record's story: by public id, by END/RECORD, by the id of a
// record at any end, or by the value of a match key. There are several stories when several pipelines know
// it, and none when nobody does.
func (e *Engine) Explain(ctx context.Context, c *pipelines.Config, what, field string, reveal bool) ([]Story, error) {
	var out []Story
	err := e.reading(c, func(s *state.Store) error {
		for _, p := range c.Pipelines {
			if field != "" && !has(p, field) {
				continue
			}
			found, err := find(s, c, p, what)
			if err != nil {
				return err
			}
			for _, entity := range found {
				story, err := e.story(s, p, entity, field, reveal)
				if err != nil {
					return err
				}
				out = append(out, story)
			}
			if len(found) == 0 {
				stories, err := asides(s, p, what)
				if err != nil {
					return err
				}
				out = append(out, stories...)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 && field != "" && !anyHas(c, field) {
		return nil, fmt.Errorf("no pipeline has a field %q", field)
	}
	for i := range out {
		if err := e.entries(ctx, c, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (e *Engine) story(s *state.Store, p *pipelines.Pipeline, entity state.Entity, field string, reveal bool) (Story, error) {
	out := Story{Pipeline: p.Name, Entity: s.Public(entity)}
	err := s.View(func(v *state.View) error {
		var l state.Link
		if _, err := v.Link(entity, &l); err != nil {
			return err
		}
		out.State = l.State.String()
		for _, x := range l.Ends {
			out.Ends = append(out.Ends, StoryEnd{
				End: endName(s, p, x.End), Record: x.Record, Revision: x.Revision, State: evidence(x.Evidence), Seen: time.UnixMicro(x.At).UTC(),
			})
		}
		err := v.Conflicts(l.Pipeline, func(k *state.Conflict) error {
			if k.Entity == entity && k.Kind != state.KindFinding {
				out.Open = append(out.Open, describe(s, v, p, k, reveal))
			}
			return nil
		})
		if err != nil {
			return err
		}
		q := &queuing{store: s, options: &QueueOptions{Entity: out.Entity, All: true}, short: map[string]int{}}
		if err := q.pipeline(v, p, l.Pipeline); err != nil {
			return err
		}
		out.Queue = q.sorted()
		for _, f := range p.Fields {
			if field == "" || f.Name == field {
				out.Fields = append(out.Fields, storyField(s, p, f, &l, out.Open))
			}
		}
		return nil
	})
	return out, err
}

func storyField(s *state.Store, p *pipelines.Pipeline, f *pipelines.Field, l *state.Link, open []OpenItem) StoryField {
	out := StoryField{Field: f.Name, Direction: direction(p, f), Source: f.Range.String(), State: "never linked"}
	name := f.Name
	if f.Group >= 0 {
		name = p.Groups[f.Group].Name
	}
	n, err := s.Number(state.NumberUnit, p.Name+"/"+name)
	if err != nil {
		return out
	}
	if u := l.Unit(n); u != nil && len(u.Bases) > 0 {
		out.State = "the ends differ, nobody edited since"
		if u.Agreed {
			out.State = "agreed"
		}
		if u.Owner >= 0 && u.Owner < len(p.Ends) {
			out.Owner = p.Ends[u.Owner].Name
		}
	}
	for _, o := range open {
		if strings.Contains(", "+o.Field+",", ", "+f.Name+",") {
			out.State, out.Values = o.Kind, o.Sides
		}
	}
	return out
}

// direction puts a field's direction into words.
func direction(p *pipelines.Pipeline, f *pipelines.Field) string {
	var speak, hear, both []string
	for i, e := range p.Ends {
		switch {
		case f.Speaks[i] && f.Hears[i]:
			both = append(both, e.Name)
		case f.Speaks[i]:
			speak = append(speak, e.Name)
		case f.Hears[i]:
			hear = append(hear, e.Name)
		}
	}
	from := strings.Join(append(speak, both...), " <-> ")
	if len(both) < 2 {
		from = strings.Join(append(speak, both...), ", ")
	}
	if len(hear) == 0 {
		return from
	}
	return from + " -> " + strings.Join(hear, ", ")
}

func evidence(e state.Evidence) string {
	switch e {
	case state.Live:
		return "live"
	case state.Missing:
		return "missing"
	case state.Gone:
		return "gone"
	case state.Archived:
		return "archived"
	case state.Merged:
		return "merged"
	case state.OutOfScope:
		return "out of scope"
	case state.Undone:
		return "rolled back"
	}
	return "unknown"
}
