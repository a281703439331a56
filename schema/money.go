package schema

import "strings"

// ParseMoney reads an amount and its ISO 4217 currency: "12.50 EUR",
// "EUR 12.5". The amount gets at least the digits of the currency's minor
// unit and keeps any more. What does not parse is an *Unfit error.
func ParseMoney(text string) (Value, error) {
	amount, code, reason := splitMoney(strings.TrimSpace(text))
	if reason == "" {
		var v Value
		if v, reason = canonicalMoney(amount, code); reason == "" {
			return v, nil
		}
	}
	return Value{}, &Unfit{Want: Type{Kind: KindMoney}, Reason: reason, value: String(text)}
}

const notMoney = "expected an amount and a currency, such as 12.50 EUR"

func splitMoney(text string) (amount, code, reason string) {
	if len(text) < 4 {
		return "", "", notMoney
	}
	first, last := text[:3], text[len(text)-3:]
	switch {
	case asciiLetters(last):
		return strings.TrimRight(text[:len(text)-3], " "), last, ""
	case asciiLetters(first):
		return strings.TrimLeft(text[3:], " "), first, ""
	}
	return "", "", notMoney
}

func asciiLetters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}

// canonicalMoney returns money in normal form, or the reason why it is none.
func canonicalMoney(amount, code string) (v Value, reason string) {
	currency, ok := currencies[code]
	if !ok {
		currency, ok = currencies[strings.ToUpper(code)]
	}
	if !ok {
		return Value{}, "the currency is no code of ISO 4217, such as EUR"
	}
	if !isCanonicalMoney(amount, currency.digits) {
		if amount, reason = canonicalDecimal(amount); reason != "" {
			return Value{}, reason
		}
		amount = padFraction(amount, currency.digits)
	}
	return Value{state: Present, kind: KindMoney, text: amount, more: currency.unit}, ""
}

// isCanonicalMoney reports whether an amount needs no work: a canonical
// decimal, or one with exactly the digits of the minor unit.
func isCanonicalMoney(amount string, digits int) bool {
	dot := strings.IndexByte(amount, '.')
	if dot < 0 {
		return digits == 0 && isCanonicalDecimal(amount)
	}
	if len(amount)-dot-1 > digits {
		return isCanonicalDecimal(amount)
	}
	fraction := amount[dot+1:]
	if len(fraction) != digits || countDigits(fraction) != digits || digits == 0 {
		return false
	}
	whole := amount[:dot]
	return isCanonicalDecimal(whole) || whole == "-0" && strings.Trim(fraction, "0") != ""
}

func padFraction(amount string, digits int) string {
	dot := strings.IndexByte(amount, '.')
	if digits == 0 || dot >= 0 && len(amount)-dot-1 >= digits {
		return amount
	}
	if dot < 0 {
		return amount + "." + strings.Repeat("0", digits)
	}
	return amount + strings.Repeat("0", digits-(len(amount)-dot-1))
}
