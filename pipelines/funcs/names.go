package funcs

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var names = Family{
	Name: "Names",
	Doc:  "A name of one field is taken apart as its writers usually mean it: particles belong to the family name, a comma turns the order round. No rule fits every culture: where a system has the parts, use them.",
	Funcs: []*Func{
		textFunc("given_name", "The given names of a full name.", func(s string) string { g, _ := splitName(s); return g },
			Example{"given_name('Ludwig van Beethoven')", "'Ludwig'"}, Example{"given_name('Lovelace, Ada')", "'Ada'"}, Example{"given_name('Dr. Maria de la Cruz')", "'Maria'"}, Example{"given_name('Madonna')", "'Madonna'"}),
		textFunc("family_name", "The family name of a full name, with its particles; '' when there is one word only.", func(s string) string { _, f := splitName(s); return f },
			Example{"family_name('Ludwig van Beethoven')", "'van Beethoven'"}, Example{"family_name('Lovelace, Ada')", "'Lovelace'"}, Example{"family_name('John Smith Jr.')", "'Smith'"}, Example{"family_name('Madonna')", "''"}),
		textFunc("initials", "The first letters of the words of a name.", initials,
			Example{"initials('Ada Lovelace')", "'AL'"}, Example{"initials('Jean-Luc Picard')", "'JLP'"}),
		textFunc("name_case", "Writes a name that is all capital or all small the usual way; a mixed one stays.", nameCase,
			Example{"name_case('ANNE MACDONALD')", "'Anne Macdonald'"}, Example{"name_case(\"seán o'brien\")", `"Seán O'Brien"`}, Example{"name_case('LUDWIG VAN BEETHOVEN')", "'Ludwig van Beethoven'"}, Example{"name_case('McKenna')", "'McKenna'"}),
	},
}

var (
	particles = []string{"van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "ter", "ten", "zu", "zur", "bin", "ibn", "al", "el", "af", "av", "y", "e", "st."}
	titles    = []string{"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "ing", "dipl"}
	suffixes  = []string{"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "mba", "msc", "bsc"}
)

func splitName(full string) (given, family string) {
	if last, first, ok := strings.Cut(full, ","); ok && !isWord(first, suffixes) {
		given, family = squeeze(first), squeeze(last)
		if given != "" {
			return given, family
		}
		full = last
	} else if ok {
		full = last
	}
	words := strings.Fields(full)
	for len(words) > 1 && isWord(words[0], titles) {
		words = words[1:]
	}
	for len(words) > 2 && isWord(words[len(words)-1], suffixes) {
		words = words[:len(words)-1]
	}
	if len(words) < 2 {
		return strings.Join(words, " "), ""
	}
	at := len(words) - 1
	for i := 1; i < at; i++ {
		if slices.Contains(particles, strings.ToLower(words[i])) {
			at = i
		}
	}
	return strings.Join(words[:at], " "), strings.Join(words[at:], " ")
}

func isWord(s string, list []string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return slices.Contains(list, strings.ReplaceAll(s, ".", ""))
}

func initials(s string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '-' }) {
		if r, _ := utf8.DecodeRuneInString(word); unicode.IsLetter(r) {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}

func nameCase(s string) string {
	if s != strings.ToUpper(s) && s != strings.ToLower(s) {
		return s
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		if i == 0 || !slices.Contains(particles, w) {
			words[i] = capitals(w)
		}
	}
	return strings.Join(words, " ")
}

// capitals makes the letters capital that begin the word or follow a dash or
// an apostrophe.
func capitals(word string) string {
	begins := true
	return strings.Map(func(r rune) rune {
		was := begins
		begins = r == '-' || r == '\'' || r == '’'
		if was {
			return unicode.ToUpper(r)
		}
		return r
	}, word)
}
