package httpclient

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longest bounds what a system may ask to wait for: no text of digits is an
// overflow.
const longest = 366 * 24 * time.Hour

// after reads Retry-After: seconds, a date, or an epoch; false when there is
// none that can be read.
func after(h http.Header, now time.Time) (time.Duration, bool) {
	return until(h.Get("Retry-After"), serverTime(h, now))
}

// serverTime is the time at the server by its Date, so that its dates are read
// against its own clock; now when it has none.
func serverTime(h http.Header, now time.Time) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return now
}

// until reads a moment as a time from now: seconds, an epoch in seconds or
// milliseconds, or a date. What lies back is 0.
func until(s string, now time.Time) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, false
	}
	if at, err := http.ParseTime(s); err == nil {
		return within(at.Sub(now)), true
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return within(at.Sub(now)), true
	}
	n, ok := decimal(s)
	switch {
	case !ok:
		return 0, false
	case n >= 1e12:
		n = n/1e3 - float64(now.UnixMilli())/1e3
	case n >= 1e9: // as seconds it would be 31 years
		n -= float64(now.UnixMilli()) / 1e3
	}
	if n > longest.Seconds() {
		return longest, true
	}
	return within(time.Duration(n * float64(time.Second))), true
}

func within(d time.Duration) time.Duration { return min(max(d, 0), longest) }

// decimal reads digits with at most one point. ParseFloat alone would take
// "inf", "0x1p9" and "1e99".
func decimal(s string) (float64, bool) {
	if strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// usual are the families of budget headers that most systems use.
var usual = []Budget{
	{Remaining: "X-RateLimit-Remaining", Limit: "X-RateLimit-Limit", Reset: "X-RateLimit-Reset"},
	{Remaining: "X-Rate-Limit-Remaining", Limit: "X-Rate-Limit-Limit", Reset: "X-Rate-Limit-Reset"},
	{Remaining: "RateLimit-Remaining", Limit: "RateLimit-Limit", Reset: "RateLimit-Reset"},
}

// told is what one answer says of one budget.
type told struct {
	family string
	left   int
	limit  int           // 0: unknown
	back   time.Duration // 0: unknown
}

// budgets reads every budget header of an answer.
func budgets(h http.Header, own []Budget, now time.Time) []told {
	now = serverTime(h, now)
	var all []told
	for _, families := range [][]Budget{usual, own} {
		for _, f := range families {
			if t, ok := f.read(h, now); ok {
				all = append(all, t)
			}
		}
	}
	return append(all, draft(h)...)
}

func (f Budget) read(h http.Header, now time.Time) (told, bool) {
	t := told{family: f.Remaining + f.Usage, back: f.Per}
	if used, limit, ok := usage(h.Get(f.Usage)); f.Usage != "" && ok {
		t.left, t.limit = max(limit-used, 0), limit
	} else if left, ok := whole(h.Get(f.Remaining)); f.Remaining != "" && ok {
		t.left = left
	} else {
		return t, false
	}
	if limit, ok := whole(h.Get(f.Limit)); f.Limit != "" && ok {
		t.limit = limit
	}
	if back, ok := until(h.Get(f.Reset), now); f.Reset != "" && ok {
		t.back = max(back, time.Millisecond)
	}
	return t, true
}

// whole reads the smallest number of a list such as "100, 100;w=60".
func whole(s string) (int, bool) {
	least, found := 0, false
	for item := range strings.SplitSeq(s, ",") {
		number, _, _ := strings.Cut(item, ";")
		n, ok := decimal(strings.TrimSpace(number))
		if ok && (!found || int(n) < least) {
			least, found = int(min(n, 1e15)), true
		}
	}
	return least, found
}

// usage reads "18/5000", also behind a name: "api-usage=18/5000".
func usage(s string) (used, limit int, ok bool) {
	s, _, _ = strings.Cut(s, ",")
	if _, value, named := strings.Cut(s, "="); named {
		s = value
	}
	left, right, _ := strings.Cut(s, "/")
	used, ok1 := whole(left)
	limit, ok2 := whole(right)
	return used, limit, ok1 && ok2
}

// draft reads the header RateLimit of the IETF's draft, in its old form
// (limit=100, remaining=50, reset=5) and its new ("name";r=50;t=5).
func draft(h http.Header) []told {
	var all []told
	old := map[string]string{}
	for item := range strings.SplitSeq(strings.Join(h.Values("RateLimit"), ","), ",") {
		name, rest, _ := strings.Cut(strings.TrimSpace(item), ";")
		if key, value, ok := strings.Cut(name, "="); ok {
			old[strings.TrimSpace(key)] = value
			continue
		}
		params := map[string]string{}
		for p := range strings.SplitSeq(rest, ";") {
			key, value, _ := strings.Cut(strings.TrimSpace(p), "=")
			params[key] = value
		}
		if t, ok := drafted("RateLimit "+name, params["r"], "", params["t"]); ok {
			all = append(all, t)
		}
	}
	if t, ok := drafted("RateLimit", old["remaining"], old["limit"], old["reset"]); ok {
		all = append(all, t)
	}
	return all
}

func drafted(family, remaining, limit, reset string) (told, bool) {
	left, ok := whole(remaining)
	most, _ := whole(limit)
	seconds, timed := decimal(reset)
	t := told{family: family, left: left, limit: most}
	if timed {
		t.back = max(within(time.Duration(min(seconds, longest.Seconds())*float64(time.Second))), time.Millisecond)
	}
	return t, ok
}
