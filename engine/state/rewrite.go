package state

import (
	"bytes"
	"errors"
	"os"
	"slices"

	"go.etcd.io/bbolt"
)

// NewName is the name under which a file that is written anew stands beside
// the state's, until it takes its place.
const NewName = file + ".new"

// Rewriting says how a state is written anew.
type Rewriting struct {
	Keep  bool   // as it is; else with Key
	Key   []byte // the key of the configuration from then on; nil: not encrypted
	Fresh bool   // with new keys of its own, so that every value is encrypted anew
	// Drop is the name of a hash that the new file does not have.
	Drop string
	// Progress is told how many entries are written; nil: nobody is.
	Progress func(entries int)
}

// rewriter copies one file into another.
type rewriter struct {
	o        Rewriting
	store    *Store
	from, to *vault
	ring     []byte // of the new file, wrapped; nil: none
	entries  int
	batch    []pair
	size     int
}

type pair struct{ key, value []byte }

// rewriteBatch is how much one transaction of the new file holds.
const rewriteBatch = 16 << 20

// Rewrite writes everything the state holds into a new file, packed, and
// returns its size. The state itself stays as it is. Nothing that was deleted
// or replaced is in the new file.
func (s *Store) Rewrite(path string, o Rewriting) (size int64, err error) {
	if s.db == nil || s.options.ReadOnly {
		return 0, ErrReadOnly
	}
	s.writer.Lock()
	defer s.writer.Unlock()
	if err := s.fold(); err != nil {
		return 0, err
	}
	w := rewriter{o: o, store: s, from: s.vault, to: s.vault}
	if err := w.prepare(); err != nil {
		return 0, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, world(path, err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, FreelistType: bbolt.FreelistMapType, NoStatistics: true})
	if err != nil {
		return 0, world(path, err)
	}
	db.AllocSize = 64 << 10 // it is as large as it has to be
	err = guarded(s.path, func() error { return s.db.View(func(tx *bbolt.Tx) error { return w.all(tx, db) }) })
	err = errors.Join(err, db.Sync(), db.Close())
	if err != nil {
		return 0, errors.Join(world(path, err), os.Remove(path))
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, world(path, err)
	}
	return info.Size(), nil
}

// prepare finds the keys of the new file.
func (w *rewriter) prepare() (err error) {
	if w.o.Keep {
		return w.store.db.View(func(tx *bbolt.Tx) error {
			w.ring = bytes.Clone(tx.Bucket(bucketNames[bucketMeta]).Get(keyRing))
			return nil
		})
	}
	w.to = nil
	if w.o.Key == nil {
		return nil
	}
	random := w.store.options.Rand
	r, err := newRing(random)
	if err == nil && w.from != nil {
		// What the journal sealed stays sealed with what it was sealed with.
		r.journal = w.from.ring.journal
		if !w.o.Fresh {
			r = w.from.ring
		}
	}
	if err == nil {
		w.ring, err = wrapRing(r, w.o.Key, random)
	}
	if k := (*KeyError)(nil); errors.As(err, &k) {
		k.Folder = w.store.options.Folder
	}
	if err != nil {
		return err
	}
	w.to, err = newVault(r, random)
	return err
}

func (w *rewriter) all(tx *bbolt.Tx, db *bbolt.DB) error {
	for i, name := range bucketNames {
		if err := w.bucket(uint8(i), tx.Bucket(name), db); err != nil {
			return err
		}
	}
	return nil
}

// bucket copies one bucket, a batch at a time, each in the order of the new
// keys.
func (w *rewriter) bucket(bucket uint8, from *bbolt.Bucket, db *bbolt.DB) error {
	err := db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket(bucketNames[bucket])
		return err
	})
	if err != nil {
		return err
	}
	if bucket == bucketMeta && w.ring != nil {
		w.batch = append(w.batch, pair{keyRing, w.ring})
	}
	err = from.ForEach(func(k, v []byte) error {
		if bucket == bucketMeta && (bytes.Equal(k, keyRing) || w.o.Drop != "" && string(k) == "h"+w.o.Drop) {
			return nil
		}
		p, err := w.convert(bucket, k, v)
		if err != nil {
			return damaged(w.store.path, string(bucketNames[bucket])+": "+err.Error())
		}
		w.batch = append(w.batch, p)
		if w.size += len(p.key) + len(p.value); w.size < rewriteBatch {
			return nil
		}
		return w.flush(bucket, db)
	})
	return errors.Join(err, w.flush(bucket, db))
}

func (w *rewriter) convert(bucket uint8, k, v []byte) (p pair, err error) {
	if w.from == w.to {
		return pair{k, v}, nil
	}
	plain, err := w.from.openKey(bucket, k)
	if err != nil {
		return p, err
	}
	value, err := w.from.open(bucket, k, v)
	if err != nil {
		return p, err
	}
	p = pair{w.to.key(nil, bucket, plain), value}
	if w.to != nil && seals(bucket, p.key) {
		p.value, err = w.to.seal(nil, bucket, p.key, value)
	}
	return p, err
}

func (w *rewriter) flush(bucket uint8, db *bbolt.DB) error {
	slices.SortFunc(w.batch, func(a, b pair) int { return bytes.Compare(a.key, b.key) })
	err := db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketNames[bucket])
		b.FillPercent = 0.95
		for _, p := range w.batch {
			if err := b.Put(p.key, p.value); err != nil {
				return err
			}
		}
		return nil
	})
	w.entries += len(w.batch)
	if w.o.Progress != nil {
		w.o.Progress(w.entries)
	}
	w.batch, w.size = w.batch[:0], 0
	return err
}
