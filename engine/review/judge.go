package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// judgePresence tells what is gone from what is new.
func judgePresence(gone, fresh string) func(old, new *fact) (Risk, string) {
	return func(_, now *fact) (Risk, string) {
		if now == nil {
			return High, gone
		}
		return Medium, fresh
	}
}

// judgeWord takes the risk, and why, from the new word; medium, and what the
// aspect says, where it is not listed.
func judgeWord(risks map[string]Risk, why map[string]string) func(old, new *fact) (Risk, string) {
	return func(_, now *fact) (Risk, string) {
		risk, ok := risks[now.text]
		if !ok {
			risk = Medium
		}
		return risk, why[now.text]
	}
}

func judgeSetting(old, now *fact) (Risk, string) {
	if strings.HasPrefix(old.text, "secret(") && strings.HasPrefix(now.text, "secret(") {
		return Low, "the secret is looked for elsewhere; if it opens another account, that one's ids mean something else"
	}
	if strings.HasSuffix(now.attribute, ".url") || strings.HasSuffix(now.attribute, ".path") || strings.HasSuffix(now.attribute, ".dsn") {
		return High, ""
	}
	return Medium, ""
}

func judgeLabel(old, now *fact) (Risk, string) {
	strength := []string{"public", "personal", "pay", "protected"}
	if slices.Index(strength, now.text) > slices.Index(strength, old.text) {
		return Low, "fewer places may show the value"
	}
	return High, "more places may show the value"
}

// judgeCeiling compares ceilings as far as their numbers tell.
func judgeCeiling(old, now *fact) (Risk, string) {
	var was, is ceiling
	if !was.read(old.text) || !is.read(now.text) {
		return Medium, ""
	}
	switch {
	case is.count <= was.count && is.share <= was.share:
		return Low, "less may change at once than before"
	case is.count >= was.count && is.share >= was.share:
		return High, "more may change at once before a person is asked"
	}
	return Medium, ""
}

type ceiling struct {
	count int
	share float64
}

func (c *ceiling) read(text string) bool {
	n, _ := fmt.Sscanf(text, "%d, or %f%%", &c.count, &c.share)
	return n == 2
}

func judgeSentinel(old, now *fact) (Risk, string) {
	if len(now.set) < len(old.set) {
		return Medium, "a listing is believed with less proof"
	}
	return Low, ""
}

func judgeReason(old, now *fact) (Risk, string) {
	switch {
	case old.text == "":
		return Medium, "nothing proves any more that what is written reads as what was meant"
	case now.text == "":
		return Low, "what is written is proved to read as what was meant"
	}
	return Low, "the reason has other words"
}

// judgeAllow looks at what may be done that might not before.
func judgeAllow(old, now *fact) (Risk, string) {
	more, less := added(old.set, now.set), added(now.set, old.set)
	for _, verb := range more {
		if !slices.Contains([]string{"read", "create", "update"}, verb) {
			return High, fmt.Sprintf("%s may be done there, which it might not before", verb)
		}
	}
	switch {
	case len(more) > 0:
		return Medium, fmt.Sprintf("%s may be done there, which it might not before", strings.Join(more, ", "))
	case len(less) > 0:
		return Low, fmt.Sprintf("%s is not done there any more", strings.Join(less, ", "))
	}
	return Low, ""
}

// added are the words of now that old lacks.
func added(old, now []string) []string {
	return slices.DeleteFunc(slices.Clone(now), func(w string) bool { return slices.Contains(old, w) })
}

// judgeTable: a word that means something else is read into wrong values, one
// that is gone is set aside, and one that is new is not met yet.
func judgeTable(old, now *fact) (Risk, string) {
	gained, lost, moved := compareWords(old.words, now.words)
	switch {
	case len(moved) > 0:
		return High, "values that are there are read, or written, as something else"
	case len(lost) > 0:
		return Medium, "a value with a word that is gone is set aside, unless it passes unmapped"
	case len(gained) > 0:
		return Low, "values that were set aside for want of a word are read"
	}
	return Low, ""
}

// compareWords compares two tables: the words that only the newer one has, only
// the older one, and those that mean something else.
func compareWords(old, now map[string]string) (gained, lost, moved []string) {
	for _, word := range slices.Sorted(maps.Keys(now)) {
		was, ok := old[word]
		switch {
		case !ok:
			gained = append(gained, word)
		case was != now[word]:
			moved = append(moved, word)
		}
	}
	for _, word := range slices.Sorted(maps.Keys(old)) {
		if _, ok := now[word]; !ok {
			lost = append(lost, word)
		}
	}
	return gained, lost, moved
}

// way is a direction, as its one form says it.
type way struct{ speak, hear []string }

func wayOf(direction string) way {
	left, right, _ := strings.Cut(direction, " -> ")
	w := way{}
	if strings.Contains(left, " <-> ") {
		w.speak = strings.Split(left, " <-> ")
		w.hear = slices.Clone(w.speak)
	} else {
		w.speak = strings.Split(left, ", ")
	}
	if right != "" {
		w.hear = append(w.hear, strings.Split(right, ", ")...)
	}
	return w
}

// pair is a value's way from one end to another.
type pair struct{ from, to string }

// ends are those that know the field.
func (w way) ends() []string { return append(slices.Clone(w.speak), w.hear...) }

func (w way) pairs() []pair {
	var out []pair
	for _, from := range w.speak {
		for _, to := range w.hear {
			if from != to {
				out = append(out, pair{from, to})
			}
		}
	}
	return out
}

// judgeDirection: an end that is written and was not can lose values; one that
// is not any more goes stale.
func judgeDirection(old, now *fact) (Risk, string) {
	was, is := wayOf(old.text), wayOf(now.text)
	if fresh := added(was.hear, is.hear); len(fresh) > 0 {
		return High, fmt.Sprintf("values at %s can be overwritten, which they could not be before", strings.Join(fresh, ", "))
	}
	if fresh := added(was.speak, is.speak); len(fresh) > 0 {
		return High, fmt.Sprintf("edits at %s travel, which they did not before", strings.Join(fresh, ", "))
	}
	return Medium, fmt.Sprintf("edits at %s do not travel any more", strings.Join(added(is.speak, was.speak), ", "))
}
