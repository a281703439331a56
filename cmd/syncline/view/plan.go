package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncline/engine/plans"
)

// Plan prints what a run would do, record by record and field by field, with
// what decided it and how the write is guarded, then why records are put
// aside, and ends with the numbers. It lists at most limit records; 0 lists
// all.
func (p *Page) Plan(plan *plans.Plan, limit int) {
	pipeline, listed, all := "", 0, 0
	for kind, n := range plan.Totals {
		if kind != plans.Aside {
			all += n
		}
	}
	for _, r := range plan.Records {
		if r.Kind == plans.Aside || limit > 0 && listed == limit {
			continue
		}
		if r.Pipeline != pipeline {
			pipeline = r.Pipeline
			p.line("%s", p.paint(strong, clean(pipeline)))
		}
		listed++
		p.planned(r)
	}
	if all > listed {
		p.line("  … and %s; -limit 0 lists all", plural(all-listed, "more", "more"))
	}
	if listed > 0 {
		p.line("")
	}
	p.planAsides(plan)
	p.planTotals(plan)
}

// planAsides says why records are put aside; a machine gets each of them.
func (p *Page) planAsides(plan *plans.Plan) {
	for _, pipe := range plan.Summary.Pipelines {
		for _, e := range pipe.Ends {
			p.asides(e)
		}
	}
	if plan.Totals[plans.Aside] > 0 {
		p.line("")
	}
}

// mark is the sign of a kind of change; the word always stands beside it.
func mark(k plans.Kind) (string, style) {
	switch k {
	case plans.Create:
		return "+", good
	case plans.Update:
		return "~", warn
	case plans.Archive, plans.Delete, plans.Refused:
		return "-", bad
	case plans.Link, plans.Unlink:
		return "=", name
	case plans.Conflict, plans.Review:
		return "?", warn
	case plans.Waiting:
		return "…", faint
	default:
		return "!", warn
	}
}

func (p *Page) planned(r plans.PlannedRecord) {
	sign, s := mark(r.Kind)
	what := or(r.Label, r.Record, r.Entity)
	if r.Record != "" && r.Record != what {
		what += " (" + r.Record + ")"
	}
	head := fmt.Sprintf("  %s %s", p.paint(s, sign+" "+string(r.Kind)), clean(what))
	if r.End != "" {
		head += " at " + p.paint(name, clean(r.End))
	}
	if r.Grade != "" {
		head += p.paint(faint, " ["+clean(r.Grade)+"]")
	}
	p.line("%s", head)
	p.plannedFields(r)
	if r.Reason != "" {
		p.paragraph("      ", withSource(r.Reason, r.Source))
	}
	if r.Withheld != "" {
		p.line("      %s %s", p.paint(bad, "withheld:"), clean(r.Withheld))
	}
}

func withSource(text, source string) string {
	if source == "" {
		return text
	}
	return text + " (" + source + ")"
}

// plannedFields prints one line a field: name, old and new value, what decided.
func (p *Page) plannedFields(r plans.PlannedRecord) {
	widest, values := 0, 0
	change := make([]string, len(r.Fields))
	for i, f := range r.Fields {
		widest = max(widest, ansi.StringWidth(clean(f.Field)))
		change[i] = p.change(r.Kind, f)
		values = max(values, ansi.StringWidth(change[i]))
	}
	values = min(values, 60)
	for i, f := range r.Fields {
		why := f.Rule
		if f.From != "" && !strings.Contains(f.Rule, f.From) {
			why += ", from " + f.From
		}
		if values == 0 {
			p.line("      %s", strings.TrimSpace(clean(f.Field)+"  "+p.paint(faint, clean(why))))
			continue
		}
		p.line("      %s  %s  %s", pad(clean(f.Field), widest), pad(change[i], values), p.paint(faint, clean(why)))
	}
}

// change prints a field's old and new value, both cut to what a page can hold;
// nothing where no value is written.
func (p *Page) change(k plans.Kind, f plans.PlannedField) string {
	if k == plans.Conflict || k == plans.Review || k == plans.Waiting {
		return ""
	}
	each := 28
	if p.width > 0 {
		each = min(60, max(12, (p.width-50)/2))
	}
	before, after := shorten(value(f.OldText), each), shorten(value(f.NewText), each)
	if k == plans.Create {
		return p.paint(good, after)
	}
	return p.paint(bad, before) + " -> " + p.paint(good, after)
}

// value is a value on one line; none is said in a word.
func value(text string) string {
	if text == "" {
		return "(none)"
	}
	return clean(text)
}

func (p *Page) planTotals(plan *plans.Plan) {
	kinds := []plans.Kind{
		plans.Create, plans.Update, plans.Archive, plans.Delete, plans.Link, plans.Unlink,
		plans.Conflict, plans.Review, plans.Waiting, plans.Aside, plans.Finding,
	}
	var parts []string
	for _, k := range kinds {
		if n := plan.Totals[k]; n > 0 {
			sign, s := mark(k)
			parts = append(parts, p.paint(s, fmt.Sprintf("%s %s %s", sign, count(n), k)))
		}
	}
	for _, pipe := range plan.Summary.Pipelines {
		p.findings(pipe.Findings)
		for _, w := range pipe.Withheld {
			p.withheld(w)
		}
		if pipe.Failed != "" {
			p.line("  %s %s: %s", p.paint(bad, "stopped:"), clean(pipe.Pipeline), clean(pipe.Failed))
		}
	}
	for _, w := range plan.Summary.Warnings {
		p.Warning(w)
	}
	if len(parts) == 0 {
		text := "nothing to do."
		if slices.ContainsFunc(plan.Summary.Pipelines, plans.PipelineSummary.Short) {
			text = "nothing to do as far as it could be decided; see above."
		}
		p.line("Plan: %s", text)
		return
	}
	p.line("Plan: %s", strings.Join(parts, ", "))
}
