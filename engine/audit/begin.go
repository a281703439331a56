package audit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// cutMagic begins a journal whose first entries were cut off: behind it stand
// the length and the chain that they had, and how many they were.
const cutMagic = "SYNAUD2\n"

const cutSize = int64(len(cutMagic) + 8 + chainSize + 8)

// Beginning is where a journal's first entry follows on: zero when none was
// ever cut off.
type Beginning struct {
	Head           // as it was behind the last entry that was cut off
	Entries uint64 // how many were
}

// beginning is a Beginning as it stands in the file.
type beginning struct {
	Beginning
	seq uint64 // of the first entry
	cut bool
}

// size is where the first entry starts in the file.
func (b *beginning) size() int64 {
	if b.cut {
		return cutSize
	}
	return int64(len(magic))
}

// shift is how much less an offset in the file is than in the whole journal.
func (b *beginning) shift() int64 {
	if b.cut {
		return b.Length - cutSize
	}
	return 0
}

func (b *Beginning) bytes() []byte {
	text := binary.BigEndian.AppendUint64([]byte(cutMagic), uint64(b.Length))
	return binary.BigEndian.AppendUint64(append(text, b.Hash[:]...), b.Entries)
}

func readBeginning(r io.ReaderAt) (b beginning, err error) {
	text := make([]byte, cutSize)
	n, err := r.ReadAt(text, 0)
	if err != nil && err != io.EOF {
		return b, err
	}
	b.seq = 1
	switch {
	case n >= len(magic) && string(text[:len(magic)]) == magic:
		return b, nil
	case n < int(cutSize) || string(text[:len(cutMagic)]) != cutMagic:
		return b, errors.New("its first bytes are not a journal's")
	}
	text = text[len(cutMagic):]
	b.cut = true
	b.Length = int64(binary.BigEndian.Uint64(text))
	copy(b.Hash[:], text[8:])
	b.Entries = binary.BigEndian.Uint64(text[8+chainSize:])
	b.seq = b.Entries + 1
	if b.Length < cutSize || b.seq == 0 {
		return b, errors.New("its first bytes do not read")
	}
	return b, nil
}

// Beginning returns where the first entry follows on.
func (j *Journal) Beginning() (Beginning, error) {
	if j.file == nil || j.Head().Length == 0 {
		return Beginning{}, nil
	}
	b, err := readBeginning(j.file)
	if err != nil {
		return Beginning{}, &Broken{Path: j.path, Seq: 1, Why: err.Error()}
	}
	return b.Beginning, nil
}

// align finds how the file's offsets lie.
func (j *Journal) align() error {
	f, err := os.Open(j.path)
	if err != nil {
		return j.world(err)
	}
	defer f.Close()
	b, err := readBeginning(f)
	if err != nil {
		return &Broken{Path: j.path, Seq: 1, Why: err.Error()}
	}
	j.shift = b.shift()
	return nil
}

// adopt puts a journal that was written anew in the place of the old one, when
// the head the store knows is the new one's; else it never came to be.
func (j *Journal) adopt() error {
	path := j.path + newSuffix
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	fresh := Journal{options: j.options, path: path, head: j.head}
	fresh.options.ReadOnly = true
	var err error
	if fresh.head.Length > 0 && fresh.align() == nil {
		if fresh.file, err = os.Open(path); err == nil {
			err = errors.Join(fresh.begin(), fresh.file.Close())
		}
	} else {
		err = errors.New("it is of no use")
	}
	switch {
	case err == nil && j.options.ReadOnly:
		j.path = path
		return nil
	case err == nil:
		return os.Rename(path, j.path)
	case j.options.ReadOnly:
		return nil
	}
	return os.Remove(path)
}

// Cut drops the entries before a time, as far as no later one stands before
// them, and returns how many. The head stays what it was, and the chain
// verifies from where it begins now. Step is asked before every change of a
// file; nil: nobody.
func (j *Journal) Cut(before time.Time, step func(string) error) (dropped uint64, err error) {
	at, from, n, err := j.find(before)
	if err != nil || n == 0 {
		return 0, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	cut := Beginning{Head: Head{Length: at + j.shift, Hash: from.Hash}, Entries: from.Entries}
	do := steps(step)
	path := j.path + newSuffix
	do.run("write "+path, func() error { return j.copyFrom(path, cut.bytes(), at) })
	do.run("rename "+path, func() error { return os.Rename(path, j.path) })
	do.run("sync the folder", func() error { return syncFolder(j.options.Folder) })
	if do.err != nil {
		return 0, j.world(do.err)
	}
	old := j.file
	if j.file, err = os.OpenFile(j.path, os.O_RDWR, 0o600); err != nil {
		j.file = old
		return 0, j.world(err)
	}
	j.shift = cut.Length - cutSize
	return n, old.Close()
}

// find returns where the first entry to keep starts, and the head before it.
func (j *Journal) find(before time.Time) (at int64, from Beginning, n uint64, err error) {
	start, err := j.Beginning()
	if err != nil {
		return 0, from, 0, err
	}
	from = start
	stop := errors.New("found")
	var e Entry
	at = -1
	err = j.walk(func(f frame) error {
		if _, err := e.decode(f.open); err != nil {
			return &Broken{Path: j.path, Seq: from.Entries + 1, Offset: f.offset, Why: "it does not read"}
		}
		if !e.Time.Before(before) {
			at = f.offset
			return stop
		}
		from.Hash = f.chain
		from.Entries++
		return nil
	})
	if err == stop {
		err = nil
	}
	if at < 0 {
		at = j.Head().Length - j.shift
	}
	return at, from, from.Entries - start.Entries, err
}

// copyFrom writes a new file of a head and what follows an offset of this one.
func (j *Journal) copyFrom(path string, head []byte, at int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(head)
	if err == nil {
		_, err = io.Copy(f, io.NewSectionReader(j.file, at, j.head.Length-j.shift-at))
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// stepper runs steps until one fails.
type stepper struct {
	ask func(string) error
	err error
}

func steps(ask func(string) error) *stepper { return &stepper{ask: ask} }

func (s *stepper) run(what string, do func() error) {
	if s.err != nil {
		return
	}
	if s.ask != nil {
		if s.err = s.ask(what); s.err != nil {
			return
		}
	}
	if err := do(); err != nil {
		s.err = fmt.Errorf("%s: %w", what, err)
	}
}
