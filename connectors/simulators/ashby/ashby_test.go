package ashby_test

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
	"syncline/connectors/simulators/ashby"
	"syncline/pipelines/vendor"
	"syncline/schema"
)

// ask makes a call, and returns the answer.
func ask(t *testing.T, s *simulators.Server, call, body string) (out map[string]any) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/"+call, strings.NewReader(body))
	r.SetBasicAuth(ashby.Key, "")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%s answers %d %q: %v", call, w.Code, w.Body, err)
	}
	return out
}

func id(kind byte, n int64) string { return ashby.ID(kind, n) }

// TestRecordsAreAsDocumented: each member of a documented record is a member of
// the simulated one.
func TestRecordsAreAsDocumented(t *testing.T) {
	s := ashby.New(simulators.Options{})
	for example, call := range map[string]string{
		"candidate": `candidate.info {"id": "` + id(ashby.Candidate, 1) + `"}`, "application": `application.info {"applicationId": "` + id(ashby.Application, 1) + `"}`,
		"job": `job.info {"id": "` + id(ashby.Job, 1) + `"}`, "user": `user.info {"userId": "` + id(ashby.User, 1) + `"}`,
	} {
		src, err := os.ReadFile("../../vendors/testdata/ashby/" + example + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var documented struct{ Results map[string]any }
		if err := json.Unmarshal(src, &documented); err != nil {
			t.Fatal(err)
		}
		name, body, _ := strings.Cut(call, " ")
		record, _ := ask(t, s, name, body)["results"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(documented.Results)) {
			v, there := record[name]
			want := documented.Results[name]
			if !there || v != nil && want != nil && fmt.Sprintf("%T", v) != fmt.Sprintf("%T", want) {
				t.Errorf("%s: %q is %v, documented is %v", call, name, v, want)
			}
		}
	}
}

// TestCalls: what each documented call does, and what is refused, in a body that
// is answered with 200.
func TestCalls(t *testing.T) {
	s := ashby.New(simulators.Options{})
	ada, hers := id(ashby.Candidate, 25), id(ashby.Application, 25)
	place := fmt.Sprintf(`"teamId":%q,"locationId":%q`, id(7, 1), id(8, 1))
	of := strings.NewReplacer("ADA", ada, "HERS", hers, "JOB2", id(ashby.Job, 2), "JOB4", id(ashby.Job, 4), "JOB", id(ashby.Job, 1), "USER", id(ashby.User, 2),
		"PHONE", id(ashby.Stage, 2), "HIRED", id(ashby.Stage, 5), "ARCHIVED", id(ashby.Stage, 6), "PLAN", id(0x91, 1))
	for _, tt := range []struct{ call, body, want string }{
		{"candidate.create", `{"name":"Ada L","email":"ada@example.com","phoneNumber":"+1 212","linkedInUrl":"https://in.example/ada","website":"https://ada.example"}`, `"id":"ADA"`},
		{"candidate.create", `{"email":"ada@example.com"}`, "invalid_input"},
		{"candidate.create", `{"name":"Ada","email":" "}`, "invalid_input"},
		{"candidate.create", ``, "invalid_input"},
		{"candidate.update", `{"candidateId":"ADA","email":"l@example.com","creditedToUserId":"USER"}`, `{"isPrimary":false,"type":"Personal","value":"ada@example.com"}`},
		{"candidate.update", `{"candidateId":"ADA","creditedToUserId":"nobody"}`, "user_not_found"},
		{"candidate.update", `{"candidateId":"nobody"}`, "candidate_not_found"},
		{"candidate.search", `{"email":"Ada@EXAMPLE.com"}`, `"name":"Ada L"`},
		{"candidate.search", `{"email":"ada@example.com","name":"Eve"}`, `"results":[]`},
		{"candidate.search", `{}`, "invalid_input"},
		{"candidate.addTag", `{"candidateId":"ADA","tagId":"t-1"}`, `"id":"t-1"`},
		{"candidate.removeTag", `{"candidateId":"ADA","tagId":"t-1"}`, `"tags":[]`},
		{"candidate.createNote", `{"candidateId":"ADA","note":"Likes Go."}`, `"content":"Likes Go."`},
		{"candidate.createNote", `{"candidateId":"ADA","note":" "}`, "invalid_input"},
		{"candidate.createNote", `{"candidateId":"nobody","note":"x"}`, "candidate_not_found"},
		{"candidate.listNotes", `{"candidateId":"ADA"}`, `"content":"Likes Go."`},
		{"candidate.listNotes", `{"candidateId":"nobody"}`, "candidate_not_found"},
		{"application.create", `{"candidateId":"ADA","jobId":"JOB"}`, `"id":"HERS"`},
		{"application.create", `{"candidateId":"nobody","jobId":"JOB"}`, "candidate_not_found"},
		{"application.create", `{"candidateId":"ADA","jobId":"nothing"}`, "job_not_found"},
		{"application.create", `{"candidateId":"ADA","jobId":"JOB","interviewStageId":"nothing"}`, "interview_stage_not_found"},
		{"candidate.anonymize", `{"candidateId":"ADA"}`, "invalid_input"},
		{"application.update", `{"applicationId":"HERS","sourceId":"src-0001"}`, `"title":"Source 0001"`},
		{"application.changeStage", `{"applicationId":"HERS","interviewStageId":"PHONE"}`, `"title":"Phone Screen"`},
		{"application.changeStage", `{"applicationId":"HERS","interviewStageId":"PHONE","archiveReasonId":"r"}`, "invalid_input"},
		{"application.changeStage", `{"applicationId":"HERS","interviewStageId":"ARCHIVED"}`, "invalid_input"},
		{"application.changeStage", `{"applicationId":"HERS","interviewStageId":"nothing"}`, "interview_stage_not_found"},
		{"application.changeStage", `{"applicationId":"nothing","interviewStageId":"PHONE"}`, "application_not_found"},
		{"application.transfer", `{"applicationId":"HERS","jobId":"JOB2","interviewPlanId":"PLAN","interviewStageId":"PHONE"}`, `"title":"Data Analyst"`},
		{"application.transfer", `{"applicationId":"HERS","jobId":"JOB2","interviewPlanId":"another","interviewStageId":"PHONE"}`, "interview_stage_not_found"},
		{"application.changeStage", `{"applicationId":"HERS","interviewStageId":"HIRED"}`, `"status":"Hired"`},
		{"application.changeStage", `{"applicationId":"HERS","interviewStageId":"ARCHIVED","archiveReasonId":"r"}`, `"status":"Archived"`},
		{"candidate.anonymize", `{"candidateId":"ADA"}`, `"name":"Anonymized"`},
		{"job.create", `{"title":"Sailor",` + place + `}`, `"id":"JOB4"`},
		{"job.create", `{"title":"Sailor"}`, "invalid_input"},
		{"job.update", `{"jobId":"JOB4","customRequisitionId":"REQ-9"}`, `"customRequisitionId":"REQ-9"`},
		{"job.search", `{"requisitionId":"req-9"}`, `"id":"JOB4"`},
		{"job.setStatus", `{"jobId":"JOB4","status":"Open"}`, `"status":"Open"`},
		{"job.setStatus", `{"jobId":"JOB4","status":"Draft"}`, "invalid_input"},
		{"job.list", `{"status":["Draft"]}`, `"results":[]`},
		{"user.search", `{"email":"rui.recruiter@example.com"}`, `"id":"USER"`},
		{"interviewStage.info", `{"interviewStageId":"PHONE"}`, `"type":"Active"`},
		{"candidate.list", `{"limit":101}`, "invalid_input"},
		{"candidate.list", `{"cursor":"x"}`, "invalid_input"},
		{"candidate.list", `{"syncToken":"x"}`, "sync_token_invalid"},
	} {
		out := ask(t, s, tt.call, of.Replace(tt.body))
		if text, _ := json.Marshal(out); !strings.Contains(string(text), of.Replace(tt.want)) || out["success"] != strings.Contains(tt.want, `"`) {
			t.Errorf("%s %s answers %s, want %s", tt.call, tt.body, text, of.Replace(tt.want))
		}
	}
}

// TestStrangers: without the key nothing is told and nothing is done.
func TestStrangers(t *testing.T) {
	s := ashby.New(simulators.Options{})
	for key, want := range map[string]int{"": http.StatusUnauthorized, "another": http.StatusUnauthorized, ashby.Key: http.StatusOK} {
		r := httptest.NewRequest(http.MethodPost, "/candidate.list", strings.NewReader("{}"))
		r.SetBasicAuth(key, "")
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != want {
			t.Errorf("with key %q: %d, want %d", key, w.Code, want)
		}
	}
}

// TestReadsAreTold: a call that only reads loses no answer and may be stale,
// although it is a POST as all are.
func TestReadsAreTold(t *testing.T) {
	s := ashby.New(simulators.Options{Faults: simulators.Faults{simulators.Commit: 1, simulators.Stale: 1}})
	r := httptest.NewRequest(http.MethodPost, "/candidate.createNote", strings.NewReader(`{"candidateId":"`+id(ashby.Candidate, 1)+`","note":"x"}`))
	r.SetBasicAuth(ashby.Key, "")
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != http.StatusInternalServerError {
		t.Errorf("a write meets no fault: %d", w.Code)
	}
	if got := ask(t, s, "candidate.listNotes", `{"candidateId":"`+id(ashby.Candidate, 1)+`"}`)["results"].([]any); len(got) != 0 {
		t.Errorf("a stale read sees %v", got)
	}
}

// TestConnector: the description that comes with the binary reads all pages, goes
// on from its token, and believes the webhooks.
func TestConnector(t *testing.T) {
	var sent []connectors.Delivery
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&body)
		sent = append(sent, connectors.Delivery{Method: r.Method, Header: r.Header, Body: body})
	}))
	defer to.Close()
	s := ashby.New(simulators.Options{Page: 5, Webhook: to.URL, Faults: simulators.Faults{simulators.Twice: 1}})
	conn := open(t, s)
	got, next := read(t, conn, nil)
	if len(got) != 24 {
		t.Errorf("it reads %d candidates of 24", len(got))
	}
	ask(t, s, "candidate.update", `{"candidateId":"`+id(ashby.Candidate, 3)+`","name":"Aiko T"}`)
	if got, _ = read(t, conn, next); !slices.Contains(got, id(ashby.Candidate, 3)) {
		t.Errorf("from its token it reads %q, not who was changed", got)
	}

	ask(t, s, "application.changeStage", `{"applicationId":"`+id(ashby.Application, 1)+`","interviewStageId":"`+id(ashby.Stage, 4)+`"}`)
	ask(t, s, "job.update", `{"jobId":"`+id(ashby.Job, 2)+`","title":"Analyst"}`)
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
	application, job := "applications "+id(ashby.Application, 1), "jobs "+id(ashby.Job, 2)
	if want := []string{application, application, job, job}; !slices.Equal(events, want) {
		t.Errorf("it is told of %q, want %q", events, want)
	}
}

func open(t *testing.T, s *simulators.Server) connectors.Conn {
	t.Helper()
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	v, problems := vendor.Find("ashby")
	if v == nil {
		t.Fatal(problems)
	}
	conn, err := rest.Open(t.Context(), v.Description, connectors.Settings{
		System: "ats", Values: map[string]schema.Value{"url": schema.String(web.URL)},
		Secret: func(name string) (string, error) {
			return map[string]string{"api_key": ashby.Key, "webhook_secret": ashby.Secret}[name], nil
		},
	}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// read lists the candidates from where a listing ended.
func read(t *testing.T, conn connectors.Conn, from connectors.Checkpoint) (ids []string, next connectors.Checkpoint) {
	t.Helper()
	sel := connectors.Selection{Object: "candidates", ID: "id", Cursor: "updated_at", Shape: schema.NewShape(schema.Field{Name: "name"})}
	stream, err := conn.(connectors.Reader).Read(t.Context(), &sel, from, from == nil)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var b connectors.Batch
	for {
		b.Reset()
		if err := stream.Next(t.Context(), &b); err != nil {
			next, _ = stream.Done()
			return ids, next
		}
		for _, it := range b.Items {
			ids = append(ids, it.ID)
		}
	}
}
