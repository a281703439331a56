// Package match says who a record is: by keys in normal form, by scores of
// several weak signs, and which of several records of one end is the one.
//
// It holds no index: the engine keeps digests and asks with what it found; nor
// does it decide what happens to values (engine/decide). Enter at Compile,
// then Rules.Digests for what to look up and Rules.Decide with what was found.
//
// Why a similar key is never searched for in everything: each such key gives
// block digests, a few per value, and only records that share one are
// compared.
package match

import "syncline/schema"

// Key is one way to recognise an entity.
type Key struct {
	Name    string
	Fields  []int   // slots of the entity record
	Weight  float64 // 0: definite by itself
	Similar float64 // 0: equal in normal form; else the least similarity that counts
}

// Ambiguous says what happens where nobody can tell.
type Ambiguous uint8

const (
	AmbiguousReview Ambiguous = iota
	AmbiguousSkip
)

// Duplicates says what happens to two records of one end with one key.
type Duplicates uint8

const (
	DuplicatesReview Duplicates = iota
	DuplicatesMerge
	DuplicatesIgnore
)

// Rules is the compiled `match` block of a pipeline.
type Rules struct {
	Keys       []Key // strongest first
	Definite   float64
	Candidate  float64
	Ambiguous  Ambiguous
	Duplicates Duplicates
	Survivor   func(records []*schema.Record) (id string, err error) // nil: the smallest id
}

// Digest is where a key value is found in the index.
type Digest struct {
	Key   int    // index into Rules.Keys
	Hash  uint64 // of the normal form, or of a block
	Block bool   // a block of a similar key: finding somebody here proves nothing yet
}

// Digests appends the places to look up, and to be found at, for a record of
// the entity: one per key, more for lists and for similar keys. A key with a
// blank field has none.
func (r *Rules) Digests(dst []Digest, entity *schema.Record) []Digest {
	return dst
}

// Holder is an entity that shares at least one digest with the record.
type Holder struct {
	Entity uint64
	Record *schema.Record // its values; at least the fields of the keys
	Taken  bool           // it is linked to another record at the record's end
	Apart  bool           // a person said that the two are not the same
}

// Kind is what a match comes to.
type Kind uint8

const (
	// Create: nobody is like it.
	Create Kind = iota
	// Link it to Result.Entity.
	Link
	// Review: a person decides among Result.Candidates.
	Review
	// Skip: set it aside.
	Skip
	// Duplicate: another record of the end stands for Result.Entity; the
	// policy of duplicates says what happens.
	Duplicate
)

// Result is who a record is.
type Result struct {
	Kind       Kind
	Entity     uint64
	Key        string // the key that decided, "" for a score
	Score      float64
	Candidates []Candidate // of Review: best first
	Reason     string
}

// Candidate is somebody a record may be.
type Candidate struct {
	Entity uint64
	Score  float64
	Key    string
}

// Decide says who the record is, among the holders found by its digests. The
// order of the holders does not matter.
func (r *Rules) Decide(entity *schema.Record, holders []Holder) Result {
	return Result{}
}

// Survive says which of several records of one end with one key stands for
// the entity: by Survivor, or the smallest id, numbers as numbers.
func (r *Rules) Survive(records []*schema.Record) (int, error) {
	return 0, nil
}
