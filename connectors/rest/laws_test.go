package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/connectors"
	"syncline/schema"
)

// FuzzCut holds that records are cut out of any bytes without harm, and out of
// JSON as encoding/json reads it.
func FuzzCut(f *testing.F) {
	for _, seed := range []string{`{"data":[{"id":1},{"id":"a\\\"]"},[],"x"]}`, `{"da\u0074a":[1 , 2]}`, `{"data":{"a":[1]}}`, `{"data":[`, `{"data":"\\"}`, `{"x":{"data":[1]},"data":[2]}`, ` [ ] `} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := (&Records{At: []string{"data"}}).cut(raw)
		_, _ = (&Records{At: []string{"data", "*", "a"}, Unwrap: []string{"b"}, Optional: true}).cut(raw)
		_, _ = (&Records{Keyed: true}).cut(raw)
		var want map[string]json.RawMessage
		if json.Unmarshal(raw, &want) != nil || bytes.Count(raw, []byte(`"data"`)) != 1 || bytes.Contains(raw, []byte(`\u`)) {
			return
		}
		var items []json.RawMessage
		if json.Unmarshal(want["data"], &items) != nil || items == nil {
			return
		}
		if err != nil || len(got) != len(items) {
			t.Fatalf("%d records and %v, want %d", len(got), err, len(items))
		}
		for i := range items {
			if !bytes.Equal(got[i].raw, items[i]) {
				t.Errorf("record %d is %s, want %s", i, got[i].raw, items[i])
			}
		}
	})
}

// TestQuotedTextsEndWhereTheyShould holds that whatever a text holds, it comes
// out of its quotes as it was, and nothing stands behind them.
func TestQuotedTextsEndWhereTheyShould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("'\"\\ntr\n%_)")))).Draw(t, "text")
		if got := soqlTexts("x = " + QuoteSOQL.Quote(text)); len(got) != 1 || got[0] != text {
			t.Errorf("SOQL: %q became %q", text, got)
		}
		var back string
		if err := json.Unmarshal([]byte(QuoteSCIM.Quote(text)), &back); err != nil || back != text {
			t.Errorf("SCIM: %q became %q, %v", text, back, err)
		}
		odata := QuoteOData.Quote(text)
		if inner := odata[1 : len(odata)-1]; strings.ReplaceAll(strings.ReplaceAll(inner, "''", ""), "'", "!") != strings.ReplaceAll(inner, "''", "") || strings.ReplaceAll(inner, "''", "'") != text {
			t.Errorf("OData: %q became %q", text, odata)
		}
	})
}

// TestQualifiedIDsComeApart holds that a parent's id and a record's are found
// again in the id made of both, and that no two pairs make one id.
func TestQualifiedIDsComeApart(t *testing.T) {
	o := &Object{Identity: Identity{Qualified: true}}
	pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"%2F", "%25", "/", "%", "2F", "a"}), 1, 6)
	id := rapid.OneOf(rapid.StringN(1, 20, -1), rapid.Map(pieces, func(p []string) string { return strings.Join(p, "") }))
	rapid.Check(t, func(t *rapid.T) {
		parent, own := id.Draw(t, "parent"), id.Draw(t, "own")
		gotParent, gotOwn, ok := o.split(qualify(parent, own))
		if !ok || gotParent != parent || gotOwn != own {
			t.Errorf("%q and %q came apart as %q and %q", parent, own, gotParent, gotOwn)
		}
	})
}

// TestCodecsReadWhatTheyWrite holds every codec to its own inverse.
func TestCodecsReadWhatTheyWrite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moment := schema.Timestamp(time.UnixMicro(rapid.Int64Range(-1e16, 1e16).Draw(t, "moment")))
		number := schema.Int(rapid.Int64().Draw(t, "number"))
		for _, tt := range []struct {
			c *Codec
			v schema.Value
		}{
			{EpochSeconds(), moment}, {EpochMillis(), moment}, {TimeLayout("2006-01-02T15:04:05.000000-0700"), moment},
			{NumberText(), number}, {BoolText(), schema.Bool(number.Int()%2 == 0)}, {IDText(), schema.String(number.Plain())},
			{ZeroDate(), schema.String(moment.Time().UTC().Format(time.DateOnly))},
		} {
			wire, err := tt.c.Encode(tt.v)
			if err != nil {
				t.Fatalf("%s: %v", tt.c.Name, err)
			}
			wire, err = schema.FromJSON(wire.AppendJSON(nil))
			if err != nil {
				t.Fatal(err)
			}
			back, err := tt.c.Decode(wire)
			if err != nil || !schema.Equal(back, tt.v) {
				t.Errorf("%s: %s became %s on the wire and then %s, %v", tt.c.Name, tt.v.Display(), wire.Display(), back.Display(), err)
			}
		}
	})
}

// TestZeroDateIsNone reads the two ways to write that there is no date.
func TestZeroDateIsNone(t *testing.T) {
	for _, text := range []string{"", "0000-00-00"} {
		if v, err := ZeroDate().Decode(schema.String(text)); err != nil || !v.IsNull() {
			t.Errorf("%q is read as %s, %v", text, v.Display(), err)
		}
	}
}

func TestCodecsRefuse(t *testing.T) {
	for _, c := range append(Codecs(), TimeLayout(time.RFC3339)) {
		for _, v := range []schema.Value{schema.String("x"), schema.Object(nil, nil), schema.List(schema.Int(1))} {
			if c.Name == "id" && v.Kind() == schema.KindString {
				continue
			}
			if got, err := c.Decode(v); err == nil {
				t.Errorf("%s: %s is read as %s", c.Name, v.Display(), got.Display())
			}
		}
	}
}

func TestLinks(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{`<https://x/a?p=2>; rel="next", <https://x/a?p=9>; rel="last"`, "https://x/a?p=2"},
		{`<https://x/a?p=1>; rel=prev,<https://x/a,b>;title="a, b; c";rel="last next"`, "https://x/a,b"},
		{`<https://x/a>; REL=next`, "https://x/a"}, {`<https://x/a>; rel="nexts"`, ""}, {`<https://x`, ""}, {`nonsense, rel=next`, ""}, {``, ""},
		{`<a>; title="rel=next"; rel=last`, ""},
	} {
		if got := linkOf(http.Header{"Link": {`<z>; rel=first`, tt.line}}, "next"); got != tt.want {
			t.Errorf("%s leads to %q, want %q", tt.line, got, tt.want)
		}
	}
}

// TestCheckNamesFaults breaks a sound description in one way each.
func TestCheckNamesFaults(t *testing.T) {
	for _, tt := range []struct {
		spoil func(d *Description, o *Object)
		want  string
	}{
		{func(*Description, *Object) {}, ""},
		{func(d *Description, _ *Object) { d.Base = nil }, "base"},
		{func(_ *Description, o *Object) { o.Identity.Path = schema.Path{} }, "where the id is"},
		{func(_ *Description, o *Object) { o.Get = nil }, "readable by id"},
		{func(_ *Description, o *Object) { o.List.Paging.Next = nil }, "next page"},
		{func(_ *Description, o *Object) { o.List.Paging.Stop = []Stop{ShortPage{}} }, "short page"},
		{func(_ *Description, o *Object) { o.List.Each = &Each{Object: "people"} }, "lead back"},
		{func(_ *Description, o *Object) { o.List.Incremental = Changes{Field: "when"} }, "no field"},
		{func(_ *Description, o *Object) { o.Writes[1].Guard = IfMatch{} }, "needs a revision"},
		{func(_ *Description, o *Object) { o.Writes[1].Steps = nil }, "no request"},
		{func(_ *Description, o *Object) { o.Writes[0].Lost.By = connectors.CreateKeySearch }, "no search"},
		{func(_ *Description, o *Object) { o.Writes[1].Serves = []Serve{{Field: "rank"}} }, "no field"},
		{func(d *Description, _ *Object) {
			d.Webhooks = &Webhooks{Event: Event{Object: Text("x"), Record: Text("x")}}
		}, "anybody could send"},
		{func(d *Description, _ *Object) {
			d.Auth = []Auth{{Name: "a", Doc: "A.", Scheme: Basic{}, Needs: []string{"pin"}}}
		}, "there is not"},
	} {
		d := little()
		tt.spoil(d, &d.Objects[0])
		err := d.Check()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}

// TestAbilities holds that a connection can do what is described, and nothing
// else.
func TestAbilities(t *testing.T) {
	for mask := range 32 {
		d := little()
		o := &d.Objects[0]
		reads, finds, writes, gets, receives := mask&1 != 0, mask&2 != 0, mask&4 != 0, mask&8 != 0, mask&16 != 0
		if (reads || finds) && !gets {
			continue // Check refuses it
		}
		if !reads {
			o.List = nil
		}
		if finds {
			o.Find = []Search{{Keys: []string{"name"}, Request: Request{Path: below2("/x")}}}
		}
		if !writes {
			o.Writes = nil
		} else {
			o.Writes = o.Writes[:1]
		}
		if !gets {
			o.Get = nil
		}
		if receives {
			d.Webhooks = hooked().Webhooks
		}
		conn, _ := open(t, d, nil)
		_, r := conn.(connectors.Reader)
		_, g := conn.(connectors.Getter)
		_, f := conn.(connectors.Finder)
		_, w := conn.(connectors.Writer)
		_, e := conn.(connectors.Receiver)
		_, l := conn.(connectors.Lister)
		if r != reads || g != gets || f != finds || w != writes || e != receives || !l {
			t.Errorf("described %v %v %v %v %v, can %v %v %v %v %v", reads, gets, finds, writes, receives, r, g, f, w, e)
		}
	}
}

// TestFactsAreTheWeakest holds that what is said of a connector is true of each
// of its objects, and that objects which are not written or listed do not
// weaken it.
func TestFactsAreTheWeakest(t *testing.T) {
	d := scim()
	if f := d.Facts(); f.Grade != connectors.IfMatch || !f.Complete || f.Create != connectors.CreateExternalID || f.Separate {
		t.Errorf("%+v", f)
	}
	d.Objects = append(d.Objects, Object{Name: "notes", Doc: "N.", Writes: verbs("N.", Write{Verb: "note", Steps: []Step{{}}})})
	if f := d.Facts(); !f.Complete || f.Create != connectors.CreateExternalID || !f.Can("note") || f.Grade != connectors.Blind {
		t.Errorf("with an object that is only noted: %+v", f)
	}
	d.Objects[1] = little().Objects[0]
	d.Objects[1].Name, d.Objects[1].List.Partial = "others", true
	d.Objects[1].Writes = verbs("M.", Write{Verb: "move", Serves: []Serve{{Field: "stage"}}, Guard: Compare{}, Steps: []Step{{}}})
	d.Objects[1].Scopes = map[string][]string{"move": {"people:move"}}
	f := d.Facts()
	if f.Complete || f.Grade != connectors.ReadBeforeWrite || !f.Separate || len(f.Permissions("others", "move")) != 1 {
		t.Errorf("with a weaker object: %+v", f)
	}
	if f := d.FactsOf("people", connectors.Settings{}); f.Grade != connectors.IfMatch || !f.Complete {
		t.Errorf("of the stronger object alone: %+v", f)
	}
	if f := d.FactsOf("others", connectors.Settings{}); !f.Can("update") || f.Create != connectors.CreateUnsafe {
		t.Errorf("of the weaker object alone: %+v", f)
	}
	def := d.Definition(Options{})
	if err := def.Check(); err != nil {
		t.Error(err)
	}
}
