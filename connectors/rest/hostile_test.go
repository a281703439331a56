package rest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/schema"
)

// TestHostileListings holds that an answer that is not understood is told, and
// is never a short or an empty listing.
func TestHostileListings(t *testing.T) {
	for _, tt := range []struct {
		name string
		body string
		want connectors.ErrorKind
		says string
	}{
		{"cut off", `{"data":[{"id":"1"},{"id":`, connectors.Unreadable, ""},
		{"cut off between records", `{"data":[{"id":"1"},`, connectors.Unreadable, ""},
		{"a text for a list", `{"data":"none"}`, connectors.Unreadable, "list"},
		{"an object for a list", `{"data":{"id":"1"}}`, connectors.Unreadable, "list"},
		{"a list at the root", `[{"id":"1"}]`, connectors.Unreadable, "object"},
		{"nothing there", `{"items":[]}`, connectors.Unreadable, `"data"`},
		{"null there", `{"data":null}`, connectors.Unreadable, `"data"`},
		{"an error that is called a success", `{"error":"expired"}`, connectors.Unreadable, ""},
		{"empty", ``, connectors.Unreadable, "empty"},
		{"blank", "  \n", connectors.Unreadable, ""},
		{"a page of HTML", "<!DOCTYPE html><html><body>Log in</body></html>", connectors.Unreadable, ""},
		{"two values", `{"data":[]} {"data":[]}`, connectors.Unreadable, ""},
		{"a number", `7`, connectors.Unreadable, ""},
		{"nested without end", strings.Repeat(`{"data":`, 100_000), connectors.Unreadable, ""},
		{"larger than may be", `{"data":["` + strings.Repeat("x", 1<<20) + `"]}`, connectors.Unreadable, "large"},
		{"the same page for ever", `{"data":[{"id":"1"}],"next":"a"}`, connectors.Unreadable, "before"},
	} {
		d := little()
		d.Limits.Answer = 1 << 20
		d.Objects[0].List.Paging.Most = 50
		conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, tt.body) })
		got := list(t, conn, selection("name"), nil, true)
		if connectors.KindOf(got.err) != tt.want || got.err == nil || got.complete {
			t.Errorf("%s: %v, complete: %v", tt.name, got.err, got.complete)
		} else if !strings.Contains(got.err.Error(), tt.says) {
			t.Errorf("%s: %q does not say %q", tt.name, got.err, tt.says)
		}
	}
}

// TestHostileRecords holds that one record that cannot be read does not stop
// the others.
func TestHostileRecords(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 80) + "1" + strings.Repeat("}", 80)
	conn, _ := open(t, little(), answers(map[string]string{"/v1/people": `{"data":[
		{"id":9007199254740993,"name":"beyond 2^53"}, {"id":12345678901234567890123,"name":"beyond 2^64"},
		{"name":"no id"}, {"id":null}, {"id":{"a":1}}, {"id":""}, "x", 7, null, [],
		{"id":"deep","name":` + deep + `}, {"id":"twice","id":"once"}, {"id":"last","name":"ü"}
	]}`}))
	got := list(t, conn, selection("name"), nil, true)
	if got.err != nil || !got.complete {
		t.Errorf("%v, complete: %v", got.err, got.complete)
	}
	want := []string{"9007199254740993", "12345678901234567890123", "!", "!", "!", "!", "!", "!", "!", "!", "!", "!", "last"}
	if diff := cmp.Diff(want, got.ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"beyond 2^53", "beyond 2^64", "ü"}, got.names); diff != "" {
		t.Error(diff)
	}
}

func TestCharsets(t *testing.T) {
	for _, tt := range []struct {
		kind, body, want string
	}{
		{"application/json; charset=iso-8859-1", "{\"data\":[{\"id\":\"1\",\"name\":\"M\xfcller\"}]}", "Müller"},
		{"application/json", "\xef\xbb\xbf{\"data\":[{\"id\":\"1\",\"name\":\"Müller\"}]}", "Müller"},
		{"application/json", "{\"data\":[{\"id\":\"1\",\"name\":\"M\xfcller\"}]}", ""},
	} {
		conn, _ := open(t, little(), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", tt.kind)
			io.WriteString(w, tt.body)
		})
		got := list(t, conn, selection("name"), nil, true)
		switch {
		case tt.want != "" && (len(got.names) != 1 || got.names[0] != tt.want):
			t.Errorf("%s: read %q, %v", tt.kind, got.names, got.err)
		case tt.want == "" && len(got.names) != 0:
			t.Errorf("%s: what is no UTF-8 was read as %q", tt.kind, got.names)
		}
	}
}

// TestOverlap holds that pages may share records, and that each is listed once.
func TestOverlap(t *testing.T) {
	d := little()
	d.Objects[0].List.Paging = &Paging{Next: ByNumber{First: 1, Into: Place{InQuery, "page"}}, Overlap: true, Stop: []Stop{EndStatus{Status: 404}}}
	conn, _ := open(t, d, answers(map[string]string{
		"/v1/people?page=1": `{"data":[{"id":1},{"id":2}]}`,
		"/v1/people?page=2": `{"data":[{"id":2},{"id":3}]}`,
		"/v1/people?page=3": `{"data":[{"id":1},{"id":2}]}`,
	}))
	got := list(t, conn, selection("name"), nil, true)
	if diff := cmp.Diff([]string{"1", "2", "3"}, got.ids); diff != "" || got.err != nil || !got.complete {
		t.Error(diff, got.err, got.complete)
	}
}

// TestPagesThatNeverEnd holds that an API that leaves out what page was asked
// for does not keep us for ever.
func TestPagesThatNeverEnd(t *testing.T) {
	for name, next := range map[string]Next{"number": ByNumber{Into: Place{InQuery, "page"}}, "offset": ByOffset{Into: Place{InQuery, "at"}}, "key": ByKey{Key: func(in *Input) (schema.Value, error) { return in.Page.Last.Field("id"), nil }, Into: Place{InQuery, "after"}}} {
		d := little()
		d.Objects[0].List.Paging = &Paging{Next: next, Most: 50}
		conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{"data":[{"id":1},{"id":2}]}`) })
		got := list(t, conn, selection("name"), nil, true)
		if n := len(k.asked()); connectors.KindOf(got.err) != connectors.Unreadable || n > 3 {
			t.Errorf("%s: %v after %d requests", name, got.err, n)
		}
	}
}

// TestNextPageElsewhere holds that the credential goes to no host that an
// answer names.
func TestNextPageElsewhere(t *testing.T) {
	var told string
	thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told = r.Header.Get("Authorization")
		io.WriteString(w, `{"data":[]}`)
	}))
	defer thief.Close()
	d := little()
	d.Auth = []Auth{{Name: "key", Doc: "A key.", Needs: []string{"key"}, Scheme: Bearer{Token: Setting("key")}}}
	for _, next := range []Next{ByURL{From: at("next")}, ByLink{}} {
		d.Objects[0].List.Paging = &Paging{Next: next}
		conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", "<"+thief.URL+`/x>; rel="next"`)
			fmt.Fprintf(w, `{"data":[{"id":1}],"next":%q}`, thief.URL+"/x")
		})
		got := list(t, conn, selection("name"), nil, true)
		if connectors.KindOf(got.err) != connectors.Unreadable || told != "" {
			t.Errorf("%T: %v; the other host was told %q", next, got.err, told)
		}
	}
}

// TestHostileIDs holds that an id is one segment of an address, whatever it
// holds.
func TestHostileIDs(t *testing.T) {
	ids := []string{"a/b", "a?b=c", "a#b", "%2e%2e", "a b", "ü", `"`, "a;b", "a\nb", strings.Repeat("long", 100)}
	conn, k := open(t, little(), func(w http.ResponseWriter, r *http.Request) {
		id, _ := url.PathUnescape(strings.TrimPrefix(r.URL.EscapedPath(), "/v1/people/"))
		w.Write(schema.Object([]string{"id"}, []schema.Value{schema.String(id)}).AppendJSON(nil))
	})
	got, err := conn.(connectors.Getter).Get(t.Context(), selection(), append(ids, ".", "..", "", "../../admin"))
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		if got[i].Presence != connectors.Live || got[i].Record.ID != id {
			t.Errorf("%q: %v %v", id, got[i].Presence, got[i].Err)
		}
	}
	for _, g := range got[len(ids):] {
		if g.Presence != connectors.Unknown || g.Err == nil {
			t.Errorf("an id that leads elsewhere gave %v", g.Presence)
		}
	}
	for _, line := range k.asked() {
		if !strings.HasPrefix(line, "GET /v1/people/") || strings.Count(line, "/") != 3 {
			t.Errorf("asked %s", line)
		}
	}
}

// TestAnotherRecord holds that the answer to one id is not taken for another's.
func TestAnotherRecord(t *testing.T) {
	conn, _ := open(t, little(), answers(map[string]string{"/v1/people/1": `{"id":2,"name":"other"}`, "/v1/people/3": "[]", "/v1/people/4": "410 {}", "/v1/people/5": "403 {}"}))
	got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"1", "2", "3", "4", "5"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []connectors.Presence{connectors.Unknown, connectors.Gone, connectors.Unknown, connectors.Gone, connectors.Unknown} {
		if got[i].Presence != want {
			t.Errorf("answer %d is %v, want %v: %v", i, got[i].Presence, want, got[i].Err)
		}
	}
}

// TestWritesThatMayHaveHappened holds that whatever leaves the outcome open is
// uncertain, and whatever does not is not.
func TestWritesThatMayHaveHappened(t *testing.T) {
	hang := func(w http.ResponseWriter, r *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			c.Close()
		}
	}
	say := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	for _, tt := range []struct {
		name   string
		handle http.HandlerFunc
		want   connectors.ErrorKind
	}{
		{"the reply is lost", hang, connectors.Uncertain},
		{"500", say(500, ""), connectors.Uncertain},
		{"502 from a proxy", say(502, "<html>"), connectors.Uncertain},
		{"a success that is HTML", say(200, "<html>signed out</html>"), connectors.Uncertain},
		{"a success that is cut off", say(201, `{"id":`), connectors.Uncertain},
		{"a success without an id", say(201, `{}`), connectors.Uncertain},
		{"a success with nothing", say(201, ``), connectors.Uncertain},
		{"400", say(400, `{}`), connectors.Refused},
		{"409", say(409, `{}`), connectors.Moved},
		{"429 for ever", say(429, ``), connectors.Limited},
		{"403", say(403, ``), connectors.Denied},
	} {
		conn, _ := open(t, little(), tt.handle)
		res := write(t, conn, selection("name"), connectors.Change{Verb: "create", Set: []connectors.Assignment{set("name", schema.String("x"))}})
		if res[0].Err == nil || connectors.KindOf(res[0].Err) != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, res[0].Err, tt.want)
		}
	}
}

// TestErrorsQuoteNobody holds that what an API says about a value reaches no
// error: only its code, where that is a word, and a field that is described.
func TestErrorsQuoteNobody(t *testing.T) {
	const canary = "C4NARY"
	for _, tt := range []struct{ body, says, field string }{
		{`{"code":"DUPLICATE_VALUE","field":"name"}`, "DUPLICATE_VALUE", "name"},
		{`{"code":"value ` + canary + ` is taken","field":"` + canary + `"}`, "status 422", ""},
		{`{"code":"` + strings.Repeat(canary, 20) + `","field":null}`, "status 422", ""},
		{canary, "status 422", ""},
	} {
		d := little()
		d.Rules = []Rule{{Status: []int{4}, Kind: connectors.Refused, Code: at("code"), Field: at("field")}}
		conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(422)
			io.WriteString(w, tt.body)
		})
		res := write(t, conn, selection("name"), connectors.Change{Verb: "update", ID: "1", Set: []connectors.Assignment{set("name", schema.String(canary))}})
		e, ok := res[0].Err.(*connectors.Error)
		if !ok || e.Kind != connectors.Refused || e.Field != tt.field || !strings.Contains(e.Error(), tt.says) {
			t.Errorf("%s: %v", tt.body, res[0].Err)
		}
		if said := fmt.Sprintf("%+v %+v", e, e.Err); strings.Contains(said, canary) {
			t.Errorf("%s: told %s", tt.body, said)
		}
	}
}

// TestSecretsStaySecret holds that no error shows the credential.
func TestSecretsStaySecret(t *testing.T) {
	for _, scheme := range []Scheme{
		Basic{User: Setting("key")}, Bearer{Token: Setting("key")}, HeaderKey{Name: "X-Key", Key: Setting("key")}, QueryKey{Name: "key", Key: Setting("key")},
	} {
		d := little()
		d.Auth = []Auth{{Name: "key", Doc: "A key.", Needs: []string{"key"}, Scheme: scheme}}
		conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(401)
			fmt.Fprint(w, r.Header, r.URL)
		})
		got := list(t, conn, selection("name"), nil, true)
		if connectors.KindOf(got.err) != connectors.Denied || strings.Contains(fmt.Sprintf("%+v", got.err), "secret-of-key") {
			t.Errorf("%T: %+v", scheme, got.err)
		}
		if len(k.asked()) == 0 {
			t.Errorf("%T: nothing was asked", scheme)
		}
	}
}
