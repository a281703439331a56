package file_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"syncline/connectors"
	"syncline/connectors/file"
	"syncline/schema"
)

// TestBadRows lists files with rows that cannot be read: each fault names its
// row, and the other rows are there.
func TestBadRows(t *testing.T) {
	for _, c := range []struct {
		name, file, text, ids string
		rows                  []string
	}{
		{"ragged", "a.csv", "id,name\n1,a\n2\n3,a,b\n4,d\n", "1 4", []string{"row 3", "row 4"}},
		{"no id", "a.csv", "id,name\n,a\n \t,b\n3,c\n", "3", []string{"row 2", "row 3"}},
		{"stray quote", "a.csv", "id,name\n1,\"a\"b\n2,b\n", "2", []string{"row 2"}},
		{"open quote", "a.csv", "id,name\n1,\"a\n2,b\n", "2", []string{"row 2"}},
		{"zero byte", "a.csv", "id,name\n1,a\x00\n2,b\n", "2", []string{"row 2"}},
		{"wrong encoding", "a.csv", "id,name\n1,Zo\xEB\n2,Zoë\n3,José\n", "2 3", []string{"row 2"}},
		{"bare quote", "a.csv", "id,name\n1,5\" pipe\n", "1", nil},
		{"quoted line end", "a.csv", "id,name\n1,\"a\nb\"\n2,c,d\n", "1", []string{"row 3"}},
		{"two of one id", "a.csv", "id,name\n1,a\n1,b\n", "1 1", nil},
		{"header only", "a.csv", "id,name\n", "", nil},
		{"not JSON", "a.jsonl", "{\"id\":1}\nnot json\n{\"id\":2\n[1]\n\n{\"id\":3}\n{}\n", "1 3", []string{"row 2", "row 3", "row 4", "row 7"}},
		{"key twice", "a.jsonl", "{\"id\":1,\"id\":2}\n{\"id\":3}\n", "3", []string{"row 1"}},
		{"elements", "a.json", "[{\"id\":1},7,{\"id\":{}},{\"id\":\"4\"}]", "1 4", []string{"row 2", "row 3"}},
	} {
		conn, path := system(t, c.file, c.text)
		ids, faults, complete := readAll(t, conn, selection("id", "name"))
		if got := strings.Join(ids, " "); got != c.ids || !complete {
			t.Errorf("%s: ids %q, want %q; complete = %v", c.name, got, c.ids, complete)
		}
		if len(faults) != len(c.rows) {
			t.Errorf("%s: faults %v, want %v", c.name, faults, c.rows)
			continue
		}
		for i, f := range faults {
			if !strings.Contains(f.Error(), path+" "+c.rows[i]+":") && !strings.Contains(f.Error(), path+" "+c.rows[i]+",") {
				t.Errorf("%s: %v does not name %s", c.name, f, c.rows[i])
			}
			if connectors.KindOf(f) != connectors.Unreadable {
				t.Errorf("%s: %v is of kind %v", c.name, f, connectors.KindOf(f))
			}
		}
	}
}

// TestBadFiles opens and lists files that cannot be read at all.
func TestBadFiles(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"column twice", "a.csv", "id,name,id\n", `column "id" twice`},
		{"no id column", "a.csv", "key,name\n1,a\n", `no column "id"`},
		{"cut off JSON", "a.json", `[{"id":1},{"id"`, "cut off"},
		{"no array", "a.json", `{"id":1}`, "neither a JSON array"},
		{"no format", "a.dat", "id\n", "the ending names no format"},
		{"no workbook", "a.xlsx", "not a workbook", "not an xlsx workbook"},
		{"half a character", "a.csv", "\xFF\xFEi\x00d\x00\n", "odd number of bytes"},
	} {
		conn, path := system(t, c.file, c.text)
		err := list(t.Context(), conn, selection("name"))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func list(ctx context.Context, conn connectors.Conn, sel *connectors.Selection) error {
	stream, err := conn.(connectors.Reader).Read(ctx, sel, nil, true)
	if err != nil {
		return err
	}
	defer stream.Close()
	var b connectors.Batch
	for err == nil {
		err = stream.Next(ctx, &b)
	}
	return err
}

func TestMissingFile(t *testing.T) {
	dir := t.TempDir()
	path, start := filepath.Join(dir, "live", "a.csv"), filepath.Join(dir, "seed.csv")
	err := list(t.Context(), connect(t, map[string]string{"path": path}), selection("name"))
	if connectors.KindOf(err) != connectors.NotFound {
		t.Errorf("a missing file gives %v", err)
	}
	if err := os.WriteFile(start, []byte("id,name\n1,a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	set := settings(map[string]string{"path": "live/a.csv", "init": "seed.csv"})
	set.Folder = dir
	for _, seed := range []bool{false, true, true} {
		set.Seed = seed
		conn, err := file.Definition().Open(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		if ids, _, _ := readAll(t, conn, selection("name")); !slices.Equal(ids, []string{"1"}) {
			t.Errorf("seed = %v: ids %v", seed, ids)
		}
		if _, err := os.Stat(path); (err == nil) != seed {
			t.Errorf("seed = %v: the file's stat gives %v", seed, err)
		}
		if _, err := conn.(connectors.SessionWriter).Begin(t.Context(), selection("name")); (err == nil) != seed {
			t.Errorf("seed = %v: a session gives %v", seed, err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a copy of a private file: %v, %v", info, err)
	}
}

func TestGlob(t *testing.T) {
	_, path := system(t, "a.csv", "id,name\n1,a\n")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "b.jsonl"), []byte("{\"id\":2}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, map[string]string{"path": filepath.Join(filepath.Dir(path), "*")})
	objects, err := conn.(connectors.Lister).Objects(t.Context())
	if err != nil || len(objects) != 2 || objects[0].Name != "a.csv" || objects[1].Name != "b.jsonl" || !objects[0].ReadOnly {
		t.Fatalf("%+v, %v", objects, err)
	}
	sel := selection("name")
	if err := list(t.Context(), conn, sel); connectors.KindOf(err) != connectors.NotFound {
		t.Errorf("no object of two gives %v", err)
	}
	sel.Object = "b.jsonl"
	if ids, _, _ := readAll(t, conn, sel); !slices.Equal(ids, []string{"2"}) {
		t.Errorf("ids %v", ids)
	}
	if _, err := conn.(connectors.SessionWriter).Begin(t.Context(), sel); connectors.KindOf(err) != connectors.Unsupported {
		t.Errorf("writing to a glob gives %v", err)
	}
}

func TestBadSettings(t *testing.T) {
	for _, values := range []map[string]string{
		{}, {"path": "a", "format": "yaml"}, {"path": "a", "encoding": "ebcdic"}, {"path": "a", "delimiter": "ab"}, {"path": "a", "delimiter": "\""},
	} {
		_, err := file.Definition().Open(t.Context(), settings(values))
		if connectors.KindOf(err) != connectors.Refused {
			t.Errorf("%v: %v", values, err)
		}
	}
}

// TestRefusedWrites holds that a change that cannot be made takes no other
// with it, and no value into its error.
func TestRefusedWrites(t *testing.T) {
	conn, path := system(t, "a.csv", "id,name\n1,Zo\xEB\n2,b\n3\n")
	_, results := begin(t, conn, selection("name"),
		change("update", "1", "name", "secretŁ"), change("update", "2", "email", "secret"), change("update", "3", "name", "secret"),
		change("update", "9", "name", "secret"), change("update", "2", "name", "x"), change("update", "2", "name", "secret\x00"))
	for i, want := range []string{"cp1252", "field email: the header has no such column", "row 4", "no row has this id", "", "not text"} {
		err := results[i].Err
		if want == "" {
			if err != nil {
				t.Errorf("change %d: %v", i, err)
			}
			continue
		}
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), strings.TrimPrefix(want, "field email: ")) {
			t.Errorf("change %d: %v, want %q", i, err, want)
		}
	}
	if got := contents(t, path); got != "id,name\n1,Zo\xEB\n2,b\n3\n" {
		t.Errorf("without a commit the file is %q", got)
	}
}

func TestReadOnlyFile(t *testing.T) {
	conn, path := system(t, "a.csv", "id,name\n")
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.(connectors.SessionWriter).Begin(t.Context(), selection("name")); connectors.KindOf(err) != connectors.Denied {
		t.Errorf("a session on a read-only file gives %v", err)
	}
}

// TestAListingThatIsOvertaken holds that a listing during which somebody wrote
// proves nothing about what is missing.
func TestAListingThatIsOvertaken(t *testing.T) {
	conn, path := system(t, "a.csv", "id,name\n1,a\n")
	stream, err := conn.(connectors.Reader).Read(t.Context(), selection("name"), nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	if err := os.WriteFile(path, []byte("id,name\n1,a\n2,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var b connectors.Batch
	for err == nil {
		err = stream.Next(t.Context(), &b)
	}
	if _, complete := stream.Done(); complete {
		t.Error("the listing says it is complete")
	}
	empty, _ := system(t, "a.csv", "")
	if _, _, complete := readAll(t, empty, selection("name")); complete {
		t.Error("a table without a header is taken for the whole listing of nothing")
	}
}

// TestGetWithUnreadableRows holds that an id is only called gone when no
// unreadable row can be its record.
func TestGetWithUnreadableRows(t *testing.T) {
	for text, want := range map[string]connectors.Presence{
		"id,name\n1,a\n":                 connectors.Gone,
		"id,name\n1,a\n,b\n":             connectors.Gone,
		"id,name\n1,a\n2,b,c\n":          connectors.Unknown,
		"id,name\n1,a\n\"never\n":        connectors.Gone,
		"id,name\n1,a\n\"\n":             connectors.Unknown,
		"id,name\n1,a\n2,\"x\" y\n3,c\n": connectors.Unknown,
	} {
		conn, _ := system(t, "a.csv", text)
		got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"2", "1"})
		if err != nil || got[0].Presence != want || got[1].Presence != connectors.Live {
			t.Errorf("%q: %v and %v, want %v, %v", text, got[0].Presence, got[1].Presence, want, err)
		}
	}
}

func TestWorkbook(t *testing.T) {
	book := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "id", "B1": "name", "C1": "paid", "A2": 7, "B2": "Zoë, \"Z\"", "C2": 12.5, "A3": "8", "C3": true} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, map[string]string{"path": path})
	got, err := conn.(connectors.Getter).Get(t.Context(), selection("name", "paid"), []string{"7", "8"})
	if err != nil || got[0].Record == nil || got[1].Record == nil {
		t.Fatalf("%+v, %v", got, err)
	}
	if name, paid := got[0].Record.Get("name").Text(), got[0].Record.Get("paid").Text(); name != "Zoë, \"Z\"" || paid != "12.5" {
		t.Errorf("name %q, paid %q", name, paid)
	}
	if v := got[1].Record.Get("name"); v.State() != schema.Empty {
		t.Errorf("an empty cell is %v", v.State())
	}
	if _, err := conn.(connectors.SessionWriter).Begin(t.Context(), selection("name")); connectors.KindOf(err) != connectors.Unsupported {
		t.Errorf("writing a workbook gives %v", err)
	}
}

func TestDiscovery(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"a.csv", "id,name,,n\n1,2,3,4\n", "id string, name string, n string"},
		{"a.jsonl", "{\"id\":1,\"a\":true}\n{\"id\":2}\n", "id int, a bool?"},
	} {
		conn, _ := system(t, c.file, c.text)
		objects, err := conn.(connectors.Lister).Objects(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range objects[0].Fields {
			got = append(got, f.Name+" "+f.Type.String())
		}
		if strings.Join(got, ", ") != c.want || objects[0].ID != "id" {
			t.Errorf("%s: %v, id %q", c.file, got, objects[0].ID)
		}
	}
}

// TestARowThatMoved holds each half of the condition alone: the hash last
// seen, and the revision.
func TestARowThatMoved(t *testing.T) {
	conn, _ := system(t, "a.csv", "id,name\n1,a\n")
	byHash, byRevision := change("update", "1", "name", "x"), change("delete", "1")
	byHash.Hash, byRevision.Revision = 7, "0000000000000007"
	_, results := begin(t, conn, selection("name"), byHash, byRevision)
	for i, r := range results {
		if connectors.KindOf(r.Err) != connectors.Moved {
			t.Errorf("change %d: %v, want kind moved", i, r.Err)
		}
	}
}
