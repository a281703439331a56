package engine

import (
	"slices"
	"strings"

	"syncline/engine/review"
	"syncline/pipelines"
)

// Documents describes the pipelines of a configuration, those of the names or
// all of them. It asks no system: what was known while compiling is known.
func Documents(c *pipelines.Config, names []string) []*review.Document {
	var out []*review.Document
	for _, p := range c.Pipelines {
		if len(names) == 0 || slices.Contains(names, p.Name) {
			out = append(out, review.Describe(c, p))
		}
	}
	slices.SortFunc(out, func(a, b *review.Document) int { return strings.Compare(a.Pipeline, b.Pipeline) })
	return out
}
