package run

import "fmt"

// unnamed keeps a subject from being created at more ends while a field of its
// match keys cannot be read: nobody can tell whether it is there already, and
// the next pass could not find it again. A record that stands alone is put to a
// person, or waits; of one that is linked the field itself is asked about.
func (p *pass) unnamed(s *subject) bool {
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
