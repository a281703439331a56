package state

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/zeebo/xxh3"
)

// Entry is one record of a listing.
type Entry struct {
	Raw    uint64 // hash of the raw record
	Entity Entity // below 1<<56; 0: none
	Mark   uint8  // the caller's own, kept as it is
}

const (
	entrySize = 16
	// A page ends behind an entry whose hash says so, at 4,096 more than the
	// least on average: what is inserted or removed changes its page and no
	// other.
	leastPage = 1 << 10
	mostPage  = 1 << 13
	cutMask   = 1<<12 - 1
	// listingMemory is about how much a writer holds before it writes pages
	// ahead of the batch that puts them in force.
	listingMemory = 4 << 20
)

// pageRef is a page of a listing, as its directory knows it.
type pageRef struct {
	id      uint64
	entries int
	hash    uint64
}

func directoryKey(p, end Number) func(*encoder) {
	return func(e *encoder) {
		e.number(p)
		e.number(end)
		e.u8(0)
	}
}

func pageKey(p, end Number, id uint64) func(*encoder) {
	return func(e *encoder) {
		e.number(p)
		e.number(end)
		e.u8(1)
		e.u64(id)
	}
}

func (v *View) directory(p, end Number) ([]pageRef, error) {
	var e encoder
	directoryKey(p, end)(&e)
	data := v.get(bucketListing, e.b)
	if data == nil {
		return nil, nil
	}
	d := newDecoder(data)
	var refs []pageRef
	for range d.count(10) {
		refs = append(refs, pageRef{id: d.uvarint(), entries: int(d.uvarint()), hash: d.u64()})
	}
	if err := d.end(); err != nil {
		return nil, damaged(v.store.path, "directory of a listing: "+err.Error())
	}
	return refs, nil
}

func (v *View) listingPage(p, end Number, id uint64) []byte {
	var e encoder
	pageKey(p, end, id)(&e)
	return v.get(bucketListing, e.b)
}

// ListingReader walks the last complete listing of an end in its order. It
// holds one page and no transaction between calls. It is not used
// concurrently, nor after a newer listing is in force.
type ListingReader struct {
	store  *Store
	p, end Number
	refs   []pageRef
	page   []byte
	total  int
}

// ListingReader returns a reader of the listing of a pipeline's end; without
// one it is at its end at once.
func (s *Store) ListingReader(p, end Number) (*ListingReader, error) {
	r := &ListingReader{store: s, p: p, end: end}
	err := s.View(func(v *View) (err error) {
		r.refs, err = v.directory(p, end)
		return err
	})
	for _, ref := range r.refs {
		r.total += ref.entries
	}
	return r, err
}

// Len returns how many entries the listing has in all.
func (r *ListingReader) Len() int { return r.total }

// Next returns the next entry, false at the end.
func (r *ListingReader) Next() (Entry, bool, error) {
	if len(r.page) == 0 {
		if len(r.refs) == 0 {
			return Entry{}, false, nil
		}
		if err := r.turn(); err != nil {
			return Entry{}, false, err
		}
	}
	e := decodeEntry(r.page)
	r.page = r.page[entrySize:]
	return e, true, nil
}

func (r *ListingReader) turn() error {
	ref := r.refs[0]
	r.refs = r.refs[1:]
	return r.store.View(func(v *View) error {
		page := v.listingPage(r.p, r.end, ref.id)
		if len(page) == 0 || len(page) != ref.entries*entrySize {
			return damaged(r.store.path, "a page of a listing is missing or cut off")
		}
		r.page = bytes.Clone(page)
		return nil
	})
}

func decodeEntry(p []byte) Entry {
	x := binary.BigEndian.Uint64(p[8:])
	return Entry{Raw: binary.BigEndian.Uint64(p), Mark: uint8(x >> 56), Entity: Entity(x & (1<<56 - 1))}
}

// ListingWriter takes a new listing while the old one is still in force;
// Batch.SetListing puts it in force. One that is left alone costs nothing: the
// next writer clears what it wrote. It is not used concurrently.
type ListingWriter struct {
	store  *Store
	p, end Number
	old    map[uint64]pageRef // of the listing in force, by content
	stale  []uint64           // pages no listing has
	next   uint64
	refs   []pageRef
	page   []byte
	batch  Batch
}

// ListingWriter returns a writer for the listing of a pipeline's end.
func (s *Store) ListingWriter(p, end Number) (*ListingWriter, error) {
	w := &ListingWriter{store: s, p: p, end: end, old: map[uint64]pageRef{}}
	return w, s.View(func(v *View) error {
		refs, err := v.directory(p, end)
		used := make(map[uint64]bool, len(refs))
		for _, ref := range refs {
			used[ref.id] = true
			if twin, ok := w.old[ref.hash]; ok {
				w.stale = append(w.stale, twin.id)
			}
			w.old[ref.hash] = ref
		}
		if err != nil {
			return err
		}
		var prefix encoder
		pageKey(p, end, 0)(&prefix)
		return v.each(bucketListing, prefix.b[:5], func(k, _ []byte) error {
			id := bigEndian(k[5:])
			w.next = max(w.next, id+1)
			if !used[id] {
				w.stale = append(w.stale, id)
			}
			return nil
		})
	})
}

// Append adds an entry.
func (w *ListingWriter) Append(e Entry) error {
	if e.Entity >= 1<<56 {
		return errors.New("an entity of a listing is below 1<<56")
	}
	w.page = binary.BigEndian.AppendUint64(w.page, e.Raw)
	w.page = binary.BigEndian.AppendUint64(w.page, uint64(e.Mark)<<56|uint64(e.Entity))
	n := len(w.page) / entrySize
	if n < mostPage && (n < leastPage || e.Raw&cutMask != 0) {
		return nil
	}
	if err := w.flush(); err != nil || w.batch.Size() < listingMemory || w.store.options.ReadOnly {
		return err
	}
	return w.store.Commit(&w.batch)
}

// flush keeps the page: as the one in force when nothing of it changed.
func (w *ListingWriter) flush() error {
	if len(w.page) == 0 {
		return nil
	}
	ref := pageRef{entries: len(w.page) / entrySize, hash: xxh3.Hash(w.page)}
	was, same := w.old[ref.hash]
	if same {
		err := w.store.View(func(v *View) error {
			same = bytes.Equal(v.listingPage(w.p, w.end, was.id), w.page)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if same {
		delete(w.old, ref.hash)
		ref.id = was.id
	} else {
		ref.id = w.next
		w.next++
		w.batch.add(bucketListing, opPut, pageKey(w.p, w.end, ref.id), func(e *encoder) { e.b = append(e.b, w.page...) })
	}
	w.refs = append(w.refs, ref)
	w.page = w.page[:0]
	return nil
}

// finish adds to a batch what puts the listing in force.
func (w *ListingWriter) finish(b *Batch) error {
	if err := w.flush(); err != nil {
		return err
	}
	for i := range w.batch.ops {
		o := &w.batch.ops[i]
		b.add(o.bucket, o.kind, func(e *encoder) { e.b = append(e.b, w.batch.keyOf(o)...) },
			func(e *encoder) { e.b = append(e.b, w.batch.valueOf(o)...) })
	}
	for _, ref := range w.old {
		w.stale = append(w.stale, ref.id)
	}
	for _, id := range w.stale {
		b.add(bucketListing, opDelete, pageKey(w.p, w.end, id), nil)
	}
	b.add(bucketListing, opPut, directoryKey(w.p, w.end), func(e *encoder) {
		e.u8(format)
		e.uvarint(uint64(len(w.refs)))
		for _, ref := range w.refs {
			e.uvarint(ref.id)
			e.uvarint(uint64(ref.entries))
			e.u64(ref.hash)
		}
	})
	return nil
}
