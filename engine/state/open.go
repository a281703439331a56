package state

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Format is the version of the state this program writes. Older ones are read,
// and brought to it when the state is opened for writing.
const Format = 2

const file = "state.db"

// Keys of meta that stand alone.
var (
	keyFormat   = []byte("f")
	keyEngine   = []byte("e")
	keyID       = []byte("i")
	keySequence = []byte("s")
	keyIndex    = []byte("x")
	keyAudit    = []byte("a")
	keyRing     = []byte("k")
)

// Open opens the state of a folder, and makes it when nobody did.
//
// The folder is its owner's alone: what others may read is taken from them
// (see Narrowed), and a folder that others may change is refused.
//
// It gives a *LockedError, *NewerError or *NameError, or an error that is
// ErrDamaged, ErrNotWritable or ErrFull.
func Open(o Options) (*Store, error) {
	o.defaults()
	s := &Store{options: o, path: filepath.Join(o.Folder, file)}
	s.overlay.Store(newOverlay(0))
	if err := s.keepPrivate(); err != nil {
		return nil, err
	}
	if o.ReadOnly && nothingThere(s.path) {
		return s.nothingYet()
	}
	err := guarded(s.path, s.open)
	if errors.Is(err, errUnbegun) {
		_ = guarded(s.path, s.db.Close)
		return s.nothingYet()
	}
	if err != nil && s.db != nil {
		_ = guarded(s.path, s.db.Close)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// errUnbegun is a file that a killed process made and put nothing into.
var errUnbegun = errors.New("the state has nothing in it yet")

// nothingYet is an empty state, to be read.
func (s *Store) nothingYet() (*Store, error) {
	s.db = nil
	_, err := io.ReadFull(s.options.Rand, s.id[:])
	return s, err
}

func nothingThere(path string) bool {
	info, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0
}

func (s *Store) open() error {
	if !s.options.ReadOnly {
		if err := os.MkdirAll(s.options.Folder, 0o700); err != nil {
			return world(s.options.Folder, err)
		}
	}
	// Opened for writing, bbolt reads pages at once, and a fault there would
	// keep the lock; opened for reading it reads only the head.
	if err := s.whole(); err != nil {
		return err
	}
	fresh := nothingThere(s.path)
	db, err := s.bolt(s.options.ReadOnly)
	if err != nil {
		if _, locked := err.(*LockedError); fresh && !locked {
			_ = os.Remove(s.path) // half made, it would be taken for a damaged one
		}
		return err
	}
	s.db = db
	if !s.options.ReadOnly {
		if err := errors.Join(s.prepare(), syncFolder(s.options.Folder)); err != nil {
			return world(s.path, err)
		}
		if err := s.migrate(); err != nil {
			return world(s.path, err)
		}
		s.announce()
		_ = os.Remove(filepath.Join(s.options.Folder, NewName)) // a rewriting was killed
	}
	return s.load()
}

func (s *Store) bolt(readOnly bool) (*bbolt.DB, error) {
	db, err := bbolt.Open(s.path, 0o600, &bbolt.Options{
		Timeout:         1, // one try
		FreelistType:    bbolt.FreelistMapType,
		ReadOnly:        readOnly,
		InitialMmapSize: initialMap(s.options.Small),
		NoStatistics:    true,
	})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, s.holder()
	}
	if err != nil && strings.Contains(err.Error(), "file size too small") {
		return nil, damaged(s.path, "the file is cut off")
	}
	return db, world(s.path, err)
}

// initialMap reserves addresses, not memory: while the file fits, no commit
// has to wait for the open views to map it anew.
func initialMap(small bool) int {
	if small {
		return 256 << 10
	}
	if strconv.IntSize == 64 && runtime.GOOS != "windows" {
		return 1 << 30
	}
	return 0
}

// whole compares the file, where there is one, with the size its head says.
func (s *Store) whole() error {
	if nothingThere(s.path) {
		return nil
	}
	db, err := s.bolt(true)
	if err != nil {
		return err
	}
	defer db.Close()
	info, err := os.Stat(s.path)
	if err != nil {
		return world(s.path, err)
	}
	return db.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return damaged(s.path, fmt.Sprintf("the file is cut off at %d of %d bytes", info.Size(), tx.Size()))
		}
		return nil
	})
}

// prepare makes what a new state needs.
func (s *Store) prepare() error {
	made := false
	err := s.db.View(func(tx *bbolt.Tx) error {
		made = tx.Bucket(bucketNames[bucketMeta]) != nil
		return nil
	})
	if made || err != nil {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range bucketNames {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		if _, err := io.ReadFull(s.options.Rand, s.id[:]); err != nil {
			return err
		}
		meta := tx.Bucket(bucketNames[bucketMeta])
		if err := s.prepareRing(meta); err != nil {
			return err
		}
		return errors.Join(
			meta.Put(keyFormat, binary.BigEndian.AppendUint32(nil, Format)),
			meta.Put(keyEngine, []byte(s.options.Engine)),
			meta.Put(keyID, s.id[:]),
		)
	})
}

// prepareRing makes the keys of a new state that is to be encrypted.
func (s *Store) prepareRing(meta *bbolt.Bucket) error {
	if s.options.Key == nil {
		return nil
	}
	r, err := newRing(s.options.Rand)
	if err != nil {
		return err
	}
	wrapped, err := wrapRing(r, s.options.Key, s.options.Rand)
	if err != nil {
		return err
	}
	return meta.Put(keyRing, wrapped)
}

// syncFolder puts the file's name on disk. Where folders cannot be synced that
// is the system's to do.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// load reads what the store keeps in memory.
func (s *Store) load() error {
	return s.db.View(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketNames[bucketMeta])
		if meta == nil {
			if first, _ := tx.Cursor().First(); first == nil && s.options.ReadOnly {
				return errUnbegun
			}
			return damaged(s.path, "it is a file of another kind")
		}
		if err := errors.Join(s.identify(meta), s.unlock(meta)); err != nil {
			return err
		}
		for i, name := range bucketNames {
			if tx.Bucket(name) == nil && s.format >= since(uint8(i)) {
				return damaged(s.path, fmt.Sprintf("bucket %s is missing", name))
			}
		}
		s.sequence.Store(bigEndian(meta.Get(keySequence)))
		if last, _ := tx.Bucket(bucketNames[bucketLink]).Cursor().Last(); len(last) == 8 {
			s.high = Entity(bigEndian(last))
		}
		s.names.load(meta)
		if err := s.loadIndex(tx, meta); err != nil {
			return world(s.path, err)
		}
		return world(s.path, s.intents.load(s.vault, tx.Bucket(bucketNames[bucketIntent])))
	})
}

func (s *Store) identify(meta *bbolt.Bucket) error {
	f := meta.Get(keyFormat)
	if len(f) != 4 || len(meta.Get(keyID)) != len(s.id) {
		return damaged(s.path, "its head does not read")
	}
	if s.format = int(binary.BigEndian.Uint32(f)); s.format > Format {
		return &NewerError{Folder: s.options.Folder, Format: s.format, Supported: Format}
	}
	if has := string(meta.Get(keyEngine)); s.options.Engine != "" && has != "" && has != s.options.Engine {
		return &NameError{Folder: s.options.Folder, Has: has, Want: s.options.Engine}
	}
	copy(s.id[:], meta.Get(keyID))
	return nil
}

func (s *Store) loadIndex(tx *bbolt.Tx, meta *bbolt.Bucket) error {
	generation, end := indexHead(meta.Get(keyIndex))
	o := newOverlay(generation)
	s.overlay.Store(o)
	err := tx.Bucket(bucketNames[bucketIndex]).ForEach(func(_, chunk []byte) error { return o.load(chunk) })
	if err == nil && o.end() != end {
		err = errEncoding
	}
	return err
}

// indexHead reads the generation of the index log and where it ends.
func indexHead(p []byte) (generation uint64, end int) {
	if len(p) != 16 {
		return 0, 0
	}
	return bigEndian(p[:8]), int(bigEndian(p[8:]))
}
