package syncline_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write generated pages anew")

// lawsOf says which law of docs/engine.md is broken when a test names what it
// found, and what that is in words.
var lawsOf = map[string]struct {
	number int
	words  string
}{
	"INV1": {1, "an unseen edit is overwritten"}, "INV7": {1, "an edit is lost without a word"},
	"INV2": {2, "bases differ from what the ends agreed on"},
	"INV3": {3, "the ends differ at rest, and nothing says so"}, "INV6": {3, "it does not come to rest"},
	"INV4": {4, "the only editor's last edit does not stand"}, "INV5": {4, "a conflict where only one side edited"},
	"law 1":     {1, "an unseen edit is overwritten, or a record taken away that nobody let go"},
	"law 3":     {3, "the ends differ at rest, and nothing says so"},
	"law 4":     {4, "the only editor's last edit does not stand"},
	"law 5":     {5, "a plan after a run has something to write"},
	"law 6":     {6, "the counts do not add up"},
	"law 7":     {7, "an entity is created twice at an end"},
	"law 8":     {8, "what no direction lets through is in a request"},
	"law 9":     {9, "the order in which records come changes something"},
	"law 10":    {10, "an intent that was found is settled otherwise than the table says"},
	"LAW1":      {1, "an unseen edit is overwritten, or a record taken away that nobody let go"},
	"LAW3":      {3, "the ends differ at rest, and nothing says so"},
	"LAW4":      {4, "the only editor's last edit does not stand"},
	"LAW7":      {7, "an entity is created twice at an end"},
	"LAW10":     {10, "the state is not sound, or a record is lost"},
	"the table": {11, "a row of the decision table is decided otherwise"},
	"UNDO-1":    {1, "an edit made since is overwritten by a rollback"},
	"UNDO-3":    {3, "what was taken back is drift"},
	"UNDO-4":    {1, "an edit nobody had seen is not seen after a rollback"},
	"guard":     {12, "a kind of change passes its ceiling"},
}

const lawsPage = `# How the laws are proven to see

A test that cannot fail proves nothing. So each mistake below is made on purpose: it stands as a patch under
` + "`testdata/mutants`" + `, a few lines that a programmer might have written. ` + "`go test -run TestMutants .`" + ` lays each over the
code, in a copy that only the compiler sees, runs the tests named, and wants the law named to be found broken. A patch
that no longer applies fails the test, and so does one that no law notices.

The laws are those of [engine.md](engine.md#what-holds-always).

`

// TestMutantTable holds docs/laws.md to the patches; -update writes it anew.
func TestMutantTable(t *testing.T) {
	const page = "docs/laws.md"
	want := mutantTable(t)
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not what the patches say (-patches +page; -update writes it anew):\n%s", page, diff)
	}
}

func mutantTable(t *testing.T) string {
	all := mutants(t)
	for _, m := range all {
		if _, known := lawsOf[m.head["law"]]; !known {
			t.Fatalf("%s: %q is no law", m.name, m.head["law"])
		}
	}
	slices.SortStableFunc(all, func(a, b *mutant) int {
		return cmp.Or(cmp.Compare(lawsOf[a.head["law"]].number, lawsOf[b.head["law"]].number), cmp.Compare(a.name, b.name))
	})
	var b strings.Builder
	b.WriteString(lawsPage)
	b.WriteString("| the mistake | patch | law | what is found broken | by |\n| --- | --- | --- | --- | --- |\n")
	for _, m := range all {
		law := lawsOf[m.head["law"]]
		number := fmt.Sprint(law.number)
		if law.number > 10 {
			number = m.head["law"]
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | `%s` in `%s` |\n", m.doc, m.name, number, law.words, bare(m.head["test"]), strings.TrimPrefix(m.head["package"], "./"))
	}
	fmt.Fprintf(&b, "\n%d mistakes.\n", len(all))
	return b.String()
}

// bare is the name of a test without the anchors of its pattern.
func bare(pattern string) string { return strings.NewReplacer("^", "", "$", "").Replace(pattern) }

// TestMutantsApply holds that every patch still finds the code it changes:
// cheap enough for every run, where laying them over the code is not.
func TestMutantsApply(t *testing.T) {
	for _, m := range mutants(t) {
		for i := range m.files {
			text, err := os.ReadFile(m.files[i].name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := m.files[i].apply(string(text)); err != nil {
				t.Errorf("%s: %v", m.name, err)
			}
		}
	}
}
