package state

import (
	"errors"

	"go.etcd.io/bbolt"
)

const (
	// foldAt is how long the index log grows before it is folded: its memory
	// is about one and a half times this.
	foldAt = 24 << 20
	// foldStep is how many entries one transaction folds: in the worst case
	// each dirties a page of 4 KiB.
	foldStep = 16 << 10
)

// fold moves the index log into its buckets, sorted. It takes several
// transactions; cut short, the log still stands, and folding it again gives
// the same. The caller holds the writer.
func (s *Store) fold() error {
	o := s.overlay.Load()
	if o.end() == 0 {
		return nil
	}
	entries := o.sorted()
	for len(entries) > 0 {
		n := min(len(entries), foldStep)
		if err := s.foldSome(o, entries[:n], n == len(entries)); err != nil {
			return world(s.path, err)
		}
		entries = entries[n:]
	}
	s.overlay.Store(newOverlay(o.generation + 1))
	return nil
}

func (s *Store) foldSome(o *overlay, entries []uint32, last bool) error {
	return guarded(s.path, func() error {
		return s.reached(s.db.Update(func(tx *bbolt.Tx) error {
			for _, at := range entries {
				if err := foldEntry(tx, o, at); err != nil {
					return err
				}
			}
			if !last {
				return nil
			}
			if err := tx.DeleteBucket(bucketNames[bucketIndex]); err != nil {
				return err
			}
			_, err := tx.CreateBucket(bucketNames[bucketIndex])
			meta := tx.Bucket(bucketNames[bucketMeta])
			return errors.Join(err, meta.Put(keyIndex, indexHeadValue(o.generation+1, 0)))
		}))
	})
}

func foldEntry(tx *bbolt.Tx, o *overlay, at uint32) error {
	key, value := o.entry(int(at))
	if key[0] != bucketID && key[0] != bucketKey {
		return errEncoding
	}
	bucket := tx.Bucket(bucketNames[key[0]])
	if len(value) == 0 {
		return bucket.Delete(key[1:])
	}
	return bucket.Put(key[1:], value)
}
