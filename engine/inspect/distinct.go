package inspect

import (
	"math"
	"math/bits"
)

const (
	// exactly is up to how many different values are counted one by one.
	exactly = 1024

	// precision is how many bits of a hash choose a register: 4,096 registers
	// of a byte, a standard error of 1.6 %.
	precision = 12
)

// distinct counts how many values differ, by their hashes.
type distinct struct {
	seen      map[uint64]struct{}
	registers []uint8 // nil: all are in seen
}

func (d *distinct) add(hash uint64) {
	if d.registers != nil {
		d.register(hash)
		return
	}
	if d.seen == nil {
		d.seen = map[uint64]struct{}{}
	}
	d.seen[hash] = struct{}{}
	if len(d.seen) > exactly {
		d.registers = make([]uint8, 1<<precision)
		for h := range d.seen {
			d.register(h)
		}
		d.seen = nil
	}
}

func (d *distinct) register(hash uint64) {
	rank := uint8(bits.LeadingZeros64(hash<<precision|1<<(precision-1)) + 1)
	if at := hash >> (64 - precision); d.registers[at] < rank {
		d.registers[at] = rank
	}
}

// count returns how many values differ, and whether that is exact.
func (d *distinct) count() (int, bool) {
	if d.registers == nil {
		return len(d.seen), true
	}
	m, sum, none := float64(len(d.registers)), 0.0, 0
	for _, r := range d.registers {
		sum += math.Exp2(-float64(r))
		if r == 0 {
			none++
		}
	}
	estimate := 0.7213 / (1 + 1.079/m) * m * m / sum
	if none > 0 && estimate <= 2.5*m {
		estimate = m * math.Log(m/float64(none)) // linear counting
	}
	return int(math.Round(estimate)), false
}
