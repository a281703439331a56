package state

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"go.etcd.io/bbolt"
)

const (
	// directIndex is how many changes of ids and keys go straight to their
	// buckets while the index log is empty.
	directIndex = 256
	// maxHolders bounds what one key's value can grow to.
	maxHolders = 64
)

// request is a commit in the queue.
type request struct {
	batch *Batch
	done  bool
	err   error
}

// Commit makes the batch true, in one transaction and on disk when it
// returns. Concurrent calls share one transaction. The batch is empty
// afterwards, and may be used again; after an error it is as it was.
func (s *Store) Commit(b *Batch) error {
	if s.db == nil || s.options.ReadOnly {
		return ErrReadOnly
	}
	if b.Size() > MaxBatch {
		return ErrTooBig
	}
	s.options.Effect(effect, false)
	err := s.commit(b)
	s.options.Effect(effect, true)
	return err
}

// effect is what Options.Effect is told of.
const effect = "commit"

func (s *Store) commit(b *Batch) error {
	r := &request{batch: b}
	s.queueMu.Lock()
	s.queue = append(s.queue, r)
	s.queueMu.Unlock()
	s.writer.Lock()
	defer s.writer.Unlock()
	if !r.done {
		s.commitGroup(s.takeGroup(r))
	}
	return r.err
}

// takeGroup takes r from the queue, and what else waits as long as one
// transaction holds it.
func (s *Store) takeGroup(r *request) []*request {
	s.queueMu.Lock()
	defer s.queueMu.Unlock()
	group, size, rest := []*request{r}, r.batch.Size(), s.queue[:0]
	for _, q := range s.queue {
		if q == r {
			continue
		}
		if size += q.batch.Size(); size <= MaxBatch {
			group = append(group, q)
			continue
		}
		rest = append(rest, q)
	}
	s.queue = rest
	return group
}

// commitGroup commits all in one transaction, or each in its own when that
// fails, so that one does not fail for another's sake.
func (s *Store) commitGroup(group []*request) {
	err := s.write(group)
	if err != nil && len(group) > 1 && s.broken == nil {
		for _, r := range group {
			s.commitGroup([]*request{r})
		}
		return
	}
	for _, r := range group {
		r.done, r.err = true, err
		if err == nil {
			r.batch.Reset()
		}
	}
}

// write is one transaction.
func (s *Store) write(group []*request) error {
	if s.broken != nil {
		return s.broken
	}
	o := s.overlay.Load()
	w := writer{store: s, overlay: o, mark: o.end(), high: s.high, counts: map[string]int64{}}
	var named int
	err := guarded(s.path, func() error {
		tx, err := s.db.Begin(true)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if named, err = w.all(tx, group); err != nil {
			return err
		}
		return s.reached(tx.Commit())
	})
	if err != nil {
		o.truncate(w.mark)
		return world(s.path, err)
	}
	s.high = w.high
	s.names.saved(named)
	for _, r := range group {
		s.intents.apply(r.batch.pages)
	}
	if o.end() > foldAt {
		// The commit stands whether or not the log is folded now: the next
		// commit or the next start folds it.
		_ = s.fold()
	}
	return nil
}

// reached notes that a commit did not reach the disk. After that nothing more
// is written: the system forgets what it failed to write, so that a later
// commit that succeeds could lead to pages that never came to be.
func (s *Store) reached(err error) error {
	if err != nil && s.broken == nil {
		s.broken = world(s.path, err)
	}
	return err
}

// writer applies batches to a transaction.
type writer struct {
	store   *Store
	buckets [buckets]*bbolt.Bucket
	overlay *overlay
	mark    int // where the index log ended before
	direct  bool
	high    Entity
	counts  map[string]int64
	key     []byte // room for a closed key
	room    []byte // of sealed values
}

func (w *writer) all(tx *bbolt.Tx, group []*request) (named int, err error) {
	index := 0
	for i, name := range bucketNames {
		w.buckets[i] = tx.Bucket(name)
	}
	for _, r := range group {
		index += len(r.batch.index)
	}
	w.buckets[bucketLink].FillPercent = 0.9
	w.buckets[bucketListing].FillPercent = 1
	w.direct = w.mark == 0 && index <= directIndex
	w.takeRoom(group)
	for _, r := range group {
		if err := w.batch(r.batch); err != nil {
			return 0, err
		}
	}
	return w.close()
}

func (w *writer) batch(b *Batch) error {
	b.sort()
	for i := range b.ops {
		if err := w.op(b, &b.ops[i]); err != nil {
			return err
		}
	}
	for i := range b.pages {
		if err := w.page(&b.pages[i]); err != nil {
			return err
		}
	}
	for i := range b.index {
		if err := w.index(b, &b.index[i]); err != nil {
			return err
		}
	}
	for c, n := range b.counts {
		w.counts[string(countKey(c.pipeline, countAdded, byte(c.class)))] += n
	}
	return nil
}

func (w *writer) op(b *Batch, o *op) error {
	key, bucket := b.keyOf(o), w.buckets[o.bucket]
	if o.bucket == bucketLink {
		w.count(Entity(bigEndian(key)), b, o)
	}
	stored := w.store.vault.key(w.key, o.bucket, key)
	if o.kind == opDelete {
		return bucket.Delete(stored)
	}
	value, err := w.closed(o.bucket, stored, b.valueOf(o))
	if err != nil {
		return err
	}
	return bucket.Put(stored, value)
}

// closedKey is room for most closed keys.
const closedKey = 128

// keptRoom is how much room for sealed values a store keeps from one
// transaction to the next.
const keptRoom = 8 << 20

// takeRoom takes what the values of a group need where they are sealed: they
// stay until the transaction ends.
func (w *writer) takeRoom(group []*request) {
	if w.store.vault == nil {
		return
	}
	need := 0
	for _, r := range group {
		need += r.batch.Size() + sealedSize*len(r.batch.ops)
		for i := range r.batch.pages {
			need += sealedSize * len(r.batch.pages[i].chunks)
		}
	}
	w.key, w.room = make([]byte, 0, closedKey), w.store.room
	switch {
	case need > keptRoom:
		w.room = make([]byte, 0, need)
	case need > cap(w.room):
		w.room = make([]byte, 0, 1<<bits.Len(uint(need)))
		w.store.room = w.room
	}
}

// closed returns a value as it stands in the file.
func (w *writer) closed(bucket uint8, stored, value []byte) ([]byte, error) {
	if w.store.vault == nil || !seals(bucket, stored) {
		return value, nil
	}
	from := len(w.room)
	room, err := w.store.vault.seal(w.room, bucket, stored, value)
	if err != nil {
		return nil, err
	}
	w.room = room
	return room[from:len(room):len(room)], nil
}

// count keeps the totals in step with one link. A link above the highest was
// never there, so that a first load reads nothing.
func (w *writer) count(x Entity, b *Batch, o *op) {
	if x <= w.high {
		w.tally(w.buckets[bucketLink].Get(b.keyOf(o)), -1)
	}
	if o.kind == opPut {
		w.tally(b.valueOf(o), 1)
		w.high = max(w.high, x)
	}
}

func (w *writer) tally(link []byte, n int64) {
	if p, s, c, ok := headOf(link); ok {
		w.counts[string(countKey(p, countState, byte(s)))] += n
		w.counts[string(countKey(p, countClass, byte(c)))] += n
	}
}

// Kinds of totals under `t` in meta.
const (
	countState = 's' // links by state
	countClass = 'c' // links by class
	countAdded = 'a' // what Batch.Add counts, by class
)

func countKey(p Number, kind, which byte) []byte {
	return []byte{'t', byte(p >> 8), byte(p), kind, which}
}

func (w *writer) page(p *page) error {
	bucket := w.buckets[bucketIntent]
	prefix := binary.BigEndian.AppendUint64(nil, p.number)
	for {
		k, _ := bucket.Cursor().Seek(prefix)
		if !bytes.HasPrefix(k, prefix) {
			break
		}
		if err := bucket.Delete(k); err != nil {
			return err
		}
	}
	for i, chunk := range p.chunks {
		key := binary.BigEndian.AppendUint32(bytes.Clone(prefix), uint32(i))
		chunk, err := w.closed(bucketIntent, key, chunk)
		if err != nil {
			return err
		}
		if err := bucket.Put(key, chunk); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) index(b *Batch, o *op) error {
	key := w.store.vault.indexKey(w.key, b.keyOf(o))
	switch o.kind {
	case opPut:
		return w.putIndex(key, b.valueOf(o))
	case opDelete:
		return w.putIndex(key, nil)
	}
	holders, changed := w.getIndex(key), false
	at := holderAt(holders, b.valueOf(o))
	switch {
	case o.kind == opClaim && at < 0:
		if len(holders) >= 8*maxHolders {
			return errors.New("more than 64 entities claim one key")
		}
		holders, changed = append(bytes.Clone(holders), b.valueOf(o)...), true
	case o.kind == opRelease && at >= 0:
		holders, changed = slices.Delete(bytes.Clone(holders), at, at+8), true
	}
	if !changed {
		return nil
	}
	return w.putIndex(key, holders)
}

func holderAt(holders, x []byte) int {
	for i := 0; i+8 <= len(holders); i += 8 {
		if bytes.Equal(holders[i:i+8], x) {
			return i
		}
	}
	return -1
}

func (w *writer) getIndex(key []byte) []byte {
	if v, ok := w.overlay.get(w.overlay.end(), key); ok {
		return v
	}
	return w.buckets[key[0]].Get(key[1:])
}

func (w *writer) putIndex(key, value []byte) error {
	if len(key) > bbolt.MaxKeySize {
		return fmt.Errorf("a record id of %d bytes is too long: at most %d are kept", len(key)-5, bbolt.MaxKeySize-5)
	}
	if !w.direct {
		w.overlay.put(key, value)
		return nil
	}
	if len(value) == 0 {
		return w.buckets[key[0]].Delete(key[1:])
	}
	return w.buckets[key[0]].Put(key[1:], value)
}

// close writes what all batches together changed.
func (w *writer) close() (named int, err error) {
	meta := w.buckets[bucketMeta]
	for key, n := range w.counts {
		if n == 0 {
			continue
		}
		n += int64(bigEndian(meta.Get([]byte(key))))
		if err := meta.Put([]byte(key), binary.BigEndian.AppendUint64(nil, uint64(n))); err != nil {
			return 0, err
		}
	}
	if err := w.log(meta); err != nil {
		return 0, err
	}
	if err := meta.Put(keySequence, binary.BigEndian.AppendUint64(nil, w.store.sequence.Load())); err != nil {
		return 0, err
	}
	return w.store.names.save(meta)
}

// log appends to the index log what went to the overlay.
func (w *writer) log(meta *bbolt.Bucket) error {
	end := w.overlay.end()
	if end == w.mark {
		return nil
	}
	key := binary.BigEndian.AppendUint64(nil, uint64(w.mark))
	w.buckets[bucketIndex].FillPercent = 1
	if err := w.buckets[bucketIndex].Put(key, bytes.Clone(w.overlay.arena[w.mark:end])); err != nil {
		return err
	}
	return meta.Put(keyIndex, indexHeadValue(w.overlay.generation, end))
}

func indexHeadValue(generation uint64, end int) []byte {
	p := binary.BigEndian.AppendUint64(nil, generation)
	return binary.BigEndian.AppendUint64(p, uint64(end))
}
