package run

import "syncline/engine/state"

// reasonBlocked is why a record takes no part of somebody who was forgotten
// and is not to be processed again. Nothing is kept of such a record.
const reasonBlocked = "forgotten, and blocked"

// blocked are the digests of who takes no part any more; nil: nobody.
type blocked struct {
	key     []byte
	digests map[[32]byte]bool
}

func (p *pass) loadBlocked() error {
	return p.Store.View(func(v *state.View) error {
		p.barred = blocked{key: v.Hash(state.BlockKey)}
		if len(p.barred.key) == 0 {
			return nil
		}
		p.barred.digests = map[[32]byte]bool{}
		return v.Blocks(func(b *state.Block) error {
			p.barred.digests[b.Digest] = true
			return nil
		})
	})
}

// blocks reports whether a record is of somebody who takes no part any more.
func (p *pass) blocks(e *endPass, s *shaped) bool {
	if len(p.barred.digests) == 0 {
		return false
	}
	if p.barred.digests[state.BlockRecord(p.barred.key, p.numbers.pipeline, e.number, s.id)] {
		return true
	}
	for _, d := range s.digests {
		if p.barred.digests[state.BlockMatch(p.barred.key, p.numbers.pipeline, p.numbers.key, d.Hash)] {
			return true
		}
	}
	return false
}
