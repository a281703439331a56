package vendor

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"syncline/pipelines/diag"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// expectation is a comment on a faulty line: "# ERROR SYN8001: summary".
var expectation = regexp.MustCompile(`\s*# (ERROR|WARNING) SYN\d{4}: .*$`)

// said puts a problem as an expectation would.
func said(p diag.Problem) string {
	text := fmt.Sprintf("%s %s: %s", strings.ToUpper(p.Severity.String()), p.Code, p.Summary)
	if p.Detail != "" && len(p.Detail) < 120 && !strings.Contains(p.Detail, "\n") {
		text += " (" + p.Detail + ")"
	}
	if p.Hint != "" {
		text += "; " + p.Hint
	}
	return text
}

// TestInvalid compiles every file of testdata/invalid: what is found is what
// the comments on the faulty lines say, no more and no less.
func TestInvalid(t *testing.T) { eachFile(t, "invalid", true) }

// TestValid compiles every file of testdata/valid, of which nothing is said.
func TestValid(t *testing.T) { eachFile(t, "valid", false) }

func eachFile(t *testing.T, kind string, fails bool) {
	files, _ := filepath.Glob(filepath.Join("testdata", kind, "*.hcl"))
	if len(files) == 0 {
		t.Fatalf("testdata/%s holds no fixture", kind)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			v, problems := Compile(filepath.Base(name), src)
			if problems.Failed() != fails || (v == nil) != fails {
				t.Errorf("failed = %v, want %v: %v", problems.Failed(), fails, problems)
			}
			compare(t, name, src, problems)
		})
	}
}

func compare(t *testing.T, name string, src []byte, problems diag.Problems) {
	t.Helper()
	got := map[int][]string{}
	for _, p := range problems {
		got[p.Range.Start.Line] = append(got[p.Range.Start.Line], said(p))
	}
	lines := bytes.Split(src, []byte("\n"))
	for i, line := range lines {
		found := got[i+1]
		slices.Sort(found)
		bare := expectation.ReplaceAll(line, nil)
		want := strings.Join(found, " # ")
		if want != "" {
			want = " # " + want
		}
		if *update {
			lines[i] = append(slices.Clone(bare), want...)
			continue
		}
		if have := string(line[len(bare):]); have != want {
			t.Errorf("%s:%d:\n got%s\nwant%s", name, i+1, want, have)
		}
		delete(got, i+1)
	}
	if *update {
		if err := os.WriteFile(name, bytes.Join(lines, []byte("\n")), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for line, found := range got {
		t.Errorf("%s:%d: %q is said of a line that is not there", name, line, found)
	}
}
