package run

import (
	"fmt"

	"syncline/engine/match"
)

// unnamed keeps a subject from being created at more ends while a field of its
// match keys cannot be read and no key is left that tells who it is: nobody
// knows whether it is there already, and the next pass could not find it again.
// A record that stands alone is put to a person, or waits; of one that is
// linked the field itself is asked about.
func (p *pass) unnamed(s *subject) bool {
	for i := range p.rules.Keys {
		if p.tells(s, &p.rules.Keys[i]) {
			return false
		}
	}
	for _, slot := range p.keySlots() {
		for end, o := range s.obs {
			if o == nil {
				continue
			}
			f := o.fault(slot)
			if f == nil {
				continue
			}
			if s.fresh && !s.standing(0) {
				s.held = hold{kind: holdReview, end: end, where: f.Where,
					reason: fmt.Sprintf("nobody can tell who this is: field %q: %s", p.Pipeline.Shape.Field(slot).Name, f.Reason)}
				if f.Kind == unresolved {
					s.held.kind = holdWait
				}
			}
			return true
		}
	}
	return false
}

// tells reports whether a key says by itself who the subject is: each of its
// fields is there and was read wherever it is kept.
func (p *pass) tells(s *subject, k *match.Key) bool {
	if k.Weight != 0 && k.Weight < p.rules.Definite {
		return false
	}
	for _, slot := range k.Fields {
		if s.entity.Slots[slot].Blank() {
			return false
		}
		for _, o := range s.obs {
			if o != nil && o.fault(slot) != nil {
				return false
			}
		}
	}
	return true
}
