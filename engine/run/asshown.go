package run

import (
	"encoding/hex"
	"slices"

	"syncline/engine/state"
	"syncline/schema"
)

// sameItem reports whether an open item still shows what it showed: then a
// choice that somebody made stands, and what it is bound to stays with it.
func sameItem(old, now *state.Conflict) bool {
	return old.Rule == now.Rule && old.Reason == now.Reason && slices.EqualFunc(old.Sides, now.Sides, func(a, b state.Side) bool {
		switch {
		case a.End != b.End || a.Record != b.Record:
			return false
		case len(a.Values) == 0 && len(b.Values) == 0:
			return a.Revision == b.Revision
		}
		return slices.EqualFunc(a.Values, b.Values, schema.Equal)
	})
}

// inherit gives an item that was open before its age, and the choice that was
// made on what it still shows. Of one made on something else the owner hears.
func (p *pass) inherit(c, old *state.Conflict, record string) {
	c.First = old.First
	switch {
	case sameItem(old, c):
		c.Choice = old.Choice
	case old.Choice != nil:
		p.tell(Notice{Kind: c.Kind.String(), Record: record, Text: choiceLate})
	}
}

// keepAnswer leaves a question open that was answered about a new record which
// still waits: the answer stands until the record is linked.
func (p *pass) keepAnswer(s *subject) {
	for i, o := range s.obs {
		if o == nil {
			continue
		}
		name := subjectName(p.ends[i], o.id())
		if c, ok := p.open.subjects[name]; ok && c.Choice != nil && c.Choice.Answer == answerAccept {
			p.stillOpen[name] = true
		}
	}
}

// version names what a record says: its revision, or where its system has none
// a part of the hash of its bytes.
func version(o *observation) string {
	if o.Mapped.Revision != "" {
		return o.Mapped.Revision
	}
	return "#" + hex.EncodeToString([]byte{byte(o.Hash), byte(o.Hash >> 8), byte(o.Hash >> 16), byte(o.Hash >> 24)})
}

// asShown reports whether a newcomer, and everybody it may be, still show what
// a person saw when they said who it is.
func (p *pass) asShown(self *schema.Record, item *state.Conflict) (bool, error) {
	if !slices.EqualFunc(item.Sides[0].Values, p.keyValues(self), schema.Equal) {
		return false, nil
	}
	for i := range item.Sides[1:] {
		if same, err := p.sideAsShown(&item.Sides[i+1]); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// sideAsShown looks at somebody whom a newcomer may be. Of a new record only
// what it holds itself is known here: the rest came from those of its group.
func (p *pass) sideAsShown(side *state.Side) (bool, error) {
	i := p.endOf(side.End)
	if i < 0 {
		return false, nil
	}
	var owner state.Entity
	p.view(func(v *state.View) error {
		owner, _ = v.ByID(p.numbers.pipeline, side.End, side.Record)
		return nil
	})
	if owner != 0 {
		s, err := p.subjectOf(p.ctx, owner)
		if err != nil || s == nil || s.obs[i] == nil || s.obs[i].id() != side.Record {
			return false, err
		}
		return slices.EqualFunc(side.Values, p.keyValues(s.combined()), schema.Equal), nil
	}
	n := p.sameID(p.ends[i], side.Record, idDigest(p.ends[i], side.Record))
	if n < 0 {
		return false, nil
	}
	o, err := p.observe(p.fresh.all[n].end, p.fresh.all[n].at)
	if err != nil {
		return false, err
	}
	return slices.EqualFunc(side.Values, p.keyValues(o.Mapped), func(shown, own schema.Value) bool {
		return own.Blank() || schema.Equal(shown, own)
	}), nil
}

// keyValues returns what a record holds in the fields that it is matched by.
func (p *pass) keyValues(rec *schema.Record) []schema.Value {
	var out []schema.Value
	for _, slot := range p.keySlots() {
		out = append(out, rec.Slots[slot])
	}
	return out
}
