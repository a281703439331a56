package engine_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/all"
	"syncline/engine"
	"syncline/engine/audit"
	"syncline/engine/state"
	"syncline/pipelines"
)

// unpacked returns a folder as a program of an older format left it: a
// configuration, its ends, and the state.
func unpacked(t testing.TB, name string) string {
	t.Helper()
	z, err := zip.OpenReader(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	folder := t.TempDir()
	if err := os.CopyFS(folder, z); err != nil {
		t.Fatal(err)
	}
	return folder
}

// opened loads the configuration of a folder, with all connectors.
func opened(t testing.TB, folder string, o engine.Options) (*engine.Engine, *pipelines.Config) {
	t.Helper()
	for _, d := range all.Connectors() {
		o.Connectors = append(o.Connectors, (*connectors.Definition)(&d))
	}
	e := engine.New(o)
	c, problems := e.Load(t.Context(), engine.Source{Path: folder})
	if problems.Failed() {
		t.Fatalf("%+v", problems)
	}
	return e, c
}

// journalOf returns the journal's entries, in a line each.
func journalOf(t testing.TB, e *engine.Engine, c *pipelines.Config, f audit.Filter) (lines []string) {
	t.Helper()
	if err := e.Audit(t.Context(), c, f, func(x audit.Entry) error {
		lines = append(lines, x.Kind+" "+x.End+"/"+x.Record)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestOlderState takes over a whole state folder of format 1: it is read as it
// is, the journal verifies; the next run brings both to the format of today,
// finds nothing to write, and the journal then names nobody.
func TestOlderState(t *testing.T) {
	folder := unpacked(t, "format-1.zip")
	then := func() time.Time { return time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC) } // before what is open is due
	e, c := opened(t, folder, engine.Options{Clock: then})
	want := []string{"link /", "link /", "create crm/", "link /", "update crm/per-ada-1"}
	check := func(entries uint64, skip int) {
		t.Helper()
		if n, err := e.AuditVerify(t.Context(), c); n != entries || err != nil {
			t.Error(n, err)
		}
		lines := journalOf(t, e, c, audit.Filter{})
		for i, line := range lines[skip:] {
			if i < len(want) && !bytes.HasPrefix([]byte(line), []byte(want[i])) {
				t.Errorf("entry %d: %s", i, line)
			}
		}
		if found := journalOf(t, e, c, audit.Filter{Record: "per-ada-1"}); len(found) != 1 {
			t.Error(found)
		}
		if stories, err := e.Explain(t.Context(), c, "ada.lovelace@example.test", "", false); err != nil || len(stories) != 1 || len(stories[0].Entries) == 0 {
			t.Error(stories, err)
		}
	}
	check(5, 0)
	log, err := os.ReadFile(filepath.Join(folder, "state", "audit.log"))
	if err != nil || !bytes.Contains(log, []byte("per-ada-1")) {
		t.Fatal("the fixture names nobody", err)
	}
	s, err := e.Run(t.Context(), c, engine.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range s.Pipelines[0].Ends {
		if end.Created+end.Updated > 0 || end.Read != 3 {
			t.Errorf("%+v", end)
		}
	}
	check(6, 1)
	for _, name := range []string{"audit.log", "audit.log.new", state.FormerName(1)} {
		text, err := os.ReadFile(filepath.Join(folder, "state", name))
		if name != "audit.log" && !errors.Is(err, fs.ErrNotExist) {
			t.Error(name, "is still there", err)
		}
		if bytes.Contains(text, []byte("per-ada-1")) || bytes.Contains(text, []byte("rec-ada-1")) {
			t.Error(name, "names somebody")
		}
	}
}
