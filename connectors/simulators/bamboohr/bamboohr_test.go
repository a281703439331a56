package bamboohr_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/connectors/simulators"
	"syncline/connectors/simulators/bamboohr"
	"syncline/pipelines/vendor"
	"syncline/schema"
)

var began = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func now() time.Time { return began }

// ask sends a request with the key, and returns the answer.
func ask(s *simulators.Server, line, body string) *httptest.ResponseRecorder {
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.SetBasicAuth(bamboohr.Key, "x")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// TestAnswers: what each documented request is answered, and what is refused, in
// one story: an employee is added, changed, given another job, leaves and comes
// back.
func TestAnswers(t *testing.T) {
	s := bamboohr.New(simulators.Options{Now: now})
	rows := "/api/v1_1/employees/113/tables/"
	for _, tt := range []struct {
		line, body string
		status     int
		want       string // stands in the answer
	}{
		{"GET /api/v1/employees/101", ``, 200, `"firstName":"Grace"`},
		{"GET /api/v1/employees/112?fields=status,terminationDate,originalHireDate,unknown", ``, 200, `{"id":"112","originalHireDate":"0000-00-00","status":"Inactive","terminationDate":"2025-09-04"}`},
		{"GET /api/v1/employees/999", ``, 404, ""},
		{"POST /api/v1/employees", `{"firstName":"Lena"}`, 400, ""},
		{"POST /api/v1/employees", `[]`, 400, ""},
		{"POST /api/v1/employees", `{"firstName":"Lena","lastName":"Vogt","workEmail":"GRACE@example.com"}`, 409, ""},
		{"POST /api/v1/employees", `{"firstName":"Lena","lastName":"Vogt","jobTitle":"Wizard"}`, 409, ""},
		{"POST /api/v1/employees", `{"firstName":"Lena","lastName":"Vogt","city":"Kiel"}`, 409, ""},
		{"POST /api/v1/employees", `{"firstName":"Lena","lastName":"Vogt","hireDate":"1.2.2026"}`, 409, ""},
		{"POST /api/v1/employees", `{"firstName":"Lena","lastName":"Vogt","shoeSize":"40"}`, 409, ""},
		{"POST /api/v1/employees", `{"firstName":"Lena","lastName":"Vogt","status":"Active"}`, 409, ""},
		{"POST /api/v1/employees", `{"firstName":"Lena","lastName":"Vogt","homePhone":null}`, 409, ""},
		{"POST /api/v1/employees", `{"firstName":"Lena","lastName":"Vogt","workEmail":"lena@example.com","hireDate":"2026-03-01","jobTitle":"Data Analyst","city":"Kiel","country":"Germany"}`, 201, ""},
		{"GET /api/v1/employees/113?fields=displayName,status,lastChanged", ``, 200, `{"displayName":"Lena Vogt","id":"113","lastChanged":"2026-03-04T05:06:07+00:00","status":"Active"}`},
		{"GET /api/v1/employees/113/tables/jobInfo", ``, 200, `"date":"2026-03-01"`},
		{"POST /api/v1/employees/113", `{"lastName":" "}`, 400, ""},
		{"POST /api/v1/employees/113", `{"workEmail":"lena@example.com","customBadge":"B7"}`, 200, ""},
		{"POST /api/v1/employees/999", `{}`, 404, ""},
		{"POST " + rows + "jobInfo", `{"date":"2026-03-04","jobTitle":"Wizard"}`, 406, ""},
		{"POST " + rows + "jobInfo", `{"date":"2026-03-04","reportsTo":"Nobody, At all"}`, 406, ""},
		{"POST " + rows + "jobInfo", `{"date":"soon"}`, 406, ""},
		{"POST " + rows + "hobbies", `{}`, 404, ""},
		{"POST " + rows + "jobInfo", `{"date":"2026-03-04","jobTitle":"Lead Engineer","reportsTo":"Kim, Grace"}`, 200, ""},
		{"POST " + rows + "jobInfo", `{"date":"2026-12-01","jobTitle":"HR Administrator"}`, 200, ""},
		{"GET /api/v1/employees/113?fields=jobTitle,supervisorId", ``, 200, `{"id":"113","jobTitle":"Lead Engineer","supervisorId":"101"}`},
		{"POST " + rows + "employmentStatus", `{"date":"2026-03-03","employmentStatus":"Terminated"}`, 406, ""},
		{"POST " + rows + "employmentStatus", `{"date":"2026-03-03","employmentStatus":"Terminated","terminationTypeId":"Resignation (Voluntary)","terminationReasonId":"Performance","terminationRehireId":"Yes"}`, 200, ""},
		{"GET /api/v1/employees/113?fields=status,terminationDate", ``, 200, `"status":"Inactive","terminationDate":"2026-03-03"`},
		{"POST " + rows + "employmentStatus", `{"date":"2026-03-04","employmentStatus":"Part-Time"}`, 200, ""},
		{"GET /api/v1/employees/113?fields=status,hireDate,originalHireDate,terminationDate", ``, 200, `"hireDate":"2026-03-04","id":"113","originalHireDate":"2026-03-01","status":"Active","terminationDate":"0000-00-00"`},
		{"GET /api/v1/employees/all/tables/employmentStatus", ``, 200, `"employeeId":"112"`},
		{"POST /api/v1/reports/custom?format=json", `{"fields":["id","firstName","nothing"],"filters":{"employeeIds":[113]}}`, 200, `"employees":[{"firstName":"Lena","id":"113"}]`},
		{"POST /api/v1/reports/custom?format=json", `{"fields":["id"],"filters":{"lastChanged":{"value":"2026-03-04T05:06:07Z","includeNull":"no"}}}`, 200, `"employees":[{"id":"113"}]`},
		{"POST /api/v1/reports/custom?format=json", `{"fields":["id"],"filters":{"lastChanged":{"value":"now"}}}`, 400, ""},
		{"POST /api/v1/reports/custom", `{"fields":["id"]}`, 404, ""},
		{"GET /api/v1/employees/changed?since=2026-03-04T05:06:07Z", ``, 200, `"employees":{"113":{"action":"Updated","id":"113","lastChanged":"2026-03-04T05:06:07+00:00"}}`},
		{"GET /api/v1/employees/changed?since=2026-03-04T05:06:07Z&type=deleted", ``, 200, `"employees":[]`},
		{"GET /api/v1/employees/changed", ``, 400, ""},
		{"GET /api/v1/employees/changed?since=2026-03-04T05:06:07Z&type=moved", ``, 400, ""},
		{"GET /api/v1/meta/users", ``, 200, `"2001":{"email":"grace@example.com","employeeId":101`},
		{"GET /api/v1/meta/fields", ``, 200, `"alias":"customBadge"`},
		{"GET /api/v1/nowhere", ``, 404, ""},
	} {
		if w := ask(s, tt.line, tt.body); w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s %s answers %d %s, want %d with %s", tt.line, tt.body, w.Code, w.Body, tt.status, tt.want)
		}
	}
	s.Edit(func(c *simulators.Call) { bamboohr.Delete(c, "113") })
	if w := ask(s, "GET /api/v1/employees/changed?since=2026-03-04T05:06:07Z&type=deleted", ""); !strings.Contains(w.Body.String(), `"action":"Deleted"`) {
		t.Errorf("a deletion is not told: %s", w.Body)
	}
	if w := ask(s, "GET /api/v1/employees/all/tables/jobInfo", ""); strings.Contains(w.Body.String(), `"employeeId":"113"`) {
		t.Error("who was deleted has rows")
	}
}

// TestTooOften: too many requests are answered 503, with when to ask again, and
// nothing was done.
func TestTooOften(t *testing.T) {
	s := bamboohr.New(simulators.Options{Faults: simulators.Faults{simulators.Limit: 1}})
	if w := ask(s, "POST /api/v1/employees", `{"firstName":"Lena","lastName":"Vogt"}`); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("it answers %d %v", w.Code, w.Header())
	}
	s.Edit(func(c *simulators.Call) {
		if n := len(c.Store.List("employees", nil)); n != 12 {
			t.Errorf("%d employees", n)
		}
	})
}

// TestStrangers: without the key nothing is told, and a report is asked for in
// nothing but JSON.
func TestStrangers(t *testing.T) {
	s := bamboohr.New(simulators.Options{})
	for key, want := range map[string]int{"": 401, "another": 401, bamboohr.Key: 400} {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/reports/custom?format=json", strings.NewReader(`{"fields":[]}`))
		r.SetBasicAuth(key, "x")
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != want {
			t.Errorf("with key %q: %d, want %d", key, w.Code, want)
		}
	}
}

// TestConnector: the description that comes with the binary reads everything,
// adds an employee, and believes the webhooks, which come twice.
func TestConnector(t *testing.T) {
	var sent []connectors.Delivery
	to := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&body)
		sent = append(sent, connectors.Delivery{Method: r.Method, Header: r.Header, Body: body})
	}))
	defer to.Close()
	s := bamboohr.New(simulators.Options{Webhook: to.URL, Faults: simulators.Faults{simulators.Twice: 1}})
	web := httptest.NewServer(s)
	defer web.Close()
	v, problems := vendor.Find("bamboohr")
	if v == nil {
		t.Fatal(problems)
	}
	conn, err := rest.Open(t.Context(), v.Description, connectors.Settings{
		System: "hr", Values: map[string]schema.Value{"url": schema.String(web.URL)},
		Secret: func(name string) (string, error) {
			if secret := map[string]string{"api_key": bamboohr.Key, "webhook_secret": bamboohr.Secret}[name]; secret != "" {
				return secret, nil
			}
			return "", connectors.ErrNoSecret
		},
	}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for object, want := range map[string]int{"employees": 12, "job_info": 12, "employment_statuses": 13, "compensation": 12, "users": 12} {
		if got := count(t, conn, object); got != want {
			t.Errorf("it reads %d of %d %s", got, want, object)
		}
	}
	sel := connectors.Selection{Object: "employees", ID: "id", Writes: []string{"first_name", "last_name"}, Shape: schema.NewShape(schema.Field{Name: "first_name"})}
	results, err := conn.(connectors.Writer).Write(t.Context(), &sel, []connectors.Change{{Operation: "op-1", Verb: "create", Set: []connectors.Assignment{
		{Path: schema.PathTo("first_name"), Value: schema.String("Lena")}, {Path: schema.PathTo("last_name"), Value: schema.String("Vogt")},
	}}})
	if err != nil || results[0].Err != nil || results[0].ID != "113" {
		t.Fatal(err, results)
	}
	s.Edit(func(c *simulators.Call) { bamboohr.Delete(c, "112") })
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
			events = append(events, fmt.Sprint(e.Record, " ", e.Kind))
		}
	}
	if want := []string{"113 created", "113 created", "113 changed", "113 changed", "112 deleted", "112 deleted"}; !slices.Equal(events, want) {
		t.Errorf("it is told of %q, want %q", events, want)
	}
}

func count(t *testing.T, conn connectors.Conn, object string) (n int) {
	t.Helper()
	sel := connectors.Selection{Object: object, ID: "id", Shape: schema.NewShape(schema.Field{Name: "id"})}
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
