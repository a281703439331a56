package scenario_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"syncline/engine"
	"syncline/engine/scenario"
)

// TestRegressions plays the stories that once broke a law: each an archive of
// a configuration, its made-up connectors and the shortest story.
func TestRegressions(t *testing.T) {
	each(t, "testdata/regressions", func(t *testing.T, r *scenario.Report) {
		if r.Failure != nil {
			t.Errorf("%s\n%s", r.Failure.Broken.Error(), strings.Join(r.Failure.Trace, "\n"))
		}
	})
}

// each replays the archives of a folder.
func each(t *testing.T, folder string, holds func(*testing.T, *scenario.Report)) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in %s: %v", folder, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			holds(t, replayed(t, a))
		})
	}
}

// replayed plays the story of an archive.
func replayed(t *testing.T, a *txtar.Archive) *scenario.Report {
	parts := map[string][]byte{}
	for _, f := range a.Files {
		parts[f.Name] = f.Data
	}
	var kinds []kind
	if err := json.Unmarshal(parts["connectors.json"], &kinds); err != nil {
		t.Fatal(err)
	}
	story, err := scenario.Load(bytes.NewReader(parts["story.json"]))
	if err != nil {
		t.Fatal(err)
	}
	m, err := scenario.Compile(context.Background(), played(t, string(parts["main.hcl"]), kinds))
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Replay(context.Background(), story)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// keep writes the archive of a story that breaks a law where
// SYNCLINE_CHAOS_KEEP names a folder.
func keep(t *testing.T, g *generator, seed uint64, f *scenario.Failure) {
	folder := os.Getenv("SYNCLINE_CHAOS_KEEP")
	if folder == "" {
		return
	}
	var story bytes.Buffer
	kinds, err := json.MarshalIndent(g.kinds, "", "  ")
	if err == nil {
		err = f.Scenario.Save(&story)
	}
	if err != nil {
		t.Fatal(err)
	}
	a := &txtar.Archive{
		Comment: []byte(f.Broken.Law + ": \n"),
		Files: []txtar.File{
			{Name: "main.hcl", Data: []byte(g.b.String())}, {Name: "connectors.json", Data: append(kinds, '\n')}, {Name: "story.json", Data: story.Bytes()},
		},
	}
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d-%d.txtar", f.Broken.Law, seed, f.Seed)), txtar.Format(a), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestExampleStories plays stories over the examples that once broke a law.
func TestExampleStories(t *testing.T) {
	files, err := filepath.Glob("testdata/examples/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		story, err := scenario.Load(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		example := filepath.Base(filepath.Dir(file))
		m, err := scenario.Compile(context.Background(), scenario.Options{
			Source: engine.Source{Path: filepath.Join("../../examples", example)}, Connectors: connectorsOf(),
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Replay(context.Background(), story)
		if err != nil {
			t.Fatal(err)
		}
		if r.Failure != nil {
			t.Errorf("%s: %s\n%s", file, r.Failure.Broken.Error(), strings.Join(r.Failure.Trace, "\n"))
		}
	}
}
