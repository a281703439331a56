package inspect

import (
	"strings"
	"unicode"

	"syncline/schema"
)

// longestMask is how many letters of a masked text are left.
const longestMask = 40

// masked returns the form of a text about a person: the first letter of words
// of three letters and more, marks between them, and how many letters and
// digits there are.
func masked(text string) string {
	var b strings.Builder
	letters := []rune(text)
	for i, r := range letters {
		if i == longestMask {
			b.WriteRune('…')
			break
		}
		switch {
		case unicode.IsDigit(r):
			b.WriteByte('#')
		case !unicode.IsLetter(r) && !unicode.IsMark(r):
			b.WriteRune(r)
		case begins(letters, i):
			b.WriteRune(r)
		default:
			b.WriteRune('•')
		}
	}
	return b.String()
}

// begins reports whether a word of three letters or more begins at i.
func begins(letters []rune, i int) bool {
	if i > 0 && (unicode.IsLetter(letters[i-1]) || unicode.IsMark(letters[i-1])) {
		return false
	}
	return i+2 < len(letters) && unicode.IsLetter(letters[i+1]) && unicode.IsLetter(letters[i+2])
}

// fewest is how many records have to hold a value of a field without a label
// before it is shown as it is: fewer say who is meant.
const fewest = 5

// label is what is known of how much of a field may be shown.
type label struct {
	class schema.Class
	known bool // a system, a mapping or the proposal says it
}

func (l label) and(class schema.Class) label { return label{max(l.class, class), true} }

// String returns the class, "none" where nothing says it.
func (l label) String() string {
	if !l.known {
		return "none"
	}
	return l.class.String()
}

// show returns a text as far as it may be shown; false: not at all.
func (l label) show(text string, count int) (string, bool) {
	switch {
	case l.class >= schema.Pay:
		return "", false
	case l.class == schema.Personal, !l.known && count < fewest:
		return masked(text), true
	}
	return text, true
}

// shown are the words as far as they may be shown, n at most.
func (l label) shown(all []Word, n int) []Word {
	var out []Word
	for _, w := range all[:min(n, len(all))] {
		text, ok := l.show(w.Text, w.Count)
		if !ok {
			return nil
		}
		out = append(out, Word{text, w.Count})
	}
	return out
}
