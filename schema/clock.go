package schema

import (
	"strings"
	"time"
)

// normalDate returns YYYY-MM-DD. Of a date with a time it keeps the day as it
// is written.
func normalDate(s string) (normal, reason string) {
	s = strings.TrimSpace(s)
	c := clock{rest: s}
	if !c.read() {
		return "", "expected a day such as 2024-05-31"
	}
	if !c.exists() {
		return "", "there is no such day"
	}
	if s[4] == '-' {
		return s[:10], ""
	}
	return c.moment().Format(time.DateOnly), ""
}

// normalTimestamp returns a moment to the microsecond, finer digits cut off. A
// day alone is its midnight, and a time without a zone is in UTC.
func normalTimestamp(v Value) (Value, string) {
	if v.kind == KindTimestamp {
		if year := v.Time().Year(); year < 1 || year > 9999 {
			return Value{}, "the year is not between 1 and 9999"
		}
		return v, ""
	}
	if !v.kind.Textual() {
		return Value{}, "expected a moment, got a " + v.kind.String()
	}
	c := clock{rest: strings.TrimSpace(v.text)}
	if !c.read() {
		return Value{}, "expected a moment such as 2024-05-31T09:30:00Z"
	}
	if !c.exists() {
		return Value{}, "there is no such day or time"
	}
	return normalTimestamp(Timestamp(c.moment()))
}

// clock reads the parts of a date and time as ISO 8601 writes them.
type clock struct {
	rest                            string
	year, month, day                int
	hour, minute, second, nano, off int
}

// read reads a day, or a day and a time, to the end.
func (c *clock) read() bool {
	return c.date() && (c.rest == "" || c.between() && c.time() && c.zone())
}

// date reads 2024-05-31, 2024/05/31 or 20240531.
func (c *clock) date() bool {
	if len(c.rest) < 8 || !c.number(4, &c.year) {
		return false
	}
	separator := c.rest[0]
	if separator != '-' && separator != '/' {
		return c.number(2, &c.month) && c.number(2, &c.day)
	}
	return c.byte(separator) && c.number(2, &c.month) && c.byte(separator) && c.number(2, &c.day)
}

// between reads the T or the blank between a date and a time.
func (c *clock) between() bool { return c.byte('T') || c.byte('t') || c.byte(' ') }

// time reads 09:30, 09:30:00, 09:30:00.123456 or 093000.
func (c *clock) time() bool {
	if !c.number(2, &c.hour) {
		return false
	}
	colon := c.byte(':')
	if !c.number(2, &c.minute) {
		return false
	}
	if colon && !c.byte(':') || !colon && (c.rest == "" || c.rest[0]-'0' > 9) {
		return true
	}
	return c.number(2, &c.second) && c.fraction()
}

func (c *clock) fraction() bool {
	if !c.byte('.') && !c.byte(',') {
		return true
	}
	n := countDigits(c.rest)
	for i := range 9 {
		c.nano *= 10
		if i < n {
			c.nano += int(c.rest[i] - '0')
		}
	}
	c.rest = c.rest[n:]
	return n > 0
}

// zone reads nothing, Z, UTC, GMT, +02, +0200 or +02:00.
func (c *clock) zone() bool {
	c.byte(' ')
	switch c.rest {
	case "", "Z", "z", "UTC", "GMT":
		c.rest = ""
		return true
	}
	sign := 1
	if c.byte('-') {
		sign = -1
	} else if !c.byte('+') {
		return false
	}
	var hours, minutes int
	if !c.number(2, &hours) {
		return false
	}
	if c.rest != "" {
		c.byte(':')
		if !c.number(2, &minutes) {
			return false
		}
	}
	c.off = sign * (hours*3600 + minutes*60)
	return c.rest == "" && hours < 24 && minutes < 60
}

func (c *clock) exists() bool {
	return c.year >= 1 && c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= daysIn(c.year, c.month) &&
		c.hour < 24 && c.minute < 60 && c.second < 60
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func (c *clock) moment() time.Time {
	return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, time.UTC).
		Add(-time.Duration(c.off) * time.Second)
}

func (c *clock) number(n int, to *int) bool {
	if len(c.rest) < n {
		return false
	}
	for i := range n {
		if c.rest[i]-'0' > 9 {
			return false
		}
		*to = *to*10 + int(c.rest[i]-'0')
	}
	c.rest = c.rest[n:]
	return true
}

func (c *clock) byte(b byte) bool {
	if c.rest == "" || c.rest[0] != b {
		return false
	}
	c.rest = c.rest[1:]
	return true
}
