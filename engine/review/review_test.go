package review_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"syncline/connectors"
	"syncline/engine/review"
	"syncline/pipelines"
	"syncline/schema"
)

// definitions are stand-ins for connectors: settings and facts, and nothing to
// open.
func definitions() []*connectors.Definition {
	text := schema.Type{Kind: schema.KindString}
	facts := connectors.Facts{Whole: true, Complete: true, Grade: connectors.IfMatch, Create: connectors.CreateKeySearch}
	for _, name := range []string{"create", "update", "archive", "delete", "merge"} {
		facts.Verbs = append(facts.Verbs, connectors.Verb{Name: name})
	}
	auth := connectors.Block{Name: "auth", Label: true, Fields: []schema.Field{
		{Name: "client_id", Type: text, Secret: true, Required: true}, {Name: "client_secret", Type: text, Secret: true, Required: true},
	}}
	path, init := schema.Field{Name: "path", Type: text, Required: true}, schema.Field{Name: "init", Type: text}
	format := schema.Field{Name: "format", Type: text}
	url := schema.Field{Name: "url", Type: text, Required: true}
	separate := facts
	separate.Separate = true
	return []*connectors.Definition{
		{Name: "greenhouse", Settings: []schema.Field{{Name: "api_key", Type: text, Secret: true, Required: true}}, Facts: facts},
		{Name: "salesforce", Settings: []schema.Field{url}, Blocks: []connectors.Block{auth}, Facts: facts},
		{Name: "file", Settings: []schema.Field{path, init, format}, Facts: facts},
		{Name: "sqlite", Settings: []schema.Field{path, init}, Facts: facts},
		{Name: "blind", Facts: facts},
		{Name: "slow", Facts: separate},
	}
}

// load compiles a configuration, nil where it has errors.
func load(t testing.TB, path string) (*pipelines.Config, string) {
	t.Helper()
	c, problems := pipelines.Load(t.Context(), pipelines.Options{
		Path: path, Definitions: definitions(), Env: func(name string) (string, bool) { return "x", name == "PRESENT" },
	})
	if problems.Failed() {
		return nil, fmt.Sprint(problems)
	}
	return c, ""
}

// loadText compiles one file, which has to be sound.
func loadText(t testing.TB, text string) *pipelines.Config {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, why := load(t, folder)
	if c == nil {
		t.Fatalf("%s\n%s", why, text)
	}
	return c
}

// told are the changes as people read them.
func told(r *review.Report) string {
	var b strings.Builder
	for _, c := range r.Changes {
		fmt.Fprintf(&b, "%s, %s, %s: %s\n", c.Place, c.Risk, c.Class, c.Sentence)
	}
	return b.String()
}

// fixtures are the folders of configurations that compile.
func fixtures(t testing.TB) []string {
	t.Helper()
	folders, err := filepath.Glob("../../pipelines/testdata/valid/*")
	if err != nil || len(folders) == 0 {
		t.Fatal("there is no fixture", err)
	}
	return append(folders, "../../examples/quickstart", "testdata/rich.hcl")
}

// TestNothingIsNothing holds that a configuration does not differ from itself,
// nor from itself laid out otherwise.
func TestNothingIsNothing(t *testing.T) {
	compared := 0
	for _, folder := range fixtures(t) {
		a, _ := load(t, folder)
		b, why := load(t, otherwise(t, folder))
		if a == nil {
			continue // wants to know what its systems hold
		}
		if b == nil {
			t.Errorf("%s, laid out otherwise, does not compile: %s", folder, why)
			continue
		}
		compared++
		for name, other := range map[string]*pipelines.Config{"itself": a, "itself laid out otherwise": b} {
			if r := review.Compare(a, other); len(r.Changes)+len(r.Findings) > 0 {
				t.Errorf("%s differs from %s:\n%s%v", folder, name, told(r), r.Findings)
			}
		}
		for i := range a.Pipelines {
			q := slices.IndexFunc(b.Pipelines, func(p *pipelines.Pipeline) bool { return p.Name == a.Pipelines[i].Name })
			if a.Pipelines[i].Hash != b.Pipelines[q].Hash {
				t.Errorf("%s: moving blocks changes the hash of %s", folder, a.Pipelines[i].Name)
			}
		}
	}
	if compared < 80 {
		t.Errorf("only %d configurations were compared", compared)
	}
}

// otherwise writes a configuration anew: its blocks and attributes the other
// way round, with comments, in one file.
func otherwise(t testing.TB, path string) string {
	t.Helper()
	out := t.TempDir()
	files, _ := filepath.Glob(filepath.Join(path, "*.hcl"))
	if len(files) == 0 {
		files = []string{path}
	} else if err := os.CopyFS(out, os.DirFS(path)); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, ".test.hcl") || strings.HasSuffix(file, ".vars.hcl") || strings.HasSuffix(file, "schema.lock.hcl") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, diags := hclwrite.ParseConfig(src, file, hcl.InitialPos)
		if diags.HasErrors() || strings.Contains(string(src), "vendor \"") {
			continue
		}
		os.Remove(filepath.Join(out, filepath.Base(file)))
		turn(parsed.Body(), &all, "")
	}
	if err := os.WriteFile(filepath.Join(out, "all.hcl"), []byte(all.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// inOrder are the blocks whose order means something.
var inOrder = []string{"key", "action"}

// turn writes a body from its end to its beginning.
func turn(body *hclwrite.Body, b *strings.Builder, indent string) {
	blocks := body.Blocks()
	slices.Reverse(blocks)
	for _, kind := range inOrder {
		var at []int
		for i, inner := range blocks {
			if inner.Type() == kind {
				at = append(at, i)
			}
		}
		for i := range len(at) / 2 {
			blocks[at[i]], blocks[at[len(at)-1-i]] = blocks[at[len(at)-1-i]], blocks[at[i]]
		}
	}
	for _, inner := range blocks {
		fmt.Fprintf(b, "%s// moved\n%s%s", indent, indent, inner.Type())
		for _, label := range inner.Labels() {
			fmt.Fprintf(b, "   %s", hclwrite.TokensForValue(cty.StringVal(label)).Bytes())
		}
		b.WriteString("   {\n\n")
		turn(inner.Body(), b, indent+"      ")
		fmt.Fprintf(b, "%s}\n", indent)
	}
	names := make([]string, 0)
	for name := range body.Attributes() {
		names = append(names, name)
	}
	slices.Sort(names)
	slices.Reverse(names)
	for _, name := range names {
		text := string(body.Attributes()[name].Expr().BuildTokens(nil).Bytes())
		fmt.Fprintf(b, "%s%s   =   %s\n", indent, name, strings.TrimSpace(text))
		if strings.Contains(text, "<<") {
			b.WriteString("\n")
		}
	}
}

// TestManyFields holds that thousands of fields are compared in one pass over them.
func TestManyFields(t *testing.T) {
	const fields = 3_000
	write := func(change string) *pipelines.Config {
		var b strings.Builder
		b.WriteString("notify \"ops\" {\n  connector = \"log\"\n}\nsystem \"a\" {\n  connector = \"blind\"\n}\nsystem \"b\" {\n  connector = \"blind\"\n}\nentity \"wide\" {\n")
		for i := range fields {
			fmt.Fprintf(&b, "  attribute \"f%d\" {\n    type = \"string\"\n  }\n", i)
		}
		b.WriteString("}\npipeline \"p\" {\n  entity = \"wide\"\n  alert = notify.ops\n  source \"a\" { object = \"x\" }\n  source \"b\" {\n    object = \"x\"\n    allow = [\"read\", \"update\"]\n  }\n  match {\n    key \"k\" { field = \"f0\" }\n  }\n  fields \"a -> b\" {\n    drift = \"" + change + "\"\n")
		for i := range fields {
			fmt.Fprintf(&b, "    field \"f%d\" {\n      a = \"f%d\"\n      b = \"f%d\"\n    }\n", i, i, i)
		}
		b.WriteString("  }\n}\n")
		return loadText(t, b.String())
	}
	a, b := write("keep"), write("restore")
	start := time.Now()
	r := review.Compare(a, b)
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %s", took)
	}
	if len(r.Changes) != 1 || len(r.Changes[0].Also) != fields-1 {
		t.Errorf("%d changes, of %d fields", len(r.Changes), 1+len(r.Changes[0].Also))
	}
	if text := r.Changes[0].Sentence; len(text) > 1000 {
		t.Errorf("a sentence of %d bytes", len(text))
	}
}
