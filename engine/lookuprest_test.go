package engine_test

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"syncline/engine"
)

const lookupConfig = `
system "export" {
  connector = "file"
  path      = "people.csv"
}
system "directory" {
  connector = "./acme.hcl"
  url       = "URL"
  token     = secret("env:KEY")
}
system "crm" {
  connector = "sqlite"
  path      = "crm.db"
}
notify "ops" { connector = "log" }
pipeline "people" {
  entity = "candidate"
  alert  = notify.ops
  source "export" { id = "id" }
  source "crm" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }
  lookup "owner" {
    system = system.directory
    object = "people"
    where  = { mail = "entity.email" }
    none   = "park"
  }
  lookup "manager" {
    system = system.directory
    object = "people"
    id     = "entity.headline"
    none   = "null"
  }
  match {
    key "reference" { field = "external_id" }
  }
  fields "export -> crm" {
    field "external_id" {
      export = "id"
      crm    = "ref"
    }
    field "email" {
      export = "owner"
      crm    = "owner"
    }
    field "headline" {
      export = "manager"
      crm    = "manager"
    }
  }
  field "source" {
    direction = "export -> crm"
    export    = "id"
    crm {
      path  = "owner_id"
      write = "lookup.owner.id"
    }
    lossy = "the owner is not the source"
  }
  field "summary" {
    direction = "export -> crm"
    export    = "id"
    crm {
      path  = "manager_name"
      write = "has(lookup.manager.name) ? lookup.manager.name : 'nobody'"
    }
    lossy = "the manager is not the summary"
  }
}
`

// TestALookupAsksAnAPI finds what records need in a system that a file
// describes: by a key, in as many requests as there are keys, and by id. What
// is not there, or there twice, holds its own field and no other, and is found
// by the run after it is there.
func TestALookupAsksAnAPI(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	people := map[string]map[string]string{
		"7": {"id": "7", "name": "Ada", "mail": "ada@x.example"}, "8": {"id": "8", "name": "Bob", "mail": "twin@x.example"},
		"9": {"id": "9", "name": "Cy", "mail": "twin@x.example"},
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.URL.RequestURI())
		w.Header().Set("Content-Type", "application/json")
		if id, ok := strings.CutPrefix(r.URL.Path, "/people/"); ok {
			if people[id] == nil {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			json.NewEncoder(w).Encode(people[id])
			return
		}
		found := []any{}
		for _, p := range people {
			if p["mail"] == r.URL.Query().Get("mail") {
				found = append(found, p)
			}
		}
		json.NewEncoder(w).Encode(map[string]any{"data": found})
	}))
	defer web.Close()
	vendor := strings.Replace(acmeVendor, `field "name" { type = "string" }`, `field "name" { type = "string" }
    field "mail" { type = "string" }
    find {
      keys    = ["mail"]
      path    = "/people"
      query   = { mail = "keys.mail.value" }
      records = "data"
    }`, 1)
	folder := t.TempDir()
	for file, text := range map[string]string{
		"main.hcl": strings.ReplaceAll(lookupConfig, "URL", web.URL), "acme.hcl": vendor,
		"people.csv": "id,owner,manager\n1,ada@x.example,8\n2,ada@x.example,8\n3,new@x.example,404\n4,twin@x.example,\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(folder, "crm.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE contacts (id INTEGER PRIMARY KEY, ref TEXT, owner TEXT, manager TEXT, owner_id TEXT, manager_name TEXT)"); err != nil {
		t.Fatal(err)
	}
	e, c := opened(t, folder, engine.Options{Env: func(name string) (string, bool) { return "k3y", name == "KEY" }})
	run := func() []string {
		t.Helper()
		s, err := e.Run(t.Context(), c, engine.RunOptions{})
		if err != nil || s.Pipelines[0].Failed != "" {
			t.Fatal(err, s)
		}
		mu.Lock()
		defer mu.Unlock()
		was := asked
		asked = nil
		slices.Sort(was)
		return was
	}
	rows := func() (out []string) {
		t.Helper()
		all, err := db.Query("SELECT ref || ' ' || ifnull(owner_id, '-') || ' ' || ifnull(manager_name, '-') FROM contacts ORDER BY ref")
		if err != nil {
			t.Fatal(err)
		}
		defer all.Close()
		for all.Next() {
			var row string
			if err := all.Scan(&row); err != nil {
				t.Fatal(err)
			}
			out = append(out, row)
		}
		return out
	}
	if asks, want := run(), []string{"/people/404", "/people/8", "/people?mail=ada%40x.example", "/people?mail=new%40x.example", "/people?mail=twin%40x.example"}; !slices.Equal(asks, want) {
		t.Errorf("it asked %q, want each once: %q", asks, want)
	}
	if got, want := rows(), []string{"1 7 Bob", "2 7 Bob", "4 - nobody"}; !slices.Equal(got, want) {
		t.Errorf("it wrote %q, want %q: 3 waits for its owner, and of two owners nobody is 4's", got, want)
	}
	mu.Lock()
	people["10"] = map[string]string{"id": "10", "name": "Dee", "mail": "new@x.example"}
	delete(people, "9")
	mu.Unlock()
	run()
	if got, want := rows(), []string{"1 7 Bob", "2 7 Bob", "3 10 nobody", "4 8 nobody"}; !slices.Equal(got, want) {
		t.Errorf("once the owners are there, it wrote %q, want %q", got, want)
	}
}
