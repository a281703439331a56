package main

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // what the test looks at the server with

	"syncline/connectors/connectortest"
)

const awayRecords = 20_000

// TestDatabaseGoesAway cuts every connection of a run in its middle, lets the
// next run finish, and then ends the server in the middle of another.
func TestDatabaseGoesAway(t *testing.T) {
	server := connectortest.Postgres(t)
	db, err := sql.Open("pgx", server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	d := newDesk(t, "unlink")
	d.sql("DROP TABLE contacts")
	d.write("main.hcl", strings.NewReplacer(
		"  connector = \"sqlite\"\n  path      = \"crm.db\"\n", "  connector = \"postgres\"\n  url       = secret(\"env:CRM_URL\")\n",
		"\"contacts\"", "\"gone_away\"").Replace(d.read("main.hcl")))
	var rows strings.Builder
	for n := range awayRecords {
		fmt.Fprintf(&rows, "x%d,Name%d,name%d@example.com,,\n", n, n, n)
	}
	d.write("export.csv", deskExport+rows.String())
	const table = "DROP TABLE IF EXISTS gone_away; CREATE TABLE gone_away (id SERIAL PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, born DATE, salary NUMERIC)"
	if _, err := db.Exec(table); err != nil {
		t.Fatal(err)
	}
	run := func() (string, int) {
		cmd := exec.Command("syncline", "run", d.folder)
		cmd.Env = append(os.Environ(), "CRM_URL="+server.URL)
		return d.start(cmd)
	}
	cut := inTheMiddle(db, func() {
		_, _ = db.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name <> '' AND pid <> pg_backend_pid() OR query ILIKE '%insert%' AND pid <> pg_backend_pid()")
	})
	out, code := run()
	<-cut
	d.sound()
	if code != 0 {
		d.told(out, code, 1, []string{"crm"})
	}
	for range 3 { // what nobody answered for may have to be looked at once more
		if out, code = run(); code == 0 && strings.Contains(out, "nothing to do") {
			break
		}
	}
	d.told(out, code, 0, []string{"nothing to do"})
	var total, people int
	if err := db.QueryRow("SELECT count(*), count(DISTINCT email) FROM gone_away").Scan(&total, &people); err != nil {
		t.Fatal(err)
	}
	if total != awayRecords+3 || people != total {
		t.Errorf("%d records of %d people, want %d", total, people, awayRecords+3)
	}
	d.sound()
	if server.Own() {
		d.ended(server, db, run, table)
	}
}

// ended kills the server while a run over an empty table is under way.
func (d *desk) ended(server *connectortest.Server, db *sql.DB, run func() (string, int), table string) {
	if err := os.RemoveAll(d.folder + "/.syncline"); err != nil {
		d.Fatal(err)
	}
	if _, err := db.Exec(table); err != nil {
		d.Fatal(err)
	}
	gone := inTheMiddle(db, server.Kill)
	out, code := run()
	<-gone
	d.told(out, code, 1, []string{"crm", "see that the database runs"})
	if strings.Contains(out, server.URL) {
		d.Error("the secret is told")
	}
	d.sound()
}

// inTheMiddle does something once the first records are there.
func inTheMiddle(db *sql.DB, do func()) (done chan struct{}) {
	done = make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; n == 0; {
			if err := db.QueryRow("SELECT count(*) FROM gone_away").Scan(&n); err != nil {
				return
			}
		}
		do()
	}()
	return done
}
