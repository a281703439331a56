package engine_test

import (
	"database/sql"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/bamboohr"
	"syncline/engine"
)

const bamboohrPipeline = `
system "hr" {
  connector = "bamboohr"
  url       = "URL"
  api_key   = secret("env:KEY")
}
system "payroll" {
  connector = "sqlite"
  path      = "payroll.db"
}
notify "ops" { connector = "log" }
pipeline "people" {
  entity           = "employee"
  alert            = notify.ops
  system_of_record = "hr"
  source "hr" {
    mapping = mapping.bamboohr.employee
    allow   = ["read", "create", "update"]
    cursor  = "last_changed"
    fields  = { customBadge = "string" }
  }
  source "payroll" {
    object = "people"
    allow  = ["read", "create", "update"]
  }
  match {
    key "email" { field = "work_email" }
  }
  fields "hr <-> payroll" {
    conflict {
      rules       = ["system_of_record"]
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
    field "first_name" { payroll = "first_name" }
    field "last_name" { payroll = "last_name" }
    field "work_email" { payroll = "email" }
    field "title" { payroll = "title" }
    field "hired_on" { payroll = "hired_on" }
    field "cost_centre" {
      hr      = "customBadge"
      payroll = "badge"
    }
  }
}
`

// TestBambooHREndToEnd keeps a simulated account and a database in agreement
// while requests are refused as too many and answers are lost: employees come
// over, new hires and edits of either side reach the other, a field of the
// account's own among them, nobody is there twice, and a last run writes nothing.
func TestBambooHREndToEnd(t *testing.T) {
	for seed := range 2 {
		bamboohrAgrees(t, uint64(seed))
	}
}

func bamboohrAgrees(t *testing.T, seed uint64) {
	t.Helper()
	wrote := 0
	log := func(r simulators.Request) {
		if r.Method != "GET" && !strings.HasPrefix(r.Path, "/api/v1/reports/") {
			wrote++
		}
	}
	server := bamboohr.New(simulators.Options{Log: log, Seed: seed, Faults: simulators.Faults{simulators.Lost: 0.3, simulators.Limit: 0.02}})
	web := httptest.NewServer(server)
	defer web.Close()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(strings.Replace(bamboohrPipeline, "URL", web.URL, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(folder, "payroll.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(text string) {
		t.Helper()
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE people (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, email TEXT, title TEXT, hired_on DATE, badge TEXT)")
	for i := range 5 {
		exec(fmt.Sprintf("INSERT INTO people (first_name, last_name, email, title, hired_on) VALUES ('New', 'O''Hara %d', 'new%d@example.com', 'Data Analyst', '2026-02-0%d')", i, i, i+1))
	}
	e, c := opened(t, folder, engine.Options{Env: func(name string) (string, bool) { return bamboohr.Key, name == "KEY" }})
	run := func() {
		t.Helper()
		for range 3 { // what was uncertain is found out by the next run
			if s, err := e.Run(t.Context(), c, engine.RunOptions{}); err != nil || s.Pipelines[0].Failed != "" {
				t.Fatal(err, s)
			}
		}
	}
	run()
	exec("UPDATE people SET title = 'Lead Engineer', badge = 'B7' WHERE email = 'ada@example.com'")
	server.Edit(func(c *simulators.Call) {
		bamboohr.Put(c, "103", simulators.Object{"lastName": "Byron", "workEmail": "byron@example.com"})
	})
	run()
	emails := map[string]int{}
	server.Edit(func(c *simulators.Call) {
		for _, o := range c.Store.List("employees", nil) {
			emails[fmt.Sprint(o["workEmail"])]++
			if o["workEmail"] == "ada@example.com" && (o["jobTitle"] != "Lead Engineer" || o["customBadge"] != "B7") {
				t.Errorf("seed %d: the edit arrived as %v", seed, o)
			}
			if o["workEmail"] == "new2@example.com" && o["hireDate"] != "2026-02-03" {
				t.Errorf("seed %d: a new hire arrived as %v", seed, o)
			}
		}
	})
	if len(emails) != 17 {
		t.Errorf("seed %d: %d employees", seed, len(emails))
	}
	for email, n := range emails {
		if n != 1 {
			t.Errorf("seed %d: %s is there %d times", seed, email, n)
		}
	}
	var people int
	var last string
	if err := db.QueryRow("SELECT (SELECT count(*) FROM people), last_name FROM people WHERE email = 'byron@example.com'").Scan(&people, &last); err != nil || people != 17 || last != "Byron" {
		t.Errorf("seed %d: %d %q %v", seed, people, last, err)
	}
	if open, err := e.Conflicts(t.Context(), c, engine.ConflictsOptions{}); err != nil || len(open) > 0 {
		t.Errorf("seed %d: open questions: %+v %v", seed, open, err)
	}
	before := wrote
	if run(); wrote != before {
		t.Errorf("seed %d: %d writes where all agreed", seed, wrote-before)
	}
}
