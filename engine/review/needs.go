package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/pipelines"
	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// Needs is what the credentials of a configuration have to be able to do, and
// nothing else.
type Needs struct {
	FormatVersion int            `json:"format_version"`
	Systems       []*SystemNeeds `json:"systems"`
	Superfluous   []Superfluous  `json:"superfluous"` // allowed, and used by nothing
}

// SystemNeeds is what one credential has to be able to do.
type SystemNeeds struct {
	System    string        `json:"system"`
	Connector string        `json:"connector"`
	Objects   []*ObjectNeed `json:"objects"`
	Events    []Asker       `json:"events,omitempty"` // who hears of its webhooks
	Grants    []string      `json:"grants,omitempty"` // the statements that give it
	Notes     []string      `json:"notes,omitempty"`  // what they leave open
	Access    *Access       `json:"access,omitempty"` // nil: it was not asked for

	definition *connectors.Definition
}

// ObjectNeed is what is done with one object.
type ObjectNeed struct {
	Object string      `json:"object"`
	Verbs  []*VerbNeed `json:"verbs"`

	id, revision string
}

// VerbNeed is one verb on one object.
type VerbNeed struct {
	Verb   string       `json:"verb"`
	Scopes []string     `json:"scopes,omitempty"` // in the words of the vendor
	Fields []*FieldNeed `json:"fields,omitempty"`
	Asked  []Asker      `json:"asked"`
}

// FieldNeed is one field that a verb is about.
type FieldNeed struct {
	Field string  `json:"field"`
	Asked []Asker `json:"asked"`
}

// Asker is a place of the configuration that needs something.
type Asker struct {
	Pipeline string `json:"pipeline"`
	What     string `json:"what"`
	Place    Place  `json:"place"`
}

// Superfluous is a verb that is allowed and that nothing uses.
type Superfluous struct {
	Pipeline string `json:"pipeline"`
	End      string `json:"end"`
	Verb     string `json:"verb"`
	Sentence string `json:"sentence"`
	Place    Place  `json:"place"`
}

// NeedsOf computes what a configuration needs. It asks no system.
func NeedsOf(c *pipelines.Config) *Needs {
	out := &Needs{FormatVersion: 1, Systems: []*SystemNeeds{}, Superfluous: []Superfluous{}}
	for _, p := range c.Pipelines {
		for i, e := range p.Ends {
			n := &needing{Needs: out, p: p, end: i, e: e, object: out.object(e.System, e.Object)}
			n.reads()
			n.writes()
			n.superfluous()
		}
		for _, l := range p.Lookups {
			out.lookup(p, l)
		}
	}
	out.sort()
	return out
}

// object returns the need of an object, which is there from now on.
func (n *Needs) object(s *pipelines.System, name string) *ObjectNeed {
	system := n.system(s)
	for _, o := range system.Objects {
		if o.Object == name {
			return o
		}
	}
	o := &ObjectNeed{Object: name}
	for i := range s.Objects {
		if s.Objects[i].Name == name {
			o.id = s.Objects[i].ID
		}
	}
	system.Objects = append(system.Objects, o)
	return o
}

func (n *Needs) system(s *pipelines.System) *SystemNeeds {
	for _, x := range n.Systems {
		if x.System == s.Name {
			return x
		}
	}
	x := &SystemNeeds{System: s.Name, Connector: s.Definition.Name, definition: s.Definition}
	n.Systems = append(n.Systems, x)
	return x
}

// ask notes that a place needs a verb on a field; "": on the record.
func (o *ObjectNeed) ask(facts connectors.Facts, verb, field string, by Asker) {
	at := slices.IndexFunc(o.Verbs, func(v *VerbNeed) bool { return v.Verb == verb })
	if at < 0 {
		v := &VerbNeed{Verb: verb}
		if facts.Permissions != nil {
			v.Scopes = facts.Permissions(o.Object, verb)
		}
		at, o.Verbs = len(o.Verbs), append(o.Verbs, v)
	}
	v := o.Verbs[at]
	if field == "" {
		v.Asked = asked(v.Asked, by)
		return
	}
	for _, f := range v.Fields {
		if f.Field == field {
			f.Asked = asked(f.Asked, by)
			return
		}
	}
	v.Fields = append(v.Fields, &FieldNeed{Field: field, Asked: []Asker{by}})
}

func asked(list []Asker, by Asker) []Asker {
	if slices.Contains(list, by) {
		return list
	}
	return append(list, by)
}

// lookup is what finding or joining another record reads.
func (n *Needs) lookup(p *pipelines.Pipeline, l *pipelines.Lookup) {
	o := n.object(l.System, l.Selection.Object)
	facts := (&pipelines.End{System: l.System, Object: l.Selection.Object}).Facts()
	by := Asker{p.Name, fmt.Sprintf("lookup %q", l.Name), placeOf(l.Range, false)}
	o.ask(facts, "read", "", by)
	for _, f := range l.Selection.Shape.Fields() {
		o.ask(facts, "read", f.Name, by)
	}
}

// needing is one end whose needs are gathered.
type needing struct {
	*Needs
	p      *pipelines.Pipeline
	end    int
	e      *pipelines.End
	object *ObjectNeed
}

func (n *needing) by(what string, at ...diag.Range) Asker {
	a := Asker{Pipeline: n.p.Name, What: what}
	for _, r := range at {
		if a.Place.File == "" {
			a.Place = placeOf(r, false)
		}
	}
	return a
}

func (n *needing) self() Asker { return n.by(fmt.Sprintf("source %q", n.e.Name), n.e.Range) }

func (n *needing) ask(verb, field string, by Asker) { n.object.ask(n.e.Facts(), verb, field, by) }

// reads is what listing and getting the end's records takes.
func (n *needing) reads() {
	sel := &n.e.Selection
	if n.e.Each != "" {
		sel = &n.e.Whole
	}
	n.object.id = cmp.Or(topOf(sel.ID), n.object.id)
	n.object.revision = cmp.Or(topOf(sel.Revision), n.object.revision)
	n.ask("read", "", n.self())
	if n.object.id != "" {
		n.ask("read", n.object.id, n.self())
	}
	for _, f := range sel.Shape.Fields() {
		askers := n.readers(sel, f.Name)
		for _, by := range askers {
			n.ask("read", f.Name, by)
		}
		if len(askers) == 0 {
			n.ask("read", f.Name, n.self())
		}
	}
	if n.e.Webhook {
		s := n.system(n.e.System)
		s.Events = asked(s.Events, n.self())
	}
}

// readers are the places that read a field of the records themselves.
func (n *needing) readers(sel *connectors.Selection, name string) (out []Asker) {
	facts := []string{sel.ID, sel.Revision, sel.At, sel.Author, sel.Trace, sel.Cursor}
	if slices.ContainsFunc(facts, func(path string) bool { return topOf(path) == name }) || n.e.Each == "" && takes(n.e.Filter, name) {
		out = append(out, n.self())
	}
	if n.e.Each != "" {
		return out
	}
	for _, f := range n.p.Fields {
		fe := f.Ends[n.end]
		if fe == nil {
			continue
		}
		hit := fe.HasPath && fe.Path.Top() == name || takes(fe.Read, name) || takes(fe.Write, name)
		for _, a := range fe.With {
			hit = hit || takes(a.Value, name)
		}
		if hit {
			out = append(out, n.by(fmt.Sprintf("field %q", f.Name), fe.Range, f.Range))
		}
	}
	return out
}

// takes reports whether a program reads a field of the record.
func takes(prog expr.Program, name string) bool {
	return prog != nil && slices.ContainsFunc(prog.Uses(), func(use string) bool {
		return use == "record" || use == "record."+name || strings.HasPrefix(use, "record."+name+".")
	})
}

func topOf(path string) string {
	if p, err := schema.ParsePath(path); err == nil && path != "" {
		return p.Top()
	}
	return ""
}
