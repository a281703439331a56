package vendor

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/schema"
)

// wire answers requests in the forms that the documentation shows, and keeps
// what was asked: method, address with its query in words, and body.
type wire struct {
	t       *testing.T
	answers map[string]string // by the beginning of what is asked: the status and the body
	asked   []string
	headers []http.Header
}

func (w *wire) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	asked := r.Method + " " + r.URL.EscapedPath()
	q := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		asked += " " + name + "=" + q.Get(name)
	}
	if len(body) > 0 {
		asked += " " + string(body)
	}
	if !strings.HasPrefix(asked, "POST /services/oauth2/token") {
		w.asked, w.headers = append(w.asked, asked), append(w.headers, r.Header)
	}
	best := ""
	for prefix := range w.answers {
		if strings.HasPrefix(asked, prefix) && len(prefix) > len(best) {
			best = prefix
		}
	}
	status, text, _ := strings.Cut(w.answers[best], " ")
	code := 0
	fmt.Sscan(status, &code)
	if best == "" || code == 0 {
		w.t.Errorf("nobody expects %s", asked)
		code = http.StatusTeapot
	}
	out.Header().Set("Content-Type", "application/json;charset=UTF-8")
	out.Header().Set("Sforce-Limit-Info", "api-usage=18/5000")
	out.WriteHeader(code)
	io.WriteString(out, text)
}

const signedIn = `200 {"access_token":"00Dx0000000BV7z!AR8AQ","instance_url":"https://acme.my.salesforce.com","token_type":"Bearer","issued_at":"1513887500425"}`

// dial opens the description against documented answers.
func dial(t *testing.T, answers map[string]string, more map[string]string) (*wire, connectors.Conn) {
	t.Helper()
	w := &wire{t: t, answers: maps.Clone(answers)}
	w.answers["POST /services/oauth2/token"] = signedIn
	web := httptest.NewServer(w)
	t.Cleanup(web.Close)
	o := &org{t: t, url: web.URL}
	set := o.settings(more)
	set.Clock = func() time.Time { return time.Date(2026, 5, 1, 8, 0, 30, 0, time.UTC) }
	conn, err := rest.Open(t.Context(), crm(t), set, patient())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return w, conn
}

// selects is a selection of some fields, as text.
func selects(object string, names ...string) *connectors.Selection {
	var fields []schema.Field
	for _, n := range names {
		fields = append(fields, schema.Field{Name: n, Type: schema.Type{Kind: schema.KindString, Nullable: true}})
	}
	return &connectors.Selection{Object: object, Shape: schema.NewShape(fields...), Cursor: "SystemModstamp"}
}

func contact(id, last, master string, deleted bool) string {
	if master != "null" {
		master = `"` + master + `"`
	}
	return fmt.Sprintf(`{"attributes":{"type":"Contact","url":"/services/data/v66.0/sobjects/Contact/%s"},"Id":"%s","SystemModstamp":"2026-05-01T07:30:00.000+0000","MasterRecordId":%s,"IsDeleted":%v,"LastName":"%s","LastModifiedDate":"2026-05-01T07:29:00.000+0000","LastModifiedById":"005x"}`,
		id, id, master, deleted, last)
}

func found(next string, records ...string) string {
	if next != "" {
		next = `,"nextRecordsUrl":"` + next + `"`
	}
	return fmt.Sprintf(`200 {"totalSize":%d,"done":%v%s,"records":[%s]}`, len(records), next == "", next, strings.Join(records, ","))
}

const columns = "Id, SystemModstamp, IsDeleted, MasterRecordId, LastName, LastModifiedDate, LastModifiedById"

// TestSalesforceReads asks as the documentation says, whole, for changes and by
// id, and understands what it shows.
func TestSalesforceReads(t *testing.T) {
	w, conn := dial(t, map[string]string{
		"GET /services/data/v66.0/query q=":                                                         found("/services/data/v66.0/query/01g5e00001AH2dOAAT-1", contact("003A", "Ada", "null", false)),
		"GET /services/data/v66.0/query/01g5e00001AH2dOAAT-1":                                       found("", contact("003B", "Bea", "null", false)),
		"GET /services/data/v66.0/sobjects/Contact/deleted/":                                        `200 {"deletedRecords":[{"id":"003C","deletedDate":"2026-05-01T07:59:00.000+0000"}],"earliestDateAvailable":"2026-04-20T15:57:00.000+0000","latestDateCovered":"2026-05-01T08:00:00.000+0000"}`,
		"GET /services/data/v66.0/queryAll q=":                                                      found("", contact("003A", "Ada", "null", false), contact("003C", "Cy", "null", true), contact("003D", "Dee", "003A", true)),
		"GET /services/data/v66.0/query q=SELECT " + columns + " FROM Contact WHERE SystemModstamp": found("", contact("003B", "Bo", "null", false)),
	}, nil)
	sel := selects("Contact", "LastName")
	read := func(from connectors.Checkpoint) (ids []string, next connectors.Checkpoint) {
		stream, err := conn.(connectors.Reader).Read(t.Context(), sel, from, from == nil)
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		var b connectors.Batch
		for stream.Next(t.Context(), &b) == nil {
			for i := range b.Items {
				ids = append(ids, map[bool]string{true: "-"}[b.Items[i].Gone]+b.Items[i].ID)
			}
		}
		next, _ = stream.Done()
		return ids, next
	}
	ids, next := read(nil)
	changed, _ := read(next)
	if diff := cmp.Diff([][]string{{"003A", "003B"}, {"003B", "-003C"}}, [][]string{ids, changed}); diff != "" {
		t.Error(diff)
	}
	got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"003A", "003C", "003D", "003E'x"})
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, g := range got {
		have = append(have, g.Presence.String()+" "+g.Into)
	}
	if diff := cmp.Diff([]string{"live ", "gone ", "merged 003A", "gone "}, have); diff != "" {
		t.Error(diff)
	}
	if r := got[0].Record; r.Revision != "2026-05-01T07:30:00.000+0000" || r.Author != "005x" || !strings.HasPrefix(r.At.Plain(), "2026-05-01T07:29:00") {
		t.Errorf("read as %+v", r)
	}
	want := []string{
		"GET /services/data/v66.0/query q=SELECT " + columns + " FROM Contact",
		"GET /services/data/v66.0/query/01g5e00001AH2dOAAT-1",
		"GET /services/data/v66.0/query q=SELECT " + columns + " FROM Contact WHERE SystemModstamp >= 2026-05-01T07:20:00Z",
		"GET /services/data/v66.0/sobjects/Contact/deleted/ end=2026-05-01T08:00:30+00:00 start=2026-05-01T07:20:00+00:00",
		"GET /services/data/v66.0/queryAll q=SELECT " + columns + ` FROM Contact WHERE Id IN ('003A', '003C', '003D', '003E\'x')`,
	}
	if diff := cmp.Diff(want, w.asked); diff != "" {
		t.Errorf("asked (-documented +sent):\n%s", diff)
	}
	if got := w.headers[0].Get("Authorization"); got != "Bearer 00Dx0000000BV7z!AR8AQ" {
		t.Errorf("it asked with %q", got)
	}
}

// TestSalesforceWrites writes as the documentation says, and understands each
// result by itself.
func TestSalesforceWrites(t *testing.T) {
	composite := `200 {"compositeResponse":[%s]}`
	for _, tt := range []struct {
		name     string
		settings map[string]string
		answers  map[string]string
		changes  []connectors.Change
		want     []string // the requests that write
		results  []string
	}{
		{
			name: "create", answers: map[string]string{
				"POST /services/data/v66.0/composite/sobjects": `200 [{"id":"003A","success":true,"errors":[]},{"success":false,"errors":[{"statusCode":"DUPLICATES_DETECTED","message":"You're creating a duplicate record.","fields":[]}]},{"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING","message":"Required fields are missing: [LastName]","fields":["LastName"]}]}]`,
				"GET /services/data/v66.0/queryAll q=":         found("", contact("003A", "Ada", "null", false)),
			},
			changes: []connectors.Change{making("1", "Ada"), making("2", "Bea"), making("3", "")},
			want:    []string{`POST /services/data/v66.0/composite/sobjects {"allOrNone":false,"records":[{"LastName":"Ada","attributes":{"type":"Contact"}},{"LastName":"Bea","attributes":{"type":"Contact"}},{"LastName":"","attributes":{"type":"Contact"}}]}`},
			results: []string{"003A ", " refused DUPLICATES_DETECTED", " refused REQUIRED_FIELD_MISSING LastName"},
		},
		{
			name: "upsert", settings: map[string]string{"external_id": "Ext__c"}, answers: map[string]string{
				"POST /services/data/v66.0/composite {": fmt.Sprintf(composite, `{"body":{"id":"003B","success":true,"errors":[],"created":false},"httpHeaders":{},"httpStatusCode":200,"referenceId":"r1"},{"body":{"id":"003A","success":true,"errors":[],"created":true},"httpHeaders":{"Location":"/services/data/v66.0/sobjects/Contact/003A"},"httpStatusCode":201,"referenceId":"r0"}`),
				"GET /services/data/v66.0/queryAll q=":  found("", contact("003A", "Ada", "null", false), contact("003B", "Bea", "null", false)),
			},
			changes: []connectors.Change{making("1f", "Ada"), making("2e", "Bea")},
			want:    []string{`POST /services/data/v66.0/composite {"allOrNone":false,"compositeRequest":[{"method":"PATCH","url":"/services/data/v66.0/sobjects/Contact/Ext__c/1f","referenceId":"r0","body":{"LastName":"Ada"}},{"method":"PATCH","url":"/services/data/v66.0/sobjects/Contact/Ext__c/2e","referenceId":"r1","body":{"LastName":"Bea"}}]}`},
			results: []string{"003A ", "003B "},
		},
		{
			name: "update", answers: map[string]string{
				"POST /services/data/v66.0/composite {": fmt.Sprintf(composite, `{"body":null,"httpHeaders":{},"httpStatusCode":204,"referenceId":"r0"},{"body":null,"httpHeaders":{},"httpStatusCode":412,"referenceId":"r1"}`),
				"GET /services/data/v66.0/queryAll q=":  found("", contact("003A", "Ada", "null", false), contact("003B", "Bea", "null", false)),
			},
			changes: []connectors.Change{changing("003A", schema.String("Ava")), changing("003B", schema.NullValue())},
			want:    []string{`POST /services/data/v66.0/composite {"allOrNone":false,"compositeRequest":[{"method":"PATCH","url":"/services/data/v66.0/sobjects/Contact/003A","referenceId":"r0","httpHeaders":{"If-Unmodified-Since":"Fri, 01 May 2026 07:30:00 GMT"},"body":{"LastName":"Ava"}},{"method":"PATCH","url":"/services/data/v66.0/sobjects/Contact/003B","referenceId":"r1","httpHeaders":{"If-Unmodified-Since":"Fri, 01 May 2026 07:30:00 GMT"},"body":{"LastName":null}}]}`},
			results: []string{"003A ", " moved "},
		},
		{
			name: "delete", answers: map[string]string{
				"DELETE /services/data/v66.0/composite/sobjects": `200 [{"id":"003A","success":true,"errors":[]},{"id":"003B","success":false,"errors":[{"statusCode":"ENTITY_IS_DELETED","message":"entity is deleted","fields":[]}]}]`,
				"GET /services/data/v66.0/queryAll q=":           found("", contact("003A", "Ada", "null", false), contact("003B", "Bea", "null", false)),
			},
			changes: []connectors.Change{{Operation: "1", Verb: "delete", ID: "003A"}, {Operation: "2", Verb: "delete", ID: "003B"}},
			want:    []string{`DELETE /services/data/v66.0/composite/sobjects allOrNone=false ids=003A,003B`},
			results: []string{"003A ", " not found ENTITY_IS_DELETED"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, conn := dial(t, tt.answers, tt.settings)
			results, err := conn.(connectors.Writer).Write(t.Context(), selects("Contact", "LastName"), tt.changes)
			if err != nil {
				t.Fatal(err)
			}
			var have []string
			for _, r := range results {
				have = append(have, resultOf(r))
			}
			if diff := cmp.Diff(tt.results, have); diff != "" {
				t.Errorf("results: %s", diff)
			}
			wrote := slices.DeleteFunc(w.asked, func(asked string) bool { return strings.HasPrefix(asked, "GET ") })
			if diff := cmp.Diff(inOrder(t, tt.want), inOrder(t, wrote)); diff != "" {
				t.Errorf("asked (-documented +sent):\n%s", diff)
			}
		})
	}
}

func making(operation, last string) connectors.Change {
	return connectors.Change{Operation: operation, Verb: "create", Set: []connectors.Assignment{{Path: schema.PathTo("LastName"), Value: schema.String(last)}}}
}

func changing(id string, last schema.Value) connectors.Change {
	return connectors.Change{Operation: "op", Verb: "update", ID: id, Set: []connectors.Assignment{{Path: schema.PathTo("LastName"), Value: last}}}
}

// resultOf says what became of a change in a line.
func resultOf(r connectors.Result) string {
	if r.Err == nil {
		return r.ID + " "
	}
	e := r.Err.(*connectors.Error)
	_, code, _ := strings.Cut(e.Err.Error(), "the code ")
	return strings.TrimSuffix(r.ID+" "+e.Kind.String()+" "+code+" "+e.Field, " ")
}

// inOrder parses the bodies of requests, whose members have no order.
func inOrder(t *testing.T, asked []string) (out []any) {
	t.Helper()
	for _, a := range asked {
		line, body, ok := strings.Cut(a, " {")
		out = append(out, line)
		if ok {
			var v any
			if err := json.Unmarshal([]byte("{"+body), &v); err != nil {
				t.Fatal(err, a)
			}
			out = append(out, v)
		}
	}
	return out
}
