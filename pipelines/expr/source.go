package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"syncline/pipelines/diag"
)

// stand is the identifier that stands for var, which CEL reserves. It is of
// equal length, so every place in the text stays true.
const stand = "__v"

// mask replaces the identifier var by its stand-in: not in strings, comments,
// quoted names and field names.
func mask(source string) string {
	var b strings.Builder
	kept := 0
	after := byte(0) // the last character that was not blank
	for i := 0; i < len(source); {
		end := tokenEnd(source, i)
		if source[i:end] == "var" && after != '.' {
			b.WriteString(source[kept:i])
			b.WriteString(stand)
			kept = end
		}
		switch c := source[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || strings.HasPrefix(source[i:end], "//"):
		case c == '?' && after == '.':
		default:
			after = source[end-1]
		}
		i = end
	}
	if kept == 0 {
		return source
	}
	return b.String() + source[kept:]
}

// tokenEnd returns where the token ends that begins at i: a name with digits,
// a string, a comment, or one character.
func tokenEnd(s string, i int) int {
	switch c := s[i]; {
	case c == '/' && strings.HasPrefix(s[i:], "//"):
		if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
			return i + n
		}
		return len(s)
	case c == '"' || c == '\'':
		return stringEnd(s, i, false)
	case c == '`':
		if n := strings.IndexByte(s[i+1:], '`'); n >= 0 {
			return i + n + 2
		}
		return len(s)
	case wordByte(c):
		j := i
		for j < len(s) && wordByte(s[j]) {
			j++
		}
		if j < len(s) && (s[j] == '"' || s[j] == '\'') && prefix(s[i:j]) {
			return stringEnd(s, j, strings.ContainsAny(s[i:j], "rR"))
		}
		return j
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return i + size
}

func stringEnd(s string, i int, raw bool) int {
	quote := s[i : i+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(s[i:], triple) {
		quote = triple
	}
	for j := i + len(quote); j < len(s); j++ {
		switch {
		case s[j] == '\\' && !raw:
			j++
		case strings.HasPrefix(s[j:], quote):
			return j + len(quote)
		}
	}
	return len(s)
}

// prefix reports whether the word before a quote makes the string raw or bytes.
func prefix(word string) bool {
	switch strings.ToLower(word) {
	case "r", "b", "rb", "br":
		return true
	}
	return false
}

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// wordAt extends the place at a byte over the name that begins there, with the
// dot before it when it is a field.
func wordAt(source string, start int) (from, to int) {
	to = start
	if to < len(source) && source[to] == '.' {
		to++
		for to < len(source) && (source[to] == '?' || source[to] == ' ') {
			to++
		}
	}
	for to < len(source) && wordByte(source[to]) {
		to++
	}
	if to == start && to < len(source) {
		_, size := utf8.DecodeRuneInString(source[to:])
		to += size
	}
	return start, to
}

// offset returns the byte of the code point, as both languages count them.
func offset(source string, point int) int {
	for i := range source {
		if point == 0 {
			return i
		}
		point--
	}
	return len(source)
}

// at returns the range of the bytes in the file, whatever the numbers are.
func at(t diag.Text, start, end int) diag.Range {
	start = min(max(start, 0), len(t.Source))
	end = min(max(end, start), len(t.Source))
	return t.At(start, end)
}

// wholeWord returns where the word of letters of any script begins and ends
// that lies at a byte of the source.
func wholeWord(source string, at int) (from, to int) {
	letter := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
	from = strings.LastIndexFunc(source[:at], func(r rune) bool { return !letter(r) }) + 1
	if n := strings.IndexFunc(source[at:], func(r rune) bool { return !letter(r) }); n >= 0 {
		return from, at + n
	}
	return from, len(source)
}
