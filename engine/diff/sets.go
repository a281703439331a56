package diff

import "syncline/schema"

// Union returns the elements of both collections, those of a first. Blank and
// absent collections have none. The result has the kind, set or list, and is
// empty when there is nothing in it.
func Union(kind schema.Kind, a, b schema.Value) schema.Value {
	all := a.Items()
	copied := false
	for _, v := range b.Items() {
		if has(all, v) {
			continue
		}
		if !copied {
			all, copied = append(make([]schema.Value, 0, len(all)+len(b.Items())), all...), true
		}
		all = append(all, v)
	}
	return collection(kind, all)
}

// Merge returns the three-way merge of collections, element by element: what
// the base or any side holds, without what a side took away from the base.
func Merge(kind schema.Kind, base schema.Value, sides ...schema.Value) schema.Value {
	var kept []schema.Value
	for _, v := range base.Items() {
		if inAll(sides, v) {
			kept = append(kept, v)
		}
	}
	for _, side := range sides {
		for _, v := range side.Items() {
			if !has(base.Items(), v) && !has(kept, v) {
				kept = append(kept, v)
			}
		}
	}
	return collection(kind, kept)
}

// Contains reports whether the collection a holds every element of b.
func Contains(a, b schema.Value) bool {
	for _, v := range b.Items() {
		if !has(a.Items(), v) {
			return false
		}
	}
	return true
}

func collection(kind schema.Kind, items []schema.Value) schema.Value {
	if kind == schema.KindList {
		return schema.List(items...)
	}
	return schema.Set(items...)
}

func inAll(sides []schema.Value, v schema.Value) bool {
	for _, side := range sides {
		if !has(side.Items(), v) {
			return false
		}
	}
	return true
}

func has(items []schema.Value, v schema.Value) bool {
	for i := range items {
		if schema.Equal(items[i], v) {
			return true
		}
	}
	return false
}
