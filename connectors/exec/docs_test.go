package exec_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// block is the program of a language in docs/plugins.md, as a file.
func block(t *testing.T, language, file string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/plugins.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindSubmatch(page)
	if found == nil {
		t.Fatalf("the page has no program in %s", language)
	}
	path := filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(path, found[1], 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func node(t testing.TB) string {
	t.Helper()
	return connectortest.ProgramOf(t, "node", "nodejs")
}

// TestPluginOfTheDocs runs the plug-in in Python that the docs show.
func TestPluginOfTheDocs(t *testing.T) {
	t.Parallel()
	conn := opened(t, settings(t, schema.Value{}, python(t), block(t, "python", "users.py")))
	sel := &connectors.Selection{Object: "users", Shape: tapSelection.Shape}
	got, err := listed(t, conn, sel, nil)
	if err != nil || got.names["root"] != "root" || !got.complete {
		t.Errorf("%+v %v", got, err)
	}
	found, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"root", "nobody of that name"})
	if err != nil || found[0].Presence != connectors.Live || found[1].Presence != connectors.Gone {
		t.Errorf("%+v %v", found, err)
	}
	if err := conn.(connectors.Checker).Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestWritingPluginOfTheDocs runs the plug-in in Node that the docs show, as
// what it claims to be.
func TestWritingPluginOfTheDocs(t *testing.T) {
	t.Parallel()
	conn := opened(t, settings(t, schema.Value{}, node(t), block(t, "js", "notes.js")))
	sel := &connectors.Selection{Object: "notes", Shape: schema.NewShape(schema.Field{Name: "text", Type: schema.Type{Kind: schema.KindString, Nullable: true}})}
	set := func(text string) []connectors.Assignment {
		return []connectors.Assignment{{Path: schema.PathTo("text"), Value: schema.String(text)}}
	}
	got, err := conn.(connectors.Writer).Write(t.Context(), sel, []connectors.Change{
		{Verb: "update", ID: "1", Revision: "1", Set: set("changed")},
		{Verb: "update", ID: "1", Revision: "1", Set: set("too late")},
		{Verb: "create", NewID: "2", Operation: "o", Set: set("new")},
		{Verb: "update", ID: "3", Set: set("nobody's")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []connectors.ErrorKind{255, connectors.Moved, 255, connectors.NotFound} {
		if (want == 255) != (got[i].Err == nil) || want != 255 && connectors.KindOf(got[i].Err) != want {
			t.Errorf("change %d: %+v", i, got[i])
		}
	}
	if c := got[0].Confirmed; c == nil || c.Get("text").Text() != "changed" || got[0].Revision != "2" {
		t.Errorf("%+v", got[0])
	}
	found, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"2", "1"})
	if err != nil || found[0].Hash != got[2].Hash || found[1].Hash != got[0].Hash || found[0].Record.Get("text").Text() != "new" {
		t.Errorf("%+v %v", found, err)
	}
	if facts := conn.(connectors.Stater).States(); facts.Grade != connectors.RevisionMatch || !facts.Can("delete") {
		t.Errorf("%+v", facts)
	}
}

// TestPageHasEveryWord holds the page to the protocol: every op, fact and kind
// of error stands in it.
func TestPageHasEveryWord(t *testing.T) {
	page, err := os.ReadFile("../../docs/plugins.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields("describe check read get find write cancel complete grade verbs create null batch lag failed unavailable uncertain " +
		"moved not_found refused denied limited unsupported rid revision hash gone presence into checkpoint alive operation new_rid seen set uncertain after") {
		if !regexp.MustCompile("[`\"]" + word + "[`\"]").Match(page) {
			t.Errorf("the page does not have the word %s", word)
		}
	}
}
