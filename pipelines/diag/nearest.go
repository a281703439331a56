package diag

import (
	"strings"

	"github.com/agext/levenshtein"
)

// Nearest returns the candidate that the author most likely meant by word, ""
// when none is near. Of equally near ones it returns the first in order of
// spelling, so the answer does not depend on the order of the candidates.
func Nearest(word string, candidates []string) string {
	best, bestCost := "", 1+min(3, (len([]rune(word))+2)/3)
	folded := fold(word)
	for _, c := range candidates {
		if c == "" || c == word {
			continue
		}
		cost := nearness(folded, fold(c))
		if cost < bestCost || cost == bestCost && best != "" && c < best {
			best, bestCost = c, cost
		}
	}
	return best
}

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
	return levenshtein.Distance(word, candidate, nil)
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
