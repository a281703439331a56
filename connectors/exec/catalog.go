package exec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"syncline/connectors"
	"syncline/schema"
)

// catalog is what a tap can tell, as it prints it.
type catalog struct {
	Streams []tapStream `json:"streams"`
}

type tapStream struct {
	Name     string          `json:"stream"`
	ID       string          `json:"tap_stream_id"`
	Schema   json.RawMessage `json:"schema"`
	Keys     []string        `json:"key_properties"`
	Method   string          `json:"replication_method"`
	Metadata []struct {
		Breadcrumb []string `json:"breadcrumb"`
		Metadata   struct {
			Keys   []string `json:"table-key-properties"`
			Forced string   `json:"forced-replication-method"`
			Method string   `json:"replication-method"`
		} `json:"metadata"`
	} `json:"metadata"`

	raw map[string]json.RawMessage // all of it, with what only the tap understands
}

func parseCatalog(text []byte) (catalog, error) {
	text = firstObject(text)
	var c catalog
	var all struct {
		Streams []map[string]json.RawMessage `json:"streams"`
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, errors.New("its catalog is not JSON as Singer has it")
	}
	if err := json.Unmarshal(text, &all); err != nil || len(c.Streams) == 0 {
		return c, errors.New("its catalog has no streams")
	}
	seen := map[string]bool{}
	for i := range c.Streams {
		s := &c.Streams[i]
		s.raw = all.Streams[i]
		if s.ID == "" {
			s.ID = s.Name
		}
		if s.Name == "" {
			s.Name = s.ID
		}
		if s.ID == "" || seen[s.ID] {
			return c, fmt.Errorf("a stream of its catalog has no name, or that of another: %q", s.ID)
		}
		seen[s.ID] = true
		for _, m := range s.Metadata {
			if len(m.Breadcrumb) > 0 {
				continue
			}
			if len(s.Keys) == 0 {
				s.Keys = m.Metadata.Keys
			}
			for _, method := range []string{m.Metadata.Method, m.Metadata.Forced} {
				if method != "" {
					s.Method = method
				}
			}
		}
	}
	return c, nil
}

// whole reports whether the tap reads all of the stream each time.
func (s *tapStream) whole() bool { return s.Method == "FULL_TABLE" }

// stream returns the stream of an object.
func (c *catalog) stream(id string) *tapStream {
	i := slices.IndexFunc(c.Streams, func(s tapStream) bool { return s.ID == id })
	return &c.Streams[i]
}

// selecting returns the catalog with one stream selected, in the old way and the
// new one, and everything else as the tap has it.
func (c *catalog) selecting(id string) []byte {
	var streams []map[string]json.RawMessage
	for _, s := range c.Streams {
		out := map[string]json.RawMessage{}
		for k, v := range s.raw {
			out[k] = v
		}
		out["schema"] = withMember(s.Schema, "selected", s.ID == id)
		out["metadata"] = s.selected(s.ID == id)
		streams = append(streams, out)
	}
	text, err := json.Marshal(map[string]any{"streams": streams})
	if err != nil {
		panic(err) // it was read as JSON
	}
	return text
}

// selected returns the stream's metadata with its own entry saying so.
func (s *tapStream) selected(yes bool) json.RawMessage {
	var entries []map[string]json.RawMessage
	json.Unmarshal(s.raw["metadata"], &entries)
	found := false
	for i, m := range s.Metadata {
		if len(m.Breadcrumb) == 0 && i < len(entries) {
			entries[i]["metadata"] = withMember(entries[i]["metadata"], "selected", yes)
			found = true
		}
	}
	if !found {
		entries = append(entries, map[string]json.RawMessage{
			"breadcrumb": json.RawMessage("[]"), "metadata": withMember(nil, "selected", yes),
		})
	}
	text, _ := json.Marshal(entries)
	return text
}

func withMember(object json.RawMessage, name string, yes bool) json.RawMessage {
	members := map[string]json.RawMessage{}
	json.Unmarshal(object, &members)
	members[name], _ = json.Marshal(yes)
	text, _ := json.Marshal(members)
	return text
}

// madeKey is the field that holds the id of a record whose key has several
// parts.
const madeKey = "_key"

// objects are the streams as objects of the system.
func (c *catalog) objects() ([]connectors.Object, error) {
	var out []connectors.Object
	for i := range c.Streams {
		s := &c.Streams[i]
		fields, err := fieldsOfSchema(s.Schema)
		if err != nil {
			return nil, fmt.Errorf("the schema of stream %q: %w", s.ID, err)
		}
		o := connectors.Object{Name: s.ID, Fields: fields, Open: true, ReadOnly: true}
		switch len(s.Keys) {
		case 0:
		case 1:
			o.ID = s.Keys[0]
		default:
			o.ID = madeKey
			o.Fields = append(o.Fields, schema.Field{Name: madeKey, Type: schema.Type{Kind: schema.KindString}, Doc: "The parts of the key in one.", ReadOnly: true})
		}
		out = append(out, o)
	}
	return out, nil
}

// jsonSchema is what Singer uses of JSON Schema.
type jsonSchema struct {
	Type       typeWords       `json:"type"`
	Format     string          `json:"format"`
	Properties json.RawMessage `json:"properties"`
	Items      json.RawMessage `json:"items"`
	AnyOf      []jsonSchema    `json:"anyOf"`
	OneOf      []jsonSchema    `json:"oneOf"`
}

// typeWords is a type or a list of types.
type typeWords []string

// UnmarshalJSON implements json.Unmarshaler.
func (w *typeWords) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' {
		raw = append(append([]byte{'['}, raw...), ']')
	}
	return json.Unmarshal(raw, (*[]string)(w))
}

// deepest is how deep the types of a schema are followed.
const deepest = 16

// fieldsOfSchema returns the fields of a JSON Schema, in its order.
func fieldsOfSchema(raw json.RawMessage) ([]schema.Field, error) {
	var s jsonSchema
	if len(raw) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, errors.New("it is not JSON Schema as Singer has it")
	}
	return propertiesOf(s.Properties, 0)
}

func propertiesOf(raw json.RawMessage, depth int) ([]schema.Field, error) {
	if len(raw) == 0 || string(raw) == "null" || depth > deepest {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("its properties are not an object")
	}
	var out []schema.Field
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var p jsonSchema
		if err := d.Decode(&p); err != nil {
			return nil, fmt.Errorf("property %q is not JSON Schema as Singer has it", name)
		}
		t, err := p.typeOf(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, schema.Field{Name: name.(string), Type: t})
	}
	return out, nil
}

var kindsOfFormat = map[string]schema.Kind{
	"date-time": schema.KindTimestamp, "date": schema.KindDate, "singer.decimal": schema.KindDecimal, "uri": schema.KindURL,
}

var kindsOfType = map[string]schema.Kind{
	"integer": schema.KindInt, "number": schema.KindDecimal, "boolean": schema.KindBool, "string": schema.KindString,
	"array": schema.KindList, "object": schema.KindObject,
}

// typeOf returns the type of a property; any where it may be of several.
func (p *jsonSchema) typeOf(depth int) (schema.Type, error) {
	var t schema.Type
	for _, one := range slices.Concat(p.AnyOf, p.OneOf) {
		inner, err := one.typeOf(depth)
		switch {
		case err != nil:
			return t, err
		case len(one.Type) == 1 && one.Type[0] == "null":
			t.Nullable = true
		case t.Kind != schema.KindAny && t.Kind != inner.Kind:
			return schema.Type{Nullable: true}, nil
		default:
			inner.Nullable = inner.Nullable || t.Nullable
			t = inner
		}
	}
	if len(p.Type) == 0 {
		t.Nullable = t.Nullable || len(p.AnyOf)+len(p.OneOf) == 0
		return t, nil
	}
	var words []string
	for _, w := range p.Type {
		if w == "null" {
			t.Nullable = true
		} else {
			words = append(words, w)
		}
	}
	if len(words) != 1 || depth > deepest {
		return schema.Type{Nullable: true}, nil
	}
	t.Kind = kindsOfType[words[0]]
	if k, ok := kindsOfFormat[p.Format]; ok && t.Kind == schema.KindString {
		t.Kind = k
	}
	return t, p.inside(&t, depth)
}

// inside adds the type of a list's elements and the fields of an object.
func (p *jsonSchema) inside(t *schema.Type, depth int) (err error) {
	switch t.Kind {
	case schema.KindObject:
		t.Fields, err = propertiesOf(p.Properties, depth)
	case schema.KindList:
		var items jsonSchema
		if len(p.Items) == 0 || json.Unmarshal(p.Items, &items) != nil {
			return nil
		}
		var elem schema.Type
		elem, err = items.typeOf(depth + 1)
		t.Elem = &elem
	}
	return err
}
