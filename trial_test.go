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

	"github.com/google/go-cmp/cmp"

	"syncline/cmd/syncline/view"
	"syncline/connectors"
	"syncline/connectors/all"
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
