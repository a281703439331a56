package review_test

import (
	"os"
	"strings"
	"testing"

	"syncline/engine/review"
)

// TestRenames holds that a new name is told as one, with what it costs.
func TestRenames(t *testing.T) {
	src, err := os.ReadFile("testdata/rich.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, what, risk string }{
		{`pipeline "people"`, `pipeline "persons"`, "pipeline persons", "high"},
		{"crm", "sales", "", ""}, // a system and its end
	} {
		r := review.Compare(loadText(t, string(src)), loadText(t, strings.ReplaceAll(string(src), c.old, c.new)))
		renamed := 0
		for _, change := range r.Changes {
			if change.Action == review.Renamed {
				renamed++
			}
			if change.Action == review.Gone || change.Action == review.New {
				t.Errorf("%s: %s", c.new, change.Sentence)
			}
		}
		if c.what != "" && (len(r.Changes) != 1 || renamed != 1 || r.Changes[0].What != c.what || r.Changes[0].Risk.String() != c.risk) {
			t.Errorf("%s:\n%s", c.new, told(r))
		}
		if renamed == 0 {
			t.Errorf("%s is not told as a new name:\n%s", c.new, told(r))
		}
	}
}

// TestSecretsAreNotShown holds that neither a secret in plain text nor what
// comes of a sensitive variable is in a report.
func TestSecretsAreNotShown(t *testing.T) {
	src, err := os.ReadFile("testdata/rich.hcl")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(src), `secret("env:SF_SECRET")`, `"hunter-2-hunter"`, 1)
	other := strings.NewReplacer("hunter-2-hunter", "rabbit-3-rabbit", "tenant-secret-47", "tenant-secret-48").Replace(text)
	r := review.Compare(loadText(t, text), loadText(t, other))
	if len(r.Changes) != 2 {
		t.Errorf("two values changed:\n%s", told(r))
	}
	for _, c := range r.Changes {
		all := c.Full() + c.Old + c.New
		for _, secret := range []string{"hunter", "rabbit", "tenant-secret"} {
			if strings.Contains(all, secret) {
				t.Errorf("%s is shown: %s", secret, all)
			}
		}
	}
}
