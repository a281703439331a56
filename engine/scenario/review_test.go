package scenario_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"syncline/connectors"
	"syncline/engine/review"
	"syncline/pipelines"
)

// TestReviewOfGenerated holds, of configurations that nobody wrote, that one
// does not differ from itself and that two differ by the same whichever comes
// first.
func TestReviewOfGenerated(t *testing.T) {
	var last *pipelines.Config
	first, end := configurations(t, 12)
	for seed := first; seed <= end; seed++ {
		a, b := compiled(t, newGenerator(seed)), compiled(t, newGenerator(seed))
		if r := review.Compare(a, b); len(r.Changes)+len(r.Findings) > 0 {
			t.Errorf("%d differs from itself: %+v", seed, r.Changes[0])
		}
		if last != nil {
			forth, back := named(review.Compare(last, a)), named(review.Compare(a, last))
			if !slices.Equal(forth, back) {
				t.Errorf("%d and the one before differ by\n%q, the other way round by\n%q", seed, forth, back)
			}
		}
		last = a
	}
}

func compiled(t *testing.T, g *generator) *pipelines.Config {
	t.Helper()
	var definitions []*connectors.Definition
	for i := range g.kinds {
		definitions = append(definitions, g.kinds[i].definition())
	}
	file := filepath.Join(t.TempDir(), "main.hcl")
	if err := os.WriteFile(file, []byte(g.b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems := pipelines.Load(t.Context(), pipelines.Options{Path: file, Definitions: definitions})
	if problems.Failed() {
		t.Fatalf("%v", problems)
	}
	return c
}

// named is what a report names, without what only one order of the two has:
// which is new, and which is gone.
func named(r *review.Report) []string {
	var out []string
	for _, c := range r.Changes {
		for _, field := range append([]string{c.Field}, c.Also...) {
			out = append(out, fmt.Sprint(c.Pipeline, "/", c.End, "/", field, "/", c.Attribute, "/", c.Action == review.Changed))
		}
	}
	slices.Sort(out)
	return out
}
