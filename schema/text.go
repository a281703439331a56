package schema

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// normalString returns a one-line text, such as a name: NFKC, no outer
// blanks, one blank between words, no control or zero-width characters.
func normalString(s string) string {
	if tidyASCII(s) {
		return s
	}
	s = norm.NFKC.String(dropInvisible(s))
	return strings.Join(strings.Fields(s), " ")
}

// tidyASCII reports whether a text is printable ASCII with single blanks
// inside: the common case.
func tidyASCII(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' '
}

// normalLines returns a text of several lines: NFC, line ends as LF, no
// blanks at the end.
func normalLines(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	if !printableASCII(s) {
		s = norm.NFC.String(dropInvisible(s))
	}
	return strings.TrimRightFunc(s, unicode.IsSpace)
}

func printableASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c > '~') && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// dropInvisible removes what nobody sees and copying brings along: control
// characters that are no blanks, byte order marks, zero-width blanks.
func dropInvisible(s string) string {
	if strings.IndexFunc(s, invisible) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, s)
}

func invisible(r rune) bool {
	return r == '\uFEFF' || r == '\u200B' || unicode.IsControl(r) && !unicode.IsSpace(r)
}
