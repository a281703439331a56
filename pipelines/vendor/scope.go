package vendor

import (
	"slices"
	"strings"

	"syncline/connectors/rest"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// scope is what the programs of one place may name.
type scope struct {
	vars []variable
	expr *expr.Scope
}

// variable is a name, and where its value is found.
type variable struct {
	name string
	slot expr.Slot
	typ  schema.Type
	doc  string
	get  func(in *rest.Input) schema.Value
}

// slots are the places of a frame that a scope gives to its variables in turn.
func slots() []expr.Slot {
	return []expr.Slot{
		expr.Record, expr.Parent, expr.Value, expr.Entity, expr.Prior, expr.Lookup, expr.Action,
		expr.VarSlot, expr.LocalSlot, expr.Base, expr.Sides,
	}
}

// scope returns the scope of these names, made once. Names of a place alone,
// such as the arguments of a verb, come as own.
func (c *compiler) scope(names string, own ...variable) *scope {
	if s := c.scopes[names]; s != nil && len(own) == 0 {
		return s
	}
	s := &scope{expr: &expr.Scope{Elsewhere: map[string]string{}}}
	known := c.variables()
	for _, name := range strings.Fields(names) {
		i := slices.IndexFunc(known, func(v variable) bool { return v.name == name })
		s.vars = append(s.vars, known[i])
	}
	s.vars = append(s.vars, own...)
	for i := range s.vars {
		v := &s.vars[i]
		if v.name == "secrets" {
			v.name = "settings"
		}
		v.slot = slots()[i]
		s.expr.Vars = append(s.expr.Vars, expr.Var{Name: v.name, Slot: v.slot, Type: v.typ, Doc: v.doc})
	}
	for _, v := range known {
		if v.name != "secrets" && !slices.ContainsFunc(s.vars, func(have variable) bool { return have.name == v.name }) {
			s.expr.Elsewhere[v.name] = "here it is one of: " + s.list()
		}
	}
	if len(own) == 0 {
		c.scopes[names] = s
	}
	return s
}

func (s *scope) list() string {
	names := make([]string, len(s.vars))
	for i, v := range s.vars {
		names[i] = v.name
	}
	return strings.Join(names, ", ")
}

func objectOf(fields ...schema.Field) schema.Type {
	if fields == nil {
		fields = []schema.Field{}
	}
	return schema.Type{Kind: schema.KindObject, Fields: fields}
}

func member(name string, kind schema.Kind) schema.Field {
	return schema.Field{Name: name, Type: schema.Type{Kind: kind}}
}

// variables are all names there are, but for those that differ by place.
func (c *compiler) variables() []variable {
	anything, word := schema.Type{}, schema.Type{Kind: schema.KindString}
	return []variable{
		{name: "settings", typ: c.settingsType(false), get: func(in *rest.Input) schema.Value { return in.Settings }},
		{name: "secrets", typ: c.settingsType(true), get: func(in *rest.Input) schema.Value { return in.Settings }},
		{name: "id", typ: word, get: func(in *rest.Input) schema.Value { return given(in.ID) }},
		{name: "ids", typ: schema.ListOf(word), get: func(in *rest.Input) schema.Value { return listOf(in.IDs) }},
		{name: "parent_id", typ: word, get: func(in *rest.Input) schema.Value { return given(in.ParentID) }},
		{name: "record", typ: anything, get: func(in *rest.Input) schema.Value { return in.Record }},
		{name: "parent", typ: anything, get: func(in *rest.Input) schema.Value { return in.Parent }},
		{name: "fields", typ: schema.ListOf(word), get: func(in *rest.Input) schema.Value { return listOf(in.Fields) }},
		{name: "page", typ: pageType(), get: pageOf},
		{name: "since", typ: anything, get: func(in *rest.Input) schema.Value { return in.Since }},
		{name: "until", typ: anything, get: func(in *rest.Input) schema.Value { return in.Until }},
		{name: "set", typ: anything, get: func(in *rest.Input) schema.Value { return in.Set }},
		{name: "with", typ: anything, get: func(in *rest.Input) schema.Value { return in.With }},
		{name: "elements", typ: anything, get: func(in *rest.Input) schema.Value { return in.Elements }},
		{name: "sub", typ: subType(), get: subOf},
		{name: "result", typ: anything, get: func(in *rest.Input) schema.Value { return in.Result }},
		{name: "answer", typ: objectOf(member("status", schema.KindInt), member("header", schema.KindAny), member("body", schema.KindAny)), get: answerOf},
		{name: "event", typ: anything, get: func(in *rest.Input) schema.Value { return in.Event }},
		{name: "body", typ: anything, get: func(in *rest.Input) schema.Value { return in.Body }},
		{name: "header", typ: anything, get: headerOf},
		{name: "query", typ: anything, get: queryOf},
	}
}

// settingsType types the settings: what need not be given may be null.
func (c *compiler) settingsType(secrets bool) schema.Type {
	fields := []schema.Field{}
	for _, s := range c.settings {
		if s.Secret && !secrets {
			continue
		}
		f := schema.Field{Name: s.Name, Type: s.Type}
		f.Type.Nullable = !s.Required && s.Default.IsAbsent()
		fields = append(fields, f)
	}
	return objectOf(fields...)
}

// argumentsOf is the variable args of a verb.
func argumentsOf(args []schema.Field) variable {
	fields := []schema.Field{}
	for _, a := range args {
		f := schema.Field{Name: a.Name, Type: a.Type}
		f.Type.Nullable = !a.Required
		fields = append(fields, f)
	}
	return variable{name: "args", typ: objectOf(fields...), get: func(in *rest.Input) schema.Value {
		if in.Args.IsAbsent() {
			return schema.Object(nil, nil)
		}
		return in.Args
	}}
}

func given(text string) schema.Value {
	if text == "" {
		return schema.Value{}
	}
	return schema.String(text)
}

func listOf(texts []string) schema.Value {
	items := make([]schema.Value, len(texts))
	for i, t := range texts {
		items[i] = schema.String(t)
	}
	return schema.List(items...)
}
