package servicenow_test

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/servicenow"
)

// ask sends a request as the user, and returns the answer.
func ask(t *testing.T, s *simulators.Server, line, body string) (*httptest.ResponseRecorder, map[string]any) {
	t.Helper()
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.SetBasicAuth(servicenow.User, servicenow.Password)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var out map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			t.Fatalf("%s answers %q: %v", line, w.Body, err)
		}
	}
	return w, out
}

const (
	incident = "/api/now/table/incident/9d385017c61122870800000000000001"
	user     = "/api/now/table/sys_user/9d385017c61122870800000000000001"
)

// TestRequests: what each request of the Table API does, and what is refused.
func TestRequests(t *testing.T) {
	s := servicenow.New(simulators.Options{})
	for _, tt := range []struct {
		line, body string
		status     int
		want       string // stands in the answer
	}{
		{"GET " + incident + "?sysparm_exclude_reference_link=true", "", 200, `"caller_id":"9d385017c61122870800000000000004"`},
		{"GET " + incident, "", 200, `"caller_id":{"link":`},
		{"GET /api/now/table/incident/7", "", 404, `"message":"No Record found"`},
		{"GET /api/now/table/u_nothing", "", 400, `"message":"Invalid table u_nothing"`},
		{"GET /api/now/table/incident?sysparm_query=active=true", "", 400, `"message":"Invalid query"`},
		{"GET /api/now/table/incident?number=INC0010002", "", 200, `"number":"INC0010002"`},
		{"GET /api/now/table/incident?number=INC0010002%5EORactive%3Dtrue", "", 200, `"result":[]`},
		{"POST /api/now/table/sc_request", `{"short_description":"Laptop","correlation_id":"op-1","impact":"1","urgency":"2","u_nothing":"x"}`, 201, `"priority":"2"`},
		{"GET /api/now/table/sc_request?correlation_id=op-1", "", 200, `"number":"REQ0010002"`},
		{"POST /api/now/table/sc_request", `[1]`, 400, `"status":"failure"`},
		{"POST /api/now/table/sys_user", `{"user_name":"ADA.admin"}`, 403, `"detail":"Unique Key violation"`},
		{"PATCH " + user, `{"title":"Head of IT","active":"false"}`, 200, `"sys_mod_count":"1"`},
		{"PATCH " + user, `{"user_name":"femi.adeyemi"}`, 403, `"detail":"Unique Key violation"`},
		{"PATCH " + incident, `{"work_notes":"Called back.","number":"INC1"}`, 200, `"work_notes":""`},
		{"PATCH /api/now/table/incident/7", `{}`, 404, `"message":"No Record found"`},
		{"DELETE " + incident, "", 204, ""},
		{"DELETE " + incident, "", 404, `"message":"No Record found"`},
	} {
		w, out := ask(t, s, tt.line, tt.body)
		if text, _ := json.Marshal(out); w.Code != tt.status || !strings.Contains(string(text), tt.want) {
			t.Errorf("%s %s answers %d %s, want %d with %s", tt.line, tt.body, w.Code, text, tt.status, tt.want)
		}
	}
	s.Edit(func(c *simulators.Call) {
		if notes := c.Store.List("sys_journal_field", nil); len(notes) != 1 || notes[0]["value"] != "Called back." || notes[0]["sys_created_by"] != servicenow.User {
			t.Errorf("the journal holds %v", notes)
		}
	})
}

// TestPages: the links lead over all records, in the order that was asked for.
func TestPages(t *testing.T) {
	s := servicenow.New(simulators.Options{Page: 2})
	path, seen := "/api/now/table/sys_user?sysparm_limit=1000&sysparm_query="+url.QueryEscape("sys_updated_on>=2000-01-01 00:00:00^ORDERBYuser_name"), ""
	for range 2 {
		w, out := ask(t, s, "GET "+path, "")
		if w.Header().Get("X-Total-Count") != "4" {
			t.Fatalf("of %s there are %s", path, w.Header().Get("X-Total-Count"))
		}
		for _, v := range out["result"].([]any) {
			seen += v.(map[string]any)["user_name"].(string) + " "
		}
		_, next, _ := strings.Cut(w.Header().Get("Link"), ",<http://example.com")
		path, _, _ = strings.Cut(next, ">")
	}
	if seen != "ada.admin beth.anglin femi.adeyemi olga.petrova " || path != "" {
		t.Errorf("the pages hold %q, and then comes %q", seen, path)
	}
}

// TestRecordsAreAsReplayed: a record has the members that the reference has, as
// the replay of the vendor's description holds them.
func TestRecordsAreAsReplayed(t *testing.T) {
	src, err := os.ReadFile("../../vendors/testdata/servicenow/replay.json")
	if err != nil {
		t.Fatal(err)
	}
	var replay struct {
		Cases []struct {
			Write, Verb string
			Exchanges   []struct {
				Ask    string
				Answer struct{ Result json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(src, &replay); err != nil {
		t.Fatal(err)
	}
	s, held := servicenow.New(simulators.Options{}), map[string]bool{}
	for _, c := range replay.Cases {
		if c.Verb != "create" {
			continue
		}
		held[c.Write] = true
		_, out := ask(t, s, c.Exchanges[0].Ask, `{}`)
		got := out["result"].(map[string]any)
		var documented map[string]any
		if err := json.Unmarshal(c.Exchanges[0].Answer.Result, &documented); err != nil {
			t.Fatal(err)
		}
		for _, name := range slices.Sorted(maps.Keys(documented)) {
			if _, text := got[name].(string); !text {
				t.Errorf("%s: %q is %v, and a text in the reference", c.Write, name, got[name])
			}
		}
	}
	if len(held) != 4 {
		t.Errorf("%d tables were held to the reference, want 4", len(held))
	}
}

// TestSessions: a token that was given opens what the password opens, and
// nothing else does.
func TestSessions(t *testing.T) {
	s := servicenow.New(simulators.Options{})
	try := func(credential string) int {
		r := httptest.NewRequest("GET", user, nil)
		r.Header.Set("Authorization", credential)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {servicenow.Client}, "client_secret": {servicenow.Secret}, "refresh_token": {servicenow.Refresh}}
	_, out := ask(t, s, "POST /oauth_token.do", form.Encode())
	given, _ := out["access_token"].(string)
	if a, b, c := try("Bearer "+given), try("Bearer another"), try(""); a != 200 || b != 401 || c != 401 {
		t.Errorf("answered %d, %d and %d", a, b, c)
	}
	for name, status := range map[string]int{"grant_type": 400, "client_secret": 401, "refresh_token": 401} {
		was := form.Get(name)
		form.Set(name, "another")
		if w, _ := ask(t, s, "POST /oauth_token.do", form.Encode()); w.Code != status {
			t.Errorf("with another %s: %d, want %d", name, w.Code, status)
		}
		form.Set(name, was)
	}
}
