package vendor

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/schema"
)

// docusignOf opens docusign.hcl against a server that gives the documented
// answers, and keeps what is asked of it to write.
func docusignOf(t *testing.T) (conn connectors.Conn, of func(object string) *connectors.Selection, asked func() []string, login func() map[string][]string) {
	t.Helper()
	var wrote []string
	const base = "/restapi/v2/accounts/1703061"
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		path := strings.TrimPrefix(r.URL.Path, base)
		if r.Method != http.MethodGet {
			wrote = append(wrote, r.Method+" "+path+" "+string(body))
		}
		w.Header().Set("Content-Type", "application/json")
		op := map[string]string{"GET /envelopes": "Envelopes_GetEnvelopes", "POST /envelopes": "Envelopes_PostEnvelopes", "GET /templates": "Templates_GetTemplates"}[r.Method+" "+path]
		switch {
		case op == "" && strings.HasPrefix(path, "/templates/"):
			op = "Templates_GetTemplate"
		case op == "" && r.Method == http.MethodGet:
			op = "Envelopes_GetEnvelope"
		}
		if strings.HasSuffix(path, "/unknown") {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"errorCode": "USER_ALREADY_EXISTS_IN_ACCOUNT", "message": "Ann Lee is known."}`)
			return
		}
		json.NewEncoder(w).Encode(docusignReply(op, r, body))
	}))
	t.Cleanup(web.Close)
	auth, login := tokens(t)
	d := shipped()["docusign"].Description
	conn = opened(t, d, map[string]string{"url": web.URL, "auth_url": auth, "account": "1703061", "integration_key": "7c2b8d7e", "user": "5d3f1c2a"},
		map[string]string{"private_key": key(), "connect_key": "s3cret"})
	return conn, func(object string) *connectors.Selection { return whole(t, d, object) }, func() []string { return wrote }, login
}

// TestDocusignAnswers reads the documented envelopes: the listing tells ids and
// states, and what it does not tell is got by id.
func TestDocusignAnswers(t *testing.T) {
	conn, of, _, login := docusignOf(t)
	sel := of("envelopes")
	sel.Cursor = "changed_at"
	stream, err := conn.(connectors.Reader).Read(t.Context(), sel, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	var golden strings.Builder
	for err == nil {
		var b connectors.Batch
		err = stream.Next(t.Context(), &b)
		for i, item := range b.Items {
			if err := stream.Decode(&b.Items[i], schema.NewRecord(sel.Shape)); connectors.KindOf(err) != connectors.Unsupported {
				t.Errorf("%s is taken from the listing, which tells little of it: %v", item.ID, err)
			}
			got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{item.ID})
			if err != nil || got[0].Record == nil {
				t.Fatal(err, got[0].Err)
			}
			fmt.Fprintf(&golden, "envelopes %s\n%s", item.ID, show(got[0].Record))
		}
	}
	if _, complete := stream.Done(); err != io.EOF || !complete {
		t.Errorf("the listing ends with %v, complete: %v", err, complete)
	}
	for _, rec := range listing(t, conn, of("templates")) {
		fmt.Fprintf(&golden, "templates %s\n%s", rec.ID, show(rec))
	}
	compareGolden(t, "docusign", golden.String())
	claims := claimsOf(t, login())
	if life := claims["exp"].(float64) - claims["iat"].(float64); life > 3600 {
		t.Errorf("the assertion lives %v seconds", life)
	}
	delete(claims, "iat")
	delete(claims, "exp")
	aud, _ := claims["aud"].(string)
	if delete(claims, "aud"); strings.Contains(aud, "/") || aud == "" {
		t.Errorf("the audience is %q, not a host", aud)
	}
	if diff := cmp.Diff(map[string]any{"iss": "7c2b8d7e", "sub": "5d3f1c2a", "scope": "signature impersonation"}, claims); diff != "" {
		t.Error(diff)
	}
	for transaction, want := range map[string]int{"0f": 1, "1f": 0} {
		found, err := conn.(connectors.Finder).Find(t.Context(), of("envelopes"), []connectors.Query{{Paths: []string{"transaction_id"}, Values: [][]schema.Value{{schema.String(transaction)}}}})
		if err != nil || len(found[0]) != want || want == 1 && found[0][0].Record.ID != "4b728be4-4417-45c6-b7e8-d63e23f822b6" {
			t.Errorf("by the transaction %s it found %+v %v", transaction, found, err)
		}
	}
	got, err := conn.(connectors.Getter).Get(t.Context(), of("envelopes"), []string{"unknown"})
	if err != nil || got[0].Presence != connectors.Unknown || !strings.Contains(got[0].Err.Error(), "USER_ALREADY_EXISTS_IN_ACCOUNT") || strings.Contains(got[0].Err.Error(), "Ann") {
		t.Errorf("an error is %v %+v", err, got[0])
	}
}

// TestDocusignWrites makes every documented request of an envelope's way.
func TestDocusignWrites(t *testing.T) {
	conn, of, asked, _ := docusignOf(t)
	o, _ := shipped()["docusign"].Description.Object("envelopes")
	roles := []any{map[string]any{"roleName": "Signer", "name": "Darlene Petersen", "email": "the_nda_signer@example.com", "clientUserId": "1000"}}
	const id = "4b728be4-4417-45c6-b7e8-d63e23f822b6"
	for _, c := range []struct {
		verb      string
		set, args map[string]any
		want      string
	}{
		{"create", map[string]any{"email_subject": "Please sign the NDA"}, map[string]any{"template_id": "t1", "roles": roles},
			`POST /envelopes {"templateId": "t1", "templateRoles": [{"roleName": "Signer", "name": "Darlene Petersen", "email": "the_nda_signer@example.com", "clientUserId": "1000"}], "status": "sent", "emailSubject": "Please sign the NDA", "transactionId": "op-1"}`},
		{"create", nil, map[string]any{"template_id": "t1", "roles": []any{}, "draft": true}, `POST /envelopes {"templateId": "t1", "templateRoles": [], "status": "created", "transactionId": "op-1"}`},
		{"update", map[string]any{"email_subject": "new email subject", "email_blurb": "new email message"}, nil, `PUT /envelopes/` + id + ` {"emailSubject": "new email subject", "emailBlurb": "new email message"}`},
		{"update", map[string]any{"status": "sent"}, nil, `PUT /envelopes/` + id + ` {"status": "sent"}`},
		{"send", nil, nil, `PUT /envelopes/` + id + ` {"status": "sent"}`},
		{"void", nil, map[string]any{"reason": "The reason for voiding the envelope"}, `PUT /envelopes/` + id + ` {"status": "voided", "voidedReason": "The reason for voiding the envelope"}`},
	} {
		ch := connectors.Change{Operation: "op-1", Verb: c.verb, Set: typed(o.Fields, c.set)}
		if w := o.Write(c.verb); w != nil {
			ch.Args = typedArgs(w.Args, c.args)
		}
		if c.verb != "create" {
			ch.ID = id
		}
		before := len(asked())
		r := writeOne(t, conn, of("envelopes"), ch)
		if r.Err != nil || c.verb == "create" && r.ID != "63e05468-6432-41d2-b01c-8b48f7dbeb80" {
			t.Errorf("%s: %+v", c.verb, r)
		}
		got := asked()[before:]
		if len(got) != 1 {
			t.Fatalf("%s asked %q", c.verb, got)
		}
		line, body, _ := strings.Cut(got[0], " {")
		wantLine, wantBody, _ := strings.Cut(c.want, " {")
		if diff := cmp.Diff(without(t, "{"+wantBody, nil), without(t, "{"+body, nil)); diff != "" || line != wantLine {
			t.Errorf("%s asked %s (-documented +sent): %s", c.verb, line, diff)
		}
	}
	stale := connectors.Change{Operation: "o", Verb: "void", ID: id, Hash: 7, Args: []connectors.Assignment{{Path: schema.PathTo("reason"), Value: schema.String("Late")}}, Revision: "x"}
	if r := writeOne(t, conn, of("envelopes"), stale); connectors.KindOf(r.Err) != connectors.Moved {
		t.Errorf("an envelope that moved: %v", r.Err)
	}
	before := len(asked())
	if r := writeOne(t, conn, of("envelopes"), connectors.Change{Operation: "o", Verb: "update", ID: id, Set: typed(o.Fields, map[string]any{"status": "completed"})}); connectors.KindOf(r.Err) != connectors.Refused || len(asked()) != before {
		t.Errorf("nobody signs for another: %v %q", r.Err, asked()[before:])
	}
}

// TestDocusignConnect signs deliveries as Connect does.
func TestDocusignConnect(t *testing.T) {
	conn, _, _, _ := docusignOf(t)
	var sample map[string]any
	if err := json.Unmarshal(documentedBy("docusign", "connect"), &sample); err != nil {
		t.Fatal(err)
	}
	sample["event"], sample["generatedDateTime"] = "envelope-completed", "2026-01-02T03:04:05.0000000Z"
	sample["data"].(map[string]any)["envelopeId"] = "4b728be4-4417-45c6-b7e8-d63e23f822b6"
	body, _ := json.Marshal(sample)
	sign := func(body []byte, secret string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		return base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	d := &connectors.Delivery{Method: "POST", URL: "/hooks/sign", Body: body, Header: map[string][]string{"X-Docusign-Signature-1": {sign(body, "s3cret")}, "Content-Type": {"application/json"}}}
	got, err := conn.(connectors.Receiver).Receive(d)
	if err != nil || len(got.Events) != 1 || got.Reply.Status != 200 {
		t.Fatalf("%+v %v", got, err)
	}
	if e := got.Events[0]; e.Object != "envelopes" || e.Record != "4b728be4-4417-45c6-b7e8-d63e23f822b6" || e.ID == "" || !e.At.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("it says %+v", e)
	}
	for what, forge := range map[string]func(d *connectors.Delivery){
		"another body":   func(d *connectors.Delivery) { d.Body = append([]byte(" "), body...) },
		"another key":    func(d *connectors.Delivery) { d.Header["X-Docusign-Signature-1"] = []string{sign(body, "another")} },
		"no signature":   func(d *connectors.Delivery) { delete(d.Header, "X-Docusign-Signature-1") },
		"a hexadecimal":  func(d *connectors.Delivery) { d.Header["X-Docusign-Signature-1"] = []string{"00ff"} },
		"two signatures": func(d *connectors.Delivery) { d.Header["X-Docusign-Signature-1"] = []string{sign(body, "s3cret"), "x"} },
	} {
		forged := *d
		forged.Header = maps.Clone(d.Header)
		forge(&forged)
		if got, err := conn.(connectors.Receiver).Receive(&forged); connectors.KindOf(err) != connectors.Denied || len(got.Events) > 0 {
			t.Errorf("with %s: %+v %v", what, got, err)
		}
	}
}
