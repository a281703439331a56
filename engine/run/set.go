package run

import (
	"math/bits"

	"syncline/engine/match"
	"syncline/engine/state"
)

// entities is a set of entity numbers, one bit each.
type entities struct{ bits []uint64 }

func (s *entities) add(e state.Entity) {
	i := int(e >> 6)
	for i >= len(s.bits) {
		s.bits = append(s.bits, make([]uint64, max(64, len(s.bits)))...)
	}
	s.bits[i] |= 1 << (e & 63)
}

func (s *entities) has(e state.Entity) bool {
	i := int(e >> 6)
	return i < len(s.bits) && s.bits[i]&(1<<(e&63)) != 0
}

// count returns how many there are.
func (s *entities) count() (n int) {
	for _, b := range s.bits {
		n += bits.OnesCount64(b)
	}
	return n
}

// index finds what this pass knows by a 64-bit digest: an open hash table of
// two words an entry, because a pass may index millions of new records. Two
// entries may share a digest; the reader compares what they stand for.
type index struct {
	slots []slot
	used  int
}

type slot struct {
	digest uint64
	value  uint32 // plus one; 0: free
}

// add adds a value, unless its digest has match.MaxBlock values already: who
// shares a key with so many is found through the first of them.
func (x *index) add(digest uint64, value uint32) {
	if 4*(x.used+1) > 3*len(x.slots) {
		x.grow()
	}
	if x.put(digest, value+1) {
		x.used++
	}
}

func (x *index) grow() {
	old := x.slots
	x.slots = make([]slot, max(1024, 2*len(old)))
	for _, s := range old {
		if s.value != 0 {
			x.put(s.digest, s.value)
		}
	}
}

func (x *index) put(digest uint64, value uint32) bool {
	mask := uint64(len(x.slots) - 1)
	same := 0
	for i := digest & mask; ; i = (i + 1) & mask {
		switch {
		case x.slots[i].value == 0:
			x.slots[i] = slot{digest, value}
			return true
		case x.slots[i].digest == digest:
			if same++; same >= match.MaxBlock {
				return false
			}
		}
	}
}

// find appends the values of a digest to dst, in the order they were added.
func (x *index) find(digest uint64, dst []uint32) []uint32 {
	if len(x.slots) == 0 {
		return dst
	}
	mask := uint64(len(x.slots) - 1)
	for i := digest & mask; x.slots[i].value != 0; i = (i + 1) & mask {
		if x.slots[i].digest == digest {
			dst = append(dst, x.slots[i].value-1)
		}
	}
	return dst
}
