package run

import (
	"fmt"

	"syncline/engine/plans"
	"syncline/schema"
)

// sendable holds back what could only be sent in part: a create of which an
// argument cannot be evaluated, a field of which an argument cannot be, or
// whose path leads into something that cannot hold it.
func (p *pass) sendable(s *subject) {
	for i := range s.writes {
		w := &s.writes[i]
		if w.verb == verbCreate {
			if err := p.evaluable(s, w.end, p.ends[w.end].Create); err != nil {
				s.held = heldBy(err, p.ends[w.end].Range.String())
				return
			}
		}
	}
	for i := range p.Pipeline.Units {
		if err := p.placeable(s, i); err != nil {
			s.units[i].Hold(holdFor(err), -1, reasonText(err))
			p.unaim(s, i)
		}
	}
}

// evaluable reports why one of the arguments has no value.
func (p *pass) evaluable(s *subject, end int, args []plans.Argument) error {
	for _, a := range args {
		frame := p.frameOf(s, end)
		if err := p.lookups.held(a.Value); err != nil {
			return err
		}
		if _, err := a.Value.Eval(frame); err != nil {
			return fmt.Errorf("argument %s: %w", a.Path, err)
		}
	}
	return nil
}

// placeable reports why a unit cannot be put where its fields' paths lead.
func (p *pass) placeable(s *subject, unit int) error {
	for i := range s.writes {
		w := &s.writes[i]
		for k := range w.parts {
			if w.parts[k].unit != unit {
				continue
			}
			if err := p.placeablePart(s, w, &w.parts[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *pass) placeablePart(s *subject, w *outgoing, part *part) error {
	for m, slot := range p.Pipeline.Units[part.unit].Slots {
		f := p.ends[w.end].Fields[slot]
		if err := p.evaluable(s, w.end, f.With); err != nil {
			return err
		}
		if f.Path.IsTop() {
			continue
		}
		if _, err := f.Path.Rest().Set(rootAt(s.obs[w.end], f.Path), part.values[m]); err != nil {
			return fmt.Errorf("field %q: %w", f.Attribute.Name, err)
		}
	}
	return nil
}

// rootAt returns what stands at the first step of a path.
func rootAt(o *observation, path schema.Path) schema.Value {
	if o == nil {
		return schema.Value{}
	}
	return o.Raw.Get(path.Top())
}
