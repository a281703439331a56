package audit

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"syncline/schema"
)

const (
	logFile = "audit.log"
	magic   = "SYNAUD1\n" // of a journal that has all its entries
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
	Salt      [16]byte // the entity's; it seals the values and is not written
	Values    []Value
	Digest    [32]byte // of the values, salted; zero when there are none
	Readable  bool     // whether the sealed part was opened
}

// Head is where the journal stands. Its length counts what was cut off at the
// beginning, so that cutting moves no head.
type Head struct {
	Length int64
	Hash   [32]byte
}

// Options say where the journal lies.
type Options struct {
	Folder   string
	Head     Head   // what the store holds; the journal is cut to it
	Wrap     []byte // encrypts the master key at rest; nil: it stands open
	ReadOnly bool
	Rand     io.Reader // nil: crypto/rand

	// Effect is told of every append before it begins and after it is done; nil:
	// nobody is.
	Effect func(what string, done bool)
}

// Journal is an open journal. Its methods may be called concurrently; Search
// and Verify see what was appended before they began.
type Journal struct {
	options Options
	path    string
	file    *os.File // nil: read-only, and nobody has written yet
	sealer  sealer
	random  io.Reader // Options.Rand, read ahead

	shift int64 // of the file's offsets against the head's length

	mu   sync.Mutex
	head Head
	seq  uint64
	buf  []byte
	hash hash.Hash // of the chain

	plain, sealed []byte // of the entry being sealed
}

// Broken says where the chain breaks. It is the error of a journal that was
// changed or cut.
type Broken struct {
	Path   string
	Seq    uint64 // of the first entry that does not hold
	Offset int64
	Why    string
}

// Error names the place.
func (b *Broken) Error() string {
	return fmt.Sprintf("audit journal %s is broken at entry %d (offset %d): %s; restore it and the state from one backup",
		b.Path, b.Seq, b.Offset, b.Why)
}

// Open opens the journal of a state folder, makes it when nobody did, and cuts
// it to the head. A journal whose end is not the head's is a *Broken. A journal
// of which the store knows nothing is put aside under another name.
func Open(o Options) (*Journal, error) {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Effect == nil {
		o.Effect = func(string, bool) {}
	}
	j := &Journal{options: o, path: filepath.Join(o.Folder, logFile), head: o.Head, random: bufio.NewReaderSize(o.Rand, 4<<10)}
	if err := j.open(); err != nil {
		if j.file != nil {
			j.file.Close()
		}
		return nil, err
	}
	return j, nil
}

func (j *Journal) open() error {
	if err := j.adopt(); err != nil {
		return j.world(err)
	}
	info, err := os.Stat(j.path)
	if err == nil && j.head.Length > 0 {
		if err := j.align(); err != nil {
			return err
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && j.head.Length > 0:
		return &Broken{Path: j.path, Seq: 1, Why: "the file is missing"}
	case errors.Is(err, fs.ErrNotExist) && j.options.ReadOnly:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return j.world(err)
	case err == nil && info.Size() < j.head.Length-j.shift:
		return &Broken{Path: j.path, Offset: info.Size(), Why: fmt.Sprintf("it is cut off: the state knows %d bytes, there are %d", j.head.Length-j.shift, info.Size())}
	case err == nil && j.head.Length == 0 && info.Size() > int64(len(magic)) && !j.options.ReadOnly:
		if err := putAside(j.path); err != nil {
			return j.world(err)
		}
	}
	flags := os.O_RDWR | os.O_CREATE
	if j.options.ReadOnly {
		flags = os.O_RDONLY
	}
	if j.file, err = os.OpenFile(j.path, flags, 0o600); err != nil {
		return j.world(err)
	}
	if j.sealer, err = openSealer(j.options, j.head.Length > 0); err != nil {
		return err
	}
	return j.begin()
}

// begin cuts the journal to its head and finds its last entry.
func (j *Journal) begin() error {
	if j.options.ReadOnly && j.head.Length == 0 {
		return nil
	}
	if j.head.Length == 0 {
		if _, err := j.file.WriteAt([]byte(magic), 0); err != nil {
			return j.world(err)
		}
		j.head.Length = int64(len(magic))
	}
	if !j.options.ReadOnly {
		if err := j.file.Truncate(j.head.Length - j.shift); err != nil {
			return j.world(err)
		}
	}
	if j.head.Length == int64(len(magic)) {
		return nil
	}
	return j.last()
}

// last reads the entry before the head.
func (j *Journal) last() error {
	var tail [chainSize + 4]byte
	broken := &Broken{Path: j.path, Offset: j.head.Length, Why: "its last entry is not the one the state knows"}
	end := j.head.Length - j.shift
	if start, err := readBeginning(j.file); err != nil {
		return broken
	} else if end == start.size() { // everything was cut off
		if start.Hash != j.head.Hash {
			return broken
		}
		j.seq = start.Entries
		return nil
	}
	if end < int64(len(tail)) {
		return broken
	}
	if _, err := j.file.ReadAt(tail[:], end-int64(len(tail))); err != nil {
		return j.world(err)
	}
	size := int64(binary.BigEndian.Uint32(tail[chainSize:]))
	if [chainSize]byte(tail[:chainSize]) != j.head.Hash || size < frameSize || size > end {
		return broken
	}
	r := newReader(j.file, end-size, end)
	f, err := r.next()
	if err != nil {
		return broken
	}
	var e Entry
	if _, err := e.decode(f.open); err != nil {
		return broken
	}
	j.seq = e.Seq
	return nil
}

// putAside keeps a journal no state belongs to: it is evidence all the same.
func putAside(path string) error {
	for n := 1; ; n++ {
		to := fmt.Sprintf("%s.orphan-%d", path, n)
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return os.Rename(path, to)
		}
	}
}

func (j *Journal) world(err error) error {
	return fmt.Errorf("audit journal: %w: check that the disk has room and the folder may be written", err)
}

// Head returns where the journal stands.
func (j *Journal) Head() Head {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.head
}

// Draft is entries that are encoded and sealed, and wait to be appended: in
// memory, or as bytes wherever their caller keeps them.
type Draft struct{ b []byte }

// Len returns how many bytes the draft has.
func (d *Draft) Len() int { return len(d.b) }

// Bytes returns the draft's entries. They are valid until it changes.
func (d *Draft) Bytes() []byte { return d.b }

// AddBytes adds what Bytes of another draft of the same journal gave.
func (d *Draft) AddBytes(b []byte) { d.b = append(d.b, b...) }

// Reset empties the draft and keeps its memory.
func (d *Draft) Reset() { d.b = d.b[:0] }

// Draft adds an entry to a draft and fills in its Digest.
func (j *Journal) Draft(d *Draft, e *Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	b, err := j.encode(d.b, e)
	if err == nil {
		d.b = b
	}
	return err
}

// Append adds entries and returns the head to keep in the store's next
// commit, once they are on disk. It fills in Digest. When it fails nothing was
// added.
func (j *Journal) Append(entries []Entry) (Head, error) {
	var d Draft
	for i := range entries {
		if err := j.Draft(&d, &entries[i]); err != nil {
			return j.Head(), err
		}
	}
	return j.AppendDraft(&d)
}

// AppendDraft is Append for entries that wait in a draft.
func (j *Journal) AppendDraft(d *Draft) (Head, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.options.ReadOnly {
		return j.head, errors.New("audit journal: it is open only for reading")
	}
	if d.Len() == 0 {
		return j.head, nil
	}
	head, seq := j.head, j.seq
	j.buf = j.buf[:0]
	for rest, err := d.b, error(nil); len(rest) > 0; {
		seq++
		if rest, err = j.place(rest, seq, &head.Hash); err != nil {
			return j.head, fmt.Errorf("audit journal: draft: %w", err)
		}
	}
	j.options.Effect(effect, false)
	if _, err := j.file.WriteAt(j.buf, head.Length-j.shift); err != nil {
		return j.head, j.world(err)
	}
	if err := j.file.Sync(); err != nil {
		return j.head, j.world(err)
	}
	head.Length += int64(len(j.buf))
	j.head, j.seq = head, seq
	if cap(j.buf) > 16<<20 {
		j.buf = nil
	}
	j.options.Effect(effect, true)
	return head, nil
}

// effect is what Options.Effect is told of.
const effect = "append"

// Rewind cuts the journal back to a head it had, when the commit that should
// have kept a later one failed.
func (j *Journal) Rewind(h Head) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.head, j.seq = h, 0
	return j.begin()
}

// Close closes the journal.
func (j *Journal) Close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
