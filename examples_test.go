package syncline_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors/connectortest"
	"syncline/engine"
	"syncline/engine/plans"
)

// TestQuickstart plays the story of the README.
func TestQuickstart(t *testing.T) {
	x := begin(t, "quickstart", nil)
	x.crm = open(t, "sqlite", filepath.Join(x.folder, "live", "crm.db"))
	x.story()
}

// TestPostgresExample plays the same story against a real server.
func TestPostgresExample(t *testing.T) {
	server := connectortest.Postgres(t)
	admin := open(t, "pgx", server.URL)
	name := fmt.Sprintf("syncline_example_%d", os.Getpid())
	execute(t, admin, "CREATE SCHEMA "+name)
	t.Cleanup(func() { admin.Exec("DROP SCHEMA " + name + " CASCADE") })
	sep := "?"
	if strings.Contains(server.URL, "?") {
		sep = "&"
	}
	url := server.URL + sep + "search_path=" + name
	crm := open(t, "pgx", url)
	execute(t, crm, string(read(t, "examples/postgres/data/crm.sql")))
	x := begin(t, "postgres", map[string]string{"DATABASE_URL": url})
	x.crm = crm
	x.story()
}

// TestMassChange: what a guard withheld is not forgotten; it waits until
// somebody allows it, and then all of it is written.
func TestMassChange(t *testing.T) {
	x := begin(t, "quickstart", nil)
	x.crm = open(t, "sqlite", filepath.Join(x.folder, "live", "crm.db"))
	x.run()
	text := bytes.ReplaceAll(x.file(), []byte(",Application Review,"), []byte(",Rejected,"))
	if err := os.WriteFile(x.path(), text, 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s, err := x.engine.Run(t.Context(), x.config, engine.RunOptions{})
		if err != nil {
			t.Fatal(err)
		}
		p := s.Pipelines[0]
		x.written(p, map[string]int{"ats": 0, "crm": 0})
		if len(p.Withheld) != 1 || p.Withheld[0].Count != 124 || p.Waiting != 124 {
			t.Errorf("withheld %v, waiting %d, want 124", p.Withheld, p.Waiting)
		}
	}
	s, err := x.engine.Run(t.Context(), x.config, engine.RunOptions{Allow: map[string]int{"overwrites": 124}})
	if err != nil {
		t.Fatal(err)
	}
	x.written(s.Pipelines[0], map[string]int{"ats": 0, "crm": 124})
	x.idle("the run after it was allowed")
}

// TestEmptiedExport: an export that is empty for once proves nothing about
// anybody, the run says so and is no success, and when it is back there is
// nothing to do.
func TestEmptiedExport(t *testing.T) {
	x := begin(t, "quickstart", nil)
	x.crm = open(t, "sqlite", filepath.Join(x.folder, "live", "crm.db"))
	x.run()
	whole := x.file()
	for _, text := range [][]byte{nil, whole[:bytes.IndexByte(whole, '\n')+1], whole} {
		if err := os.WriteFile(x.path(), text, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := x.engine.Run(t.Context(), x.config, engine.RunOptions{})
		if err != nil {
			t.Fatal(err)
		}
		p := s.Pipelines[0]
		x.written(p, map[string]int{"ats": 0, "crm": 0})
		told := len(p.Withheld) == 1 && p.Withheld[0].Kind == "empty" && p.Withheld[0].Count == 499
		if p.Linked != 499 || told != (len(text) < len(whole)) || p.Short() != told {
			t.Errorf("with %d bytes in the export %d are linked, want 499; withheld %+v", len(text), p.Linked, p.Withheld)
		}
	}
	x.idle("the run after the export was back")
}

// story is what the READMEs tell: a first run, a second with nothing to do,
// edits on both sides, and a conflict that a person settles.
func (x *trial) story() {
	export, contacts := x.export(), x.contacts()
	x.first(export, contacts)
	x.idle("the second run")

	export, contacts = x.export(), x.contacts()
	x.edit()
	s := x.run()
	x.written(s, map[string]int{"ats": 2, "crm": 1})
	if s.Conflicts != 1 {
		x.t.Errorf("%d conflicts, want 1: both sides changed one number", s.Conflicts)
	}
	x.changed(export, contacts, "edits",
		map[string]string{ // what people did, and what followed from the other side
			"20002 current_title": "Head of Branding Developer", "20007 stage": "Hired",
			"20012 Phone (mobile)": "+55-11-96123-1611", "20016 available_from": "01.09.2026",
		}, map[string]string{
			"20002 title": "Head of Branding Developer", "20007 status": "Placed",
			"20012 mobile": "+55 11 96123-1699", "20016 available_on": "2026-09-01",
		})
	x.settle()
	x.idle("the run after the last")
	x.audit()
	x.silent(export)
}

// first holds the first run to its promise: all is counted, nobody is doubled,
// and what nobody maps stays as it is.
func (x *trial) first(export, contacts table) {
	before := x.file()
	s := x.run()
	if s.Linked != 499 || s.Reviews != 8 {
		x.t.Errorf("linked %d, reviews %d, want 499 and 8", s.Linked, s.Reviews)
	}
	want := []plans.EndSummary{
		{End: "ats", Read: 546, Agreed: 492, SetAside: 46, Review: 8, Updated: 197, Asides: map[string]int{"duplicate": 40, "could not be read": 6}},
		{End: "crm", Read: 218, Agreed: 196, SetAside: 18, Review: 4, Updated: 186, Created: 299, Asides: map[string]int{"nobody may create it elsewhere": 18}},
	}
	if diff := cmp.Diff(want, s.Ends); diff != "" {
		x.t.Errorf("the first run (-want +got):\n%s", diff)
	}
	x.onlyCells(before, x.file(), "recruiter", "do_not_contact", "available_from", "stage", "Phone (mobile)")
	after := x.contacts()
	people := map[string]int{}
	for id, row := range after {
		people[row["ats_id"]]++
		was := contacts[id]
		if was == nil && row["lead_source"] != "ATS export" || was != nil && was["lead_source"] != row["lead_source"] || was["remarks"] != row["remarks"] {
			x.t.Errorf("contact %s: a column that no field names was written", id)
		}
	}
	if len(after) != 218+299 || people[""] != 18 {
		x.t.Errorf("%d contacts, %d of them without an ATS id, want 517 and 18", len(after), people[""])
	}
	for id, row := range export {
		duplicate, unreachable := id > "20500", row["email"] == "" && row["Phone (mobile)"] == ""
		if want := 1; people[id] != want && !duplicate && !unreachable {
			x.t.Errorf("candidate %s has %d contacts", id, people[id])
		}
	}
}

// idle runs and expects that nothing is written, and plans the same.
func (x *trial) idle(which string) {
	before, contacts := x.file(), x.contacts()
	x.written(x.run(), map[string]int{"ats": 0, "crm": 0})
	if !bytes.Equal(before, x.file()) {
		x.t.Errorf("%s wrote to the export", which)
	}
	if diff := cmp.Diff(contacts, x.contacts()); diff != "" {
		x.t.Errorf("%s wrote to the CRM (-before +after):\n%s", which, diff)
	}
	plan, err := x.engine.Plan(x.t.Context(), x.config, engine.PlanOptions{})
	if err != nil || plan.Totals[plans.Create]+plan.Totals[plans.Update] != 0 {
		x.t.Errorf("after %s there is something to write: %v %v", which, plan.Totals, err)
	}
}

// edit is what people do at both ends between two runs.
func (x *trial) edit() {
	text := string(x.file())
	for _, e := range [][3]string{{"20002", "Principal", "Head of"}, {"20007", "Face to Face", "Offer"}, {"20012", "-1610", "-1611"}} {
		lines := strings.SplitAfter(text, "\n")
		at := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, ","+e[0]+",") && strings.Contains(l, e[1]) })
		lines[at] = strings.Replace(lines[at], e[1], e[2], 1)
		text = strings.Join(lines, "")
	}
	if err := os.WriteFile(x.path(), []byte(text), 0o644); err != nil {
		x.t.Fatal(err)
	}
	execute(x.t, x.crm, "UPDATE contacts SET status = 'Placed' WHERE ats_id = '20007'")
	execute(x.t, x.crm, "UPDATE contacts SET mobile = replace(mobile, '1610', '1699') WHERE ats_id = '20012'")
	execute(x.t, x.crm, "UPDATE contacts SET available_on = '2026-09-01' WHERE ats_id = '20016'")
}

// settle answers the one conflict, and expects that the answer is all that
// travels.
func (x *trial) settle() {
	export, contacts := x.export(), x.contacts()
	items, err := x.engine.Conflicts(x.t.Context(), x.config, engine.ConflictsOptions{Kind: "conflict"})
	if err != nil || len(items) != 1 || items[0].Field != "phone" {
		x.t.Fatalf("conflicts %v %v, want the phone", items, err)
	}
	if _, err := x.engine.Resolve(x.t.Context(), x.config, items[0].ID, "crm", "a person"); err != nil {
		x.t.Fatal(err)
	}
	s := x.run()
	x.written(s, map[string]int{"ats": 1, "crm": 0})
	if s.Conflicts != 0 {
		x.t.Errorf("%d conflicts are left", s.Conflicts)
	}
	x.changed(export, contacts, "the choice", map[string]string{"20012 Phone (mobile)": "+5511961231699"}, nil)
}

func (x *trial) audit() {
	n, err := x.engine.AuditVerify(x.t.Context(), x.config)
	if err != nil || n == 0 {
		x.t.Errorf("the audit: %d entries, %v", n, err)
	}
}

// silent expects that nothing personal was told: no e-mail, number or name.
func (x *trial) silent(export table) {
	told := x.said.String()
	for id, row := range export {
		for _, column := range []string{"email", "Phone (mobile)", "last_name", "first_name"} {
			if v := row[column]; utf8.RuneCountInString(v) >= 5 && strings.Contains(told, v) {
				x.t.Errorf("the %s of %s was told", column, id)
			}
		}
	}
	if !strings.Contains(told, "ats/20065") {
		x.t.Errorf("nobody was told of the candidate without an address; told was:\n%s", told)
	}
}

// TestAccepted: a person's yes lets a record pass that a check held, once and
// for good.
func TestAccepted(t *testing.T) {
	x := begin(t, "quickstart", nil)
	x.crm = open(t, "sqlite", filepath.Join(x.folder, "live", "crm.db"))
	x.run()
	items, err := x.engine.Conflicts(t.Context(), x.config, engine.ConflictsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(items, func(i engine.OpenItem) bool { return slices.Contains(i.Choices, "accept") })
	if at < 0 {
		t.Fatal("nobody is asked about the candidate without an address")
	}
	if _, err := x.engine.Resolve(t.Context(), x.config, items[at].ID, "accept", "a person"); err != nil {
		t.Fatal(err)
	}
	s := x.run()
	x.written(s, map[string]int{"ats": 0, "crm": 1})
	if s.Linked != 500 || s.Reviews != 7 {
		t.Errorf("linked %d, reviews %d, want 500 and 7", s.Linked, s.Reviews)
	}
	x.idle("the run after the yes")
}
