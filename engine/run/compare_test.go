package run

import (
	"testing"

	"syncline/engine/decide"
	"syncline/engine/plans"
	"syncline/pipelines"
)

// TestPermitted holds that a record that is gone at one end is archived or
// deleted only where the end allows it.
func TestPermitted(t *testing.T) {
	p := &pass{}
	for _, allow := range [][]string{{"read"}, {"read", "archive"}, {"read", "delete"}, {"read", "update"}} {
		p.ends = append(p.ends, &endPass{End: &plans.End{End: &pipelines.End{Allow: allow}}})
	}
	all := decide.Ends(0).With(1).With(2).With(3)
	for fate, want := range map[decide.Fate]decide.Ends{
		decide.Archives: decide.Ends(0).With(1), decide.Deletes: decide.Ends(0).With(2), decide.Repoints: all, decide.Unlinks: all,
	} {
		if got := p.permitted(decide.Verdict{Fate: fate, Ends: all}).Ends; got != want {
			t.Errorf("fate %d: ends %b, want %b", fate, got, want)
		}
	}
}
