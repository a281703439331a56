package vendor

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"syncline/connectors"
)

// hostileAnswers are answers of status 200 that no API gives.
func hostileAnswers() map[string]string {
	return map[string]string{
		"nothing": "", "a page": "<html>Sign in</html>", "a list": "[]", "null": "null", "a text": `"ok"`, "a number": "7", "an empty object": "{}",
		"cut off": `{"ok": true, "items": [`, "another type": `{"ok": true, "members": {"id": 1}, "items": "none", "envelopeTemplates": 7, "ts": {"a": 1}}`,
		"no list": `{"ok": true}`, "deep": strings.Repeat(`{"ok":`, 20000), "not UTF-8": "{\"ok\": true, \"items\": [{\"id\": \"\xff\xfe\"}]}",
		"no word of success": `{"members": [], "channel": "C1", "ts": "1.1"}`,
	}
}

// hostileTo is a listing and a create of each vendor.
func hostileTo() map[string]struct {
	listed string
	create connectors.Change
	object string
} {
	type one = struct {
		listed string
		create connectors.Change
		object string
	}
	change := func(vendor, object string, set, args map[string]any, id string) connectors.Change {
		o, _ := shipped()[vendor].Description.Object(object)
		return connectors.Change{Operation: "0f", Verb: "create", NewID: id, Set: typed(o.Fields, set), Args: typedArgs(o.Write("create").Args, args)}
	}
	return map[string]one{
		"slack":          {"users", change("slack", "messages", map[string]any{"channel_id": "C1", "text": "Hello"}, nil, ""), "messages"},
		"googlecalendar": {"events", change("googlecalendar", "events", map[string]any{"start_day": "2026-01-02", "end_day": "2026-01-03"}, nil, "abcde"), "events"},
		"docusign":       {"templates", change("docusign", "envelopes", nil, map[string]any{"template_id": "t1", "roles": []any{}}, ""), "envelopes"},
		"apideck":        {"jobs", change("apideck", "applicants", map[string]any{"first_name": "Ann"}, nil, ""), "applicants"},
		"apideckhris":    {"employees", change("apideckhris", "employees", map[string]any{"first_name": "Ann"}, nil, ""), "employees"},
	}
}

// TestVendorsHostile holds that an answer which is none is neither an empty
// listing nor a write that is known to be done.
func TestVendorsHostile(t *testing.T) {
	for _, v := range contracted() {
		of := hostileTo()[v.name]
		for name, text := range hostileAnswers() {
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Write([]byte(text))
			}))
			auth, _ := tokens(t)
			d := shipped()[v.name].Description
			conn := opened(t, d, v.settings(web.URL, auth), v.secrets())
			stream, err := conn.(connectors.Reader).Read(t.Context(), whole(t, d, of.listed), nil, true)
			for err == nil {
				err = stream.Next(t.Context(), &connectors.Batch{})
			}
			if connectors.KindOf(err) != connectors.Unreadable && !(v.name == "googlecalendar" && name == "not UTF-8") {
				t.Errorf("%s, %s: the listing ends with %v", v.name, name, err)
			}
			results, err := conn.(connectors.Writer).Write(t.Context(), whole(t, d, of.object), []connectors.Change{of.create})
			if err != nil || connectors.KindOf(results[0].Err) != connectors.Uncertain {
				t.Errorf("%s, %s: the create is %v %+v", v.name, name, err, results)
			}
			web.Close()
		}
	}
}
