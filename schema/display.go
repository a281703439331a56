package schema

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Display returns the value as people read it, in one line, control
// characters escaped. A value that is not present shows as the word for its
// state.
func (v Value) Display() string {
	if v.state != Present {
		return v.state.String()
	}
	switch v.kind {
	case KindList, KindSet:
		return "[" + v.displayItems() + "]"
	case KindObject:
		return "{" + v.displayItems() + "}"
	}
	return oneLine(v.Plain())
}

func (v Value) displayItems() string {
	var b strings.Builder
	for i, item := range v.Items() {
		if i > 0 {
			b.WriteString(", ")
		}
		if names := v.Names(); names != nil {
			b.WriteString(oneLine(names[i]))
			b.WriteString(": ")
		}
		b.WriteString(item.Display())
	}
	return b.String()
}

func oneLine(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hidden(r rune) bool {
	return r < ' ' || r == 0x7f || r == unicode.ReplacementChar || r > 0x7f && !unicode.IsPrint(r) && !unicode.IsSpace(r) || r == 0x85 || r == 0x2028 || r == 0x2029
}

// Plain returns the text of a scalar: what a CSV cell or a text field takes.
// It is "" for lists, sets and objects, and for what is not present. Display
// is for people; this is for machines.
func (v Value) Plain() string {
	if v.state != Present {
		return ""
	}
	switch v.kind {
	case KindInt:
		return strconv.FormatInt(v.num, 10)
	case KindBool:
		return strconv.FormatBool(v.num != 0)
	case KindTimestamp:
		return string(v.appendTime(nil))
	case KindMoney:
		return v.text + " " + v.Currency()
	}
	return v.text
}

// timeLayout is RFC 3339 to the microsecond.
const timeLayout = "2006-01-02T15:04:05.999999Z07:00"

func (v Value) appendTime(dst []byte) []byte {
	return time.UnixMicro(v.num).UTC().AppendFormat(dst, timeLayout)
}
