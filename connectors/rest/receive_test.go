package rest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/connectors/signature"
	"syncline/schema"
)

var hookTime = time.Unix(1_700_000_000, 0)

func sign(key, text string) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// schemes are ways to sign a body with the secret "s3cret", whose headers a
// good delivery has.
var schemes = []struct {
	name string
	s    signature.Scheme
	sign func(body string, at time.Time) map[string]string
}{
	{"hex with a prefix", signature.HMAC{Header: "X-Signature", Prefix: "sha256="}, func(body string, _ time.Time) map[string]string {
		return map[string]string{"x-signature": "sha256=" + hex.EncodeToString(sign("s3cret", body))}
	}},
	{"base64 over method and address", signature.HMAC{Header: "X-Sig", Form: signature.Base64, Over: []signature.Part{signature.Method{}, signature.URL{}, signature.Body{}}}, func(body string, _ time.Time) map[string]string {
		return map[string]string{"X-Sig": base64.StdEncoding.EncodeToString(sign("s3cret", "POST/hook?x=1"+body))}
	}},
	{"slack", signature.HMAC{Header: "X-Slack-Signature", Prefix: "v0=", Over: []signature.Part{signature.Text("v0:"), signature.Header("X-Slack-Request-Timestamp"), signature.Text(":"), signature.Body{}}, Moment: "X-Slack-Request-Timestamp"}, func(body string, at time.Time) map[string]string {
		moment := fmt.Sprint(at.Unix())
		return map[string]string{"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": "v0=" + hex.EncodeToString(sign("s3cret", "v0:"+moment+":"+body))}
	}},
	{"stripe", signature.Timestamped{Header: "Sig"}, func(body string, at time.Time) map[string]string {
		moment := fmt.Sprint(at.Unix())
		return map[string]string{"Sig": "t=" + moment + ",v1=00ff,v1=" + hex.EncodeToString(sign("s3cret", moment+"."+body)) + ",v0=junk"}
	}},
	{"standard webhooks", signature.Standard{}, func(body string, at time.Time) map[string]string {
		moment := fmt.Sprint(at.Unix())
		key, _ := base64.StdEncoding.DecodeString("s3cret==")
		sum := base64.StdEncoding.EncodeToString(sign(string(key), "msg_1."+moment+"."+body))
		return map[string]string{"webhook-id": "msg_1", "webhook-timestamp": moment, "webhook-signature": "v1,AAAA v1," + sum}
	}},
}

func deliver(body string, headers map[string]string) *connectors.Delivery {
	d := &connectors.Delivery{Method: "POST", URL: "/hook?x=1", Header: map[string][]string{}, Body: []byte(body), At: hookTime}
	for n, v := range headers {
		d.Header[n] = []string{v}
	}
	return d
}

// TestSignatures holds every scheme to what it promises: what was signed is
// taken, and nothing else is.
func TestSignatures(t *testing.T) {
	const body = `{"id": 1}`
	for _, sc := range schemes {
		secret := "s3cret"
		if _, ok := sc.s.(signature.Standard); ok {
			secret = "whsec_s3cret=="
		}
		w := &Webhooks{Signature: sc.s}
		verify := func(d *connectors.Delivery, secrets ...string) error { return w.Verify(d, secrets, hookTime) }
		good := sc.sign(body, hookTime)
		if err := verify(deliver(body, good), "old", secret); err != nil {
			t.Errorf("%s: %v", sc.name, err)
		}
		for what, d := range map[string]*connectors.Delivery{
			"another body":   deliver(`{"id": 2}`, good),
			"one blank more": deliver(body+" ", good),
			"an empty body":  deliver("", good),
			"no signature":   deliver(body, nil),
		} {
			if verify(d, secret) == nil {
				t.Errorf("%s: %s is taken", sc.name, what)
			}
		}
		for name := range good {
			d := deliver(body, good)
			d.Header[name] = append(d.Header[name], d.Header[name]...)
			if verify(d, secret) == nil {
				t.Errorf("%s: two headers %s are taken", sc.name, name)
			}
			d.Header[name] = []string{""}
			if verify(d, secret) == nil {
				t.Errorf("%s: an empty %s is taken", sc.name, name)
			}
		}
		if verify(deliver(body, good), "another") == nil || verify(deliver(body, good)) == nil || verify(deliver(body, good), "") == nil {
			t.Errorf("%s: it is taken with another secret, or with none", sc.name)
		}
		h, plain := sc.s.(signature.HMAC)
		timed := !plain || h.Moment != ""
		for _, late := range []time.Duration{6 * time.Minute, -6 * time.Minute} {
			if err := verify(deliver(body, sc.sign(body, hookTime.Add(late))), secret); timed && err == nil {
				t.Errorf("%s: one that was signed %v off is taken", sc.name, late)
			}
		}
	}
}

// TestNothingIsSignedWithNothing holds that an empty secret verifies nothing,
// although anybody could compute its signature.
func TestNothingIsSignedWithNothing(t *testing.T) {
	w := &Webhooks{Signature: signature.HMAC{Header: "S"}}
	d := deliver("{}", map[string]string{"S": hex.EncodeToString(sign("", "{}"))})
	if w.Verify(d, []string{""}, hookTime) == nil {
		t.Error("a delivery signed with an empty secret is taken")
	}
	w.Signature = signature.Token{Header: "S"}
	if w.Verify(deliver("{}", map[string]string{"S": ""}), []string{""}, hookTime) == nil {
		t.Error("an empty token is taken")
	}
}

func TestSharedTokens(t *testing.T) {
	for _, tt := range []struct {
		s    signature.Scheme
		d    *connectors.Delivery
		good bool
	}{
		{signature.Token{Header: "Authorization", Prefix: "Bearer "}, deliver("{}", map[string]string{"Authorization": "Bearer s3cret"}), true},
		{signature.Token{Header: "Authorization", Prefix: "Bearer "}, deliver("{}", map[string]string{"Authorization": "s3cret"}), false},
		{signature.Token{Query: "x"}, deliver("{}", nil), false},
		{signature.Certificate{Header: "X-Client"}, deliver("{}", map[string]string{"X-Client": "s3cret"}), true},
		{signature.Certificate{Header: "X-Client"}, deliver("{}", map[string]string{"X-Client": "s3cre"}), false},
	} {
		err := (&Webhooks{Signature: tt.s}).Verify(tt.d, []string{"s3cret"}, hookTime)
		if (err == nil) != tt.good {
			t.Errorf("%T %v: %v", tt.s, tt.d.Header, err)
		}
	}
	if err := (&Webhooks{Signature: signature.Token{Query: "x"}}).Verify(deliver("{}", nil), []string{"1"}, hookTime); err != nil {
		t.Errorf("a token in the query: %v", err)
	}
}

// event is what the program of a webhook sees at a path.
func event(path string) Program {
	p := mustPath(path)
	return func(in *Input) (schema.Value, error) { return p.Of(in.Event, false), nil }
}

func hooked() *Description {
	d := applications()
	d.Webhooks = &Webhooks{
		Signature: signature.HMAC{Header: "X-Signature"}, Secret: Setting("key"), Events: []string{"events"}, Status: 202,
		Event: Event{
			ID: event("uid"), Object: event("type"), Record: event("subject.id"), Parent: event("subject.person"),
			Kind: event("action"), Kinds: map[string]connectors.EventKind{"remove": connectors.EventDeleted, "new": connectors.EventCreated}, At: event("at"),
		},
		Handshakes: []Handshake{
			{When: sure(func(in *Input) bool { return in.Query["validationToken"] != "" }), Unsigned: true, Body: say(func(in *Input) string { return in.Query["validationToken"] })},
			{When: sure(func(in *Input) bool { return in.Body.Field("type").Plain() == "url_verification" }), Body: at("challenge")},
		},
		Size: 2000,
	}
	return d
}

func receive(t *testing.T, body string) (connectors.Received, error) {
	conn, _ := open(t, hooked(), nil)
	return conn.(connectors.Receiver).Receive(deliver(body, map[string]string{"X-Signature": hex.EncodeToString(sign("secret-of-key", body))}))
}

func TestEvents(t *testing.T) {
	got, err := receive(t, `{"events":[
		{"uid":"e1","type":"people","subject":{"id":9007199254740993},"action":"remove","at":1700000000123},
		{"uid":"e2","type":"invoices","subject":{"id":1}},
		{"uid":"e3","type":"applications","subject":{"id":5,"person":"4/x"},"action":"new","at":"2024-05-01T12:00:00Z"},
		{"uid":"e4","type":"people","subject":{"id":"x"},"action":"whatever"}
	]}`)
	if err != nil {
		t.Fatal(err)
	}
	want := connectors.Received{
		Reply: connectors.Reply{Status: 202}, Keep: 72 * time.Hour,
		Events: []connectors.Event{
			{ID: "e1", Object: "people", Record: "9007199254740993", Kind: connectors.EventDeleted, At: time.UnixMilli(1700000000123)},
			{ID: "e3", Object: "applications", Record: "4%2Fx/5", Kind: connectors.EventCreated, At: time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)},
			{ID: "e4", Object: "people", Record: "x"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestHandshakes(t *testing.T) {
	conn, _ := open(t, hooked(), nil)
	got, err := conn.(connectors.Receiver).Receive(&connectors.Delivery{Method: "POST", URL: "/hook?validationToken=a%20b", At: hookTime})
	if err != nil || string(got.Reply.Body) != "a b" || got.Reply.Status != 200 || !strings.HasPrefix(got.Reply.Header["Content-Type"], "text/plain") {
		t.Errorf("%+v %v", got, err)
	}
	const body = `{"type":"url_verification","challenge":"xyz"}`
	if got, err := receive(t, body); err != nil || string(got.Reply.Body) != "xyz" || len(got.Events) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := conn.(connectors.Receiver).Receive(deliver(body, nil)); connectors.KindOf(err) != connectors.Denied {
		t.Errorf("a handshake that has to be signed and is not gave %v", err)
	}
}

func TestHostileDeliveries(t *testing.T) {
	for _, tt := range []struct {
		body string
		want connectors.ErrorKind
	}{
		{``, connectors.Unreadable}, {`{`, connectors.Unreadable}, {`[]`, connectors.Unreadable}, {`{"events":{}}`, connectors.Unreadable}, {`{"events":[1]}`, connectors.Failed},
		{`{"events":[{"type":"people"}]}`, connectors.Unreadable}, {`{"events":[{"type":"people","subject":{"id":1}}]}`, connectors.Unreadable},
		{`{"events":[{"uid":"e","type":"applications","subject":{"id":1}}]}`, connectors.Unreadable},
		{`{"events":[` + strings.Repeat("1,", 1000) + `1]}`, connectors.Denied},
		{strings.Repeat("[", 900), connectors.Unreadable},
		{`"x"`, connectors.Unreadable}, {`7`, connectors.Unreadable}, {`null`, connectors.Unreadable}, {`{"events":"x"}`, connectors.Unreadable},
		{strings.Repeat(`{"events":[`, 80), connectors.Unreadable}, {strings.Repeat("[", 80) + strings.Repeat("]", 80), connectors.Unreadable},
		{"{\"events\":[{\"uid\":\"M\xfcller\",\"type\":\"people\",\"subject\":{\"id\":1}}]}", connectors.Unreadable},
		{"\xff\xfe{\x00}\x00", connectors.Unreadable},
	} {
		got, err := receive(t, tt.body)
		if tt.want == connectors.Failed {
			if err != nil || len(got.Events) != 0 {
				t.Errorf("%.60s: %v %v", tt.body, got, err)
			}
		} else if connectors.KindOf(err) != tt.want {
			t.Errorf("%.60s: %v, want %v", tt.body, err, tt.want)
		}
	}
}
