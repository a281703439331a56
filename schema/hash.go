package schema

import (
	"sync"

	"github.com/zeebo/xxh3"
)

// shortText is the length up to which a value's binary form is built on the
// stack.
const shortText = 480

// longForms keeps buffers for the binary forms of long values.
var longForms = sync.Pool{New: func() any { return new([]byte) }}

// Hash returns the keyed 64-bit hash of the value's binary form. Values that
// are Equal have one hash. It allocates nothing.
func (v Value) Hash(seed uint64) uint64 {
	if v.more == nil && len(v.text) <= shortText {
		var short [512]byte
		return xxh3.HashSeed(v.AppendBinary(short[:0]), seed)
	}
	long := longForms.Get().(*[]byte)
	*long = v.AppendBinary((*long)[:0])
	h := xxh3.HashSeed(*long, seed)
	longForms.Put(long)
	return h
}
