package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDiffCountsWords holds that a state tells by hashes alone how many records
// hold a word: as many as the system says.
func TestDiffCountsWords(t *testing.T) {
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../examples/quickstart")); err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{"live", ".syncline"} {
		if err := os.RemoveAll(filepath.Join(folder, left)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	if out, code := asked(t, "run"); code != 0 {
		t.Fatalf("exit %d: %s", code, out)
	}
	db, err := sql.Open("sqlite", "live/crm.db")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, word := range []string{"Offer", "Placed", "Screening"} {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM contacts WHERE status = ?", word).Scan(&n); err != nil || n == 0 {
			t.Fatal(n, err)
		}
		put(t, "after/main.hcl", strings.Replace(read(t, "main.hcl"), fmt.Sprintf("    %-20s =", `"`+word+`"`), fmt.Sprintf("    %-20s =", `"The `+word+`"`), 1))
		out, code := asked(t, "diff", "main.hcl", "after", "-state", ".syncline")
		if want := fmt.Sprintf("; %d records at crm hold what these words meant", n); code != codeFailed || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d, not %q: %s", word, code, want, out)
		}
	}
}
