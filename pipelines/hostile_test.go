package pipelines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/schema"
)

// folder writes files into a new folder.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func has(problems diag.Problems, code diag.Code) bool {
	for _, p := range problems {
		if p.Code == code {
			return true
		}
	}
	return false
}

// TestHostile loads what no author means to write: each ends soon, with a
// problem that says what it is.
func TestHostile(t *testing.T) {
	big := "# " + strings.Repeat("x", 10<<20)
	for _, c := range []struct {
		name string
		path string
		code diag.Code
	}{
		{"missing", filepath.Join(t.TempDir(), "nowhere"), codeUnreadable},
		{"no files", t.TempDir(), codeNoFiles},
		{"large", folder(t, map[string]string{"a.hcl": big}), codeUnreadable},
		{"latin-1", folder(t, map[string]string{"a.hcl": "engine {\n  name = \"caf\xe9\"\n}"}), codeEncoding},
		{"deep", folder(t, map[string]string{"a.hcl": "locals { x = " + strings.Repeat("[", 100000)}), codeNesting},
		{"signs", folder(t, map[string]string{"a.hcl": "locals { x = " + strings.Repeat("! ", 1<<20)}), codeNesting},
		{"conditions", folder(t, map[string]string{"a.hcl": "locals { x = " + strings.Repeat("1 ? 2 : ", 400000)}), codeNesting},
		{"a long heredoc", folder(t, map[string]string{"a.hcl": strings.Repeat("x = <<A\n", 100000)}), codeNesting},
		{"a deep template", folder(t, map[string]string{"a.hcl": "locals { x = text(\"t\") }", "t": "${" + strings.Repeat("[", 1<<20)}), codeEvaluation},
		{"a template of signs", folder(t, map[string]string{"a.hcl": "locals { x = text(\"t\") }", "t": "${" + strings.Repeat("!", 1<<20)}), codeEvaluation},
		{"a long template", folder(t, map[string]string{"a.hcl": "locals { x = text(\"t\") }", "t": strings.Repeat("a ${entity.x}\n", 100000)}), codeEvaluation},
		{"a laugh of YAML", folder(t, map[string]string{"a.hcl": `locals { x = yamldecode(file("y")) }`, "y": laughs()}), codeEvaluation},
		{"deep YAML", folder(t, map[string]string{"a.hcl": `locals { x = yamldecode(file("y")) }`, "y": strings.Repeat("[", 1<<16)}), codeEvaluation},
		{"nested YAML", folder(t, map[string]string{"a.hcl": `locals { x = yamldecode(file("y")) }`, "y": strings.Repeat("[", 5000) + strings.Repeat("]", 5000)}), codeEvaluation},
		{"deep JSON", folder(t, map[string]string{"a.hcl": `locals { x = jsondecode(file("y")) }`, "y": strings.Repeat("[", 1<<16)}), codeEvaluation},
		{"a file out of the folder", folder(t, map[string]string{"a.hcl": `locals { x = file("../../etc/passwd") }`}), codeOutside},
		{"a file of the machine", folder(t, map[string]string{"a.hcl": `locals { x = csvdecode(file("/etc/passwd")) }`}), codeOutside},
		{"a text of the machine", folder(t, map[string]string{"a.hcl": `locals { x = text("/proc/self/environ") }`}), codeOutside},
		{"parentheses", folder(t, map[string]string{"a.hcl": "locals { x = " + strings.Repeat("(", 1<<17) + "1" + strings.Repeat(")", 1<<17) + " }"}), codeNesting},
		{"dots", folder(t, map[string]string{"a.hcl": "locals { x = a" + strings.Repeat(".a", 1<<17) + " }"}), codeUnknownVariable},
		{"no configuration", folder(t, map[string]string{"a.csv": "id,name\n"}) + "/a.csv", codeUnreadable},
		{"a null byte", folder(t, map[string]string{"a.hcl": "engine {\x00}"}), codeSyntax},
		{"a dangling link", link(t), codeUnreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			config, problems := Load(t.Context(), testOptions(c.path))
			if !has(problems, c.code) || !problems.Failed() {
				t.Errorf("got %v, want %s", problems, c.code)
			}
			if config == nil || config.Files == nil {
				t.Error("no configuration to show snippets from")
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// laughs is a text of which each line says the one before nine times.
func laughs() string {
	text := "a0: &a0 [ha]\n"
	for i := 1; i < 20; i++ {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	return text
}

func link(t *testing.T) string {
	dir := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(dir, "a.hcl")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestByteOrderMark(t *testing.T) {
	dir := folder(t, map[string]string{"a.hcl": "\xef\xbb\xbfengine { name = \"x\" }\r\n"})
	config, problems := Load(t.Context(), testOptions(dir))
	if problems.Failed() || config.Engine.Name != "x" {
		t.Errorf("name = %q, problems %v", config.Engine.Name, problems)
	}
}

// TestLinkOut holds that file() does not follow a link out of the folder.
func TestLinkOut(t *testing.T) {
	outside := folder(t, map[string]string{"secret.txt": "s"})
	dir := folder(t, map[string]string{"a.hcl": `locals { x = file("in.txt") }`})
	if err := os.Symlink(filepath.Join(outside, "secret.txt"), filepath.Join(dir, "in.txt")); err != nil {
		t.Fatal(err)
	}
	if _, problems := Load(t.Context(), testOptions(dir)); !has(problems, codeOutside) {
		t.Errorf("got %v, want %s", problems, codeOutside)
	}
}

// TestManyFields compiles 10,000 fields in bounded time.
func TestManyFields(t *testing.T) {
	var b strings.Builder
	b.WriteString("notify \"ops\" { connector = \"log\" }\nsystem \"z\" {\n  connector = \"file\"\n  path = \"x\"\n}\nentity \"wide\" {\n")
	for i := range 10000 {
		fmt.Fprintf(&b, "  attribute \"f%d\" { type = \"string\" }\n", i)
	}
	b.WriteString("}\npipeline \"p\" {\n  entity = \"wide\"\n  alert = notify.ops\n  source \"z\" { object = \"o\" }\n")
	for i := range 10000 {
		fmt.Fprintf(&b, "  field \"f%d\" {\n    direction = \"z\"\n    z = \"c%d\"\n  }\n", i, i)
	}
	b.WriteString("}\n")
	start := time.Now()
	config, problems := Load(t.Context(), testOptions(folder(t, map[string]string{"a.hcl": b.String()})))
	if problems.Failed() || len(config.Pipelines) != 1 || len(config.Pipelines[0].Fields) != 10000 {
		t.Errorf("problems %.300v", problems)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
}

func TestStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, problems := Load(ctx, testOptions("testdata/valid/quick")); !has(problems, codeStopped) {
		t.Errorf("got %v", problems)
	}
}

type lister struct{ err error }

func (l lister) Close() error { return nil }
func (l lister) Objects(context.Context) ([]connectors.Object, error) {
	return []connectors.Object{{Name: "only"}}, l.err
}

// TestDiscovery holds that a system is asked only where it opens offline, and
// that a failure is a warning.
func TestDiscovery(t *testing.T) {
	for _, c := range []struct {
		offline bool
		err     error
		objects int
		warns   bool
	}{{true, nil, 1, false}, {false, nil, 0, false}, {true, errors.New("no such file"), 0, true}} {
		opened := false
		def := &connectors.Definition{
			Name: "d", Offline: func(connectors.Settings) bool { return c.offline },
			Open: func(context.Context, connectors.Settings) (connectors.Conn, error) {
				opened = true
				return lister{c.err}, nil
			},
		}
		o := Options{Path: folder(t, map[string]string{"a.hcl": `system "s" { connector = "d" }`}), Definitions: []*connectors.Definition{def}, Discover: true}
		config, problems := Load(t.Context(), o)
		if len(config.Systems[0].Objects) != c.objects || has(problems, codeDiscovery) != c.warns || opened != c.offline {
			t.Errorf("%+v: objects %v, opened %v, problems %v", c, config.Systems[0].Objects, opened, problems)
		}
	}
}

// FuzzLoad holds that no text makes Load panic, and that every problem stands
// in the file.
func FuzzLoad(f *testing.F) {
	seeds, _ := filepath.Glob("testdata/*/*/main.hcl")
	for _, name := range seeds {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if bytes.Count(src, []byte("[")) > 300 {
			return
		}
		config, problems := Load(t.Context(), testOptions(folder(t, map[string]string{"main.hcl": string(src)})))
		for _, p := range problems {
			if p.Code == "" || p.Summary == "" {
				t.Errorf("an empty problem: %+v", p)
			}
			if end := p.Range.End.Byte; end > len(config.Files["main.hcl"])+1 {
				t.Errorf("%v ends at byte %d of %d", p, end, len(src))
			}
		}
	})
}

// TestPlainSecretsAreNotShown holds that a secret in plain text is in nothing
// that is shown of the file, and that its place still is.
func TestPlainSecretsAreNotShown(t *testing.T) {
	def := &connectors.Definition{Name: "d", Settings: []schema.Field{{Name: "key", Type: schema.Type{Kind: schema.KindString}, Secret: true}}}
	text := "system \"s\" {\n  connector = \"d\"\n  key       = \"PLAINS3CRÉT\" # and nothing else\n}\nengine {\n  encryption {\n    key = \"PLAINS3CRET2\"\n  }\n}\n"
	config, problems := Load(t.Context(), Options{Path: folder(t, map[string]string{"a.hcl": text}), Definitions: []*connectors.Definition{def}})
	if !has(problems, codePlainSecret) {
		t.Fatalf("got %v", problems)
	}
	shown := string(config.Files["a.hcl"])
	if strings.Contains(shown, "PLAINS3CR") || strings.Contains(fmt.Sprint(problems), "PLAINS3CR") || len(shown) != len(text) || !strings.Contains(shown, "# and nothing else") {
		t.Errorf("shown is\n%s\nwith %v", shown, problems)
	}
}
