package inspect

import (
	"slices"

	"syncline/engine/match"
	"syncline/schema"
)

const (
	// mostPairs is how many pairs of records are held against each other, in
	// all, for keys that only count together.
	mostPairs = 2_000_000

	// possibleKept is how many pairs that a person would decide on are told
	// apart; more are counted with those that share several keys twice.
	possibleKept = 100_000
)

// twins finds the records of an object that are one by the keys of a view.
type twins struct {
	rules   *match.Rules
	shape   *schema.Shape
	seed    uint64
	keeps   bool // whether anything is asked of the records later
	kept    *kept
	sorted  *sorter
	digests []match.Digest
	parents []int32 // by record: its parent, or minus the size of its group

	keys     []KeyDuplicates
	pairs    int // compared
	skipped  int // blocks that are too common to compare
	possible map[[2]uint32]match.Result
	more     int // possible pairs beyond those kept
}

// KeyDuplicates is what one key finds by itself.
type KeyDuplicates struct {
	Key     string   `json:"key"`
	Fields  []string `json:"fields"`
	Weight  float64  `json:"weight,omitempty"` // it is one vote of a score; 0: it decides
	Similar float64  `json:"similar,omitempty"`
	Groups  int      `json:"groups"`  // values that several records have
	Records int      `json:"records"` // that have one of them
}

func newTwins(rules *match.Rules, e *schema.Entity, shape *schema.Shape, seed uint64, folder string) *twins {
	t := &twins{rules: rules, shape: shape, seed: seed, keeps: len(rules.Keys) > 0 || isJob(e), kept: newKept(folder), sorted: newSorter(folder), possible: map[[2]uint32]match.Result{}}
	for _, k := range rules.Keys {
		d := KeyDuplicates{Key: k.Name, Weight: k.Weight, Similar: k.Similar}
		for _, f := range k.Fields {
			d.Fields = append(d.Fields, e.Fields[f].Name)
		}
		t.keys = append(t.keys, d)
	}
	return t
}

func (t *twins) add(entity *schema.Record) error {
	if !t.keeps {
		return nil
	}
	number, err := t.kept.append(entity)
	if err != nil {
		return err
	}
	t.parents = append(t.parents, -1)
	t.digests = t.rules.Digests(t.digests[:0], t.seed, entity)
	for _, d := range t.digests {
		if err := t.sorted.add(entry{hash: d.Hash, key: uint8(d.Key), record: number}); err != nil {
			return err
		}
	}
	return nil
}

func (t *twins) close() {
	t.kept.close()
	t.sorted.close()
}

// join finds what is one: first by the keys that decide by themselves, then by
// the others, so that what is one already is not compared.
func (t *twins) join() error {
	for _, decides := range []bool{true, false} {
		var run []entry
		length := 0
		end := func() error {
			if length < 2 {
				return nil
			}
			return t.shared(run, length)
		}
		err := t.sorted.each(func(e entry) error {
			if (t.keys[e.key].Weight == 0) != decides {
				return nil
			}
			if length > 0 && run[0].key == e.key && run[0].hash == e.hash {
				length++
				if decides {
					t.unite(run[0].record, e.record)
				} else if len(run) <= match.MaxBlock {
					run = append(run, e)
				}
				return nil
			}
			if err := end(); err != nil {
				return err
			}
			run, length = append(run[:0], e), 1
			return nil
		})
		if err == nil {
			err = end()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// shared counts a digest that several records have, and compares them where its
// key alone does not decide.
func (t *twins) shared(run []entry, length int) error {
	k := &t.keys[run[0].key]
	if k.Similar == 0 {
		k.Groups++
		k.Records += length
	}
	if k.Weight == 0 {
		return nil
	}
	if length > match.MaxBlock || t.pairs > mostPairs {
		t.skipped++
		return nil
	}
	records := make([]*schema.Record, len(run))
	for i, e := range run {
		records[i] = schema.NewRecord(t.shape)
		if err := t.kept.read(e.record, records[i]); err != nil {
			return err
		}
	}
	for i := range run {
		for j := range i {
			t.pairs++
			t.compare(run[j].record, run[i].record, records[j], records[i])
		}
	}
	return nil
}

func (t *twins) compare(a, b uint32, left, right *schema.Record) {
	if t.root(a) == t.root(b) {
		return
	}
	switch r := t.rules.Decide(right, []match.Holder{{Entity: 1, Record: left}}); r.Kind {
	case match.Link:
		t.unite(a, b)
	case match.Review, match.Skip:
		pair := [2]uint32{min(a, b), max(a, b)}
		if _, known := t.possible[pair]; !known && len(t.possible) >= possibleKept {
			t.more++
			return
		}
		if len(r.Candidates) == 0 {
			r.Candidates = []match.Candidate{{}}
		}
		t.possible[pair] = r
	}
}

// root returns the record that stands for the group of another: union and find
// with halved paths (Tarjan 1975).
func (t *twins) root(record uint32) uint32 {
	for t.parents[record] >= 0 {
		parent := uint32(t.parents[record])
		if t.parents[parent] >= 0 {
			t.parents[record] = t.parents[parent]
		}
		record = parent
	}
	return record
}

func (t *twins) unite(a, b uint32) {
	a, b = t.root(a), t.root(b)
	if a == b {
		return
	}
	if t.parents[a] > t.parents[b] {
		a, b = b, a
	}
	t.parents[a] += t.parents[b]
	t.parents[b] = int32(a)
}

// groups gives the records that are one, each group with its numbers in order,
// the first mostMembers of them.
func (t *twins) groups(folder string, yield func(members []uint32, size int) error) error {
	s := newSorter(folder)
	defer s.close()
	for i := range t.parents {
		root := t.root(uint32(i))
		if t.parents[root] < -1 {
			if err := s.add(entry{hash: uint64(root), record: uint32(i)}); err != nil {
				return err
			}
		}
	}
	var members []uint32
	var root uint64
	size := 0
	end := func() error {
		if size == 0 {
			return nil
		}
		return yield(members, size)
	}
	err := s.each(func(e entry) error {
		if size > 0 && e.hash == root {
			if size++; len(members) < mostMembers {
				members = append(members, e.record)
			}
			return nil
		}
		if err := end(); err != nil {
			return err
		}
		members, root, size = append(members[:0], e.record), e.hash, 1
		return nil
	})
	if err != nil {
		return err
	}
	return end()
}

// mostMembers is how many records of a group are looked at.
const mostMembers = 200

// open returns the possible pairs that are still two, in order.
func (t *twins) open() [][2]uint32 {
	var out [][2]uint32
	for p := range t.possible {
		if t.root(p[0]) != t.root(p[1]) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b [2]uint32) int { return slices.Compare(a[:], b[:]) })
	return out
}
