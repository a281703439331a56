package match

import (
	"github.com/adrg/strutil/metrics"

	"syncline/schema"
)

// vote says how much a key speaks for two records being one: definite for a
// key without weight that holds, its weight for one with, 0 for one that does
// not hold. The comparison is of normal forms, never of hashes.
func (r *Rules) vote(i int, a, b *schema.Record) (score float64, definite bool) {
	k := &r.Keys[i]
	if !k.holds(a, b) {
		return 0, false
	}
	if k.Weight == 0 {
		return r.definite(), true
	}
	return k.Weight, false
}

func (k *Key) holds(a, b *schema.Record) bool {
	if k.Similar > 0 {
		return k.alike(a, b)
	}
	for _, f := range k.Fields {
		if !share(a.Slots[f], b.Slots[f]) {
			return false
		}
	}
	return true
}

// share reports whether the values are equal, or lists with an element in
// common. Blank never matches.
func share(a, b schema.Value) bool {
	if !many(a) && !many(b) {
		return !blank(a) && !blank(b) && schema.Equal(a, b)
	}
	for _, x := range elements(a) {
		for _, y := range elements(b) {
			if schema.Equal(x, y) {
				return true
			}
		}
	}
	return false
}

// alike reports whether two texts of the key are similar enough, by
// Jaro-Winkler, which forgives typing errors but not other beginnings.
func (k *Key) alike(a, b *schema.Record) bool {
	measure := metrics.NewJaroWinkler()
	for _, x := range k.texts(a) {
		for _, y := range k.texts(b) {
			if measure.Compare(x, y) >= k.Similar {
				return true
			}
		}
	}
	return false
}

func (r *Rules) definite() float64 {
	if r.Definite == 0 {
		return 1
	}
	return r.Definite
}

func (r *Rules) candidate() float64 {
	if r.Candidate == 0 {
		return 0.7
	}
	return r.Candidate
}
