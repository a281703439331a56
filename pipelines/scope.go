package pipelines

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// endScopes are the scopes of one end: `read` and the like see its records,
// `write` sees the entity as well.
type endScopes struct {
	record schema.Type // what a record is, or an element of `each`
	parent schema.Type
	known  bool
	read   map[string]*expr.Scope // by the type of value
	write  *expr.Scope
}

// makeScopes lays out what the pipeline's expressions may name.
func (p *pipelineBody) makeScopes() {
	p.Pipeline.Scope = p.scope(p.entityVars()...)
	p.Pipeline.Scope.Elsewhere = elsewhereThanEntity
	for i := range p.Ends {
		s := &p.record[i]
		s.read = map[string]*expr.Scope{}
		p.Record = append(p.Record, p.readScope(i, schema.Field{}))
		vars := append(p.entityVars(), p.recordVars(i, schema.Field{})...)
		s.write = p.scope(vars...)
		p.Write = append(p.Write, s.write)
	}
	p.Owner = p.scope(p.entityVars()...)
	p.Owner.Ends = p.endNames()
}

// elsewhereThanEntity are the names that only expressions about one end's
// record see.
var elsewhereThanEntity = map[string]string{
	"record": "the entity is of no single end: entity.NAME, of a field that reads it",
	"parent": "the entity is of no single end: entity.NAME, of a field that reads it",
	"value":  "it is the value at a path, beside read and write: entity.NAME",
	"action": "results of actions are seen by later actions of the same on",
	"sides":  "only the rule of a conflict compares the ends",
	"base":   "only the rule of a conflict sees what was last agreed; prior is the entity before this change",
}

// elsewhereThanRecord are the names that an expression about a record does not
// see: it is read before anything is decided.
var elsewhereThanRecord = map[string]string{
	"entity": "a record is read before the entity is decided: record.NAME",
	"prior":  "a record is read before the entity is decided: record.NAME",
	"lookup": "lookups are asked with the entity, after reading: write, when and check see them",
	"action": "results of actions are seen by later actions of the same on",
}

// readScope is what `read` sees at an end, with the type and the label of
// `value`.
func (p *pipelineBody) readScope(i int, value schema.Field) *expr.Scope {
	key := value.Class.String() + " " + value.Type.String()
	s, ok := p.record[i].read[key]
	if !ok {
		s = p.scope(append(p.recordVars(i, value), p.constants()...)...)
		s.Elsewhere = elsewhereThanRecord
		p.record[i].read[key] = s
	}
	return s
}

// writeScope is what `write` of a field sees: it is not run on null, so its own
// attribute is there.
func (p *pipelineBody) writeScope(i, index int) *expr.Scope {
	s := p.scope(slices.Clone(p.record[i].write.Vars)...)
	fields := slices.Clone(s.Vars[0].Type.Fields)
	fields[index].Type.Nullable = p.Entity.Fields[index].Type.Nullable
	s.Vars[0].Type.Fields = fields
	return s
}

func (p *pipelineBody) scope(vars ...expr.Var) *expr.Scope {
	return &expr.Scope{Vars: vars, Tables: p.tables(), Region: p.region()}
}

func (p *pipelineBody) recordVars(i int, value schema.Field) []expr.Var {
	s := p.record[i]
	return []expr.Var{
		{Name: "record", Slot: expr.Record, Type: s.record, Open: !s.known, Doc: "the record of this end"},
		{Name: "parent", Slot: expr.Parent, Type: s.parent, Open: !s.known || p.Ends[i].Each == "", Doc: "the whole that an element of each stands in"},
		{Name: "value", Slot: expr.Value, Type: value.Type, Class: value.Class, Doc: "the value at the path"},
	}
}

func (p *pipelineBody) entityVars() []expr.Var {
	entity := schema.Type{Kind: schema.KindObject, Fields: nullable(p.Entity.Fields)}
	open := p.hasBroken("attribute." + p.Entity.Name + ".")
	vars := []expr.Var{
		{Name: "entity", Slot: expr.Entity, Type: entity, Open: open, Doc: "the entity after the decisions so far"},
		{Name: "prior", Slot: expr.Prior, Type: entity, Open: open, Doc: "the entity before this change"},
		{Name: "lookup", Slot: expr.Lookup, Type: p.lookupType(), Open: p.lookupsOpen(), Doc: "what the lookups found"},
	}
	return append(vars, p.constants()...)
}

// nullable says that any attribute may be missing from an entity in flight.
func nullable(fields []schema.Field) []schema.Field {
	out := slices.Clone(fields)
	for i := range out {
		out[i].Type = out[i].Type.OrNull()
	}
	return out
}

func (c *compiler) hasBroken(prefix string) bool {
	for name := range c.broken {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// constants are var and local, whose values are known while compiling.
func (c *compiler) constants() []expr.Var {
	if c.constantVars == nil {
		c.constantVars = []expr.Var{
			c.constant("var", expr.VarSlot, c.vars, "the inputs of the configuration"),
			c.constant("local", expr.LocalSlot, c.locals, "the named values of the configuration"),
		}
	}
	return c.constantVars
}

func (c *compiler) constant(name string, slot expr.Slot, values map[string]cty.Value, doc string) expr.Var {
	var names []string
	var items []schema.Value
	for _, n := range sortedKeys(values) {
		if _, secret := secretIn(values[n]); secret {
			continue
		}
		names, items = append(names, n), append(items, c.static[name+"."+n])
	}
	v := schema.Object(names, items)
	return expr.Var{Name: name, Slot: slot, Type: typeOf(v), Open: c.hasBroken(name + "."), Static: v, Doc: doc}
}

// tables are the locals that csvdecode gave: lists of objects with the same
// columns, all text.
func (c *compiler) tables() map[string]*expr.Table {
	if c.tableValues == nil {
		c.tableValues = map[string]*expr.Table{}
		for name := range c.locals {
			if t := tableOf(c.static["local."+name]); t != nil {
				c.tableValues[name] = t
			}
		}
	}
	return c.tableValues
}

func tableOf(v schema.Value) *expr.Table {
	if v.Kind() != schema.KindList || len(v.Items()) == 0 {
		return nil
	}
	t := &expr.Table{Columns: v.Items()[0].Names()}
	for _, row := range v.Items() {
		if row.Kind() != schema.KindObject || !slices.Equal(row.Names(), t.Columns) {
			return nil
		}
		t.Rows = append(t.Rows, row.Items())
	}
	return t
}

// region is the default region of phone numbers: the variable of that name.
func (c *compiler) region() string {
	if v := c.static["var.region"]; v.Kind() == schema.KindString {
		return v.Text()
	}
	return ""
}

// arguments reads a map of names to CEL, such as create and where.
func (b *body) arguments(name string, scope *expr.Scope, want func(path schema.Path, at diag.Range) schema.Type) []Argument {
	items, ok := b.items(name)
	if !ok {
		return nil
	}
	var out []Argument
	seen := map[string]bool{}
	for _, it := range items {
		if seen[it.name] {
			b.fail(codeRepeated, it.at, fmt.Sprintf("%q stands twice", it.name), "")
			continue
		}
		seen[it.name] = true
		path, ok := b.parsePath(it.name, it.at)
		if !ok {
			continue
		}
		text, ok := b.sourceOf(it.value)
		if !ok {
			continue
		}
		o := expr.Options{Want: want(path, it.at), Label: name + " of " + it.name}
		if prog := b.compiled(expr.CEL, text, scope, o); prog != nil {
			out = append(out, Argument{Path: path, Value: prog})
		}
	}
	return out
}
