package vendor

import (
	"maps"
	"slices"
	"strings"

	"syncline/connectors/rest"
	"syncline/schema"
)

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

// keysOf is the variable keys of a search.
func keysOf(names []string, quoting rest.Quoting) variable {
	fields := []schema.Field{}
	for _, name := range names {
		fields = append(fields, schema.Field{Name: name, Type: objectOf(
			member("value", schema.KindAny), schema.Field{Name: "values", Type: schema.ListOf(schema.Type{})}, member("path", schema.KindString),
			member("quoted", schema.KindString), schema.Field{Name: "quotes", Type: schema.ListOf(schema.Type{Kind: schema.KindString})},
		)})
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
		quotes[i] = schema.String(quoting.Quote(v.Plain()))
		if i == 0 {
			first, quoted = v, quotes[0]
		}
	}
	return schema.Object(
		[]string{"value", "values", "path", "quoted", "quotes"},
		[]schema.Value{first, schema.List(k.Values...), schema.String(k.Path), quoted, schema.List(quotes...)},
	)
}
