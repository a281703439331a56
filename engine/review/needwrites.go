package review

import (
	"fmt"
	"slices"
	"strings"

	"syncline/pipelines"
)

// writes is what the directions and policies of the pipeline do at the end.
func (n *needing) writes() {
	for _, f := range n.p.Fields {
		fe := f.Ends[n.end]
		if fe == nil || !fe.HasPath {
			continue
		}
		by := n.by(fmt.Sprintf("field %q", f.Name), fe.Range, f.Range)
		for _, verb := range []string{"create", "update"} {
			if !n.written(f, verb) {
				continue
			}
			n.ask(verb, "", by)
			n.ask(verb, fe.Path.Top(), by)
			for _, a := range fe.With {
				n.ask(verb, a.Path.Top(), by)
			}
		}
	}
	if n.creates() {
		n.ask("create", "", n.self())
		for _, a := range n.e.Create {
			n.ask("create", a.Path.Top(), n.self())
		}
	}
	for _, o := range n.p.Ends {
		if verb := follows(o); o != n.e && verb != "" && n.e.May(verb) {
			n.ask(verb, "", n.by(fmt.Sprintf("removed of %q", o.Name), o.Range))
		}
		if o != n.e && o.Left == pipelines.LeftArchive && n.e.May("archive") {
			n.ask("archive", "", n.by(fmt.Sprintf("left of %q", o.Name), o.Range))
		}
	}
	if n.p.Match.Duplicates == "merge" && n.e.May("merge") {
		n.ask("merge", "", n.by("match", n.p.Match.Range))
	}
	n.acts()
}

// acts is what the steps of triggers do at the end.
func (n *needing) acts() {
	for _, on := range n.p.Ons {
		for _, a := range on.Actions {
			if a.End != n.end {
				continue
			}
			by := n.by(fmt.Sprintf("on %q", on.Name), a.Range, on.Range)
			n.ask(a.Kind, "", by)
			for _, r := range a.Record {
				n.ask(a.Kind, r.Path.Top(), by)
			}
		}
	}
}

// written reports whether a verb writes the field here.
func (n *needing) written(f *pipelines.Field, verb string) bool {
	fe := f.Ends[n.end]
	if verb == "create" {
		return n.creates() && f.Hears[n.end]
	}
	return n.e.May(verb) && (f.Hears[n.end] && f.Update != pipelines.UpdateCreate || fe.Tidy)
}

// creates reports whether records come to be here: an end alone has nobody to
// hear of them from.
func (n *needing) creates() bool { return n.e.May("create") && len(n.p.Ends) > 1 }

// follows is the verb with which the other ends follow a record that is gone.
func follows(e *pipelines.End) string {
	switch e.Removed {
	case pipelines.RemovedArchive:
		return "archive"
	case pipelines.RemovedDelete:
		return "delete"
	}
	return ""
}

// superfluous names the verbs that the end allows and this pipeline never uses.
func (n *needing) superfluous() {
	used := map[string]bool{"read": true}
	for _, v := range n.object.Verbs {
		for _, by := range v.Asked {
			used[v.Verb] = used[v.Verb] || by.Pipeline == n.p.Name
		}
	}
	for _, verb := range n.e.Allow {
		if used[verb] {
			continue
		}
		why := "nothing in the pipeline uses it"
		for _, v := range n.e.Facts().Verbs {
			if v.Undo == verb && v.Name != verb && used[v.Name] {
				why = fmt.Sprintf("only a rollback would, of a %s", v.Name)
			}
		}
		n.Superfluous = append(n.Superfluous, Superfluous{
			Pipeline: n.p.Name, End: n.e.Name, Verb: verb, Place: placeOf(n.e.Range, false),
			Sentence: fmt.Sprintf("%s allows %q at %q: %s", n.p.Name, verb, n.e.Name, why),
		})
	}
}

// verbOrder is how verbs are listed; a connector's own come after.
var verbOrder = []string{"read", "create", "update", "archive", "delete"}

func (n *Needs) sort() {
	for _, s := range n.Systems {
		slices.SortFunc(s.Objects, func(a, b *ObjectNeed) int { return strings.Compare(a.Object, b.Object) })
		for _, o := range s.Objects {
			slices.SortStableFunc(o.Verbs, func(a, b *VerbNeed) int { return rank(a.Verb) - rank(b.Verb) })
			for _, v := range o.Verbs {
				slices.SortFunc(v.Fields, func(a, b *FieldNeed) int { return strings.Compare(a.Field, b.Field) })
			}
		}
	}
}
