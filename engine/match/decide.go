package match

import (
	"cmp"
	"slices"

	"syncline/schema"
)

// Holder is an entity that shares at least one digest with the record.
type Holder struct {
	Entity uint64
	Record *schema.Record // its values in normal form; at least the fields of the keys
	Taken  bool           // it is linked to another record at the record's end
	Apart  bool           // a person said that the two are not the same
	Joined bool           // a person said that they are
}

// Kind is what a match comes to.
type Kind uint8

const (
	// Create: nobody is like it.
	Create Kind = iota
	// Link it to Result.Entity.
	Link
	// Review: a person decides among Result.Candidates; the answer is a
	// durable link or a durable "not the same".
	Review
	// Skip: set it aside.
	Skip
	// Duplicate: another record of the end stands for Result.Entity already,
	// and the policy is to merge the two (Survive), or to set aside the one
	// that does not survive.
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
	taken  bool
}

// Decide says who an unlinked record is, among the holders found by its
// digests. The order of the holders does not matter.
//
// Keys are asked strongest first: the first key without a weight that holds
// decides. Without one, the weights of the keys that hold add up.
func (r *Rules) Decide(entity *schema.Record, holders []Holder) Result {
	for i := range holders {
		if h := &holders[i]; h.Joined && !h.Apart {
			return Result{Kind: Link, Entity: h.Entity, Score: r.definite(), Reason: "a person's decision"}
		}
	}
	for i := range r.Keys {
		if r.Keys[i].Weight > 0 {
			continue
		}
		if found := r.byKey(i, entity, holders); len(found) > 0 {
			return r.judge(found)
		}
	}
	return r.judge(r.byScore(entity, holders))
}

// byKey returns who holds a definite key with the record, once each.
func (r *Rules) byKey(i int, entity *schema.Record, holders []Holder) []Candidate {
	var found []Candidate
	for j := range holders {
		h := &holders[j]
		if h.Apart {
			continue
		}
		if score, definite := r.vote(i, entity, h.Record); definite {
			found = append(found, Candidate{Entity: h.Entity, Score: score, Key: r.Keys[i].Name, taken: h.Taken})
		}
	}
	return ranked(found)
}

// byScore returns who reaches the candidates' threshold.
func (r *Rules) byScore(entity *schema.Record, holders []Holder) []Candidate {
	var found []Candidate
	for j := range holders {
		h := &holders[j]
		if h.Apart {
			continue
		}
		c := Candidate{Entity: h.Entity, taken: h.Taken}
		for i := range r.Keys {
			score, _ := r.vote(i, entity, h.Record)
			c.Score += score
		}
		if c.Score >= r.candidate()-rounding {
			found = append(found, c)
		}
	}
	return ranked(found)
}

// rounding forgives weights such as 0.3 + 0.4 that do not add up in binary.
const rounding = 1e-9

// ranked sorts candidates best first and drops repeated entities.
func ranked(c []Candidate) []Candidate {
	slices.SortFunc(c, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Entity, b.Entity))
	})
	return slices.CompactFunc(c, func(a, b Candidate) bool { return a.Entity == b.Entity })
}

// judge comes to a result: one definite is the one, everything else is for a
// person.
func (r *Rules) judge(found []Candidate) Result {
	if len(found) == 0 {
		return Result{Kind: Create}
	}
	best := found[0]
	sure := best.Score >= r.definite()-rounding
	alone := len(found) == 1 || found[1].Score < r.definite()-rounding
	switch {
	case sure && alone && best.taken:
		return r.duplicate(best, found)
	case sure && alone:
		return Result{Kind: Link, Entity: best.Entity, Key: best.Key, Score: best.Score}
	case sure:
		return r.unsure(found, "several entities match")
	}
	return r.unsure(found, "no match is certain")
}

// duplicate handles a record whose entity has another record of the same end.
// What is ambiguous otherwise has no say in it: set aside would be whichever of
// the two comes last.
func (r *Rules) duplicate(best Candidate, found []Candidate) Result {
	if r.Duplicates == DuplicatesReview {
		return Result{Kind: Review, Candidates: found, Reason: "already linked to another record of the end"}
	}
	return Result{Kind: Duplicate, Entity: best.Entity, Key: best.Key, Score: best.Score}
}

func (r *Rules) unsure(found []Candidate, reason string) Result {
	if r.Ambiguous == AmbiguousSkip {
		return Result{Kind: Skip, Reason: reason}
	}
	return Result{Kind: Review, Candidates: found, Reason: reason}
}
