package state

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
)

// Options say where the state lies and who opens it.
type Options struct {
	Folder   string           // made with mode 0700 when it is not there
	Engine   string           // name kept in the state; another one is refused; "": any
	Command  string           // what the holder's name says to others: "run", "serve"
	ReadOnly bool             // nothing is written; no state yet is an empty state
	Key      []byte           // opens an encrypted state, and encrypts a new one; nil: none
	Clock    func() time.Time // nil: time.Now
	Rand     io.Reader        // nil: crypto/rand

	Small bool // few records are expected: the file begins small

	// Effect is told of every commit before it begins and after it is done; nil:
	// nobody is.
	Effect func(what string, done bool)
}

// Store is an open state. Its methods may be called concurrently.
type Store struct {
	options Options
	path    string
	db      *bbolt.DB // nil: read-only, and nobody has made a state yet
	id      [8]byte   // the state's random number
	format  int       // of the file

	sequence atomic.Uint64
	overlay  atomic.Pointer[overlay]

	queueMu sync.Mutex
	queue   []*request
	writer  sync.Mutex // one commit at a time; guards high, broken and room
	high    Entity     // highest entity that ever had a link
	broken  error      // why nothing is written any more; under writer
	room    []byte     // empty, for the values that a commit seals

	vault    *vault   // nil: not encrypted
	narrowed []string // what others could read

	names   names
	intents intentIndex
	random  sync.Mutex
}

// Format returns the format of the file: below Format only in a state of an
// older version that is open for reading.
func (s *Store) Format() int { return s.format }

// Encrypted reports whether the values of the file are encrypted.
func (s *Store) Encrypted() bool { return s.vault != nil }

// JournalKey returns the key that encrypts the journal's master key; nil in a
// state that is not encrypted.
func (s *Store) JournalKey() []byte {
	if s.vault == nil {
		return nil
	}
	return append([]byte(nil), s.vault.ring.journal[:]...)
}

// Folder returns where the state lies.
func (s *Store) Folder() string { return s.options.Folder }

// Close folds what is pending and gives the folder free.
func (s *Store) Close() error {
	if s.db == nil {
		return nil
	}
	s.writer.Lock()
	defer s.writer.Unlock()
	var err error
	if !s.options.ReadOnly {
		if s.broken == nil {
			err = s.fold()
		}
		s.forgetHolder()
	}
	if e := s.db.Close(); err == nil {
		err = e
	}
	return world(s.path, err)
}

// NewEntity returns the next entity number. It is kept by the next commit.
func (s *Store) NewEntity() Entity { return Entity(s.sequence.Add(1)) }

// Sequence returns a number never given before, for pages of intents, events
// and actions. It is kept by the next commit.
func (s *Store) Sequence() uint64 { return s.sequence.Add(1) }

// Public returns the public form of an entity: a UUIDv8 of the state's own
// random number and the entity's.
func (s *Store) Public(x Entity) string {
	var u [16]byte
	copy(u[:8], s.id[:])
	u[6] = u[6]&0x0f | 0x80
	binary.BigEndian.PutUint64(u[8:], uint64(x)&(1<<62-1)|1<<63)
	var text [36]byte
	for i, at := range [...]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34} {
		hex.Encode(text[at:], u[i:i+1])
	}
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}

// FromPublic returns the entity of a public form of this state.
func (s *Store) FromPublic(id string) (Entity, bool) {
	if len(id) != 36 {
		return 0, false
	}
	u, err := hex.DecodeString(id[:8] + id[9:13] + id[14:18] + id[19:23] + id[24:])
	if err != nil {
		return 0, false
	}
	x := Entity(binary.BigEndian.Uint64(u[8:]) & (1<<62 - 1))
	return x, s.Public(x) == id
}

// NewSalt returns a fresh salt for a link.
func (s *Store) NewSalt() (salt [16]byte) {
	s.random.Lock()
	defer s.random.Unlock()
	if _, err := io.ReadFull(s.options.Rand, salt[:]); err != nil {
		panic(fmt.Sprintf("state: no randomness: %v", err))
	}
	return salt
}

// View calls fn with a snapshot. The View is not used after fn returns. While
// fn runs the file cannot be mapped anew, so fn makes no network call and no
// commit.
func (s *Store) View(fn func(*View) error) error {
	if s.db == nil {
		return fn(&View{store: s, overlay: s.overlay.Load()})
	}
	return guardedFault(s.path, func() error {
		v, err := s.begin()
		if err != nil {
			return world(s.path, err)
		}
		defer v.tx.Rollback()
		return fn(v)
	})
}

// begin opens a snapshot and finds the overlay that goes with it: the one that
// is current before and after the transaction began.
func (s *Store) begin() (*View, error) {
	for {
		o := s.overlay.Load()
		tx, err := s.db.Begin(false)
		if err != nil {
			return nil, err
		}
		v := &View{store: s, tx: tx, overlay: o}
		generation, end := indexHead(v.get(bucketMeta, keyIndex))
		if generation == o.generation {
			v.end = end
			return v, nil
		}
		tx.Rollback()
	}
}

// Given returns the highest number that was given so far.
func (s *Store) Given() uint64 { return s.sequence.Load() }

// Skip leaves out so many numbers of entities: they were given by a state that
// this one does not know. The next commit keeps it.
func (s *Store) Skip(n uint64) { s.sequence.Add(n) }

// Backup writes a copy of the state as of one moment, while it is in use, and
// returns where the journal stood then.
func (s *Store) Backup(w io.Writer) (length int64, head [32]byte, err error) {
	if s.db == nil {
		return 0, head, fmt.Errorf("state %s: there is nothing to back up yet", s.options.Folder)
	}
	err = guarded(s.path, func() error {
		return s.db.View(func(tx *bbolt.Tx) error {
			v := View{store: s, tx: tx}
			length, head = v.Audit()
			_, err := tx.WriteTo(w)
			return err
		})
	})
	return length, head, world(s.path, err)
}

// ahead reads randomness ahead, for several at once.
type ahead struct {
	mu sync.Mutex
	r  io.Reader
}

// Read implements io.Reader.
func (a *ahead) Read(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return io.ReadFull(a.r, p)
}

func (o *Options) defaults() {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	o.Rand = &ahead{r: bufio.NewReaderSize(o.Rand, 4<<10)}
	if o.Effect == nil {
		o.Effect = func(string, bool) {}
	}
}
