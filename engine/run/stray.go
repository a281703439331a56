package run

import (
	"fmt"

	"syncline/engine/state"
)

// Strays are the records that belong to nobody and are in the journal: each
// has an entity of its own there, and a salt that it can be forgotten by.
type Strays struct {
	Store *state.Store
	known map[string]state.Stray // by pipeline and subject; nil: not read yet
}

// Journaled returns what a record that belongs to nobody stands under in the
// journal; the batch keeps it.
func (x *Strays) Journaled(b *state.Batch, p state.Number, subject string) (state.Stray, error) {
	name := func(p state.Number, subject string) string { return fmt.Sprint(p, " ", subject) }
	if x.known == nil {
		x.known = map[string]state.Stray{}
		err := x.Store.View(func(v *state.View) error {
			return v.Strays(func(s *state.Stray) error {
				x.known[name(s.Pipeline, s.Subject)] = *s
				return nil
			})
		})
		if err != nil {
			return state.Stray{}, err
		}
	}
	s, ok := x.known[name(p, subject)]
	if !ok {
		s = state.Stray{Entity: x.Store.NewEntity(), Pipeline: p, Subject: subject, Salt: x.Store.NewSalt()}
		x.known[name(p, subject)] = s
	}
	b.PutStray(&s)
	return s, nil
}
