package review

import (
	"fmt"
	"slices"
	"strings"

	"syncline/engine/decide"
	"syncline/pipelines"
)

// guarded says what each grade of a write comes to.
var guarded = map[string]string{
	"if_match":          "the system refuses a write when the record is not the one that was read",
	"unmodified_since":  "the system refuses a write when the record changed since it was read",
	"revision":          "a write takes effect only while the record has the revision that was read",
	"compared":          "the write itself compares the old values",
	"read_before_write": "the record is read again just before a write; an edit in between is not noticed",
	"blind":             "a write looks at nothing",
	"none":              "it cannot be written",
}

func (d describer) ends() []DocumentEnd {
	var out []DocumentEnd
	for _, i := range d.EndsByName() {
		e := d.Ends[i]
		grade := e.Facts().Grade.String()
		x := DocumentEnd{
			Name: e.Name, System: e.System.Name, Connector: e.System.Definition.Name, Object: e.Object, Each: e.Each,
			Allow: slices.Clone(e.Allow), Grade: grade, Guarded: guarded[grade], When: d.conditions(e), Create: arguments(e.Create),
		}
		if e.Require != 0 {
			x.Guarded += "; nothing weaker than " + e.Require.String() + " is accepted"
		}
		if len(e.Allow) == 1 && e.May("read") {
			x.Guarded = "it is only read"
		}
		out = append(out, x)
	}
	return out
}

// conditions say which records count, how soon they are looked at, and what
// becomes of those that go.
func (d describer) conditions(e *pipelines.End) []Choice {
	var out []Choice
	add := func(what, word, means, code string) { out = append(out, Choice{what, word, means, code}) }
	if e.Filter != nil {
		add("filter", "", "only records for which this holds count", source(e.Filter))
	}
	if e.When != nil {
		add("when", "", "only those for whom this holds belong here", source(e.When))
	}
	if e.Only != nil {
		add("only", "", "only these are written so far", source(e.Only))
	}
	if e.Share < 100 {
		add("only", fmt.Sprintf("share(%d)", e.Share), fmt.Sprintf("%d%% of the records are written so far", e.Share), "")
	}
	if e.Filter != nil || e.When != nil {
		add("left", leftWords[e.Left], [...]string{
			"a linked record that is let go of stands still", "its link ends, and nothing is written", "it is archived",
			"a person is asked", "it goes on as before",
		}[e.Left], "")
	}
	add("removed", removedWords[e.Removed], [...]string{
		"when a record is gone here, the link ends and the others stay", "when a record is gone here, the others are archived",
		"when a record is gone here, the others are deleted", "when a record is gone here, a person is asked",
	}[e.Removed], "")
	if len(e.Sentinel) > 0 {
		add("sentinel", strings.Join(slices.Sorted(slices.Values(e.Sentinel)), ", "), "a listing without these records is not believed", "")
	}
	if e.Every > 0 {
		add("every", span(e.Every), "how often it is asked, under serve", "")
	}
	if e.Cron != "" {
		add("cron", e.Cron, "when it is asked, under serve", "")
	}
	if e.Webhook {
		add("webhook", "true", "it tells of changes by itself, under serve", "")
	}
	if e.Sweep > 0 {
		add("sweep", span(e.Sweep), "how often it is looked through as a whole", "")
	}
	return out
}

func (d describer) groups() []DocumentGroup {
	var out []DocumentGroup
	for _, g := range d.Groups {
		out = append(out, DocumentGroup{g.Name, fieldNames(d.Pipeline, g.Fields)})
	}
	return out
}

func (d describer) keys() []DocumentKey {
	var out []DocumentKey
	for _, k := range d.Match.Keys {
		x := DocumentKey{Name: k.Name, Decides: "by itself"}
		for _, n := range k.Fields {
			x.Fields = append(x.Fields, d.Entity.Fields[n].Name)
		}
		if k.Weight != 0 {
			x.Decides = fmt.Sprintf("with a weight of %g", k.Weight)
		}
		if k.Similar != 0 {
			x.Decides += fmt.Sprintf(", from a likeness of %g on", k.Similar)
		}
		out = append(out, x)
	}
	return out
}

func (d describer) match() []Choice {
	m := d.Match
	var out []Choice
	if slices.ContainsFunc(m.Keys, func(k pipelines.Key) bool { return k.Weight != 0 }) {
		out = append(out, Choice{What: "definite", Word: fmt.Sprint(m.Definite), Means: "from this score on two records are one"},
			Choice{What: "candidate", Word: fmt.Sprint(m.Candidate), Means: "from this score on a person is asked"})
	}
	out = append(out, Choice{What: "ambiguous", Word: m.Ambiguous, Means: map[string]string{
		"review": "who could be several is asked about", "skip": "who could be several is left alone",
	}[m.Ambiguous]}, Choice{What: "duplicates", Word: m.Duplicates, Means: map[string]string{
		"review": "two records of one end with one key are asked about", "merge": "two records of one end with one key are merged",
		"ignore": "of two records of one end with one key the others are set aside",
	}[m.Duplicates]})
	if m.Survivor != nil {
		out = append(out, Choice{What: "survivor", Means: "which of several records stands", Code: source(m.Survivor)})
	}
	return out
}

func (d describer) lookups() []DocumentLookup {
	var out []DocumentLookup
	for _, l := range d.Lookups {
		x := DocumentLookup{Name: l.Name, System: l.System.Name, Object: l.Selection.Object, By: arguments(l.Where)}
		if l.ID != nil {
			x.By = append(x.By, Named{"id", source(l.ID)})
		}
		x.When = []Choice{{What: "several", Word: l.Many, Means: map[string]string{
			"review": "where several are found, a person is asked", "first": "where several are found, the first counts",
		}[l.Many]}, {What: "none", Word: l.None, Means: map[string]string{
			"review": "where none is found, a person is asked", "park": "where none is found, it waits", "null": "where none is found, it is blank",
		}[l.None]}}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b DocumentLookup) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (d describer) checks() []DocumentCheck {
	var out []DocumentCheck
	for _, v := range d.Validates {
		out = append(out, DocumentCheck{v.Name, source(v.Check), v.Message, v.Failed})
	}
	return out
}

// guards are the ceilings that hold, be they said or not.
func (d describer) guards() []Choice {
	g, defaults := d.Guard, decide.Defaults(false)
	var out []Choice
	for _, x := range []struct {
		what, means string
		said        *pipelines.Ceiling
		holds       *decide.Ceiling
	}{
		{"creates", "new records at an end, once the first pass there is done", g.Creates, defaults.Creates},
		{"overwrites", "values of a field that are written over at an end", g.Overwrites, defaults.Overwrites},
		{"clears", "values of a field that are emptied at an end", g.Clears, defaults.Clears},
		{"deletes", "records that are deleted or archived at an end", g.Deletes, defaults.Deletes},
		{"missing", "linked records that a listing lacks", g.Missing, defaults.Missing},
		{"changed", "records of an end in which one field changed at once", g.Changed, defaults.Changed},
	} {
		n, share, by := x.holds.Count, x.holds.Share, ", by default"
		if x.said != nil {
			n, share, by = x.said.Count, x.said.Share, ""
		}
		word := fmt.Sprintf("the greater of %d and %g%%%s", n, share*100, by)
		if x.what == "changed" {
			word = fmt.Sprintf("less than %d, or %g%% at most%s", n, share*100, by)
		}
		out = append(out, Choice{What: x.what, Word: word, Means: x.means})
	}
	return out
}

func (d describer) triggers() []DocumentTrigger {
	var out []DocumentTrigger
	for _, o := range d.Ons {
		x := DocumentTrigger{Name: o.Name, Code: source(o.When)}
		for _, a := range o.Actions {
			step := a.Kind + " " + a.Name
			switch {
			case a.End >= 0:
				step += " at " + d.Ends[a.End].Name
			case a.To != nil:
				step += " to " + teller(a.To)
			case a.System != nil:
				step += " at " + a.System.Name
			}
			if a.Declassify != "" {
				step += "; it may tell pay and protected values: " + a.Declassify
			}
			x.Steps = append(x.Steps, step)
		}
		out = append(out, x)
	}
	return out
}

// alerts is who is told of what.
func (d describer) alerts() []Alert {
	var out []Alert
	tell := func(n *pipelines.Notify, of string) {
		if n == nil {
			return
		}
		if n.Declassify != "" {
			of += "; pay and protected values may be told there: " + n.Declassify
		}
		if a := (Alert{teller(n), of}); !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	tell(d.Alert, "what a guard withholds, and failures that nothing else claims")
	for _, f := range d.fieldsByAttribute() {
		if c := f.Conflict; c != nil && count(f.Speaks) > 1 {
			tell(c.EscalateTo, fmt.Sprintf("a conflict about %s that is open after %s", f.Name, span(c.Escalate)))
		}
	}
	for _, o := range d.Ons {
		for _, a := range o.Actions {
			tell(a.To, fmt.Sprintf("trigger %s, step %s", o.Name, a.Name))
		}
	}
	return out
}
