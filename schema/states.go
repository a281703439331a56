package schema

import (
	"strings"
	"time"
	"unicode"
)

// String returns the word for the state.
func (s State) String() string {
	return [...]string{"absent", "null", "empty", "value"}[s&3]
}

// EmptyValue returns the value of the kind without content.
func EmptyValue(kind Kind) Value { return Value{state: Empty, kind: kind} }

// Decimal returns an exact number as its text stands; ParseDecimal reads one
// that is not yet canonical.
func Decimal(text string) Value { return Text(KindDecimal, text) }

// Money returns an amount of a currency as the texts stand; ParseMoney reads
// one that is not yet canonical.
func Money(amount, currency string) Value {
	v := Text(KindMoney, amount)
	if v.state == Present {
		v.more = unitOf(currency)
	}
	return v
}

// Date returns the calendar day of the moment, in the moment's own location.
func Date(t time.Time) Value { return Text(KindDate, t.Format(time.DateOnly)) }

// Enum returns a word of an enum.
func Enum(word string) Value { return Text(KindEnum, word) }

// Blank reports whether the value is null, empty or a text of blanks: what
// comparing, matching and first links treat as one. Absent is not blank.
func (v Value) Blank() bool {
	switch v.state {
	case Null, Empty:
		return true
	case Present:
		return v.kind.Textual() && blankText(v.text)
	}
	return false
}

func blankText(s string) bool {
	if s == "" || s[0] > ' ' && s[0] < 0x80 {
		return s == ""
	}
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) }) < 0
}

// IsAbsent reports whether nothing was returned, permitted or selected.
func (v Value) IsAbsent() bool { return v.state == Absent }

// IsNull reports whether the system says there is no value.
func (v Value) IsNull() bool { return v.state == Null }

// Len returns the number of elements of a list or set, or of an object's
// fields.
func (v Value) Len() int {
	if v.more == nil {
		return 0
	}
	return len(v.more.items)
}

// As returns a value held as text under another textual kind; any other value
// as it is. Nothing is checked.
func (v Value) As(kind Kind) Value {
	if kind.Textual() && (v.kind.Textual() || v.state == Empty) {
		v.kind = kind
	}
	return v
}
