package plans

import (
	"fmt"
	"slices"

	"syncline/connectors"
	"syncline/engine/conflict"
	"syncline/engine/decide"
	"syncline/engine/diff"
	"syncline/engine/match"
	"syncline/pipelines"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// Pipeline is a pipeline of a configuration, laid out for the walk: slots in
// place of names, units in place of fields and groups.
type Pipeline struct {
	*pipelines.Pipeline
	Rules    *match.Rules
	Shape    *schema.Shape // of the entity in flight: slot i is Entity.Fields[i]
	Ends     []*End
	Units    []*Unit // in the order they are decided
	Checks   []*Check
	Ceilings decide.Ceilings // as declared; nil: the default
	Globals  Globals
}

// Argument is a named CEL value of a verb's call.
type Argument = pipelines.Argument

// Globals are the values every expression of a configuration may read.
type Globals struct {
	Var, Local schema.Value
	Region     string
}

// End is one end, laid out.
type End struct {
	*pipelines.End
	Index  int
	Facts  connectors.Facts
	Grade  connectors.Grade // the best write condition it has here
	Fields []*FieldEnd      // by entity slot; nil where the end does not know the field
	Writes bool             // whether a pass may write here
	Parent int              // slot of the whole that an element stands in, -1: none
}

// Shape is the shape of the end's records.
func (e *End) Shape() *schema.Shape { return e.Selection.Shape }

// Check is a validation, laid out.
type Check struct {
	Name    string
	Program expr.Program
	Message string
	Failed  string // review, skip, stop
	Units   []bool // by unit: whether the check reads one of its fields
	Where   string
}

// Unit is what is decided as one: a field, or a group.
type Unit struct {
	decide.Unit
	Fields []*pipelines.Field // the members
	Slots  []int              // their entity slots
	Owner  expr.Program       // nil: no owner
	Hash   uint64             // of the programs that read and write it
}

// Values puts the unit's value together from the entity's slots.
func (u *Unit) Values(slots []schema.Value) schema.Value {
	if len(u.Slots) == 1 {
		return slots[u.Slots[0]]
	}
	names, items := make([]string, len(u.Slots)), make([]schema.Value, len(u.Slots))
	for i, s := range u.Slots {
		names[i], items[i] = u.Fields[i].Name, slots[s]
	}
	return schema.Object(names, items)
}

// Spread puts a unit's value into the entity's slots.
func (u *Unit) Spread(v schema.Value, slots []schema.Value) {
	if len(u.Slots) == 1 {
		slots[u.Slots[0]] = v
		return
	}
	for i, item := range v.Items() {
		slots[u.Slots[i]] = item
	}
}

// Compile lays a pipeline out. The configuration has been checked: what is
// wrong with it here is a bug.
func Compile(c *pipelines.Config, p *pipelines.Pipeline) (*Pipeline, error) {
	out := &Pipeline{Pipeline: p, Shape: schema.NewShape(p.Entity.Fields...), Globals: globals(c, p)}
	for i, e := range p.Ends {
		end, err := out.end(i, e)
		if err != nil {
			return nil, err
		}
		out.Ends = append(out.Ends, end)
	}
	out.Rules = out.rules()
	for _, f := range p.Fields {
		if f.Group < 0 {
			out.Units = append(out.Units, out.unit(f.Name, f))
		} else if g := p.Groups[f.Group]; p.Fields[g.Fields[len(g.Fields)-1]] == f {
			out.Units = append(out.Units, out.unit(g.Name, members(p, g)...))
		}
	}
	out.Checks = out.checks()
	g := p.Guard
	out.Ceilings = decide.Ceilings{
		Creates: ceiling(g.Creates), Overwrites: ceiling(g.Overwrites), Clears: ceiling(g.Clears), Deletes: ceiling(g.Deletes),
		Missing: ceiling(g.Missing), Changed: ceiling(g.Changed),
	}
	return out, nil
}

func ceiling(c *pipelines.Ceiling) *decide.Ceiling {
	if c == nil {
		return nil
	}
	return &decide.Ceiling{Count: c.Count, Share: c.Share}
}

func (p *Pipeline) checks() []*Check {
	var out []*Check
	for _, v := range p.Pipeline.Validates {
		c := &Check{Name: v.Name, Program: v.Check, Message: v.Message, Failed: v.Failed, Units: make([]bool, len(p.Units)), Where: v.Range.String()}
		for i, u := range p.Units {
			for _, f := range u.Fields {
				c.Units[i] = c.Units[i] || slices.ContainsFunc(v.Reads, func(n int) bool { return p.Pipeline.Fields[n] == f })
			}
		}
		out = append(out, c)
	}
	return out
}

// members returns the fields of a group; a group is decided where its last
// member stands in the order of dependencies.
func members(p *pipelines.Pipeline, g *pipelines.Group) []*pipelines.Field {
	fields := make([]*pipelines.Field, len(g.Fields))
	for i, n := range g.Fields {
		fields[i] = p.Fields[n]
	}
	return fields
}

func globals(c *pipelines.Config, p *pipelines.Pipeline) Globals {
	var g Globals
	for _, s := range append([]*expr.Scope{p.Scope}, p.Record...) {
		if s == nil {
			continue
		}
		g.Region = s.Region
		for _, v := range s.Vars {
			switch v.Slot {
			case expr.VarSlot:
				g.Var = v.Static
			case expr.LocalSlot:
				g.Local = v.Static
			}
		}
	}
	return g
}

func (p *Pipeline) end(i int, e *pipelines.End) (*End, error) {
	out := &End{End: e, Index: i, Facts: e.Facts(), Fields: make([]*FieldEnd, p.Shape.Len())}
	out.Parent = out.Shape().Slot(pipelines.ParentField)
	out.Grade = out.Facts.Grade
	if out.Grade == connectors.RevisionMatch && e.Selection.Revision == "" {
		out.Grade, out.Facts.Ordered = connectors.Compared, false
	}
	for _, f := range p.Pipeline.Fields {
		fe := f.Ends[i]
		if fe == nil {
			continue
		}
		field, err := out.field(f, fe, p.Globals.Region)
		if err != nil {
			return nil, fmt.Errorf("pipeline %q, end %q, field %q: %w", p.Name, e.Name, f.Name, err)
		}
		out.Fields[f.Index] = field
		out.Writes = out.Writes || f.Hears[i]
	}
	return out, nil
}

func (e *End) field(f *pipelines.Field, fe *pipelines.FieldEnd, region string) (*FieldEnd, error) {
	out := &FieldEnd{FieldEnd: fe, Attribute: f.Attribute, Slot: -1, Whole: e.Facts.Whole, Region: region}
	if !fe.HasPath {
		return out, nil
	}
	out.Slot = e.Shape().Slot(fe.Path.Top())
	if out.Slot < 0 {
		return nil, fmt.Errorf("path %s is not in the selection", fe.Path)
	}
	out.Direct = fe.Path.IsTop()
	return out, nil
}

func (p *Pipeline) unit(name string, fields ...*pipelines.Field) *Unit {
	lead := fields[0]
	u := &Unit{Fields: fields, Owner: lead.Owner}
	for _, f := range fields {
		u.Members = append(u.Members, f.Attribute)
		u.Slots = append(u.Slots, f.Index)
		u.Hash = u.Hash*31 + p.programs(f)
	}
	u.Unit = decide.Unit{
		Name: name, Members: u.Members, Form: diff.FormOf(u.Members...), Owned: lead.Owner != nil,
		Drift: decide.Drift(lead.Drift), Empty: decide.Empty(lead.Empty), Update: decide.Update(lead.Update),
		First: lead.First, Merge: len(fields) == 1 && lead.Attribute.Type.Kind == schema.KindSet,
		Chain: p.chain(lead),
	}
	for i, e := range p.Ends {
		u.Unit.Ends = append(u.Unit.Ends, e.part(i, fields))
	}
	return u
}

// part says what the unit needs to know of the end.
func (e *End) part(i int, fields []*pipelines.Field) decide.End {
	d := decide.End{
		Name: e.Name, Knows: true, CanNull: e.Facts.SaysNull, Authors: e.Facts.Attribution,
		Grade: decide.Grade(e.Grade), Require: decide.Grade(e.Require),
	}
	for _, f := range fields {
		d.Knows = d.Knows && f.Ends[i] != nil
		d.Speaks = d.Speaks || f.Speaks[i]
		d.Hears = d.Hears || f.Hears[i]
		d.Lossy = d.Lossy || f.Lossy != ""
		d.Tidy = d.Tidy || f.Ends[i] != nil && f.Ends[i].Tidy
	}
	return d
}

func (p *Pipeline) chain(f *pipelines.Field) conflict.Chain {
	if f.Conflict == nil {
		return nil
	}
	if f.Conflict.Rule != nil {
		return conflict.Chain{conflict.Expr(p.names(), p.asked(f)), conflict.Review}
	}
	var chain conflict.Chain
	for _, r := range f.Conflict.Rules {
		if r.End >= 0 {
			chain = append(chain, conflict.Named(r.Name, r.End))
		} else if known, ok := conflict.Find(r.Name); ok {
			chain = append(chain, known)
		}
	}
	return chain
}

func (p *Pipeline) names() []string {
	names := make([]string, len(p.Pipeline.Ends))
	for i, e := range p.Pipeline.Ends {
		names[i] = e.Name
	}
	return names
}

// asked returns the field's own rule as a function of the case.
func (p *Pipeline) asked(f *pipelines.Field) func(*conflict.Case) (schema.Value, error) {
	names := p.names()
	return func(k *conflict.Case) (schema.Value, error) {
		frame := expr.Frame{}
		frame.Values[expr.VarSlot], frame.Values[expr.LocalSlot] = p.Globals.Var, p.Globals.Local
		frame.Records[expr.Entity] = k.Entity
		frame.Values[expr.Base] = k.Base
		sides := make([]schema.Value, len(names))
		for i := range k.Sides {
			s := &k.Sides[i]
			sides[s.End] = schema.Object([]string{"value", "changed", "at"},
				[]schema.Value{s.Value, schema.Bool(s.Changed), moment(s.Before)})
		}
		frame.Values[expr.Sides] = schema.Object(names, sides)
		v, err := f.Conflict.Rule.Eval(&frame)
		if err != nil || v.Kind() == schema.KindRef || v.State() <= schema.Null {
			return v, err
		}
		return f.Attribute.Type.Normal(v, schema.Norm{Region: p.Globals.Region})
	}
}

// rules lays out the match block.
func (p *Pipeline) rules() *match.Rules {
	m := p.Pipeline.Match
	r := &match.Rules{Definite: m.Definite, Candidate: m.Candidate}
	for _, k := range m.Keys {
		r.Keys = append(r.Keys, match.Key{Name: k.Name, Fields: k.Fields, Weight: k.Weight, Similar: k.Similar})
	}
	if m.Ambiguous == "skip" {
		r.Ambiguous = match.AmbiguousSkip
	}
	switch m.Duplicates {
	case "merge":
		r.Duplicates = match.DuplicatesMerge
	case "ignore":
		r.Duplicates = match.DuplicatesIgnore
	}
	if m.Survivor != nil {
		r.Survivor = p.survivor
	}
	return r
}

// survivor asks the configuration which of several records stands.
func (p *Pipeline) survivor(records []*schema.Record) (string, error) {
	frame := expr.Frame{Many: records}
	frame.Values[expr.VarSlot], frame.Values[expr.LocalSlot] = p.Globals.Var, p.Globals.Local
	v, err := p.Pipeline.Match.Survivor.Eval(&frame)
	return v.Text(), err
}
