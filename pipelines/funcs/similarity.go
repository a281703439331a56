package funcs

import (
	"errors"
	"strings"

	"github.com/adrg/strutil"
	"github.com/adrg/strutil/metrics"

	"syncline/schema"
)

var similarity = Family{
	Name: "Similarity",
	Doc:  "How alike two texts are, from 0 (nothing in common) to 1 (equal), as a decimal of two digits. Case, accents and blanks around do not count.",
	Funcs: []*Func{
		likeFunc("jaro_winkler", "Likeness of short texts, above all of names: a common beginning counts more.",
			func(a, b string) float64 { return strutil.Similarity(a, b, metrics.NewJaroWinkler()) },
			Example{"jaro_winkler('Martha', 'marhta')", "decimal('0.96')"}, Example{"jaro_winkler('José', 'jose')", "decimal('1')"}, Example{"jaro_winkler('abc', 'xyz')", "decimal('0')"}),
		likeFunc("levenshtein", "Likeness by the number of letters to change, add or leave out.",
			func(a, b string) float64 { return strutil.Similarity(a, b, metrics.NewLevenshtein()) },
			Example{"levenshtein('kitten', 'sitting')", "decimal('0.57')"}),
		likeFunc("common_words", "Likeness by the words that two texts share, in any order.", commonWords,
			Example{"common_words('Senior Go Engineer', 'engineer, Go')", "decimal('0.67')"}, Example{"common_words('', '')", "decimal('1')"}),
		textFunc("soundex", "The sound of an English word as a letter and three digits; '' when it has no letters.", soundex,
			Example{"soundex('Robert') == soundex('Rupert')", "true"}, Example{"soundex('Ashcraft')", "'A261'"}, Example{"soundex('42')", "''"}),
	},
}

// maxLike bounds the texts that are compared: the work grows with the square.
const maxLike = 1000

func likeFunc(name, doc string, like func(a, b string) float64, examples ...Example) *Func {
	return &Func{
		Name: name, Doc: doc, Params: []Param{{Name: "a", Type: stringType}, {Name: "b", Type: stringType}}, Result: decimalType,
		Errors: "texts longer than 1000 bytes", Examples: examples,
		Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
			a, b := args[0].Text(), args[1].Text()
			if len(a) > maxLike || len(b) > maxLike {
				return schema.Value{}, errors.New("a text is longer than 1000 bytes")
			}
			return hundredths(like(fold(a), fold(b))), nil
		},
	}
}

// hundredths rounds a likeness, so that no float decides what is equal.
func hundredths(f float64) schema.Value {
	n := int64(f*100 + 0.5)
	text := string([]byte{byte('0' + n/100), '.', byte('0' + n/10%10), byte('0' + n%10)})
	return schema.Decimal(strings.TrimSuffix(strings.TrimRight(text, "0"), "."))
}

func commonWords(a, b string) float64 {
	words := map[string]int{}
	for _, w := range wordsOf(a) {
		words[w] |= 1
	}
	for _, w := range wordsOf(b) {
		words[w] |= 2
	}
	shared := 0
	for _, in := range words {
		if in == 3 {
			shared++
		}
	}
	if len(words) == 0 {
		return 1
	}
	return float64(shared) / float64(len(words))
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n,;./()-_|&+", r) })
}

func soundex(s string) string {
	const codes = "01230120022455012623010202"
	out := make([]byte, 0, 4)
	var last byte
	for _, r := range strings.ToUpper(ascii(s)) {
		if r < 'A' || r > 'Z' {
			continue
		}
		code := codes[r-'A']
		switch {
		case len(out) == 0:
			out = append(out, byte(r))
		case code != '0' && code != last:
			out = append(out, code)
		}
		if r != 'H' && r != 'W' {
			last = code
		}
		if len(out) == 4 {
			break
		}
	}
	if len(out) == 0 {
		return ""
	}
	return (string(out) + "000")[:4]
}
