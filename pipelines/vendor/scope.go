package vendor

import (
	"maps"
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
		s.expr.Vars = append(s.expr.Vars, expr.Var{Name: v.name, Slot: v.slot, Type: v.typ})
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
		{name: "object", typ: word, get: func(in *rest.Input) schema.Value { return given(in.Object) }},
		{name: "id", typ: word, get: func(in *rest.Input) schema.Value { return given(in.ID) }},
		{name: "ids", typ: schema.ListOf(word), get: func(in *rest.Input) schema.Value { return listOf(in.IDs) }},
		{name: "parent_id", typ: word, get: func(in *rest.Input) schema.Value { return given(in.ParentID) }},
		{name: "record", typ: anything, get: func(in *rest.Input) schema.Value { return in.Record }},
		{name: "parent", typ: anything, get: func(in *rest.Input) schema.Value { return in.Parent }},
		{name: "fields", typ: schema.ListOf(word), get: func(in *rest.Input) schema.Value { return listOf(in.Fields) }},
		{name: "page", typ: pageType(), get: pageOf},
		{name: "since", typ: anything, get: func(in *rest.Input) schema.Value { return orNull(in.Since) }},
		{name: "until", typ: anything, get: func(in *rest.Input) schema.Value { return orNull(in.Until) }},
		{name: "operation", typ: word, get: operationOf},
		{name: "revision", typ: anything, get: func(in *rest.Input) schema.Value { return orNull(in.Revision) }},
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

// operationOf is the key of a change, equal for one that is sent again.
func operationOf(in *rest.Input) schema.Value {
	if in.Change == nil {
		return schema.Value{}
	}
	return given(in.Change.Operation)
}

// quotedIDs are the ids of a read as a filter language writes them.
func quotedIDs(quoting rest.Quoting) []variable {
	word := schema.Type{Kind: schema.KindString}
	return []variable{
		{name: "quoted", typ: word, get: func(in *rest.Input) schema.Value { return schema.String(quoting.Quote(in.ID)) }},
		{name: "quotes", typ: schema.ListOf(word), get: func(in *rest.Input) schema.Value {
			out := make([]string, len(in.IDs))
			for i, id := range in.IDs {
				out[i] = quoting.Quote(id)
			}
			return listOf(out)
		}},
	}
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

func pageType() schema.Type {
	return objectOf(
		member("cursor", schema.KindString), member("number", schema.KindInt), member("offset", schema.KindInt),
		member("size", schema.KindInt), member("last", schema.KindAny),
	)
}

func pageOf(in *rest.Input) schema.Value {
	p := &in.Page
	return schema.Object(
		[]string{"cursor", "number", "offset", "size", "last"},
		[]schema.Value{schema.String(p.Cursor), schema.Int(p.Number), schema.Int(p.Offset), schema.Int(int64(p.Size)), orNull(p.Last)},
	)
}

func subType() schema.Type {
	return objectOf(
		member("method", schema.KindString), member("url", schema.KindString), member("headers", schema.KindAny),
		member("body", schema.KindAny), member("index", schema.KindInt),
	)
}

func subOf(in *rest.Input) schema.Value {
	s := in.Sub
	if s == nil {
		return schema.Value{}
	}
	return schema.Object(
		[]string{"method", "url", "headers", "body", "index"},
		[]schema.Value{schema.String(s.Method), schema.String(s.URL), orNull(s.Headers), orNull(s.Body), schema.Int(int64(s.Index))},
	)
}

func answerOf(in *rest.Input) schema.Value {
	return schema.Object(
		[]string{"status", "header", "body"},
		[]schema.Value{schema.Int(int64(in.Status)), headerOf(in), orNull(in.Body)},
	)
}

// headerOf gives headers by their names in lower case.
func headerOf(in *rest.Input) schema.Value {
	names := slices.Sorted(maps.Keys(in.Header))
	items := make([]schema.Value, len(names))
	for i, n := range names {
		items[i], names[i] = schema.String(strings.Join(in.Header[n], ", ")), strings.ToLower(n)
	}
	return schema.Object(names, items)
}

func queryOf(in *rest.Input) schema.Value {
	names := slices.Sorted(maps.Keys(in.Query))
	items := make([]schema.Value, len(names))
	for i, n := range names {
		items[i] = schema.String(in.Query[n])
	}
	return schema.Object(names, items)
}

func orNull(v schema.Value) schema.Value {
	if v.IsAbsent() {
		return schema.NullValue()
	}
	return v
}

// keyType is the type of one key of a search.
func keyType() schema.Type {
	return objectOf(
		member("value", schema.KindAny), schema.Field{Name: "values", Type: schema.ListOf(schema.Type{})}, member("path", schema.KindString),
		member("quoted", schema.KindString), schema.Field{Name: "quotes", Type: schema.ListOf(schema.Type{Kind: schema.KindString})},
	)
}

// anyKeys is the variable keys of a search by whatever is asked for.
func anyKeys(quoting rest.Quoting) variable {
	return variable{name: "keys", typ: schema.ListOf(keyType()), get: func(in *rest.Input) schema.Value {
		items := make([]schema.Value, len(in.Keys))
		for i := range in.Keys {
			items[i] = keyOf(&in.Keys[i], quoting)
		}
		return schema.List(items...)
	}}
}

// keysOf is the variable keys of a search.
func keysOf(names []string, quoting rest.Quoting) variable {
	fields := []schema.Field{}
	for _, name := range names {
		fields = append(fields, schema.Field{Name: name, Type: keyType()})
	}
	return variable{name: "keys", typ: objectOf(fields...), get: func(in *rest.Input) schema.Value {
		var names []string
		var items []schema.Value
		for i := range in.Keys {
			names, items = append(names, in.Keys[i].Field), append(items, keyOf(&in.Keys[i], quoting))
		}
		return schema.Object(names, items)
	}}
}

func keyOf(k *rest.Key, quoting rest.Quoting) schema.Value {
	first, quoted := schema.NullValue(), schema.NullValue()
	quotes := make([]schema.Value, len(k.Values))
	for i, v := range k.Values {
		quotes[i] = schema.String(quoting.Value(v))
		if i == 0 {
			first, quoted = v, quotes[0]
		}
	}
	return schema.Object(
		[]string{"value", "values", "path", "quoted", "quotes"},
		[]schema.Value{first, schema.List(k.Values...), schema.String(k.Path), quoted, schema.List(quotes...)},
	)
}
