package schema

import (
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends the value as JSON: decimals as numbers with every digit,
// money as an object of amount and currency, timestamps in RFC 3339, absent
// and null as null. Fields of an object that are absent are left out.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.state {
	case Absent, Null:
		return append(dst, "null"...)
	case Empty:
		if v.kind.Collection() {
			return append(dst, "[]"...)
		}
		return append(dst, `""`...)
	}
	switch v.kind {
	case KindInt:
		return strconv.AppendInt(dst, v.num, 10)
	case KindBool:
		return strconv.AppendBool(dst, v.num != 0)
	case KindTimestamp:
		return append(v.appendTime(append(dst, '"')), '"')
	case KindDecimal:
		return appendNumber(dst, v.text)
	case KindMoney:
		dst = appendNumber(append(dst, `{"amount":`...), v.text)
		return append(appendQuoted(append(dst, `,"currency":`...), v.Currency()), '}')
	case KindList, KindSet:
		return v.appendList(dst)
	case KindObject:
		return v.appendObject(dst)
	}
	return appendQuoted(dst, v.text)
}

func (v Value) appendList(dst []byte) []byte {
	dst = append(dst, '[')
	for i, item := range v.Items() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = item.AppendJSON(dst)
	}
	return append(dst, ']')
}

func (v Value) appendObject(dst []byte) []byte {
	dst = append(dst, '{')
	first := true
	for i, item := range v.Items() {
		if item.state == Absent {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(appendQuoted(dst, v.more.names[i]), ':')
		dst = item.AppendJSON(dst)
	}
	return append(dst, '}')
}

// appendNumber writes a decimal as a number, or quoted when it was never made
// canonical and is none.
func appendNumber(dst []byte, text string) []byte {
	canonical, reason := canonicalDecimal(text)
	if reason != "" {
		return appendQuoted(dst, text)
	}
	if len(canonical) < len(text) && isMoneyText(text) {
		canonical = text
	}
	return append(dst, canonical...)
}

// isMoneyText reports whether a number is canonical but for zeros at its end,
// as the minor unit of a currency asks for.
func isMoneyText(text string) bool {
	for digits := 2; digits <= 3; digits++ {
		if isCanonicalMoney(text, digits) {
			return true
		}
	}
	return false
}

const hexDigits = "0123456789abcdef"

// appendQuoted writes a JSON string. Bytes that are no UTF-8 become U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscaped(dst, c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscaped(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	if c >= utf8.RuneSelf {
		return utf8.AppendRune(dst, utf8.RuneError)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
