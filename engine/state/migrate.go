package state

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"
)

// migrations bring a state from a format to the next: migrations[0] from 1 to
// 2. All that are needed happen in one transaction.
var migrations = [...]func(*bbolt.Tx) error{toFormat2}

// since returns the format in which a bucket was added.
func since(bucket uint8) int {
	if bucket == bucketStray || bucket == bucketBlock {
		return 2
	}
	return 1
}

// FormerName returns the name under which the file of an older format is kept
// beside the state, until DropFormer.
func FormerName(format int) string { return fmt.Sprintf("%s.format-%d", file, format) }

// migrate brings the state to the format of today. The file as it was is kept.
func (s *Store) migrate() error {
	format := Format
	err := s.db.View(func(tx *bbolt.Tx) error {
		if meta := tx.Bucket(bucketNames[bucketMeta]); meta != nil {
			if f := meta.Get(keyFormat); len(f) == 4 {
				format = int(binary.BigEndian.Uint32(f))
			}
		}
		return nil
	})
	if err != nil || format >= Format || format < 1 {
		return err
	}
	if err := s.keepFormer(format); err != nil {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		for _, step := range migrations[format-1:] {
			if err := step(tx); err != nil {
				return fmt.Errorf("from format %d: %w", format, err)
			}
		}
		meta := tx.Bucket(bucketNames[bucketMeta])
		return meta.Put(keyFormat, binary.BigEndian.AppendUint32(nil, Format))
	})
}

// keepFormer copies the file beside itself. The copy is whole under its name,
// or not there.
func (s *Store) keepFormer(format int) error {
	to := s.options.Folder + string(os.PathSeparator) + FormerName(format)
	if _, err := os.Stat(to); err == nil {
		return nil // by a start that was killed before the transaction
	}
	f, err := os.OpenFile(to+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = s.db.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(f)
		return err
	})
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(to+".new"))
	}
	return errors.Join(os.Rename(to+".new", to), syncFolder(s.options.Folder))
}

// DropFormer removes the files of older formats that a migration kept, and
// reports whether there were any.
func (s *Store) DropFormer() (dropped bool, err error) {
	for format := 1; format < Format; format++ {
		e := os.Remove(s.options.Folder + string(os.PathSeparator) + FormerName(format))
		dropped = dropped || e == nil
		if !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return dropped, err
}

// toFormat2 adds the strays and the blocked, and writes into the values of
// apart what so far only their keys said.
func toFormat2(tx *bbolt.Tx) error {
	for _, bucket := range []uint8{bucketStray, bucketBlock} {
		if _, err := tx.CreateBucketIfNotExists(bucketNames[bucket]); err != nil {
			return err
		}
	}
	var pairs []Apart
	apart := tx.Bucket(bucketNames[bucketApart])
	err := apart.ForEach(func(k, _ []byte) error {
		d := decoder{s: string(k)}
		a := Apart{Pipeline: d.number()}
		a.Records[0].End, a.Records[1].End = d.number(), d.number()
		a.Records[0].Record, a.Records[1].Record = d.str(), d.s
		pairs = append(pairs, a)
		return d.err
	})
	for i := range pairs {
		var key, value encoder
		pairs[i].key(&key)
		pairs[i].encode(&value)
		err = errors.Join(err, apart.Put(key.b, value.b))
	}
	return err
}
