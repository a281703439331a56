package view

import (
	"strconv"
	"strings"

	"syncline/engine/graph"
	"syncline/engine/review"
)

// MappingMarker is how the Markdown and the HTML form of a mapping document
// begin: it tells a document that was written from one that people wrote.
const MappingMarker = "<!-- syncline docs: written from the configuration, not by hand -->\n"

// sheet is a document as blocks, so that its forms say the same.
type sheet struct {
	title  string
	blocks []block
}

// block is a heading, or a table below it.
type block struct {
	level   int // of a heading; 0: a table
	heading string
	columns []string
	rows    [][]cell
	picture *graph.Graph
}

// cell is a text, or an expression; or a text with one below it.
type cell struct {
	text, code string
	strong     bool
}

func (s *sheet) head(level int, text string) {
	s.blocks = append(s.blocks, block{level: level, heading: text})
}

// table adds a table, unless it has no rows.
func (s *sheet) table(columns []string, rows [][]cell) {
	if len(rows) > 0 {
		s.blocks = append(s.blocks, block{columns: columns, rows: rows})
	}
}

// section adds a heading with a table, unless it has no rows.
func (s *sheet) section(heading string, columns []string, rows [][]cell) {
	if len(rows) > 0 {
		s.head(2, heading)
		s.table(columns, rows)
	}
}

func texts(all ...string) []cell {
	out := make([]cell, len(all))
	for i, t := range all {
		out[i].text = t
	}
	return out
}

func joined(all []string) string { return strings.Join(all, ", ") }

// mappingSheet lays a document out.
func mappingSheet(d *review.Document, g *graph.Graph) *sheet {
	s := &sheet{title: "Mapping: " + d.Pipeline}
	s.head(1, s.title)
	facts := [][]cell{texts("entity", d.Entity)}
	for _, f := range [][2]string{
		{"about", d.Description}, {"version", strconv.Itoa(d.Version)}, {"mapping", d.Mapping},
		{"system of record", d.Record}, {"region of phone numbers", d.Region},
	} {
		if f[1] != "" {
			facts = append(facts, texts(f[0], f[1]))
		}
	}
	s.table([]string{"what", "is"}, facts)
	var rows [][]cell
	for _, o := range d.Owners {
		rows = append(rows, texts(o.Right, joined(o.Fields)))
	}
	s.section("Who is right", []string{"who", "about"}, rows)
	s.ends(d)
	s.head(2, "Run graph")
	s.blocks = append(s.blocks, block{picture: g})
	s.fields(d)
	s.records(d)
	s.safety(d)
	return s
}

func (s *sheet) ends(d *review.Document) {
	var rows, when [][]cell
	for _, e := range d.Ends {
		object := e.Object
		if e.Each != "" {
			object += ", each of " + e.Each
		}
		rows = append(rows, texts(e.Name, e.System+" ("+e.Connector+")", object, joined(e.Allow), e.Grade, e.Guarded))
		when = append(when, choices(e.When, e.Name)...)
		for _, n := range e.Create {
			when = append(when, []cell{{text: e.Name}, {text: "create: " + n.Name}, {code: n.Code}, {text: "given with new records only, never compared"}})
		}
	}
	s.section("Systems", []string{"end", "system", "object", "all that may be done", "grade of writes", "which means"}, rows)
	s.section("Records", []string{"end", "what", "set to", "which means"}, when)
}

// choices are rows of decisions, behind further cells.
func choices(all []review.Choice, before ...string) [][]cell {
	var rows [][]cell
	for _, c := range all {
		rows = append(rows, append(texts(before...), cell{text: c.What}, cell{text: c.Word, code: c.Code}, cell{text: c.Means}))
	}
	return rows
}

func (s *sheet) fields(d *review.Document) {
	var rows [][]cell
	for _, f := range d.Fields {
		label := cell{text: f.Label, strong: f.Label == "pay" || f.Label == "protected"}
		rows = append(rows, []cell{{text: f.Name}, {text: f.Type}, label, {text: f.Direction}, {text: f.Right, code: f.Owner}})
	}
	s.section("Fields", []string{"field", "type", "label", "direction", "who is right"}, rows)
	for _, f := range d.Fields {
		s.head(3, f.Name)
		s.field(&f)
	}
}

func (s *sheet) field(f *review.DocumentField) {
	rows := choices(f.Policies)
	for _, x := range [][2]string{{"about", f.Doc}, {"group", f.Group}, {"lossy", f.Lossy}} {
		if x[1] != "" {
			rows = append(rows, texts(x[0], x[1], map[string]string{
				"about": "", "group": "it changes, waits and is written as one with the group's other fields", "lossy": "why reading need not undo writing",
			}[x[0]]))
		}
	}
	s.table([]string{"what", "set to", "which means"}, rows)
	rows = nil
	var words [][]cell
	for _, e := range f.Ends {
		rows = append(rows, []cell{{text: e.End}, {code: e.Path}, {text: e.Reads, code: e.Read}, {text: e.Sets, code: e.Write}})
		for _, n := range e.With {
			rows = append(rows, []cell{{text: e.End}, {code: n.Name}, {}, {text: "goes with the write", code: n.Code}})
		}
		for _, w := range e.Words {
			words = append(words, texts(e.End, w.There, w.Here, choose(w.Written, "yes", "")))
		}
	}
	s.table([]string{"end", "where", "is read", "is written"}, rows)
	s.table([]string{"end", "its word", "means", "is written there"}, words)
	if c := f.Conflict; c != nil {
		s.table([]string{"where both changed it", "answer"}, [][]cell{
			{{text: "who wins"}, {text: c.Wins, code: c.Rule}},
			{{text: "the winner cannot be reached"}, {text: c.Unavailable}},
			{{text: "who is told of what stays open"}, {text: c.Alerted}},
		})
	}
}

// records is who is who, and what else decides about a record.
func (s *sheet) records(d *review.Document) {
	var rows [][]cell
	for _, k := range d.Keys {
		rows = append(rows, texts(k.Name, joined(k.Fields), k.Decides))
	}
	s.section("Who is who", []string{"key", "the same", "decides"}, rows)
	s.table([]string{"what", "set to", "which means"}, choices(d.Match))
	rows = nil
	for _, g := range d.Groups {
		rows = append(rows, texts(g.Name, joined(g.Fields)))
	}
	s.section("Groups", []string{"group", "fields that change, wait and are written as one"}, rows)
	rows = nil
	for _, l := range d.Lookups {
		for _, n := range l.By {
			rows = append(rows, []cell{{text: l.Name}, {text: l.System + ", " + l.Object}, {text: "where " + n.Name + " is", code: n.Code}})
		}
		for _, c := range l.When {
			rows = append(rows, texts(l.Name, c.What+": "+c.Word, c.Means))
		}
	}
	s.section("Lookups", []string{"lookup", "of", "how"}, rows)
	rows = nil
	for _, c := range d.Checks {
		rows = append(rows, []cell{{text: c.Name}, {code: c.Code}, {text: c.Message}, {text: c.Failed}})
	}
	s.section("Checks", []string{"check", "holds", "else", "and then"}, rows)
}

// safety is what stops an accident, who hears of what, and what is left alone.
func (s *sheet) safety(d *review.Document) {
	s.section("Guards", []string{"guard", "lets pass at once", "of"}, choices(d.Guards))
	var rows [][]cell
	for _, t := range d.Triggers {
		rows = append(rows, []cell{{text: t.Name}, {code: t.Code}, {text: strings.Join(t.Steps, ", then ")}})
	}
	s.section("Triggers, which this version checks and does not act on", []string{"trigger", "when", "steps"}, rows)
	rows = nil
	for _, a := range d.Alerts {
		rows = append(rows, texts(a.Who, a.Of))
	}
	s.section("Who is told", []string{"who", "of"}, rows)
	rows = nil
	for _, u := range d.Unsynced {
		rows = append(rows, texts(u.Where, joined(u.Fields), u.Note))
	}
	s.section("What is not synced", []string{"where", "left alone", "note"}, rows)
}
