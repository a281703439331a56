package rest

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/schema"
)

func update(id string, assignments ...connectors.Assignment) connectors.Change {
	return connectors.Change{Verb: "update", ID: id, Set: assignments}
}

// TestEncodings holds what is sent to the forms of the standards.
func TestEncodings(t *testing.T) {
	nested := Field{Field: schema.Field{Name: "city"}, Path: mustPath("address.city"), Write: mustPath("place.city")}
	odd := Field{Field: schema.Field{Name: "odd"}, Path: schema.PathTo("a/b~c")}
	work := Field{Field: schema.Field{Name: "email"}, Path: mustPath("emails[type eq 'work'].value")}
	urn := Field{Field: schema.Field{Name: "dept"}, Path: schema.PathTo("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "department")}
	changes := []connectors.Assignment{set("city", schema.String("Rome")), set("stage", schema.NullValue())}
	for _, tt := range []struct {
		e    Encoding
		set  []connectors.Assignment
		want []string
	}{
		{Fields, changes, []string{`PATCH /v1/people/1 {"place":{"city":"Rome"},"stage":null}`}},
		{Fields, []connectors.Assignment{set("email", schema.String("a@b"))}, []string{"GET /v1/people/1", `PATCH /v1/people/1 {"emails":[{"type":"home","value":"x@y"},{"type":"work","value":"a@b"}]}`}},
		{MergePatch, changes, []string{`PATCH /v1/people/1 {"place":{"city":"Rome"},"stage":null}`}},
		{JSONPatch, append(changes, set("odd", schema.Int(1))), []string{`PATCH /v1/people/1 [{"op":"add","path":"/place/city","value":"Rome"},{"op":"add","path":"/stage","value":null},{"op":"add","path":"/a~1b~0c","value":1}]`}},
		{SCIMPatch, append(changes, set("email", schema.String("a@b")), set("dept", schema.String("R&D"))), []string{`PATCH /v1/people/1 {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"place.city","value":"Rome"},{"op":"remove","path":"stage"},{"op":"replace","path":"emails[type eq \"work\"].value","value":"a@b"},{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"R&D"}]}`}},
		{Entire, changes, []string{"GET /v1/people/1", `PATCH /v1/people/1 {"id":1,"name":"Ada","emails":[{"type":"home","value":"x@y"},{"type":"work","value":"old"}],"place":{"city":"Rome"},"stage":null}`}},
	} {
		d := little()
		o := &d.Objects[0]
		o.Fields = append(o.Fields, nested, odd, work, urn)
		o.Write("update").Steps[0].Encoding = tt.e
		conn, k := open(t, d, answers(map[string]string{
			"GET /v1/people/1": `{"id":1,"name":"Ada","emails":[{"type":"home","value":"x@y"},{"type":"work","value":"old"}]}`, "PATCH /v1/people/1": `{}`,
		}))
		res := write(t, conn, selection("name"), update("1", tt.set...))
		if res[0].Err != nil {
			t.Errorf("%v: %v", tt.e, res[0].Err)
		}
		if diff := cmp.Diff(tt.want, k.asked()); diff != "" {
			t.Errorf("%v: %s", tt.e, diff)
		}
	}
}

// TestFieldsAreServedByVerbs holds that a changed stage is a move, a field goes
// to the endpoint that takes it, and requests keep their order.
func TestFieldsAreServedByVerbs(t *testing.T) {
	d := little()
	o := &d.Objects[0]
	o.Fields = append(o.Fields, Field{Field: schema.Field{Name: "reason"}}, Field{Field: schema.Field{Name: "salary"}}, Field{Field: schema.Field{Name: "locked", ReadOnly: true}})
	person := func(rest string) Path { return below2("/people/", Part{Value: theID}, Part{Text: rest}) }
	o.Write("update").Steps = []Step{
		{Request: Request{Method: "PATCH", Path: person("")}, Takes: []string{"name"}},
		{Request: Request{Method: "PUT", Path: person("/pay")}, Takes: []string{"salary"}},
	}
	isReject := sure(func(in *Input) bool { return in.Args.Field("to").Plain() == "rejected" })
	move := Request{Method: "POST", Path: person("/move"), Body: JSON{Value: func(in *Input) (schema.Value, error) { return in.Args, nil }}}
	o.Writes = append(o.Writes, verbs("Does it.",
		Write{Verb: "reject", Serves: []Serve{{Field: "stage", Arg: "to", When: isReject, Also: []string{"reason"}}}, Steps: []Step{{Request: Request{Method: "POST", Path: person("/reject"), Body: move.Body}, Encoding: Nothing}}},
		Write{Verb: "move", Serves: []Serve{{Field: "stage", Arg: "to"}}, Steps: []Step{{Request: move, Encoding: Nothing}}},
	)...)
	conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/9/pay") {
			w.WriteHeader(422)
		}
	})
	for _, tt := range []struct {
		ch   connectors.Change
		want []string
		kind connectors.ErrorKind
	}{
		{update("1", set("stage", schema.String("offer")), set("name", schema.String("Ada"))), []string{`PATCH /v1/people/1 {"name":"Ada"}`, `POST /v1/people/1/move {"to":"offer"}`}, 0},
		{update("1", set("stage", schema.String("rejected")), set("reason", schema.String("r7"))), []string{`POST /v1/people/1/reject {"to":"rejected","reason":"r7"}`}, 0},
		{update("1", set("salary", schema.Decimal("103000.10"))), []string{`PUT /v1/people/1/pay {"salary":103000.10}`}, 0},
		{connectors.Change{Verb: "move", ID: "1", Args: []connectors.Assignment{set("to", schema.String("hired"))}}, []string{`POST /v1/people/1/move {"to":"hired"}`}, 0},
		{update("9", set("salary", schema.Int(1)), set("name", schema.String("Ada"))), []string{`PATCH /v1/people/9 {"name":"Ada"}`, `PUT /v1/people/9/pay {"salary":1}`}, connectors.Uncertain},
		{update("9", set("salary", schema.Int(1))), []string{`PUT /v1/people/9/pay {"salary":1}`}, connectors.Refused},
		{update("1", set("locked", schema.Int(1))), nil, connectors.Refused},
		{update("1", set("nothing", schema.Int(1))), nil, connectors.Refused},
		{update("1", set("reason", schema.String("alone"))), nil, connectors.Refused},
		{update("..", set("name", schema.String("x"))), nil, connectors.Refused},
	} {
		res := write(t, conn, selection("name"), tt.ch)
		if (res[0].Err != nil) != (tt.kind != 0) || (tt.kind != 0 && connectors.KindOf(res[0].Err) != tt.kind) {
			t.Errorf("%v: %v, want %v", tt.want, res[0].Err, tt.kind)
		}
		if diff := cmp.Diff(tt.want, k.asked()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestTagIsReadFirst holds the grade of an API whose listings tell no revision:
// the tag of a read that shows what was last seen is the condition.
func TestTagIsReadFirst(t *testing.T) {
	d := little()
	o := &d.Objects[0]
	o.Revision = Revision{Header: "ETag"}
	o.Write("update").Guard = IfMatch{Read: true}
	o.Write("update").After = AfterRead
	name, tag, edit := "Ada", 1, false
	conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "PATCH" {
			if edit {
				name, tag = "somebody's", tag+1
			}
			if r.Header.Get("If-Match") != fmt.Sprintf(`"%d"`, tag) {
				w.WriteHeader(412)
				return
			}
			name, tag = "Eve", tag+1
		}
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, tag))
		fmt.Fprintf(w, `{"id":1,"name":%q}`, name)
	})
	sel := selection("name")
	got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"1"})
	if err != nil {
		t.Fatal(err)
	}
	ch := update("1", set("name", schema.String("Eve")))
	ch.Hash = got[0].Hash
	res := write(t, conn, sel, ch)
	if res[0].Err != nil || res[0].Confirmed == nil || res[0].Confirmed.Get("name").Plain() != "Eve" || res[0].Hash == got[0].Hash {
		t.Fatalf("%+v", res[0])
	}
	if res = write(t, conn, sel, ch); connectors.KindOf(res[0].Err) != connectors.Moved {
		t.Errorf("a write on what was changed since gave %v", res[0].Err)
	}
	got, _ = conn.(connectors.Getter).Get(t.Context(), sel, []string{"1"})
	ch.Hash, edit = got[0].Hash, true
	if res = write(t, conn, sel, ch); connectors.KindOf(res[0].Err) != connectors.Moved || name != "somebody's" {
		t.Errorf("an edit between the read and the write: %v, the name is %q", res[0].Err, name)
	}
}

// TestReadBackIsNotSomebodyElses holds that what is read after a write is not
// taken for it where somebody wrote in between.
func TestReadBackIsNotSomebodyElses(t *testing.T) {
	for _, guard := range []Guard{IfMatch{}, Blind{}} {
		d := little()
		o := &d.Objects[0]
		o.Revision = Revision{Path: mustPath("rev")}
		w := o.Write("update")
		w.Guard, w.After, w.Steps[0].Answer.Revision = guard, AfterRead, at("rev")
		conn, _ := open(t, d, answers(map[string]string{
			"PATCH /v1/people/1": `{"rev":2}`, "GET /v1/people/1": `{"id":1,"rev":3,"name":"somebody's"}`,
			"PATCH /v1/people/2": `{"rev":2}`, "GET /v1/people/2": `{"id":2,"rev":2,"name":"ours"}`,
		}))
		one, two := update("1", set("name", schema.String("ours"))), update("2", set("name", schema.String("ours")))
		one.Revision, two.Revision = "1", "1"
		res := write(t, conn, selection("name"), one, two)
		if res[0].Err != nil || res[0].Confirmed != nil || res[0].Hash != 0 || res[0].Revision != "2" {
			t.Errorf("%T: somebody's edit was taken for our write: %+v", guard, res[0])
		}
		if res[1].Confirmed == nil || res[1].Hash == 0 || res[1].Revision != "2" {
			t.Errorf("%T: our write is not confirmed: %+v", guard, res[1])
		}
	}
}

// TestBatchTellsEachResult holds that one refusal refuses one, and that an
// answer which does not tell of every change leaves all uncertain.
func TestBatchTellsEachResult(t *testing.T) {
	d := little()
	u := d.Objects[0].Write("update")
	u.Batch = &Batch{
		Most: 2, Request: Request{Method: "POST", Path: below2("/batch")}, Results: []string{"results"},
		Element: func(in *Input) (schema.Value, error) {
			return schema.Object([]string{"id", "set"}, []schema.Value{schema.String(in.ID), in.Set}), nil
		},
		Status: func(in *Input) (schema.Value, error) { return in.Result.Field("ok"), nil },
	}
	answer := ""
	conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/batch" {
			io.WriteString(w, answer)
		}
	})
	changes := []connectors.Change{update("1", set("name", schema.String("a"))), update("2", set("name", schema.String("b"))), update("3", set("name", schema.String("c"))), update("4", set("locked", schema.Int(1)))}
	kinds := func(answers string) (out []string) {
		answer = answers
		for _, r := range write(t, conn, selection("name"), changes...) {
			out = append(out, map[bool]string{true: "done", false: connectors.KindOf(r.Err).String()}[r.Err == nil])
		}
		return out
	}
	got := kinds(`{"results":[{"ok":true},{"ok":false}]}`)
	if diff := cmp.Diff([]string{"done", "refused", "uncertain", "refused"}, got); diff != "" {
		t.Error(diff)
	}
	want := []string{`POST /v1/batch [{"id":"1","set":{"name":"a"}},{"id":"2","set":{"name":"b"}}]`, `POST /v1/batch [{"id":"3","set":{"name":"c"}}]`}
	if diff := cmp.Diff(want, k.asked()); diff != "" {
		t.Error(diff)
	}
	if got := kinds(`{"results":[{"ok":true}]}`); got[0] != "uncertain" || got[1] != "uncertain" || got[2] != "done" {
		t.Errorf("an answer that tells of one of two: %v", got)
	}
	k.asked()
	u.Batch.Whole = true
	if diff := cmp.Diff([]string{"done", "done", "uncertain", "refused"}, kinds(`{"results":[{"ok":true},{"ok":false}]}`)); diff != "" {
		t.Errorf("what was refused as a whole was not sent one by one: %s", diff)
	}
}

// TestCreatedTogether holds that a child is created by its parent's request.
func TestCreatedTogether(t *testing.T) {
	d := applications()
	d.Objects[0].Write("create").With = []With{{Object: "applications", Into: []string{"applications"}, Made: []string{"applications"}}}
	conn, k := open(t, d, answers(map[string]string{"POST /v1/people": `201 {"id":7,"name":"Ada","applications":[{"id":70},{"id":71}]}`}))
	ch := connectors.Change{Verb: "create", Set: []connectors.Assignment{set("name", schema.String("Ada"))}, With: []connectors.Companion{
		{Object: "applications", Set: []connectors.Assignment{set("job", schema.String("j1"))}}, {Object: "applications", Set: []connectors.Assignment{set("job", schema.String("j2"))}},
		{Object: "applications", Set: []connectors.Assignment{set("job", schema.String("j3"))}},
	}}
	res := write(t, conn, selection("name"), ch)
	if diff := cmp.Diff([]string{`POST /v1/people {"name":"Ada","applications":[{"job":"j1"},{"job":"j2"},{"job":"j3"}]}`}, k.asked()); diff != "" {
		t.Error(diff)
	}
	if w := res[0].With; res[0].ID != "7" || w[0].ID != "7/70" || w[1].ID != "7/71" || connectors.KindOf(w[2].Err) != connectors.Uncertain {
		t.Errorf("%+v", res[0])
	}
}

// TestSameKeyForTheSameOperation holds that an idempotency key goes out again
// with a repeated request, here and by the engine.
func TestSameKeyForTheSameOperation(t *testing.T) {
	d := little()
	d.Objects[0].Write("create").Lost = Creation{By: connectors.CreateIdempotency, Into: Place{InHeader, "Idempotency-Key"}}
	var keys []string
	conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if len(keys) == 1 {
			w.WriteHeader(503)
			return
		}
		io.WriteString(w, `{"id":1}`)
	})
	res := write(t, conn, selection("name"), connectors.Change{Operation: "op", Verb: "create", Set: []connectors.Assignment{set("name", schema.String("x"))}})
	if diff := cmp.Diff([]string{"op", "op"}, keys); diff != "" || res[0].Err != nil || res[0].ID != "1" {
		t.Error(diff, res[0])
	}
}

func TestBodies(t *testing.T) {
	file := func(in *Input) (schema.Value, error) { return in.Args.Field("content"), nil }
	for _, tt := range []struct {
		body Body
		want string
	}{
		{Form{Fields: []Pair{{"a", Text("x&y")}, {"none", Constant(schema.NullValue())}, {"l", Constant(schema.List(schema.Int(1), schema.Int(2)))}}}, "a=x%26y&l=1&l=2"},
		{Verbatim{Type: "text/plain", Text: Text("SELECT 'x'")}, "SELECT 'x'"},
		{JSON{Value: Constant(schema.Object([]string{"n", "absent"}, []schema.Value{schema.Decimal("0.10"), {}}))}, `{"n":0.10}`},
	} {
		d := little()
		d.Objects[0].Writes = append(d.Objects[0].Writes, Write{Verb: "note", Doc: "Notes.", Steps: []Step{{Encoding: Nothing, Request: Request{Method: "POST", Path: below2("/notes"), Body: tt.body}}}})
		conn, k := open(t, d, func(http.ResponseWriter, *http.Request) {})
		write(t, conn, selection("name"), connectors.Change{Verb: "note", ID: "1"})
		if diff := cmp.Diff([]string{"POST /v1/notes " + tt.want}, k.asked()); diff != "" {
			t.Error(diff)
		}
	}
	d := little()
	d.Objects[0].Writes = append(d.Objects[0].Writes, Write{Verb: "attach", Doc: "Attaches.", Steps: []Step{{Encoding: Nothing, Request: Request{Method: "POST", Path: below2("/files"), Body: Multipart{Parts: []FormPart{
		{Name: "id", Content: theID}, {Name: "file", Filename: Text("a\"\r\nb.pdf"), Type: "application/pdf", Content: file, Base64: true},
	}}}}}})
	var got []string
	conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		parts := multipart.NewReader(r.Body, params["boundary"])
		for {
			p, err := parts.NextPart()
			if err != nil {
				return
			}
			text, _ := io.ReadAll(p)
			got = append(got, p.FormName()+"|"+p.FileName()+"|"+p.Header.Get("Content-Type")+"|"+string(text))
		}
	})
	res := write(t, conn, selection("name"), connectors.Change{Verb: "attach", ID: "1", Args: []connectors.Assignment{set("content", schema.String("JVBERg=="))}})
	if diff := cmp.Diff([]string{"id|||1", `file|a"  b.pdf|application/pdf|%PDF`}, got); diff != "" || res[0].Err != nil {
		t.Error(diff, res[0].Err)
	}
}

// TestWhatCannotBeWrittenIsNotSent holds that a field that is read only, or a
// null that the API cannot say, is refused before anything is sent.
func TestWhatCannotBeWrittenIsNotSent(t *testing.T) {
	d := little()
	d.NoNull = true
	conn, k := open(t, d, func(http.ResponseWriter, *http.Request) {})
	res := write(t, conn, selection("name"), update("1", set("updated_at", schema.String("2024-01-01T00:00:00Z"))), update("1", set("name", schema.NullValue())), update("1", set("nobody", schema.Int(1))))
	for i, want := range []string{"updated_at", "name", "nobody"} {
		e, ok := res[i].Err.(*connectors.Error)
		if !ok || e.Kind != connectors.Refused || e.Field != want {
			t.Errorf("%s: %v", want, res[i].Err)
		}
	}
	if log := k.asked(); len(log) != 0 {
		t.Errorf("it was sent: %q", log)
	}
}
