package review

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"syncline/pipelines"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// fields are in the order of the entity's attributes, whatever the file's.
func (d describer) fields() []DocumentField {
	list := d.fieldsByAttribute()
	out := make([]DocumentField, len(list))
	for i, f := range list {
		out[i] = DocumentField{
			Name: f.Name, Type: f.Attribute.Type.String(), Doc: f.Attribute.Doc, Label: f.Attribute.Class.String(),
			Direction: d.direction(d.Pipeline, f), Right: d.right(f), Owner: source(f.Owner), Lossy: f.Lossy,
			Policies: d.policies(f), Conflict: d.answers(f), Ends: d.places(f),
		}
		if f.Group >= 0 {
			out[i].Group = d.Groups[f.Group].Name
		}
	}
	return out
}

func (d describer) fieldsByAttribute() []*pipelines.Field {
	return slices.SortedFunc(slices.Values(d.Fields), func(a, b *pipelines.Field) int { return cmp.Compare(a.Index, b.Index) })
}

func source(p expr.Program) string {
	if p == nil {
		return ""
	}
	return strings.TrimSpace(p.Text().Source)
}

// named are the ends that a flag holds for, by name.
func (d describer) named(flags []bool) []string {
	var out []string
	for _, i := range d.EndsByName() {
		if flags[i] {
			out = append(out, d.Ends[i].Name)
		}
	}
	return out
}

func (d describer) right(f *pipelines.Field) string {
	speakers, hearers := d.named(f.Speaks), d.named(f.Hears)
	switch {
	case f.Owner != nil:
		return "whom the record says: " + strings.Join(speakers, " or ")
	case len(speakers) == 0:
		return "nobody: it is observed"
	case len(speakers) == 1 && len(hearers) == 0:
		return speakers[0] + ", and nobody hears of it"
	case len(speakers) == 1:
		return speakers[0]
	}
	return strings.Join(speakers, " and ") + ": who changed it, and by rules where several did"
}

// policies say what a first link, a write, a blank and an edit by somebody who
// does not speak lead to.
func (d describer) policies(f *pipelines.Field) []Choice {
	if count(f.Hears) == 0 {
		return nil
	}
	out := []Choice{d.first(f), {What: "update", Word: updateWords[f.Update], Means: [...]string{
		"a value may be written over another", "only blanks are filled", "it is given with new records only",
		"elements are added and never removed",
	}[f.Update]}, {What: "empty", Word: emptyWords[f.Empty], Means: [...]string{
		"emptying it at one end leaves it at the others", "emptying it at one end empties it at the others",
		"emptying it at one end is asked about",
	}[f.Empty]}}
	for i := range f.Hears {
		if f.Hears[i] && (!f.Speaks[i] || f.Owned) {
			return append(out, Choice{What: "drift", Word: driftWords[f.Drift], Means: [...]string{
				"what somebody edits where it only hears stays, and is told once", "what somebody edits where it only hears is put back",
				"what somebody edits where it only hears is asked about",
			}[f.Drift]})
		}
	}
	return out
}

func (d describer) first(f *pipelines.Field) Choice {
	word, right := "the default", "a person decides"
	switch {
	case f.First == pipelines.FirstReview:
		word = "review"
	case f.First >= 0:
		word = d.Ends[f.First].Name
	}
	switch speakers := d.named(f.Speaks); {
	case f.Owner != nil:
		right = "its owner is right"
	case f.First >= 0:
		right = word + " is right"
	case f.First == pipelines.FirstReview:
	case len(speakers) == 1:
		right = speakers[0] + " is right"
	case d.SystemOfRecord >= 0 && f.Speaks[d.SystemOfRecord]:
		right = d.Ends[d.SystemOfRecord].Name + " is right"
	}
	return Choice{What: "first", Word: word, Means: "where values differ at the first link, " + right}
}

// answers are the three of a field that several ends may change.
func (d describer) answers(f *pipelines.Field) *Answers {
	c := f.Conflict
	if c == nil || count(f.Speaks) < 2 {
		return nil
	}
	a := &Answers{Rule: source(c.Rule), Wins: "what the rule gives: an end, a value, or a person"}
	if c.Rule == nil {
		rules := make([]string, len(c.Rules))
		for i, r := range c.Rules {
			rules[i] = d.rule(r)
		}
		a.Wins = strings.Join(rules, "; else ")
	}
	a.Unavailable = "a person is asked at once"
	if c.Wait > 0 {
		a.Unavailable = fmt.Sprintf("it is tried again for %s, then a person is asked", span(c.Wait))
	}
	a.Alerted = "nobody beyond those who look at the open conflicts"
	if c.EscalateTo != nil {
		a.Alerted = fmt.Sprintf("%s, when it is still open after %s", teller(c.EscalateTo), span(c.Escalate))
	}
	return a
}

func (d describer) rule(r pipelines.Rule) string {
	if r.End >= 0 {
		return d.Ends[r.End].Name
	}
	switch r.Name {
	case "system_of_record":
		if d.SystemOfRecord >= 0 {
			return d.Ends[d.SystemOfRecord].Name + ", the system of record"
		}
	case "review":
		return "a person decides"
	case "union":
		return "both: the elements of all sides together"
	case "latest":
		return "the later edit, where the times tell"
	case "non_empty":
		return "the side that is not blank"
	case "max":
		return "the greater value"
	case "min":
		return "the smaller value"
	case "most_advanced":
		return "the one further on in the order of its words"
	}
	return r.Name
}

func teller(n *pipelines.Notify) string { return fmt.Sprintf("%s (%s)", n.Name, n.Connector) }

func (d describer) places(f *pipelines.Field) []FieldEnd {
	var out []FieldEnd
	for _, i := range d.EndsByName() {
		fe := f.Ends[i]
		if fe == nil {
			continue
		}
		e := FieldEnd{End: d.Ends[i].Name, Read: source(fe.Read), Write: source(fe.Write), Reads: reads(fe), With: arguments(fe.With)}
		if fe.HasPath {
			e.Path = fe.Path.String()
		}
		if f.Hears[i] || fe.Tidy {
			e.Sets = sets(fe)
		}
		e.Words = words(fe, f.Attribute.Type.Words, e.Sets != "")
		out = append(out, e)
	}
	return out
}

// reads says in words how the entity's value comes of the end's.
func reads(fe *pipelines.FieldEnd) string {
	var parts []string
	switch {
	case fe.Read != nil:
		parts = append(parts, "computed from "+uses(fe.Read))
	case fe.HasPath:
		parts = append(parts, "as it stands there")
	}
	if fe.Values != nil {
		parts = append(parts, "translated word by word")
		if fe.Pass {
			parts = append(parts, "a word that the table lacks passes")
		} else {
			parts = append(parts, "a word that the table lacks is asked about")
		}
	}
	if fe.Default.State() != schema.Absent {
		parts = append(parts, "a blank counts as "+plainly(fe.Default))
	}
	return strings.Join(parts, "; ")
}

// sets says in words what is written there.
func sets(fe *pipelines.FieldEnd) string {
	var parts []string
	switch {
	case fe.Write != nil:
		parts = append(parts, "computed from "+uses(fe.Write))
	case fe.Values == nil:
		parts = append(parts, "the entity's value")
	}
	if fe.Values != nil {
		parts = append(parts, "translated back word by word")
	}
	if fe.Tidy {
		parts = append(parts, "another spelling of the same is put into normal form")
	}
	return strings.Join(parts, "; ")
}

func uses(p expr.Program) string {
	names := p.Uses()
	if len(names) == 0 {
		return "nothing: it is constant"
	}
	return strings.Join(names, ", ")
}

// words is the table of an end, in the order of the entity's words, then of
// the end's.
func words(fe *pipelines.FieldEnd, known []string, written bool) []Word {
	var out []Word
	for there, here := range fe.Values {
		out = append(out, Word{There: there, Here: here, Written: written && fe.Writes[here] == there})
	}
	for _, here := range slices.Sorted(maps.Keys(fe.Writes)) {
		if there := fe.Writes[here]; written && fe.Values[there] != here {
			out = append(out, Word{There: there, Here: here, Written: true})
		}
	}
	order := map[string]int{}
	for i, w := range known {
		order[w] = i
	}
	slices.SortFunc(out, func(a, b Word) int {
		return cmp.Or(cmp.Compare(order[a.Here], order[b.Here]), cmp.Compare(a.Here, b.Here), cmp.Compare(a.There, b.There))
	})
	return out
}

func arguments(args []pipelines.Argument) []Named {
	var out []Named
	for _, a := range args {
		out = append(out, Named{a.Path.String(), source(a.Value)})
	}
	slices.SortFunc(out, func(a, b Named) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
