package file_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"syncline/connectors"
	"syncline/connectors/file"
	"syncline/connectors/formats"
	"syncline/schema"
)

// system opens one file that holds the text.
func system(t testing.TB, name, text string) (connectors.Conn, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	return connect(t, map[string]string{"path": path}), path
}

func connect(t testing.TB, values map[string]string) connectors.Conn {
	t.Helper()
	conn, err := file.Definition().Open(t.Context(), settings(values))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func selection(names ...string) *connectors.Selection {
	var fields []schema.Field
	for _, n := range names {
		fields = append(fields, schema.Field{Name: n, Type: schema.Type{Kind: schema.KindString}})
	}
	return &connectors.Selection{ID: "id", Shape: schema.NewShape(fields...), Writes: names}
}

func change(verb, id string, values ...string) connectors.Change {
	ch := connectors.Change{Verb: verb, ID: id}
	if verb == "create" {
		ch.ID, ch.NewID = "", id
	}
	for i := 0; i < len(values); i += 2 {
		ch.Set = append(ch.Set, connectors.Assignment{Path: schema.PathTo(values[i]), Value: schema.String(values[i+1])})
	}
	return ch
}

func begin(t testing.TB, conn connectors.Conn, sel *connectors.Selection, changes ...connectors.Change) (connectors.Session, []connectors.Result) {
	t.Helper()
	s, err := conn.(connectors.SessionWriter).Begin(t.Context(), sel)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	results, err := s.Write(t.Context(), changes)
	if err != nil {
		t.Fatal(err)
	}
	return s, results
}

// commit writes the changes and returns the file after it.
func commit(t testing.TB, conn connectors.Conn, path string, sel *connectors.Selection, changes ...connectors.Change) string {
	t.Helper()
	s, results := begin(t, conn, sel, changes...)
	for i, r := range results {
		if r.Err != nil {
			t.Errorf("change %d: %v", i, r.Err)
		}
	}
	if err := s.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	alone(t, path)
	return contents(t, path)
}

func contents(t testing.TB, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// alone holds that nothing but the file lies in its folder.
func alone(t testing.TB, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Name(), "syncline") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// TestOnlyWhatIsEditedChanges makes random tables, edits some cells, takes
// some rows out, adds some, and holds the file to the text with exactly these
// changes, byte for byte, in every encoding.
func TestOnlyWhatIsEditedChanges(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		encoding := rapid.SampledFrom([]formats.Encoding{
			{}, {BOM: true}, {Charset: formats.UTF16LE, BOM: true}, {Charset: formats.UTF16BE, BOM: true},
		}).Draw(rt, "encoding")
		newline := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(rt, "newline")
		cell := rapid.StringOf(rapid.SampledFrom([]rune("ab ,\"\n\r=é漢😀'")))
		settings := map[string]string{"delimiter": ","}
		header := "id,name,note" + newline
		if rapid.Bool().Draw(rt, "notes") {
			settings["header"] = "id"
			header = "Notes:" + newline + quote(cell.Draw(rt, "notes above"), true) + newline + newline + header
		}
		text, want := header, header
		var changes []connectors.Change
		for i := range rapid.IntRange(0, 8).Draw(rt, "rows") {
			name, note := rawCell(rt, cell), rawCell(rt, cell)
			id := fmt.Sprint(i)
			line := id + "," + name + "," + note + newline
			text += line
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0:
				text += "broken " + id + newline
				want += line + "broken " + id + newline
			case 1:
				changes = append(changes, change("delete", id))
			case 2:
				value := cell.Draw(rt, "value")
				changes = append(changes, change("update", id, "name", value))
				want += id + "," + quote(value, strings.HasPrefix(name, `"`)) + "," + note + newline
			default:
				want += line
			}
		}
		if rapid.Bool().Draw(rt, "create") {
			value := cell.Draw(rt, "value")
			changes = append(changes, change("create", "new", "note", value))
			want += "new,," + quote(value, false) + newline
		}
		path := filepath.Join(dir, "random.csv")
		if err := os.WriteFile(path, encode(rt, encoding, text), 0o644); err != nil {
			rt.Fatal(err)
		}
		settings["path"] = path
		conn := connect(t, settings)
		if got := commit(t, conn, path, selection("name", "note"), changes...); got != string(encode(rt, encoding, want)) {
			rt.Fatalf("%q became %q, want %q", text, got, want)
		}
	})
}

func encode(t *rapid.T, e formats.Encoding, text string) []byte {
	raw, err := e.Append(slices.Clone(e.Mark()), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func rawCell(t *rapid.T, cell *rapid.Generator[string]) string {
	return quote(cell.Draw(t, "cell"), rapid.Bool().Draw(t, "quoted"))
}

func quote(text string, always bool) string {
	if always || strings.ContainsAny(text, ",\"\r\n") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

func TestJSONKeepsItsShape(t *testing.T) {
	text := "{\"total\": 4, \"people\": [\n  {\"id\": \"a\", \"n\": 1.00},\n  {\"id\": \"b\", \"x\": {\"y\": null}},\n  {\"id\": \"c\"},\n  {\"id\": \"d\"}\n], \"more\": true}\n"
	for _, c := range []struct {
		name    string
		changes []connectors.Change
		want    string
	}{
		{"update", []connectors.Change{change("update", "b", "name", "N")}, "{\"total\": 4, \"people\": [\n  {\"id\": \"a\", \"n\": 1.00},\n  {\"id\": \"b\", \"x\": {\"y\": null}, \"name\": \"N\"},\n  {\"id\": \"c\"},\n  {\"id\": \"d\"}\n], \"more\": true}\n"},
		{"first", []connectors.Change{change("delete", "a"), change("delete", "b")}, "{\"total\": 4, \"people\": [\n  {\"id\": \"c\"},\n  {\"id\": \"d\"}\n], \"more\": true}\n"},
		{"last", []connectors.Change{change("delete", "d"), change("delete", "b")}, "{\"total\": 4, \"people\": [\n  {\"id\": \"a\", \"n\": 1.00},\n  {\"id\": \"c\"}\n], \"more\": true}\n"},
		{"all", []connectors.Change{change("delete", "d"), change("delete", "b"), change("delete", "a"), change("delete", "c")}, "{\"total\": 4, \"people\": [\n  \n], \"more\": true}\n"},
		{"all and one new", []connectors.Change{change("delete", "d"), change("create", "e"), change("delete", "b"), change("delete", "a"), change("delete", "c")}, "{\"total\": 4, \"people\": [\n  {\"id\":\"e\"}\n], \"more\": true}\n"},
		{"last and new ones", []connectors.Change{change("delete", "d"), change("create", "e"), change("create", "f")}, "{\"total\": 4, \"people\": [\n  {\"id\": \"a\", \"n\": 1.00},\n  {\"id\": \"b\", \"x\": {\"y\": null}},\n  {\"id\": \"c\"},\n  {\"id\":\"e\"},\n  {\"id\":\"f\"}\n], \"more\": true}\n"},
	} {
		conn, path := system(t, "p.json", text)
		if got := commit(t, conn, path, selection("name"), c.changes...); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestTextsWithoutAHeaderOrALastLineEnd(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"a.csv", "", "id,name\nx,N\n"},
		{"a.csv", "id,name\n1,a", "id,name\n1,a\nx,N\n"},
		{"a.csv", "id;name\r\n1;a", "id;name\r\n1;a\r\nx;N\r\n"},
		{"a.csv", "\"id\",\"name\"\n", "\"id\",\"name\"\n\"x\",\"N\"\n"},
		{"a.jsonl", "", "{\"id\":\"x\",\"name\":\"N\"}\n"},
		{"a.jsonl", "{\"id\":1}", "{\"id\":1}\n{\"id\":\"x\",\"name\":\"N\"}\n"},
		{"a.json", "[]", "[{\"id\":\"x\",\"name\":\"N\"}]"},
	} {
		conn, path := system(t, c.file, c.text)
		if got := commit(t, conn, path, selection("name"), change("create", "x", "name", "N")); got != c.want {
			t.Errorf("%q became %q, want %q", c.text, got, c.want)
		}
	}
}

func TestTwoChangesOfOneRow(t *testing.T) {
	conn, path := system(t, "a.csv", "id,name,note\n1,a,b\n")
	got := commit(t, conn, path, selection("name", "note"), change("update", "1", "name", "x"), change("update", "1", "note", "y"))
	if got != "id,name,note\n1,x,y\n" {
		t.Errorf("%q", got)
	}
}

func TestAnUncertainCreateIsNotDoubled(t *testing.T) {
	conn, path := system(t, "a.csv", "id,name\n1,a\n")
	again := change("create", "1", "name", "a")
	again.Uncertain = true
	if got := commit(t, conn, path, selection("name"), again); got != "id,name\n1,a\n" {
		t.Errorf("%q", got)
	}
	_, results := begin(t, conn, selection("name"), change("create", "1", "name", "b"), change("create", "2"), change("create", "2"), change("create", ""))
	for i, wrong := range []bool{true, false, true, true} {
		if (results[i].Err != nil) != wrong {
			t.Errorf("create %d: %v", i, results[i].Err)
		}
	}
}

// TestACutSession stops a session at every point a process can be killed at,
// and holds the file to be the old one, and the next session to clean up.
func TestACutSession(t *testing.T) {
	old := "id,name\n1,a\n"
	conn, path := system(t, "a.csv", old)
	s, _ := begin(t, conn, selection("name"), change("update", "1", "name", "new"))
	stamp, err := s.(connectors.Sealer).Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := contents(t, path); got != old {
		t.Errorf("before the commit the file is %q", got)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".a.csv.syncline-*"))
	if err != nil || len(left) != 1 || contents(t, left[0]) != "id,name\n1,new\n" {
		t.Fatalf("the new file lies in %v, %v", left, err)
	}
	// What the kill leaves bears the number of a process that is no more.
	dead := filepath.Join(filepath.Dir(path), ".a.csv.syncline-999999999-1.tmp")
	others := filepath.Join(filepath.Dir(path), ".b.csv.syncline-999999999-1.tmp")
	for _, p := range []string{dead, others} {
		if err := os.WriteFile(p, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	begin(t, conn, selection("name"))
	if _, err := os.Stat(dead); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what a killed process left is still there: %v", err)
	}
	for _, p := range []string{others, left[0]} {
		if _, err := os.Stat(p); err != nil {
			t.Errorf("%s is not a dead session of this file and is gone", p)
		}
	}
	if err := s.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now, err := conn.(connectors.Stamper).Stamp(t.Context(), selection("name")); err != nil || now != stamp {
		t.Errorf("the stamp after the commit is %s, foretold was %s, %v", now, stamp, err)
	}
}

func TestAbortLeavesNothing(t *testing.T) {
	conn, path := system(t, "a.csv", "id,name\n1,a\n")
	s, _ := begin(t, conn, selection("name"), change("update", "1", "name", "new"))
	if _, err := s.(connectors.Sealer).Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Abort(), s.Abort()); err != nil {
		t.Error(err)
	}
	alone(t, path)
	if err := s.Commit(t.Context()); err == nil || contents(t, path) != "id,name\n1,a\n" {
		t.Errorf("a session that was given up commits: %v", err)
	}
}

func TestModeAndLinksStay(t *testing.T) {
	_, path := system(t, "a.csv", "id,name\n1,a\n")
	link := filepath.Join(t.TempDir(), "link.csv")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, map[string]string{"path": link})
	commit(t, conn, link, selection("name"), change("update", "1", "name", "x"))
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became a file, %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 || contents(t, path) != "id,name\n1,x\n" {
		t.Errorf("the file behind the link: %v, %v", info.Mode(), err)
	}
}

// TestManyChangesSpill writes more than a session keeps in memory.
func TestManyChangesSpill(t *testing.T) {
	var text, want bytes.Buffer
	text.WriteString("id,name\n")
	want.WriteString("id,name\n")
	var changes []connectors.Change
	long := strings.Repeat("x", 2000)
	for i := range 4000 {
		fmt.Fprintf(&text, "%d,a\n", i)
		fmt.Fprintf(&want, "%d,%s%d\n", i, long, i)
		changes = append(changes, change("update", fmt.Sprint(i), "name", long+fmt.Sprint(i)))
	}
	slices.Reverse(changes)
	conn, path := system(t, "a.csv", text.String())
	if got := commit(t, conn, path, selection("name"), changes...); got != want.String() {
		t.Errorf("%d bytes, want %d", len(got), want.Len())
	}
}

func readAll(t testing.TB, conn connectors.Conn, sel *connectors.Selection) (ids []string, faults []error, complete bool) {
	t.Helper()
	stream, err := conn.(connectors.Reader).Read(t.Context(), sel, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var b connectors.Batch
	rec := schema.NewRecord(sel.Shape)
	for {
		if err := stream.Next(t.Context(), &b); err == io.EOF {
			_, complete = stream.Done()
			return ids, faults, complete
		} else if err != nil {
			t.Fatal(err)
		}
		for i := range b.Items {
			if err := stream.Decode(&b.Items[i], rec); err != nil {
				faults = append(faults, err)
			} else {
				ids = append(ids, rec.ID)
			}
		}
	}
}

func TestArgumentsAreColumns(t *testing.T) {
	conn, path := system(t, "x.csv", "id,name,lead\n1,a,fair\n")
	ch := change("create", "2", "name", "b")
	ch.Args = change("create", "2", "lead", "event", "name", "c").Set
	if got := commit(t, conn, path, selection("id", "name"), ch); got != "id,name,lead\n1,a,fair\n2,b,event\n" {
		t.Fatalf("%q", got)
	}
}
