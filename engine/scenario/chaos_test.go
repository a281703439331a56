package scenario

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/connectors/all"
	"syncline/engine"
)

func quickstart(t *testing.T) (*Model, Options) {
	t.Helper()
	list := all.Connectors()
	var definitions []*connectors.Definition
	for i := range list {
		definitions = append(definitions, &list[i])
	}
	o := Options{Source: engine.Source{Path: "../../examples/quickstart"}, Connectors: definitions, First: 1}
	m, err := Compile(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return m, o
}

// TestSameStory holds that a seed is one story, byte for byte, also after it
// was saved and read back.
func TestSameStory(t *testing.T) {
	m, _ := quickstart(t)
	for seed := range uint64(12) {
		story := m.Draw(seed)
		if diff := cmp.Diff(story, m.Draw(seed)); diff != "" {
			t.Fatalf("seed %d is drawn in two ways (-first +second):\n%s", seed, diff)
		}
		var saved bytes.Buffer
		if err := story.Save(&saved); err != nil {
			t.Fatal(err)
		}
		again, err := Load(&saved)
		if err != nil {
			t.Fatal(err)
		}
		one := m.Play(context.Background(), story, t.TempDir(), true)
		two := m.Play(context.Background(), again, t.TempDir(), true)
		if diff := cmp.Diff(one.Trace, two.Trace); diff != "" || len(one.Trace) == 0 {
			t.Fatalf("seed %d plays in two ways (-first +second):\n%s", seed, diff)
		}
	}
}

// TestCatches proves that the simulator can fail: systems that say they hold
// conditions and do not lose edits, and the story that shows it is short,
// breaks the same law when it is saved and replayed, and is no longer than what
// was drawn.
func TestCatches(t *testing.T) {
	m, o := quickstart(t)
	for _, s := range m.systems {
		s.deaf = true
	}
	o.Seeds, o.Workers, o.Shrink = 600, 2, 200
	r, err := m.Chaos(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	f := r.Failure
	if f == nil {
		t.Fatalf("%d stories in which no condition is held break no law", r.Seeds)
	}
	// An edit that nobody saw is lost: at once, or when the ends do not agree.
	if lost := []string{Unseen.Name, Converge.Name, LoneEditor.Name}; !slices.Contains(lost, f.Broken.Law) {
		t.Errorf("%s is broken, want one of %q", f.Broken.Error(), lost)
	}
	if n := size(f.Scenario.Steps); n > f.Drawn || n > 10 {
		t.Errorf("the shortest story has %d steps of %d", n, f.Drawn)
	}
	var saved bytes.Buffer
	if err := f.Scenario.Save(&saved); err != nil {
		t.Fatal(err)
	}
	story, err := Load(&saved)
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.Replay(context.Background(), story)
	if err != nil {
		t.Fatal(err)
	}
	if again.Failure == nil {
		t.Fatal("the story breaks no law when it is replayed")
	}
	if diff := cmp.Diff(f.Trace, again.Failure.Trace); diff != "" {
		t.Errorf("the story replays in another way (-first +replayed):\n%s", diff)
	}
	for _, s := range m.systems {
		s.deaf = false
	}
	if again, err = m.Replay(context.Background(), story); err != nil || again.Failure != nil {
		t.Errorf("the story breaks a law although every condition is held (%v): %s", err, strings.Join(f.Trace, "\n"))
	}
}

// TestLoadRefuses holds that what is no story is refused with a reason.
func TestLoadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"": "no saved scenario", "{": "no saved scenario", `{"format_version":99}`: "format 99", `{"other":1}`: "no saved scenario",
	} {
		if _, err := Load(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestLawsAreDocumented holds docs/chaos.md to the list of laws.
func TestLawsAreDocumented(t *testing.T) {
	page := readPage(t)
	for _, l := range Laws() {
		if !strings.Contains(page, "| "+l.Name+" | "+l.Doc+" |") {
			t.Errorf("docs/chaos.md does not say: | %s | %s |", l.Name, l.Doc)
		}
	}
	names := map[string]bool{}
	for _, l := range Laws() {
		if names[l.Name] {
			t.Errorf("two laws are called %s", l.Name)
		}
		names[l.Name] = true
	}
	if !slices.IsSortedFunc(Laws()[1:9], func(a, b Law) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the laws are not in order")
	}
}

func readPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/chaos.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
