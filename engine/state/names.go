package state

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"
)

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

// names are the numbers of all kinds, in memory and under `n` in meta.
type names struct {
	mu      sync.Mutex
	numbers map[string]Number // by kind, a zero byte, name
	lists   map[NumberKind][]string
	unsaved []string
}

func nameKey(kind NumberKind, name string) string { return string(kind) + "\x00" + name }

// Number returns the number of a name, and gives the name one when it has
// none; the next commit keeps it. A read-only store numbers in memory.
func (s *Store) Number(kind NumberKind, name string) (Number, error) {
	n := &s.names
	n.mu.Lock()
	defer n.mu.Unlock()
	key := nameKey(kind, name)
	if number, ok := n.numbers[key]; ok {
		return number, nil
	}
	number := len(n.lists[kind]) + 1
	if number > 1<<16-1 {
		return 0, fmt.Errorf("state %s: no number is left for a %s: 65535 names were used", s.options.Folder, kind)
	}
	n.set(key, Number(number))
	n.unsaved = append(n.unsaved, key)
	return Number(number), nil
}

// Name returns the name of a number, "" when it has none.
func (s *Store) Name(kind NumberKind, number Number) string {
	s.names.mu.Lock()
	defer s.names.mu.Unlock()
	list := s.names.lists[kind]
	if number == 0 || int(number) > len(list) {
		return ""
	}
	return list[number-1]
}

// Names returns the names of a kind, by number from 1 on.
func (s *Store) Names(kind NumberKind) []string {
	s.names.mu.Lock()
	defer s.names.mu.Unlock()
	return append([]string(nil), s.names.lists[kind]...)
}

func (n *names) set(key string, number Number) {
	if n.numbers == nil {
		n.numbers, n.lists = map[string]Number{}, map[NumberKind][]string{}
	}
	kind, name, _ := bytes.Cut([]byte(key), []byte{0})
	n.numbers[key] = number
	list := n.lists[NumberKind(kind)]
	for len(list) < int(number) {
		list = append(list, "")
	}
	list[number-1] = string(name)
	n.lists[NumberKind(kind)] = list
}

func (n *names) load(meta *bbolt.Bucket) {
	c := meta.Cursor()
	for k, v := c.Seek([]byte{'n'}); len(k) > 0 && k[0] == 'n'; k, v = c.Next() {
		if len(v) == 2 && binary.BigEndian.Uint16(v) > 0 {
			n.set(string(k[1:]), Number(binary.BigEndian.Uint16(v)))
		}
	}
}

// save writes what no commit has kept yet, and returns how many those are.
func (n *names) save(meta *bbolt.Bucket) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, key := range n.unsaved {
		if err := meta.Put([]byte("n"+key), binary.BigEndian.AppendUint16(nil, uint16(n.numbers[key]))); err != nil {
			return 0, err
		}
	}
	return len(n.unsaved), nil
}

func (n *names) saved(count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.unsaved = n.unsaved[count:]
}
