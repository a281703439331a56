package rest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/schema"
)

// TestReactions holds what is done about answers that the description has a
// rule for: how often the request is made, and what is told in the end.
func TestReactions(t *testing.T) {
	failed := sure(func(in *Input) bool {
		return in.Body.Field("ok").State() == schema.Present && !in.Body.Field("ok").Bool()
	})
	for _, tt := range []struct {
		name   string
		rule   Rule
		answer string
		write  bool
		times  int
		want   connectors.ErrorKind // Failed: no error
	}{
		{"an error that is called a success", Rule{When: failed, Does: Fail, Kind: connectors.Refused}, `200 {"ok":false}`, true, 1, connectors.Refused},
		{"the same, and it is none", Rule{When: failed, Does: Fail, Kind: connectors.Refused}, `200 {"ok":true,"id":1}`, true, 1, connectors.Failed},
		{"retry of what may have been done", Rule{Status: []int{500}, Does: Retry}, `500 {}`, true, 1, connectors.Uncertain},
		{"retry of what was not done", Rule{Status: []int{500}, Does: Retry, Undone: true}, `500 {}`, true, 2, connectors.Unavailable},
		{"retry of a read", Rule{Status: []int{418}, Does: Retry}, `418 {}`, false, 2, connectors.Unavailable},
		{"wait as told in the body", Rule{When: failed, Does: Wait, After: at("seconds")}, `200 {"ok":false,"seconds":7200}`, true, 1, connectors.Limited},
		{"wait a little", Rule{When: failed, Does: Wait, After: at("seconds")}, `200 {"ok":false,"seconds":0}`, true, 2, connectors.Limited},
		{"ignore", Rule{Status: []int{4}, Does: Ignore}, `409 {"id":1}`, true, 1, connectors.Failed},
		{"refresh what cannot be", Rule{When: failed, Does: Refresh}, `200 {"ok":false}`, true, 1, connectors.Denied},
		{"an end that is none of a write", Rule{Status: []int{400}, Does: EndOfPages}, `400 {}`, true, 1, connectors.Refused},
		{"a beginning that is none of a write", Rule{Status: []int{400}, Does: Restart}, `400 {}`, true, 1, connectors.Refused},
		{"a listing that is for ever begun anew", Rule{Status: []int{410}, Does: Restart}, `410 {}`, false, 2, connectors.Unreadable},
		{"a header that is there", Rule{Header: "Date", Does: Fail, Kind: connectors.Denied}, `200 {"id":1}`, true, 1, connectors.Denied},
		{"a header that is not", Rule{Header: "X-Nope", Does: Fail, Kind: connectors.Denied}, `200 {"id":1}`, true, 1, connectors.Failed},
		{"a rule that fails", Rule{When: func(*Input) (schema.Value, error) { return schema.Bool(true), fmt.Errorf("no") }, Kind: connectors.Denied}, `200 {"id":1}`, true, 1, connectors.Failed},
	} {
		d := little()
		d.Rules = []Rule{tt.rule}
		conn, k := open(t, d, answers(map[string]string{"/v1/people": tt.answer}))
		var err error
		if tt.write {
			err = write(t, conn, selection("name"), connectors.Change{Verb: "create", Set: []connectors.Assignment{set("name", schema.String("x"))}})[0].Err
		} else {
			err = list(t, conn, selection("name"), nil, true).err
		}
		if (err == nil) != (tt.want == connectors.Failed) || connectors.KindOf(err) != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if n := len(k.asked()); n != tt.times {
			t.Errorf("%s: it was sent %d times, want %d", tt.name, n, tt.times)
		}
	}
}

// TestRulesStandInOrder holds that a request's rule comes before its object's,
// and that before the description's.
func TestRulesStandInOrder(t *testing.T) {
	d := little()
	o := &d.Objects[0]
	d.Rules = []Rule{{Status: []int{400}, Kind: connectors.Denied}}
	o.Rules = []Rule{{Status: []int{400}, Kind: connectors.Moved}}
	o.Write("update").Steps[0].Request.Rules = []Rule{{Status: []int{400}, Kind: connectors.NotFound}}
	d.Probe = &Request{Path: below2("/probe")}
	conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(400) })
	if err := conn.(connectors.Checker).Check(t.Context()); connectors.KindOf(err) != connectors.Denied {
		t.Errorf("the probe: %v", err)
	}
	create := connectors.Change{Verb: "create", Set: []connectors.Assignment{set("name", schema.String("x"))}}
	res := write(t, conn, selection("name"), create, update("1", set("name", schema.String("x"))))
	if connectors.KindOf(res[0].Err) != connectors.Moved || connectors.KindOf(res[1].Err) != connectors.NotFound {
		t.Error(res[0].Err, res[1].Err)
	}
}

// TestConditionOfTheSecondRequest holds that the requests after the first carry
// the revision that the first made.
func TestConditionOfTheSecondRequest(t *testing.T) {
	for _, tells := range []bool{true, false} {
		d := little()
		o := &d.Objects[0]
		o.Revision = Revision{Path: mustPath("rev")}
		w := o.Write("update")
		w.Guard = IfMatch{}
		w.Steps = []Step{{Request: w.Steps[0].Request, Takes: []string{"name"}}, {Request: w.Steps[0].Request, Takes: []string{"stage"}}}
		if tells {
			w.Steps[0].Answer.Revision = at("rev")
		}
		rev := 5
		var log []string
		conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) {
			log = append(log, r.Method+" "+r.Header.Get("If-Match"))
			if r.Method == "PATCH" {
				if r.Header.Get("If-Match") != fmt.Sprint(rev) {
					w.WriteHeader(412)
					return
				}
				rev++
			}
			fmt.Fprintf(w, `{"id":1,"rev":%d}`, rev)
		})
		ch := update("1", set("name", schema.String("a")), set("stage", schema.String("b")))
		ch.Revision = "5"
		res := write(t, conn, selection("name"), ch)
		want := []string{"PATCH 5", "PATCH 6"}
		if !tells {
			want = []string{"PATCH 5", "GET ", "PATCH 6"}
		}
		if diff := cmp.Diff(want, log); diff != "" || res[0].Err != nil {
			t.Error(diff, res[0].Err)
		}
		ch.Revision = "5"
		if res = write(t, conn, selection("name"), ch); connectors.KindOf(res[0].Err) != connectors.Moved {
			t.Errorf("a condition that does not hold gave %v", res[0].Err)
		}
		ch.Revision = ""
		if res = write(t, conn, selection("name"), ch); connectors.KindOf(res[0].Err) != connectors.Refused {
			t.Errorf("a change without a revision gave %v", res[0].Err)
		}
	}
}

// TestRemovedAreToldWithChanges holds that an API that lists what was deleted
// is asked for it.
func TestRemovedAreToldWithChanges(t *testing.T) {
	s, conn, sel := stocked(t, serveSalesforce, 3)
	sel.Cursor = "updated_at"
	first := list(t, conn, sel, nil, true)
	s.mu.Lock()
	s.rows["p1"].gone = s.now
	s.mu.Unlock()
	second := list(t, conn, sel, first.next, false)
	if diff := cmp.Diff([]string{"p2", "-p1"}, second.ids); diff != "" || second.err != nil || second.complete {
		t.Error(diff, second.err, second.complete)
	}
}

// TestLongAddresses holds that ids are asked for in as many requests as their
// addresses need.
func TestLongAddresses(t *testing.T) {
	s, conn, sel := stocked(t, serveSalesforce, 60)
	s.d.Limits.Address = 500
	var ids []string
	for i := range 60 {
		ids = append(ids, fmt.Sprintf("p%d", i))
	}
	got, err := conn.(connectors.Getter).Get(t.Context(), sel, append(ids, "nobody"))
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range got[:60] {
		if g.Record == nil || g.Record.ID != ids[i] {
			t.Errorf("%s: %v %v", ids[i], g.Presence, g.Err)
		}
	}
	if got[60].Presence != connectors.Gone {
		t.Errorf("nobody is %v", got[60].Presence)
	}
	for _, r := range s.log {
		if n := len(r.URL.RequestURI()); n > 500 {
			t.Errorf("an address of %d bytes", n)
		}
	}
}

// TestPayloads holds that a batch is cut to what a request may carry, and that
// one change that is larger is refused unsent.
func TestPayloads(t *testing.T) {
	d := little()
	d.Limits.Payload = 200
	u := d.Objects[0].Write("update")
	u.Batch = &Batch{Most: 100, Request: Request{Method: "POST", Path: below2("/batch")}}
	conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		v, _ := schema.FromJSON(body)
		w.Write(v.AppendJSON(nil))
	})
	var changes []connectors.Change
	for i := range 20 {
		changes = append(changes, update(fmt.Sprint(i+1), set("name", schema.String(strings.Repeat("x", 20)))))
	}
	changes = append(changes, update("21", set("name", schema.String(strings.Repeat("x", 300)))))
	res := write(t, conn, selection("name"), changes...)
	for i, r := range res {
		if (r.Err == nil) != (i < 20) {
			t.Errorf("change %d: %v", i, r.Err)
		}
	}
	for _, line := range k.asked() {
		if len(line) > 200+len("POST /v1/batch ") {
			t.Errorf("a body of %d bytes", len(line))
		}
	}
}

// TestTokensAreAskedFor holds what a token's endpoint is sent.
func TestTokensAreAskedFor(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	token := underURL("/v1/token")
	for name, tt := range map[string]struct {
		s     Scheme
		holds func(form url.Values, r *http.Request) bool
	}{
		"jwt": {JWTBearer{TokenURL: token, Issuer: Text("me"), Subject: Text("you"), Key: Text(text), Scopes: []string{"a", "b"}}, func(form url.Values, _ *http.Request) bool {
			parts := strings.Split(form.Get("assertion"), ".")
			if len(parts) != 3 {
				return false
			}
			claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
			return strings.Contains(string(claims), `"iss":"me"`) && strings.Contains(string(claims), `"scope":"a b"`) && strings.Contains(string(claims), `"sub":"you"`)
		}},
		"client credentials": {ClientCredentials{TokenURL: token, ID: Text("me"), Secret: Setting("key"), Params: []Pair{{"audience", Text("x")}}}, func(form url.Values, r *http.Request) bool {
			user, password, _ := r.BasicAuth()
			return form.Get("audience") == "x" && user == "me" && password == "secret-of-key"
		}},
		"in the body": {ClientCredentials{TokenURL: token, ID: Text("me"), Secret: Setting("key"), InBody: true}, func(form url.Values, _ *http.Request) bool {
			return form.Get("client_id") == "me" && form.Get("client_secret") == "secret-of-key"
		}},
		"refresh": {RefreshToken{TokenURL: token, ID: Text("me"), Token: Setting("key")}, func(form url.Values, _ *http.Request) bool {
			return form.Get("refresh_token") == "secret-of-key" && form.Get("grant_type") == "refresh_token"
		}},
	} {
		d := little()
		d.Auth = []Auth{{Name: "a", Doc: "A.", Needs: []string{"key"}, Scheme: tt.s}}
		held := false
		conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/v1/token" {
				if r.Header.Get("Authorization") != "Bearer t" {
					w.WriteHeader(401)
				}
				io.WriteString(w, `{"data":[]}`)
				return
			}
			body, _ := io.ReadAll(r.Body)
			form, _ := url.ParseQuery(string(body))
			held = tt.holds(form, r)
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"access_token":"t","token_type":"Bearer","expires_in":3600}`)
		})
		if got := list(t, conn, selection("name"), nil, true); got.err != nil || !held {
			t.Errorf("%s: %v, the request is right: %v", name, got.err, held)
		}
	}
}

// TestErrorsBesideData holds that a mutation which answers with errors and with
// data may have been carried out.
func TestErrorsBesideData(t *testing.T) {
	for answer, want := range map[string]connectors.ErrorKind{
		`{"data":null,"errors":[{}]}`: connectors.Refused, `{"errors":[{}]}`: connectors.Refused, `{"data":{"x":1},"errors":[{}]}`: connectors.Uncertain,
	} {
		d := little()
		d.Objects[0].Write("update").Steps[0].Request = Request{Method: "POST", Path: below2("/graphql"), Body: GraphQL{Query: "mutation"}}
		conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, answer) })
		if res := write(t, conn, selection("name"), update("1", set("name", schema.String("x")))); connectors.KindOf(res[0].Err) != want {
			t.Errorf("%s: %v, want %v", answer, res[0].Err, want)
		}
	}
}
