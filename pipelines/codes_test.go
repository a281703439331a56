package pipelines

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"syncline/pipelines/diag"
)

// TestEveryCodeIsExplained holds that every code that is used has an
// explanation, and every explanation a use.
func TestEveryCodeIsExplained(t *testing.T) {
	used := map[string]bool{}
	for _, pattern := range []string{"*.go", "expr/*.go", "vendor/*.go"} {
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

// elsewhere are the codes that need more than a folder to be raised, and the
// test that raises them.
var elsewhere = map[string]string{
	"SYN1010": "TestHostile", "SYN1011": "TestHostile", "SYN1012": "TestHostile", "SYN1013": "TestHostile",
	"SYN1021": "TestStopped", "SYN2016": "TestVariables", "SYN6007": "TestDiscovery",
}

// fixturesByCode gives the folders whose files expect a code, by code.
func fixturesByCode(t *testing.T) map[string][]string {
	t.Helper()
	raised := map[string][]string{}
	files, _ := filepath.Glob("testdata/*/*/*.hcl")
	more, _ := filepath.Glob("vendor/testdata/*/*.hcl")
	for _, name := range append(files, more...) {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(name), "testdata"+string(filepath.Separator)))
		for _, code := range regexp.MustCompile(`(?:ERROR|WARNING) (SYN\d{4})`).FindAllStringSubmatch(string(src), -1) {
			if !slices.Contains(raised[code[1]], folder) {
				raised[code[1]] = append(raised[code[1]], folder)
			}
		}
	}
	return raised
}

// TestEveryCodeHasFixture holds that each code is raised by a fixture, or by a
// test that needs more than a folder.
func TestEveryCodeHasFixture(t *testing.T) {
	raised := fixturesByCode(t)
	for _, d := range diag.Codes() {
		if code := string(d.Code); len(raised[code]) == 0 && elsewhere[code] == "" {
			t.Errorf("no fixture raises %s", code)
		}
	}
}

// promises are what a configuration that compiles is known to be free of, and
// the codes that say so.
var promises = []struct {
	what  string
	codes []diag.Code
}{
	{"an unknown block", []diag.Code{"SYN1002"}},
	{"an unknown attribute", []diag.Code{"SYN1003"}},
	{"an unknown end", []diag.Code{"SYN2004"}},
	{"an unknown field, of the entity, of a system or in an expression", []diag.Code{"SYN2006", "SYN2009", "SYN3002"}},
	{"an unknown connector", []diag.Code{"SYN2007"}},
	{"an unknown function, of HCL or in an expression", []diag.Code{"SYN2003", "SYN3004"}},
	{"CEL or Expr that does not parse", []diag.Code{"SYN3001"}},
	{"CEL or Expr whose types do not go together", []diag.Code{"SYN3003", "SYN3005", "SYN3006"}},
	{"a type that its transform cannot give", []diag.Code{"SYN3006", "SYN3101"}},
	{"a nullable value without a guard (warning)", []diag.Code{"SYN3007"}},
	{"a direction that names an end that is not there", []diag.Code{"SYN2004"}},
	{"a direction that writes where allow forbids", []diag.Code{"SYN4005"}},
	{"several speakers without an owner or the three answers", []diag.Code{"SYN4002"}},
	{"rules that may fall through", []diag.Code{"SYN4004"}},
	{"latest between ends without a history of fields (warning)", []diag.Code{"SYN4010"}},
	{"a read and a write that do not undo each other", []diag.Code{"SYN5004"}},
	{"a table whose words are not the entity's", []diag.Code{"SYN5001"}},
	{"a table that is not one to one where it is written through", []diag.Code{"SYN5002"}},
	{"a required attribute that nothing gives on create", []diag.Code{"SYN5005"}},
	{"a pipeline without alert", []diag.Code{"SYN4007"}},
	{"two pipelines that write one field of one object", []diag.Code{"SYN4008"}},
	{"a circle over several pipelines without an owner", []diag.Code{"SYN4009"}},
	{"a pay or protected value in a place that people read", []diag.Code{"SYN6005"}},
	{"a group that the connector cannot write in one request", []diag.Code{"SYN7003"}},
	{"a secret in plain text (warning)", []diag.Code{"SYN6001"}},
	{"a field, filter or picklist word that the schema does not have", []diag.Code{"SYN2009", "SYN3002", "SYN3008", "SYN5001"}},
	{"a trigger or an action that cannot be carried out", []diag.Code{"SYN7004", "SYN6004"}},
	{"a description that cannot be carried out, or that anybody could send to", []diag.Code{"SYN8001", "SYN8002", "SYN8003", "SYN8004", "SYN8005", "SYN8006", "SYN8007"}},
}

// TestErrorsPage holds docs/errors.md to the explanations of the codes, and
// each promise on it to a fixture.
func TestErrorsPage(t *testing.T) {
	const page = "../docs/errors.md"
	raised := fixturesByCode(t)
	var b strings.Builder
	b.WriteString("# Problems and their codes\n\nWhat `syncline explain CODE` says of each; a test holds the two equal.\n\n" +
		"## What compiles is free of\n\nThe folders below `pipelines/testdata`, and those of `pipelines/vendor`, raise each, and their namesakes in `valid` show how it is mended.\n\n| free of | codes | raised by |\n| --- | --- | --- |\n")
	for _, p := range promises {
		var codes, folders []string
		for _, code := range p.codes {
			codes, folders = append(codes, string(code)), append(folders, raised[string(code)]...)
			if len(raised[string(code)]) == 0 {
				t.Errorf("%s: no fixture raises %s", p.what, code)
			}
		}
		slices.Sort(folders)
		folders = slices.DeleteFunc(slices.Compact(folders), func(f string) bool { return f == "invalid/ten-mistakes" })
		fmt.Fprintf(&b, "| %s | %s | `%s` |\n", p.what, strings.Join(codes, ", "), strings.Join(folders, "`, `"))
	}
	kinds := map[byte]string{'1': "Structure", '2': "Names", '3': "Types and expressions", '4': "Directions and who is right", '5': "Tables and proofs", '6': "Systems, secrets and labels", '7': "Matching, checks and triggers", '8': "Descriptions of vendors"}
	kind := byte(0)
	for _, d := range diag.Codes() {
		if d.Code[3] != kind {
			kind = d.Code[3]
			fmt.Fprintf(&b, "\n## %s\n", kinds[kind])
		}
		fmt.Fprintf(&b, "\n### %s: %s\n\n%s\n\n```text\n%s\n```\n", d.Code, d.Title, d.Doc, d.Example)
	}
	if *update {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(page); err != nil || string(got) != b.String() {
		t.Errorf("%s is not what the codes say (-update writes it anew): %v", page, err)
	}
}
