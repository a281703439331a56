package engine_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"syncline/engine"
	"syncline/engine/plans"
)

const sharedAccount = `
system "one" {
  connector = "./acme.hcl"
  url       = "URL"
  token     = secret("env:KEY")
  rate      = "1/150ms"
}
system "two" {
  connector = "./acme.hcl"
  url       = "URL"
  token     = secret("env:KEY")
}
notify "ops" { connector = "log" }
pipeline "first" {
  entity = "candidate"
  alert  = notify.ops
  source "one" { object = "people" }
  field "last_name" {
    direction = "one"
    one       = "name"
  }
}
pipeline "second" {
  entity = "candidate"
  alert  = notify.ops
  source "two" { object = "people" }
  field "last_name" {
    direction = "two"
    two       = "name"
  }
}
`

const acmeVendor = `
vendor "acme" {
  doc  = "An API that lists two people a page."
  base = "settings.url"
  setting "url" { doc = "Its address." }
  setting "token" {
    doc    = "Its token."
    secret = true
  }
  auth "token" {
    doc   = "A token."
    needs = ["token"]
    bearer { token = "settings.token" }
  }
  object "people" {
    doc = "People."
    id  = "id"
    field "name" { type = "string" }
    get { path = "/people/{id}" }
    list {
      path    = "/people"
      records = "data"
      paging "cursor" {
        from = "answer.body.next"
        into = "query after"
      }
    }
  }
}
`

// TestARateReachesTheVendor: what a system's block says holds at the API, for
// every system that logs in there with the same credential, over a run and the
// next.
func TestARateReachesTheVendor(t *testing.T) {
	var mu sync.Mutex
	var arrived []time.Time
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		arrived = append(arrived, time.Now())
		mu.Unlock()
		next := map[string]any{"": "b", "b": "c", "c": nil}[r.URL.Query().Get("after")]
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"data": []any{map[string]any{"id": "1" + r.URL.Query().Get("after"), "name": "Ada"}}, "next": next})
	}))
	defer web.Close()
	folder := t.TempDir()
	for name, text := range map[string]string{"main.hcl": sharedAccount, "acme.hcl": acmeVendor} {
		text = strings.ReplaceAll(text, "URL", web.URL)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e, c := opened(t, folder, engine.Options{Env: func(name string) (string, bool) { return "k3y", name == "KEY" }})
	for range 2 {
		if s, err := e.Run(t.Context(), c, engine.RunOptions{}); err != nil || slices.ContainsFunc(s.Pipelines, func(p plans.PipelineSummary) bool { return p.Failed != "" }) {
			t.Fatal(err, s)
		}
	}
	if len(arrived) < 12 {
		t.Fatalf("%d requests", len(arrived))
	}
	for i := 1; i < len(arrived); i++ {
		if gap := arrived[i].Sub(arrived[i-1]); gap < 150*time.Millisecond {
			t.Errorf("request %d came %s after the one before it, and one may come in 150ms", i, gap)
		}
	}
}
