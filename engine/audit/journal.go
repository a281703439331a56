package audit

import (
	"io"
	"time"

	"syncline/schema"
)

// Value is one value of an entry, by the name of its unit and what it is:
// before, after, kept.
type Value struct {
	Unit  string
	Role  string
	Value schema.Value
}

// Entry is one line of the journal.
type Entry struct {
	Seq       uint64
	Time      time.Time
	Trace     string
	Run       string
	Kind      string // write, link, unlink, conflict, choice, run …
	Pipeline  string
	Entity    string // public form; "" when there is none
	End       string
	Record    string
	Units     []string
	Rule      string
	Grade     string
	Operation string
	Outcome   string
	Salt      [16]byte // the entity's; it encrypts the values and is not written
	Values    []Value
	Digest    [32]byte // of the values, salted; kept when they are not readable
	Readable  bool     // whether Values were decrypted
}

// Head is where the journal stands.
type Head struct {
	Length int64
	Hash   [32]byte
}

// Options say where the journal lies.
type Options struct {
	Folder   string
	Head     Head // what the store holds; the journal is cut to it
	ReadOnly bool
	Rand     io.Reader // nil: crypto/rand
}

// Journal is an open journal.
type Journal struct{}

// Open opens the journal of a state folder and cuts it to the head.
func Open(o Options) (*Journal, error) { panic("body follows") }

// Append adds entries and returns the head to keep in the store's next
// commit, once they are on disk. It fills in Seq.
func (j *Journal) Append(entries []Entry) (Head, error) { panic("body follows") }

// Salts finds an entity's salt by its public form.
type Salts func(entity string) ([16]byte, bool)

// Filter says which entries are wanted; its zero value is all.
type Filter struct {
	Pipeline, Entity, Record, Run, Kind string
	From, Until                         time.Time
}

// Search calls fn with every entry that fits, oldest first. The entry is
// reused. With nil salts the values stay closed.
func (j *Journal) Search(f Filter, salts Salts, fn func(*Entry) error) error { panic("body follows") }

// Broken says where the chain breaks.
type Broken struct {
	Seq    uint64
	Offset int64
	Why    string
}

// Error says so.
func (b *Broken) Error() string { return b.Why }

// Verify walks the whole chain: nil, a *Broken, or what kept it from reading.
// It returns how many entries hold.
func (j *Journal) Verify() (uint64, error) { panic("body follows") }

// Export writes the entries that fit as JSON lines.
func (j *Journal) Export(w io.Writer, f Filter, salts Salts) error { panic("body follows") }

// Close closes the journal.
func (j *Journal) Close() error { panic("body follows") }
