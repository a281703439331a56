package engine_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"syncline/engine"
)

// ats is a server that behaves as Greenhouse documents: pages by the header
// Link, changes by updated_after, basic auth with the key as the user, 429 with
// Retry-After, and writes only on behalf of somebody.
type ats struct {
	mu      sync.Mutex
	people  map[int]map[string]any
	asked   []string // method and address, in order of arrival
	busy    int      // so many requests are refused with 429 from now on
	url     string
	patched []string
}

const perPage = 3

func (a *ats) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, r.Method+" "+r.URL.RequestURI())
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-RateLimit-Limit", "50")
	w.Header().Set("X-RateLimit-Remaining", "49")
	user, password, _ := r.BasicAuth()
	switch {
	case user != "k3y" || password != "":
		a.refuse(w, http.StatusUnauthorized, "unauthorized")
	case a.busy > 0:
		a.busy--
		w.Header().Set("Retry-After", "1")
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Second).Unix(), 10))
		a.refuse(w, http.StatusTooManyRequests, "rate limit exceeded")
	case r.Method == http.MethodPatch:
		a.patch(w, r)
	case r.Method != http.MethodGet || r.URL.Path != "/v1/candidates":
		a.refuse(w, http.StatusNotFound, "resource not found")
	default:
		a.list(w, r)
	}
}

func (a *ats) refuse(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"message": message, "errors": []any{}})
}

func (a *ats) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	wanted := strings.Split(q.Get("candidate_ids"), ",")
	out := []any{}
	for _, id := range slices.Sorted(maps.Keys(a.people)) {
		p := a.people[id]
		if q.Has("candidate_ids") && !slices.Contains(wanted, strconv.Itoa(id)) {
			continue
		}
		if since := q.Get("updated_after"); since != "" {
			after, err := time.Parse(time.RFC3339, since)
			if at, _ := time.Parse(time.RFC3339, p["updated_at"].(string)); err != nil || at.Before(after) {
				continue
			}
		}
		out = append(out, p)
	}
	page, _ := strconv.Atoi(q.Get("page"))
	page = max(page, 1)
	from, to := min((page-1)*perPage, len(out)), min(page*perPage, len(out))
	if q.Has("candidate_ids") {
		from, to = 0, len(out)
	} else if to < len(out) {
		q.Set("page", strconv.Itoa(page+1))
		w.Header().Set("Link", fmt.Sprintf(`<%s/v1/candidates?%s>; rel="next"`, a.url, q.Encode()))
	}
	json.NewEncoder(w).Encode(out[from:to])
}

func (a *ats) patch(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("On-Behalf-Of") != "4080" {
		a.refuse(w, http.StatusForbidden, "On-Behalf-Of is required")
		return
	}
	id, _ := strconv.Atoi(filepath.Base(r.URL.Path))
	p := a.people[id]
	if p == nil {
		a.refuse(w, http.StatusNotFound, "resource not found")
		return
	}
	var set map[string]any
	if err := json.NewDecoder(r.Body).Decode(&set); err != nil {
		a.refuse(w, http.StatusUnprocessableEntity, "no JSON")
		return
	}
	text, _ := json.Marshal(set)
	a.patched = append(a.patched, r.URL.Path+" "+string(text))
	maps.Copy(p, set)
	p["updated_at"] = "2026-03-05T00:00:00.000Z"
	json.NewEncoder(w).Encode(p)
}

// took returns what was asked since the last call.
func (a *ats) took() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	asked := a.asked
	a.asked = nil
	return asked
}

const vendorPipeline = `
system "ats" {
  connector    = "greenhouse"
  api_key      = secret("env:KEY")
  on_behalf_of = "4080"
  url          = "URL"
}
system "crm" {
  connector = "sqlite"
  path      = "crm.db"
}
notify "ops" { connector = "log" }
pipeline "people" {
  entity           = "candidate"
  alert            = notify.ops
  system_of_record = "ats"
  source "ats" {
    mapping = mapping.greenhouse.candidate
    allow   = ["read", "update"]
    cursor  = "updated_at"
  }
  source "crm" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }
  match {
    key "reference" { field = "external_id" }
  }
  fields "ats -> crm" {
    drift = "restore"
    field "external_id" { crm = "ats_id" }
    field "first_name" { crm = "first_name" }
    field "last_name" { crm = "last_name" }
    field "email" { crm = "email" }
  }
  field "current_title" {
    direction = "ats <-> crm"
    crm       = "title"
    conflict {
      rules       = ["system_of_record"]
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
  }
}
`

// TestVendorEndToEnd keeps a described vendor and a database in agreement:
// the first run copies all pages over, through a refusal that says when to come
// back; an edit on either side then reaches the other; and a last run finds
// nothing to do.
func TestVendorEndToEnd(t *testing.T) {
	a := &ats{people: map[int]map[string]any{}, busy: 1}
	for i := 1; i <= 7; i++ {
		a.people[1000+i] = map[string]any{
			"id": 1000 + i, "first_name": "Ada", "last_name": fmt.Sprint("No ", i), "company": nil, "title": "Engineer", "is_private": false,
			"email_addresses": []any{map[string]any{"type": "work", "value": "w@x.example"}, map[string]any{"type": "personal", "value": fmt.Sprintf("ada%d@x.example", i)}},
			"phone_numbers":   []any{}, "addresses": []any{}, "website_addresses": []any{}, "tags": []any{},
			"created_at": "2026-03-01T00:00:00.000Z", "updated_at": "2026-03-01T00:00:00.000Z",
		}
	}
	web := httptest.NewServer(a)
	defer web.Close()
	a.url = web.URL
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(strings.Replace(vendorPipeline, "URL", web.URL, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(folder, "crm.db"))
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
	exec("CREATE TABLE contacts (id INTEGER PRIMARY KEY, ats_id TEXT, first_name TEXT, last_name TEXT, email TEXT, title TEXT)")
	e, c := opened(t, folder, engine.Options{Env: func(name string) (string, bool) { return "k3y", name == "KEY" }})
	run := func() []string {
		t.Helper()
		s, err := e.Run(t.Context(), c, engine.RunOptions{})
		if err != nil || s.Pipelines[0].Failed != "" {
			t.Fatal(err, s)
		}
		return a.took()
	}
	if asked := run(); len(asked) < 4 || !slices.ContainsFunc(asked, func(x string) bool { return strings.Contains(x, "page=3") }) {
		t.Errorf("the first run asked %q", asked)
	}
	row := func(id string) (out string) {
		t.Helper()
		if err := db.QueryRow("SELECT first_name || '|' || last_name || '|' || email || '|' || title FROM contacts WHERE ats_id = ?", id).Scan(&out); err != nil {
			t.Fatal(id, err)
		}
		return out
	}
	if got := row("1007"); got != "Ada|No 7|ada7@x.example|Engineer" {
		t.Errorf("it copied %s", got)
	}

	a.mu.Lock()
	a.people[1002]["last_name"], a.people[1002]["updated_at"] = "Byron", "2026-03-04T00:00:00.000Z"
	a.mu.Unlock()
	exec("UPDATE contacts SET title = 'Countess' WHERE ats_id = '1003'")
	asked := run()
	if !slices.ContainsFunc(asked, func(x string) bool { return strings.Contains(x, "updated_after=2026-03-0") }) {
		t.Errorf("the second run asked %q", asked)
	}
	if got := row("1002"); got != "Ada|Byron|ada2@x.example|Engineer" {
		t.Errorf("the edit arrived as %s", got)
	}
	if want := []string{`/v1/candidates/1003 {"title":"Countess"}`}; !slices.Equal(a.patched, want) {
		t.Errorf("it wrote %q, want %q", a.patched, want)
	}
	if asked := run(); len(asked) > 3 {
		t.Errorf("the last run asked %q", asked)
	}
	if len(a.patched) != 1 {
		t.Errorf("it wrote again: %q", a.patched)
	}
}
