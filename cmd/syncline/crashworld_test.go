package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// crashColumns are what people know of a person, and the columns that hold it
// at either end.
var crashColumns = []struct{ name, crm, ats string }{
	{"email", "email", "email"},
	{"first", "given_name", "first_name"},
	{"last", "family_name", "last_name"},
	{"nick", "nick", "nickname"},
	{"city", "city", "location"},
	{"title", "title", "headline"},
	{"permit", "permit", "work_permit"},
}

// column is where an end keeps something.
func column(end, name string) string {
	for _, c := range crashColumns {
		if c.name == name && end == "crm" {
			return c.crm
		}
		if c.name == name {
			return c.ats
		}
	}
	return ""
}

// person is what a record holds, by the names of crashColumns.
type person map[string]string

// note is one line of a database's own history, which triggers write in the
// transaction of the change: it tells every value that a row ever had, and who
// wrote it.
type note struct {
	op       string
	id       string
	old, new person
	people   bool
}

// crashEnd is one of the two databases, seen and edited directly.
type crashEnd struct {
	name  string
	db    *sql.DB
	table string
	first string // what a transaction of people begins with
	last  string // and ends with
}

// crashServer is the PostgreSQL of all worlds.
type crashServer struct {
	url            string
	user, database string
	db             *sql.DB
	bridge         *bridge
}

// crashWorld is two databases with people in them, and a configuration that keeps
// them in agreement.
type crashWorld struct {
	*victim
	server  *crashServer
	schema  string
	ends    map[string]*crashEnd
	typed   int // counts values: each is typed once
	people  []string
	marked  map[string]int  // how much of an end's history is settled
	chosen  map[string]bool // what people decided against
	variant string
	sky     *weather // of the run under way
	older   *weather // of the one before
}

// exec runs SQL directly.
func (e *crashEnd) exec(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if _, err := e.db.Exec(text); err != nil {
			t.Fatalf("%s: %v\n%s", e.name, err, text)
		}
	}
}

// open makes both databases, empty.
func (w *crashWorld) open(unique, revision bool) {
	w.variant = fmt.Sprintf("unique=%v revision=%v", unique, revision)
	constraint := ""
	if unique {
		constraint = " UNIQUE"
	}
	w.ends = map[string]*crashEnd{"crm": w.openCRM(constraint), "ats": w.openATS(constraint)}
	w.file("main.hcl", []byte(crashConfig(revision)))
}

func (w *crashWorld) openCRM(constraint string) *crashEnd {
	db, err := sql.Open("sqlite", filepath.Join(w.folder, "crm.db")+"?_pragma=busy_timeout(20000)&_txlock=immediate")
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { db.Close() })
	e := &crashEnd{name: "crm", db: db, table: "contacts", first: "INSERT INTO typing VALUES (1)", last: "DELETE FROM typing"}
	if w.rng.IntN(2) == 0 {
		e.exec(w.T, "PRAGMA journal_mode = WAL")
	}
	old, fresh := jsonOf("crm", "OLD", "json_object"), jsonOf("crm", "NEW", "json_object")
	e.exec(w.T,
		"CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT"+constraint+", given_name TEXT, family_name TEXT, nick TEXT, city TEXT, title TEXT, permit TEXT, rev INTEGER NOT NULL DEFAULT 1)",
		"CREATE TABLE history (n INTEGER PRIMARY KEY, op TEXT, id TEXT, old TEXT, new TEXT, people INTEGER)",
		"CREATE TABLE typing (n INTEGER)",
		"CREATE TRIGGER inserted AFTER INSERT ON contacts BEGIN INSERT INTO history (op, id, old, new, people) SELECT 'insert', NEW.id, '{}', "+fresh+", count(*) FROM typing; END",
		"CREATE TRIGGER changed AFTER UPDATE ON contacts BEGIN INSERT INTO history (op, id, old, new, people) SELECT 'update', NEW.id, "+old+", "+fresh+", count(*) FROM typing; END")
	return e
}

func (w *crashWorld) openATS(constraint string) *crashEnd {
	w.schema = fmt.Sprintf("syncline_crash_%d", w.rng.Int64N(1<<40))
	s := &crashEnd{name: "ats", db: w.server.db}
	s.exec(w.T, "CREATE SCHEMA "+w.schema)
	w.Cleanup(func() { _, _ = w.server.db.Exec("DROP SCHEMA " + w.schema + " CASCADE") })
	db, err := sql.Open("pgx", withParams(w.server.url, "search_path="+w.schema, "application_name=people"))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { db.Close() })
	e := &crashEnd{name: "ats", db: db, table: "candidates", first: "SELECT 1", last: "SELECT 1"}
	old, fresh := jsonOf("ats", "OLD", "json_build_object"), jsonOf("ats", "NEW", "json_build_object")
	e.exec(w.T,
		"CREATE TABLE candidates (id BIGSERIAL PRIMARY KEY, email TEXT"+constraint+", first_name TEXT, last_name TEXT, nickname TEXT, location TEXT, headline TEXT, work_permit TEXT, rev BIGINT NOT NULL DEFAULT 1)",
		"CREATE TABLE history (n BIGSERIAL PRIMARY KEY, op TEXT, id TEXT, old TEXT, new TEXT, people INTEGER)",
		`CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO `+w.schema+`.history (op, id, old, new, people) VALUES (lower(TG_OP), NEW.id,
				CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE `+old+`::text END, `+fresh+`::text,
				CASE WHEN current_setting('application_name') = 'people' THEN 1 ELSE 0 END);
			RETURN NEW; END $$`,
		"CREATE TRIGGER noted AFTER INSERT OR UPDATE ON candidates FOR EACH ROW EXECUTE FUNCTION noted()")
	return e
}

// withParams adds parameters to a URL.
func withParams(url string, params ...string) string {
	sep := "?"
	if strings.Contains(url, "?") {
		sep = "&"
	}
	return url + sep + strings.Join(params, "&")
}

// jsonOf is an expression: a row as a JSON object.
func jsonOf(end, row, function string) string {
	var parts []string
	for _, c := range crashColumns {
		parts = append(parts, "'"+c.name+"', coalesce("+row+"."+column(end, c.name)+", '')")
	}
	return function + "(" + strings.Join(parts, ", ") + ")"
}

// typing does something in one transaction, as people do.
func (e *crashEnd) typing(fn func(tx *sql.Tx) error) error {
	ctx := context.Background()
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(e.first); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	if _, err := tx.Exec(e.last); err != nil {
		return err
	}
	return tx.Commit()
}

// add makes a record of a person.
func (e *crashEnd) add(tx *sql.Tx, p person) error {
	var names, values []string
	for _, c := range crashColumns {
		if p[c.name] != "" {
			names, values = append(names, column(e.name, c.name)), append(values, quoted(p[c.name]))
		}
	}
	_, err := tx.Exec("INSERT INTO " + e.table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")")
	return err
}

// set changes what the records of a person hold.
func (e *crashEnd) set(tx *sql.Tx, email string, p person) error {
	sets := []string{"rev = rev + 1"}
	for _, c := range crashColumns {
		if v, ok := p[c.name]; ok {
			sets = append(sets, column(e.name, c.name)+" = "+quoted(v))
		}
	}
	_, err := tx.Exec("UPDATE " + e.table + " SET " + strings.Join(sets, ", ") + " WHERE email = " + quoted(email))
	return err
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// rows returns what an end holds, by id.
func (e *crashEnd) rows(t *testing.T) map[string]person {
	t.Helper()
	function := "json_build_object"
	if e.name == "crm" {
		function = "json_object"
	}
	out := map[string]person{}
	e.query(t, "SELECT CAST(id AS TEXT), CAST("+jsonOf(e.name, e.table, function)+" AS TEXT) FROM "+e.table, func(cells []string) {
		out[cells[0]] = decodePerson(t, cells[1])
	})
	return out
}

// history returns an end's history, oldest first.
func (e *crashEnd) history(t *testing.T) (out []note) {
	t.Helper()
	e.query(t, "SELECT op, id, old, new, CAST(people AS TEXT) FROM history ORDER BY n", func(cells []string) {
		out = append(out, note{op: cells[0], id: cells[1], old: decodePerson(t, cells[2]), new: decodePerson(t, cells[3]), people: cells[4] != "0"})
	})
	return out
}

func (e *crashEnd) query(t *testing.T, text string, each func([]string)) {
	t.Helper()
	rows, err := e.db.Query(text)
	if err != nil {
		t.Fatalf("%s: %v", e.name, err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	cells, into := make([]string, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		each(cells)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", e.name, err)
	}
}

func decodePerson(t *testing.T, text string) person {
	t.Helper()
	p := person{}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// fresh is a value that was never typed before.
func (w *crashWorld) fresh(what string) string {
	w.typed++
	return fmt.Sprintf("%s%d", what, w.typed)
}

// someone is a new person, as the people at one end know them.
func (w *crashWorld) someone(end string) person {
	n := w.fresh("")
	p := person{"email": "p" + n + "@example.com", "first": "First" + n, "last": "Last" + n, "nick": "Nick" + n}
	if end == "crm" {
		p["city"], p["permit"] = "City"+n, canary+n
	} else {
		p["title"] = "Title" + n
	}
	return p
}

// canary begins the values of a protected field: it stands in nothing that is
// printed.
const canary = "canary-permit-"

// settleIn fills both ends: some people are known here, some there, some at
// both.
func (w *crashWorld) settleIn(each int) {
	var both [2][]person
	for i := range 3 * each {
		crm, ats := w.someone("crm"), person(nil)
		if i%3 != 0 {
			ats = w.someone("ats")
		}
		if i%3 == 1 {
			crm = nil
		}
		if i%3 == 2 {
			ats["email"], ats["first"], ats["last"] = crm["email"], crm["first"], crm["last"]
			if i%2 == 0 {
				ats["nick"] = crm["nick"]
			}
		}
		both[0], both[1] = append(both[0], crm), append(both[1], ats)
		if crm != nil {
			w.people = append(w.people, crm["email"])
		} else {
			w.people = append(w.people, ats["email"])
		}
	}
	for i, name := range []string{"crm", "ats"} {
		e := w.ends[name]
		err := e.typing(func(tx *sql.Tx) error {
			for _, p := range both[i] {
				if p == nil {
					continue
				}
				if err := e.add(tx, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			w.Fatal(err)
		}
	}
}

// deed is what somebody is about to type.
type deed struct {
	end   string
	email string // "": a new person
	what  person
	pause time.Duration
	hold  time.Duration // how long the form stays open
}

// deeds draws what people do in the next while.
func (w *crashWorld) deeds(n int, during time.Duration, rng *rand.Rand) (out []deed) {
	for range n {
		d := deed{end: []string{"crm", "ats"}[rng.IntN(2)], pause: time.Duration(rng.Int64N(int64(during)/int64(n) + 1))}
		if rng.IntN(20) == 0 {
			d.hold = time.Duration(rng.IntN(60)) * time.Millisecond
		}
		if rng.IntN(12) == 0 {
			d.what = w.someone(d.end)
			w.people = append(w.people, d.what["email"])
			out = append(out, d)
			continue
		}
		d.email, d.what = w.people[rng.IntN(len(w.people))], w.change(d.end, rng)
		out = append(out, d)
	}
	return out
}

// change draws what becomes of a person's record at an end.
func (w *crashWorld) change(end string, rng *rand.Rand) person {
	n := w.fresh("")
	switch rng.IntN(6) {
	case 0, 1:
		return person{"first": "First" + n, "last": "Last" + n}
	case 2:
		return person{"nick": "Nick" + n}
	case 3:
		return person{"city": "City" + n}
	case 4:
		return person{"title": "Title" + n}
	}
	if end == "crm" {
		return person{"permit": canary + n}
	}
	return person{"first": "First" + n, "last": "Last" + n, "nick": "Nick" + n, "title": "Title" + n}
}

// live types it all, one after the other.
func (w *crashWorld) live(deeds []deed, stop <-chan struct{}) error {
	for _, d := range deeds {
		select {
		case <-time.After(d.pause):
		case <-stop: // the rest is typed at once
		}
		e := w.ends[d.end]
		err := e.typing(func(tx *sql.Tx) error {
			defer time.Sleep(d.hold)
			if d.email == "" {
				return e.add(tx, d.what)
			}
			return e.set(tx, d.email, d.what)
		})
		if err != nil {
			return fmt.Errorf("people at %s: %w", d.end, err)
		}
	}
	return nil
}

// crashConfig is the configuration of a world.
func crashConfig(revision bool) string {
	rev := ""
	if revision {
		rev = "revision = \"rev\""
	}
	return strings.ReplaceAll(crashPipeline, "REVISION", rev)
}

const crashPipeline = `
system "crm" {
  connector = "sqlite"
  path      = "crm.db"
}
system "ats" {
  connector = "postgres"
  url       = secret("env:SYNCLINE_CRASH_URL")
}
notify "me" {
  connector = "log"
}
entity "person" {
  extends = "candidate"
  attribute "permit" {
    type  = "string"
    class = "protected"
  }
}
pipeline "people" {
  entity           = "person"
  alert            = notify.me
  system_of_record = "crm"
  source "crm" {
    object = "contacts"
    allow  = ["read", "create", "update"]
    REVISION
  }
  source "ats" {
    object = "candidates"
    allow  = ["read", "create", "update"]
    REVISION
  }
  match {
    key "email" { field = "email" }
    ambiguous = "review"
  }
  fields "crm <-> ats" {
    first = "review"
    conflict {
      rules       = ["review"]
      unavailable = "review"
      escalate {
        after = "4h"
        to    = notify.me
      }
    }
    field "email" {
      crm = "email"
      ats = "email"
    }
    field "first_name" {
      crm = "given_name"
      ats = "first_name"
    }
    field "last_name" {
      crm = "family_name"
      ats = "last_name"
    }
  }
  group "name" { fields = ["first_name", "last_name"] }
  field "preferred_name" {
    direction = "crm <-> ats"
    crm       = "nick"
    ats       = "nickname"
    conflict {
      rules       = ["system_of_record"]
      unavailable = "review"
      escalate {
        after = "4h"
        to    = notify.me
      }
    }
  }
  field "location" {
    direction = "crm -> ats"
    drift     = "restore"
    crm       = "city"
    ats       = "location"
  }
  field "headline" {
    direction = "ats -> crm"
    drift     = "keep"
    crm       = "title"
    ats       = "headline"
  }
  field "permit" {
    direction = "crm -> ats"
    crm       = "permit"
    ats       = "work_permit"
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
