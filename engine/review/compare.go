package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"syncline/pipelines"
)

// formatVersion is the version of a report's JSON.
const formatVersion = 1

// Compare says what lies between two configurations, both of which compile. It
// is empty where they mean the same, and names the same things whichever comes
// first.
func Compare(a, b *pipelines.Config) *Report {
	names := findRenames(a, b)
	x := &comparison{old: newInventory(a, names), now: newInventory(b, renames{}), aspects: aspects(), former: map[string]string{}}
	for _, p := range a.Pipelines {
		x.former[names.pipeline(p.Name)] = p.Name
	}
	x.renamed(names)
	for _, t := range x.now.order {
		if was := x.old.things[t.key]; was != nil {
			x.facts(was, t)
		} else {
			x.presence(t, New)
		}
	}
	for _, t := range x.old.order {
		if x.now.things[t.key] == nil {
			x.presence(t, Gone)
		}
	}
	x.implied()
	x.fold()
	return x.report()
}

// comparison is two inventories being compared.
type comparison struct {
	old, now *inventory
	aspects  []aspect
	former   map[string]string // a pipeline's older name, by the newer one
	changes  []*Change
}

func (x *comparison) change(t *thing, action Action, attribute string) *Change {
	c := &Change{
		Action: action, Pipeline: t.pipeline, What: t.shown, Field: t.field, End: t.end, Attribute: attribute, kind: t.kind,
		aspect: aspectOf(x.aspects, t.kind, attribute), Place: placeOf(t.at, action == Gone), before: x.former[t.pipeline],
	}
	c.Class, c.Risk, c.Why = c.aspect.class, c.aspect.risk, c.aspect.why
	c.name, c.of = t.name, t.parent[strings.LastIndexByte(t.parent, 0)+1:]
	if t.kind == "entity" {
		c.name, c.of = "", t.name
	}
	x.changes = append(x.changes, c)
	return c
}

// presence notes a thing that only one of the two has. What it holds goes
// without saying, and so do an end's entry, which its direction brings, and
// facts that are things for their place alone.
func (x *comparison) presence(t *thing, action Action) {
	other := x.old
	if action == Gone {
		other = x.now
	}
	if t.parent != "" && other.things[t.parent] == nil || t.kind == "entry" || t.kind == "engine" {
		return
	}
	c := x.change(t, action, "")
	if c.aspect.judge == nil {
		return
	}
	if action == New {
		c.judge(nil, &fact{})
	} else {
		c.judge(&fact{}, nil)
	}
}

func (c *Change) judge(old, now *fact) {
	risk, why := c.aspect.judge(old, now)
	c.Risk, c.Why = risk, cmp.Or(why, c.Why)
}

// facts compares what is so of a thing in both.
func (x *comparison) facts(was, is *thing) {
	none := func(like *fact) *fact { return &fact{attribute: like.attribute, language: like.language, at: is.at} }
	before := map[string]*fact{}
	for _, f := range was.facts {
		before[f.attribute] = f
	}
	for _, f := range is.facts {
		old := before[f.attribute]
		delete(before, f.attribute)
		if old == nil {
			old = none(f)
		}
		x.fact(is, old, f)
	}
	for _, f := range was.facts {
		if before[f.attribute] != nil {
			x.fact(is, f, none(f))
		}
	}
}

func (x *comparison) fact(t *thing, old, now *fact) {
	if old.is(now) || ordered(now.attribute) && sameOrder(old.set, now.set) {
		return
	}
	c := x.change(t, Changed, now.attribute)
	c.Old, c.New, c.old, c.new, c.Language = old.text, now.text, old, now, cmp.Or(now.language, old.language)
	c.Place = placeOf(now.at, false)
	if c.aspect.judge != nil {
		c.judge(old, now)
	}
	if c.kind == "field" && now.attribute == "direction" && len(added(wayOf(old.text).ends(), wayOf(now.text).ends())) > 0 {
		c.Class = BackFill // an end that did not know the field is linked about it for the first time
	}
}

func ordered(attribute string) bool { return attribute == "order" || attribute == "match.order" }

// sameOrder reports whether what both have stands in one order: what only one
// of them has is told by itself.
func sameOrder(old, now []string) bool {
	common := func(of, with []string) []string {
		return slices.DeleteFunc(slices.Clone(of), func(s string) bool { return !slices.Contains(with, s) })
	}
	return slices.Equal(common(old, now), common(now, old))
}

// renamed notes what only its name changed of.
func (x *comparison) renamed(names renames) {
	note := func(kind, was, is, parent string) {
		if was == is {
			return
		}
		t := x.now.things[strings.TrimPrefix(parent+"\x00"+kind+"\x00"+is, "\x00")]
		c := x.change(t, Renamed, "")
		c.Old, c.New = was, is
		c.Class, c.Risk, c.Why = ReIdentify, High, "the state remembers names: under the new one everything is linked for the first time; keep the old name, or take that into account"
		if kind == "system" {
			c.Class, c.Risk, c.Why = Recompute, Low, "links are kept by pipeline and end, whose names stay"
		}
	}
	for _, s := range x.old.Systems {
		note("system", s.Name, names.system(s.Name), "")
	}
	for _, p := range x.old.Pipelines {
		note("pipeline", p.Name, names.pipeline(p.Name), "")
		for _, e := range p.Ends {
			note("source", e.Name, names.end(p.Name, e.Name), "pipeline\x00"+names.pipeline(p.Name))
		}
	}
}

// implied drops what another change brings along: a field's conflict block,
// which it has or not as its direction and its owner ask.
func (x *comparison) implied() {
	caused := map[string]bool{}
	for _, c := range x.changes {
		if c.kind == "field" && (c.Attribute == "direction" || c.Attribute == "owner") {
			caused[c.Pipeline+"\x00"+c.Field] = true
		}
	}
	x.changes = slices.DeleteFunc(x.changes, func(c *Change) bool {
		return c.kind == "conflict" && c.Action != Changed && caused[c.Pipeline+"\x00"+c.Field]
	})
}

// fold makes one change of those that one place makes: a decision of `fields`,
// a conflict block of the whole pipeline, a mapping of several.
func (x *comparison) fold() {
	first := map[string]*Change{}
	x.changes = slices.DeleteFunc(x.changes, func(c *Change) bool {
		if c.Field == "" || c.Place.File == "" {
			return false
		}
		key := fmt.Sprintf("%s\x00%s\x00%v\x00%s\x00%s\x00%s\x00%s", c.kind, c.Action, c.Place, c.End, c.Attribute, c.Old, c.New)
		lead := first[key]
		if lead == nil {
			first[key] = c
			return false
		}
		name := c.Field
		if c.Pipeline != lead.Pipeline {
			name = c.Pipeline + "'s " + name
		}
		lead.Also = append(lead.Also, name)
		return true
	})
}

// report puts the changes in order and says what they come to.
func (x *comparison) report() *Report {
	r := &Report{FormatVersion: formatVersion, Changes: x.changes, Findings: x.versions()}
	for _, c := range r.Changes {
		if len(c.Also) > 0 {
			c.What = c.What + " (and of " + listed(c.Also) + ")"
		}
		c.Sentence, c.Procedure = c.sentence(), c.Class.Procedure()
		r.Verdict.Class, r.Verdict.Risk = max(r.Verdict.Class, c.Class), max(r.Verdict.Risk, c.Risk)
		if c.Class != Cosmetic {
			r.Verdict.Meaning++
		}
	}
	slices.SortStableFunc(r.Changes, func(a, b *Change) int {
		return cmp.Or(cmp.Compare(b.Risk, a.Risk), strings.Compare(a.Place.File, b.Place.File), cmp.Compare(a.Place.Line, b.Place.Line), strings.Compare(a.Sentence, b.Sentence))
	})
	return r
}

// versions demands that the version of a pipeline rises with what its mapping
// means.
func (x *comparison) versions() []Finding {
	out := []Finding{}
	for _, p := range x.now.Pipelines {
		was := x.former[p.Name]
		i := slices.IndexFunc(x.old.Pipelines, func(q *pipelines.Pipeline) bool { return q.Name == was })
		if i < 0 {
			continue
		}
		n, old := x.meant(p), x.old.Pipelines[i].Version
		if n == 0 && p.Version >= old || n > 0 && p.Version > old {
			continue
		}
		f := Finding{Severity: "error", Pipeline: p.Name, Place: placeOf(x.now.places.At(p.Range, "version"), false)}
		f.Sentence = fmt.Sprintf("%s means something else now, and its version is still %d", p.Name, p.Version)
		if p.Version < old {
			f.Sentence = fmt.Sprintf("the version of %s was %d and is %d: it only rises", p.Name, old, p.Version)
		}
		f.Hint = fmt.Sprintf("Write version = %d in the pipeline.", old+1)
		out = append(out, f)
	}
	return out
}

// meant counts the changes of what a pipeline's mapping means, those of its
// entity included.
func (x *comparison) meant(p *pipelines.Pipeline) (n int) {
	for _, c := range x.changes {
		of := c.Pipeline == p.Name || slices.ContainsFunc(c.Also, func(s string) bool { return strings.HasPrefix(s, p.Name+"'s ") })
		if c.kind == "attribute" || c.kind == "entity" {
			entity, attribute := c.of, c.name
			of = entity == p.Entity.Name && (attribute == "" || slices.ContainsFunc(p.Fields, func(f *pipelines.Field) bool { return f.Name == attribute }))
		}
		if of && c.aspect.mapping && c.Action != Renamed {
			n++
		}
	}
	return n
}
