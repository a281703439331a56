package scenario_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/all"
	"syncline/engine"
	"syncline/engine/scenario"
)

// TestExamples proves every example: what is shown to users keeps the laws.
func TestExamples(t *testing.T) {
	folders, err := filepath.Glob("../../examples/*/main.hcl")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range folders {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			prove(t, scenario.Options{Source: engine.Source{Path: folder}, Connectors: connectorsOf(), Seeds: seeds(25)})
		})
	}
}

func connectorsOf() []*connectors.Definition {
	list := all.Connectors()
	out := make([]*connectors.Definition, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// seeds is how many seeds a test plays: SYNCLINE_CHAOS_SEEDS asks for more.
func seeds(n int) int {
	if many, err := strconv.Atoi(os.Getenv("SYNCLINE_CHAOS_SEEDS")); err == nil {
		return many
	}
	return n
}

func prove(t *testing.T, o scenario.Options) *scenario.Report {
	t.Helper()
	o.First, o.Clock = max(1, o.First), time.Now
	if n, err := strconv.ParseUint(os.Getenv("SYNCLINE_CHAOS_FIRST"), 10, 64); err == nil {
		o.First += n - 1
	}
	r, err := scenario.Chaos(context.Background(), o)
	if err != nil {
		if bad, ok := err.(*scenario.BadConfig); ok {
			for _, p := range bad.Problems {
				t.Logf("%+v", p)
			}
		}
		t.Fatal(err)
	}
	t.Logf("%d seeds in %v (%v each), %+v, gaps %q", r.Seeds, r.Took, r.Took/time.Duration(max(1, r.Seeds)), *r.Tally, r.Gaps)
	if r.Failure != nil {
		t.Errorf("seed %d breaks %s (%d steps of %d)\n%s", r.Failure.Seed, r.Failure.Broken.Error(), len(r.Failure.Scenario.Steps), r.Failure.Drawn, strings.Join(r.Failure.Trace, "\n"))
	}
	return r
}
