package rest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/httpclient"
	"syncline/schema"
)

var apis = map[string]func(testing.TB) *server{"greenhouse": serveGreenhouse, "salesforce": serveSalesforce, "scim": serveSCIM, "graphql": serveGraphQL}

// stocked serves an API that holds n people, and opens it.
func stocked(t *testing.T, serve func(testing.TB) *server, n int) (*server, connectors.Conn, *connectors.Selection) {
	t.Helper()
	s := serve(t)
	var rows []connectortest.Row
	for i := range n {
		rows = append(rows, connectortest.Row{ID: fmt.Sprintf("p%d", i), Values: map[string]schema.Value{"name": schema.String("n")}})
	}
	place := s.place(connectortest.Fields(), rows, connectors.Selection{Object: "people"})
	began := s.now
	var slept atomic.Int64 // the clock moves by what is slept, and not otherwise
	conn, err := s.d.Definition(Options{HTTP: httpclient.Options{
		Retry: httpclient.Retry{Attempts: 4},
		Clock: func() time.Time { return began.Add(time.Duration(slept.Load())) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			slept.Add(int64(d))
			return ctx.Err()
		},
	}}).Open(t.Context(), place.Settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	sel := place.Selection
	sel.Shape = schema.NewShape(connectortest.Fields()...)
	return s, conn, &sel
}

// TestTroubleOnTheWay holds that refusals for now, answers that fail and tokens
// that expire cost time and nothing else: the listing is whole, and every write
// happens once.
func TestTroubleOnTheWay(t *testing.T) {
	for name, serve := range apis {
		s, conn, sel := stocked(t, serve, 120)
		n := 0
		s.wrong = func(op string, _ int, w http.ResponseWriter) bool {
			n++
			read := op == "list" || op == "get" || op == "find"
			switch {
			case n%5 == 1:
				w.Header().Set("Retry-After", "1")
				w.WriteHeader(http.StatusTooManyRequests)
			case n%5 == 2 && read:
				w.WriteHeader(http.StatusServiceUnavailable)
			case n%5 == 3:
				s.calls["token"]++ // what was given is not good any more
				return false
			default:
				return false
			}
			return true
		}
		got := list(t, conn, sel, nil, true)
		if len(got.ids) != 120 || !got.complete || got.err != nil {
			t.Errorf("%s: %d records, complete: %v, %v", name, len(got.ids), got.complete, got.err)
		}
		before := s.rows["p7"].rev
		found, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"p7"})
		if err != nil || found[0].Record == nil {
			t.Fatalf("%s: %v %+v", name, err, found)
		}
		ch := update("p7", set("name", schema.String("after")))
		ch.Revision, ch.Hash = found[0].Record.Revision, found[0].Hash
		if res := write(t, conn, sel, ch); res[0].Err != nil || s.rows["p7"].rev != before+1 {
			t.Errorf("%s: %v; the record was written %d times", name, res[0].Err, s.rows["p7"].rev-before)
		}
	}
}

// TestLostReplies holds that a write whose reply is lost is uncertain, that it
// was not sent twice, and that what the facts promise about a create holds: it
// is found again, or sent again it makes no second record.
func TestLostReplies(t *testing.T) {
	for name, serve := range apis {
		s, conn, sel := stocked(t, serve, 3)
		lost := true
		s.lose = func(op string) bool { return lost && !slices.Contains([]string{"list", "get", "find"}, op) }
		create := connectors.Change{Operation: "op-1", Verb: "create", Set: []connectors.Assignment{set("name", schema.String("newcomer"))}}
		by := s.o.Write("create").Lost.By
		if by == connectors.CreateExternalID {
			create.NewID = "chosen"
		}
		res := write(t, conn, sel, create)
		if connectors.KindOf(res[0].Err) != connectors.Uncertain && by != connectors.CreateIdempotency {
			t.Errorf("%s: a create whose reply is lost gave %v", name, res[0].Err)
		}
		if n := s.count(); n != 4 {
			t.Errorf("%s: %d records after one create", name, n-3)
		}
		found, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"p1"})
		if err != nil {
			t.Fatal(err)
		}
		before := s.revs("p1")
		ch := update("p1", set("name", schema.String("after")))
		ch.Revision, ch.Hash = found[0].Record.Revision, found[0].Hash
		if res := write(t, conn, sel, ch); connectors.KindOf(res[0].Err) != connectors.Uncertain || s.revs("p1") != before+1 {
			t.Errorf("%s: an update whose reply is lost gave %v; it was carried out %d times", name, res[0].Err, s.revs("p1")-before)
		}
		s.mu.Lock()
		lost = false
		s.mu.Unlock()
		switch by {
		case connectors.CreateIdempotency:
			create.Uncertain = true
			if res := write(t, conn, sel, create); res[0].Err != nil || s.count() != 4 {
				t.Errorf("%s: sent again: %v, %d records", name, res[0].Err, s.count())
			}
		case connectors.CreateExternalID:
			found, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"chosen"})
			if err != nil || found[0].Presence != connectors.Live {
				t.Errorf("%s: it is not found by the id that was chosen: %v %+v", name, err, found)
			}
		case connectors.CreateKeySearch:
			found, err := conn.(connectors.Finder).Find(t.Context(), sel, []connectors.Query{{Paths: []string{"name"}, Values: [][]schema.Value{{schema.String("newcomer")}}}})
			if err != nil || len(found[0]) != 1 {
				t.Errorf("%s: it is not found by its keys: %v %+v", name, err, found)
			}
		}
	}
}

// TestWaysToLogIn holds which way is taken, and what is said where none can be.
func TestWaysToLogIn(t *testing.T) {
	ways := []Auth{
		{Name: "session", Doc: "A session.", Needs: []string{"user", "password"}, Scheme: Session{
			Login: Request{Method: "POST", Path: below2("/login"), Body: JSON{Value: func(in *Input) (schema.Value, error) {
				return schema.Object([]string{"password"}, []schema.Value{in.Settings.Field("password")}), nil
			}}},
			Token: at("ticket"), Into: Place{InHeader, "X-Session"},
		}},
		{Name: "key", Doc: "A key.", Needs: []string{"key"}, Scheme: QueryKey{Name: "api_key", Key: Setting("key")}},
	}
	settings := append(urlSetting(), schema.Field{Name: "user", Doc: "U."}, schema.Field{Name: "password", Doc: "P.", Secret: true})
	for _, tt := range []struct {
		given map[string]string
		want  string
	}{
		{map[string]string{"key": "k1"}, "GET /v1/people?api_key=k1"},
		{map[string]string{"key": "k1", "user": "u", "password": "p"}, `POST /v1/login {"password":"p"}; GET /v1/people X-Session=t1`},
		{map[string]string{"key": "k1", "user": "u", "password": "p", "auth": "key"}, "GET /v1/people?api_key=k1"},
		{map[string]string{"user": "u"}, "session lacks password"},
		{map[string]string{"auth": "magic"}, "magic"},
	} {
		d := little()
		d.Auth, d.Settings = ways, settings
		var log []string
		conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
			line := r.Method + " " + r.URL.RequestURI()
			if s := r.Header.Get("X-Session"); s != "" {
				line += " X-Session=" + s
			}
			if r.URL.Path == "/v1/login" {
				line += ` {"password":"p"}`
			}
			log = append(log, line)
			fmt.Fprint(w, `{"ticket":"t1","data":[]}`)
		})
		set := connectors.Settings{System: "s", Values: map[string]schema.Value{"url": schema.String(k.url)}, Secret: func(n string) (string, error) {
			if v, ok := tt.given[n]; ok && (n == "key" || n == "password") {
				return v, nil
			}
			return "", fmt.Errorf("it has no secret")
		}}
		for n, v := range tt.given {
			if n == "user" || n == "auth" {
				set.Values[n] = schema.String(v)
			}
		}
		conn, err := Open(t.Context(), d, set, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := list(t, conn, selection("name"), nil, true)
		said := strings.Join(log, "; ")
		if got.err != nil {
			said = got.err.Error()
		}
		if !strings.Contains(said, tt.want) {
			t.Errorf("%v: %s, want %s", tt.given, said, tt.want)
		}
		conn.Close()
	}
}

// TestOpeningAsksNobody holds that a system opens without a secret and without
// the network, so that what it has can be known when compiling.
func TestOpeningAsksNobody(t *testing.T) {
	d := greenhouse()
	def := d.Definition(Options{})
	set := connectors.Settings{System: "s", Values: map[string]schema.Value{"url": schema.String("https://nowhere.invalid")}, Secret: func(string) (string, error) {
		t.Error("a secret was asked for")
		return "", fmt.Errorf("no")
	}}
	if !def.Offline(set) {
		t.Fatal("it does not open offline")
	}
	conn, err := def.Open(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := conn.(connectors.Lister).Objects(t.Context())
	if err != nil || len(objects) != 1 || objects[0].Fields[0].Name != "id" {
		t.Errorf("%v %+v", err, objects)
	}
	for _, base := range []string{"", "nowhere", "ftp://x", "https://user:pass@x", "https://x/?a=b"} {
		set.Values["url"] = schema.String(base)
		d.Base = Setting("url")
		if _, err := def.Open(t.Context(), set); connectors.KindOf(err) != connectors.Refused {
			t.Errorf("the base %q gave %v", base, err)
		}
	}
}

// TestDiscovery holds that an object's own fields are asked for once and can
// be read and written.
func TestDiscovery(t *testing.T) {
	d := little()
	d.Objects[0].Discover = &Discovery{
		Request: Request{Path: below2("/fields")},
		Name:    func(in *Input) (schema.Value, error) { return in.Record.Field("key"), nil },
		Type:    func(in *Input) (schema.Value, error) { return in.Record.Field("type"), nil },
		Path:    say(func(in *Input) string { return "custom." + in.Record.Field("key").Plain() }),
		When:    sure(func(in *Input) bool { return in.Record.Field("type").Plain() != "formula" }),
	}
	conn, k := open(t, d, answers(map[string]string{
		"/v1/fields":         `[{"key":"shoe","type":"int?"},{"key":"name","type":"string"},{"key":"sum","type":"formula"}]`,
		"GET /v1/people":     `{"data":[{"id":1,"custom":{"shoe":42}}]}`,
		"PATCH /v1/people/1": `{}`,
	}))
	objects, err := conn.(connectors.Lister).Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if last := objects[0].Fields[len(objects[0].Fields)-1]; last.Name != "shoe" || last.Type.String() != "int?" || len(objects[0].Fields) != 5 {
		t.Errorf("%+v", objects[0].Fields)
	}
	if got := list(t, conn, selection("shoe"), nil, true); got.err != nil || got.names[0] != "42" {
		t.Error(got)
	}
	if res := write(t, conn, selection("shoe"), update("1", set("shoe", schema.Int(43)))); res[0].Err != nil {
		t.Error(res[0].Err)
	}
	log := k.asked()
	if log[len(log)-1] != `PATCH /v1/people/1 {"custom":{"shoe":43}}` || len(log) != 3 {
		t.Errorf("%q", log)
	}
}
