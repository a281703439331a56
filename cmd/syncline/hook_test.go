//go:build unix

package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	hookDocuments = "../../connectors/vendors/testdata/greenhouse/"
	hookSecret    = "obviously-not-a-secret"
	hookedPerson  = "15696179" // of the documented update_candidate
)

// harvest is Greenhouse with the candidate of its documented answer.
type harvest struct {
	mu     sync.Mutex
	person map[string]any
	byID   int // how often it was read by its id
}

func (h *harvest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	ids, one := r.URL.Query()["candidate_ids"], r.URL.Path == "/v1/candidates/"+hookedPerson
	switch {
	case one:
		h.byID++
		json.NewEncoder(w).Encode(h.person)
	case r.URL.Path != "/v1/candidates":
		w.WriteHeader(http.StatusNotFound)
	case len(ids) > 0 && !slices.Contains(strings.Split(ids[0], ","), hookedPerson):
		fmt.Fprint(w, "[]")
	default:
		if len(ids) > 0 {
			h.byID++
		}
		json.NewEncoder(w).Encode([]any{h.person})
	}
}

// edit changes the person, as a recruiter does.
func (h *harvest) edit(field, value string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.person[field] = value
}

func (h *harvest) read() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.byID
}

const hookConfig = `
system "ats" {
  connector      = "greenhouse"
  api_key        = secret("env:HARVEST_KEY")
  webhook_secret = secret("env:HOOK_SECRET")
  url            = "URL"
}
system "crm" {
  connector = "sqlite"
  path      = "crm.db"
}
notify "me" { connector = "log" }
pipeline "people" {
  entity = "candidate"
  alert  = notify.me
  source "ats" {
    mapping = mapping.greenhouse.candidate
    webhook = true
  }
  source "crm" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }
  match {
    key "reference" { field = "external_id" }
  }
  fields "ats -> crm" {
    field "external_id" { crm = "ats_id" }
    field "first_name" { crm = "first_name" }
  }
}
`

// TestAVendorsWebhookIsCarriedThrough posts what Greenhouse documents to a
// running service: every delivery that is signed is taken, none that is forged;
// the record that one tells of is read again by its id and written to the other
// end, once, however often it is told.
func TestAVendorsWebhookIsCarriedThrough(t *testing.T) {
	h := &harvest{}
	if err := json.Unmarshal(document(t, "harvest_candidates_0.json"), &h.person); err != nil {
		t.Fatal(err)
	}
	h.person["id"] = json.Number(hookedPerson)
	web := httptest.NewServer(h)
	defer web.Close()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(strings.ReplaceAll(hookConfig, "URL", web.URL)), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "crm.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE contacts (id INTEGER PRIMARY KEY, ats_id TEXT, first_name TEXT);
		CREATE TABLE writes (id INTEGER PRIMARY KEY);
		CREATE TRIGGER i AFTER INSERT ON contacts BEGIN INSERT INTO writes VALUES (NULL); END;
		CREATE TRIGGER u AFTER UPDATE ON contacts BEGIN INSERT INTO writes VALUES (NULL); END`); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HARVEST_KEY", "obviously-not-a-key")
	t.Setenv("HOOK_SECRET", hookSecret)
	p := startServe(t, folder)
	p.until("(load): ")
	crm := func() (name string, writes int) {
		t.Helper()
		if err := db.QueryRow("SELECT first_name, (SELECT count(*) FROM writes) FROM contacts WHERE ats_id = ?", hookedPerson).Scan(&name, &writes); err != nil {
			t.Fatal(err)
		}
		return name, writes
	}
	if name, writes := crm(); name != "John" || writes != 1 {
		t.Fatalf("after the first load it is %q by %d writes", name, writes)
	}
	body, reads := document(t, "webhooks_candidate_events_7.json"), h.read()

	h.edit("first_name", "Desmond")
	for what, code := range map[string]int{
		"another secret": p.post("forged", body, "another secret"), "no signature": p.post("forged", body, ""),
		"another body": p.post("forged", append(bytes.Clone(body), ' '), "body"),
	} {
		if code != http.StatusUnauthorized {
			t.Errorf("a delivery with %s is answered %d", what, code)
		}
	}
	if n := p.waiting(); n != 0 || h.read() != reads {
		t.Errorf("forged deliveries: %d records wait, %d were read", n, h.read()-reads)
	}
	for n, event := range []func(int) string{
		func(int) string { return "one event" }, // the system comes again
		func(post int) string { return fmt.Sprint("event ", post) },
	} {
		want := []string{"Desmond", "Penelope"}[n]
		h.edit("first_name", want)
		var all sync.WaitGroup
		for post := range 8 {
			all.Go(func() {
				if code := p.post(event(post), body, hookSecret); code != http.StatusOK {
					t.Errorf("it is answered %d", code)
				}
			})
		}
		all.Wait()
		p.settled()
		if name, writes := crm(); name != want || writes != n+2 || h.read() == reads {
			t.Errorf("told 8 times at once, it is %q by %d writes and %d reads by id; want %q by one more", name, writes-1, h.read()-reads, want)
		}
		reads = h.read()
	}
	files, _ := filepath.Glob(hookDocuments + "webhooks_*.json")
	for _, file := range files {
		if code := p.post(file, document(t, filepath.Base(file)), hookSecret); code != http.StatusOK {
			t.Errorf("%s is answered %d", file, code)
		}
	}
	if len(files) < 20 {
		t.Errorf("%d documented deliveries", len(files))
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func document(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(hookDocuments + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// post delivers to /hooks/ats, signed as Greenhouse signs: with no secret not at
// all, and with "body" as for a body that is a byte shorter.
func (p *serveProcess) post(event string, body []byte, secret string) int {
	p.Helper()
	signed, key := body, secret
	if secret == "body" {
		signed, key = body[:len(body)-1], hookSecret
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(signed)
	req, err := http.NewRequest(http.MethodPost, p.url+"/hooks/ats", bytes.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Greenhouse-Event-Id", event)
	if secret != "" {
		req.Header.Set("Signature", "sha256 "+hex.EncodeToString(mac.Sum(nil)))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.Error(err)
		return 0
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// settled waits until no record of an event waits. What the service says is no
// measure: a line of it may come before the record is settled, or after.
func (p *serveProcess) settled() {
	p.Helper()
	for late := time.Now().Add(30 * time.Second); p.waiting() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			p.Fatal("records of events wait for 30 seconds")
		}
	}
}

// waiting is how many records of events wait or are being looked at.
func (p *serveProcess) waiting() (n int) {
	p.Helper()
	resp, err := http.Get(p.url + "/metrics")
	if err != nil {
		p.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "\nsyncline_inbox_records{")
	_, rest, _ = strings.Cut(rest, "} ")
	if _, err := fmt.Sscan(rest, &n); err != nil || !ok {
		p.Fatal("no metric says how many records wait")
	}
	return n
}
