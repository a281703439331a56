package syncline_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMutants breaks the engine in each way that is known to lose, double or
// trample something and wants the laws to notice. A mutant is a patch under
// testdata/mutants:
//
//	# what the mistake is
//	# law: INV7                 what has to be found broken
//	# package: ./engine/decide  whose tests are run
//	# test: ^TestLaws$          which of them
//
// followed by a unified diff. Line numbers do not matter: the old lines of a
// hunk have to occur exactly once, so that a patch follows its code around
// and one that no longer applies is an error.
func TestMutants(t *testing.T) {
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutants(t) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			m.run(t, root)
		})
	}
}

// mutants reads every patch.
func mutants(t *testing.T) (all []*mutant) {
	t.Helper()
	patches, err := filepath.Glob("testdata/mutants/*.patch")
	if err != nil || len(patches) == 0 {
		t.Fatalf("no mutants under testdata/mutants (%v)", err)
	}
	for _, path := range patches {
		m, err := readMutant(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// mutant is a parsed patch.
type mutant struct {
	name  string
	doc   string            // what the mistake is
	head  map[string]string // law, package, test
	files []patched
}

type patched struct {
	name  string
	hunks [][2]string // old and new lines
}

func readMutant(path string) (*mutant, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := &mutant{name: strings.TrimSuffix(filepath.Base(path), ".patch"), head: map[string]string{}}
	for _, line := range strings.SplitAfter(string(text), "\n") {
		m.line(line)
	}
	for _, key := range []string{"law", "package", "test"} {
		if m.head[key] == "" {
			return nil, fmt.Errorf("%s has no line %q", path, "# "+key+": …")
		}
	}
	if m.doc == "" || len(m.files) == 0 {
		return nil, fmt.Errorf("%s does not say what the mistake is, or makes none", path)
	}
	return m, nil
}

func (m *mutant) line(line string) {
	switch {
	case strings.HasPrefix(line, "# "):
		switch key, value, _ := strings.Cut(line[2:], ": "); key {
		case "law", "package", "test":
			m.head[key] = strings.TrimSpace(value)
		default:
			m.doc = strings.TrimSpace(line[2:])
		}
	case strings.HasPrefix(line, "--- "):
	case strings.HasPrefix(line, "+++ "):
		name := strings.TrimPrefix(strings.Fields(line)[1], "b/")
		m.files = append(m.files, patched{name: name})
	case len(m.files) == 0:
	default:
		m.files[len(m.files)-1].line(line)
	}
}

func (p *patched) line(line string) {
	if strings.HasPrefix(line, "@@") {
		p.hunks = append(p.hunks, [2]string{})
		return
	}
	if len(p.hunks) == 0 || line == "" {
		return
	}
	h := &p.hunks[len(p.hunks)-1]
	if line[0] != '+' {
		h[0] += line[1:]
	}
	if line[0] != '-' {
		h[1] += line[1:]
	}
}

func (p *patched) apply(text string) (string, error) {
	for i, h := range p.hunks {
		if n := strings.Count(text, h[0]); n != 1 {
			return "", fmt.Errorf("hunk %d of %s applies in %d places, want 1", i+1, p.name, n)
		}
		text = strings.Replace(text, h[0], h[1], 1)
	}
	return text, nil
}

// run tests the package with the mutant laid over it, in a copy that only the
// compiler sees.
func (m *mutant) run(t *testing.T, root string) {
	dir := t.TempDir()
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for i := range m.files {
		p := &m.files[i]
		original := filepath.Join(root, p.name)
		text, err := os.ReadFile(original)
		if err != nil {
			t.Fatal(err)
		}
		mutated, err := p.apply(string(text))
		if err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(copied, []byte(mutated), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[original] = copied
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "test", "-vet=off", "-count=1", "-failfast", "-overlay", file, "-run", m.head["test"], m.head["package"])
	cmd.Dir = root
	m.judge(t, cmd)
}

func (m *mutant) judge(t *testing.T, cmd *exec.Cmd) {
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		t.Errorf("the laws stay green; %s should be broken", m.head["law"])
	case strings.Contains(string(out), "[build failed]"):
		t.Errorf("the mutant does not compile:\n%s", out)
	case !strings.Contains(string(out), m.head["law"]+":"):
		t.Errorf("%s should be broken:\n%s", m.head["law"], out)
	}
}
