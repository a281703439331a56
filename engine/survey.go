package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"syncline/engine/state"
	"syncline/pipelines"
)

// Survey says what one choice for many items would do.
type Survey struct {
	Choice  string        `json:"choice"`
	Fit     []SurveyGroup `json:"fit"`     // the items that it is offered for, by kind
	Same    int           `json:"same"`    // those that have it stored already
	Refused []Refusal     `json:"refused"` // the items that it is not offered for
	Picks   []Pick        `json:"-"`       // those that it is offered for, with what they show now
}

// SurveyGroup counts items of one kind.
type SurveyGroup struct {
	Pipeline string    `json:"pipeline"`
	Kind     string    `json:"kind"`
	Field    string    `json:"field"`
	Count    int       `json:"count"`
	Oldest   time.Time `json:"oldest"`
}

// Survey looks at the items that the filters let through and says for which of
// them the choice is offered. It changes nothing: ResolveAll takes the picks.
func (e *Engine) Survey(ctx context.Context, c *pipelines.Config, o ConflictsOptions, choice string) (Survey, error) {
	out := Survey{Choice: choice}
	groups := map[SurveyGroup]*SurveyGroup{}
	err := e.reading(c, func(s *state.Store) error {
		x, err := e.sel(s, c, &o)
		if err != nil {
			return err
		}
		return x.pages(func(v *state.View, page []openRef) error {
			for i := range page {
				k, ok := x.conflict(v, &page[i])
				if !ok {
					continue
				}
				out.add(groups, x.describe(v, &page[i], &k, false), &k, page[i].id)
			}
			return ctx.Err()
		})
	})
	for _, g := range groups {
		out.Fit = append(out.Fit, *g)
	}
	slices.SortFunc(out.Fit, func(a, b SurveyGroup) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Pipeline+a.Kind+a.Field, b.Pipeline+b.Kind+b.Field))
	})
	return out, err
}

func (x *Survey) add(groups map[SurveyGroup]*SurveyGroup, item OpenItem, k *state.Conflict, id string) {
	if err := offered(&item, k, x.Choice); err != nil {
		x.Refused = append(x.Refused, Refusal{ID: item.ID, Why: err.Error()})
		return
	}
	if item.Choice == x.Choice {
		x.Same++
	}
	key := SurveyGroup{Pipeline: item.Pipeline, Kind: item.Kind, Field: item.Field}
	g := groups[key]
	if g == nil {
		g = &SurveyGroup{Pipeline: item.Pipeline, Kind: item.Kind, Field: item.Field, Oldest: item.Since}
		groups[key] = g
	}
	g.Count++
	if item.Since.Before(g.Oldest) {
		g.Oldest = item.Since
	}
	x.Picks = append(x.Picks, Pick{ID: id, Saw: item.Saw})
}
