package httpclient

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, value, date string
		want              time.Duration
		ok                bool
	}{
		{"seconds", "120", "", 2 * time.Minute, true},
		{"a part of a second", "1.5", "", 1500 * time.Millisecond, true},
		{"nothing", "0", "", 0, true},
		{"a date", "Sun, 01 Mar 2026 12:00:30 GMT", "", 30 * time.Second, true},
		{"a date of a server whose clock is an hour ahead", "Sun, 01 Mar 2026 13:00:30 GMT", "Sun, 01 Mar 2026 13:00:00 GMT", 30 * time.Second, true},
		{"a date that is over", "Sun, 01 Mar 2026 11:00:30 GMT", "", 0, true},
		{"an ISO date", "2026-03-01T12:00:30Z", "", 30 * time.Second, true},
		{"an epoch", "1772366430", "", 30 * time.Second, true},
		{"an epoch of a server whose clock is an hour ahead", "1772370030", "Sun, 01 Mar 2026 13:00:00 GMT", 30 * time.Second, true},
		{"an epoch in milliseconds", "1772366430500", "", 30500 * time.Millisecond, true},
		{"an epoch that is over", "1772366000", "", 0, true},
		{"more digits than a number has", "99999999999999999999999999", "", longest, true},
		{"a billion seconds", "999999999", "", longest, true},
		{"negative", "-5", "", 0, false},
		{"infinite", "inf", "", 0, false},
		{"hexadecimal", "0x10", "", 0, false},
		{"words", "soon", "", 0, false},
		{"none", "", "", 0, false},
	} {
		got, ok := after(http.Header{"Retry-After": {tt.value}, "Date": {tt.date}}, now)
		if ok != tt.ok || (got-tt.want).Abs() > time.Microsecond {
			t.Errorf("%s: %v %v, want %v %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzUntil(f *testing.F) {
	for _, s := range []string{"1", "1e9", "1772366430", "Sun, 01 Mar 2026 12:00:30 GMT", "9999999999999", ".", "1..2", "-1"} {
		f.Add(s, int64(1772366400))
	}
	f.Fuzz(func(t *testing.T, s string, now int64) {
		d, ok := until(s, time.Unix(now%(1<<33), 0))
		if d < 0 || d > longest || !ok && d != 0 {
			t.Errorf("%q is %v, %v", s, d, ok)
		}
	})
}

func TestBudgetHeaders(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	own := []Budget{
		{Remaining: "X-HubSpot-RateLimit-Daily-Remaining", Limit: "X-HubSpot-RateLimit-Daily", Per: 24 * time.Hour},
		{Usage: "Sforce-Limit-Info"},
		{Usage: "X-Shop-Api-Call-Limit", Per: time.Second},
	}
	for _, tt := range []struct {
		name string
		h    map[string]string
		want []told
	}{
		{"none", nil, nil},
		{"the usual", map[string]string{"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "49", "X-RateLimit-Reset": "1772366410"},
			[]told{{"X-RateLimit-Remaining", 49, 50, 10 * time.Second}}},
		{"without a limit and a reset", map[string]string{"X-Rate-Limit-Remaining": "3"}, []told{{"X-Rate-Limit-Remaining", 3, 0, 0}}},
		{"a reset that is over", map[string]string{"RateLimit-Remaining": "0", "RateLimit-Reset": "0"}, []told{{"RateLimit-Remaining", 0, 0, time.Millisecond}}},
		{"several windows", map[string]string{"RateLimit-Limit": "100, 100;w=60, 1000;w=3600", "RateLimit-Remaining": "12, 400"}, []told{{"RateLimit-Remaining", 12, 100, 0}}},
		{"a day's", map[string]string{"X-HubSpot-RateLimit-Daily": "250000", "X-HubSpot-RateLimit-Daily-Remaining": "249999"},
			[]told{{"X-HubSpot-RateLimit-Daily-Remaining", 249999, 250000, 24 * time.Hour}}},
		{"use of a limit", map[string]string{"Sforce-Limit-Info": "api-usage=18/5000, per-app-api-usage=17/250(appName=x)", "X-Shop-Api-Call-Limit": "32/40"},
			[]told{{"Sforce-Limit-Info", 4982, 5000, 0}, {"X-Shop-Api-Call-Limit", 8, 40, time.Second}}},
		{"the draft", map[string]string{"RateLimit": `"burst";r=5;t=3, "daily";r=900;t=3600`}, []told{{`RateLimit "burst"`, 5, 0, 3 * time.Second}, {`RateLimit "daily"`, 900, 0, time.Hour}}},
		{"the older draft", map[string]string{"RateLimit": "limit=100, remaining=50, reset=5"}, []told{{"RateLimit", 50, 100, 5 * time.Second}}},
		{"use of a limit beside that of a burst", map[string]string{"Sforce-Limit-Info": "api-usage=10018/100000; api-bursts=1/750"}, []told{{"Sforce-Limit-Info", 89982, 100000, 0}}},
		{"rubbish", map[string]string{"X-RateLimit-Remaining": "many", "RateLimit": `;;==,"`, "Sforce-Limit-Info": "/", "RateLimit-Remaining": "-3"}, nil},
	} {
		h := http.Header{}
		for name, v := range tt.h {
			h.Set(name, v)
		}
		if diff := cmp.Diff(tt.want, budgets(h, own, now), cmp.AllowUnexported(told{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
