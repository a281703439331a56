package vendor

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// slackOf opens slack.hcl against a server.
func slackOf(t *testing.T, handler http.HandlerFunc) (connectors.Conn, func(object string) *connectors.Selection) {
	t.Helper()
	web := httptest.NewServer(handler)
	t.Cleanup(web.Close)
	v := shipped()["slack"]
	conn := opened(t, v.Description, map[string]string{"url": web.URL}, map[string]string{"token": "xoxb-1", "signing_secret": "s3cret"})
	return conn, func(object string) *connectors.Selection { return whole(t, v.Description, object) }
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, text)
	}
}

// TestSlackAnswers reads every documented answer, listed and by id.
func TestSlackAnswers(t *testing.T) {
	c := &contract{doc: describedBy(t, "slack")}
	conn, of := slackOf(t, func(w http.ResponseWriter, r *http.Request) {
		op := strings.ReplaceAll(strings.TrimPrefix(r.URL.Path, "/"), ".", "_")
		json.NewEncoder(w).Encode(slackReply(c, op, r, nil))
	})
	var golden strings.Builder
	for _, object := range []string{"users", "conversations", "messages"} {
		sel := of(object)
		for _, rec := range listing(t, conn, sel) {
			fmt.Fprintf(&golden, "%s %s\n%s", object, rec.ID, show(rec))
		}
	}
	user, conversation := c.example("users_info")["user"].(map[string]any)["id"].(string), c.example("conversations_info")["channel"].(map[string]any)["id"].(string)
	for object, id := range map[string]string{"users": user, "conversations": conversation} {
		got, err := conn.(connectors.Getter).Get(t.Context(), of(object), []string{id})
		if err != nil || got[0].Presence != connectors.Live || got[0].Record.ID != id {
			t.Errorf("%s %s: %v %+v", object, id, err, got[0])
		}
	}
	found, err := conn.(connectors.Finder).Find(t.Context(), of("users"), []connectors.Query{{Paths: []string{"email"}, Values: [][]schema.Value{{schema.String("spengler@ghostbusters.example.com")}}}})
	if err != nil || len(found[0]) != 1 || found[0][0].Record.ID != user {
		t.Errorf("it found %v %v", found, err)
	}
	compareGolden(t, "slack", golden.String())
}

// TestSlackErrors holds that an answer of status 200 that says no is no answer:
// of what reads, and of what writes.
func TestSlackErrors(t *testing.T) {
	for code, want := range map[string][2]connectors.ErrorKind{
		"invalid_auth": {connectors.Denied, connectors.Denied}, "not_authed": {connectors.Denied, connectors.Denied}, "account_inactive": {connectors.Denied, connectors.Denied},
		"token_revoked": {connectors.Denied, connectors.Denied}, "missing_scope": {connectors.Denied, connectors.Denied}, "no_permission": {connectors.Denied, connectors.Denied},
		"ratelimited": {connectors.Limited, connectors.Limited}, "rate_limited": {connectors.Limited, connectors.Limited},
		"invalid_cursor": {connectors.Refused, connectors.Refused}, "not_in_channel": {connectors.Refused, connectors.Refused}, "is_archived": {connectors.Refused, connectors.Refused},
		"too_many_attachments": {connectors.Refused, connectors.Refused}, "cant_update_message": {connectors.Refused, connectors.Refused}, "msg_too_long": {connectors.Refused, connectors.Refused},
		"channel_not_found": {connectors.NotFound, connectors.NotFound}, "message_not_found": {connectors.NotFound, connectors.NotFound},
		"fatal_error": {connectors.Unavailable, connectors.Uncertain}, "request_timeout": {connectors.Unavailable, connectors.Uncertain}, "internal_error": {connectors.Unavailable, connectors.Uncertain},
	} {
		conn, of := slackOf(t, says(`{"ok": false, "error": "`+code+`"}`))
		stream, err := conn.(connectors.Reader).Read(t.Context(), of("users"), nil, true)
		if err == nil {
			err = stream.Next(t.Context(), &connectors.Batch{})
		}
		if connectors.KindOf(err) != want[0] || want[0] != connectors.Limited && want[0] != connectors.NotFound && !strings.Contains(err.Error(), code) {
			t.Errorf("%s of what reads is %v", code, err)
		}
		results, err := conn.(connectors.Writer).Write(t.Context(), of("messages"), []connectors.Change{slackMessage("Hello")})
		if err != nil || connectors.KindOf(results[0].Err) != want[1] {
			t.Errorf("%s of what writes is %v", code, results[0].Err)
		}
	}
	conn, of := slackOf(t, says(`{"ok": false, "error": "users_not_found"}`))
	found, err := conn.(connectors.Finder).Find(t.Context(), of("users"), []connectors.Query{{Paths: []string{"email"}, Values: [][]schema.Value{{schema.String("nobody@example.com")}}}})
	if err != nil || len(found[0]) != 0 {
		t.Errorf("nobody is %v %v", found, err)
	}
	for object, id := range map[string]string{"users": "U1", "conversations": "C1", "messages": "C1/1.1"} {
		code := map[string]string{"users": "user_not_found"}[object]
		if code == "" {
			code = "channel_not_found"
		}
		conn, of := slackOf(t, says(`{"ok": false, "error": "`+code+`"}`))
		if got, err := conn.(connectors.Getter).Get(t.Context(), of(object), []string{id}); err != nil || got[0].Presence != connectors.Gone {
			t.Errorf("%s %s: %v %+v", object, id, err, got)
		}
	}
}

func slackMessage(text string) connectors.Change {
	return connectors.Change{Operation: "o", Verb: "create", Set: []connectors.Assignment{
		{Path: schema.PathTo("channel_id"), Value: schema.String("C1H9RESGL")}, {Path: schema.PathTo("text"), Value: schema.String(text)},
	}}
}

// TestSlackMessage posts a message and takes the documented answer for it.
func TestSlackMessage(t *testing.T) {
	c := &contract{doc: describedBy(t, "slack")}
	var form url.Values
	conn, of := slackOf(t, func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		form = r.PostForm
		json.NewEncoder(w).Encode(c.example("chat_postMessage"))
	})
	results, err := conn.(connectors.Writer).Write(t.Context(), of("messages"), []connectors.Change{slackMessage("Here's a message for <@U1> & co")})
	if err != nil || results[0].Err != nil || results[0].ID != "C1H9RESGL/1503435956.000247" || results[0].Confirmed == nil {
		t.Fatalf("%v %+v", err, results)
	}
	if len(form) != 2 || form.Get("channel") != "C1H9RESGL" || form.Get("text") != "Here's a message for <@U1> & co" {
		t.Errorf("it sent %v", form)
	}
}

// slackEvents are the bodies that the documentation of the events has, and what
// they say.
func slackEvents() map[string]string {
	return map[string]string{
		`{"type": "team_join", "user": {"id": "U1"}}`:                                                                               "users/U1 created",
		`{"type": "user_change", "user": {"id": "U1", "deleted": true}}`:                                                            "users/U1 changed",
		`{"type": "channel_created", "channel": {"id": "C024BE91L", "name": "fun", "created": 1360782804, "creator": "U024BE7LH"}}`: "conversations/C024BE91L created",
		`{"type": "channel_rename", "channel": {"id": "C02ELGNBH", "name": "new_name", "created": 1360782804}}`:                     "conversations/C02ELGNBH changed",
		`{"type": "channel_archive", "channel": "C024BE91L", "user": "U024BE7LH"}`:                                                  "conversations/C024BE91L changed",
		`{"type": "channel_deleted", "channel": "C024BE91L"}`:                                                                       "conversations/C024BE91L deleted",
		`{"type": "group_archive", "channel": "G024BE91L"}`:                                                                         "conversations/G024BE91L changed",
		`{"type": "message", "channel": "C2147483705", "user": "U2147483697", "text": "Hello world", "ts": "1355517523.000005"}`:    "messages/C2147483705/1355517523.000005 created",
		`{"type": "message", "subtype": "message_changed", "hidden": true, "channel": "C2147483705", "ts": "1358878755.000001", "message": {"type": "message", "user": "U2147483697", "text": "Hello, world!", "ts": "1355517523.000005", "edited": {"user": "U2147483697", "ts": "1358878755.000001"}}}`: "messages/C2147483705/1355517523.000005 changed",
		`{"type": "message", "subtype": "message_deleted", "hidden": true, "channel": "C2147483705", "ts": "1358878755.000001", "deleted_ts": "1358878749.000002"}`:                                                                                                                                       "messages/C2147483705/1358878749.000002 deleted",
		`{"type": "message", "channel": "C1", "user": "U1", "text": "A reply", "ts": "1482960137.003543", "thread_ts": "1482960100.000000"}`:                                                                                                                                                              "",
		`{"type": "reaction_added", "user": "U1", "reaction": "thumbsup"}`: "",
	}
}

// TestSlackEvents signs deliveries as Slack does.
func TestSlackEvents(t *testing.T) {
	conn, _ := slackOf(t, says(""))
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	delivery := func(body string, signed time.Time) *connectors.Delivery {
		moment := fmt.Sprint(signed.Unix())
		mac := hmac.New(sha256.New, []byte("s3cret"))
		mac.Write([]byte("v0:" + moment + ":" + body))
		return &connectors.Delivery{Method: "POST", URL: "/hooks/chat", At: at, Body: []byte(body), Header: map[string][]string{
			"X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))}, "X-Slack-Request-Timestamp": {moment}, "Content-Type": {"application/json"},
		}}
	}
	receive := conn.(connectors.Receiver).Receive
	for event, want := range slackEvents() {
		body := `{"token": "z26uFbvR1xHJEdHE1OQiO6t8", "team_id": "T061EG9RZ", "api_app_id": "A0FFV41KK", "type": "event_callback", "event_id": "Ev9UQ52YNA", "event_time": 1234567890, "event": ` + event + `}`
		got, err := receive(delivery(body, at))
		said := ""
		for _, e := range got.Events {
			said += fmt.Sprintf("%s/%s %s", e.Object, e.Record, e.Kind)
			if e.ID != "Ev9UQ52YNA" || e.At.Unix() != 1234567890 {
				t.Errorf("%s is %+v", event, e)
			}
		}
		if err != nil || said != want {
			t.Errorf("%s says %q, want %q (%v)", event, said, want, err)
		}
		for what, forge := range map[string]func(d *connectors.Delivery){
			"another body": func(d *connectors.Delivery) { d.Body = []byte(strings.Replace(body, "T061EG9RZ", "T061EG9RX", 1)) },
			"another moment": func(d *connectors.Delivery) {
				d.Header["X-Slack-Request-Timestamp"] = []string{fmt.Sprint(at.Unix() + 1)}
			},
			"no moment":    func(d *connectors.Delivery) { delete(d.Header, "X-Slack-Request-Timestamp") },
			"no signature": func(d *connectors.Delivery) { delete(d.Header, "X-Slack-Signature") },
			"another scheme": func(d *connectors.Delivery) {
				d.Header["X-Slack-Signature"][0] = strings.Replace(d.Header["X-Slack-Signature"][0], "v0=", "v1=", 1)
			},
			"an old one":  func(d *connectors.Delivery) { *d = *delivery(body, at.Add(-6*time.Minute)) },
			"one to come": func(d *connectors.Delivery) { *d = *delivery(body, at.Add(6*time.Minute)) },
		} {
			d := delivery(body, at)
			d.Header = maps.Clone(d.Header)
			if forge(d); true {
				if got, err := receive(d); connectors.KindOf(err) != connectors.Denied || len(got.Events) > 0 {
					t.Errorf("%s with %s: %+v %v", event, what, got, err)
				}
			}
		}
	}
	challenge := `{"token": "Jhj5dZrVaK7ZwHHjRyZWjbDl", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P", "type": "url_verification"}`
	got, err := receive(delivery(challenge, at))
	if err != nil || string(got.Reply.Body) != "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" || got.Reply.Status != 200 || len(got.Events) > 0 {
		t.Errorf("the handshake is %+v %v", got, err)
	}
	d := delivery(challenge, at)
	delete(d.Header, "X-Slack-Signature")
	if _, err := receive(d); connectors.KindOf(err) != connectors.Denied {
		t.Errorf("an unsigned handshake: %v", err)
	}
	if got, err := receive(delivery(`{"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1518467820, "api_app_id": "A1"}`, at)); err != nil || len(got.Events) > 0 {
		t.Errorf("a word about the app is %+v %v", got, err)
	}
}
