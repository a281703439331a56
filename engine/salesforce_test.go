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
	"syncline/connectors/simulators/salesforce"
	"syncline/engine"
)

const salesforcePipeline = `
system "sf" {
  connector     = "salesforce"
  url           = "URL"
  client_id     = "fake-salesforce-consumer-key"
  client_secret = secret("env:SECRET")
  EXTERNAL
}
system "ats" {
  connector = "sqlite"
  path      = "ats.db"
}
notify "ops" { connector = "log" }
pipeline "people" {
  entity           = "candidate"
  alert            = notify.ops
  system_of_record = "ats"
  source "sf" {
    mapping = mapping.salesforce.candidate
    allow   = ["read", "create", "update"]
    cursor  = "SystemModstamp"
    fields  = { Skills__c = "string" }
  }
  source "ats" {
    object = "people"
    allow  = ["read", "create", "update"]
  }
  match {
    key "email" { field = "email" }
  }
  fields "sf <-> ats" {
    conflict {
      rules       = ["system_of_record"]
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
    field "first_name" { ats = "first_name" }
    field "last_name" { ats = "last_name" }
    field "email" { ats = "email" }
    field "current_title" { ats = "title" }
    field "headline" {
      sf  = "Skills__c"
      ats = "skills"
    }
  }
}
`

// TestSalesforceEndToEnd keeps a simulated organization and a database in
// agreement while sessions end and answers are lost: contacts come over, people
// and edits of either side reach the other, custom fields among them, nobody is
// there twice, and a last run writes nothing.
func TestSalesforceEndToEnd(t *testing.T) {
	for _, external := range []string{"", `external_id = "Syncline_Key__c"`} {
		for seed := range 2 {
			salesforceAgrees(t, external, uint64(seed))
		}
	}
}

func salesforceAgrees(t *testing.T, external string, seed uint64) {
	t.Helper()
	wrote := 0
	log := func(r simulators.Request) {
		if r.Method != "GET" && r.Path != "/services/oauth2/token" {
			wrote++
		}
	}
	server := salesforce.New(simulators.Options{Log: log, Seed: seed, Page: 7, Faults: simulators.Faults{simulators.Lost: 0.3, simulators.Session: 0.2}})
	web := httptest.NewServer(server)
	defer web.Close()
	folder := t.TempDir()
	text := strings.NewReplacer("URL", web.URL, "EXTERNAL", external).Replace(salesforcePipeline)
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(folder, "ats.db"))
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
	exec("CREATE TABLE people (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, email TEXT, title TEXT, skills TEXT)")
	for i := range 5 {
		exec(fmt.Sprintf("INSERT INTO people (first_name, last_name, email, title) VALUES ('New', 'O''Hara %d', 'new%d@example.com', 'Driver')", i, i))
	}
	e, c := opened(t, folder, engine.Options{Env: func(name string) (string, bool) { return salesforce.Secret, name == "SECRET" }})
	run := func() {
		t.Helper()
		for range 3 { // what was uncertain is found out by the next run
			if s, err := e.Run(t.Context(), c, engine.RunOptions{}); err != nil || s.Pipelines[0].Failed != "" {
				t.Fatal(err, s)
			}
		}
	}
	run()
	exec("UPDATE people SET title = 'Countess', skills = 'Poetry' WHERE email = 'person3@example.com'")
	server.Edit(func(c *simulators.Call) {
		for _, r := range c.Store.List("Contact", func(o simulators.Object) bool { return o["Email"] == "person4@example.com" }) {
			salesforce.Put(c, "Contact", r["Id"].(string), map[string]any{"Title": "Poet", "LastName": "Byron"})
		}
	})
	run()
	emails := map[string]int{}
	server.Edit(func(c *simulators.Call) {
		for _, r := range c.Store.List("Contact", nil) {
			emails[fmt.Sprint(r["Email"])]++
			if r["Email"] == "person3@example.com" && (r["Title"] != "Countess" || r["Skills__c"] != "Poetry") {
				t.Errorf("seed %d: the edit arrived as %v", seed, r)
			}
			if external != "" && strings.HasPrefix(fmt.Sprint(r["Email"]), "new") && len(fmt.Sprint(r[salesforce.Key])) != 32 {
				t.Errorf("seed %d: a new contact has the key %v", seed, r[salesforce.Key])
			}
		}
	})
	if len(emails) != 29 {
		t.Errorf("seed %d: %d contacts", seed, len(emails))
	}
	for email, n := range emails {
		if n != 1 {
			t.Errorf("seed %d, %q: %s is there %d times", seed, external, email, n)
		}
	}
	var last, title string
	if err := db.QueryRow("SELECT last_name, title FROM people WHERE email = 'person4@example.com'").Scan(&last, &title); err != nil || last != "Byron" || title != "Poet" {
		t.Errorf("seed %d: %q %q %v", seed, last, title, err)
	}
	before := wrote
	if run(); wrote != before {
		t.Errorf("seed %d: %d writes where all agreed", seed, wrote-before)
	}
}
