package match

import (
	"cmp"
	"errors"
	"strings"

	"syncline/schema"
)

// Claim is what a linked record's keys come to in the index.
type Claim struct {
	Release []Digest // held before, and no more
	Take    []Digest // held by nobody
	Contest []Digest // held by another entity: a review, never a steal
}

// Claims compares the digests an entity held with those it has now. holder
// says who holds a digest and whether that holder's values equal the entity's
// in normal form: digests of blocks are shared and never contested, and a mere
// collision of hashes is no contest.
func Claims(entity uint64, before, now []Digest, holder func(Digest) (entity uint64, held bool)) Claim {
	var c Claim
	for _, d := range before {
		if !contains(now, d) {
			c.Release = append(c.Release, d)
		}
	}
	for _, d := range now {
		if contains(before, d) {
			continue
		}
		if other, held := holder(d); held && other != entity && !d.Block {
			c.Contest = append(c.Contest, d)
			continue
		}
		c.Take = append(c.Take, d)
	}
	return c
}

func contains(all []Digest, d Digest) bool {
	for _, x := range all {
		if x == d {
			return true
		}
	}
	return false
}

// Survive returns which of several records of one end with one key stands for
// the entity: the one Survivor names, or the smallest id, numbers as numbers.
func (r *Rules) Survive(records []*schema.Record) (int, error) {
	if len(records) == 0 {
		return -1, errors.New("no record to survive")
	}
	if r.Survivor != nil {
		return r.named(records)
	}
	best := 0
	for i, rec := range records {
		if CompareIDs(rec.ID, records[best].ID) < 0 {
			best = i
		}
	}
	return best, nil
}

func (r *Rules) named(records []*schema.Record) (int, error) {
	id, err := r.Survivor(records)
	if err != nil {
		return -1, err
	}
	for i, rec := range records {
		if rec.ID == id {
			return i, nil
		}
	}
	return -1, errors.New("the survivor is none of the records")
}

// CompareIDs orders record ids: numbers as numbers and before all others, of
// any length; the rest by their bytes.
func CompareIDs(a, b string) int {
	x, y := digits(a), digits(b)
	switch {
	case x != y:
		if x {
			return -1
		}
		return 1
	case !x:
		return cmp.Compare(a, b)
	}
	p, q := strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(p), len(q)), cmp.Compare(p, q), cmp.Compare(a, b))
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
