package syncline_test

import (
	"bytes"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestNothingIsReplaced holds that what is built is what the proxy and the sums
// vouch for: no module stands for another, nothing of ours is C, and only the
// values, whose texts share memory, look behind Go's types.
func TestNothingIsReplaced(t *testing.T) {
	unsafely := regexp.MustCompile(`(?m)^(import)?\s*(\w+ )?"unsafe"$`)
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?m)^\s*(replace|exclude|retract|toolchain)\b.*`).Find(mod); found != nil {
		t.Errorf("go.mod: %s", found)
	}
	eachGo(t, func(name string, text []byte) {
		for _, no := range []string{"import \"C\"", "//go:linkname", "//go:cgo"} {
			if bytes.Contains(text, []byte(no)) && name != "supply_test.go" {
				t.Errorf("%s has %s", name, no)
			}
		}
		if unsafely.Match(text) && !strings.HasPrefix(name, "schema/") {
			t.Errorf("%s looks behind Go's types", name)
		}
	})
}

// TestNothingIsForeign holds that all that is compiled is Go.
func TestNothingIsForeign(t *testing.T) {
	foreign := regexp.MustCompile(`\.(c|cc|cpp|cxx|h|hh|hpp|m|s|S|sx|syso|swig|swigcxx|f|f90|a|so|dylib|dll|wasm)$`)
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && foreign.MatchString(name) {
			t.Errorf("%s is not Go", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSecurityNamesItsTests holds the table of SECURITY.md to the tests: each
// that it names is there, and each threat names one.
func TestSecurityNamesItsTests(t *testing.T) {
	page, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	eachGo(t, func(name string, text []byte) {
		if strings.HasSuffix(name, "_test.go") {
			for _, found := range declared.FindAllSubmatch(text, -1) {
				tests[string(found[1])] = true
			}
		}
	})
	_, table, _ := strings.Cut(string(page), "| threat | defence | proof |")
	table, _, _ = strings.Cut(table, "\n## ")
	named := regexp.MustCompile("`(Test\\w+)`")
	rows := 0
	for line := range strings.SplitSeq(table, "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| ---") {
			continue
		}
		rows++
		all := named.FindAllStringSubmatch(line, -1)
		if len(all) == 0 {
			t.Errorf("no test proves: %s", line)
		}
		for _, n := range all {
			if !tests[n[1]] {
				t.Errorf("there is no test %s", n[1])
			}
		}
	}
	if rows < 15 {
		t.Errorf("the table has %d rows", rows)
	}
	for _, leads := range []string{"README.md", "CONTRIBUTING.md"} {
		if text, err := os.ReadFile(leads); err != nil || !bytes.Contains(text, []byte("(SECURITY.md)")) {
			t.Errorf("%s does not lead to SECURITY.md: %v", leads, err)
		}
	}
}

// eachGo hands over every Go file of the house.
func eachGo(t *testing.T, each func(name string, text []byte)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		text, err := os.ReadFile(name)
		if err == nil {
			each(name, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
