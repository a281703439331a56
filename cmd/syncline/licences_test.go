package main

import (
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

// TestLicencesAreListed holds docs/licences.md to the modules that are linked
// in. Those of the tests alone need not be there.
func TestLicencesAreListed(t *testing.T) {
	page, err := os.ReadFile("../../docs/licences.md")
	if err != nil {
		t.Fatal(err)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) < 30 {
		t.Fatal("the binary does not say what it is made of")
	}
	linked := map[string]bool{}
	for _, m := range info.Deps {
		linked[m.Path] = true
		if m.Replace != nil {
			t.Errorf("%s is replaced by %s", m.Path, m.Replace.Path)
		}
		if !testsAlone[m.Path] && !strings.Contains(string(page), "| "+m.Path+" | ") {
			t.Errorf("docs/licences.md does not list %s", m.Path)
		}
	}
	for line := range strings.SplitSeq(string(page), "\n") {
		cells := strings.Split(line, " | ")
		if len(cells) != 2 || !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| module") || strings.HasPrefix(line, "| ---") {
			continue
		}
		if name := strings.TrimPrefix(cells[0], "| "); !linked[name] {
			t.Errorf("docs/licences.md lists %s, which is not linked in", name)
		}
	}
}

// testsAlone are modules that only tests use.
var testsAlone = map[string]bool{"github.com/rogpeppe/go-internal": true, "pgregory.net/rapid": true, "github.com/google/go-cmp": true}
