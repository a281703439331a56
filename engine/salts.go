package engine

import (
	"errors"
	"time"

	"syncline/engine/audit"
	"syncline/engine/run"
	"syncline/engine/state"
)

// saltsOf finds the salts that the store still has: what was sealed with one
// of them can be opened.
func saltsOf(s *state.Store) audit.Salts {
	var l state.Link
	return func(public string) (salt [16]byte, ok bool) {
		entity, known := s.FromPublic(public)
		if !known {
			return salt, false
		}
		err := s.View(func(v *state.View) (err error) {
			if ok, err = v.Link(entity, &l); ok {
				salt = l.Salt
				return err
			}
			x, stray := v.Stray(entity)
			salt, ok = x.Salt, stray
			return err
		})
		return salt, ok && err == nil
	}
}

// journaled returns the entity an open item stands under in the journal, and
// its salt. A record that belongs to nobody gets one of its own.
func journaled(x *run.Strays, b *state.Batch, k *state.Conflict) (entity state.Entity, salt [16]byte, err error) {
	if k.Entity != 0 {
		salt, _ = saltsOf(x.Store)(x.Store.Public(k.Entity))
		return k.Entity, salt, nil
	}
	s, err := x.Journaled(b, k.Pipeline, k.Subject)
	return s.Entity, s.Salt, err
}

// convert writes a journal of an older format anew. Killed on the way, either
// the old one stands, or the store knows the head of the new one already.
func (w *walk) convert(o audit.Options, at time.Time) error {
	old, err := w.journal.Old()
	if err != nil || !old {
		return err
	}
	head, err := w.journal.Convert(at, saltsOf(w.store))
	if err != nil {
		return err
	}
	b := w.store.NewBatch()
	b.SetAudit(head.Length, head.Hash)
	if err := errors.Join(w.store.Commit(b), w.journal.Close()); err != nil {
		return err
	}
	o.Head = head
	w.journal, err = audit.Open(o)
	return err
}
