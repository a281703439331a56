package vendor

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	pathof "path"
	"strings"
)

// contracted are the vendors whose own descriptions are at hand, with servers
// that answer enough like them for every request to be made.
func contracted() []*vendorOf {
	return []*vendorOf{slack(), googleCalendar(), docusign(), apideck(), apideckHRIS()}
}

// example is the documented answer of an operation.
func (c *contract) example(op string) map[string]any {
	out := map[string]any{}
	for _, p := range c.doc.Paths.Map() {
		for _, o := range p.Operations() {
			if o.OperationID == op {
				raw, _ := json.Marshal(o.Responses.Status(200).Value.Content.Get("application/json").Example)
				json.Unmarshal(raw, &out)
			}
		}
	}
	return out
}

func slack() *vendorOf {
	return &vendorOf{
		name:     "slack",
		settings: func(api, _ string) map[string]string { return map[string]string{"url": api} },
		secrets:  func() map[string]string { return map[string]string{"token": "xoxb-1", "signing_secret": "s3cret"} },
		reply: func(c *contract) func(string, *http.Request, []byte) any {
			return func(op string, r *http.Request, body []byte) any { return slackReply(c, op, r, body) }
		},
		broken: [][2]string{
			{"/users.lookupByEmail", "/users.lookupByMail"}, {"query   = { email = ", "query   = { mail = "}, {"query   = { user = \"id\" }", "query   = { users = \"id\" }"},
			{"size_into = \"query limit\"", "size_into = \"query count\""}, {"inclusive = true", "inclusive = \"'perhaps'\""}, {"{ users = \"set.user\" }", "{ user = \"set.user\" }"},
			{"channel      = \"parent_id\"", "chanel       = \"parent_id\""}, {"unfurl_links = \"args.unfurl_links\"", "unfurl_links = \"'always'\""},
			{"method = \"POST\"\n      path   = \"/chat.update\"", "path   = \"/chat.update\""}, {"ts = \"id\", text", "timestamp = \"id\", text"},
			{"form   = { channel = \"parent_id\", ts = \"id\" }", "json   = { channel = \"parent_id\", ts = \"{'at': id}\" }"},
		},
	}
}

func slackReply(c *contract, op string, r *http.Request, body []byte) any {
	out, query := c.example(op), r.URL.Query()
	form, _ := url.ParseQuery(string(body))
	if meta, ok := out["response_metadata"].(map[string]any); ok && query.Get("cursor") != "" {
		meta["next_cursor"] = ""
		out["members"], out["channels"], out["messages"] = []any{}, []any{}, []any{}
	}
	switch op {
	case "users_info":
		out["user"].(map[string]any)["id"] = query.Get("user")
	case "conversations_info":
		out["channel"].(map[string]any)["id"] = query.Get("channel")
	case "conversations_history":
		if ts := query.Get("latest"); ts != "" {
			out["messages"] = []any{map[string]any{"type": "message", "ts": ts, "text": "Hello", "user": "U012AB3CDE"}}
		}
	case "chat_postMessage":
		out["channel"] = form.Get("channel")
	}
	return out
}

func googleCalendar() *vendorOf {
	return &vendorOf{
		name: "googlecalendar",
		settings: func(api, auth string) map[string]string {
			return map[string]string{"url": api, "token_url": auth + "/token", "client_email": "syncline@project.example.com", "calendar": "hiring@example.com"}
		},
		secrets: func() map[string]string { return map[string]string{"private_key": key()} },
		reply: func(*contract) func(string, *http.Request, []byte) any {
			return googleReply
		},
		complete: func(_ string, set map[string]any) {
			if set["start"] == nil || set["end"] == nil {
				delete(set, "start")
				delete(set, "end")
				set["start_day"], set["end_day"] = "2026-01-02", "2026-01-03"
			}
		},
		broken: [][2]string{
			{"/calendars/{settings.calendar}/events/{id}", "/calendar/{settings.calendar}/events/{id}"}, {"path = \"start.dateTime\"", "path = \"start.datetime\""},
			{"path = \"extendedProperties.private.reference\"", "path = \"extendedProperties.reference\""}, {"responseStatus=string?", "response=string?"},
			{"sendUpdates = \"settings.send_updates\", conf", "sendUpdates = \"true\", conf"}, {"'hangoutsMeet'", "7"}, {"'requestId'", "'request'"},
			{"lost_into  = \"body id\"", "lost_into  = \"body eventId\""}, {"query pageToken", "query page"}, {"query syncToken", "query sync"},
			{"privateExtendedProperty =", "private ="}, {"path = \"end.date\"", "path = \"end.dates\""},
		},
	}
}

func googleReply(op string, r *http.Request, body []byte) any {
	event := map[string]any{
		"kind": "calendar#event", "id": "e1", "etag": "\"3\"", "status": "confirmed", "updated": "2026-01-02T03:04:05.000Z", "summary": "Interview",
		"start": map[string]any{"dateTime": "2026-01-05T10:00:00+01:00"}, "end": map[string]any{"dateTime": "2026-01-05T11:00:00+01:00"},
	}
	var sent map[string]any
	json.Unmarshal(body, &sent)
	query := r.URL.Query()
	page := func(one map[string]any) any {
		if query.Get("pageToken") == "" {
			return map[string]any{"items": []any{one}, "nextPageToken": "p2"}
		}
		return map[string]any{"items": []any{}, "nextSyncToken": "s1"}
	}
	switch op {
	case "calendar.calendarList.list":
		return page(map[string]any{"id": "hiring@example.com", "etag": "\"1\"", "summary": "Hiring"})
	case "calendar.calendarList.get":
		return map[string]any{"id": pathof.Base(r.URL.Path), "etag": "\"1\"", "summary": "Hiring"}
	case "calendar.events.list":
		return page(event)
	case "calendar.events.delete":
		return nil
	case "calendar.events.insert":
		maps.Copy(event, sent)
		return event
	}
	event["id"] = pathof.Base(r.URL.Path)
	return event
}

func docusign() *vendorOf {
	return &vendorOf{
		name: "docusign",
		settings: func(api, auth string) map[string]string {
			u, _ := url.Parse(api)
			return map[string]string{"url": "http://" + u.Host, "auth_url": auth, "account": "624e3e00-0000-4000-8000-000000000000", "integration_key": "7c2b8d7e", "user": "5d3f1c2a"}
		},
		secrets: func() map[string]string { return map[string]string{"private_key": key(), "connect_key": "s3cret"} },
		reply: func(*contract) func(string, *http.Request, []byte) any {
			return docusignReply
		},
		broken: [][2]string{
			{"/restapi/v2/accounts/", "/restapi/accounts/"}, {"{ from_date = ", "{ fromDate = "}, {"query start_position", "query start"}, {"{ transaction_ids", "{ transaction_id"},
			{"templateId    =", "template      ="}, {"templateRoles =", "roles         ="}, {"clientUserId=string?", "clientUser=string?"}, {"? 'created' : 'sent'", "? 1 : 2"},
			{"transactionId = \"set", "transaction   = \"set"}, {"voidedReason = \"args", "reason = \"args"}, {"path  = \"emailBlurb\"", "path  = \"blurb\""}, {"{ search_text", "{ name"},
			{"method = \"PUT\"\n      path   = \"/envelopes/{id}\"\n      json   = { status = \"'sent'\" }", "path   = \"/envelopes/{id}\"\n      json   = { status = \"'sent'\" }"},
		},
	}
}

func docusignReply(op string, r *http.Request, body []byte) any {
	var out map[string]any
	read := func(name string) { json.Unmarshal(documentedBy("docusign", name), &out) }
	switch op {
	case "Envelopes_GetEnvelopes":
		if read("envelopes_list"); r.URL.Query().Get("transaction_ids") != "" {
			out = map[string]any{"resultSetSize": "0"}
		}
		if id := r.URL.Query().Get("transaction_ids"); id == "0f" {
			out["envelopeTransactionStatuses"] = []any{map[string]any{"envelopeId": "4b728be4-4417-45c6-b7e8-d63e23f822b6", "status": "sent", "transactionId": id}}
		}
	case "Envelopes_GetEnvelope":
		read("envelopes_get")
		out["envelopeId"] = pathof.Base(r.URL.Path)
	case "Envelopes_PostEnvelopes":
		read("envelopes_create")
	case "Templates_GetTemplates":
		out = map[string]any{"resultSetSize": "1", "startPosition": "0", "totalSetSize": "1", "envelopeTemplates": []any{map[string]any{"templateId": "t1", "name": "Offer"}}}
	case "Templates_GetTemplate":
		out = map[string]any{"envelopeTemplateDefinition": map[string]any{"templateId": pathof.Base(r.URL.Path), "name": "Offer"}, "emailSubject": "Your offer"}
	default:
		out = map[string]any{"envelopeId": pathof.Base(r.URL.Path)}
	}
	return out
}

func apideck() *vendorOf {
	return &vendorOf{
		name: "apideck",
		settings: func(api, _ string) map[string]string {
			return map[string]string{"url": api, "app": "a1", "consumer": "c1", "service": "greenhouse"}
		},
		secrets: func() map[string]string { return map[string]string{"api_key": "sk_test_1"} },
		reply: func(*contract) func(string, *http.Request, []byte) any {
			return apideckReply("apideck")
		},
		broken: [][2]string{
			{"x-apideck-consumer-id = ", "x-apideck-consumer = "}, {"x-apideck-app-id      =", "x-apideck-app         ="}, {"query limit", "query per_page"}, {"size      = 200", "size      = 500"},
			{"/ats/applicants/{id}", "/ats/applicant/{id}"}, {"object(email=email,", "object(value=email,"}, {"enum(primary,secondary,work,personal,billing,other)", "enum(mail,mails)"}, {"path = \"stage.id\"", "path = \"stage_id\""},
			{"status = \"set.status\", stage", "state = \"set.status\", stage"}, {"applicant_id = \"record.applicant_id\", ", ""}, {"enum(open,rejected,hired,converted,other)", "enum(active,closed)"}, {"field \"headline\"", "field \"head_line\""},
		},
	}
}

func apideckHRIS() *vendorOf {
	return &vendorOf{
		name: "apideckhris",
		settings: func(api, _ string) map[string]string {
			return map[string]string{"url": api, "app": "a1", "consumer": "c1", "service": "bamboohr"}
		},
		secrets: func() map[string]string { return map[string]string{"api_key": "sk_test_1"} },
		reply: func(*contract) func(string, *http.Request, []byte) any {
			return apideckReply("apideckhris")
		},
		broken: [][2]string{
			{"x-apideck-consumer-id = ", "x-apideck-consumer = "}, {"query limit", "query per_page"}, {"size      = 200", "size      = 500"}, {"/hris/employees/{id}", "/hris/employee/{id}"},
			{"object(email=email,", "object(value=email,"}, {"object(number=string,", "object(number=int,"}, {"path = \"manager.id\"", "path = \"manager_id\""}, {"filter[email]", "filter[mail]"},
			{"filter[employee_number]", "number"}, {"enum(active,inactive,terminated,other)", "enum(active,left)"}, {"enum(male,female,unisex,other,not_specified)", "enum(m,f)"}, {"field \"works_remote\"", "field \"remote\""},
		},
	}
}

// apideckReply answers with the documented record of a unified API.
func apideckReply(vendor string) func(op string, r *http.Request, body []byte) any {
	return func(op string, r *http.Request, _ []byte) any { return apideckAnswer(vendor, op, r) }
}

func apideckAnswer(vendor, op string, r *http.Request) any {
	of := map[byte]string{'j': "job", 'a': "applicant", 'e': "employee"}[op[0]]
	if strings.HasPrefix(op, "applications") {
		of = "application"
	}
	var record map[string]any
	json.Unmarshal(documentedBy(vendor, of), &record)
	out := map[string]any{"status_code": 200, "status": "OK", "service": "greenhouse", "resource": of + "s", "operation": "one", "data": record}
	switch {
	case strings.HasSuffix(op, "All") && r.URL.Query().Get("cursor") == "":
		out["data"], out["meta"] = []any{record}, map[string]any{"items_on_page": 1, "cursors": map[string]any{"next": "em9oby1jcm06OnBhZ2U6OjM="}}
	case strings.HasSuffix(op, "All"):
		out["data"], out["meta"] = []any{}, map[string]any{"items_on_page": 0, "cursors": map[string]any{"next": nil}}
	case strings.HasSuffix(op, "Add"):
		out["data"] = map[string]any{"id": "12345"}
	default:
		record["id"] = pathof.Base(r.URL.Path)
	}
	return out
}

// documentedBy is a payload of a vendor's documentation.
func documentedBy(vendor, name string) []byte {
	src, err := os.ReadFile("../../connectors/vendors/testdata/" + vendor + "/" + name + ".json")
	if err != nil {
		panic(err)
	}
	return src
}
