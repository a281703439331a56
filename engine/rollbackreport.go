package engine

import (
	"slices"

	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/engine/undo"
	"syncline/pipelines"
	"syncline/schema"
)

// report counts what became of every item, and lists what was not put back.
func (r *rollback) report() {
	for _, name := range r.named() {
		u, p := r.undoing[name], r.pipeline(name)
		for _, x := range entitiesOf(u) {
			items := u.Items[x]
			for i := range items {
				r.count(p, &items[i], u.Results[&items[i]])
			}
		}
	}
}

// named returns the pipelines of the items: those of the configuration in its
// order, then the others.
func (r *rollback) named() []string {
	names := r.pipelines()
	for i := range r.items {
		if n := r.items[i].Pipeline; !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

func (r *rollback) pipeline(name string) *pipelines.Pipeline {
	for _, p := range r.config.Pipelines {
		if p.Name == name {
			return p
		}
	}
	return nil
}

func entitiesOf(u *run.Undo) []state.Entity {
	out := make([]state.Entity, 0, len(u.Items))
	for x := range u.Items {
		out = append(out, x)
	}
	slices.Sort(out)
	return out
}

func (r *rollback) count(p *pipelines.Pipeline, item *undo.Item, got undo.Result) {
	if got.Verdict == undo.Wanted {
		got = unseen(p, item)
	}
	kind := plans.Refused
	switch got.Verdict {
	case undo.Restored:
		r.out.Restored++
		return
	case undo.Already:
		r.out.Already++
		r.out.Reasons[got.Reason]++
		return
	case undo.Waits:
		kind = plans.Waiting
		r.out.Waiting++
	default:
		r.out.Refused++
	}
	r.out.Reasons[got.Reason]++
	r.list(&plans.PlannedRecord{
		Pipeline: item.Pipeline, Entity: item.Entity, Label: item.Record, End: item.End, Record: item.Record,
		Kind: kind, Reason: got.Reason, Fields: wantedFields(p, item),
	})
}

// unseen says why no pass came to an item.
func unseen(p *pipelines.Pipeline, item *undo.Item) undo.Result {
	switch {
	case item.Verdict != undo.Wanted:
		return undo.Result{Verdict: item.Verdict, Reason: item.Reason}
	case p == nil:
		return undo.Result{Verdict: undo.Refused, Reason: "the pipeline is not in the configuration any more"}
	}
	return undo.Result{Verdict: undo.Waits, Reason: "not reached"}
}

// wantedFields are the values that are not put back.
func wantedFields(p *pipelines.Pipeline, item *undo.Item) []plans.PlannedField {
	var out []plans.PlannedField
	for _, f := range item.Fields {
		class := schema.Protected // what no attribute describes is shown to nobody unasked
		if p != nil && item.Unit != "" {
			if a, ok := p.Entity.Attribute(f.Name); ok {
				class = a.Class
			}
		}
		out = append(out, plans.PlannedField{Field: f.Name, Old: f.Became, New: f.Was, Class: class, Rule: "rollback"})
	}
	if len(out) == 0 && item.Unit != "" {
		out = append(out, plans.PlannedField{Field: item.Unit, Rule: "rollback"})
	}
	return out
}
