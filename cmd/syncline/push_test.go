//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"syncline/connectors/signature"
)

const pushConfig = `
system "intake" {
  connector = "push"
  path      = "intake.jsonl"
  fields    = { email = "email", first = "string?" }
  record    = "data"
  at        = "timestamp"
  kind      = "type"
  deleted   = ["person.deleted"]

  verify "standard" {
    secret = secret("env:INTAKE_SECRET")
  }
}
system "crm" {
  connector = "sqlite"
  path      = "crm.db"
}
notify "me" { connector = "log" }
pipeline "people" {
  entity = "candidate"
  alert  = notify.me
  source "intake" {
    webhook = true
    removed = "delete"
  }
  source "crm" {
    object = "contacts"
    allow  = ["read", "create", "update", "delete"]
  }
  match {
    key "email" { field = "email" }
  }
  fields "intake -> crm" {
    field "email" {
      intake = "email"
      crm    = "mail"
    }
    field "first_name" {
      intake = "first"
      crm    = "name"
    }
  }
}
`

// TestWhatIsPushedIsCarriedThrough: a system that cannot be asked pushes, signed
// as Standard Webhooks, into a running service. A service that is killed right
// after it answered has what it answered; eight deliveries at once are one
// write; one that is forged, or older than what is there, changes nothing; and
// one that says that the record is gone takes it away.
func TestWhatIsPushedIsCarriedThrough(t *testing.T) {
	secret := "whsec_" + base64.StdEncoding.EncodeToString([]byte("obviously not a secret"))
	t.Setenv("INTAKE_SECRET", secret)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(pushConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "crm.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE contacts (id INTEGER PRIMARY KEY, mail TEXT, name TEXT);
		CREATE TABLE writes (id INTEGER PRIMARY KEY);
		CREATE TRIGGER i AFTER INSERT ON contacts BEGIN INSERT INTO writes VALUES (NULL); END;
		CREATE TRIGGER u AFTER UPDATE ON contacts BEGIN INSERT INTO writes VALUES (NULL); END;
		CREATE TRIGGER d AFTER DELETE ON contacts BEGIN INSERT INTO writes VALUES (NULL); END`); err != nil {
		t.Fatal(err)
	}
	crm := func() (name string, writes int) {
		t.Helper()
		if err := db.QueryRow("SELECT ifnull((SELECT group_concat(name) FROM contacts), ''), (SELECT count(*) FROM writes)").Scan(&name, &writes); err != nil {
			t.Fatal(err)
		}
		return name, writes
	}
	var p *serveProcess
	push := func(id, secret, kind string, at int, name string) int {
		t.Helper()
		body := fmt.Appendf(nil, `{"type": %q, "timestamp": "2026-01-01T00:00:%02dZ", "data": {"id": "7", "email": "ada@x.example", "first": %q}}`, kind, at, name)
		header, err := signature.Standard{}.Sign(secret, id, time.Now(), body)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(http.MethodPost, p.url+"/hooks/intake", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			return 0
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	settled := func(want string, writes int) {
		t.Helper()
		for p.waiting() > 0 {
			p.until("(events): ")
		}
		if name, n := crm(); name != want || n != writes {
			t.Errorf("the other end has %q after %d writes, want %q after %d", name, n, want, writes)
		}
	}

	p = startServe(t, folder)
	if code := push("m1", secret, "person.changed", 10, "Ada"); code != http.StatusOK {
		t.Fatalf("it is answered %d", code)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	p = startServe(t, folder)
	for name, _ := crm(); name == ""; name, _ = crm() {
		p.until("people (")
	}
	settled("Ada", 1)

	if code := push("m2", "whsec_"+base64.StdEncoding.EncodeToString([]byte("another")), "person.changed", 20, "Eve"); code != http.StatusUnauthorized {
		t.Errorf("a forged delivery is answered %d", code)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if code := push("m3", secret, "person.changed", 30, "Augusta"); code != http.StatusOK {
				t.Errorf("it is answered %d", code)
			}
		})
	}
	all.Wait()
	settled("Augusta", 2)
	if code := push("m1", secret, "person.changed", 10, "Ada"); code != http.StatusOK {
		t.Errorf("one that comes late is answered %d", code)
	}
	settled("Augusta", 2)
	if code := push("m4", secret, "person.deleted", 40, ""); code != http.StatusOK {
		t.Errorf("it is answered %d", code)
	}
	settled("", 3)
	if text, err := os.ReadFile(filepath.Join(folder, "intake.jsonl")); err != nil || strings.Contains(string(text), "Eve") {
		t.Errorf("the file holds %s, %v", text, err)
	}
}
