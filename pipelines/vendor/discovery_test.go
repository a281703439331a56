package vendor

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// discovery is what counts here of a Google discovery document.
type discovery struct {
	Title, Version, RootURL, ServicePath string
	Parameters                           map[string]described
	Resources                            map[string]struct{ Methods map[string]method }
	Schemas                              map[string]described
}

type method struct {
	ID, Path, HTTPMethod string
	Parameters           map[string]described
	Request              *struct {
		Ref string `json:"$ref"`
	}
}

// described is a parameter, a schema, or a member of one.
type described struct {
	Ref                  string `json:"$ref"`
	Type, Format         string
	Location             string
	Required, Repeated   bool
	Minimum, Maximum     string
	Enum                 []string
	Items                *described
	Properties           map[string]described
	AdditionalProperties *described
	Annotations          struct{ Required []string } // the methods that need it
}

// discovered makes OpenAPI of a discovery document.
func discovered(t testing.TB, file string) *openapi3.T {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d discovery
	if err := json.Unmarshal(src, &d); err != nil {
		t.Fatal(err)
	}
	doc := &openapi3.T{
		OpenAPI: "3.0.3", Info: &openapi3.Info{Title: d.Title, Version: d.Version},
		Servers: openapi3.Servers{{URL: d.RootURL + strings.TrimSuffix(d.ServicePath, "/")}}, Paths: openapi3.NewPaths(),
	}
	for _, r := range d.Resources {
		for _, m := range r.Methods {
			path := "/" + m.Path
			if doc.Paths.Value(path) == nil {
				doc.Paths.Set(path, &openapi3.PathItem{})
			}
			doc.Paths.Value(path).SetOperation(m.HTTPMethod, d.operation(m))
		}
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// operation makes a method's operation. Parameters of the whole API, such as
// the form of the answer, are left out: nothing here sends one.
func (d *discovery) operation(m method) *openapi3.Operation {
	op := &openapi3.Operation{OperationID: m.ID, Responses: openapi3.NewResponses(openapi3.WithName("default", openapi3.NewResponse().WithDescription("")))}
	for name, p := range m.Parameters {
		schema := d.schema(p, m)
		if p.Repeated {
			schema = openapi3.NewArraySchema().WithItems(schema)
		}
		op.AddParameter(&openapi3.Parameter{Name: name, In: p.Location, Required: p.Required, Schema: schema.NewRef()})
	}
	if m.Request != nil {
		op.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(true).WithJSONSchema(d.schema(described{Ref: m.Request.Ref}, m))}
	}
	return op
}

// schema makes the schema of a member in the body of a method. What a PATCH
// has may be null: that empties it.
func (d *discovery) schema(p described, m method) *openapi3.Schema {
	if p.Ref != "" {
		return d.schema(d.Schemas[p.Ref], m)
	}
	s := &openapi3.Schema{Format: p.Format, Nullable: m.HTTPMethod == http.MethodPatch}
	if p.Type != "any" {
		s.Type = &openapi3.Types{p.Type}
	}
	s.Min, s.Max = bound(p.Minimum), bound(p.Maximum)
	for _, word := range p.Enum {
		s.Enum = append(s.Enum, word)
	}
	if p.Items != nil {
		s.Items = d.schema(*p.Items, m).NewRef()
	}
	if p.AdditionalProperties != nil {
		s.AdditionalProperties.Schema = d.schema(*p.AdditionalProperties, m).NewRef()
	} else if len(p.Properties) > 0 {
		no := false
		s.AdditionalProperties.Has = &no
	}
	for name, inner := range p.Properties {
		s.WithProperty(name, d.schema(inner, m))
		if slices.Contains(inner.Annotations.Required, m.ID) {
			s.Required = append(s.Required, name)
		}
	}
	return s
}

func bound(text string) *float64 {
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return &f
	}
	return nil
}

// TestDiscovered holds what is made of a discovery document to what it says.
func TestDiscovered(t *testing.T) {
	doc := discovered(t, "../../connectors/vendors/testdata/googlecalendar/discovery.json")
	insert := doc.Paths.Value("/calendars/{calendarId}/events").Post
	patch := doc.Paths.Value("/calendars/{calendarId}/events/{eventId}").Patch
	body := func(op *openapi3.Operation) *openapi3.Schema {
		return op.RequestBody.Value.Content.Get("application/json").Schema.Value
	}
	for _, c := range []struct {
		op   *openapi3.Operation
		text string
		good bool
	}{
		{insert, `{"start": {"dateTime": "2026-01-02T03:04:05Z"}, "end": {"date": "2026-01-03"}}`, true},
		{insert, `{"start": {"dateTime": "2026-01-02T03:04:05Z"}}`, false},
		{patch, `{"start": {"dateTime": "2026-01-02T03:04:05Z"}}`, true},
		{patch, `{"summary": null}`, true},
		{insert, `{"start": {}, "end": {}, "summary": null}`, false},
		{patch, `{"summary": 7}`, false},
		{patch, `{"sumary": "x"}`, false},
		{patch, `{"extendedProperties": {"private": {"anything": "x"}}}`, true},
		{patch, `{"attendees": [{"email": "a@example.com", "mail": "x"}]}`, false},
	} {
		var v any
		if err := json.Unmarshal([]byte(c.text), &v); err != nil {
			t.Fatal(err)
		}
		if err := body(c.op).VisitJSON(v); (err == nil) != c.good {
			t.Errorf("%s %s: %v", c.op.OperationID, c.text, err)
		}
	}
	list := doc.Paths.Value("/calendars/{calendarId}/events").Get
	for name, want := range map[string]string{"showDeleted": "boolean", "maxResults": "integer", "privateExtendedProperty": "array", "calendarId": "string"} {
		in := openapi3.ParameterInQuery
		if name == "calendarId" {
			in = openapi3.ParameterInPath
		}
		if p := list.Parameters.GetByInAndName(in, name); p == nil || !p.Schema.Value.Type.Is(want) || p.Required != (in == openapi3.ParameterInPath) {
			t.Errorf("%s is %+v", name, p)
		}
	}
}
