package diag

import (
	"cmp"
	"strings"

	"github.com/agext/levenshtein"
)

// Nearest returns the candidate that the author most likely meant by word, ""
// when none is near. Of equally near ones it returns the one of fewest
// edits, then the first in order of spelling, so the answer does not depend on
// the order of the candidates.
func Nearest(word string, candidates []string) string {
	folded := fold(word)
	best, bestCost := "", 1+min(3, (len([]rune(word))+2)/3)
	further := func(c string) int {
		return cmp.Or(cmp.Compare(edits(folded, fold(c)), edits(folded, fold(best))), cmp.Compare(c, best))
	}
	for _, c := range candidates {
		if c == "" || c == word {
			continue
		}
		cost := nearness(folded, fold(c))
		if cost < bestCost || cost == bestCost && best != "" && further(c) < 0 {
			best, bestCost = c, cost
		}
	}
	return best
}

// edits is how many letters differ, also where one word begins with the other.
func edits(a, b string) int { return levenshtein.Distance(a, b, nil) }

// nearness is the number of edits between two folded words; a word that
// begins with the whole of the other, three letters at least, is one edit away.
func nearness(word, candidate string) int {
	if len(word) >= 3 && strings.HasPrefix(candidate, word) || len(candidate) >= 3 && strings.HasPrefix(word, candidate) {
		if candidate == word {
			return 0
		}
		return 1
	}
	const tooLong = 64
	if len(word) > tooLong || len(candidate) > tooLong {
		return tooLong
	}
	if swapped(word, candidate) {
		return 1
	}
	return edits(word, candidate)
}

// swapped reports whether two neighbours changed places, the commonest slip.
func swapped(a, b string) bool {
	for i := 0; len(a) == len(b) && i+1 < len(a); i++ {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}

// fold makes the spellings of one name equal: FirstName, first_name, first-name.
func fold(word string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(word))
}
