package state

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// View is a snapshot of the state. What it gives stays valid after it.
type View struct {
	store   *Store
	tx      *bbolt.Tx
	buckets [buckets]*bbolt.Bucket // those used so far
	overlay *overlay
	end     int    // of the index log, as of the snapshot
	closed  []byte // room for a closed key
}

// bucket returns a bucket, nil when the state has none of that name, or nothing
// at all yet.
func (v *View) bucket(n uint8) *bbolt.Bucket {
	if v.buckets[n] == nil && v.tx != nil {
		v.buckets[n] = v.tx.Bucket(bucketNames[n])
	}
	return v.buckets[n]
}

func (v *View) get(bucket uint8, key []byte) []byte {
	b := v.bucket(bucket)
	if b == nil {
		return nil
	}
	vault := v.store.vault
	if vault == nil {
		return b.Get(key)
	}
	key = vault.key(v.room(), bucket, key)
	data := b.Get(key)
	if data == nil {
		return nil
	}
	data, err := vault.open(bucket, key, data)
	if err != nil {
		return []byte{} // does not decode
	}
	return data
}

// room returns memory for a closed key, which is valid until the next one.
func (v *View) room() []byte {
	if v.closed == nil && v.store.vault != nil {
		v.closed = make([]byte, 0, closedKey)
	}
	return v.closed
}

// Link decodes the link of an entity into l, false when there is none.
func (v *View) Link(x Entity, l *Link) (bool, error) {
	data := v.get(bucketLink, binary.BigEndian.AppendUint64(nil, uint64(x)))
	if data == nil {
		return false, nil
	}
	return true, v.decodeLink(x, data, l)
}

func (v *View) decodeLink(x Entity, data []byte, l *Link) error {
	if err := l.decode(x, data); err != nil {
		return damaged(v.store.path, fmt.Sprintf("link %d: %v", x, err))
	}
	return nil
}

// Links calls fn with every link of a pipeline, 0 for all pipelines, in the
// order of the entities. The link is reused.
func (v *View) Links(p Number, fn func(*Link) error) error {
	var l Link
	return v.each(bucketLink, nil, func(k, data []byte) error {
		if of, _, _, ok := headOf(data); ok && p != 0 && of != p {
			return nil
		}
		if err := v.decodeLink(Entity(bigEndian(k)), data, &l); err != nil {
			return err
		}
		return fn(&l)
	})
}

// LinksOf calls fn with the link of each entity that has one and its index in
// es, in the order of the entities' numbers. The link is reused.
func (v *View) LinksOf(es []Entity, fn func(i int, l *Link) error) error {
	var l Link
	for _, i := range sortedIndex(len(es), func(x, y int) int { return cmp.Compare(es[x], es[y]) }) {
		ok, err := v.Link(es[i], &l)
		if err == nil && ok {
			err = fn(i, &l)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func sortedIndex(n int, compare func(x, y int) int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, compare)
	return order
}

// ByID returns which entity a record of an end is.
func (v *View) ByID(p, end Number, record string) (Entity, bool) {
	e := encoder{b: make([]byte, 0, 64)}
	idKey(p, end, record)(&e)
	x := Entity(bigEndian(v.index(e.b)))
	return x, x != 0
}

// ByIDs is ByID for many, looked up in the order of their keys: dst gets one
// entity per record, 0 where there is none.
func (v *View) ByIDs(p, end Number, records []string, dst []Entity) []Entity {
	from := len(dst)
	dst = append(dst, make([]Entity, len(records))...)
	for _, i := range sortedIndex(len(records), func(x, y int) int { return cmp.Compare(records[x], records[y]) }) {
		dst[from+i], _ = v.ByID(p, end, records[i])
	}
	return dst
}

// ByKey appends the entities that hold a key. The digest may be shared by
// different keys: the caller compares the normal form again.
func (v *View) ByKey(p, key Number, digest uint64, dst []Entity) []Entity {
	e := encoder{b: make([]byte, 0, 16)}
	digestKey(p, key, digest)(&e)
	holders := v.index(e.b)
	for i := 0; i+8 <= len(holders); i += 8 {
		dst = append(dst, Entity(bigEndian(holders[i:i+8])))
	}
	return dst
}

func (v *View) index(key []byte) []byte {
	key = v.store.vault.indexKey(v.room(), key)
	if value, ok := v.overlay.get(v.end, key); ok {
		return value
	}
	if b := v.bucket(key[0]); b != nil {
		return b.Get(key[1:])
	}
	return nil
}

// IntentOf returns the intent that is open for an entity at an end.
func (v *View) IntentOf(x Entity, end Number) (page uint64, i Intent, ok bool) {
	page, ok = v.store.InFlight(x, end)
	if !ok {
		return 0, Intent{}, false
	}
	intents, err := v.Page(page)
	for k := range intents {
		if err == nil && intents[k].Entity == x && intents[k].End == end {
			return page, intents[k], true
		}
	}
	return 0, Intent{}, false
}

// Page returns the open intents of a page.
func (v *View) Page(number uint64) ([]Intent, error) {
	var intents []Intent
	err := v.each(bucketIntent, binary.BigEndian.AppendUint64(nil, number), func(_, data []byte) (err error) {
		intents, err = decodeIntents(data, intents)
		return err
	})
	return intents, world(v.store.path, err)
}

// Intents calls fn with every page that has open intents.
func (v *View) Intents(fn func(page uint64, is []Intent) error) error {
	var pages []uint64
	err := v.each(bucketIntent, nil, func(k, _ []byte) error {
		if n := bigEndian(k[:min(8, len(k))]); len(pages) == 0 || pages[len(pages)-1] != n {
			pages = append(pages, n)
		}
		return nil
	})
	for _, n := range pages {
		if err != nil {
			return err
		}
		var intents []Intent
		if intents, err = v.Page(n); err == nil {
			err = fn(n, intents)
		}
	}
	return err
}

// each calls fn with what a bucket holds under a prefix, which is no longer
// than what stays open of its keys.
func (v *View) each(bucket uint8, prefix []byte, fn func(k, data []byte) error) error {
	b := v.bucket(bucket)
	if b == nil {
		return nil
	}
	c := b.Cursor()
	for k, data := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, data = c.Next() {
		value, err := v.store.vault.open(bucket, k, data)
		if err == nil {
			k, err = v.store.vault.openKey(bucket, k)
		}
		if err != nil {
			return damaged(v.store.path, string(bucketNames[bucket])+": "+err.Error())
		}
		if err := fn(k, value); err != nil {
			return err
		}
	}
	return nil
}
