package review

import (
	"fmt"
	"slices"
	"strings"

	"syncline/pipelines"
	"syncline/pipelines/diag"
)

func (v *inventory) pipeline(p *pipelines.Pipeline) {
	name := v.names.pipeline(p.Name)
	t := v.add(nil, "pipeline", name, "pipeline "+name, p.Range)
	t.pipeline = name
	v.scope = p.Scope
	at := func(names ...string) diag.Range { return v.places.At(p.Range, names...) }
	alert, record := "", ""
	if p.Alert != nil {
		alert = "notify." + p.Alert.Name
	}
	if p.SystemOfRecord >= 0 {
		record = v.endName(p, p.SystemOfRecord)
	}
	v.say(t, "description", p.Description, at("description"))
	v.say(t, "version", fmt.Sprint(p.Version), at("version"))
	v.say(t, "entity", p.Entity.Name, at("entity"))
	v.say(t, "alert", alert, at("alert"))
	v.say(t, "system_of_record", record, at("system_of_record"))
	v.region(t, p)
	v.guard(t, p)
	v.match(t, p)
	for i := range p.Ends {
		v.source(t, p, i)
	}
	for _, l := range p.Lookups {
		v.lookup(t, l)
	}
	for _, f := range p.Fields {
		v.field(t, p, f)
	}
	for _, g := range p.Groups {
		b := v.add(t, "group", g.Name, "group "+g.Name, g.Range)
		v.list(b, "fields", fieldNames(p, g.Fields), v.places.At(g.Range, "fields"))
	}
	for _, c := range p.Validates {
		b := v.add(t, "validate", c.Name, "validate "+c.Name, c.Range)
		v.program(b, "check", "cel", c.Check, c.Range)
		v.say(b, "message", c.Message, v.places.At(c.Range, "message"))
		v.say(b, "failed", c.Failed, v.places.At(c.Range, "failed"))
	}
	v.triggers(t, p)
}

func fieldNames(p *pipelines.Pipeline, places []int) []string {
	names := make([]string, len(places))
	for i, n := range places {
		names[i] = p.Fields[n].Name
	}
	return names
}

func (v *inventory) endName(p *pipelines.Pipeline, i int) string {
	return v.names.end(p.Name, p.Ends[i].Name)
}

// region is the default region of phone numbers, which a variable says.
func (v *inventory) region(t *thing, p *pipelines.Pipeline) {
	at := p.Range
	for _, x := range v.Variables {
		if x.Name == "region" {
			at = x.Range
		}
	}
	region := ""
	if p.Scope != nil {
		region = p.Scope.Region
	}
	v.say(t, "region", region, at)
}

func (v *inventory) guard(t *thing, p *pipelines.Pipeline) {
	g := p.Guard
	for _, c := range []struct {
		name    string
		ceiling *pipelines.Ceiling
	}{{"creates", g.Creates}, {"overwrites", g.Overwrites}, {"clears", g.Clears}, {"deletes", g.Deletes}, {"missing", g.Missing}, {"changed", g.Changed}} {
		text := "the default"
		if c.ceiling != nil {
			text = fmt.Sprintf("%d, or %g%% of the links", c.ceiling.Count, c.ceiling.Share*100)
		}
		v.say(t, "guard."+c.name, text, v.places.At(p.Range, "guard", c.name))
	}
}

func (v *inventory) match(t *thing, p *pipelines.Pipeline) {
	m := p.Match
	at := func(name string) diag.Range { return v.places.At(p.Range, "match", name) }
	v.say(t, "match.definite", fmt.Sprint(m.Definite), at("definite"))
	v.say(t, "match.candidate", fmt.Sprint(m.Candidate), at("candidate"))
	v.say(t, "match.ambiguous", m.Ambiguous, at("ambiguous"))
	v.say(t, "match.duplicates", m.Duplicates, at("duplicates"))
	v.program(t, "match.survivor", "expr", m.Survivor, at("survivor"))
	var order []string
	for _, k := range m.Keys {
		order = append(order, k.Name)
		b := v.add(t, "key", k.Name, "match key "+k.Name, k.Range)
		names := make([]string, len(k.Fields))
		for i, n := range k.Fields {
			names[i] = p.Entity.Fields[n].Name
		}
		v.list(b, "field", names, v.places.At(k.Range, "field"))
		v.say(b, "weight", weight(k.Weight, "definite"), v.places.At(k.Range, "weight"))
		v.say(b, "similar", weight(k.Similar, "equal"), v.places.At(k.Range, "similar"))
	}
	f := v.say(t, "match.order", strings.Join(order, ", "), m.Range)
	f.set = order
}

func weight(n float64, zero string) string {
	if n == 0 {
		return zero
	}
	return fmt.Sprint(n)
}

// words of choices, as the language has them.
var (
	leftWords    = []string{"freeze", "unlink", "archive", "review", "ignore"}
	removedWords = []string{"unlink", "archive", "delete", "review"}
	driftWords   = []string{"keep", "restore", "review"}
	updateWords  = []string{"overwrite", "fill", "create", "append"}
	emptyWords   = []string{"keep", "clear", "review"}
	failedWords  = []string{"stop", "go_on", "review"}
)

func (v *inventory) source(t *thing, p *pipelines.Pipeline, i int) {
	e := p.Ends[i]
	b := v.add(t, "source", v.endName(p, i), "source "+v.endName(p, i), e.Range)
	b.end = v.endName(p, i)
	at := func(name string) diag.Range { return v.places.At(e.Range, name) }
	s, w := e.Selection, e.Whole
	require := ""
	if e.Require != 0 {
		require = e.Require.String()
	}
	for _, f := range [][2]string{
		{"system", v.names.system(e.System.Name)}, {"object", e.Object}, {"each", e.Each}, {"id", s.ID}, {"revision", whole(s.Revision, w.Revision)},
		{"at", whole(s.At, w.At)}, {"author", whole(s.Author, w.Author)}, {"trace", whole(s.Trace, w.Trace)}, {"cursor", s.Cursor},
		{"sweep", span(e.Sweep)}, {"every", span(e.Every)}, {"cron", e.Cron}, {"webhook", fmt.Sprint(e.Webhook)},
		{"left", leftWords[e.Left]}, {"removed", removedWords[e.Removed]}, {"share", fmt.Sprintf("%d%%", e.Share)}, {"require", require},
	} {
		v.say(b, f[0], f[1], at(strings.Replace(f[0], "share", "only", 1)))
	}
	v.list(b, "allow", e.Allow, at("allow"))
	v.list(b, "sentinel", e.Sentinel, at("sentinel"))
	var types []string
	for _, f := range e.Declared {
		types = append(types, f.Name+": "+f.Type.String())
	}
	v.list(b, "fields", types, at("fields"))
	v.program(b, "filter", "cel", e.Filter, at("filter"))
	v.program(b, "when", "cel", e.When, at("when"))
	v.program(b, "only", "cel", e.Only, at("only"))
	v.arguments(b, "create", e.Create, at("create"))
}

// whole is a fact's path: of the element, or of the whole it stands in.
func whole(element, of string) string {
	if of != "" && element == "" {
		return "parent." + of
	}
	return element
}

func (v *inventory) lookup(t *thing, l *pipelines.Lookup) {
	b := v.add(t, "lookup", l.Name, "lookup "+l.Name, l.Range)
	at := func(name string) diag.Range { return v.places.At(l.Range, name) }
	v.say(b, "system", v.names.system(l.System.Name), at("system"))
	v.say(b, "object", l.Selection.Object, at("object"))
	v.say(b, "many", l.Many, at("many"))
	v.say(b, "none", l.None, at("none"))
	v.say(b, "fresh", span(l.Fresh), at("fresh"))
	v.program(b, "id", "cel", l.ID, at("id"))
	v.arguments(b, "where", l.Where, at("where"))
}

func (v *inventory) field(t *thing, p *pipelines.Pipeline, f *pipelines.Field) {
	b := v.add(t, "field", f.Name, "field "+f.Name, f.Range)
	b.field = f.Name
	at := func(name string) diag.Range { return v.places.At(f.Range, name) }
	v.say(b, "direction", v.direction(p, f), at("direction")).words = v.paths(p, f)
	first := "the default"
	switch {
	case f.First == pipelines.FirstReview:
		first = "review"
	case f.First >= 0:
		first = v.endName(p, f.First)
	}
	v.program(b, "owner", "expr", f.Owner, at("owner"))
	v.say(b, "drift", driftWords[f.Drift], at("drift"))
	v.say(b, "first", first, at("first"))
	v.say(b, "update", updateWords[f.Update], at("update"))
	v.say(b, "empty", emptyWords[f.Empty], at("empty"))
	v.say(b, "lossy", f.Lossy, at("lossy"))
	if c := f.Conflict; c != nil && count(f.Speaks) > 1 {
		v.conflict(b, p, c)
	}
	for i, fe := range f.Ends {
		if fe != nil {
			v.fieldEnd(b, v.endName(p, i), fe, f.Hears[i])
		}
	}
}

func count(flags []bool) (n int) {
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}

// direction writes which way a field flows in one form, whichever the file has.
func (v *inventory) direction(p *pipelines.Pipeline, f *pipelines.Field) string {
	var peers, speak, hear []string
	for _, i := range p.EndsByName() {
		name := v.endName(p, i)
		switch {
		case f.Speaks[i] && f.Hears[i]:
			peers = append(peers, name)
		case f.Speaks[i]:
			speak = append(speak, name)
		case f.Hears[i]:
			hear = append(hear, name)
		}
	}
	slices.Sort(peers)
	slices.Sort(speak)
	slices.Sort(hear)
	text := strings.Join(append([]string{strings.Join(speak, ", ")}, peers...), " <-> ")
	text = strings.TrimPrefix(text, " <-> ")
	if len(hear) > 0 {
		text += " -> " + strings.Join(hear, ", ")
	}
	return text
}

// paths says where the field stands, by end.
func (v *inventory) paths(p *pipelines.Pipeline, f *pipelines.Field) map[string]string {
	out := map[string]string{}
	for i, fe := range f.Ends {
		if fe != nil && fe.HasPath {
			out[v.endName(p, i)] = fe.Path.String()
		}
	}
	return out
}

func (v *inventory) conflict(t *thing, p *pipelines.Pipeline, c *pipelines.Conflict) {
	b := v.add(t, "conflict", "", "conflict of field "+t.name, c.Range)
	at := func(names ...string) diag.Range { return v.places.At(c.Range, names...) }
	rules := make([]string, len(c.Rules))
	for i, r := range c.Rules {
		rules[i] = r.Name
		if r.End >= 0 {
			rules[i] = v.endName(p, r.End)
		}
	}
	v.say(b, "rules", strings.Join(rules, ", then "), at("rules"))
	v.program(b, "rule", "expr", c.Rule, at("rule"))
	unavailable := "review"
	if c.Wait > 0 {
		unavailable = fmt.Sprintf("wait(%q)", span(c.Wait))
	}
	v.say(b, "unavailable", unavailable, at("unavailable"))
	v.say(b, "escalate.after", span(c.Escalate), at("escalate", "after"))
	to := ""
	if c.EscalateTo != nil {
		to = "notify." + c.EscalateTo.Name
	}
	v.say(b, "escalate.to", to, at("escalate", "to"))
}

func (v *inventory) fieldEnd(t *thing, end string, fe *pipelines.FieldEnd, hears bool) {
	b := v.add(t, "entry", end, fmt.Sprintf("field %s at %s", t.name, end), fe.Range)
	b.end = end
	at := func(name string) diag.Range { return v.places.At(fe.Range, name) }
	unmapped := "review"
	if fe.Pass {
		unmapped = "pass"
	}
	path := ""
	if fe.HasPath {
		path = fe.Path.String()
	}
	v.say(b, "path", path, at("path"))
	v.program(b, "read", "cel", fe.Read, at("read"))
	v.program(b, "write", "cel", fe.Write, at("write"))
	v.table(b, "values", fe.Values, at("values"))
	if hears || fe.Tidy {
		v.table(b, "writes", chosen(fe), at("writes"))
	}
	v.say(b, "unmapped", unmapped, at("unmapped"))
	v.say(b, "default", plainly(fe.Default), at("default"))
	v.say(b, "tidy", fmt.Sprint(fe.Tidy), at("tidy"))
	v.arguments(b, "with", fe.With, at("with"))
}

// chosen are the words to write that do not follow from the values.
func chosen(fe *pipelines.FieldEnd) map[string]string {
	many := map[string]int{}
	for _, to := range fe.Values {
		many[to]++
	}
	out := map[string]string{}
	for word, say := range fe.Writes {
		if fe.Values[say] != word || many[word] > 1 {
			out[word] = say
		}
	}
	return out
}

func (v *inventory) triggers(t *thing, p *pipelines.Pipeline) {
	for _, o := range p.Ons {
		b := v.add(t, "on", o.Name, "trigger "+o.Name, o.Range)
		v.program(b, "when", "cel", o.When, o.Range)
		v.say(b, "every", span(o.Every), v.places.At(o.Range, "every"))
		v.say(b, "backfill", fmt.Sprint(o.Backfill), v.places.At(o.Range, "backfill"))
		var order []string
		for _, a := range o.Actions {
			order = append(order, a.Name)
			v.action(b, p, a)
		}
		v.say(b, "order", strings.Join(order, ", then "), o.Range).set = order
	}
}

func (v *inventory) action(t *thing, p *pipelines.Pipeline, a *pipelines.Action) {
	b := v.add(t, "action", a.Name, fmt.Sprintf("action %s of trigger %s", a.Name, t.name), a.Range)
	end, to, system := "", "", ""
	if a.End >= 0 {
		end = v.endName(p, a.End)
	}
	if a.To != nil {
		to = "notify." + a.To.Name
	}
	if a.System != nil {
		system = v.names.system(a.System.Name)
	}
	for _, f := range [][2]string{
		{"kind", a.Kind}, {"end", end}, {"to", to}, {"system", system}, {"undo", a.Undo}, {"for", span(a.For)},
		{"failed", failedWords[a.Failed]}, {"declassify", a.Declassify},
	} {
		v.say(b, f[0], f[1], v.places.At(a.Range, f[0]))
	}
	for _, name := range []string{"to", "text", "subject", "from", "template"} {
		if text := a.Texts[name]; text != nil {
			v.say(b, "texts."+name, text.Text, text.Range)
		}
	}
	v.program(b, "once", "cel", a.Once, a.Range)
	v.program(b, "until", "cel", a.Until, a.Range)
	v.arguments(b, "record", a.Record, v.places.At(a.Range, "record"))
}
