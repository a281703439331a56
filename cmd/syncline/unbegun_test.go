package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOnlyARunBegins holds that no command but run makes a state, or anything
// else, where nothing was run: neither in a folder that is no configuration,
// nor in one whose configuration is broken or has never run, whatever the
// order of its arguments.
func TestOnlyARunBegins(t *testing.T) {
	valid := strings.ReplaceAll(deskConfig, "REMOVED", "review")
	for name, files := range map[string]map[string]string{
		"an empty folder":        {},
		"a folder of data":       {"export.csv": deskExport, "crm/1": "x"},
		"a broken configuration": {"main.hcl": `pipeline "people" {`},
		"one with a mistake":     {"main.hcl": strings.Replace(valid, `"candidate"`, `"candidat"`, 1)},
		"one that never ran":     {"main.hcl": valid, "export.csv": deskExport},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{T: t, folder: t.TempDir()}
			for f, text := range files {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(d.folder, f)), 0o700); err != nil {
					t.Fatal(err)
				}
				d.write(f, text)
			}
			if name == "one that never ran" {
				d.sql(deskTable)
			}
			t.Chdir(d.folder)
			before := tree(t, d.folder)
			for _, line := range everyLine(name == "one that never ran") {
				var out bytes.Buffer
				code := execute(t.Context(), line, newSession(strings.NewReader(""), &out, &out, os.LookupEnv))
				if after := tree(t, d.folder); !slices.Equal(before, after) {
					t.Fatalf("syncline %s (exit code %d) changed the folder\nfrom %q\nto   %q\n%s", strings.Join(line, " "), code, before, after, &out)
				}
			}
		})
	}
}

// everyLine is each command with its switches and with arguments in every
// order, but for those that are to make something: init, and run where it can.
func everyLine(runs bool) (lines [][]string) {
	words := []string{".", "c189e7767", "crm/1", "crm", "last"}
	var arguments [][]string
	for _, a := range words {
		arguments = append(arguments, []string{a})
		for _, b := range words {
			arguments = append(arguments, []string{a, b})
		}
	}
	arguments = append(arguments, nil, []string{"c189e7767", "crm", "."}, []string{"c189e7767", ".", "crm"}, []string{"c189e7767", "crm", "crm/1"})
	var each func(prefix []string, list []*command)
	each = func(prefix []string, list []*command) {
		for _, cmd := range list {
			path := append(slices.Clone(prefix), cmd.Name)
			each(path, cmd.Sub)
			if cmd.Bind == nil || cmd.Name == "init" || cmd.Name == "chaos" || runs && (cmd.Name == "run" || cmd.Name == "serve") {
				continue
			}
			switches := [][]string{nil}
			if cmd.Name != "fmt" {
				switches = append(switches, every(switchesOf(cmd)))
			}
			for _, args := range arguments {
				for _, s := range switches {
					if len(args) >= cmd.Least && len(args) <= cmd.Most {
						lines = append(lines, slices.Concat(path, s, more[strings.Join(path, " ")], args))
					}
				}
			}
		}
	}
	each(nil, commands())
	for _, args := range [][]string{{"-all", "crm"}, {"-field", "email", "-all", "crm", "-yes"}} {
		lines = append(lines, append([]string{"conflicts", "resolve"}, args...))
	}
	return lines
}

// more is what a command wants besides its arguments to go to work.
var more = map[string][]string{"queue drop": {"-why", "x"}, "state rotate": {"-quiet"}}

// every joins switches into one command line.
func every(switches [][]string) (out []string) {
	for _, s := range switches {
		for _, word := range s {
			if word != "-undo" && word != "-json" && !slices.Contains(out, word) {
				out = append(out, word)
			}
		}
	}
	return out
}

// tree lists what is below a folder.
func tree(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(folder, path)
		names = append(names, rel)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
