package inspect

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"syncline/pipelines/diag"
)

// leastStem is how many letters two words have to begin with alike.
const leastStem = 4

// nearest returns the word of a list that was probably meant, "" where none is
// near: by its letters, else by how its words begin, so that "Phone Screen" is
// near "screening".
func nearest(word string, list []string) string {
	for _, w := range list {
		if slices.Equal(tokens(w), tokens(word)) {
			return w
		}
	}
	if near := diag.Nearest(strings.TrimSpace(word), list); near != "" {
		return near
	}
	best, length := "", leastStem-1
	for _, w := range list {
		if n := stem(tokens(word), tokens(w)); n > length {
			best, length = w, n
		}
	}
	return best
}

// stem is how many letters the likest words of two texts begin with alike; 0
// where that is less than half of the shorter.
func stem(a, b []string) (longest int) {
	for _, x := range a {
		for _, y := range b {
			n := 0
			for n < len(x) && n < len(y) && x[n] == y[n] {
				n++
			}
			if 2*n > min(len(x), len(y)) {
				longest = max(longest, utf8.RuneCountInString(x[:n]))
			}
		}
	}
	return longest
}

// tokens are the words of a text or of a name: lower case, without accents.
func tokens(text string) []string {
	var out []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			out = append(out, string(word))
			word = word[:0]
		}
	}
	before := rune(0)
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.IsMark(r):
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		default:
			if unicode.IsUpper(r) && unicode.IsLower(before) {
				end() // firstName
			}
			word = append(word, unicode.ToLower(r))
		}
		before = r
	}
	end()
	return out
}

// fingerprint is what spellings of one value have in common: their words,
// sorted, each once. It is the key collision method of OpenRefine.
func fingerprint(text string) string {
	all := tokens(text)
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}
