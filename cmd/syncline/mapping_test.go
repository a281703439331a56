package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestQuickstartDocument writes the document of the first example, twice and
// from another folder, and holds it to the one that was read by people.
func TestQuickstartDocument(t *testing.T) {
	golden, err := filepath.Abs("testdata/candidates.md")
	if err != nil {
		t.Fatal(err)
	}
	a, b := quickstartCopy(t), quickstartCopy(t)
	got, code := asked(t, "docs", a)
	again, _ := asked(t, "docs", filepath.Join(b, "main.hcl"))
	if code != 0 || got != again {
		t.Fatalf("exit %d, and elsewhere it is another:\n%s", code, cmp.Diff(got, again))
	}
	if *update {
		put(t, golden, got)
	}
	if diff := cmp.Diff(read(t, golden), got); diff != "" {
		t.Errorf("(-want +got; -update writes it anew):\n%s", diff)
	}
	for _, form := range []string{"markdown", "html", "json"} {
		text, code := asked(t, "docs", "-format", form, a)
		if code != 0 || strings.Contains(text, a) || strings.Contains(text, "live/") {
			t.Errorf("%s: exit %d, or it shows where it was made or a setting:\n%s", form, code, text)
		}
	}
	var doc struct {
		FormatVersion int `json:"format_version"`
		Documents     []struct {
			Fields []struct {
				Name     string
				Conflict *struct{ Wins, Unavailable, Alerted string }
			}
		}
	}
	text, _ := asked(t, "docs", "-json", a)
	if err := json.Unmarshal([]byte(text), &doc); err != nil || doc.FormatVersion != 1 || len(doc.Documents) != 1 {
		t.Fatalf("%v: %s", err, text)
	}
	for _, f := range doc.Documents[0].Fields {
		if c := f.Conflict; (f.Name == "stage" || f.Name == "phone") != (c != nil) || c != nil && (c.Wins == "" || c.Unavailable == "" || c.Alerted == "") {
			t.Errorf("%s: %+v", f.Name, c)
		}
	}
}

func quickstartCopy(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../examples/quickstart")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestDocsCheck holds what -check and -out say of documents that are as they
// would be written, and of those that are not.
func TestDocsCheck(t *testing.T) {
	conf := quickstartCopy(t)
	t.Chdir(t.TempDir())
	step := func(want int, say string, args ...string) {
		t.Helper()
		if out, code := asked(t, append([]string{"docs"}, append(args, conf)...)...); code != want || !strings.Contains(out, say) {
			t.Errorf("docs %v: exit %d, want %d and %q: %s", args, code, want, say, out)
		}
	}
	step(1, "out/candidates.md", "-check", "-out", "out")
	if _, err := os.Stat("out"); err == nil {
		t.Error("-check has written")
	}
	step(0, "out/candidates.md", "-out", "out")
	step(0, "", "-out", "out", "-check")
	step(0, "", "-check", "-out", "out/candidates.md")
	put(t, "out/README.md", "# Written by hand\n")
	put(t, "out/candidates.md", strings.ReplaceAll(read(t, "out/candidates.md"), "\n", "\r\n"))
	step(0, "", "-check", "-out", "out")
	put(t, "out/old.md", read(t, "out/candidates.md"))
	step(1, "old.md", "-check", "-out", "out")
	step(0, "", "-check", "-out", "out", "-only", "candidates")
	if err := os.Remove("out/old.md"); err != nil {
		t.Fatal(err)
	}
	step(1, "candidates.html", "-check", "-out", "out", "-format", "html")
	step(0, "page.html", "-out", "page.html")
	step(0, "", "-check", "-out", "page.html")
	main := filepath.Join(conf, "main.hcl")
	text := read(t, main)
	put(t, main, "# Moved.\n\n"+text)
	step(0, "", "-check", "-out", "out")
	put(t, main, strings.Replace(text, `drift = "restore"`, `drift = "keep"`, 1))
	step(1, "candidates.md", "-check", "-out", "out")
	step(1, "page.html", "-check", "-out", "page.html")
	step(1, "what -out names", "-check")
	step(1, "markdown, html or json", "-format", "pdf")
	step(1, "candidates", "-only", "candidate")
	if err := os.Mkdir("taken.md", 0o700); err != nil {
		t.Fatal(err)
	}
	step(1, "taken.md", "-out", "taken.md")
}

// TestDocsFileNames holds that no pipeline's name leads out of the folder.
func TestDocsFileNames(t *testing.T) {
	for name, want := range map[string]string{
		"candidates": "candidates", "a.b_c-1": "a.b_c-1", "../x": "%2e.%2fx", ".git": "%2egit", "": "", "a/b": "a%2fb", "ü": "%c3%bc", "%2f": "%252f", `a\b:c`: "a%5cb%3ac",
	} {
		if got := docsFile(name); got != want {
			t.Errorf("%q: %q, not %q", name, got, want)
		}
	}
}
