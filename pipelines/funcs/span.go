package funcs

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

var errSpan = errors.New(`a duration is written "90s", "4h", "45d" or "1d12h"`)

var spanUnits = []struct {
	word string
	span time.Duration
}{
	{"ms", time.Millisecond}, {"s", time.Second}, {"m", time.Minute},
	{"h", time.Hour}, {"d", 24 * time.Hour}, {"w", 7 * 24 * time.Hour},
}

// ParseSpan reads a duration as configurations write it: whole numbers with
// the units ms, s, m, h, d (24 hours) and w, largest first or not.
func ParseSpan(text string) (time.Duration, error) {
	rest := strings.TrimSpace(text)
	if rest == "" || len(rest) > 64 {
		return 0, errSpan
	}
	var total time.Duration
	for rest != "" {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if digits <= 0 {
			return 0, errSpan
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		unit, length := spanUnit(rest[digits:])
		if err != nil || length == 0 || n > int64(1<<62)/int64(unit) {
			return 0, errSpan
		}
		total += time.Duration(n) * unit
		if total < 0 {
			return 0, errSpan
		}
		rest = rest[digits+length:]
	}
	return total, nil
}

func spanUnit(s string) (time.Duration, int) {
	for _, u := range spanUnits {
		if strings.HasPrefix(s, u.word) {
			return u.span, len(u.word)
		}
	}
	return 0, 0
}
