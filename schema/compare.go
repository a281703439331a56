package schema

import (
	"cmp"
	"strings"
)

// Equal reports whether two values, both in normal form, are the same value
// in the same state.
func Equal(a, b Value) bool {
	if a.state != b.state || a.kind != b.kind {
		return false
	}
	if a.num != b.num || a.text != b.text {
		return false
	}
	if a.more == b.more {
		return true
	}
	return a.Currency() == b.Currency() && equalNames(a.Names(), b.Names()) && equalItems(a.Items(), b.Items())
}

func equalNames(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func equalItems(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// Compare orders two present values of one kind: negative, 0 or positive.
// Numbers compare across int and decimal, texts across the textual kinds, by
// code point. It is false where there is no order: objects, values of other
// kinds, money of two currencies, and all that is not present.
func Compare(a, b Value) (order int, ok bool) {
	if !a.Is() || !b.Is() {
		return 0, false
	}
	if a.kind != b.kind {
		return compareAcross(a, b)
	}
	switch a.kind {
	case KindInt, KindBool, KindTimestamp:
		return cmp.Compare(a.num, b.num), true
	case KindDecimal:
		return compareNumbers(a, b)
	case KindMoney:
		if a.Currency() != b.Currency() {
			return 0, false
		}
		return compareNumbers(a, b)
	case KindList, KindSet:
		return compareItems(a.Items(), b.Items())
	case KindObject:
		return 0, false
	}
	return strings.Compare(a.text, b.text), true
}

func compareAcross(a, b Value) (int, bool) {
	switch {
	case a.kind.Textual() && b.kind.Textual():
		return strings.Compare(a.text, b.text), true
	case a.kind == KindInt && b.kind == KindDecimal, a.kind == KindDecimal && b.kind == KindInt:
		return compareNumbers(a, b)
	}
	return 0, false
}

func compareNumbers(a, b Value) (int, bool) {
	x, okX := numberOf(a)
	y, okY := numberOf(b)
	if !okX || !okY {
		return 0, false
	}
	return x.cmp(y), true
}

func compareItems(a, b []Value) (int, bool) {
	for i := range min(len(a), len(b)) {
		if c, ok := Compare(a[i], b[i]); !ok || c != 0 {
			return c, ok
		}
	}
	return cmp.Compare(len(a), len(b)), true
}

// Compare orders two values like the function Compare, and the words of an
// ordered enum by their place in it.
func (t Type) Compare(a, b Value) (order int, ok bool) {
	if t.Kind != KindEnum || !t.Ordered || !a.Is() || !b.Is() {
		return Compare(a, b)
	}
	x, y := t.Rank(a.text), t.Rank(b.text)
	if x < 0 || y < 0 {
		return 0, false
	}
	return cmp.Compare(x, y), true
}

// arrange orders any two values, so that 0 means Equal: the order of the
// elements of a set.
func arrange(a, b Value) int {
	if c := cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(a.kind, b.kind)); c != 0 {
		return c
	}
	if a.kind == KindDecimal || a.kind == KindMoney {
		if c, ok := compareNumbers(a, b); ok && c != 0 {
			return c
		}
	}
	if c := cmp.Or(cmp.Compare(a.num, b.num), strings.Compare(a.text, b.text), strings.Compare(a.Currency(), b.Currency())); c != 0 {
		return c
	}
	return arrangeItems(a, b)
}

func arrangeItems(a, b Value) int {
	names, others := a.Names(), b.Names()
	items, itemsB := a.Items(), b.Items()
	for i := range min(len(items), len(itemsB)) {
		if i < len(names) && i < len(others) {
			if c := strings.Compare(names[i], others[i]); c != 0 {
				return c
			}
		}
		if c := arrange(items[i], itemsB[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(items), len(itemsB))
}
