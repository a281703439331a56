package pipelines

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var fence = regexp.MustCompile("(?ms)^```(hcl[a-z ]*)\n(.*?)^```")

func reference(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/language.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// TestReferenceCompiles holds that every snippet of the reference compiles,
// completed by what it leaves out.
func TestReferenceCompiles(t *testing.T) {
	all := fence.FindAllStringSubmatch(reference(t), -1)
	if len(all) < 10 {
		t.Fatalf("the reference has %d snippets", len(all))
	}
	for i, m := range all {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			text := completed(m[1], m[2])
			o := testOptions(folder(t, map[string]string{"main.hcl": text}))
			o.Objects = nil
			if _, problems := Load(t.Context(), o); problems.Failed() {
				t.Errorf("%v\n%s", problems, text)
			}
		})
	}
}

// completed adds what a snippet leaves out: the pipeline around it, its ends,
// a match, the systems and a place to notify.
func completed(kind, text string) string {
	if strings.HasSuffix(kind, "pipeline") {
		inner := text
		if !strings.Contains(text, "source \"") {
			inner += "source \"ats\" {\n object = \"candidates\"\n allow = [\"read\", \"update\"]\n}\nsource \"crm\" {\n object = \"Contact\"\n allow = [\"read\", \"create\", \"update\"]\n}\n"
		}
		if !strings.Contains(text, "match {") {
			name := regexp.MustCompile(`field "(\w+)"`).FindStringSubmatch(text)[1]
			inner += fmt.Sprintf("match {\n key \"k\" { field = %q }\n}\n", name)
		}
		text = "pipeline \"p\" {\nentity = \"candidate\"\nalert = notify.ops\n" + inner + "}\n"
	}
	for header, block := range map[string]string{
		`notify "ops"`: `{ connector = "log" }`,
		`system "ats"`: "{\n connector = \"greenhouse\"\n api_key = secret(\"env:K\")\n}",
		`system "crm"`: "{\n connector = \"sqlite\"\n path = \"x.db\"\n}",
	} {
		if !strings.Contains(text, header) {
			text += header + " " + block + "\n"
		}
	}
	return text
}

// TestReferenceIsWhole holds that every word the decoder knows is in the
// reference, in code.
func TestReferenceIsWhole(t *testing.T) {
	page := reference(t)
	var names []string
	for _, b := range Blocks() {
		names = append(names, b.Name)
		names = append(names, wordsOf(b.Grammar)...)
	}
	names = slices.Concat(names, fieldWords, wordsOf(entryGrammar()), commonSettings, wordsOf(retryBlock().Grammar), reserved, ruleWords, gradeWords[1:], factPaths)
	for _, attributes := range engineSteps {
		names = append(names, attributes...)
	}
	names = append(names, sortedKeys(engineSteps)...)
	names = append(names, sortedKeys((&compiler{}).functions())...)
	for _, name := range names {
		if !regexp.MustCompile("(`[^`\n]*\\b"+name+"\\b[^`\n]*`|^#+ .*\\b"+name+"\\b)").MatchString(page) && !strings.Contains(page, "## "+name) {
			t.Errorf("the reference does not know %q", name)
		}
	}
}

func wordsOf(g Grammar) []string {
	names := slices.Clone(g.Attributes)
	for _, n := range g.Blocks {
		names = append(names, n.Name)
		names = append(names, wordsOf(n.Grammar)...)
	}
	return names
}
