package sqltable

import (
	"strings"
	"time"
)

// layouts are the ways databases spell a time, the ones with a zone first.
// A time without a zone is UTC.
var layouts = [...]string{
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999Z07",
	"2006-01-02 15:04:05.999999999 Z07:00",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02 15:04Z07:00",
	"2006-01-02 15:04",
	"2006-01-02",
}

// ParseTime reads a time in any spelling a database uses.
func ParseTime(s string) (time.Time, bool) {
	if len(s) > 10 && s[10] == 'T' {
		s = s[:10] + " " + s[11:]
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// SpellTime spells a time the way of a sample, so that texts sort as times do.
// The fraction keeps the sample's digits. Without a sample it is RFC 3339 with
// microseconds.
func SpellTime(t time.Time, sample string) string {
	if len(sample) <= len(time.DateOnly) {
		return t.UTC().Format("2006-01-02T15:04:05.000000Z")
	}
	layout := "2006-01-02" + sample[10:11] + "15:04:05"
	if _, after, found := strings.Cut(sample, "."); found {
		digits := 0
		for digits < len(after) && after[digits] >= '0' && after[digits] <= '9' {
			digits++
		}
		layout += "." + strings.Repeat("0", digits)
	}
	switch s := t.UTC().Format(layout); {
	case strings.HasSuffix(sample, "Z"):
		return s + "Z"
	case strings.HasSuffix(sample, "+00:00"):
		return s + "+00:00"
	case strings.HasSuffix(sample, "+00"):
		return s + "+00"
	default:
		return s
	}
}
