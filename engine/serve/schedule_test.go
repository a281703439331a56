package serve

import (
	"testing"
	"time"
)

// TestCronKeepsItsZone: six o'clock in Berlin is six o'clock there in winter
// and in summer, wherever the machine stands. R2.2
func TestCronKeepsItsZone(t *testing.T) {
	for _, tt := range []struct{ cron, after, want string }{
		{"CRON_TZ=Europe/Berlin 0 6 * * *", "2026-03-28T12:00:00Z", "2026-03-29T04:00:00Z"}, // summer time began that night
		{"CRON_TZ=Europe/Berlin 0 6 * * *", "2026-03-27T12:00:00Z", "2026-03-28T05:00:00Z"},
		{"CRON_TZ=America/New_York 30 18 * * 1-5", "2026-11-27T23:31:00Z", "2026-11-30T23:30:00Z"}, // over a weekend
		{"*/15 * * * *", "2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z"},
	} {
		after, err := time.Parse(time.RFC3339, tt.after)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := tick(tt.cron, after)
		if !ok || got.UTC().Format(time.RFC3339) != tt.want {
			t.Errorf("%s after %s: %v, %v; want %s", tt.cron, tt.after, got.UTC(), ok, tt.want)
		}
	}
	if _, ok := tick("CRON_TZ=Nowhere/Atall 0 6 * * *", time.Now()); ok {
		t.Error("a zone that is not there has a time")
	}
}

// TestPollsSpread: pipelines that began together do not poll together for ever,
// and none polls early.
func TestPollsSpread(t *testing.T) {
	r, last := rhythm{every: 10 * time.Minute}, time.Unix(1e9, 0)
	for share, want := range map[float64]time.Duration{0: 10 * time.Minute, 0.5: 10*time.Minute + 30*time.Second, 1: 11 * time.Minute} {
		if got := r.next(last, share).Sub(last); got != want {
			t.Errorf("share %v: %v, want %v", share, got, want)
		}
	}
	if !(&rhythm{}).next(last, 1).IsZero() {
		t.Error("who has no schedule is polled")
	}
}

func TestBackoff(t *testing.T) {
	for n, want := range map[int]time.Duration{1: 10 * time.Second, 2: 20 * time.Second, 5: 160 * time.Second, 60: time.Hour} {
		if got := backoff(n, leastBackoff, mostBackoff); got != want {
			t.Errorf("after %d failures: %v, want %v", n, got, want)
		}
	}
}
