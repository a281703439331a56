package schema

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestUnparsedPhone proves that a number taken without parsing is the one the
// library gives.
func TestUnparsedPhone(t *testing.T) {
	regions := []string{"US", "CA", "DE", "GB", "FR", "IT", "RU", "FI", "CU", "CO", "JP", "AU", "BR", "MX", "AR", "HK", "AS", "KZ", "SG", "LU"}
	for region := range dialledFrom() {
		regions = append(regions, region)
	}
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		region := rapid.SampledFrom(regions).Draw(t, "region")
		for range 50 {
			digits := rapid.StringMatching(`\+?[0-9]{5,13}`).Draw(t, "digits")
			s := spaced(t, digits)
			fast, ok := unparsedPhone(s, region)
			if !ok {
				continue
			}
			taken++
			if want, reason := readPhone(s, region); want != fast || reason != "" {
				t.Fatalf("%q in %s: unparsed %q, parsed %q %s", s, region, fast, want, reason)
			}
		}
	})
	if taken < 100 {
		t.Errorf("only %d numbers were taken unparsed", taken)
	}
	for s, want := range map[string]string{"(415) 555-0132": "+14155550132", "+49 30 / 123456": "+4930123456"} {
		if got, ok := unparsedPhone(s, "US"); !ok || got != want {
			t.Errorf("%q: %q, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "12", "1-415-555-0132", "011 49 30 123456", "415 555 0132 x3", "415+5550132", strings.Repeat("1", 99)} {
		if got, ok := unparsedPhone(s, "US"); ok {
			t.Errorf("%q was taken unparsed as %q", s, got)
		}
	}
}

// spaced puts the usual signs between digits.
func spaced(t *rapid.T, digits string) string {
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && rapid.IntRange(0, 3).Draw(t, "sign") == 0 {
			b.WriteString(rapid.SampledFrom([]string{" ", "-", ".", " (", ") ", "/", " / ", "--"}).Draw(t, "signs"))
		}
		b.WriteRune(c)
	}
	return b.String()
}
