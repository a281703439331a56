package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/cmd/syncline/view"
	"syncline/pipelines"
)

// TestConnectorsPage holds docs/connectors.md to what the connectors say of
// themselves.
func TestConnectorsPage(t *testing.T) {
	const page = "../../docs/connectors.md"
	var b bytes.Buffer
	b.WriteString("# Connectors\n\nWhat `syncline connectors show NAME` prints of each; a test holds the two equal.\n")
	for _, d := range definitions() {
		b.WriteString("\n## " + d.Name + "\n\n```text\n")
		view.New(&b, 100, false).Connector(d)
		b.WriteString("```\n")
	}
	if *update {
		if err := os.WriteFile(page, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("docs/connectors.md is not what the connectors say (-connectors +page; -update writes it anew):\n%s", diff)
	}
}

// TestConnectorExamplesCompile holds the examples of the connectors to their
// settings.
func TestConnectorExamplesCompile(t *testing.T) {
	found := 0
	for _, d := range definitions() {
		if d.Example == "" {
			continue
		}
		found++
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(d.Example), 0o600); err != nil {
			t.Fatal(err)
		}
		c, problems := pipelines.Load(t.Context(), pipelines.Options{Path: folder, Definitions: definitions()})
		if len(problems) > 0 || len(c.Systems)+len(c.Notifies) == 0 {
			t.Errorf("%s: %v", d.Name, problems)
		}
	}
	if found < 2 {
		t.Errorf("%d connectors have an example", found)
	}
}

// TestConnectorsAreComplete proves that every connector says what a user needs
// to know of it and of each of its settings.
func TestConnectorsAreComplete(t *testing.T) {
	for _, d := range definitions() {
		if d.Name == "" || d.Doc == "" || d.Open == nil {
			t.Errorf("%q: a connector has a name, a doc and a way to open it", d.Name)
		}
		for _, f := range d.Settings {
			if f.Doc == "" {
				t.Errorf("%s: the setting %s says nothing of itself", d.Name, f.Name)
			}
		}
	}
}
