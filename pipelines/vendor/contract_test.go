package vendor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// contract is a server that holds every request to what a vendor says of its
// own API, in OpenAPI or as a discovery document, and keeps what is not so. It
// is stricter than those: a parameter and a member that are not described are
// faults, since an API leaves unread what is misspelt.
type contract struct {
	doc    *openapi3.T
	router routers.Router
	web    *httptest.Server
	reply  func(op string, r *http.Request, body []byte) any

	mu    sync.Mutex
	asked map[string]int // by operation
	wrong []string
}

// newContract serves the description of a vendor. Reply gives the answer to a
// request that holds, by the name of the operation.
func newContract(t testing.TB, name string, reply func(op string, r *http.Request, body []byte) any) *contract {
	t.Helper()
	c := &contract{doc: describedBy(t, name), reply: reply, asked: map[string]int{}}
	c.web = httptest.NewServer(c)
	t.Cleanup(c.web.Close)
	var err error
	base, _ := url.Parse(c.doc.Servers[0].URL)
	c.doc.Servers = openapi3.Servers{{URL: c.web.URL + base.Path}}
	if c.router, err = gorillamux.NewRouter(c.doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// describedBy loads what a vendor says of its API.
func describedBy(t testing.TB, name string) *openapi3.T {
	t.Helper()
	folder := "../../connectors/vendors/testdata/" + name + "/"
	src, err := os.ReadFile(folder + "openapi.json")
	if errors.Is(err, os.ErrNotExist) {
		return discovered(t, folder+"discovery.json")
	}
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi(src)
	if err == nil {
		err = doc.Validate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range doc.Paths.Map() {
		for _, op := range path.Operations() {
			if op.RequestBody != nil {
				for _, media := range op.RequestBody.Value.Content {
					shut(media.Schema.Value, map[*openapi3.Schema]bool{})
				}
			}
		}
	}
	return doc
}

// openapi reads a description in OpenAPI 3, or in OpenAPI 2.
func openapi(src []byte) (*openapi3.T, error) {
	var old openapi2.T
	if err := json.Unmarshal(src, &old); err != nil || old.Swagger == "" {
		return openapi3.NewLoader().LoadFromData(src)
	}
	doc, err := openapi2conv.ToV3(&old)
	if err != nil {
		return nil, err
	}
	return doc, openapi3.NewLoader().ResolveRefsIn(doc, nil)
}

// shut lets an object have no other members than those that are described.
func shut(s *openapi3.Schema, seen map[*openapi3.Schema]bool) {
	if s == nil || seen[s] {
		return
	}
	seen[s] = true
	if len(s.Properties) > 0 && s.AdditionalProperties.Schema == nil {
		no := false
		s.AdditionalProperties.Has = &no
	}
	for _, p := range s.Properties {
		shut(p.Value, seen)
	}
	if s.Items != nil {
		shut(s.Items.Value, seen)
	}
}

// operations are the names of all that is described.
func (c *contract) operations() (out []string) {
	for _, path := range c.doc.Paths.Map() {
		for _, op := range path.Operations() {
			out = append(out, op.OperationID)
		}
	}
	slices.Sort(out)
	return out
}

// ServeHTTP implements http.Handler.
func (c *contract) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	op, err := c.hold(r, body)
	if err != nil {
		c.wrong = append(c.wrong, fmt.Sprintf("%s %s %s: %v", r.Method, r.URL, body, err))
		w.WriteHeader(http.StatusUnprocessableEntity)
		return
	}
	c.asked[op]++
	answer := c.reply(op, r, body)
	if answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	json.NewEncoder(w).Encode(answer)
}

// hold returns the operation that a request is, or how it is none.
func (c *contract) hold(r *http.Request, body []byte) (string, error) {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); !ok || token == "" {
		return "", errors.New("it has no bearer token")
	}
	r.URL.Scheme, r.URL.Host = "http", r.Host
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		return "", err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	err = openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
	if err != nil {
		return "", err
	}
	return route.Operation.OperationID, undescribed(route.Operation, r, body)
}

// deep reports whether a parameter is a member of one that is an object, as in
// filter[email].
func deep(op *openapi3.Operation, name string) bool {
	object, member, _ := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	p := op.Parameters.GetByInAndName(openapi3.ParameterInQuery, object)
	return p != nil && p.Style == "deepObject" && p.Schema.Value.Properties[member] != nil
}

// undescribed is the fault of a parameter, a body or a field of a form that the
// operation does not have.
func undescribed(op *openapi3.Operation, r *http.Request, body []byte) error {
	for name := range r.URL.Query() {
		if op.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil && !deep(op, name) {
			return fmt.Errorf("there is no parameter %s", name)
		}
	}
	if op.RequestBody == nil {
		if len(body) > 0 {
			return errors.New("it has a body, and takes none")
		}
		return nil
	}
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return err
	}
	fields := op.RequestBody.Value.Content.Get("application/x-www-form-urlencoded").Schema.Value.Properties
	for name := range form {
		if fields[name] == nil {
			return fmt.Errorf("there is no field %s", name)
		}
	}
	return nil
}
