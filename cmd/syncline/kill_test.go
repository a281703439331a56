package main

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // what the test looks at the ends with
)

// killRecords is how many records either end begins with; half of them are the
// same people.
const killRecords = 2500

// killMoments is how often a run is killed.
func killMoments() int {
	if os.Getenv("CI") != "" {
		return 200
	}
	return 30
}

const killConfig = `
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
pipeline "candidates" {
  entity           = "candidate"
  alert            = notify.me
  system_of_record = "export"
  source "export" {
    id    = "id"
    allow = ["read", "create", "update"]
  }
  source "crm" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }
  match {
    key "email" { field = "email" }
    ambiguous = "review"
  }
  fields "export <-> crm" {
    conflict {
      rules       = ["system_of_record"]
      unavailable = "review"
      escalate {
        after = "4h"
        to    = notify.me
      }
    }
    field "first_name" {
      export = "first_name"
      crm    = "given_name"
    }
    field "email" {
      export = "email"
      crm    = "email"
    }
  }
  field "location" {
    direction = "crm -> export"
    export    = "city"
    crm       = "city"
  }
  guard {
    creates {
      count = 100000
    }
    overwrites {
      count = 100000
    }
  }
}
`

// TestKill kills runs over a CSV file and an SQLite database at random
// moments, without warning, and lets one finish now and then: the ends agree,
// every person has exactly one record on each side, the state is sound and the
// journal's chain holds. R0.4, R1.2
func TestKill(t *testing.T) {
	seed := seedOf("SYNCLINE_KILL_SEED")
	k := &killing{victim: newVictim(t, seed), size: killRecords}
	defer func() {
		if t.Failed() {
			t.Logf("SYNCLINE_KILL_SEED=%d", seed)
		}
	}()
	begun := time.Now()
	for k.kills < killMoments() && !t.Failed() {
		k.world()
	}
	t.Logf("%d kills in %v, %d runs finished, %d records at either end: %v", k.kills, time.Since(begun).Round(time.Second), k.finished, k.records, k.at)
}

type killing struct {
	*victim
	size    int // how many records either end begins with
	records int
	edits   map[string]string
}

// world makes both ends anew, then kills first loads and runs after edits.
func (k *killing) world() {
	k.folder, k.edits = k.TempDir(), map[string]string{}
	k.file("main.hcl", []byte(killConfig))
	k.seedCSV()
	k.seedSQLite()
	k.long = 1500 * time.Millisecond
	for range 3 {
		for range 12 {
			if !k.kill() {
				break
			}
		}
		k.finish()
		k.look()
		if k.Failed() {
			return
		}
		k.edit()
	}
}

func email(n int) string { return fmt.Sprintf("person%d@example.com", n) }

func (k *killing) seedCSV() {
	var b bytes.Buffer
	b.WriteString("id,first_name,email,city\n")
	for n := range k.size {
		fmt.Fprintf(&b, "c%d,Name%d,%s,\n", n, n, email(n))
	}
	b.WriteString("broken,\"row\n")
	k.file("export.csv", b.Bytes())
}

func (k *killing) seedSQLite() {
	k.sql(func(db *sql.Tx) {
		k.exec(db, "CREATE TABLE contacts (id INTEGER PRIMARY KEY, given_name TEXT, email TEXT UNIQUE, city TEXT)")
		for n := k.size / 2; n < k.size/2+k.size; n++ {
			k.exec(db, "INSERT INTO contacts (given_name, email, city) VALUES (?, ?, ?)", fmt.Sprint("Name", n), email(n), fmt.Sprint("City", n))
		}
	})
}

func (k *killing) sql(fn func(*sql.Tx)) {
	db, err := sql.Open("sqlite", filepath.Join(k.folder, "crm.db"))
	if err != nil {
		k.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		k.Fatal(err)
	}
	fn(tx)
	if err := tx.Commit(); err != nil {
		k.Fatal(err)
	}
}

func (k *killing) exec(db *sql.Tx, text string, args ...any) {
	if _, err := db.Exec(text, args...); err != nil {
		k.Fatal(err)
	}
}

// look compares the ends by hand.
func (k *killing) look() {
	left, right := k.exported(), k.contacts()
	k.records = len(left)
	want := k.size / 2 * 3
	if len(left) != want || len(right) != want {
		k.Errorf("%d people in the file, %d in the table, want %d", len(left), len(right), want)
	}
	wrong := 0
	for who, name := range left {
		if right[who] != name {
			if wrong++; wrong < 5 {
				k.Errorf("%s: the file says %q, the table %q", who, name, right[who])
			}
		}
	}
	for who, name := range k.edits {
		if !strings.HasPrefix(left[who], name+" ") {
			k.Errorf("%s: the edit to %q is lost: %q", who, name, left[who])
		}
	}
}

// exported reads the file: name and city by e-mail.
func (k *killing) exported() map[string]string {
	b, err := os.ReadFile(filepath.Join(k.folder, "export.csv"))
	if err != nil {
		k.Fatal(err)
	}
	text, found := strings.CutSuffix(string(b), "broken,\"row\n")
	if !found {
		if before, after, ok := strings.Cut(text, "broken,\"row\n"); ok {
			text, found = before+after, true
		}
	}
	if !found {
		k.Errorf("the row that does not read is gone")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		k.Fatal(err)
	}
	out := map[string]string{}
	for _, r := range rows[1:] {
		k.one(out, "file", r[2], r[1]+" "+r[3])
	}
	return out
}

func (k *killing) one(out map[string]string, where, who, value string) {
	if _, twice := out[who]; twice {
		k.Errorf("the %s has %s twice", where, who)
	}
	out[who] = value
}

func (k *killing) contacts() map[string]string {
	out := map[string]string{}
	k.sql(func(db *sql.Tx) {
		rows, err := db.Query("SELECT email, given_name, coalesce(city, '') FROM contacts")
		if err != nil {
			k.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var who, name, city string
			if err := rows.Scan(&who, &name, &city); err != nil {
				k.Fatal(err)
			}
			k.one(out, "table", who, name+" "+city)
		}
	})
	return out
}

// edit changes some people at either end.
func (k *killing) edit() {
	path := filepath.Join(k.folder, "export.csv")
	b, err := os.ReadFile(path)
	if err != nil {
		k.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")
	for range 3 * k.size / 50 {
		i := 1 + k.rng.IntN(len(lines)-2)
		fields := strings.Split(lines[i], ",")
		if len(fields) != 4 {
			continue
		}
		fields[1] = fmt.Sprintf("File%d", k.rng.IntN(1e9))
		lines[i] = strings.Join(fields, ",")
		k.edits[fields[2]] = fields[1]
	}
	k.file("export.csv", []byte(strings.Join(lines, "\n")))
	k.sql(func(db *sql.Tx) {
		for range 3 * k.size / 50 {
			who := email(k.rng.IntN(k.size / 2 * 3))
			if name, edited := k.edits[who]; edited && strings.HasPrefix(name, "File") {
				continue
			}
			k.edits[who] = fmt.Sprintf("Table%d", k.rng.IntN(1e9))
			k.exec(db, "UPDATE contacts SET given_name = ? WHERE email = ?", k.edits[who], who)
		}
	})
}
