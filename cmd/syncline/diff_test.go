package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// fiveEdits are edits of the quickstart that a reviewer wants to hear of.
var fiveEdits = [][2]string{
	{"field \"headline\" {\n      ats = \"current_title\"", "field \"headline\" {\n      direction = \"crm -> ats\"\n      ats = \"current_title\""},
	{`write = "entity.do_not_contact ? 'yes' : 'no'"`, `write = "entity.do_not_contact ? 'true' : 'false'"`},
	{`"Face to Face"             = "interview"`, `"Face to Face"             = "interview"` + "\n    \"Final Round\" = \"offer\""},
	{"writes = { screening = \"Phone Screen\" }", "writes = { screening = \"Phone Screen\", offer = \"Offer\" }"},
	{`count = 50`, `count = 500`},
}

// asked runs a command line in the current folder.
func asked(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	var text bytes.Buffer
	code = execute(t.Context(), args, newSession(strings.NewReader(""), &text, &text, os.LookupEnv))
	return text.String(), code
}

func edited(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("../../examples/quickstart/main.hcl")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	text := string(src)
	put(t, filepath.Join(folder, "old/main.hcl"), text)
	for _, e := range fiveEdits {
		if strings.Count(text, e[0]) != 1 {
			t.Fatalf("%q stands %d times in the example", e[0], strings.Count(text, e[0]))
		}
		text = strings.Replace(text, e[0], e[1], 1)
	}
	put(t, filepath.Join(folder, "new/main.hcl"), text)
	return folder
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestFiveEdits holds the comment that a reviewer gets, and that docs/diff.md
// shows it.
func TestFiveEdits(t *testing.T) {
	golden, err := filepath.Abs("testdata/diff.md")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/diff.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(edited(t))
	got, code := asked(t, "diff", "old", "new", "-format", "markdown")
	if code != codeFailed {
		t.Errorf("exit %d: the version did not rise", code)
	}
	if *update {
		put(t, golden, got)
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	first, _, _ := strings.Cut(got, "\n\n- **medium**")
	if !strings.Contains(string(page), first) {
		t.Errorf("docs/diff.md does not show:\n%s", first)
	}
}

// TestDiffForms holds that machines can read what they are given.
func TestDiffForms(t *testing.T) {
	t.Chdir(edited(t))
	var report struct {
		FormatVersion int `json:"format_version"`
		Verdict       struct{ Risk, Class string }
		Changes       []struct{ Sentence, Class, Risk, Procedure, Why string }
		Findings      []any
	}
	out, _ := asked(t, "diff", "old", "new", "-json")
	if err := json.Unmarshal([]byte(out), &report); err != nil || report.FormatVersion != 1 || len(report.Changes) != 5 || report.Verdict.Risk != "high" || len(report.Findings) != 1 {
		t.Errorf("%v: %+v", err, report)
	}
	for _, c := range report.Changes {
		if c.Sentence == "" || c.Class == "" || c.Risk == "" || c.Procedure == "" || c.Why == "" {
			t.Errorf("a change leaves something out: %+v", c)
		}
	}
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID, Level string
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
			}
		}
	}
	out, _ = asked(t, "diff", "old", "new", "-format", "sarif")
	if err := json.Unmarshal([]byte(out), &log); err != nil || log.Version != "2.1.0" || len(log.Runs) != 1 || len(log.Runs[0].Results) != 6 {
		t.Fatalf("%v: %+v", err, log)
	}
	rules := map[string]bool{}
	for _, r := range log.Runs[0].Tool.Driver.Rules {
		rules[r.ID] = true
	}
	for _, r := range log.Runs[0].Results {
		if !rules[r.RuleID] || len(r.Locations) != 1 || r.Locations[0].PhysicalLocation.ArtifactLocation.URI != "new/main.hcl" || r.Locations[0].PhysicalLocation.Region.StartLine < 1 {
			t.Errorf("%+v", r)
		}
	}
	out, _ = asked(t, "diff", "old", "new", "-format", "github")
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "::") || !strings.Contains(line, "file=new/main.hcl,line=") {
			t.Errorf("no annotation: %s", line)
		}
	}
	if out, code := asked(t, "diff", "old", "old", "-detailed-exitcode"); code != 0 || !strings.Contains(out, "No change of meaning") {
		t.Errorf("exit %d: %s", code, out)
	}
	put(t, "new/main.hcl", strings.Replace(read(t, "new/main.hcl"), `entity           = "candidate"`, "entity = \"candidate\"\n  version = 2", 1))
	if out, code := asked(t, "diff", "old", "new", "-detailed-exitcode"); code != codeChanges {
		t.Errorf("exit %d: %s", code, out)
	}
	if out, code := asked(t, "diff", "old", "new", "-format", "html"); code != codeFailed || !strings.Contains(out, "sarif") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const plainConfig = "notify \"ops\" {\n  connector = \"log\"\n}\nengine {\n  name = \"%s\"\n}\n"

// committed makes a repository whose commits give the configuration each of the
// names, and returns the hashes.
func committed(t *testing.T, folder string, names ...string) []string {
	t.Helper()
	repo, err := git.PlainInit(folder, false)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := repo.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	var hashes []string
	for i, name := range names {
		put(t, filepath.Join(folder, "sync/main.hcl"), fmt.Sprintf(plainConfig, name))
		if err := tree.AddGlob("."); err != nil {
			t.Fatal(err)
		}
		who := &object.Signature{Name: "a", Email: "a@example.org", When: time.Unix(int64(i), 0)}
		hash, err := tree.Commit(name, &git.CommitOptions{Author: who, Committer: who})
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, hash.String())
	}
	return hashes
}

// TestDiffOfRevisions holds what is compared with what, and what is said of
// revisions that are not there.
func TestDiffOfRevisions(t *testing.T) {
	folder := t.TempDir()
	hashes := committed(t, folder, "one", "two", "three")
	t.Chdir(folder)
	put(t, "sync/main.hcl", fmt.Sprintf(plainConfig, "four"))
	put(t, "elsewhere/main.hcl", fmt.Sprintf(plainConfig, "five"))
	for _, c := range []struct{ args, want string }{
		{"sync", "was three, is four"},
		{"HEAD sync", "was three, is four"},
		{"HEAD~2 sync", "was one, is four"},
		{"HEAD~2..HEAD~1 sync", "was one, is two"},
		{"HEAD~2...HEAD sync", "was one, is three"},
		{"HEAD~2.. sync", "was one, is three"},
		{"HEAD~2 HEAD~1 sync", "was one, is two"},
		{"HEAD HEAD sync", "No change of meaning"},
		{hashes[0][:9] + " sync/main.hcl", "was one, is four"},
		{"refs/heads/master~1 sync", "was two, is four"},
		{"sync elsewhere", "was four, is five"},
		{"nope sync", `has no revision "nope"`},
		{"HEAD..nope sync", `has no revision "nope"`},
		{"HEAD~9 sync", `has no revision "HEAD~9"`},
		{"HEAD@{~^} sync", "has no revision"},
		{"HEAD elsewhere", "elsewhere is not in the repository at HEAD"},
		{"HEAD..HEAD gone/main.hcl", "gone/main.hcl is not in the repository at HEAD"},
		{"sync nope", "there is no file or folder"},
		{"HEAD HEAD", "the repository's root"},
		{"a b c", "has no revision"},
	} {
		out, code := asked(t, append([]string{"diff"}, strings.Fields(c.args)...)...)
		if c.args == "HEAD HEAD" { // the root holds no configuration
			if code != codeConfiguration {
				t.Errorf("diff %s: exit %d: %s", c.args, code, out)
			}
			continue
		}
		if !strings.Contains(out, c.want) {
			t.Errorf("diff %s (exit %d) does not say %q:\n%s", c.args, code, c.want, out)
		}
		if strings.Contains(out, "syncline-diff-") {
			t.Errorf("diff %s shows a folder of its own:\n%s", c.args, out)
		}
	}
	put(t, ".git/shallow", hashes[2]+"\n")
	if out, code := asked(t, "diff", "nope", "sync"); code != codeFailed || !strings.Contains(out, "shallow") || !strings.Contains(out, "fetch-depth: 0") {
		t.Errorf("exit %d: %s", code, out)
	}
	if err := os.Remove(".git/objects/" + hashes[1][:2] + "/" + hashes[1][2:]); err != nil {
		t.Fatal(err)
	}
	if out, code := asked(t, "diff", "HEAD~1", "sync"); code != codeFailed || !strings.Contains(out, "revision") {
		t.Errorf("exit %d: %s", code, out)
	}
}

// TestDiffWithoutRepository holds what is said where there is none, or one
// without files.
func TestDiffWithoutRepository(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "main.hcl", fmt.Sprintf(plainConfig, "one"))
	if out, code := asked(t, "diff"); code != codeFailed || !strings.Contains(out, "lies in no Git repository") {
		t.Errorf("exit %d: %s", code, out)
	}
	if _, err := git.PlainInit("bare.git", true); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"diff", "HEAD", "bare.git"}, {"diff", "HEAD", "bare.git/refs"}} {
		if out, code := asked(t, args...); code != codeFailed || !strings.Contains(out, "bare") || !strings.Contains(out, "Clone it") {
			t.Errorf("%v: exit %d: %s", args, code, out)
		}
	}
}

// TestDiffOfHostileTrees holds that what a commit has cannot reach out of where
// it is laid out, nor fill the disk.
func TestDiffOfHostileTrees(t *testing.T) {
	folder := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret.hcl")
	put(t, secret, "engine {\n  name = \"stolen\"\n}\n")
	for name, to := range map[string]string{"sync/stolen.hcl": secret, "sync/up.hcl": "../../../../../../etc/hostname", "sync/inside.hcl": "main.txt"} {
		if err := os.MkdirAll(filepath.Join(folder, "sync"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(folder, "sync/main.txt"), "locals {\n  a = 1\n}\n")
	put(t, filepath.Join(folder, "sync/data.csv"), strings.Repeat("x", 5<<20))
	committed(t, folder, "one", "two")
	t.Chdir(folder)
	if out, code := asked(t, "diff", "HEAD~1..HEAD", "sync"); code != 0 || !strings.Contains(out, "was one, is two") || strings.Contains(out, "stolen") {
		t.Errorf("exit %d: %s", code, out)
	}
}

// TestDiffOfBadFiles holds that a file that is none is an error with its name.
func TestDiffOfBadFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "good/main.hcl", fmt.Sprintf(plainConfig, "one"))
	for name, text := range map[string]string{
		"large":    strings.Repeat("# a long comment of no use\n", 10<<20/27),
		"encoding": "engine {\n  name = \"caf\xe9\"\n}\n",
		"empty":    "",
		"deep":     "locals {\n  a = " + strings.Repeat("[", 100_000) + "\n}\n",
	} {
		put(t, name+"/main.hcl", text)
		start := time.Now()
		out, code := asked(t, "diff", "good", name)
		want := codeConfiguration
		if name == "empty" {
			want = 0 // which holds nothing, and is sound
		}
		if code != want || want != 0 && !strings.Contains(out, "main.hcl") {
			t.Errorf("%s: exit %d: %s", name, code, out)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
	if out, code := asked(t, "diff", "good", "good", "-state", "nowhere"); code != codeFailed || !strings.Contains(out, "no state at nowhere") {
		t.Errorf("exit %d: %s", code, out)
	}
}

// TestDiffByState weighs a change by a state that a run left, and by a backup.
func TestDiffByState(t *testing.T) {
	d := newDesk(t, "unlink")
	d.says(0, nil, "run")
	d.sql("UPDATE contacts SET born = '1999-09-09' WHERE name = 'Ada'")
	d.says(0, nil, "run")
	d.says(0, nil, "state", "backup", filepath.Join(d.folder, "copy"))
	t.Chdir(d.folder)
	text := d.read("main.hcl")
	put(t, "new/main.hcl", strings.Replace(text, "export    = \"born\"", "drift = \"restore\"\n export    = \"born\"", 1))
	for _, state := range []string{".syncline", ".syncline/state.db", "copy"} {
		out, code := asked(t, "diff", "main.hcl", "new/main.hcl", "-state", state)
		if code != codeFailed || !strings.Contains(out, "would change at most 1 values") || !strings.Contains(out, "Of 3 links in "+state) {
			t.Errorf("%s: exit %d: %s", state, code, out)
		}
		if strings.Contains(out, "1999") {
			t.Errorf("a protected value is shown: %s", out)
		}
	}
	if out, code := asked(t, "diff", "main.hcl", "new/main.hcl", "-state", "export.csv"); code != codeFailed || !strings.Contains(out, "is no state") {
		t.Errorf("exit %d: %s", code, out)
	}
}

// TestActionRuns reads the action and the hooks as their hosts do, and runs
// what they say.
func TestActionRuns(t *testing.T) {
	var action struct {
		Runs struct {
			Using string
			Steps []struct {
				ID, Shell, Run string
				Env            map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "../../.github/actions/syncline-diff/action.yml")), &action); err != nil || action.Runs.Using != "composite" || len(action.Runs.Steps) != 2 {
		t.Fatalf("%v: %+v", err, action)
	}
	var hooks []struct {
		ID, Entry, Language, Files string
		PassFilenames              bool `yaml:"pass_filenames"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "../../.pre-commit-hooks.yaml")), &hooks); err != nil || len(hooks) != 3 {
		t.Fatalf("%v: %+v", err, hooks)
	}
	folder := t.TempDir()
	committed(t, folder, "one", "two")
	t.Chdir(folder)
	temp := t.TempDir()
	env := append(os.Environ(), "GITHUB_OUTPUT="+temp+"/output", "GITHUB_STEP_SUMMARY="+temp+"/summary", "RUNNER_TEMP="+temp,
		"ACTION=nowhere", "SYNCLINE=syncline", "CONFIGURATION=sync", "BASE=HEAD~1", "SARIF="+temp+"/diff.sarif", "COMMENT="+temp+"/comment.md")
	for _, step := range action.Runs.Steps {
		for name := range step.Env {
			if !strings.Contains(strings.Join(env, "\n"), "\n"+name+"=") {
				t.Errorf("step %s takes %s, which the test does not give", step.ID, name)
			}
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("step %s puts an input into its text, which could be a command", step.ID)
		}
		cmd := exec.Command("bash", "-euo", "pipefail", "-c", step.Run)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if err != nil || step.ID == "diff" && !strings.Contains(string(out), "::warning file=sync/main.hcl,line=") {
			t.Errorf("step %s: %v: %s", step.ID, err, out)
		}
	}
	for _, name := range []string{"summary", "comment.md", "diff.sarif"} {
		if !strings.Contains(read(t, filepath.Join(temp, name)), "was one, is two") {
			t.Errorf("%s does not say what changed", name)
		}
	}
	for _, h := range hooks {
		out, code := asked(t, append(strings.Fields(h.Entry)[1:], "sync")...)
		if code != 0 || h.PassFilenames || h.Language != "golang" {
			t.Errorf("hook %s: exit %d: %s", h.ID, code, out)
		}
	}
}
