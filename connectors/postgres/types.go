package postgres

import (
	"strings"

	"syncline/connectors/sqltable"
	"syncline/schema"
)

// typeOf reads a type by its name in pg_type; words are an enum's.
func typeOf(name string, words []string) schema.Type {
	if len(words) > 0 {
		return schema.Type{Kind: schema.KindEnum, Words: words}
	}
	if elem, isArray := strings.CutPrefix(name, "_"); isArray {
		t := typeOf(elem, nil)
		return schema.Type{Kind: schema.KindList, Elem: &t}
	}
	if kind, ok := kinds[name]; ok {
		return schema.Type{Kind: kind}
	}
	return schema.Type{Kind: schema.KindString}
}

var kinds = map[string]schema.Kind{
	"int2": schema.KindInt, "int4": schema.KindInt, "int8": schema.KindInt, "oid": schema.KindInt,
	"numeric": schema.KindDecimal, "float4": schema.KindDecimal, "float8": schema.KindDecimal,
	"bool":      schema.KindBool,
	"date":      schema.KindDate,
	"timestamp": schema.KindTimestamp, "timestamptz": schema.KindTimestamp,
	"json": schema.KindAny, "jsonb": schema.KindAny,
}

// read returns a column as a number, a truth value or a text; texts are exact
// where the driver's own types are not.
func read(c *sqltable.Column, quoted string) string {
	switch {
	case c.Type.Kind == schema.KindList:
		return "to_json(" + quoted + ")::text"
	case c.Native == "int2", c.Native == "int4", c.Native == "int8", c.Native == "bool",
		c.Native == "text", c.Native == "varchar":
		return quoted
	}
	return quoted + "::text"
}

// bind returns a value as text, which the server reads by the column's type;
// lists become arrays.
func bind(c *sqltable.Column, v schema.Value) (any, error) {
	if strings.HasPrefix(c.Native, "_") {
		return array(v)
	}
	if c.Native == "json" || c.Native == "jsonb" {
		return string(v.AppendJSON(nil)), nil
	}
	return sqltable.Text(v)
}

// array spells a list as the text of an array.
func array(v schema.Value) (any, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, item := range v.Items() {
		if i > 0 {
			b.WriteByte(',')
		}
		if item.State() == schema.Null || item.State() == schema.Absent {
			b.WriteString("NULL")
			continue
		}
		text, err := sqltable.Text(item)
		if err != nil {
			return nil, err
		}
		b.WriteString(`"` + escape.Replace(text.(string)) + `"`)
	}
	b.WriteByte('}')
	return b.String(), nil
}

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
