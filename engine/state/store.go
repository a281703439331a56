package state

import (
	"io"
	"time"
)

// Options say where the state lies and who opens it.
type Options struct {
	Folder   string           // made with mode 0700 when it is not there
	Engine   string           // name kept in the state; another one is refused
	Command  string           // what the holder's name says to others: "run", "serve"
	ReadOnly bool             // nothing is written; no state yet is an empty state
	Clock    func() time.Time // nil: time.Now
	Rand     io.Reader        // nil: crypto/rand
}

// Store is an open state. Its methods may be called concurrently.
type Store struct{}

// Open opens the state of a folder, and makes it when nobody did.
func Open(o Options) (*Store, error) { panic("body follows") }

// Close folds what is pending and gives the folder free.
func (s *Store) Close() error { panic("body follows") }

// Folder returns where the state lies.
func (s *Store) Folder() string { panic("body follows") }

// NewEntity returns the next entity number. It is kept by the next commit.
func (s *Store) NewEntity() Entity { panic("body follows") }

// Public returns the public form of an entity: a UUIDv8 of the state's own
// random number and the entity's.
func (s *Store) Public(e Entity) string { panic("body follows") }

// FromPublic returns the entity of a public form of this state.
func (s *Store) FromPublic(id string) (Entity, bool) { panic("body follows") }

// Number returns the number of a name, and gives the name one when it has
// none; the next commit keeps it. A read-only store numbers in memory.
func (s *Store) Number(kind NumberKind, name string) (Number, error) { panic("body follows") }

// Name returns the name of a number, "" when it has none.
func (s *Store) Name(kind NumberKind, n Number) string { panic("body follows") }

// NewSalt returns a fresh salt for a link.
func (s *Store) NewSalt() (salt [16]byte) { panic("body follows") }

// NewBatch returns an empty batch.
func (s *Store) NewBatch() *Batch { panic("body follows") }

// Commit makes the batch true, in one transaction and on disk when it
// returns. Concurrent calls share one transaction. The batch is empty
// afterwards, and may be used again.
func (s *Store) Commit(b *Batch) error { panic("body follows") }

// View calls fn with a snapshot. The View is not used after fn returns, and fn
// makes no network call.
func (s *Store) View(fn func(*View) error) error { panic("body follows") }

// Backup writes a copy of the state as of one moment, while it is in use.
func (s *Store) Backup(w io.Writer) (int64, error) { panic("body follows") }

// Check compares every bucket with every other and returns what does not fit.
func (s *Store) Check() ([]string, error) { panic("body follows") }

// NumberKind is what a number stands for.
type NumberKind string

const (
	// NumberPipeline numbers pipelines by name.
	NumberPipeline NumberKind = "pipeline"
	// NumberEnd numbers ends by the name the caller gives them.
	NumberEnd NumberKind = "end"
	// NumberKey numbers match keys by the name the caller gives them.
	NumberKey NumberKind = "key"
	// NumberUnit numbers fields and groups by the name the caller gives them.
	NumberUnit NumberKind = "unit"
)
