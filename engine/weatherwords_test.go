package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"syncline/engine/plans"
)

// written says what arrived, by system.
func written(arrived []string) string {
	count := map[string]int{}
	for _, what := range arrived {
		count[what]++
	}
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(count)) {
		parts = append(parts, fmt.Sprintf("%d × %s", count[what], what))
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, "<br>")
}

// left says what a run did not settle.
func left(s *plans.Summary) string {
	if s == nil {
		return "everything"
	}
	var parts []string
	for _, p := range s.Pipelines {
		if p.Failed != "" {
			return "everything: the pipeline stopped"
		}
		for _, e := range p.Ends {
			for _, x := range []struct {
				n    int
				what string
			}{{e.Waiting, "waiting"}, {e.InFlight, "in flight"}, {e.Review, "in review"}, {e.NotReached, "not reached"}, {e.Refused, "refused"}} {
				if x.n > 0 {
					parts = append(parts, fmt.Sprintf("%s: %d %s", e.End, x.n, x.what))
				}
			}
		}
		for _, w := range p.Withheld {
			parts = append(parts, fmt.Sprintf("%s: %d %s withheld", w.End, w.Count, w.Kind))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, "<br>")
}

// heard says of what the owner heard, in the first words of each message.
func heard(logged []string) string {
	var parts []string
	for _, line := range logged {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "pipeline ") {
			continue // the head of the message
		}
		kind, _, _ := strings.Cut(line, ":")
		word, _, _ := strings.Cut(kind, " ")
		if !slices.Contains(parts, word) {
			parts = append(parts, word)
		}
	}
	if len(parts) == 0 {
		return "nobody"
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// exitOf is the exit code of the run.
func exitOf(s *plans.Summary, err error) string {
	if err != nil || s == nil {
		return "1"
	}
	for _, p := range s.Pipelines {
		if p.Failed != "" || len(p.Withheld) > 0 || slices.ContainsFunc(p.Ends, func(e plans.EndSummary) bool { return e.Down != "" }) {
			return "1"
		}
	}
	return "0"
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// endsOf returns what a run says of each end.
func endsOf(s *plans.Summary) (ends []plans.EndSummary) {
	if s == nil {
		return nil
	}
	for _, p := range s.Pipelines {
		ends = append(ends, p.Ends...)
	}
	return ends
}
