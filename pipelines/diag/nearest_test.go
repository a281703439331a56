package diag

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	tests := []struct {
		word       string
		candidates []string
		want       string
	}{
		{"contry", []string{"company", "country", "county"}, "country"},
		{"emial", []string{"id", "email", "emails"}, "email"},
		{"FirstName", []string{"last_name", "first_name"}, "first_name"},
		{"cmr", []string{"ats", "crm"}, "crm"},
		{"mail", []string{"phone", "name"}, ""},
		{"x", []string{"record", "value"}, ""},
		{"email", nil, ""},
		{"", []string{"a", "b"}, ""},
		{"stag", []string{"stage_name", "stage"}, "stage"},
		{"naïve", []string{"naive"}, "naive"},
		{"lowerAsci", []string{"lower", "lowerAscii"}, "lowerAscii"},
	}
	for _, tt := range tests {
		if got := Nearest(tt.word, tt.candidates); got != tt.want {
			t.Errorf("Nearest(%q, %q) = %q, want %q", tt.word, tt.candidates, got, tt.want)
		}
		back := slices.Clone(tt.candidates)
		slices.Reverse(back)
		if got := Nearest(tt.word, back); got != tt.want {
			t.Errorf("Nearest(%q, %q) = %q, want %q: order matters", tt.word, back, got, tt.want)
		}
	}
}
