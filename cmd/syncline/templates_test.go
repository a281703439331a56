package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"syncline/cmd/syncline/view"
	"syncline/pipelines"
	"syncline/pipelines/diag"
)

// TestTemplatesCompile writes every template as init does and compiles it; a
// newcomer's first configuration has no problem, and is in canonical form.
func TestTemplatesCompile(t *testing.T) {
	for _, name := range templateNames() {
		folder := filepath.Join(t.TempDir(), name)
		var out bytes.Buffer
		s := newSession(nil, &out, &out, func(string) (string, bool) { return "", false })
		if code := execute(context.Background(), []string{"init", name, folder}, s); code != 0 {
			t.Fatalf("init %s: exit code %d\n%s", name, code, out.String())
		}
		c, problems := pipelines.Load(context.Background(), pipelines.Options{Path: folder, Definitions: definitions(), Discover: true})
		problems = slices.DeleteFunc(problems, func(p diag.Problem) bool {
			return name == "postgres" && p.Code == "SYN2014" // what a server holds is known when a run connects
		})
		if len(problems) > 0 {
			var text bytes.Buffer
			view.New(&text, 100, false).Problems(problems, c.Files)
			t.Errorf("the template %s:\n%s", name, text.String())
		}
		source, err := os.ReadFile(filepath.Join(folder, "main.hcl"))
		if err != nil {
			t.Fatal(err)
		}
		if after, _ := pipelines.Format(source, "main.hcl"); !bytes.Equal(source, after) {
			t.Errorf("the template %s is not in canonical form", name)
		}
	}
}
