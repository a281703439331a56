// Package match says who a record is: by keys in normal form, by scores of
// several weak signs, and which of several records of one end is the one.
//
// It holds no index: the engine keeps digests and asks with what it found; nor
// does it decide what happens to values (engine/decide). Enter at Rules:
// Digests says what to look up, Decide judges what was found.
//
// Why a similar key is never searched for in everything: its value gives a few
// block digests, and only records that share one are compared. A block is the
// first three letters of a word of the value, so that two spellings meet when
// at least one of their words begins alike, in whatever order they stand.
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
