package view

import (
	"strings"

	"syncline/engine"
	"syncline/engine/audit"
)

// Stories prints what is known of a record, one story a pipeline. With field,
// only that field's provenance is shown.
func (p *Page) Stories(stories []engine.Story, field string) {
	for i, s := range stories {
		if i > 0 {
			p.line("")
		}
		p.story(s, field)
	}
}

func (p *Page) story(s engine.Story, field string) {
	p.line("%s %s  %s", p.paint(strong, clean(s.Pipeline)), p.paint(name, clean(or(s.Entity, "(no entity yet)"))), clean(s.State))
	if s.Aside != "" {
		p.line("  %s %s", p.paint(warn, clean(s.State)+":"), clean(s.Aside))
	}
	if field == "" && len(s.Ends) > 0 {
		p.line("")
		p.storyEnds(s.Ends)
	}
	for _, f := range s.Fields {
		if field == "" || f.Field == field {
			p.line("")
			p.storyField(f)
		}
	}
	for _, o := range s.Open {
		if field == "" || o.Field == field {
			p.line("")
			p.line("  %s %s %s: %s", p.paint(warn, "open:"), clean(o.Kind), clean(o.ID), clean(o.Reason))
		}
	}
	for _, q := range s.Queue {
		if field == "" || q.Field == field || q.Field == "" {
			p.line("")
			reason := strings.TrimPrefix(q.Reason, q.Kind+": ")
			p.line("  %s %s: %s, since %s", p.paint(warn, clean(q.Kind)+":"), p.paint(name, clean(q.ID)), clean(reason), moment(q.Since))
		}
	}
	if len(s.Entries) > 0 {
		p.line("")
		p.line("  %s", p.paint(strong, "What was done"))
		p.entries("  ", s.Entries, field)
	}
}

func (p *Page) storyEnds(ends []engine.StoryEnd) {
	var rows [][]string
	for _, e := range ends {
		rows = append(rows, []string{p.paint(name, clean(e.End)), clean(e.Record), clean(e.State), clean(e.Revision), moment(e.Seen)})
	}
	p.table("  ", columns("end", "record", "state", "revision", "seen"), rows)
}

func (p *Page) storyField(f engine.StoryField) {
	head := p.paint(strong, clean(f.Field)) + "  " + clean(f.Direction)
	if f.State != "" {
		head += "  " + p.paint(faint, clean(f.State))
	}
	p.line("  %s", head)
	for _, v := range f.Values {
		p.line("    %s  %s", p.paint(name, pad(clean(v.End), 8)), value(v.Value))
	}
	for _, fact := range [][2]string{{"owner", f.Owner}, {"last", f.Last}, {"from", f.Source}} {
		if fact[1] != "" {
			p.line("    %s %s", p.paint(faint, fact[0]+":"), clean(fact[1]))
		}
	}
}

// Entries prints entries of the journal, oldest first.
func (p *Page) Entries(entries []audit.Entry) {
	if len(entries) == 0 {
		p.line("The journal has no such entry.")
		return
	}
	p.entries("", entries, "")
	p.line("")
	p.line("%s", plural(len(entries), "entry", "entries"))
}

func (p *Page) entries(indent string, entries []audit.Entry, field string) {
	var rows [][]string
	for _, e := range entries {
		if field == "" || contains(e.Units, field) {
			rows = append(rows, []string{
				count(e.Seq), moment(e.Time), clean(e.Kind), clean(where(e)), clean(join(e.Units)), clean(e.Rule), clean(outcomeOf(e)), clean(traceOf(e)),
			})
		}
	}
	if len(rows) == 0 {
		p.line("%snothing to this field", indent)
		return
	}
	p.table(indent, columns(">no.", "time", "what", "where", "fields", "rule", "outcome", "trace"), rows)
}

// byPerson reports whether an entry is what a person decided: what stands for
// its trace is who.
func byPerson(e audit.Entry) bool { return e.Kind == "choice" || e.Kind == "queue" }

// traceOf is the trace id of the record that it came from.
func traceOf(e audit.Entry) string {
	if byPerson(e) {
		return ""
	}
	return e.Trace
}

// outcomeOf says what came of it, and who decided where a person did.
func outcomeOf(e audit.Entry) string {
	if byPerson(e) && e.Trace != "" {
		return or(e.Outcome, e.Grade) + " by " + e.Trace
	}
	return or(e.Outcome, e.Grade)
}

func where(e audit.Entry) string {
	if e.End == "" {
		return e.Pipeline
	}
	return e.End + "/" + or(e.Record, "(new)")
}
