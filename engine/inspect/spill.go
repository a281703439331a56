package inspect

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
)

// entry says that a record has a digest of a key.
type entry struct {
	hash   uint64
	record uint32
	key    uint8
}

func (e entry) compare(o entry) int {
	return cmp.Or(cmp.Compare(e.key, o.key), cmp.Compare(e.hash, o.hash), cmp.Compare(e.record, o.record))
}

const (
	entrySize = 13
	inMemory  = 1 << 17 // entries that are sorted at once: 2 MiB
)

// sorter puts entries in order, in a nameless file where they are many: sorted
// stretches are written, and merged when they are read.
type sorter struct {
	folder  string
	size    int // entries in memory
	pending []entry
	file    *os.File
	ends    []int64 // of the stretches
}

func newSorter(folder string) *sorter { return &sorter{folder: folder, size: inMemory} }

func (s *sorter) add(e entry) error {
	s.pending = append(s.pending, e)
	if len(s.pending) < s.size {
		return nil
	}
	return s.spill()
}

func (s *sorter) spill() error {
	if s.file == nil {
		f, err := nameless(s.folder)
		if err != nil {
			return err
		}
		s.file = f
	}
	slices.SortFunc(s.pending, entry.compare)
	b := make([]byte, 0, entrySize*len(s.pending))
	for _, e := range s.pending {
		b = append(b, e.key)
		b = binary.BigEndian.AppendUint64(b, e.hash)
		b = binary.BigEndian.AppendUint32(b, e.record)
	}
	from := int64(0)
	if len(s.ends) > 0 {
		from = s.ends[len(s.ends)-1]
	}
	if _, err := s.file.WriteAt(b, from); err != nil {
		return fmt.Errorf("sort duplicates in a temporary file: %w", err)
	}
	s.ends = append(s.ends, from+int64(len(b)))
	s.pending = s.pending[:0]
	return nil
}

// each gives every entry, in order.
func (s *sorter) each(yield func(entry) error) error {
	slices.SortFunc(s.pending, entry.compare)
	m := merging{}
	from := int64(0)
	for _, end := range s.ends {
		m = append(m, &stretch{from: bufio.NewReaderSize(io.NewSectionReader(s.file, from, end-from), 16<<10)})
		from = end
	}
	m = append(m, &stretch{rest: s.pending})
	for i := len(m) - 1; i >= 0; i-- {
		if ok, err := m[i].next(); err != nil {
			return err
		} else if !ok {
			m = slices.Delete(m, i, i+1)
		}
	}
	heap.Init(&m)
	for len(m) > 0 {
		if err := yield(m[0].at); err != nil {
			return err
		}
		ok, err := m[0].next()
		switch {
		case err != nil:
			return err
		case ok:
			heap.Fix(&m, 0)
		default:
			heap.Pop(&m)
		}
	}
	return nil
}

func (s *sorter) close() {
	if s.file != nil {
		s.file.Close()
	}
}

// stretch is sorted entries that are read one after the other.
type stretch struct {
	from *bufio.Reader // nil: rest
	rest []entry
	at   entry
}

func (s *stretch) next() (bool, error) {
	if s.from == nil {
		if len(s.rest) == 0 {
			return false, nil
		}
		s.at, s.rest = s.rest[0], s.rest[1:]
		return true, nil
	}
	var b [entrySize]byte
	if _, err := io.ReadFull(s.from, b[:]); err == io.EOF {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("read duplicates back from a temporary file: %w", err)
	}
	s.at = entry{key: b[0], hash: binary.BigEndian.Uint64(b[1:]), record: binary.BigEndian.Uint32(b[9:])}
	return true, nil
}

// merging is a heap of stretches, the least entry first.
type merging []*stretch

func (m merging) Len() int           { return len(m) }
func (m merging) Less(i, j int) bool { return m[i].at.compare(m[j].at) < 0 }
func (m merging) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merging) Push(x any)        { *m = append(*m, x.(*stretch)) }
func (m *merging) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}

// nameless makes a file whose name goes at once, so that a killed process
// leaves nothing behind.
func nameless(folder string) (*os.File, error) {
	f, err := os.CreateTemp(folder, "syncline-inspect-*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	return f, nil
}
