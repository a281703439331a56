package state

import (
	"cmp"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// Verb is what an intent does to a record.
type Verb uint8

const (
	// VerbCreate makes a record.
	VerbCreate Verb = iota + 1
	// VerbUpdate changes fields of a record.
	VerbUpdate
	// VerbDelete deletes a record.
	VerbDelete
	// VerbArchive puts a record away.
	VerbArchive
	// VerbMerge makes a record part of another one.
	VerbMerge
	// VerbAction calls an action.
	VerbAction
)

// IntentUnit is what an intent does to one unit. Pre and Post are images in
// the engine's own form.
type IntentUnit struct {
	Unit      Number
	Source    uint64 // hash of the value decided on
	Pre, Post []byte
}

// Intent stands for a request that may have left: at most one open per entity
// and end.
type Intent struct {
	Operation      [32]byte
	Pipeline, End  Number
	Entity         Entity
	Generation     uint32
	Verb           Verb
	Grade          uint8
	Uncertain      bool
	Attempts       uint8
	Record         string
	Revision       string // of the target, as it was decided on
	SourceEnd      Number
	SourceRevision string
	Marker         string // by which a create can be found
	At             int64  // microseconds since 1970 UTC
	Units          []IntentUnit
}

// maxChunk is about how much one value of a page holds.
const maxChunk = 1 << 20

// intentKey is what at most one intent is open for.
type intentKey struct {
	entity Entity
	end    Number
}

// PutIntents makes the page hold these intents and no others.
func (b *Batch) PutIntents(number uint64, intents []Intent) {
	p := page{number: number, open: make([]intentKey, 0, len(intents))}
	left := 1
	for i := range intents {
		left += intents[i].size()
	}
	e := encoder{b: newChunk(left)}
	flush := func() {
		if len(e.b) > 1 {
			p.chunks = append(p.chunks, e.b)
			b.intents += len(e.b)
			left -= len(e.b)
			e.b = newChunk(left)
		}
	}
	for i := range intents {
		if len(e.b) > 1 && len(e.b)+intents[i].size() > maxChunk {
			flush()
		}
		intents[i].encode(&e)
		p.open = append(p.open, intentKey{intents[i].Entity, intents[i].End})
	}
	flush()
	b.pages = append(b.pages, p)
}

// newChunk returns a value of a page with room for what is left.
func newChunk(left int) []byte { return append(make([]byte, 0, max(1, min(left, maxChunk))), format) }

// DeleteIntents drops a page: nothing of it is open any more.
func (b *Batch) DeleteIntents(number uint64) { b.PutIntents(number, nil) }

func (i *Intent) size() int {
	n := 128 + len(i.Record) + len(i.Revision) + len(i.SourceRevision) + len(i.Marker)
	for k := range i.Units {
		n += 24 + len(i.Units[k].Pre) + len(i.Units[k].Post)
	}
	return n
}

func (i *Intent) encode(e *encoder) {
	e.b = append(e.b, i.Operation[:]...)
	e.number(i.Pipeline)
	e.number(i.End)
	e.entity(i.Entity)
	e.uvarint(uint64(i.Generation))
	e.b = append(e.b, byte(i.Verb), i.Grade, i.Attempts)
	e.bool(i.Uncertain)
	e.str(i.Record)
	e.str(i.Revision)
	e.number(i.SourceEnd)
	e.str(i.SourceRevision)
	e.str(i.Marker)
	e.varint(i.At)
	e.uvarint(uint64(len(i.Units)))
	for k := range i.Units {
		u := &i.Units[k]
		e.number(u.Unit)
		e.u64(u.Source)
		e.bytes(u.Pre)
		e.bytes(u.Post)
	}
}

func (i *Intent) decode(d *decoder) {
	*i = Intent{}
	copy(i.Operation[:], d.take(uint64(len(i.Operation))))
	i.Pipeline, i.End, i.Entity = d.number(), d.number(), d.entity()
	i.Generation = uint32(d.uvarint())
	i.Verb, i.Grade, i.Attempts = Verb(d.u8()), d.u8(), d.u8()
	i.Uncertain = d.u8() != 0
	i.Record, i.Revision = d.str(), d.str()
	i.SourceEnd, i.SourceRevision = d.number(), d.str()
	i.Marker, i.At = d.str(), d.varint()
	for range d.count(12) {
		i.Units = append(i.Units, IntentUnit{Unit: d.number(), Source: d.u64(), Pre: d.bytes(), Post: d.bytes()})
	}
}

func decodeIntents(data []byte, dst []Intent) ([]Intent, error) {
	d := newDecoder(data)
	for d.err == nil && d.s != "" {
		var i Intent
		i.decode(&d)
		dst = append(dst, i)
	}
	return dst, d.end()
}

// intentIndex says which page holds what is open, by entity and end. It is
// rebuilt at start and follows the commits.
type intentIndex struct {
	mu    sync.RWMutex
	pages map[uint64][]intentKey // in order
}

func (x *intentIndex) load(vault *vault, bucket *bbolt.Bucket) error {
	pages := map[uint64][]intentKey{}
	err := bucket.ForEach(func(k, v []byte) error {
		if len(k) != 12 {
			return errEncoding
		}
		v, err := vault.open(bucketIntent, k, v)
		if err != nil {
			return err
		}
		intents, err := decodeIntents(v, nil)
		for i := range intents {
			n := bigEndian(k[:8])
			pages[n] = append(pages[n], intentKey{intents[i].Entity, intents[i].End})
		}
		return err
	})
	for number, open := range pages {
		x.apply([]page{{number: number, open: open}})
	}
	return err
}

func (x *intentIndex) apply(pages []page) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.pages == nil {
		x.pages = map[uint64][]intentKey{}
	}
	for _, p := range pages {
		delete(x.pages, p.number)
		if len(p.open) > 0 {
			slices.SortFunc(p.open, compareIntents)
			x.pages[p.number] = p.open
		}
	}
}

func compareIntents(a, b intentKey) int {
	return cmp.Or(cmp.Compare(a.entity, b.entity), cmp.Compare(a.end, b.end))
}

// InFlight reports whether an intent is open for an entity at an end, and in
// which page.
func (s *Store) InFlight(x Entity, end Number) (page uint64, ok bool) {
	s.intents.mu.RLock()
	defer s.intents.mu.RUnlock()
	for number, open := range s.intents.pages {
		if _, found := slices.BinarySearchFunc(open, intentKey{x, end}, compareIntents); found {
			page, ok = max(page, number), true
		}
	}
	return page, ok
}
