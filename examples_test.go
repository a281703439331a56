package syncline_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"syncline/cmd/syncline/view"
	"syncline/connectors"
	"syncline/connectors/all"
	"syncline/connectors/connectortest"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/engine/run"
	"syncline/pipelines"
)

// trial is one example under way, in a folder of its own.
type trial struct {
	t      *testing.T
	folder string
	engine *engine.Engine
	config *pipelines.Config
	crm    *sql.DB
	said   bytes.Buffer // all that was told: events, messages, summaries
}

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

// begin copies an example and compiles it.
func begin(t *testing.T, name string, env map[string]string) *trial {
	x := &trial{t: t, folder: filepath.Join(t.TempDir(), name)}
	for _, part := range []string{"main.hcl", "data/candidates.csv", "data/crm.sql"} {
		to := filepath.Join(x.folder, filepath.FromSlash(part))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, read(t, filepath.Join("examples", name, part)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var definitions []*connectors.Definition
	for _, d := range all.Connectors() {
		definitions = append(definitions, &d)
	}
	x.engine = engine.New(engine.Options{
		Connectors: definitions,
		Listen:     func(e run.Event) { fmt.Fprintln(&x.said, e.Text) },
		Log:        func(level, text string) { fmt.Fprintln(&x.said, level, text) },
		Env:        func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	})
	if _, err := x.engine.Seed(t.Context(), x.load()); err != nil {
		t.Fatal(err)
	}
	x.config = x.load()
	return x
}

func (x *trial) load() *pipelines.Config {
	c, problems := x.engine.Load(context.Background(), engine.Source{Path: x.folder})
	if problems.Failed() {
		x.t.Fatalf("the example does not compile: %v", problems)
	}
	return c
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

// run makes a pass, shows its summary, and holds its counts to add up.
func (x *trial) run() plans.PipelineSummary {
	x.t.Helper()
	summary, err := x.engine.Run(x.t.Context(), x.config, engine.RunOptions{})
	if err != nil {
		x.t.Fatal(err)
	}
	view.New(&x.said, 0, false).Summary(summary)
	s := summary.Pipelines[0]
	for i := range s.Ends {
		e := &s.Ends[i]
		if e.Read != e.SetAside+e.Review+e.Waiting+e.InFlight+e.Agreed {
			x.t.Errorf("the counts do not add up: %+v", *e)
		}
		e.Unchanged = 0
	}
	if s.Failed != "" || len(s.Withheld) > 0 {
		x.t.Errorf("stopped %q, withheld %v", s.Failed, s.Withheld)
	}
	return s
}

func (x *trial) written(s plans.PipelineSummary, want map[string]int) {
	x.t.Helper()
	for _, e := range s.Ends {
		if got := e.Created + e.Updated + e.Archived + e.Deleted; got != want[e.End] || e.Refused != 0 {
			x.t.Errorf("%d writes at %s, %d refused, want %d", got, e.End, e.Refused, want[e.End])
		}
	}
}

// table is what an end holds: by id, by column. The CRM's facts about a row
// are left out.
type table map[string]map[string]string

// changed expects that between two moments exactly these cells changed, named
// by ATS id and column.
func (x *trial) changed(export, contacts table, why string, ats, crm map[string]string) {
	x.t.Helper()
	if diff := cmp.Diff(orEmpty(ats), differences(export, x.export(), "candidate_id")); diff != "" {
		x.t.Errorf("after %s the export differs (-want +got):\n%s", why, diff)
	}
	if diff := cmp.Diff(orEmpty(crm), differences(contacts, x.contacts(), "ats_id")); diff != "" {
		x.t.Errorf("after %s the CRM differs (-want +got):\n%s", why, diff)
	}
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func differences(before, after table, key string) map[string]string {
	found := map[string]string{}
	for id := range before {
		if after[id] == nil {
			found[id] = "gone"
		}
	}
	for id, row := range after {
		for column, v := range row {
			if old, ok := before[id][column]; !ok || old != v {
				found[row[key]+" "+column] = v
			}
		}
	}
	return found
}

func (x *trial) path() string { return filepath.Join(x.folder, "live", "candidates.csv") }

func (x *trial) file() []byte { return read(x.t, x.path()) }

// export reads the rows of the export that can be read.
func (x *trial) export() table {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(x.file(), []byte("\ufeff"))))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		x.t.Fatal(err)
	}
	found := table{}
	for _, row := range rows[1:] {
		if len(row) != len(rows[0]) || row[2] == "" || row[2] > "30000" {
			continue
		}
		cells := map[string]string{}
		for i, column := range rows[0] {
			cells[column] = row[i]
		}
		found[row[2]] = cells
	}
	return found
}

// onlyCells expects that two versions of the export are the same bytes, the
// cells of these columns in rows that can be read aside.
func (x *trial) onlyCells(before, after []byte, columns ...string) {
	x.t.Helper()
	a, b := bytes.SplitAfter(before, []byte("\n")), bytes.SplitAfter(after, []byte("\n"))
	if len(a) != len(b) {
		x.t.Fatalf("the export had %d lines and has %d", len(a), len(b))
	}
	header := strings.Split(strings.TrimSpace(strings.ReplaceAll(string(a[0]), `"`, "")), ",")
	for i := range a {
		if bytes.Equal(a[i], b[i]) {
			continue
		}
		old, now := cellsOf(string(a[i])), cellsOf(string(b[i]))
		same := len(old) == len(now) && !bytes.Contains(a[i], []byte(",3000")) && !bytes.Contains(a[i], []byte(`"No","Number"`))
		for n := 0; same && n < len(old); n++ {
			same = old[n] == now[n] || slices.Contains(columns, header[n])
		}
		if !same {
			x.t.Errorf("line %d of the export is not what it was:\n%q\n%q", i+1, a[i], b[i])
		}
	}
}

// cellsOf cuts a line at the commas outside of quotes, and keeps the quotes.
func cellsOf(line string) []string {
	quoted := false
	return strings.FieldsFunc(strings.ReplaceAll(line, ",", " , "), func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ',' && !quoted
	})
}

// contacts reads the CRM's table.
func (x *trial) contacts() table {
	rows, err := x.crm.Query("SELECT id, ats_id, given_name, family_name, email, mobile, city, title, status, owner, do_not_contact, " +
		"CAST(available_on AS text), lead_source, remarks FROM contacts")
	if err != nil {
		x.t.Fatal(err)
	}
	defer rows.Close()
	columns := []string{"id", "ats_id", "given_name", "family_name", "email", "mobile", "city", "title", "status", "owner", "do_not_contact", "available_on", "lead_source", "remarks"}
	found := table{}
	for rows.Next() {
		cells := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			x.t.Fatal(err)
		}
		row := map[string]string{}
		for i, c := range columns {
			row[c] = cells[i].String
		}
		found[row["id"]] = row
	}
	if err := rows.Err(); err != nil {
		x.t.Fatal(err)
	}
	return found
}

func open(t *testing.T, driver, source string) *sql.DB {
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func execute(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
