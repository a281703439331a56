package push

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
)

// letter is what a delivery said of a record: a line of the file.
type letter struct {
	ID     string          `json:"id"`
	At     time.Time       `json:"at"`
	Gone   bool            `json:"gone,omitempty"`
	Record json.RawMessage `json:"record,omitempty"`
}

// entry is where the newest letter of a record stands.
type entry struct {
	id     string
	at     time.Time
	gone   bool
	hash   uint64 // of the record
	offset int64
	length int
}

// mailbox is a file of letters, the newest of a record last. One process
// writes it; others may read. It may be used concurrently.
type mailbox struct {
	path string

	mu      sync.Mutex
	info    fs.FileInfo // of the file as far as it was read; nil: nothing was
	end     int64       // behind the last whole line
	lines   int
	entries map[string]*entry
}

// slack is how many lines that are not the newest a file may have besides as
// many as it has records.
const slack = 1000

// put keeps a letter, on the disk. It is false of one that is older than what is
// there.
func (m *mailbox) put(l letter) (fresh bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.refresh(); err != nil {
		return false, err
	}
	line, l, err := l.line()
	if err != nil {
		return false, err
	}
	hash := xxh3.Hash(l.Record)
	if old := m.entries[l.ID]; old != nil {
		if l.At.Before(old.at) {
			return false, nil
		}
		if l.At.Equal(old.at) && old.hash == hash && old.gone == l.Gone {
			return true, nil // it comes again: what became of the event is the engine's to know
		}
	}
	if err := m.append(line); err != nil {
		return false, fmt.Errorf("keep what was pushed: %w", err)
	}
	m.note(&l, m.end, len(line)-1)
	m.end += int64(len(line))
	if m.lines > 2*len(m.entries)+slack {
		return true, m.compact()
	}
	return true, nil
}

// line returns a letter as a line of the file, and as it is read back from it.
func (l letter) line() (line []byte, back letter, err error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(l); err != nil {
		return nil, l, err
	}
	err = json.Unmarshal(b.Bytes(), &back)
	return b.Bytes(), back, err
}

// append writes a line onto the disk. What a kill or a full disk left of one
// before is cut off first: nobody was told that it is kept.
func (m *mailbox) append(line []byte) error {
	f, err := os.OpenFile(m.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(m.end); err != nil {
		return err
	}
	_, err = f.WriteAt(line, m.end)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return errors.Join(err, f.Truncate(m.end)) // nobody is told that it is kept
	}
	first := m.info == nil
	if m.info, err = f.Stat(); err == nil && first {
		err = syncFolder(filepath.Dir(m.path))
	}
	return err
}

// syncFolder puts a file's name on the disk. Where folders cannot be synced that
// is the system's to do.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// refresh reads what the file has that was not read yet.
func (m *mailbox) refresh() error {
	f, err := os.Open(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		m.info, m.end, m.lines, m.entries = nil, 0, 0, map[string]*entry{}
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if m.info == nil || !os.SameFile(info, m.info) || info.Size() < m.end {
		m.end, m.lines, m.entries = 0, 0, map[string]*entry{}
	}
	m.info = info
	rest, err := io.ReadAll(io.NewSectionReader(f, m.end, info.Size()-m.end))
	if err != nil {
		return err
	}
	for {
		at := bytes.IndexByte(rest, '\n')
		if at < 0 {
			return nil // what is left of a letter that was never answered
		}
		var l letter
		if err := json.Unmarshal(rest[:at], &l); err != nil || l.ID == "" {
			return &connectors.Error{
				Kind: connectors.Unreadable, Op: "read", Where: fmt.Sprintf("%s, line %d", filepath.Base(m.path), m.lines+1),
				Err: errors.New("it is not what was written there"), Hint: "restore the file from a backup, or remove the line: its record is there again when it is pushed again",
			}
		}
		m.note(&l, m.end, at)
		m.end += int64(at) + 1
		rest = rest[at+1:]
	}
}

// note knows a letter that stands in the file.
func (m *mailbox) note(l *letter, offset int64, length int) {
	m.lines++
	m.entries[l.ID] = &entry{l.ID, l.At, l.Gone, xxh3.Hash(l.Record), offset, length}
}

// compact writes the newest letters into a new file, which takes the place of
// the old one at once.
func (m *mailbox) compact() error {
	old, err := os.Open(m.path)
	if err != nil {
		return err
	}
	defer old.Close()
	name := m.path + ".new"
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for _, e := range sorted(m.entries) {
		if _, err = io.Copy(f, io.NewSectionReader(old, e.offset, int64(e.length)+1)); err != nil {
			break
		}
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	if err := errors.Join(os.Rename(name, m.path), syncFolder(filepath.Dir(m.path))); err != nil {
		return err
	}
	m.info = nil
	return m.refresh()
}

func sorted(entries map[string]*entry) []*entry {
	out := make([]*entry, 0, len(entries))
	for _, e := range entries {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b *entry) int { return strings.Compare(a.id, b.id) })
	return out
}

// shelf is what the file held at one moment.
type shelf struct {
	file    *os.File // nil: nothing was pushed yet
	entries []*entry // in order of their ids
}

// open returns what the file holds now. The caller closes the shelf.
func (m *mailbox) open() (*shelf, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.refresh(); err != nil {
		return nil, err
	}
	s := &shelf{entries: sorted(m.entries)}
	if m.info == nil {
		return s, nil
	}
	var err error
	s.file, err = os.Open(m.path)
	return s, err
}

// find returns what is known of a record; nil: nothing.
func (s *shelf) find(id string) *entry {
	i, ok := slices.BinarySearchFunc(s.entries, id, func(e *entry, id string) int { return strings.Compare(e.id, id) })
	if !ok {
		return nil
	}
	return s.entries[i]
}

// record returns a record as it was pushed.
func (s *shelf) record(e *entry) ([]byte, error) {
	line := make([]byte, e.length)
	if _, err := s.file.ReadAt(line, e.offset); err != nil {
		return nil, err
	}
	var l letter
	err := json.Unmarshal(line, &l)
	return l.Record, err
}

func (s *shelf) close() {
	if s.file != nil {
		_ = s.file.Close()
	}
}
