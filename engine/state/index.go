package state

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sync"

	"github.com/zeebo/xxh3"
)

// overlay is the index log in memory: what was put under `id` and `key` since
// the last fold, the latest first. Entries are only appended, and a reader
// ignores what lies beyond the end its snapshot knows, so that a commit and
// the views of before it do not meet.
//
// An entry is: offset+1 of the one before it in its slot (4), length of the
// key (2) and of the value (2), key, value. The key's first byte is the
// bucket; an empty value is a deletion.
type overlay struct {
	generation uint64

	mu    sync.RWMutex
	arena []byte
	table []uint32 // offset+1 of the latest entry of each slot
	count int
}

const entryHead = 8

func newOverlay(generation uint64) *overlay {
	return &overlay{generation: generation, table: make([]uint32, 1<<8)}
}

func (o *overlay) end() int { return len(o.arena) }

// get returns the value as of the end; found also for a deletion.
func (o *overlay) get(end int, key []byte) (value []byte, found bool) {
	if end == 0 {
		return nil, false
	}
	h := xxh3.Hash(key)
	o.mu.RLock()
	defer o.mu.RUnlock()
	for at := o.table[h&uint64(len(o.table)-1)]; at != 0; at = binary.LittleEndian.Uint32(o.arena[at-1:]) {
		if int(at) > end {
			continue
		}
		if k, v := o.entry(int(at - 1)); bytes.Equal(k, key) {
			return v, true
		}
	}
	return nil, false
}

func (o *overlay) entry(at int) (key, value []byte) {
	k := int(binary.LittleEndian.Uint16(o.arena[at+4:]))
	v := int(binary.LittleEndian.Uint16(o.arena[at+6:]))
	at += entryHead
	return o.arena[at : at+k : at+k], o.arena[at+k : at+k+v : at+k+v]
}

func (o *overlay) put(key, value []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := len(o.arena)
	o.arena = append(o.arena, 0, 0, 0, 0)
	o.arena = binary.LittleEndian.AppendUint16(o.arena, uint16(len(key)))
	o.arena = binary.LittleEndian.AppendUint16(o.arena, uint16(len(value)))
	o.arena = append(append(o.arena, key...), value...)
	o.enter(at)
}

// enter makes the next entry found. The table doubles when it is full, so that
// however the entries come, each is moved about twice.
func (o *overlay) enter(at int) {
	if o.count == len(o.table) {
		o.rehash(2*len(o.table), at)
	}
	o.link(at)
}

func (o *overlay) link(at int) {
	key, _ := o.entry(at)
	slot := &o.table[xxh3.Hash(key)&uint64(len(o.table)-1)]
	binary.LittleEndian.PutUint32(o.arena[at:], *slot)
	*slot = uint32(at + 1)
	o.count++
}

// rehash links the entries before the end anew, in a table of a size.
func (o *overlay) rehash(size, end int) {
	o.table = make([]uint32, size)
	o.count = 0
	for at := 0; at < end; at = o.behind(at) {
		o.link(at)
	}
}

// behind returns where the entry behind one begins.
func (o *overlay) behind(at int) int {
	key, value := o.entry(at)
	return at + entryHead + len(key) + len(value)
}

// truncate forgets what was put beyond the end.
func (o *overlay) truncate(end int) {
	if end == len(o.arena) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.arena = o.arena[:end]
	o.rehash(len(o.table), end)
}

// load appends a chunk of the log as it was read from the store.
func (o *overlay) load(chunk []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for rest := chunk; len(rest) > 0; {
		if len(rest) < entryHead {
			return errEncoding
		}
		n := entryHead + int(binary.LittleEndian.Uint16(rest[4:])) + int(binary.LittleEndian.Uint16(rest[6:]))
		if len(rest) < n || n == entryHead {
			return errEncoding
		}
		rest = rest[n:]
	}
	at := len(o.arena)
	o.arena = append(o.arena, chunk...)
	for ; at < len(o.arena); at = o.behind(at) {
		o.enter(at)
	}
	return nil
}

// sorted returns the offsets of the latest entry of every key, by key.
func (o *overlay) sorted() []uint32 {
	offsets := make([]uint32, 0, o.count)
	for at := 0; at < len(o.arena); at = o.behind(at) {
		offsets = append(offsets, uint32(at))
	}
	slices.SortFunc(offsets, func(x, y uint32) int {
		a, _ := o.entry(int(x))
		b, _ := o.entry(int(y))
		if c := bytes.Compare(a, b); c != 0 {
			return c
		}
		return int(y) - int(x)
	})
	return slices.CompactFunc(offsets, func(x, y uint32) bool {
		a, _ := o.entry(int(x))
		b, _ := o.entry(int(y))
		return bytes.Equal(a, b)
	})
}
