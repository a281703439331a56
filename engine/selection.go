package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"syncline/engine/state"
	"syncline/pipelines"
)

// openPage is how many open items are read at once, answerPage how many are
// answered in one transaction.
const (
	openPage   = 500
	answerPage = 2000
)

// openRef names one open item: small enough to keep for all of them.
type openRef struct {
	pipeline int // in the selection's list
	entity   state.Entity
	unit     state.Number
	subject  string
	first    time.Time
	id       string
}

// selection is the open items that filters let through.
type selection struct {
	store     *state.Store
	pipelines []*pipelines.Pipeline
	numbers   []state.Number
	refs      []openRef
	ids       map[string]int // how many open items there are of a short id
	now       time.Time
}

// sel scans what is open. Nothing but its names stays in memory.
func (e *Engine) sel(s *state.Store, c *pipelines.Config, o *ConflictsOptions) (*selection, error) {
	out := &selection{store: s, ids: map[string]int{}, now: e.options.Clock()}
	if err := out.known(s, c); err != nil {
		return nil, err
	}
	err := s.View(func(v *state.View) error {
		for i, p := range out.pipelines {
			err := v.Conflicts(out.numbers[i], func(k *state.Conflict) error {
				if k.Kind == state.KindFinding {
					return nil
				}
				id := itemID(k)
				out.ids[id[:shortID]]++
				if out.fits(p, k, o) {
					out.refs = append(out.refs, openRef{pipeline: i, entity: k.Entity, unit: k.Unit, subject: strings.Clone(k.Subject), first: k.First, id: id})
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(out.refs, func(a, b openRef) int {
		return cmp.Or(a.first.Compare(b.first), strings.Compare(a.id, b.id))
	})
	if o.Limit > 0 && len(out.refs) > o.Limit {
		out.refs = out.refs[:o.Limit]
	}
	return out, err
}

// known lists the pipelines of the configuration, and those that only the
// state remembers.
func (x *selection) known(s *state.Store, c *pipelines.Config) error {
	for _, p := range c.Pipelines {
		n, err := s.Number(state.NumberPipeline, p.Name)
		if err != nil {
			return err
		}
		x.pipelines, x.numbers = append(x.pipelines, p), append(x.numbers, n)
	}
	for i, name := range s.Names(state.NumberPipeline) {
		if n := state.Number(i + 1); !slices.Contains(x.numbers, n) {
			x.pipelines, x.numbers = append(x.pipelines, &pipelines.Pipeline{Name: name}), append(x.numbers, n)
		}
	}
	return nil
}

func (x *selection) fits(p *pipelines.Pipeline, k *state.Conflict, o *ConflictsOptions) bool {
	if o.ID != "" {
		return len(o.ID) >= shortID && strings.HasPrefix(itemID(k), o.ID)
	}
	field := o.Field == "" || k.Rule != ruleMatch && slices.Contains(k.Fields, o.Field)
	reason := o.Reason == "" || strings.Contains(strings.ToLower(k.Reason), strings.ToLower(o.Reason))
	return field && reason && (o.Pipeline == "" || o.Pipeline == p.Name) &&
		(o.Kind == "" || o.Kind == k.Kind.String()) && (o.Rule == "" || o.Rule == k.Rule) &&
		(o.Entity == "" || k.Entity != 0 && o.Entity == x.store.Public(k.Entity)) &&
		(o.Choice == "" || (o.Choice == "stored") == (k.Choice != nil)) &&
		(o.Older == 0 || x.now.Sub(k.First) >= o.Older) &&
		(o.End == "" || slices.ContainsFunc(k.Sides, func(side state.Side) bool { return endName(x.store, p, side.End) == o.End })) &&
		(o.Owner == "" || p.Alert != nil && p.Alert.Name == o.Owner || named(escalatesTo(p, k), o.Owner))
}

func named(n *pipelines.Notify, name string) bool { return n != nil && n.Name == name }

// conflict reads one item; false when it is closed.
func (x *selection) conflict(v *state.View, r *openRef) (state.Conflict, bool) {
	return v.Conflict(x.numbers[r.pipeline], r.entity, r.unit, r.subject)
}

// describe puts an item into words; its id is as short as it can be.
func (x *selection) describe(v *state.View, r *openRef, k *state.Conflict, reveal bool) OpenItem {
	item := describe(x.store, v, x.pipelines[r.pipeline], k, reveal)
	if x.ids[item.ID] > 1 {
		item.ID = r.id
	}
	return item
}

// pages calls fn with the selected items, a page at a time.
func (x *selection) pages(fn func(*state.View, []openRef) error) error {
	for page := range slices.Chunk(x.refs, openPage) {
		if err := x.store.View(func(v *state.View) error { return fn(v, page) }); err != nil {
			return err
		}
	}
	return nil
}

// Conflicts lists what waits for a person, oldest first.
func (e *Engine) Conflicts(ctx context.Context, c *pipelines.Config, o ConflictsOptions) ([]OpenItem, error) {
	var out []OpenItem
	err := e.reading(c, func(s *state.Store) error {
		x, err := e.sel(s, c, &o)
		if err != nil {
			return err
		}
		return x.pages(func(v *state.View, page []openRef) error {
			for i := range page {
				if k, ok := x.conflict(v, &page[i]); ok {
					out = append(out, x.describe(v, &page[i], &k, o.Reveal))
				}
			}
			return ctx.Err()
		})
	})
	return out, err
}

// OpenGroup counts open items that have something in common.
type OpenGroup struct {
	Name      string    `json:"name"`
	Conflicts int       `json:"conflicts"`
	Reviews   int       `json:"reviews"`
	Chosen    int       `json:"chosen"` // of both: those with a choice stored
	Oldest    time.Time `json:"oldest"`
}

// ConflictGroups counts the open items by field, reason, pipeline or owner,
// the largest group first.
func (e *Engine) ConflictGroups(_ context.Context, c *pipelines.Config, o ConflictsOptions, by string) ([]OpenGroup, error) {
	groups := map[string]*OpenGroup{}
	err := e.reading(c, func(s *state.Store) error {
		x, err := e.sel(s, c, &o)
		if err != nil {
			return err
		}
		return x.pages(func(v *state.View, page []openRef) error {
			for i := range page {
				if k, ok := x.conflict(v, &page[i]); ok {
					tally(groups, groupName(x.pipelines[page[i].pipeline], &k, by), &k)
				}
			}
			return nil
		})
	})
	return sortedGroups(groups), err
}

func sortedGroups(groups map[string]*OpenGroup) []OpenGroup {
	out := make([]OpenGroup, 0, len(groups))
	for _, g := range groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b OpenGroup) int {
		return cmp.Or(cmp.Compare(b.Conflicts+b.Reviews, a.Conflicts+a.Reviews), strings.Compare(a.Name, b.Name))
	})
	return out
}

func tally(groups map[string]*OpenGroup, name string, k *state.Conflict) {
	g := groups[name]
	if g == nil {
		g = &OpenGroup{Name: name, Oldest: k.First}
		groups[name] = g
	}
	if k.Kind == state.KindConflict {
		g.Conflicts++
	} else {
		g.Reviews++
	}
	if k.Choice != nil {
		g.Chosen++
	}
	if k.First.Before(g.Oldest) {
		g.Oldest = k.First
	}
}

func groupName(p *pipelines.Pipeline, k *state.Conflict, by string) string {
	switch by {
	case "reason":
		return k.Reason
	case "pipeline":
		return p.Name
	case "owner":
		if to := escalatesTo(p, k); to != nil {
			return to.Name
		}
		if p.Alert != nil {
			return p.Alert.Name
		}
		return "(nobody)"
	}
	if k.Rule == ruleMatch || len(k.Fields) == 0 {
		return "(whole)"
	}
	return strings.Join(k.Fields, ", ")
}

// find returns the selected item of an id, which may be cut short as long as
// it names one.
func (x *selection) find(id string) (*openRef, error) {
	var found *openRef
	for i := range x.refs {
		if len(id) < shortID || !strings.HasPrefix(x.refs[i].id, id) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("two open items begin with %q: %s and %s; name one of them in full", id, found.id, x.refs[i].id)
		}
		found = &x.refs[i]
	}
	if found == nil {
		return nil, fmt.Errorf("nothing open is called %q; `syncline conflicts list` names what is", id)
	}
	return found, nil
}
