package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"syncline/engine"
)

// rotating is an API whose token endpoint takes each refresh token once, and
// ends the consent of who shows one twice.
type rotating struct {
	mu      sync.Mutex
	refresh string // the only one that is good
	access  string
	given   int
	revoked bool
}

func (r *rotating) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if req.URL.Path != "/token" {
		if req.Header.Get("Authorization") != "Bearer "+r.access {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, `{"data": [{"id": "1", "name": "Ada"}], "next": null}`)
		return
	}
	if req.PostFormValue("refresh_token") != r.refresh || r.revoked {
		r.revoked = true
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error": "invalid_grant"}`)
		return
	}
	r.given++
	r.refresh, r.access = fmt.Sprintf("refresh-obviously-fake-%d", r.given), fmt.Sprintf("access-obviously-fake-%d", r.given)
	json.NewEncoder(w).Encode(map[string]any{"access_token": r.access, "refresh_token": r.refresh, "expires_in": 3600})
}

// TestARotatedTokenOutlivesTheProcess: runs and plans of new processes go on
// with the token that the last one was given, in a state that is encrypted and
// in one that is not; no file of an encrypted one holds it, and no other than
// the state's own of the other.
func TestARotatedTokenOutlivesTheProcess(t *testing.T) {
	vendor := strings.Replace(acmeVendor, `bearer { token = "settings.token" }`, `refresh_token {
      token_url = "settings.url + '/token'"
      id        = "'syncline'"
      token     = "settings.token"
    }`, 1)
	_, first, _ := strings.Cut(sharedAccount, `  rate      = "1/150ms"`+"\n")
	head, _, _ := strings.Cut(sharedAccount, `  rate      = "1/150ms"`+"\n")
	for name, more := range map[string]string{
		"plain": "", "encrypted": `engine {
  encryption { key = secret("env:STATE") }
}
`,
	} {
		t.Run(name, func(t *testing.T) {
			r := &rotating{refresh: "refresh-obviously-fake-0"}
			web := httptest.NewServer(r)
			defer web.Close()
			folder := t.TempDir()
			for file, text := range map[string]string{"main.hcl": more + head + first, "acme.hcl": vendor} {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(strings.ReplaceAll(text, "URL", web.URL)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			env := map[string]string{"KEY": "refresh-obviously-fake-0", "STATE": strings.Repeat("not a secret ", 3)}
			for n := range 4 { // a plan first: it has a token to keep too
				e, c := opened(t, folder, engine.Options{Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }})
				var err error
				if n%2 == 0 {
					_, err = e.Plan(t.Context(), c, engine.PlanOptions{})
				} else {
					_, err = e.Run(t.Context(), c, engine.RunOptions{})
				}
				if err != nil || r.revoked || r.given != n+1 {
					t.Fatalf("start %d: %v; %d tokens were given, revoked %v", n, err, r.given, r.revoked)
				}
			}
			where := filesWith(t, folder, "refresh-obviously-fake-")
			if want := map[string]string{"plain": ".syncline/state.db", "encrypted": ""}[name]; strings.Join(where, " ") != want {
				t.Errorf("the token stands in %q, and may in %q", where, want)
			}
		})
	}
}

// filesWith returns the files below a folder that hold a text, and fails on one
// of the state that others may read.
func filesWith(t *testing.T, folder, text string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v, %v", path, info.Mode(), err)
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(text)) {
			name, _ := filepath.Rel(folder, path)
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
