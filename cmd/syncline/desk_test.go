package main

import (
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"syncline/engine/state"
)

// desk is a folder with a configuration over a CSV file and a table, and
// somebody who runs it.
type desk struct {
	*testing.T
	folder string
}

const deskConfig = `
system "export" {
  connector = "file"
  path      = "export.csv"
}
system "crm" {
  connector = "sqlite"
  path      = "crm.db"
}
notify "me" {
  connector = "log"
}
entity "person" {
  extends = "candidate"
  attribute "born" {
    type  = "date"
    class = "protected"
  }
  attribute "salary" {
    type  = "decimal"
    class = "pay"
  }
}
pipeline "people" {
  entity           = "person"
  alert            = notify.me
  source "export" {
    id      = "id"
    allow   = ["read", "update"]
    removed = "REMOVED"
  }
  source "crm" {
    object  = "contacts"
    allow   = ["read", "create", "update", "delete"]
    removed = "review"
  }
  match {
    key "email" { field = "email" }
    ambiguous = "review"
  }
  field "email" {
    direction = "export -> crm"
    export    = "email"
    crm       = "email"
  }
  field "first_name" {
    direction = "export <-> crm"
    export    = "name"
    crm       = "name"
    conflict {
      rules       = ["review"]
      unavailable = "review"
      escalate {
        after = "4h"
        to    = notify.me
      }
    }
  }
  field "born" {
    direction = "export -> crm"
    export    = "born"
    crm       = "born"
  }
  field "salary" {
    direction = "export -> crm"
    export    = "salary"
    crm       = "salary"
  }
  validate "named" {
    check   = "has(entity.email)"
    message = "no e-mail address"
    failed  = "review"
  }
}
`

const deskExport = `id,name,email,born,salary
1,Ada,ada@example.com,1985-12-10,51001
2,Grace,grace@example.com,1986-12-09,51002
3,Alan,alan@example.com,1987-06-23,51003
`

const deskTable = `CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, born TEXT, salary TEXT)`

func newDesk(t *testing.T, removed string) *desk {
	d := &desk{T: t, folder: t.TempDir()}
	d.write("main.hcl", strings.ReplaceAll(deskConfig, "REMOVED", removed))
	d.write("export.csv", deskExport)
	d.sql(deskTable)
	return d
}

func (d *desk) write(name, text string) {
	d.Helper()
	if err := os.WriteFile(filepath.Join(d.folder, name), []byte(text), 0o600); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) read(name string) string {
	d.Helper()
	b, err := os.ReadFile(filepath.Join(d.folder, name))
	if err != nil {
		d.Fatal(err)
	}
	return string(b)
}

// sql runs a statement on the table and returns its rows.
func (d *desk) sql(text string, args ...any) (out []string) {
	d.Helper()
	db, err := sql.Open("sqlite", filepath.Join(d.folder, "crm.db"))
	if err != nil {
		d.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(text, args...)
	if err != nil {
		d.Fatal(err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	for rows.Next() {
		values := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			d.Fatal(err)
		}
		var words []string
		for _, v := range values {
			words = append(words, v.String)
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

// run runs a command on the desk's folder.
func (d *desk) run(args ...string) (out string, code int) {
	d.Helper()
	return d.start(exec.Command("syncline", append(args, d.folder)...))
}

func (d *desk) start(cmd *exec.Cmd) (out string, code int) {
	d.Helper()
	b, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.Fatal(err)
	}
	if strings.Contains(string(b), "goroutine ") {
		d.Errorf("%v: it panics:\n%s", cmd.Args, b)
	}
	return string(b), cmd.ProcessState.ExitCode()
}

// says holds a command to its exit code and to what it says.
func (d *desk) says(code int, words []string, args ...string) string {
	d.Helper()
	out, got := d.run(args...)
	d.told(out, got, code, words)
	return out
}

func (d *desk) told(out string, got, code int, words []string) {
	d.Helper()
	if got != code {
		d.Errorf("exit %d, want %d:\n%s", got, code, out)
	}
	for _, w := range words {
		if !strings.Contains(out, w) {
			d.Errorf("it does not say %q:\n%s", w, out)
		}
	}
}

// settled holds that nothing is left to do, nothing is there twice and the
// state is sound.
func (d *desk) settled() {
	d.Helper()
	if out := d.says(0, nil, "run"); !strings.Contains(out, "nothing to do") {
		d.Errorf("there is still something to do:\n%s", out)
	}
	if twice := d.sql("SELECT email FROM contacts GROUP BY lower(email) HAVING count(*) > 1"); len(twice) > 0 {
		d.Errorf("twice in the table: %v", twice)
	}
	d.says(0, []string{"The chain holds"}, "audit", "verify")
	d.sound()
}

// sound holds the state to its own rules.
func (d *desk) sound() {
	d.Helper()
	s, err := state.Open(state.Options{Folder: filepath.Join(d.folder, ".syncline"), ReadOnly: true})
	if err != nil {
		d.Fatal(err)
	}
	defer s.Close()
	if findings, err := s.Check(); err != nil || len(findings) > 0 {
		d.Errorf("the state is not sound: %v %v", findings, err)
	}
}
