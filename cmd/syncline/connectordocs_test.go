package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/cmd/syncline/view"
	"syncline/pipelines"
	"syncline/pipelines/vendor"
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

// TestVendorPages holds the page of each vendor that comes with the binary to
// its description: what it can do, what it was held to, and what its file says
// was left out.
func TestVendorPages(t *testing.T) {
	for _, name := range vendor.Names() {
		v, _ := vendor.Find(name)
		def := v.Definition()
		var b bytes.Buffer
		fmt.Fprintf(&b, "# %s\n\nWhat `syncline connectors show %s` prints, what it was held to, and what is left out; a test holds this page\nto the description.\n\n```text\n", name, name)
		page := view.New(&b, 140, false)
		page.Connector(&def)
		page.Description(v.Description)
		b.WriteString("```\n\n## What it was held to\n\n")
		evidence, err := os.ReadFile("../../connectors/vendors/testdata/" + name + "/README.md")
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(string(evidence), "\n\n")
		b.WriteString(text + "\n## Left out\n\n")
		_, left, ok := strings.Cut(string(v.Source), "\n# Left out, ")
		if !ok {
			t.Errorf("%s does not say what it leaves out", name)
		}
		b.WriteString("Left out, " + strings.ReplaceAll(strings.ReplaceAll(left, "\n# ", "\n"), "\n#", "\n"))
		golden(t, "../../docs/vendors/"+name+".md", b.String())
	}
}

func golden(t *testing.T, page, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not what the description says (-want +page; -update writes it anew):\n%s", page, diff)
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
