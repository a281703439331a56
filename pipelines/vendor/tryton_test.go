package vendor

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/rest"
	"syncline/schema"
)

func openTryton(t *testing.T, hr *connectortest.HR, password, object string) *directory {
	t.Helper()
	v, problems := Find("tryton")
	if v == nil {
		t.Fatal(problems)
	}
	conn, err := rest.Open(t.Context(), v.Description, connectors.Settings{
		System: "hris", Clock: time.Now, Secret: func(string) (string, error) { return password, nil },
		Values: map[string]schema.Value{"url": schema.String(hr.URL), "database": schema.String(hr.Database), "user": schema.String(hr.User)},
	}, rest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &directory{t: t, conn: conn, sel: whole(t, v.Description, object)}
}

// TestTryton speaks to a real Tryton 6.0.
func TestTryton(t *testing.T) {
	hr := connectortest.Tryton(t, freeAddress(t))
	people := openTryton(t, hr, hr.Password, "people")
	if err := people.conn.(connectors.Checker).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := openTryton(t, hr, "another", "people").conn.(connectors.Checker).Check(t.Context()); connectors.KindOf(err) != connectors.Denied {
		t.Errorf("with another password: %v", err)
	}
	employees, contacts := openTryton(t, hr, hr.Password, "employees"), openTryton(t, hr, hr.Password, "contacts")
	t.Run("values", func(t *testing.T) { trytonValues(t, hr, people, employees, contacts) })
	t.Run("finding", func(t *testing.T) { trytonFinding(t, people, employees) })
	t.Run("conditions", func(t *testing.T) { trytonConditions(t, hr, people) })
	t.Run("refusals", func(t *testing.T) { trytonRefusals(t, hr, employees) })
	t.Run("pages", func(t *testing.T) { trytonPages(t, hr, people) })
}

// person makes a person with an address.
func (d *directory) person(name, email string) string {
	d.t.Helper()
	r := d.write(connectors.Change{
		Operation: name, Verb: "create", Set: assignments(d.t, map[string]any{"name": name}), Args: assignments(d.t, map[string]any{"email": email}),
	})
	if r.Err != nil {
		d.t.Fatal(r.Err)
	}
	return r.ID
}

func (d *directory) holds(id string, want map[string]string) {
	d.t.Helper()
	got := d.get(id)
	for name, value := range want {
		if text := d.field(got.Record, name); text != value {
			d.t.Errorf("%s: %s, want %s", name, text, value)
		}
	}
}

func trytonValues(t *testing.T, hr *connectortest.HR, people, employees, contacts *directory) {
	ada := people.person("Ada Ö'Brien ☃", "Ada@example.com")
	people.holds(ada, map[string]string{"name": `"Ada Ö'Brien ☃"`, "email": `"Ada@example.com"`, "active": "true"})
	if r := contacts.write(connectors.Change{Operation: "phone", Verb: "create", Set: assignments(t, map[string]any{"party": ada, "type": "phone", "value": "+44 20 7946 0958"})}); r.Err != nil {
		t.Error(r.Err)
	}
	people.holds(ada, map[string]string{"phone": `"+44 20 7946 0958"`})
	id := employees.create(map[string]any{"party": ada, "company": hr.Company, "start_date": "2026-01-05"})
	employees.holds(id, map[string]string{
		"party": `"` + ada + `"`, "company": `"` + hr.Company + `"`, "start_date": `"2026-01-05"`, "end_date": "null", "supervisor": "null",
		"name": `"Ada Ö'Brien ☃"`, "email": `"Ada@example.com"`, "changed_by": `"syncline"`,
	})
	boss := employees.create(map[string]any{"party": people.person("Boss", "boss@example.com"), "company": hr.Company})
	if r := employees.change("update", id, map[string]any{"start_date": nil, "end_date": "2030-12-31", "supervisor": boss}); r.Err != nil {
		t.Error(r.Err)
	}
	employees.holds(id, map[string]string{"start_date": "null", "end_date": `"2030-12-31"`, "supervisor": `"` + boss + `"`})
	if r := people.change("update", ada, map[string]any{"name": "Ada Lovelace", "active": false}); r.Err != nil {
		t.Error(r.Err)
	}
	people.holds(ada, map[string]string{"name": `"Ada Lovelace"`, "active": "false"})
	// A listing and a read by id tell the same record, of people who were put away too.
	want := show(people.get(ada).Record)
	found := false
	for _, r := range listing(t, people.conn, people.sel) {
		if r.ID == ada && show(r) != want {
			t.Errorf("it is listed as\n%s\nand read as\n%s", show(r), want)
		}
		found = found || r.ID == ada
	}
	if !found {
		t.Error("who was put away is not listed")
	}
	if r := employees.change("delete", id, nil); r.Err != nil {
		t.Error(r.Err)
	}
	if got := employees.get(id); got.Presence != connectors.Gone {
		t.Errorf("a deleted employee is %v", got.Presence)
	}
}

// trytonFinding holds that an address finds its person in any case, and that
// nothing in it matches others.
func trytonFinding(t *testing.T, people, employees *directory) {
	one := people.person("One", "first_last@example.com")
	other := people.person("Other", "firstXlast@example.com")
	find := func(d *directory, path, value string) (ids []string) {
		t.Helper()
		found, err := d.conn.(connectors.Finder).Find(t.Context(), d.sel, []connectors.Query{{Paths: []string{path}, Values: [][]schema.Value{{schema.String(value)}}}})
		if err != nil {
			t.Fatalf("%q: %v", value, err)
		}
		for _, g := range found[0] {
			ids = append(ids, g.Record.ID)
		}
		return ids
	}
	for value, want := range map[string][]string{
		"FIRST_last@example.com": {one}, "firstxlast@example.com": {other}, "first%": nil, `first\_last@example.com`: nil, "nobody@example.com": nil,
	} {
		if ids := find(people, "email", value); !slices.Equal(ids, want) {
			t.Errorf("%q finds %q, want %q", value, ids, want)
		}
	}
	if ids := find(employees, "party", one); len(ids) > 0 {
		t.Errorf("who is no employee is found: %q", ids)
	}
}

func trytonConditions(t *testing.T, hr *connectortest.HR, d *directory) {
	id := d.person("Conditions", "conditions@example.com")
	stale := d.get(id)
	hr.Call(t, nil, "party.party", "write", []any{json.Number(id)}, map[string]any{"name": "Somebody else's"})
	late := func(verb string, set map[string]any) error {
		return d.write(connectors.Change{Operation: "late " + verb, Verb: verb, ID: id, Revision: stale.Record.Revision, Hash: stale.Hash, Set: assignments(t, set)}).Err
	}
	if err := late("update", map[string]any{"name": "late"}); connectors.KindOf(err) != connectors.Moved {
		t.Errorf("a late write: %v", err)
	}
	if err := late("delete", nil); connectors.KindOf(err) != connectors.Moved {
		t.Errorf("a late deletion: %v", err)
	}
	d.holds(id, map[string]string{"name": `"Somebody else's"`})
}

func trytonRefusals(t *testing.T, hr *connectortest.HR, employees *directory) {
	people := openTryton(t, hr, hr.Password, "people")
	party := people.person("Refusals", "refusals@example.com")
	for _, tt := range []struct {
		set  map[string]any
		kind connectors.ErrorKind
	}{
		{map[string]any{"company": hr.Company}, connectors.Refused},
		{map[string]any{"party": party, "company": hr.Company, "start_date": "2026-01-02", "end_date": "2026-01-01"}, connectors.Refused},
	} {
		if r := employees.write(connectors.Change{Operation: fmt.Sprint(tt.set), Verb: "create", Set: assignments(t, tt.set)}); connectors.KindOf(r.Err) != tt.kind {
			t.Errorf("%v: %v", tt.set, r.Err)
		}
	}
	id := employees.create(map[string]any{"party": party, "company": hr.Company})
	got := employees.get(id)
	if r := people.change("delete", party, nil); connectors.KindOf(r.Err) != connectors.Refused {
		t.Errorf("an employee's person is deleted: %v", r.Err)
	}
	var users []struct {
		ID     int
		Groups []int
	}
	hr.Call(t, &users, "res.user", "search_read", []any{[]any{"login", "=", hr.User}}, 0, 1, nil, []string{"groups"})
	hr.Call(t, nil, "res.user", "write", []any{users[0].ID}, map[string]any{"groups": []any{[]any{"remove", users[0].Groups}}})
	r := employees.write(connectors.Change{Operation: "denied", Verb: "update", ID: id, Revision: got.Record.Revision, Hash: got.Hash, Set: assignments(t, map[string]any{"end_date": "2031-01-01"})})
	if connectors.KindOf(r.Err) != connectors.Denied {
		t.Errorf("without the right: %v", r.Err)
	}
	hr.Call(t, nil, "res.user", "write", []any{users[0].ID}, map[string]any{"groups": []any{[]any{"add", users[0].Groups}}})
}

// trytonPages makes more people than a page has, and reads them whole and since
// a moment. What is no id is nobody's.
func trytonPages(t *testing.T, hr *connectortest.HR, d *directory) {
	sel := *d.sel
	sel.Cursor, sel.At = "changed_at", "changed_at"
	before, _ := since(t, d.conn, &sel, nil)
	many := make([]any, 401)
	for i := range many {
		many[i] = map[string]any{"name": fmt.Sprint("Person ", i)}
	}
	hr.Call(t, nil, "party.party", "create", many)
	all, mark := since(t, d.conn, &sel, nil)
	if slices.Sort(all); len(slices.Compact(all)) != len(before)+len(many) {
		t.Errorf("%d are listed, want %d", len(all), len(before)+len(many))
	}
	late := d.person("Late", "late@example.com")
	if changed, _ := since(t, d.conn, &sel, mark); !slices.Contains(changed, late) {
		t.Errorf("who was made since is not among the %d that changed since", len(changed))
	}
	got, err := d.conn.(connectors.Getter).Get(t.Context(), d.sel, []string{late, "999999", "x/y", "1) or (1"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []connectors.Presence{connectors.Live, connectors.Gone, connectors.Gone, connectors.Gone} {
		if got[i].Presence != want || got[i].Err != nil {
			t.Errorf("the %d. is %v, want %v: %v", i+1, got[i].Presence, want, got[i].Err)
		}
	}
}
