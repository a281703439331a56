package inspect

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/adrg/strutil/metrics"

	"syncline/schema"
)

// compared is how many spellings of a field are held against each other.
const compared = 200

// Variant is one value that stands there in several spellings.
type Variant struct {
	Spellings []Word `json:"spellings"` // masked where a label asks for it; the most frequent first
	Count     int    `json:"count"`     // values in any of them
}

// variants groups the spellings of free texts that are probably one value, the
// most frequent first. Fields in which every value is another have none.
func (x *place) variants(look *Look) [][]Word {
	differ, _ := x.differ.count()
	if !x.textual() || x.long > 0 || 2*differ > x.values || look != nil && look.Kind != schema.KindBool.String() {
		return nil
	}
	all := x.words.ranked()
	if len(all) > compared {
		all = all[:compared]
	}
	group := make([]int, len(all)) // the first spelling that it is one of
	prints := make([]string, len(all))
	for i := range all {
		prints[i], group[i] = fingerprint(all[i].Text), i
		for j := range i {
			if group[j] == j && prints[i] != "" && (prints[i] == prints[j] || meant(all[i].Text, all[j].Text)) {
				group[i] = j
				break
			}
		}
	}
	var out [][]Word
	for i := range all {
		var spellings []Word
		for j := i; j < len(all); j++ {
			if group[j] == i {
				spellings = append(spellings, all[j])
			}
		}
		if len(spellings) > 1 {
			out = append(out, spellings)
		}
	}
	slices.SortStableFunc(out, func(a, b []Word) int { return cmp.Compare(total(b), total(a)) })
	return out
}

func total(all []Word) (n int) {
	for _, w := range all {
		n += w.Count
	}
	return n
}

// meant reports whether two texts are probably one: the initials of the other,
// or a slip of the pen away from it. Numbers are never slips.
func meant(a, b string) bool {
	x, y := tokens(a), tokens(b)
	if len(x) == 0 || len(y) == 0 {
		return false
	}
	if initials(x, y, a) || initials(y, x, b) {
		return true
	}
	p, q := strings.Join(x, " "), strings.Join(y, " ")
	length := min(utf8.RuneCountInString(p), utf8.RuneCountInString(q))
	if length < 5 || digits(p) != digits(q) || length > longestWord {
		return false
	}
	slips := 1
	if length >= 9 {
		slips = 2
	}
	return metrics.NewLevenshtein().Distance(p, q) <= slips
}

// initials reports whether a text, in capitals, is the first letters of the
// words of another: NYC of New York City.
func initials(short, long []string, written string) bool {
	if len(short) != 1 || len(long) < 2 || strings.IndexFunc(written, unicode.IsLower) >= 0 {
		return false
	}
	var b strings.Builder
	for _, w := range long {
		r, _ := utf8.DecodeRuneInString(w)
		b.WriteRune(r)
	}
	return b.String() == short[0]
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}
