package run

import (
	"encoding/binary"

	"syncline/engine/state"
)

// remapping says whether the mapping is another than the one the bases were
// taken with, and of which units the programs changed.
type remapping struct {
	any    bool
	hashes []uint64
	before map[uint64][]uint64 // by mapping hash: the units' program hashes
	stored func(mapping uint64) []uint64
	now    uint64 // the mapping of this pass
}

// unitSet says which units of a link have other programs than its bases.
type unitSet struct {
	all  bool
	bits map[int]bool
}

func (u unitSet) has(i int) bool { return u.all || u.bits[i] }

// any reports whether one of so many units is in the set.
func (u unitSet) any(units int) bool {
	for i := range units {
		if u.has(i) {
			return true
		}
	}
	return false
}

func (r *remapping) load(p *pass, v *state.View) {
	for _, u := range p.Pipeline.Units {
		r.hashes = append(r.hashes, u.Hash)
	}
	last := v.Hash(mappingName(p.Pipeline.Name))
	r.any = len(last) == 8 && binary.LittleEndian.Uint64(last) != p.Pipeline.Hash
	r.before = map[uint64][]uint64{p.Pipeline.Hash: r.hashes}
	r.stored = func(mapping uint64) (hashes []uint64) {
		p.view(func(v *state.View) error {
			hashes = decodeHashes(v.Hash(unitsName(p.Pipeline.Name, mapping)))
			return nil
		})
		return hashes
	}
	r.now = p.Pipeline.Hash
}

// units compares the programs a link's bases were taken with to those of now.
func (r *remapping) units(mapping uint64) unitSet {
	if mapping == r.now {
		return unitSet{}
	}
	old, ok := r.before[mapping]
	if !ok {
		old = r.stored(mapping)
		r.before[mapping] = old
	}
	if len(old) != len(r.hashes) {
		return unitSet{all: true}
	}
	out := unitSet{bits: map[int]bool{}}
	for i := range old {
		out.bits[i] = old[i] != r.hashes[i]
	}
	return out
}

func (r *remapping) store(p *pass, b *state.Batch) {
	b.SetHash(mappingName(p.Pipeline.Name), binary.LittleEndian.AppendUint64(nil, p.Pipeline.Hash))
	var all []byte
	for _, h := range r.hashes {
		all = binary.LittleEndian.AppendUint64(all, h)
	}
	b.SetHash(unitsName(p.Pipeline.Name, p.Pipeline.Hash), all)
}

func mappingName(pipeline string) string { return "mapping/" + pipeline }

func unitsName(pipeline string, hash uint64) string {
	return "units/" + pipeline + "/" + string(binary.BigEndian.AppendUint64(nil, hash))
}

func decodeHashes(b []byte) (out []uint64) {
	for ; len(b) >= 8; b = b[8:] {
		out = append(out, binary.LittleEndian.Uint64(b))
	}
	return out
}
