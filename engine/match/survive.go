package match

import (
	"cmp"
	"errors"
	"strings"

	"syncline/schema"
)

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
