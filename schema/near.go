package schema

import (
	"strings"

	"github.com/adrg/strutil/metrics"
)

// near returns the word of an enum that was probably meant, "" when none is
// near enough.
func (t *Type) near(v Value) string {
	if t.Kind != KindEnum || len(v.text) > 100 {
		return ""
	}
	written := strings.ToLower(strings.TrimSpace(v.text))
	distance := metrics.NewLevenshtein()
	best, least := "", 1+len(written)/3
	for _, word := range t.Words {
		if d := distance.Distance(written, strings.ToLower(word)); d < least || d == least && best == "" {
			best, least = word, d
		}
	}
	return best
}
