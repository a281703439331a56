package run

import (
	"errors"

	"syncline/engine/plans"
	"syncline/engine/state"
	"syncline/schema"
)

// errParent says that a referenced record is not linked yet: the field waits.
var errParent = errors.New("what it refers to is not linked yet")

// inbound turns a reference as an end spells it, the id of another record of
// its system, into the entity that record belongs to.
func (p *pass) inbound(end *plans.End, f schema.Field, v schema.Value) (schema.Value, error) {
	if f.Type.Kind != schema.KindRef || !v.Is() {
		return v, nil
	}
	peer, at := p.parent(f.Type.Entity, end)
	if peer == nil {
		return v, nil
	}
	var owner state.Entity
	err := p.withEnd(peer, at, func(pn, en state.Number) error {
		return p.Store.View(func(view *state.View) error {
			owner, _ = view.ByID(pn, en, v.Display())
			return nil
		})
	})
	if err != nil {
		return schema.Value{}, err
	}
	if owner == 0 {
		return schema.Value{}, errParent
	}
	return schema.Text(schema.KindRef, p.Store.Public(owner)), nil
}

// outbound turns a reference to an entity into the id of its record at an end.
func (p *pass) outbound(end int, f schema.Field, v schema.Value) (schema.Value, error) {
	if f.Type.Kind != schema.KindRef || !v.Is() {
		return v, nil
	}
	peer, at := p.parent(f.Type.Entity, p.ends[end].End)
	if peer == nil {
		return v, nil
	}
	entity, ok := p.Store.FromPublic(v.Text())
	if !ok {
		return schema.Value{}, errParent
	}
	id := ""
	err := p.withEnd(peer, at, func(_, en state.Number) error {
		return p.Store.View(func(view *state.View) error {
			var l state.Link
			if found, err := view.Link(entity, &l); !found || err != nil {
				return err
			}
			if k := l.End(en); k >= 0 {
				id = l.Ends[k].Record
			}
			return nil
		})
	})
	if err != nil {
		return schema.Value{}, err
	}
	if id == "" {
		return schema.Value{}, errParent
	}
	return schema.String(id), nil
}

// parent finds the pipeline that keeps an entity, and its end at the same
// system; nil when no pipeline does.
func (p *pass) parent(entity string, end *plans.End) (*plans.Pipeline, int) {
	for _, peer := range p.Peers {
		if peer.Pipeline.Entity.Name != entity {
			continue
		}
		for i, e := range peer.Ends {
			if e.System == end.System {
				return peer, i
			}
		}
	}
	return nil, 0
}

func (p *pass) withEnd(peer *plans.Pipeline, end int, fn func(pipeline, end state.Number) error) error {
	pn, err := p.Store.Number(state.NumberPipeline, peer.Name)
	if err != nil {
		return err
	}
	en, err := p.Store.Number(state.NumberEnd, peer.Name+"/"+peer.Ends[end].Name)
	if err != nil {
		return err
	}
	return fn(pn, en)
}
