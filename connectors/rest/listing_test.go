package rest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/schema"
)

// applications are records below people: listed per person, with ids that are
// unique only there.
func applications() *Description {
	d := little()
	d.Limits.Parallel = 2
	d.Objects = append(d.Objects, Object{
		Name: "applications", Doc: "Applications.", Identity: Identity{Path: mustPath("id"), Qualified: true, Parent: "person"},
		Fields: []Field{
			{Field: schema.Field{Name: "person"}}, {Field: schema.Field{Name: "job"}},
			{Field: schema.Field{Name: "person_name"}, Path: mustPath("name"), FromParent: true},
			{Field: schema.Field{Name: "updated_at", Type: schema.Type{Kind: schema.KindTimestamp}}},
		},
		Get: &Getting{Request: Request{Path: below2("/people/", Part{Value: say(func(in *Input) string { return in.ParentID })}, Part{Text: "/applications/"}, Part{Value: theID})}},
		List: &Listing{
			Request:     Request{Path: below2("/people/", Part{Value: say(func(in *Input) string { return in.ParentID })}, Part{Text: "/applications"})},
			Each:        &Each{Object: "people", When: sure(func(in *Input) bool { return in.Parent.Field("name").Plain() != "skip" })},
			Incremental: Changes{Field: "updated_at", Since: Place{InQuery, "since"}},
		},
	})
	return d
}

func TestChildren(t *testing.T) {
	canned := map[string]string{
		"/v1/people":                      `{"data":[{"id":1,"name":"Ada"},{"id":2,"name":"skip"},{"id":3,"name":"gone"}],"next":"x"}`,
		"/v1/people?after=x":              `{"data":[{"id":"4/x","name":"Eve"}]}`,
		"/v1/people/1/applications":       `[{"id":"a","job":"j1"},{"id":"b","job":"j2"}]`,
		"/v1/people/4%2Fx/applications":   `[{"id":"a","job":"j3"}]`,
		"/v1/people/4%2Fx/applications/a": `{"id":"a","job":"j3"}`,
	}
	conn, k := open(t, applications(), answers(canned))
	sel := &connectors.Selection{Object: "applications", Shape: schema.NewShape(schema.Field{Name: "job"}, schema.Field{Name: "person"})}
	got := list(t, conn, sel, nil, true)
	if diff := cmp.Diff([]string{"1/a", "1/b", "4%2Fx/a"}, got.ids); diff != "" || got.err != nil || !got.complete {
		t.Error(diff, got.err, got.complete)
	}
	if diff := cmp.Diff([]string{"j1", "j2", "j3"}, got.names); diff != "" {
		t.Error(diff)
	}
	for _, line := range k.asked() {
		if strings.Contains(line, "/2/") {
			t.Errorf("a parent that is not wanted was asked: %s", line)
		}
	}
	found, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"4%2Fx/a", "4/x", "nobody"})
	if err != nil {
		t.Fatal(err)
	}
	if found[0].Record == nil || found[0].Record.Get("person").Plain() != "4/x" || found[1].Presence != connectors.Gone || found[2].Presence != connectors.Gone {
		t.Errorf("%+v", found)
	}
}

// TestChildrenGoOnPerParent holds that a listing goes on per parent, and that a
// parent that is new is listed whole.
func TestChildrenGoOnPerParent(t *testing.T) {
	people := `{"data":[{"id":1,"name":"Ada"}]}`
	conn, k := open(t, applications(), func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Date(2024, 5, 2, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat))
		if r.URL.Path == "/v1/people" {
			fmt.Fprint(w, people)
			return
		}
		fmt.Fprint(w, `[{"id":"a","job":"j","updated_at":"2024-05-01T10:00:00Z"}]`)
	})
	sel := &connectors.Selection{Object: "applications", Cursor: "updated_at", Shape: schema.NewShape(schema.Field{Name: "job"}, schema.Field{Name: "person_name"})}
	first := list(t, conn, sel, nil, true)
	k.asked()
	people = `{"data":[{"id":1,"name":"Ada"},{"id":2,"name":"Eve"}]}`
	second := list(t, conn, sel, first.next, false)
	want := []string{"GET /v1/people", "GET /v1/people/1/applications?since=2024-05-01T10%3A00%3A00Z", "GET /v1/people/2/applications"}
	log := k.asked()
	if len(log) == 3 && log[1] > log[2] {
		log[1], log[2] = log[2], log[1] // they are asked at once
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Error(diff)
	}
	if first.err != nil || second.err != nil || second.complete {
		t.Error(first.err, second.err, second.complete)
	}
}

// TestNested holds that records inside others are found with their parents.
func TestNested(t *testing.T) {
	d := little()
	o := &d.Objects[0]
	o.Identity = Identity{Path: mustPath("id"), Qualified: true, Parent: "job"}
	o.Fields = append(o.Fields, Field{Field: schema.Field{Name: "title"}, FromParent: true}, Field{Field: schema.Field{Name: "job"}})
	o.Writes = nil
	o.List.Records = Records{At: []string{"jobs", "*", "openings"}, Optional: true}
	conn, _ := open(t, d, answers(map[string]string{"/v1/people": `{"jobs":[{"id":"j1","title":"Cook","openings":[{"id":1},{"id":2}]},{"id":"j2","openings":null},{"title":"Waiter","openings":[{"id":1}],"id":"j3"}]}`}))
	sel := selection("title", "job")
	got := list(t, conn, sel, nil, true)
	if diff := cmp.Diff([]string{"j1/1", "j1/2", "j3/1"}, got.ids); diff != "" || got.err != nil {
		t.Error(diff, got.err)
	}
	if diff := cmp.Diff([]string{"Cook", "Cook", "Waiter"}, got.names); diff != "" {
		t.Error(diff)
	}
}

// TestDetails holds both ways to read what a listing only names.
func TestDetails(t *testing.T) {
	canned := map[string]string{
		"/v1/people":   `{"data":[{"id":1,"rev":5},{"id":2,"rev":6}]}`,
		"/v1/people/1": `{"id":1,"rev":5,"name":"Ada"}`,
		"/v1/people/2": `{"id":2,"rev":6,"name":"Eve"}`,
	}
	d := little()
	d.Objects[0].Revision = Revision{Path: mustPath("rev")}
	d.Objects[0].List.Detail = OnChange
	conn, k := open(t, d, answers(canned))
	stream, err := conn.(connectors.Reader).Read(t.Context(), selection("name"), nil, true)
	if err != nil {
		t.Fatal(err)
	}
	var b connectors.Batch
	if err := stream.Next(t.Context(), &b); err != nil || len(b.Items) != 2 || b.Items[0].Raw != nil || len(k.asked()) != 1 {
		t.Errorf("%v: %+v", err, b.Items)
	}
	got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"1"})
	if err != nil || got[0].Hash != b.Items[0].Hash || got[0].Record.Get("name").Plain() != "Ada" {
		t.Errorf("%v: %+v", err, got)
	}

	d = little()
	d.Objects[0].List.Detail = Always
	canned["/v1/people"] = `{"data":[1,2,"3"]}`
	conn, _ = open(t, d, answers(canned))
	all := list(t, conn, selection("name"), nil, true)
	if diff := cmp.Diff([]string{"1", "2"}, all.ids); diff != "" || all.err != nil || cmp.Diff([]string{"Ada", "Eve"}, all.names) != "" {
		t.Error(diff, all.names, all.err)
	}
}

// TestNothingIsLostBehindTheListing holds that the next listing begins no later
// than this one did: a record that was listed late and changed later must not
// hide one that changed after it was listed.
func TestNothingIsLostBehindTheListing(t *testing.T) {
	d := little()
	d.Objects[0].List.Incremental = Changes{Field: "updated_at", Since: Place{InQuery, "since"}, Overlap: time.Minute}
	began := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", began.Format(http.TimeFormat))
		if r.URL.Query().Get("after") != "" {
			w.Header().Set("Date", began.Add(time.Hour).Format(http.TimeFormat))
			fmt.Fprint(w, `{"data":[{"id":2,"updated_at":"2024-05-01T12:30:00Z"}]}`)
			return
		}
		fmt.Fprint(w, `{"data":[{"id":1,"updated_at":"2024-04-01T00:00:00Z"}],"next":"x"}`)
	})
	sel := selection("name")
	sel.Cursor = "updated_at"
	first := list(t, conn, sel, nil, true)
	k.asked()
	second := list(t, conn, sel, first.next, false)
	if first.err != nil || second.err != nil || !first.complete || second.complete {
		t.Fatal(first, second)
	}
	if log := k.asked(); log[0] != "GET /v1/people?since=2024-05-01T11%3A59%3A00Z" {
		t.Errorf("the next listing asked %s", log[0])
	}
	if third := list(t, conn, sel, connectors.Checkpoint("{"), false); connectors.KindOf(third.err) != connectors.Refused {
		t.Errorf("a checkpoint of somebody else's gave %v", third.err)
	}
}

func TestWindows(t *testing.T) {
	d := little()
	day := 24 * time.Hour
	d.Objects[0].List.Incremental = Changes{Field: "updated_at", Since: Place{InQuery, "from"}, Until: Place{InQuery, "to"}, Window: 30 * day, Earliest: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	d.Objects[0].List.Paging = nil
	conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"data":[{"id":"edge"},{"id":%q}]}`, r.URL.Query().Get("from")[:10])
	})
	got := list(t, conn, selection("name"), nil, true)
	want := []string{"GET /v1/people?from=2024-01-01T00%3A00%3A00Z&to=2024-01-31T00%3A00%3A00Z", "GET /v1/people?from=2024-01-31T00%3A00%3A00Z"}
	if diff := cmp.Diff(want, k.asked()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"edge", "2024-01-01", "2024-01-31"}, got.ids); diff != "" || !got.complete {
		t.Error(diff, got.err)
	}
}

// TestSyncToken holds that a listing goes on with the token it was given, and
// begins anew where the API has forgotten it.
func TestSyncToken(t *testing.T) {
	d := little()
	l := d.Objects[0].List
	l.Incremental = SyncToken{From: at("sync"), Into: Place{InQuery, "sync"}}
	l.Request.Rules = []Rule{{Status: []int{410}, Does: Restart}}
	d.Objects[0].Gone = &Mark{Path: mustPath("deleted")}
	conn, _ := open(t, d, answers(map[string]string{
		"/v1/people":         `{"data":[{"id":1},{"id":2}],"next":"x"}`,
		"/v1/people?after=x": `{"data":[{"id":3},{"id":4,"deleted":true}],"sync":"s1"}`,
		"/v1/people?sync=s1": `{"data":[{"id":3},{"id":2,"deleted":true}],"sync":"s2"}`,
		"/v1/people?sync=s2": "410 {}",
	}))
	sel := selection("name")
	sel.Cursor = "updated_at"
	first := list(t, conn, sel, nil, true)
	second := list(t, conn, sel, first.next, false)
	third := list(t, conn, sel, second.next, false)
	for i, want := range [][]string{{"1", "2", "3"}, {"3", "-2"}, {"1", "2", "3"}} {
		l := []listing{first, second, third}[i]
		if i == 2 {
			l.ids = slicesWithout(l.ids, "-4")
		}
		if diff := cmp.Diff(want, l.ids); diff != "" || l.err != nil || l.complete != (i != 1) {
			t.Errorf("listing %d: %s %v, complete: %v", i, diff, l.err, l.complete)
		}
	}
}

// TestSyncTokenOnPages holds that a token goes with every page where the API
// asks for that, and with the first alone where not.
func TestSyncTokenOnPages(t *testing.T) {
	for _, pages := range []bool{false, true} {
		d := little()
		d.Objects[0].List.Incremental = SyncToken{From: at("sync"), Into: Place{InQuery, "sync"}, Pages: pages}
		second := "/v1/people?after=x"
		if pages {
			second += "&sync=s1"
		}
		conn, _ := open(t, d, answers(map[string]string{
			"/v1/people": `{"data":[{"id":1}],"sync":"s1"}`, "/v1/people?sync=s1": `{"data":[{"id":2}],"next":"x"}`, second: `{"data":[{"id":3}],"sync":"s2"}`,
		}))
		sel := selection("name")
		sel.Cursor = "updated_at"
		first := list(t, conn, sel, nil, true)
		if got := list(t, conn, sel, first.next, false); got.err != nil || !slices.Equal(got.ids, []string{"2", "3"}) {
			t.Errorf("pages = %v: %v %v", pages, got.ids, got.err)
		}
	}
}

func slicesWithout(list []string, what string) (out []string) {
	for _, s := range list {
		if s != what {
			out = append(out, s)
		}
	}
	return out
}

func TestMarks(t *testing.T) {
	d := little()
	o := &d.Objects[0]
	o.Gone = &Mark{Path: mustPath("deleted")}
	o.Archived = &Mark{Path: mustPath("state"), Is: []schema.Value{schema.String("archived"), schema.Int(9)}}
	o.Merged = &Merge{Path: mustPath("master.id")}
	conn, _ := open(t, d, answers(map[string]string{
		"/v1/people/1": `{"id":1,"deleted":"2024-01-01"}`, "/v1/people/2": `{"id":2,"deleted":false,"state":"archived"}`,
		"/v1/people/3": `{"id":3,"state":9}`, "/v1/people/4": `{"id":4,"master":{"id":77}}`, "/v1/people/5": `{"id":5,"deleted":null,"state":"live","master":null}`,
		"/v1/people/6": `{"id":77,"master":{"id":78}}`, "/v1/people/77": `{"id":77,"master":{"id":77}}`, "/v1/people/7": `{"id":77,"master":{"id":77}}`,
	}))
	got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"1", "2", "3", "4", "5"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []connectors.Presence{connectors.Gone, connectors.Archived, connectors.Archived, connectors.Merged, connectors.Live} {
		if got[i].Presence != want {
			t.Errorf("record %d is %v, want %v", i+1, got[i].Presence, want)
		}
	}
	if got[3].Into != "77" {
		t.Errorf("merged into %q", got[3].Into)
	}
	ask := func(id string) connectors.Got {
		t.Helper()
		got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{id})
		if err != nil {
			t.Fatal(err)
		}
		return got[0]
	}
	// Another record than was asked for is a fault, unless the API is known to
	// follow merges.
	if got := ask("7"); connectors.KindOf(got.Err) != connectors.Unreadable {
		t.Errorf("another record: %v %v", got.Presence, got.Err)
	}
	o.Merged.Follows = true
	if got := ask("7"); got.Presence != connectors.Merged || got.Into != "77" || got.Err != nil {
		t.Errorf("a merge that is followed: %v into %q, %v", got.Presence, got.Into, got.Err)
	}
	if got := ask("77"); got.Presence != connectors.Live {
		t.Errorf("merged into itself: %v", got.Presence)
	}
}

// TestVolatile holds that what changes with each answer does not change the
// hash, and that what does not does.
func TestVolatile(t *testing.T) {
	d := little()
	d.Objects[0].Hash.Volatile = []string{"signed_url"}
	body := ""
	conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) })
	hash := func(text string) uint64 {
		body = text
		got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"1"})
		if err != nil || got[0].Err != nil {
			t.Fatal(err, got)
		}
		return got[0].Hash
	}
	first := hash(`{"id":1,"name":"Ada","signed_url":"a"}`)
	if hash(`{"name":"Ada", "id":1, "signed_url":"b"}`) != first {
		t.Error("only the address that is signed anew changed, and the hash with it")
	}
	if hash(`{"id":1,"name":"Eve","signed_url":"a"}`) == first || hash(`{"id":1,"nick":"Ada","signed_url":"a"}`) == first {
		t.Error("the record changed, and the hash did not")
	}
}

// TestHashesAgree: a record has one hash, in a listing, alone, and however its
// lines are broken.
func TestHashesAgree(t *testing.T) {
	for _, volatile := range [][]string{nil, {"signed_url"}} {
		d := little()
		d.Objects[0].Hash.Volatile = volatile
		body := ""
		conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v1/people" {
				fmt.Fprint(w, "{\n  \"data\": [\n    "+strings.ReplaceAll(body, "\n", "\n    ")+"\n  ]\n}\n")
				return
			}
			fmt.Fprintln(w, body)
		})
		seen := map[uint64]bool{}
		for _, body = range []string{`{"id":1,"name":"Ada\nL","tags":["a"]}`, "{\n  \"id\": 1,\n  \"name\": \"Ada\\nL\",\n  \"tags\": [\n    \"a\"\n  ]\n}"} {
			got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"1"})
			if err != nil || got[0].Err != nil {
				t.Fatal(err, got)
			}
			seen[got[0].Hash] = true
			stream, err := conn.(connectors.Reader).Read(t.Context(), selection("name"), nil, true)
			if err != nil {
				t.Fatal(err)
			}
			var b connectors.Batch
			if err := stream.Next(t.Context(), &b); err != nil || len(b.Items) != 1 {
				t.Fatal(err, b.Items)
			}
			seen[b.Items[0].Hash] = true
			stream.Close()
		}
		if len(seen) != 1 {
			t.Errorf("with %v volatile, one record has %d hashes", volatile, len(seen))
		}
	}
}

func TestFindAsksEverySpelling(t *testing.T) {
	d := little()
	d.Objects[0].Find = []Search{{Keys: []string{"stage", "name"}, Records: Records{At: []string{"data"}}, Spellings: 2, Request: Request{
		Path: below2("/search"), Query: []Pair{{"q", say(func(in *Input) string {
			var all []string
			for _, k := range in.Keys {
				for _, v := range k.Values {
					all = append(all, k.Field+":"+v.Plain())
				}
			}
			return strings.Join(all, " ")
		})}},
	}}}
	conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"data":[{"id":1,"name":"Ada"}]}`) })
	names := []schema.Value{schema.String("a"), schema.String("b"), schema.String("c")}
	got, err := conn.(connectors.Finder).Find(t.Context(), selection("name"), []connectors.Query{{Paths: []string{"name", "stage"}, Values: [][]schema.Value{names, {schema.String("x")}}}})
	if err != nil || len(got[0]) != 1 {
		t.Fatal(err, got)
	}
	want := []string{"GET /v1/search?q=name%3Aa+name%3Ab+stage%3Ax", "GET /v1/search?q=name%3Ac+stage%3Ax"}
	if diff := cmp.Diff(want, k.asked()); diff != "" {
		t.Error(diff)
	}
	_, err = conn.(connectors.Finder).Find(t.Context(), selection("name"), []connectors.Query{{Paths: []string{"name"}, Values: [][]schema.Value{names}}})
	if connectors.KindOf(err) != connectors.Unsupported {
		t.Errorf("a search that is not described gave %v", err)
	}
}

// TestFindPicksOutOfAll holds that of an answer with every record those are found
// that have a spelling of each key, however many others come first, and that all
// spellings are looked for at once.
func TestFindPicksOutOfAll(t *testing.T) {
	d := little()
	meant := func(in *Input) (schema.Value, error) {
		return schema.Bool(!slices.ContainsFunc(in.Keys, func(k Key) bool {
			has := schema.PathTo(k.Path).Of(in.Record, false)
			return !slices.ContainsFunc(k.Values, func(v schema.Value) bool { return has.Is() && strings.EqualFold(has.Plain(), v.Plain()) })
		})), nil
	}
	d.Objects[0].Find = []Search{{Keys: []string{"stage", "name"}, All: true, When: meant, Records: Records{At: []string{"data"}}, Request: Request{Path: below2("/all")}}}
	conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		others := strings.Repeat(`{"id":1,"name":"Eve","stage":"x"},`, 40)
		fmt.Fprint(w, `{"data":[`+others+`{"id":2,"name":"ADA","stage":"x"},{"id":3,"name":"Ada","stage":"y"},{"id":4,"name":null,"stage":"x"},{"id":5,"stage":"x"},{"id":6,"name":"Bea","stage":"x"}]}`)
	})
	names := []schema.Value{schema.String("Ada"), schema.String("Bea")}
	got, err := conn.(connectors.Finder).Find(t.Context(), selection("name"), []connectors.Query{{Paths: []string{"name", "stage"}, Values: [][]schema.Value{names, {schema.String("x")}}}})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, g := range got[0] {
		ids = append(ids, g.Record.ID)
	}
	if want := []string{"2", "6"}; !slices.Equal(ids, want) || len(k.asked()) != 1 {
		t.Errorf("it found %q with %q, want %q", ids, k.asked(), want)
	}
}

// TestNoListingIsCompleteAfterAnError holds that whoever goes on after an error
// is not told that the listing was complete.
func TestNoListingIsCompleteAfterAnError(t *testing.T) {
	n := 0
	conn, _ := open(t, little(), func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 2 {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		fmt.Fprintf(w, `{"data":[{"id":%d}],"next":%q}`, n, strings.Repeat("x", max(0, 2-n)))
	})
	stream, err := conn.(connectors.Reader).Read(t.Context(), selection("name"), nil, true)
	if err != nil {
		t.Fatal(err)
	}
	var b connectors.Batch
	var kinds []connectors.ErrorKind
	for range 4 {
		kinds = append(kinds, connectors.KindOf(stream.Next(t.Context(), &b)))
	}
	if _, complete := stream.Done(); complete || kinds[1] != connectors.Denied || kinds[2] != connectors.Failed {
		t.Errorf("complete: %v after %v", complete, kinds)
	}
}
