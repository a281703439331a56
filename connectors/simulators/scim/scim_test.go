package scim_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/scim"
)

// ask sends a request with the token, and returns the answer.
func ask(t *testing.T, s *simulators.Server, line, match, body string) (status int, out map[string]any) {
	t.Helper()
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, "/scim/v2"+strings.ReplaceAll(path, " ", "%20"), strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+scim.Token)
	if match != "" {
		r.Header.Set("If-Match", match)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Body.Len() == 0 {
		return w.Code, nil
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Header().Get("Content-Type") != "application/scim+json" {
		t.Fatalf("%s answers %q as %s: %v", line, w.Body, w.Header().Get("Content-Type"), err)
	}
	return w.Code, out
}

const (
	somebody = "/Users/2819c223-7f76-453a-919d-000000413864"
	schemas  = `"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]`
	extended = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

// patched is a PATCH of these operations.
func patched(operations string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + operations + `]}`
}

// TestRequests: what each request of the protocol does, and what is refused.
func TestRequests(t *testing.T) {
	s := scim.New(simulators.Options{})
	for _, tt := range []struct {
		line, match, body string
		status            int
		want              string // stands in the answer
	}{
		{"GET /Users?startIndex=2&count=2", "", "", 200, `"itemsPerPage":2,"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"startIndex":2,"totalResults":5`},
		{"GET /Users?startIndex=0&count=0", "", "", 200, `"Resources":[]`},
		{"GET /Users?startIndex=9", "", "", 200, `"Resources":[]`},
		{`GET /Users?filter=userName eq "FEMI.Adeyemi@acme.example"`, "", "", 200, `"totalResults":1`},
		{`GET /Users?filter=externalId eq "7"`, "", "", 200, `"totalResults":0`},
		{`GET /Users?filter=userName sw "f"`, "", "", 400, `"scimType":"invalidFilter"`},
		{`GET /Users?filter=userName eq "f" or userName eq "g"`, "", "", 400, `"scimType":"invalidFilter"`},
		{"GET " + somebody, "", "", 200, `"version":"W/\"1\""`},
		{"GET /Users/7", "", "", 404, `"status":"404"`},
		{"GET /Schemas", "", "", 404, `"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"]`},
		{"POST /Users", "", `{` + schemas + `,"userName":"new@acme.example","id":"7","meta":{}}`, 201, `"active":true`},
		{"POST /Users", "", `{` + schemas + `,"userName":"NEW@acme.example"}`, 409, `"scimType":"uniqueness"`},
		{"POST /Users", "", `{` + schemas + `,"userName":" "}`, 400, `"scimType":"invalidValue"`},
		{"POST /Users", "", `{` + schemas + `,"userName":"x","` + extended + `":{"department":"IT"}}`, 400, `"scimType":"invalidValue"`},
		{"POST /Users", "", `{"userName":"x"}`, 400, `"scimType":"invalidValue"`},
		{"POST /Users", "", `[1]`, 400, `"scimType":"invalidSyntax"`},
		{"PATCH " + somebody, `W/"1"`, patched(`{"op":"Replace","path":"name.familyName","value":"Adé"},{"op":"replace","path":"emails[type eq \"work\"].value","value":"f@acme.example"}`), 200, `"familyName":"Adé"`},
		{"PATCH " + somebody, `W/"1"`, patched(`{"op":"replace","path":"title","value":"x"}`), 412, `"status":"412"`},
		{"PATCH " + somebody, `W/"2"`, patched(`{"op":"replace","path":"` + extended + `:department","value":"R&D"}`), 200, `"employeeNumber":"1004"`},
		{"PATCH " + somebody, "", patched(`{"op":"replace","path":"active","value":false},{"op":"remove","path":"title"}`), 200, `"active":false`},
		{"PATCH " + somebody, "", patched(`{"op":"add","path":"emails","value":[{"type":"home","value":"f@example.com"}]}`), 200, `"f@example.com"`},
		{"PATCH " + somebody, "", patched(`{"op":"replace","value":{"nickName":"Fe"}}`), 200, `"nickName":"Fe"`},
		{"PATCH " + somebody, "", patched(`{"op":"replace","path":"emails[type eq \"other\"].value","value":"x"}`), 400, `"scimType":"noTarget"`},
		{"PATCH " + somebody, "", patched(`{"op":"replace","path":"id","value":"x"}`), 400, `"scimType":"mutability"`},
		{"PATCH " + somebody, "", patched(`{"op":"replace","path":"emails[type eq work]","value":"x"}`), 400, `"scimType":"invalidPath"`},
		{"PATCH " + somebody, "", patched(`{"op":"replace","path":"title"}`), 400, `"scimType":"invalidSyntax"`},
		{"PATCH " + somebody, "", patched(`{"op":"replace","path":"userName","value":"new@acme.example"}`), 409, `"scimType":"uniqueness"`},
		{"PATCH " + somebody, "", `{"Operations":[]}`, 400, `"scimType":"invalidSyntax"`},
		{"PATCH /Users/7", "", patched(`{"op":"remove","path":"title"}`), 404, `"status":"404"`},
		{"DELETE " + somebody, `W/"1"`, "", 412, `"status":"412"`},
		{"DELETE " + somebody, "", "", 204, ``},
		{"GET " + somebody, "", "", 404, `"status":"404"`},
		{`GET /Groups?filter=displayName eq "everybody"`, "", "", 200, `"totalResults":1`},
	} {
		status, out := ask(t, s, tt.line, tt.match, tt.body)
		var text strings.Builder
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		_ = e.Encode(out)
		if status != tt.status || !strings.Contains(text.String(), tt.want) {
			t.Errorf("%s %s answers %d %s, want %d with %s", tt.line, tt.body, status, &text, tt.status, tt.want)
		}
	}
}

// TestRefusedPatchesDoNothing: of operations one of which cannot be none is
// done (RFC 7644, 3.5.2).
func TestRefusedPatchesDoNothing(t *testing.T) {
	s := scim.New(simulators.Options{})
	if status, _ := ask(t, s, "PATCH "+somebody, "", patched(`{"op":"replace","path":"title","value":"x"},{"op":"replace","path":"meta","value":"x"}`)); status != 400 {
		t.Errorf("answered %d", status)
	}
	if _, o := ask(t, s, "GET "+somebody, "", ""); o["title"] != "Backend Engineer" || fmt.Sprint(o["meta"].(map[string]any)["version"]) != `W/"1"` {
		t.Errorf("it holds %v", o)
	}
}

// TestStrangers: without the token nothing is answered.
func TestStrangers(t *testing.T) {
	s := scim.New(simulators.Options{})
	for _, given := range []string{"", "Bearer another", scim.Token} {
		r := httptest.NewRequest("DELETE", "/scim/v2"+somebody, nil)
		r.Header.Set("Authorization", given)
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != 401 {
			t.Errorf("with %q: %d", given, w.Code)
		}
	}
}
