package schema

import (
	"unicode"
	"unicode/utf8"
)

// plainLength returns how many bytes at the start of s can stand as a name
// without quotes: letters, digits, and _ - $ @ : # /.
func plainLength(s string) int {
	for i, r := range s {
		if !plainRune(r) {
			return i
		}
		if r == utf8.RuneError {
			return i
		}
	}
	return len(s)
}

func plainRune(r rune) bool {
	switch r {
	case '_', '-', '$', '@', ':', '#', '/':
		return true
	case utf8.RuneError:
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
