package rest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/schema"
)

// notes is an API whose notes are told by whom they are about, and neither one
// by one nor by what they say.
func notes() *Description {
	d := little()
	of := func(parent Program) Request {
		return Request{Path: below2("/people/", Part{Value: parent}, Part{Text: "/notes"})}
	}
	next := &Paging{Next: ByCursor{From: at("next"), Into: Place{InQuery, "after"}}}
	about := func(in *Input) (schema.Value, error) { return in.Keys[0].Values[0], nil }
	d.Objects[0].Name, d.Objects[0].Writes, d.Objects[0].List = "people", nil, nil
	d.Objects[0].Identity = Identity{Path: mustPath("id"), Qualified: true, Parent: "person_id"}
	d.Objects[0].Fields = append(d.Objects[0].Fields, Field{Field: schema.Field{Name: "person_id", Type: schema.Type{Kind: schema.KindString}}})
	d.Objects[0].Get = &Getting{Request: of(say(func(in *Input) string { return in.ParentID })), Records: Records{At: []string{"data"}}, Paging: next, Among: true}
	d.Objects[0].Find = []Search{{
		Keys: []string{"person_id", "name"}, Request: of(about), Records: Records{At: []string{"data"}}, Paging: next, Parent: about,
		When: func(in *Input) (schema.Value, error) {
			return schema.Bool(in.Record.Field("name").Plain() == in.Keys[1].Values[0].Plain()), nil
		},
	}}
	return d
}

// pagesOfNotes serves a dozen notes about the person 7, on two pages, and says
// that nobody else is there.
func pagesOfNotes(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/v1/people/7/") {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	from, next := 0, `"2"`
	if r.URL.Query().Get("after") == "2" {
		from, next = 6, "null"
	}
	var all []string
	for i := range 6 {
		all = append(all, fmt.Sprintf(`{"id":"n%d","name":"note %d"}`, from+i, from+i))
	}
	fmt.Fprintf(w, `{"data":[%s],"next":%s}`, strings.Join(all, ","), next)
}

// TestGetAmongOthers: of an answer that holds other records the one with the id
// is meant, on whatever page it stands; one that is on none of them is gone, and
// so is one whose parent is.
func TestGetAmongOthers(t *testing.T) {
	conn, k := open(t, notes(), pagesOfNotes)
	got, err := conn.(connectors.Getter).Get(t.Context(), selection("name", "person_id"), []string{"7/n8", "7/n99", "8/n1"})
	if err != nil {
		t.Fatal(err)
	}
	want := []connectors.Presence{connectors.Live, connectors.Gone, connectors.Gone}
	if diff := cmp.Diff(want, []connectors.Presence{got[0].Presence, got[1].Presence, got[2].Presence}); diff != "" {
		t.Fatalf("%s\n%v", diff, k.asked())
	}
	if rec := got[0].Record; rec.ID != "7/n8" || rec.Slots[0].Plain() != "note 8" || rec.Slots[1].Plain() != "7" {
		t.Errorf("it reads %q: %q of %q", rec.ID, rec.Slots[0].Plain(), rec.Slots[1].Plain())
	}
}

// TestFindAmongOthers: what is not meant takes no place among what a search may
// give, and what is found has the parent that was asked for.
func TestFindAmongOthers(t *testing.T) {
	conn, _ := open(t, notes(), pagesOfNotes)
	for name, want := range map[string][]string{"note 11": {"7/n11"}, "note 12": nil} {
		answers, err := conn.(connectors.Finder).Find(t.Context(), selection("name"), []connectors.Query{{
			Paths: []string{"person_id", "name"}, Values: [][]schema.Value{{schema.String("7")}, {schema.String(name)}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, g := range answers[0] {
			ids = append(ids, g.Record.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
