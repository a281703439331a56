package memory

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"syncline/schema"
)

// Habit is something a system does to every value it stores in a field, so
// that what it shows afterwards is not what was sent. A blank is left as it is.
type Habit struct {
	Name string
	Doc  string
	Do   func(schema.Value) schema.Value
}

// Habits returns the ready habits, one of each kind.
func Habits() []Habit {
	return []Habit{Trim(), Collapse(), Lower(), Title(), Round(2), Shorten(20), Zoneless(), Coarse(time.Second)}
}

// Trim drops the blanks around a text.
func Trim() Habit {
	return onText("trim", "Drops the blanks around a text.", strings.TrimSpace)
}

// Collapse makes one space of every run of blanks.
func Collapse() Habit {
	return onText("collapse", "Makes one space of every run of blanks.", func(s string) string {
		return strings.Join(strings.Fields(s), " ")
	})
}

// Lower writes a text in lower case.
func Lower() Habit { return onText("lower", "Writes a text in lower case.", strings.ToLower) }

// Title begins every word with a capital and writes the rest of it small.
func Title() Habit {
	return onText("title", "Begins every word with a capital and writes the rest small.", func(s string) string {
		begins := true
		return strings.Map(func(r rune) rune {
			first := begins
			begins = unicode.IsSpace(r)
			if first {
				return unicode.ToTitle(r)
			}
			return unicode.ToLower(r)
		}, s)
	})
}

// Shorten keeps the first n letters of a text and says nothing.
func Shorten(n int) Habit {
	return onText("shorten", "Keeps the first "+strconv.Itoa(n)+" letters of a text.", func(s string) string {
		if letters := []rune(s); len(letters) > n {
			return string(letters[:n])
		}
		return s
	})
}

// Zoneless drops the offset or Z at the end of a time that is kept as a text.
func Zoneless() Habit {
	return onText("zoneless", "Drops the time zone of a time kept as text.", func(s string) string {
		for _, layout := range []string{time.RFC3339, time.RFC3339Nano} {
			if _, err := time.Parse(layout, s); err == nil {
				return s[:strings.LastIndexAny(s, "Zz+-")]
			}
		}
		return s
	})
}

// Round rounds a number to n places after the point, halves away from zero.
// An int and a text stay as they are.
func Round(places int) Habit {
	return Habit{
		Name: "round", Doc: "Rounds a number to " + strconv.Itoa(places) + " places.",
		Do: func(v schema.Value) schema.Value {
			if v.Kind() != schema.KindDecimal && v.Kind() != schema.KindMoney {
				return v
			}
			n, err := schema.ParseDecimal(rounded(v.Text(), places))
			switch {
			case err != nil:
				return v
			case v.Kind() == schema.KindMoney:
				return schema.Money(n.Text(), v.Currency())
			}
			return n
		},
	}
}

// rounded works on the digits themselves: a number is exact.
func rounded(text string, places int) string {
	point := strings.IndexByte(text, '.')
	if point < 0 || len(text)-point-1 <= places {
		return text
	}
	digits := []byte(text[:point] + text[point+1:point+1+places])
	if text[point+1+places] >= '5' {
		digits = carried(digits)
	}
	whole := len(digits) - places
	if places == 0 {
		return string(digits)
	}
	return string(digits[:whole]) + "." + string(digits[whole:])
}

// carried adds one to the last digit.
func carried(digits []byte) []byte {
	first := 0
	if len(digits) > 0 && digits[0] == '-' {
		first = 1
	}
	for i := len(digits) - 1; i >= first; i-- {
		if digits[i] < '9' {
			digits[i]++
			return digits
		}
		digits[i] = '0'
	}
	out := append(append([]byte(nil), digits[:first]...), '1')
	return append(out, digits[first:]...)
}

// Coarse cuts a timestamp to whole steps: time.Second drops what is below a
// second, time.Minute the seconds.
func Coarse(step time.Duration) Habit {
	return Habit{
		Name: "coarse", Doc: "Cuts a timestamp to whole steps of " + step.String() + ".",
		Do: func(v schema.Value) schema.Value {
			if v.Kind() != schema.KindTimestamp {
				return v
			}
			return schema.Timestamp(v.Time().Truncate(step))
		},
	}
}

// onText is a habit that concerns texts of every kind and the texts in a list.
func onText(name, doc string, do func(string) string) Habit {
	h := Habit{Name: name, Doc: doc}
	h.Do = func(v schema.Value) schema.Value {
		switch {
		case v.Kind() == schema.KindList:
			return schema.List(each(v.Items(), h.Do)...)
		case v.Kind() == schema.KindSet:
			return schema.Set(each(v.Items(), h.Do)...)
		case v.Kind().Textual() && v.Kind() != schema.KindDecimal:
			return schema.Text(v.Kind(), do(v.Text()))
		}
		return v
	}
	return h
}

func each(items []schema.Value, do func(schema.Value) schema.Value) []schema.Value {
	out := make([]schema.Value, len(items))
	for i, v := range items {
		out[i] = do(v)
	}
	return out
}

// kept returns a value as the table keeps it.
func (t *Table) kept(field string, v schema.Value) schema.Value {
	l := &t.layout
	if l.Normalise != nil {
		v = l.Normalise(field, v)
	}
	for _, h := range l.Habits[field] {
		if !v.Is() {
			continue
		}
		next := h.Do(v)
		if !same(next, v) {
			t.system.showed["habit "+h.Name]++
		}
		v = next
	}
	return v
}
