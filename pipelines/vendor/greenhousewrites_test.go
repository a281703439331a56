package vendor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/schema"
)

// write is one documented request, and the change that makes it.
type write struct {
	object, verb string
	record       string // the example of the record it is about; "": a create
	request      string // the example of the request; "": want says it
	want         string
	left         []string // members of the example that are left out, and why below
	answer       string   // the example of the answer
	line         string   // method and path, ID for the record's id
	set, args    map[string]any
	made         string // the id of what was made
}

// The members left out are those that the description names as such: custom
// fields, educations, employments, referrers and attachments, which have a form
// of their own; and who is responsible, of which the documentation's example
// and table differ.
func documentedWrites() []write {
	addresses := map[string]any{
		"phone_numbers": list("mobile", "555-1212"), "addresses": list("home", "123 Fake St."),
		"email_addresses":        list("work", "john.locke+work@example.com", "personal", "john.locke@example.com"),
		"website_addresses":      list("personal", "johnlocke.example.com"),
		"social_media_addresses": []any{map[string]any{"value": "linkedin.example.com/john.locke"}, map[string]any{"value": "@johnlocke"}},
		"company":                "The Tustin Box Company", "title": "Customer Success Representative", "tags": []any{"Walkabout", "Orientation"},
	}
	person := merged(addresses, map[string]any{"first_name": "John", "last_name": "Locke", "is_private": false})
	return []write{
		{object: "candidates", verb: "create", request: "harvest_candidates_8", left: []string{"educations", "employments", "applications.1"},
			answer: "harvest_candidates_9", line: "POST /v1/candidates", set: person, args: map[string]any{"job_id": "215725"}, made: "57683957"},
		{object: "candidates", verb: "create", request: "harvest_candidates_17", left: []string{"educations", "employments", "application"},
			answer: "harvest_candidates_18", line: "POST /v1/prospects", set: person, made: "29843268"},
		{object: "candidates", verb: "update", record: "harvest_candidates_0", request: "harvest_candidates_4", left: []string{"custom_fields", "recruiter", "coordinator"},
			answer: "harvest_candidates_0", line: "PATCH /v1/candidates/ID", set: merged(addresses, map[string]any{"first_name": "New", "last_name": "Name", "is_private": true})},
		{object: "candidates", verb: "update", record: "harvest_candidates_0", want: `{"recruiter": {"id": 4354}}`,
			answer: "harvest_candidates_0", line: "PATCH /v1/candidates/ID", set: map[string]any{"recruiter_id": "4354"}},
		{object: "candidates", verb: "delete", record: "harvest_candidates_0", answer: "harvest_candidates_3", line: "DELETE /v1/candidates/ID"},
		{object: "candidates", verb: "note", record: "harvest_candidates_0", want: `{"user_id": 158108, "body": "John Locke was moved.", "visibility": "admin_only"}`,
			answer: "harvest_candidates_10", line: "POST /v1/candidates/ID/activity_feed/notes", args: map[string]any{"body": "John Locke was moved.", "visibility": "admin_only"}},
		{object: "notes", verb: "create", want: `{"user_id": 158108, "body": "John Locke was moved.", "visibility": "admin_only"}`,
			answer: "harvest_candidates_10", line: "POST /v1/candidates/53883394/activity_feed/notes",
			set: map[string]any{"candidate_id": "53883394", "body": "John Locke was moved.", "visibility": "admin_only"}, made: "53883394/226809052"},
		{object: "candidates", verb: "attach", record: "harvest_candidates_0", request: "harvest_candidates_6", answer: "harvest_candidates_7",
			line: "POST /v1/candidates/ID/attachments", args: map[string]any{"filename": "resume.pdf", "type": "resume", "content": "R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs...", "content_type": "application/pdf"}},
		{object: "candidates", verb: "anonymize", record: "harvest_candidates_0", answer: "harvest_candidates_19",
			line: "PUT /v1/candidates/ID/anonymize?fields=full_name%2Cemails", args: map[string]any{"fields": "full_name,emails"}},
		{object: "applications", verb: "create", request: "harvest_applications_6", left: []string{"referrer", "attachments"}, answer: "harvest_applications_7",
			line: "POST /v1/candidates/15803530/applications", set: map[string]any{"candidate_id": "15803530", "job_id": "266926", "source_id": "7", "stage_id": "2708728"}, made: "38776620"},
		{object: "applications", verb: "update", record: "harvest_applications_9", request: "harvest_applications_8", left: []string{"referrer"},
			answer: "harvest_applications_9", line: "PATCH /v1/applications/ID", set: map[string]any{"source_id": "16"}},
		{object: "applications", verb: "delete", record: "harvest_applications_9", answer: "harvest_applications_3", line: "DELETE /v1/applications/ID"},
		{object: "applications", verb: "advance", record: "harvest_applications_11", want: `{"from_stage_id": STAGE}`, answer: "harvest_applications_11", line: "POST /v1/applications/ID/advance"},
		{object: "applications", verb: "move", record: "harvest_applications_15", want: `{"from_stage_id": STAGE, "to_stage_id": 2}`,
			answer: "harvest_applications_15", line: "POST /v1/applications/ID/move", args: map[string]any{"stage_id": "2"}},
		{object: "applications", verb: "update", record: "harvest_applications_15", want: `{"from_stage_id": STAGE, "to_stage_id": 2}`,
			answer: "harvest_applications_15", line: "POST /v1/applications/ID/move", set: map[string]any{"stage_id": "2"}},
		{object: "applications", verb: "transfer", record: "harvest_applications_13", request: "harvest_applications_12",
			answer: "harvest_applications_13", line: "POST /v1/applications/ID/transfer_to_job", args: fromExample("harvest_applications_12", map[string]string{"new_job_id": "job_id", "new_stage_id": "stage_id"})},
		{object: "applications", verb: "hire", record: "harvest_applications_21", request: "harvest_applications_20",
			answer: "harvest_applications_21", line: "POST /v1/applications/ID/hire", args: fromExample("harvest_applications_20", nil)},
		{object: "applications", verb: "reject", record: "harvest_applications_9", request: "harvest_applications_22", answer: "harvest_applications_23",
			line: "POST /v1/applications/ID/reject", args: map[string]any{
				"rejection_reason_id": "815", "notes": "The prospect is not qualified for this position.", "email_template_id": 42, "send_email_at": "2014-03-26T20:11:39Z",
			}},
		{object: "applications", verb: "update", record: "harvest_applications_9", want: `{}`, answer: "harvest_applications_23",
			line: "POST /v1/applications/ID/reject", set: map[string]any{"status": "rejected"}},
		{object: "applications", verb: "unreject", record: "harvest_applications_23", request: "harvest_applications_26", answer: "harvest_applications_27", line: "POST /v1/applications/ID/unreject"},
		{object: "jobs", verb: "create", request: "harvest_jobs_6", left: []string{"department_id", "office_ids", "opening_ids"}, answer: "harvest_jobs_7",
			line: "POST /v1/jobs", set: map[string]any{"name": "Internal Name That Appears On Hiring Plans", "requisition_id": "abc-123"},
			args: map[string]any{"template_job_id": "12345", "number_of_openings": 2, "job_post_name": "External Name That Appears On Job Boards"}, made: "112746"},
		{object: "jobs", verb: "update", record: "harvest_jobs_0", request: "harvest_jobs_3", answer: "harvest_jobs_4", line: "PATCH /v1/jobs/ID",
			left: []string{"team_and_responsibilities", "how_to_sell_this_job", "office_ids", "external_office_ids", "department_id", "external_department_id", "custom_fields"},
			set:  map[string]any{"name": "New job name", "requisition_id": "1", "notes": "Here are some notes"}},
		{object: "users", verb: "create", request: "harvest_users_17", left: []string{"office_ids", "department_ids", "custom_fields"}, answer: "harvest_users_18",
			line: "POST /v1/users", set: map[string]any{"first_name": "Bob", "last_name": "Smith", "primary_email_address": "bob@email.org", "employee_id": "ABC12345"},
			args: map[string]any{"send_email_invite": true}, made: "253818"},
		{object: "users", verb: "update", record: "harvest_users_0", want: `{"user": {"user_id": 112}, "payload": {"first_name": "Bob", "last_name": "Smith", "employee_id": "ABC12345"}}`,
			answer: "harvest_users_4", line: "PATCH /v2/users/", set: map[string]any{"first_name": "Bob", "last_name": "Smith", "employee_id": "ABC12345"}},
		{object: "users", verb: "archive", record: "harvest_users_0", want: `{"user": {"user_id": 112}}`, answer: "harvest_users_8", line: "PATCH /v2/users/disable"},
		{object: "users", verb: "enable", record: "harvest_users_0", want: `{"user": {"user_id": 112}}`, answer: "harvest_users_12", line: "PATCH /v2/users/enable"},
	}
}

func list(pairs ...string) []any {
	var out []any
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, map[string]any{"value": pairs[i+1], "type": pairs[i]})
	}
	return out
}

func merged(a, b map[string]any) map[string]any {
	out := map[string]any{}
	for _, m := range []map[string]any{a, b} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// fromExample makes arguments of a documented request; names are those whose
// arguments are called otherwise.
func fromExample(name string, names map[string]string) map[string]any {
	return map[string]any{"\x00": name, "\x01": names}
}

// ofRecord makes a documented answer one of the record that is written: the
// documentation asks and answers of different ones.
func ofRecord(t *testing.T, answer json.RawMessage, id string) json.RawMessage {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(answer, &members); err != nil || members["id"] == nil {
		return answer
	}
	members["id"] = json.RawMessage(id)
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestGreenhouseWrites makes every documented request of the description.
func TestGreenhouseWrites(t *testing.T) {
	for _, w := range documentedWrites() {
		t.Run(w.object+" "+w.verb+" "+w.line, func(t *testing.T) {
			d := &documented{records: map[string]json.RawMessage{}, answer: example(t, w.answer)}
			conn, desc := greenhouse(t, d)
			sel := whole(t, desc, w.object)
			change := connectors.Change{Operation: "op-1", Verb: w.verb, Set: assignments(t, w.set), Args: assignments(t, w.args)}
			stage := ""
			if w.record != "" {
				raw := example(t, w.record)
				v, _ := schema.FromJSON(raw)
				change.ID, stage = v.Field("id").Plain(), v.Field("current_stage").Field("id").Plain()
				d.records["/v1/"+w.object+"/"+change.ID] = raw
				d.answer = ofRecord(t, d.answer, change.ID)
				got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{change.ID})
				if err != nil || got[0].Record == nil {
					t.Fatal(err, got[0].Err)
				}
				change.Revision, change.Hash = got[0].Record.Revision, got[0].Hash
			}
			results, err := conn.(connectors.Writer).Write(t.Context(), sel, []connectors.Change{change})
			if err != nil || results[0].Err != nil {
				t.Fatal(err, results[0].Err)
			}
			if w.made != "" && results[0].ID != w.made {
				t.Errorf("it made %q, want %q", results[0].ID, w.made)
			}
			if len(d.asked) != 1 {
				t.Fatalf("it asked %q", d.asked)
			}
			method, rest, _ := strings.Cut(d.asked[0], " ")
			path, body, _ := strings.Cut(rest, " ")
			if got, want := method+" "+path, strings.Replace(w.line, "ID", change.ID, 1); got != want {
				t.Errorf("it asked %s, want %s", got, want)
			}
			if user, _, ok := basic(d); !ok || user != "a7183e1b" || d.headers.Get("On-Behalf-Of") != "158108" {
				t.Errorf("the headers are %v", d.headers)
			}
			want := strings.ReplaceAll(w.want, "STAGE", stage)
			if w.request != "" {
				want = string(example(t, w.request))
			}
			if diff := cmp.Diff(without(t, want, w.left), without(t, body, nil)); diff != "" {
				t.Errorf("the body (-documented +sent):\n%s", diff)
			}
		})
	}
}

func basic(d *documented) (string, string, bool) {
	r := http.Request{Header: d.headers}
	return r.BasicAuth()
}

// without is a body without some members: "a", or "list.1" for the elements
// from that place on.
func without(t *testing.T, text string, left []string) map[string]any {
	t.Helper()
	if text == "" {
		return nil
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err, text)
	}
	for _, name := range left {
		name, at, some := strings.Cut(name, ".")
		if all, ok := out[name].([]any); ok && some {
			var n int
			fmt.Sscan(at, &n)
			out[name] = all[:n]
			continue
		}
		if !some {
			delete(out, name)
		}
	}
	if tags, ok := out["tags"].([]any); ok {
		slices.SortFunc(tags, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return out
}

func assignments(t *testing.T, values map[string]any) []connectors.Assignment {
	t.Helper()
	if name, ok := values["\x00"].(string); ok {
		names, _ := values["\x01"].(map[string]string)
		values = map[string]any{}
		for k, v := range without(t, string(example(t, name)), nil) {
			if other := names[k]; other != "" {
				k = other
			}
			values[k] = v
		}
	}
	var out []connectors.Assignment
	for name, v := range values {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		value, err := schema.FromJSON(raw)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, connectors.Assignment{Path: schema.PathTo(name), Value: value})
	}
	return out
}
