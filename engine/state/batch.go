package state

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"time"
)

// MaxBatch is the most a batch may hold: a commit refuses more, because the
// memory of a transaction is what it dirties.
const MaxBatch = 64 << 20

// The buckets, in the order a transaction writes them. The numbers of id and
// key stand in the index log: what is new comes last.
const (
	bucketMeta uint8 = iota
	bucketLink
	bucketIntent
	bucketListing
	bucketConflict
	bucketWait
	bucketDead
	bucketTomb
	bucketApart
	bucketFact
	bucketBreaker
	bucketInbox
	bucketSeen
	bucketOutbox
	bucketDue
	bucketIndex
	bucketID
	bucketKey
	bucketStray
	bucketBlock
	buckets
)

var bucketNames = [buckets][]byte{
	[]byte("meta"), []byte("link"), []byte("intent"), []byte("listing"), []byte("conflict"), []byte("wait"),
	[]byte("dead"), []byte("tomb"), []byte("apart"), []byte("fact"), []byte("breaker"), []byte("inbox"),
	[]byte("seen"), []byte("outbox"), []byte("due"), []byte("index"),
	[]byte("id"), []byte("key"), []byte("stray"), []byte("block"),
}

type opKind uint8

const (
	opPut opKind = iota
	opDelete
	opClaim
	opRelease
)

// op is one change; its key and value lie in the batch's arena.
type op struct {
	at     uint64
	key    uint32
	value  uint32
	bucket uint8
	kind   opKind
}

type counter struct {
	pipeline Number
	class    Class
}

// page is what a batch does to one page of intents.
type page struct {
	number uint64
	open   []intentKey
	chunks [][]byte
}

// Batch is what changes together. It is not used concurrently. Where one batch
// puts and deletes the same thing, the last call counts.
type Batch struct {
	arena   []byte
	ops     []op // under every bucket but id and key
	index   []op // under id and key
	pages   []page
	counts  map[counter]int64
	intents int
}

// NewBatch returns an empty batch.
func (s *Store) NewBatch() *Batch { return &Batch{} }

// Size returns about how many bytes the batch will write.
func (b *Batch) Size() int { return len(b.arena) + b.intents }

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	clear(b.counts)
	*b = Batch{arena: b.arena[:0], ops: b.ops[:0], index: b.index[:0], counts: b.counts}
}

// add notes an op under a bucket; key and value append to the arena.
func (b *Batch) add(bucket uint8, kind opKind, key, value func(*encoder)) {
	o := op{at: uint64(len(b.arena)), bucket: bucket, kind: kind}
	e := encoder{b: b.arena}
	key(&e)
	o.key = uint32(len(e.b)) - uint32(o.at)
	if value != nil {
		value(&e)
		o.value = uint32(len(e.b)) - uint32(o.at) - o.key
	}
	b.arena = e.b
	if bucket == bucketID || bucket == bucketKey {
		b.index = append(b.index, o)
		return
	}
	b.ops = append(b.ops, o)
}

func (b *Batch) keyOf(o *op) []byte   { return b.arena[o.at : o.at+uint64(o.key)] }
func (b *Batch) valueOf(o *op) []byte { return b.arena[o.at+uint64(o.key):][:o.value] }

// sort puts the ops in the order of their keys; of two on one key the later
// call stays behind.
func (b *Batch) sort() {
	slices.SortFunc(b.ops, func(x, y op) int {
		if x.bucket != y.bucket {
			return cmp.Compare(x.bucket, y.bucket)
		}
		if c := bytes.Compare(b.keyOf(&x), b.keyOf(&y)); c != 0 {
			return c
		}
		return cmp.Compare(x.at, y.at)
	})
}

// PutLink stores a link under its entity.
func (b *Batch) PutLink(l *Link) {
	b.add(bucketLink, opPut, func(e *encoder) { e.entity(l.Entity) }, l.encode)
}

// PutLinkBinary is PutLink for a link in the form of Link.AppendBinary.
func (b *Batch) PutLinkBinary(x Entity, link []byte) {
	b.add(bucketLink, opPut, func(e *encoder) { e.entity(x) }, func(e *encoder) { e.b = append(e.b, link...) })
}

// DeleteLink drops the link of an entity. Its ids and keys are the caller's
// to drop in the same batch.
func (b *Batch) DeleteLink(x Entity) {
	b.add(bucketLink, opDelete, func(e *encoder) { e.entity(x) }, nil)
}

// PutID says which entity a record of an end is.
func (b *Batch) PutID(p, end Number, record string, x Entity) {
	b.add(bucketID, opPut, idKey(p, end, record), func(e *encoder) { e.entity(x) })
}

// DeleteID forgets which entity a record of an end is.
func (b *Batch) DeleteID(p, end Number, record string) {
	b.add(bucketID, opDelete, idKey(p, end, record), nil)
}

// ClaimKey adds the entity to the holders of a key. A key that moves is
// released by the one and claimed by the other in one batch.
func (b *Batch) ClaimKey(p, key Number, digest uint64, x Entity) {
	b.add(bucketKey, opClaim, digestKey(p, key, digest), func(e *encoder) { e.entity(x) })
}

// ReleaseKey takes the entity from the holders of a key.
func (b *Batch) ReleaseKey(p, key Number, digest uint64, x Entity) {
	b.add(bucketKey, opRelease, digestKey(p, key, digest), func(e *encoder) { e.entity(x) })
}

// Keys under id and key begin with the bucket's byte, as they stand in the
// index log.
func idKey(p, end Number, record string) func(*encoder) {
	return func(e *encoder) {
		e.u8(bucketID)
		e.number(p)
		e.number(end)
		e.raw(record)
	}
}

func digestKey(p, key Number, digest uint64) func(*encoder) {
	return func(e *encoder) {
		e.u8(bucketKey)
		e.number(p)
		e.number(key)
		e.u64(digest)
	}
}

// SetCheckpoint keeps how far an end was read.
func (b *Batch) SetCheckpoint(p, end Number, checkpoint []byte) {
	b.meta('c', func(e *encoder) { e.number(p); e.number(end) }, func(e *encoder) { e.b = append(e.b, checkpoint...) })
}

// SetPass keeps what is known of the passes over an end.
func (b *Batch) SetPass(p, end Number, pass Pass) {
	b.meta('p', func(e *encoder) { e.number(p); e.number(end) }, func(e *encoder) {
		e.u8(format)
		e.time(pass.Complete)
		e.bool(pass.First)
	})
}

// SetHash keeps a hash under a name, such as the configuration's or a plan's.
func (b *Batch) SetHash(name string, hash []byte) {
	b.meta('h', func(e *encoder) { e.raw(name) }, func(e *encoder) { e.b = append(e.b, hash...) })
}

// SetKept keeps under a name what a connector has to know after a restart, and
// nobody else may know.
func (b *Batch) SetKept(name, value string) {
	b.meta('o', func(e *encoder) { e.raw(name) }, func(e *encoder) { e.raw(value) })
}

// SetAudit keeps where the journal stands.
func (b *Batch) SetAudit(length int64, head [32]byte) {
	b.meta('a', func(*encoder) {}, func(e *encoder) {
		e.u64(uint64(length))
		e.b = append(e.b, head[:]...)
	})
}

func (b *Batch) meta(kind byte, key, value func(*encoder)) {
	b.add(bucketMeta, opPut, func(e *encoder) { e.u8(kind); key(e) }, value)
}

// SetListing puts a new listing in force and closes its writer.
func (b *Batch) SetListing(w *ListingWriter) error { return w.finish(b) }

// Add changes how many records without a link count under a class. Links
// count by themselves.
func (b *Batch) Add(p Number, c Class, n int64) {
	if b.counts == nil {
		b.counts = map[counter]int64{}
	}
	b.counts[counter{p, c}] += n
}

// Pass is what is known of a pipeline's passes over one end.
type Pass struct {
	Complete time.Time // when the last complete one ended; zero: none yet
	First    bool      // whether the first one towards the end is done
}

func bigEndian(p []byte) uint64 {
	if len(p) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(p)
}
