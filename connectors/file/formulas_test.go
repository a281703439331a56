package file_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/file"
)

// TestFormulas holds each choice of what becomes of texts that a spreadsheet
// would run: what is written, and that it reads back as what it was.
func TestFormulas(t *testing.T) {
	texts := []string{
		"=1+1", "+41 44 668 18 00", "-x", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "'=1", "''=1", "'a", "=cmd|' /C calc'!A0", "a;=1", "\u00a0-1", "a", "-", "12", "'",
	}
	for word, want := range map[string][]string{
		"keep":   {"=1+1", "+41 44 668 18 00", "-x", "@SUM(A1)", "\t=1", "\"\r=1\"", " =1", "＝1+1", "'=1", "''=1", "'a", "=cmd|' /C calc'!A0", "a;=1", "\u00a0-1", "a", "-", "12", "'"},
		"escape": {"'=1+1", "'+41 44 668 18 00", "'-x", "'@SUM(A1)", "\"'\t=1\"", "\"'\r=1\"", "' =1", "'＝1+1", "''=1", "'''=1", "'a", "\"'=cmd|' /C calc'!A0\"", "\"a;=1\"", "'\u00a0-1", "a", "'-", "12", "'"},
		"refuse": {"", "", "", "", "", "", "", "", "", "", "'a", "", "\"a;=1\"", "", "a", "", "12", "'"},
	} {
		path := filepath.Join(t.TempDir(), "a.csv")
		if err := os.WriteFile(path, []byte("id,name\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		conn := connect(t, map[string]string{"path": path, "formulas": word})
		var changes []connectors.Change
		var ids []string
		for i, text := range texts {
			ids = append(ids, fmt.Sprint(i))
			changes = append(changes, change("create", "", "id", ids[i], "name", text))
		}
		session, results := begin(t, conn, selection("id", "name"), changes...)
		if err := session.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		lines := map[string]string{}
		for l := range strings.SplitSeq(contents(t, path), "\n") {
			id, cell, _ := strings.Cut(l, ",")
			lines[id] = cell
		}
		got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), ids)
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range texts {
			if lines[ids[i]] != want[i] {
				t.Errorf("%s: %q is written as %q, want %q", word, text, lines[ids[i]], want[i])
			}
			switch err := results[i].Err; {
			case err == nil && got[i].Record.Get("name").Text() != text:
				t.Errorf("%s: %q reads back as %q", word, text, got[i].Record.Get("name").Text())
			case err != nil && (word != "refuse" || connectors.KindOf(err) != connectors.Refused || len(text) > 2 && strings.Contains(err.Error(), text)):
				t.Errorf("%s: %q is refused: %v", word, text, err)
			}
		}
	}
	if _, err := file.Definition().Open(t.Context(), settings(map[string]string{"path": "a.csv", "formulas": "perhaps"})); connectors.KindOf(err) != connectors.Refused {
		t.Errorf("an unknown choice gives %v", err)
	}
}
