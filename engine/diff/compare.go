package diff

import "syncline/schema"

// Equal reports whether two values in normal form are one value. Absent is
// equal to absent alone.
func (f *Form) Equal(a, b schema.Value) bool {
	if f.Members == nil || a.Kind() != schema.KindObject || b.Kind() != schema.KindObject {
		return equal(f.Distinct, a, b)
	}
	x, y := a.Items(), b.Items()
	for i := range f.Members {
		if !equal(f.Members[i].Distinct, x[i], y[i]) {
			return false
		}
	}
	return true
}

func equal(distinct bool, a, b schema.Value) bool {
	if a.State() == schema.Absent || b.State() == schema.Absent {
		return a.State() == b.State()
	}
	if !distinct {
		if x, y := a.Blank(), b.Blank(); x || y {
			return x == y
		}
	}
	return schema.Equal(a, b)
}

// Blank reports whether there is nothing in the value: null, empty, a text of
// blanks, or a group of nothing else. Absent is not blank.
func (f *Form) Blank(v schema.Value) bool {
	if f.Members == nil || v.Kind() != schema.KindObject {
		return v.State() != schema.Absent && v.Blank()
	}
	for _, item := range v.Items() {
		if item.State() == schema.Absent || !item.Blank() {
			return false
		}
	}
	return true
}

// Absent reports whether the value, or a member of the group, was not
// observed.
func (f *Form) Absent(v schema.Value) bool {
	if f.Members == nil || v.State() == schema.Absent {
		return v.State() == schema.Absent
	}
	for _, item := range v.Items() {
		if item.State() == schema.Absent {
			return true
		}
	}
	return false
}

// blank is what every blank value hashes as, before the key goes in.
const blank = 0x9e3779b97f4a7c15

// Hash returns the keyed hash of a value in normal form: equal values have
// equal hashes. It is never 0, which stands for no hash.
func (f *Form) Hash(key uint64, v schema.Value) uint64 {
	h := key
	if f.Members == nil || v.Kind() != schema.KindObject {
		h = hash(f.Distinct, key, v)
	} else {
		for i, item := range v.Items() {
			h = mix(h, hash(f.Members[i].Distinct, key, item))
		}
	}
	if h == 0 {
		return 1
	}
	return h
}

func hash(distinct bool, key uint64, v schema.Value) uint64 {
	if !distinct && v.State() != schema.Absent && v.Blank() {
		return mix(key, blank)
	}
	return v.Hash(key)
}

// mix folds a number into a hash: the finalizer of splitmix64.
func mix(h, n uint64) uint64 {
	h ^= n + blank + h<<6 + h>>2
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
