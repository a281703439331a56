package schema

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Norm is what normal forms depend on beside the type.
type Norm struct {
	Region   string // ISO 3166 alpha-2: of phone numbers without a country code
	Distinct bool   // a string or text of blanks becomes one blank instead of empty
}

// Normal returns the normal form of a value as this type, or an *Unfit error.
// Values are equal when their normal forms are. Absent and null stay what they
// are; a text of blanks becomes empty. A value that is in normal form already
// costs no memory.
func (t Type) Normal(v Value, n Norm) (Value, error) {
	switch {
	case v.state == Absent || v.state == Null:
		return v, nil
	case t.Kind == KindAny:
		return normalAny(v), nil
	case v.Blank():
		return t.blank(v, n), nil
	}
	switch t.Kind {
	case KindList, KindSet:
		return t.normalItems(v, n)
	case KindObject:
		return t.normalObject(v, n)
	}
	normal, reason := t.normalScalar(v, n)
	if reason != "" {
		return Value{}, &Unfit{Want: t, Reason: reason, Near: t.near(v), value: v}
	}
	return normal, nil
}

func (t *Type) blank(v Value, n Norm) Value {
	if n.Distinct && v.Is() && (t.Kind == KindString || t.Kind == KindText) {
		return Text(t.Kind, " ")
	}
	return EmptyValue(t.Kind)
}

// normalScalar returns the normal form, or the reason why there is none.
func (t *Type) normalScalar(v Value, n Norm) (normal Value, reason string) {
	switch t.Kind {
	case KindInt:
		return normalInt(v)
	case KindDecimal:
		return normalDecimal(v)
	case KindBool:
		return normalBool(v)
	case KindTimestamp:
		return normalTimestamp(v)
	case KindMoney:
		return normalMoney(v)
	}
	if !v.kind.Scalar() && v.kind != KindAny {
		return Value{}, "expected one value, got a " + v.kind.String()
	}
	if t.Kind == KindDate && v.kind == KindTimestamp {
		return Date(v.Time()), ""
	}
	text := v.Plain()
	if !utf8.ValidString(text) {
		return Value{}, "the text is not valid UTF-8"
	}
	if text, reason = t.normalText(text, n); reason != "" {
		return Value{}, reason
	}
	return Text(t.Kind, text), ""
}

func (t *Type) normalText(text string, n Norm) (normal, reason string) {
	switch t.Kind {
	case KindString:
		return normalString(text), ""
	case KindText:
		return normalLines(text), ""
	case KindEmail:
		return normalEmail(text)
	case KindPhone:
		return normalPhone(text, n.Region)
	case KindURL:
		return normalURL(text)
	case KindCountry:
		return normalCountry(text)
	case KindEnum:
		return t.normalWord(text)
	case KindDate:
		return normalDate(text)
	}
	return strings.TrimSpace(text), ""
}

func (t *Type) normalWord(word string) (normal, reason string) {
	if len(t.Words) > 0 && t.Rank(word) < 0 {
		return "", "it is none of the " + strconv.Itoa(len(t.Words)) + " words"
	}
	return word, ""
}

func normalInt(v Value) (Value, string) {
	if v.kind == KindInt {
		return v, ""
	}
	if v.kind != KindDecimal && !v.kind.Textual() {
		return Value{}, "expected a whole number, got a " + v.kind.String()
	}
	text, reason := canonicalDecimal(strings.TrimSpace(v.text))
	if reason != "" {
		return Value{}, reason
	}
	if strings.IndexByte(text, '.') >= 0 {
		return Value{}, "expected a whole number, got a fraction"
	}
	whole, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return Value{}, "the number does not fit 64 bits"
	}
	return Int(whole), ""
}

func normalDecimal(v Value) (Value, string) {
	if v.kind == KindInt {
		return Decimal(strconv.FormatInt(v.num, 10)), ""
	}
	if v.kind != KindDecimal && !v.kind.Textual() {
		return Value{}, "expected a number, got a " + v.kind.String()
	}
	text, reason := canonicalDecimal(strings.TrimSpace(v.text))
	return Decimal(text), reason
}

func normalMoney(v Value) (Value, string) {
	switch {
	case v.kind == KindMoney:
		return canonicalMoney(v.text, v.Currency())
	case v.kind == KindObject:
		amount, code := v.Field("amount"), v.Field("currency")
		if !amount.Is() || !code.Is() {
			return Value{}, "expected the fields amount and currency"
		}
		return canonicalMoney(strings.TrimSpace(amount.Plain()), strings.TrimSpace(code.Plain()))
	case !v.kind.Textual():
		return Value{}, notMoney
	}
	amount, code, reason := splitMoney(strings.TrimSpace(v.text))
	if reason != "" {
		return Value{}, reason
	}
	return canonicalMoney(amount, code)
}

func normalBool(v Value) (Value, string) {
	switch {
	case v.kind == KindBool:
		return Bool(v.num != 0), ""
	case v.kind == KindInt && v.num>>1 == 0:
		return Bool(v.num == 1), ""
	case v.kind.Textual():
		if b, ok := truth(strings.TrimSpace(v.text)); ok {
			return Bool(b), ""
		}
	}
	return Value{}, "expected true or false, yes or no, 1 or 0"
}

func truth(word string) (value, ok bool) {
	for _, w := range [...]string{"true", "yes", "y", "t", "1", "on"} {
		if strings.EqualFold(word, w) {
			return true, true
		}
	}
	for _, w := range [...]string{"false", "no", "n", "f", "0", "off"} {
		if strings.EqualFold(word, w) {
			return false, true
		}
	}
	return false, false
}
