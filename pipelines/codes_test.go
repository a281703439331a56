package pipelines

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"syncline/pipelines/diag"
)

// TestEveryCodeIsExplained holds that every code that is used has an
// explanation, and every explanation a use.
func TestEveryCodeIsExplained(t *testing.T) {
	used := map[string]bool{}
	for _, pattern := range []string{"*.go", "expr/*.go"} {
		files, _ := filepath.Glob(pattern)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range regexp.MustCompile(`"SYN\d{4}"`).FindAllString(string(src), -1) {
				used[strings.Trim(code, `"`)] = true
			}
		}
	}
	last := diag.Code("")
	for _, d := range diag.Codes() {
		if !used[string(d.Code)] {
			t.Errorf("%s is explained and never used", d.Code)
		}
		if d.Title == "" || d.Doc == "" || d.Example == "" || utf8.RuneCountInString(d.Title) > 60 {
			t.Errorf("%s: %+v is not a whole explanation", d.Code, d)
		}
		if d.Code <= last {
			t.Errorf("%s stands after %s", d.Code, last)
		}
		last = d.Code
		delete(used, string(d.Code))
	}
	for code := range used {
		t.Errorf("%s has no explanation", code)
	}
}

// TestEveryCodeHasFixture holds that each code of this package is raised by a
// fixture, or by a test that needs more than a folder.
func TestEveryCodeHasFixture(t *testing.T) {
	elsewhere := map[string]string{
		"SYN1010": "TestHostile", "SYN1011": "TestHostile", "SYN1012": "TestHostile", "SYN1013": "TestHostile",
		"SYN1021": "TestStopped", "SYN2016": "TestVariables", "SYN6007": "TestDiscovery",
	}
	raised := map[string]bool{}
	files, _ := filepath.Glob("testdata/*/*/*.hcl")
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range regexp.MustCompile(`(?:ERROR|WARNING) (SYN\d{4})`).FindAllStringSubmatch(string(src), -1) {
			raised[code[1]] = true
		}
	}
	src, err := os.ReadFile("codes.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, quoted := range regexp.MustCompile(`"SYN\d{4}"`).FindAllString(string(src), -1) {
		code := strings.Trim(quoted, `"`)
		if !raised[code] && elsewhere[code] == "" {
			t.Errorf("no fixture raises %s", code)
		}
	}
}
