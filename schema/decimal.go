package schema

import (
	"strings"
)

// maxDigits bounds the digits on either side of a decimal's point. Every
// float64 fits.
const maxDigits = 400

// ParseDecimal reads an exact number: digits, at most one point, a sign, an
// exponent. Its text becomes canonical: no exponent, no needless zeros. What
// does not parse is an *Unfit error.
func ParseDecimal(text string) (Value, error) {
	canonical, reason := canonicalDecimal(strings.TrimSpace(text))
	if reason != "" {
		return Value{}, &Unfit{Want: Type{Kind: KindDecimal}, Reason: reason, value: String(text)}
	}
	return Decimal(canonical), nil
}

// canonicalDecimal returns the canonical text of a number, or the reason why
// it is none. A text that is canonical already is returned as it is.
func canonicalDecimal(text string) (canonical, reason string) {
	if isCanonicalDecimal(text) {
		return text, ""
	}
	n, reason := splitDecimal(text)
	if reason != "" {
		return "", reason
	}
	return n.join()
}

// isCanonicalDecimal reports whether a text is -?digits(.digits)? without
// needless zeros, the common case.
func isCanonicalDecimal(s string) bool {
	negative := len(s) > 0 && s[0] == '-'
	if negative {
		s = s[1:]
	}
	n := countDigits(s)
	if n == 0 || n > maxDigits || n > 1 && s[0] == '0' {
		return false
	}
	if n == len(s) {
		return !negative || s != "0"
	}
	fraction := s[n+1:]
	f := countDigits(fraction)
	return s[n] == '.' && f > 0 && f == len(fraction) && f <= maxDigits && fraction[f-1] != '0'
}

func countDigits(s string) int {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return i
		}
	}
	return len(s)
}

// digits is a number in parts: the sign, all its digits, and how many of them
// stand before the point; point may lie outside the digits.
type digits struct {
	negative bool
	all      string
	point    int
}

const notANumber = "expected digits, such as 12 or 12.5"

func splitDecimal(s string) (d digits, reason string) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative, s = s[0] == '-', s[1:]
	}
	n := countDigits(s)
	whole, fraction := s[:n], ""
	s = s[n:]
	if strings.HasPrefix(s, ".") {
		n = countDigits(s[1:])
		fraction, s = s[1:n+1], s[n+1:]
	}
	if whole == "" && fraction == "" {
		return d, notANumber
	}
	exponent, reason := splitExponent(s)
	d.all = whole
	if fraction != "" {
		d.all += fraction
	}
	d.point = len(whole) + exponent
	return d, reason
}

// splitExponent reads "e-12". One of more than six digits is cut to six, which
// is far out of bounds already.
func splitExponent(s string) (exponent int, reason string) {
	if s == "" {
		return 0, ""
	}
	if s[0] != 'e' && s[0] != 'E' {
		return 0, notANumber
	}
	s = s[1:]
	sign := 1
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if s == "" || countDigits(s) != len(s) {
		return 0, notANumber
	}
	s = strings.TrimLeft(s, "0")
	for i := range min(len(s), 6) {
		exponent = exponent*10 + int(s[i]-'0')
	}
	if len(s) > 6 {
		exponent = 1e6
	}
	return sign * exponent, ""
}

func (d digits) join() (canonical, reason string) {
	trimmed := strings.TrimLeft(d.all, "0")
	point := d.point - (len(d.all) - len(trimmed))
	trimmed = strings.TrimRight(trimmed, "0")
	if trimmed == "" {
		return "0", ""
	}
	if point > maxDigits || len(trimmed)-point > maxDigits {
		return "", "more digits than can be held"
	}
	var b strings.Builder
	b.Grow(len(trimmed) + max(point, -point) + 3)
	if d.negative {
		b.WriteByte('-')
	}
	switch {
	case point <= 0:
		b.WriteString("0.")
		writeZeros(&b, -point)
		b.WriteString(trimmed)
	case point >= len(trimmed):
		b.WriteString(trimmed)
		writeZeros(&b, point-len(trimmed))
	default:
		b.WriteString(trimmed[:point])
		b.WriteByte('.')
		b.WriteString(trimmed[point:])
	}
	return b.String(), ""
}

func writeZeros(b *strings.Builder, n int) {
	for range n {
		b.WriteByte('0')
	}
}
