package greenhouse_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/connectors/simulators"
	"syncline/connectors/simulators/greenhouse"
	"syncline/pipelines/vendor"
	"syncline/schema"
)

// ask sends a request as a user, and returns the answer.
func ask(t *testing.T, s *simulators.Server, line, body string) (status int, out any) {
	t.Helper()
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.SetBasicAuth(greenhouse.Key, "")
	if method != http.MethodGet {
		r.Header.Set("On-Behalf-Of", greenhouse.User)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s answers %q: %v", line, w.Body, err)
	}
	return w.Code, out
}

// TestRecordsAreAsDocumented: each member of a documented example is a member
// of the simulated record.
func TestRecordsAreAsDocumented(t *testing.T) {
	s := greenhouse.New(simulators.Options{Offers: true})
	for example, line := range map[string]string{
		"harvest_candidates_0": "GET /v1/candidates/53001", "harvest_applications_0": "GET /v1/applications/69001", "harvest_jobs_0": "GET /v1/jobs/6001",
		"harvest_job_stages_0": "GET /v1/job_stages/7001", "harvest_users_0": "GET /v1/users/4001", "harvest_offers_0": "GET /v1/offers/81001",
	} {
		src, err := os.ReadFile("../../vendors/testdata/greenhouse/" + example + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var documented map[string]any
		if err := json.Unmarshal(src, &documented); err != nil {
			t.Fatal(err)
		}
		status, got := ask(t, s, line, "")
		record, _ := got.(map[string]any)
		if status != http.StatusOK {
			t.Errorf("%s answers %d", line, status)
		}
		for _, name := range slices.Sorted(maps.Keys(documented)) {
			v, there := record[name]
			want := documented[name]
			if !there || v != nil && want != nil && fmt.Sprintf("%T", v) != fmt.Sprintf("%T", want) {
				t.Errorf("%s: %q is %v, documented is %v", line, name, v, want)
			}
		}
	}
}

// TestWrites: what each documented write does, and what is refused.
func TestWrites(t *testing.T) {
	s := greenhouse.New(simulators.Options{})
	person := `{"first_name":"Ada","last_name":"L","applications":[{"job_id":6001}]`
	for _, tt := range []struct {
		line, body string
		status     int
		want       string // stands in the answer
	}{
		{"POST /v1/candidates", person + `,"activity_feed_notes":[{"user_id":4001,"body":"x","visibility":"public"}]}`, 201, `"application_ids":[69025]`},
		{"POST /v1/candidates", `{"first_name":" ","last_name":"L","applications":[{"job_id":6001}]}`, 422, `"field":"first_name"`},
		{"POST /v1/candidates", `{"first_name":"Ada","last_name":"L"}`, 422, `"field":"applications"`},
		{"POST /v1/candidates", `{"first_name":"Ada","last_name":"L","applications":[{"job_id":1}]}`, 422, `"field":"job_id"`},
		{"POST /v1/candidates", `{"first_name":"Ada","last_name":"L","applications":["x"]}`, 422, `"field":"job_id"`},
		{"POST /v1/candidates", person + `,"tags":"x"}`, 422, `"field":"tags"`},
		{"POST /v1/candidates", `[1]`, 422, `"field":"body"`},
		{"POST /v1/candidates", ``, 422, `"field":"body"`},
		{"POST /v1/prospects", `{"first_name":"Pro","last_name":"Spect"}`, 201, `"prospect":true`},
		{"PATCH /v1/candidates/53001", `{"company":"Acme","recruiter":{"id":4002}}`, 200, `"company":"Acme"`},
		{"PATCH /v1/candidates/53001", `{"recruiter":{"id":1}}`, 422, `"field":"recruiter"`},
		{"PATCH /v1/candidates/1", `{}`, 404, "not found"},
		{"POST /v1/candidates/53001/activity_feed/notes", `{"user_id":4001,"body":"x","visibility":"secret"}`, 422, `"field":"visibility"`},
		{"GET /v1/candidates/53001/activity_feed", ``, 200, `"notes":[]`},
		{"POST /v1/candidates/53001/activity_feed/notes", `{"user_id":4001,"body":"seen","visibility":"public"}`, 201, `"name":"Ada Admin"`},
		{"GET /v1/candidates/53001/activity_feed", ``, 200, `"body":"seen"`},
		{"GET /v1/candidates/53002/activity_feed", ``, 200, `"notes":[]`},
		{"GET /v1/candidates/1/activity_feed", ``, 404, "not found"},
		{"POST /v1/candidates/53001/attachments", `{"filename":"cv.pdf","type":"resume","content":"eA=="}`, 201, `cv.pdf`},
		{"PUT /v1/candidates/53002/anonymize?fields=full_name,emails", ``, 200, `"email_addresses":[]`},
		{"POST /v1/applications/69025/advance", `{"from_stage_id":7003}`, 422, `"field":"from_stage_id"`},
		{"POST /v1/applications/69025/advance", `{"from_stage_id":7001}`, 200, `"name":"Phone Screen"`},
		{"POST /v1/applications/69025/move", `{"from_stage_id":7002,"to_stage_id":7011}`, 422, `"field":"to_stage_id"`},
		{"POST /v1/applications/69025/move", `{"from_stage_id":7002,"to_stage_id":7004}`, 200, `"name":"Offer"`},
		{"POST /v1/applications/69025/advance", `{}`, 422, "no further stage"},
		{"POST /v1/applications/69025/transfer_to_job", `{"new_job_id":6002,"new_stage_id":7012}`, 200, `"name":"Data Analyst"`},
		{"POST /v1/applications/69025/reject", `{"rejection_reason_id":5}`, 200, `"status":"rejected"`},
		{"POST /v1/applications/69025/hire", `{}`, 422, "the application is rejected"},
		{"POST /v1/applications/69025/unreject", `{}`, 200, `"status":"active"`},
		{"POST /v1/applications/69025/hire", `{}`, 200, `"current_stage":null`},
		{"GET /v1/applications/69025", ``, 200, `"status":"hired"`},
		{"POST /v1/candidates/53025/applications", `{"job_id":6003}`, 201, `"candidate_id":53025`},
		{"DELETE /v1/applications/69026", ``, 422, "prospect"},
		{"DELETE /v1/applications/69027", ``, 200, "Application 69027 has been deleted."},
		{"DELETE /v1/candidates/53025", ``, 200, "Person 53025 has been deleted."},
		{"GET /v1/applications/69025", ``, 404, "not found"},
		{"POST /v1/jobs", `{"template_job_id":6002,"number_of_openings":2,"job_name":"Welder","requisition_id":"R-1"}`, 201, `"copied_from_id":6002`},
		{"GET /v1/jobs?requisition_id=R-1", ``, 200, `"name":"Welder"`},
		{"POST /v1/jobs", `{"template_job_id":6002,"number_of_openings":1}`, 201, `"name":"Copy Of Data Analyst"`},
		{"POST /v1/jobs", `{"template_job_id":1,"number_of_openings":1}`, 422, `"field":"template_job_id"`},
		{"POST /v1/jobs", `{"template_job_id":6002,"number_of_openings":0}`, 422, `"field":"number_of_openings"`},
		{"POST /v1/jobs", `{"template_job_id":6002,"number_of_openings":1000}`, 422, `"field":"number_of_openings"`},
		{"POST /v1/jobs", `[1]`, 422, `"field":"template_job_id"`},
		{"GET /v1/job_stages/7101", ``, 200, `"job_id":6101`},
		{"POST /v1/candidates/53003/applications", `{"job_id":6101}`, 201, `"name":"Application Review"`},
		{"PATCH /v1/jobs/6101", `{"name":"Smith","notes":"x","status":"closed"}`, 200, `"status":"open"`},
		{"PATCH /v1/jobs/6101", `{"name":""}`, 422, `"field":"name"`},
		{"PATCH /v1/jobs/6101", `7`, 422, `"field":"body"`},
		{"PATCH /v1/jobs/1", `{}`, 404, "not found"},
		{"GET /v1/candidates?per_page=501", ``, 422, "between 1 and 500"},
		{"GET /v1/jobs", `{}`, 403, "Forbidden"},
	} {
		status, out := ask(t, s, tt.line, tt.body)
		if text, _ := json.Marshal(out); status != tt.status || !strings.Contains(string(text), tt.want) {
			t.Errorf("%s %s answers %d %s, want %d with %s", tt.line, tt.body, status, text, tt.status, tt.want)
		}
	}
}

// TestStrangers: without the key, or without a user to write for, nothing is
// done.
func TestStrangers(t *testing.T) {
	s := greenhouse.New(simulators.Options{})
	for _, tt := range []struct {
		key, user string
		want      int
	}{{"", greenhouse.User, 401}, {"another", greenhouse.User, 401}, {greenhouse.Key, "", 403}, {greenhouse.Key, "1", 403}, {greenhouse.Key, greenhouse.User, 200}} {
		r := httptest.NewRequest(http.MethodDelete, "/v1/candidates/53001", nil)
		r.SetBasicAuth(tt.key, "")
		r.Header.Set("On-Behalf-Of", tt.user)
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != tt.want {
			t.Errorf("with key %q and user %q: %d, want %d", tt.key, tt.user, w.Code, tt.want)
		}
	}
}

// TestConnector: the description that comes with the binary reads all pages and
// believes the webhooks.
func TestConnector(t *testing.T) {
	var sent []connectors.Delivery
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&body)
		sent = append(sent, connectors.Delivery{Method: r.Method, Header: r.Header, Body: body})
	}))
	defer to.Close()
	s := greenhouse.New(simulators.Options{Page: 5, Webhook: to.URL, Faults: simulators.Faults{simulators.Twice: 1}})
	web := httptest.NewServer(s)
	defer web.Close()
	v, problems := vendor.Find("greenhouse")
	if v == nil {
		t.Fatal(problems)
	}
	conn, err := rest.Open(t.Context(), v.Description, connectors.Settings{
		System: "ats", Values: map[string]schema.Value{"url": schema.String(web.URL), "on_behalf_of": schema.String(greenhouse.User)},
		Secret: func(name string) (string, error) {
			return map[string]string{"api_key": greenhouse.Key, "webhook_secret": greenhouse.Secret}[name], nil
		},
	}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := count(t, conn); got != 24 {
		t.Errorf("it reads %d candidates of 24", got)
	}

	made := create(t, conn)
	if _, got := ask(t, s, "GET /v1/candidates/"+made, ""); got.(map[string]any)["is_private"] != true || len(got.(map[string]any)["applications"].([]any)) != 1 {
		t.Errorf("a create given a field and an argument made %v", got)
	}
	if err := s.Send(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent = nil

	ask(t, s, "POST /v1/applications/69001/hire", `{}`)
	ask(t, s, "PATCH /v1/candidates/53002", `{"title":"Captain"}`)
	ask(t, s, "DELETE /v1/candidates/53003", ``)
	if err := s.Send(t.Context()); err != nil {
		t.Fatal(err)
	}
	var events []string
	for i := range sent {
		got, err := conn.(connectors.Receiver).Receive(&sent[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range got.Events {
			events = append(events, fmt.Sprint(e.Object, " ", e.Record))
		}
	}
	if want := []string{"applications 69001", "applications 69001", "candidates 53002", "candidates 53002", "candidates 53003", "candidates 53003"}; !slices.Equal(events, want) {
		t.Errorf("it is told of %q, want %q", events, want)
	}
}

// create makes a candidate who is given a field of the record, and an argument
// of the verb.
func create(t *testing.T, conn connectors.Conn) string {
	t.Helper()
	given := func(name string, v schema.Value) connectors.Assignment {
		return connectors.Assignment{Path: schema.PathTo(name), Value: v}
	}
	sel := connectors.Selection{Object: "candidates", ID: "id", Writes: []string{"first_name", "is_private", "last_name"}, Shape: schema.NewShape(schema.Field{Name: "first_name"})}
	results, err := conn.(connectors.Writer).Write(t.Context(), &sel, []connectors.Change{{
		Operation: "op-1", Verb: "create", Set: []connectors.Assignment{given("first_name", schema.String("Ada")), given("last_name", schema.String("L"))},
		Args: []connectors.Assignment{given("job_id", schema.String("6001")), given("is_private", schema.Bool(true))},
	}})
	if err != nil || results[0].Err != nil {
		t.Fatal(err, results)
	}
	return results[0].ID
}

func count(t *testing.T, conn connectors.Conn) (n int) {
	t.Helper()
	field, _ := schema.NewShape(schema.Field{Name: "first_name"}), 0
	sel := connectors.Selection{Object: "candidates", ID: "id", Shape: field}
	stream, err := conn.(connectors.Reader).Read(t.Context(), &sel, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var b connectors.Batch
	for {
		b.Reset()
		if err := stream.Next(t.Context(), &b); err != nil {
			return n
		}
		n += len(b.Items)
	}
}
