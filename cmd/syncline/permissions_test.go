package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestPermissions holds what the command prints of an example, as a table, as
// statements and as JSON, and that a system which cannot be asked says so.
func TestPermissions(t *testing.T) {
	out, code := asked(t, "permissions", "../../examples/postgres")
	for _, want := range []string{`system "crm" (postgres)`, `candidates field "email" (`, "Nothing is allowed that nothing uses."} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit code %d, no %q:\n%s", code, want, out)
		}
	}
	out, code = asked(t, "permissions", "../../examples/postgres", "-to", `sync"line`)
	if code != 0 || !strings.Contains(out, `GRANT UPDATE ("ats_id", `) || !strings.Contains(out, `ON "contacts" TO "sync""line";`) {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	out, code = asked(t, "permissions", "../../examples/quickstart", "-check", "-json")
	var n struct {
		Format  int `json:"format_version"`
		Systems []struct {
			Access struct {
				CannotTell string `json:"cannot_tell"`
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &n); err != nil || code != 0 || n.Format != 1 || len(n.Systems) != 2 || n.Systems[0].Access.CannotTell == "" {
		t.Errorf("exit code %d, %v:\n%s", code, err, out)
	}
}
