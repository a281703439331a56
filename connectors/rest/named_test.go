package rest

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/schema"
)

// objectName is the program of the object's name.
var objectName = say(func(in *Input) string { return in.Object })

// TestObjectsThatStandForMany holds that a block with a pattern is every object
// whose name fits, and no slip of the pen of one that is described.
func TestObjectsThatStandForMany(t *testing.T) {
	d := little()
	many := d.Objects[0]
	many.Name, many.Named, many.Open = "custom", "[a-z]+__c", true
	many.Get = &Getting{Request: Request{Path: below2("/", Part{Value: objectName}, Part{Text: "/"}, Part{Value: theID})}}
	d.Objects = append(d.Objects, many)
	conn, k := open(t, d, answers(map[string]string{"/v1/people/1": `{"id":"1"}`, "/v1/placements__c/1": `{"id":"1","fee":3}`}))
	get := func(object, field string) error {
		sel := selection(field)
		sel.Object = object
		got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"1"})
		if err == nil {
			err = got[0].Err
		}
		return err
	}
	for object, want := range map[string]bool{"people": true, "placements__c": true, "People": false, "xplacements__c.": false, "custom": false} {
		if err := get(object, "name"); (err == nil) != want {
			t.Errorf("%s: %v", object, err)
		}
	}
	if err := get("placements__c", "fee"); err != nil {
		t.Errorf("a field that is not listed: %v", err)
	}
	if log := k.asked(); !slices.Contains(log, "GET /v1/placements__c/1") {
		t.Errorf("it asked %q", log)
	}
	objects, err := conn.(connectors.Lister).Objects(t.Context())
	if err != nil || objects[1].Named != "[a-z]+__c" {
		t.Errorf("it lists %+v, %v", objects, err)
	}
	if f := d.FactsOf("placements__c", connectors.Settings{}); !f.Can("create") {
		t.Errorf("its facts are %+v", f)
	}
}

// TestVerbsThatNeedSettings holds that the first block whose settings were given
// is taken, and that the facts say so.
func TestVerbsThatNeedSettings(t *testing.T) {
	for region, want := range map[string]string{"": "POST /v1/people", "eu": "PUT /v1/keyed/op-1"} {
		d := little()
		d.Settings = append(d.Settings, schema.Field{Name: "region", Doc: "Where."})
		o := &d.Objects[0]
		keyed := Write{
			Verb: "create", Doc: "Makes one.", Needs: []string{"region"}, Lost: Creation{By: connectors.CreateIdempotency}, After: AfterAnswer,
			Steps: []Step{{Request: Request{Method: "PUT", Path: below2("/keyed/", Part{Value: say(func(in *Input) string { return in.Change.Operation })})}}},
		}
		o.Writes = append([]Write{keyed}, o.Writes...)
		var given connectors.Settings
		if region != "" {
			given.Values = map[string]schema.Value{"region": schema.String(region)}
		}
		facts := d.FactsOf("people", given)
		if got := facts.Create == connectors.CreateIdempotency; got != (region != "") || len(facts.Verbs) != 2 {
			t.Errorf("region %q: the facts are %+v", region, facts)
		}
		if d.Facts().Create != connectors.CreateUnsafe {
			t.Error("what is true of every system is the weakest")
		}
		resolved := d.given(givenIn(given))
		conn, k := open(t, resolved, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"id":"1","name":"a"}`) })
		ch := connectors.Change{Verb: "create", Operation: "op-1", Set: []connectors.Assignment{set("name", schema.String("a"))}}
		if r := write(t, conn, selection("name"), ch); r[0].Err != nil || r[0].ID != "1" {
			t.Errorf("region %q: %+v", region, r[0])
		}
		if log := k.asked(); len(log) != 1 || !strings.HasPrefix(log[0], want) {
			t.Errorf("region %q: it asked %q, want %q", region, log, want)
		}
	}
	d := little()
	d.Objects[0].Writes = append(d.Objects[0].Writes, d.Objects[0].Writes[0])
	if err := d.Check(); err == nil || !strings.Contains(err.Error(), "described twice") {
		t.Errorf("a verb that is described twice: %v", err)
	}
}

// TestGetInPages holds that an id is gone only after the last page, and that
// pages that went are asked for anew.
func TestGetInPages(t *testing.T) {
	for _, broken := range []int{0, 1, 2} {
		d := little()
		g := d.Objects[0].Get
		g.Many, g.Records, g.Request = 10, Records{At: []string{"data"}}, Request{Path: below2("/people"), Query: []Pair{{"ids", say(func(in *Input) string { return strings.Join(in.IDs, ",") })}}}
		g.Paging = &Paging{Next: ByURL{From: at("next")}}
		d.Rules = []Rule{{Status: []int{410}, Does: Restart}}
		left := broken
		conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/v1/people":
				io.WriteString(w, `{"data":[{"id":"1"}],"next":"/v1/more"}`)
			case left > 0:
				left--
				w.WriteHeader(http.StatusGone)
			default:
				io.WriteString(w, `{"data":[{"id":"2"}]}`)
			}
		})
		got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"1", "2", "3"})
		if broken == 2 {
			if connectors.KindOf(err) != connectors.Unavailable {
				t.Errorf("pages that are gone twice: %v %+v", err, got)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var have []connectors.Presence
		for _, g := range got {
			have = append(have, g.Presence)
		}
		if diff := cmp.Diff([]connectors.Presence{connectors.Live, connectors.Live, connectors.Gone}, have); diff != "" {
			t.Errorf("%d times gone: %s", broken, diff)
		}
	}
}

// TestBatchSendsAgain holds that what a batch gives back undone is sent again
// with new places, a few times and no more, and that the rest is not.
func TestBatchSendsAgain(t *testing.T) {
	for busy, want := range map[int]string{2: "done", 9: "unavailable"} {
		d := little()
		u := d.Objects[0].Write("update")
		u.Batch = &Batch{
			Most: 10, Request: Request{Method: "POST", Path: below2("/batch")}, Results: []string{"results"},
			Element: func(in *Input) (schema.Value, error) { return schema.String(in.ID), nil },
			Status:  func(in *Input) (schema.Value, error) { return in.Result.Field("status"), nil },
		}
		d.Rules = []Rule{{When: sure(func(in *Input) bool { return in.Result.Field("busy").Is() }), Does: Retry, Undone: true, Kind: connectors.Unavailable}}
		left := busy
		conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			var out []string
			for _, id := range strings.Split(strings.Trim(string(body), "[]"), ",") {
				switch {
				case id == `"2"` && left > 0:
					left--
					out = append(out, `{"status":400,"busy":true}`)
				case id == `"3"`:
					out = append(out, `{"status":400}`)
				default:
					out = append(out, `{"status":200}`)
				}
			}
			io.WriteString(w, `{"results":[`+strings.Join(out, ",")+`]}`)
		})
		var kinds []string
		for _, r := range write(t, conn, selection("name"), update("1", set("name", schema.String("a"))), update("2", set("name", schema.String("b"))), update("3", set("name", schema.String("c")))) {
			kinds = append(kinds, map[bool]string{true: "done", false: connectors.KindOf(r.Err).String()}[r.Err == nil])
		}
		if diff := cmp.Diff([]string{"done", want, "refused"}, kinds); diff != "" {
			t.Errorf("busy %d times: %s", busy, diff)
		}
		log := k.asked()
		if want := 1 + min(busy, mostAgain); len(log) != want || log[1] != `POST /v1/batch ["2"]` {
			t.Errorf("busy %d times: it asked %q", busy, log)
		}
	}
}

// TestUnmodifiedSinceRead holds that both conditions hold: the record is what
// was last seen, and its moment goes along.
func TestUnmodifiedSinceRead(t *testing.T) {
	d := little()
	d.Objects[0].Revision = Revision{Path: mustPath("updated_at")}
	d.Objects[0].Write("update").Guard = IfUnmodifiedSince{Read: true}
	name, header := "a", ""
	conn, k := open(t, d, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "PATCH" {
			header = r.Header.Get("If-Unmodified-Since")
		}
		io.WriteString(w, `{"id":"1","name":"`+name+`","updated_at":"2024-02-03T04:05:06.000+0000"}`)
	})
	got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"1"})
	if err != nil {
		t.Fatal(err)
	}
	ch := update("1", set("name", schema.String("b")))
	ch.Hash, ch.Revision = got[0].Hash, got[0].Record.Revision
	if r := write(t, conn, selection("name"), ch); r[0].Err != nil || header != "Sat, 03 Feb 2024 04:05:06 GMT" {
		t.Errorf("%v, with the header %q", r[0].Err, header)
	}
	k.asked()
	name = "somebody's, in the same second"
	if r := write(t, conn, selection("name"), ch); connectors.KindOf(r[0].Err) != connectors.Moved || len(k.asked()) != 1 {
		t.Errorf("what somebody wrote in the same second was overwritten: %v", r[0].Err)
	}
}

// TestMergedBeforeDeleted holds that a record that was deleted by being merged
// tells into which.
func TestMergedBeforeDeleted(t *testing.T) {
	d := little()
	d.Objects[0].Gone, d.Objects[0].Merged = &Mark{Path: mustPath("deleted")}, &Merge{Path: mustPath("master")}
	conn, _ := open(t, d, answers(map[string]string{"/v1/people/1": `{"id":"1","deleted":true,"master":"2"}`, "/v1/people/2": `{"id":"2","deleted":true,"master":null}`}))
	got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"1", "2"})
	if err != nil || got[0].Presence != connectors.Merged || got[0].Into != "2" || got[1].Presence != connectors.Gone {
		t.Errorf("%+v %v", got, err)
	}
}

// TestQuotedValues holds which values a filter language writes bare.
func TestQuotedValues(t *testing.T) {
	at := schema.Timestamp(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))
	for _, tt := range []struct {
		q    Quoting
		v    schema.Value
		want string
	}{
		{QuoteSOQL, schema.String("O'Brien"), `'O\'Brien'`}, {QuoteSOQL, schema.Int(7), "7"}, {QuoteSOQL, schema.Bool(true), "true"},
		{QuoteSOQL, schema.Decimal("1.50"), "1.50"}, {QuoteSOQL, at, "2024-03-01T00:00:00Z"}, {QuoteSCIM, schema.Int(7), "7"},
		{QuoteSCIM, at, `"2024-03-01T00:00:00Z"`}, {QuoteLucene, schema.Int(7), `"7"`},
	} {
		if got := tt.q.Value(tt.v); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.q, got, tt.want)
		}
	}
}
