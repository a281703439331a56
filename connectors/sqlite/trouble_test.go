package sqlite

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

func open1(t *testing.T, path string) error {
	t.Helper()
	c, err := Definition().Open(context.Background(), settings(path))
	if err == nil {
		c.Close()
	}
	return err
}

func TestOpenRefusesClearly(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "people.csv")
	if err := os.WriteFile(text, []byte(strings.Repeat("id,name\n", 1000)), 0o644); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(folder, "none.db")
	for path, want := range map[string]connectors.ErrorKind{text: connectors.Unreadable, missing: connectors.Unavailable} {
		err := open1(t, path)
		if err == nil || connectors.KindOf(err) != want || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v (%v), want %v", path, err, connectors.KindOf(err), want)
		}
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("opening made the file")
	}
}

func TestSelectionsThatCannotBe(t *testing.T) {
	c := opened(t, file(t,
		"CREATE TABLE pair (a INTEGER, b INTEGER, PRIMARY KEY (a, b))",
		"CREATE VIEW people AS SELECT a AS id, b FROM pair"))
	for _, sel := range []connectors.Selection{
		{Object: "pair"}, {Object: "people"}, {Object: "nobody", ID: "id"}, {Object: "people", ID: "nothing"},
	} {
		sel.Shape = shape(field("b", schema.KindInt))
		_, err := c.Read(context.Background(), &sel, nil, true)
		if err == nil {
			t.Errorf("%+v is read", sel)
		}
		if connectors.KindOf(err) == connectors.Failed {
			t.Errorf("%+v: %v has no kind", sel, err)
		}
	}
	view := &connectors.Selection{Object: "people", ID: "id", Shape: shape(field("b", schema.KindInt))}
	_, err := c.Write(context.Background(), view, []connectors.Change{{Verb: "create"}})
	if connectors.KindOf(err) != connectors.Unsupported || err == nil {
		t.Errorf("a view is written: %v", err)
	}
}

func TestEqualIDsAreNotLostBetweenPages(t *testing.T) {
	c := opened(t, file(t, "CREATE TABLE people (ref INTEGER, name TEXT)",
		"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i < 5999) INSERT INTO people SELECT i / 3, 'p' FROM n"))
	sel := &connectors.Selection{Object: "people", ID: "ref", Shape: shape(field("name", schema.KindString))}
	list, _, complete := all(t, c, sel, nil, true)
	if len(list) != 6000 || !complete {
		t.Fatalf("%d rows, complete %v", len(list), complete)
	}
	got, err := c.Get(context.Background(), sel, []string{"7"})
	if err != nil || got[0].Err == nil {
		t.Errorf("one of three rows is taken for the record: %+v %v", got, err)
	}
}

func TestRowsWithoutIDAreTold(t *testing.T) {
	c := opened(t, file(t, "CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT)", "INSERT INTO people VALUES ('a', 'x'), (NULL, 'y'), (NULL, 'z')"))
	sel := &connectors.Selection{Object: "people", Shape: shape(field("name", schema.KindString))}
	s, err := c.Read(context.Background(), sel, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	var b connectors.Batch
	if err := s.Next(context.Background(), &b); err != nil || len(b.Items) != 2 || b.Items[0].ID != "a" || b.Items[1].Err == nil || !strings.Contains(b.Items[1].Err.Error(), "2") {
		t.Fatalf("%+v %v", b.Items, err)
	}
}

func TestJSONColumns(t *testing.T) {
	c := opened(t, file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, data JSON, tags TEXT)", `INSERT INTO people VALUES (1, '{"a":[1,"x"]}', '["b"]')`))
	list := field("tags", schema.KindList)
	sel := &connectors.Selection{Object: "people", Shape: shape(field("data", schema.KindAny), list)}
	rows, _, _ := all(t, c, sel, nil, true)
	rec := rows[0].rec
	if got := string(rec.Slots[0].AppendJSON(nil)); got != `{"a":[1,"x"]}` {
		t.Errorf("data is %s", got)
	}
	if items := rec.Slots[1].Items(); len(items) != 1 || items[0].Text() != "b" {
		t.Errorf("tags are %+v", rec.Slots[1])
	}
	r := written(t, c, sel, connectors.Change{Verb: "create", Set: []connectors.Assignment{set("data", schema.String("x")), set("tags", rec.Slots[1])}})
	got, err := c.Get(context.Background(), sel, []string{r[0].ID})
	if err != nil || !schema.Equal(got[0].Record.Slots[0], schema.String("x")) || !schema.Equal(got[0].Record.Slots[1], rec.Slots[1]) {
		t.Fatalf("%+v %v", got, err)
	}
}

func TestDeclaredTypesOfNumbers(t *testing.T) {
	path := file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, active INTEGER, at INTEGER, spelled TEXT)",
		"INSERT INTO people VALUES (1, 1, 1700000000, '2026-01-02 03:04')")
	c := opened(t, path)
	sel := &connectors.Selection{Object: "people", Shape: shape(
		field("active", schema.KindBool), field("at", schema.KindTimestamp), field("spelled", schema.KindTimestamp))}
	at := schema.Timestamp(time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC))
	r := written(t, c, sel, connectors.Change{Verb: "create", Set: []connectors.Assignment{
		set("active", schema.Bool(true)), set("at", at), set("spelled", at)}})
	if r[0].Err != nil {
		t.Fatal(r[0].Err)
	}
	rows, _, _ := all(t, c, sel, nil, true)
	if len(rows) != 2 || !schema.Equal(rows[1].rec.Slots[0], schema.Bool(true)) || !schema.Equal(rows[1].rec.Slots[1], at) {
		t.Fatalf("%+v", rows)
	}
	db, err := sql.Open("sqlite", source(path, "ro"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var active, seconds any
	if err := db.QueryRow("SELECT active, at FROM people WHERE id = 2").Scan(&active, &seconds); err != nil || active != int64(1) || seconds != int64(1778051289) {
		t.Errorf("stored as %v and %v: %v", active, seconds, err)
	}
}

func TestLockedFileIsLimited(t *testing.T) {
	path := file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)")
	db, err := sql.Open("sqlite", strings.Replace(source(path, "rw"), "10000", "10", 1))
	if err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", source(path, "rw"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	lock, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	c := openedOn(t, db)
	sel := &connectors.Selection{Object: "people", Shape: shape(field("name", schema.KindString))}
	create := []connectors.Change{{Verb: "create", Set: []connectors.Assignment{set("name", schema.String("a"))}}}
	if _, err := c.Write(context.Background(), sel, create); connectors.KindOf(err) != connectors.Limited || err == nil {
		t.Fatalf("%v is %v", err, connectors.KindOf(err))
	}
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	if r := written(t, c, sel, create...); r[0].Err != nil || r[0].ID != "1" {
		t.Fatalf("%+v", r)
	}
}

func TestFullAndReadOnly(t *testing.T) {
	path := file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)")
	for pragma, want := range map[string]connectors.ErrorKind{
		"max_page_count(2)": connectors.Unavailable, "query_only(1)": connectors.Denied,
	} {
		db, err := sql.Open("sqlite", source(path, "rw")+"&_pragma="+pragma)
		if err != nil {
			t.Fatal(err)
		}
		c := openedOn(t, db)
		sel := &connectors.Selection{Object: "people", Shape: shape(field("name", schema.KindString))}
		_, err = c.Write(context.Background(), sel, []connectors.Change{
			{Verb: "create", Set: []connectors.Assignment{set("name", schema.String(strings.Repeat("x", 100_000)))}},
		})
		if err == nil || connectors.KindOf(err) != want {
			t.Errorf("%s: %v is %v", pragma, err, connectors.KindOf(err))
		}
		if err != nil && strings.Contains(err.Error(), "xxx") {
			t.Errorf("%s: the error shows the value", pragma)
		}
	}
}

func TestInitMakesTheFileOnceAndOnlyWhenSeeding(t *testing.T) {
	folder := t.TempDir()
	s := settings(filepath.Join(folder, "deep", "crm.db"))
	script := filepath.Join(folder, "crm.sql")
	if err := os.WriteFile(script, []byte("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people VALUES (1, 'a');"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Values["init"] = schema.String(script)
	if !Definition().Offline(s) {
		t.Error("init does not make it offline")
	}
	look, err := Definition().Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := look.(connectors.Lister).Objects(context.Background())
	look.Close()
	if err != nil || len(objects) != 1 || objects[0].Name != "people" || objects[0].ID != "id" {
		t.Fatalf("%+v %v", objects, err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Fatalf("looking made %v", entries)
	}
	s.Seed = true
	for range 2 {
		c, err := Definition().Open(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		sel := &connectors.Selection{Object: "people", Shape: shape(field("name", schema.KindString))}
		if list, _, _ := all(t, c.(connectors.Reader), sel, nil, true); len(list) != 1 {
			t.Errorf("%d rows", len(list))
		}
		c.Close()
	}
	if entries, _ := os.ReadDir(filepath.Join(folder, "deep")); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	if info, err := os.Stat(s.Text("path")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("made from a private file: %v, %v", info, err)
	}
}

func TestBrokenInitLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	s := settings(filepath.Join(folder, "crm.db"))
	script := filepath.Join(t.TempDir(), "crm.sql")
	if err := os.WriteFile(script, []byte("CREATE TABLE a (x); CREATE TABLE a (x);"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.Values["init"], s.Seed = schema.String(script), true
	if _, err := Definition().Open(context.Background(), s); connectors.KindOf(err) != connectors.Refused || err == nil {
		t.Fatalf("%v", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestRevisionThatATriggerSets(t *testing.T) {
	for name, trigger := range map[string]string{
		"always":    "CREATE TRIGGER bump AFTER UPDATE OF name ON people BEGIN UPDATE people SET rev = rev + 1 WHERE id = NEW.id; END",
		"sometimes": "CREATE TRIGGER bump AFTER UPDATE OF name ON people WHEN NEW.name = 'x' BEGIN UPDATE people SET rev = rev + 1 WHERE id = NEW.id; END",
	} {
		t.Run(name, func(t *testing.T) {
			c := opened(t, file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, rev INTEGER NOT NULL)", trigger, "INSERT INTO people VALUES (1, 'a', 5)"))
			sel := &connectors.Selection{Object: "people", Revision: "rev", Shape: shape(field("name", schema.KindString))}
			r := written(t, c, sel, connectors.Change{Verb: "update", ID: "1", Revision: "5", Set: []connectors.Assignment{set("name", schema.String("b"))}})
			if r[0].Err != nil || r[0].Revision != "6" {
				t.Fatalf("%+v", r[0])
			}
			list, _, _ := all(t, c, sel, nil, true)
			if list[0].it.Hash != r[0].Hash {
				t.Error("the listing has another hash than the result")
			}
		})
	}
}

func TestRevisionThatIsATime(t *testing.T) {
	for stored, want := range map[string]string{
		"'2026-01-01 00:00:00'":      "2026-03-04 05:06:07",
		"'2026-01-01T00:00:00.000Z'": "2026-03-04T05:06:07.000Z",
		"'2027-01-01 00:00:00'":      "2027-01-01 00:00:01",
		"1700000000":                 "1772600767",
	} {
		c := opened(t, file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, at TIMESTAMP)", "INSERT INTO people VALUES (1, 'a', "+stored+")"))
		sel := &connectors.Selection{Object: "people", Revision: "at", Shape: shape(field("name", schema.KindString))}
		list, _, _ := all(t, c, sel, nil, true)
		r := written(t, c, sel, connectors.Change{Verb: "update", ID: "1", Revision: list[0].rec.Revision, Set: []connectors.Assignment{set("name", schema.String("b"))}})
		if r[0].Err != nil || r[0].Revision != want {
			t.Errorf("%s became %q (%v), want %q", stored, r[0].Revision, r[0].Err, want)
		}
	}
}

func TestIncrementalReadsTiesAndALittleBefore(t *testing.T) {
	path := file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, at TEXT)",
		"INSERT INTO people VALUES (1, 'old', '2026-01-01 00:00:00'), (2, 'late', '2026-01-02 00:00:00'), (3, 'new', '2026-01-02 00:00:30')")
	c := opened(t, path)
	sel := &connectors.Selection{Object: "people", Cursor: "at", Shape: shape(field("name", schema.KindString))}
	_, mark, _ := all(t, c, sel, nil, true)
	change(t, path, "INSERT INTO people VALUES (0, 'tie', '2026-01-02 00:00:30')", "INSERT INTO people VALUES (9, 'next', '2026-01-03 00:00:00')")
	list, mark, complete := all(t, c, sel, mark, false)
	var names []string
	for _, v := range list {
		names = append(names, v.rec.Get("name").Text())
	}
	if got := strings.Join(names, " "); got != "late tie new next" || complete {
		t.Fatalf("%s, complete %v", got, complete)
	}
	if list, _, _ := all(t, c, sel, mark, false); len(list) != 1 {
		t.Errorf("%d rows again", len(list))
	}
	if _, err := c.Read(context.Background(), sel, connectors.Checkpoint("nonsense"), false); connectors.KindOf(err) != connectors.Unreadable {
		t.Errorf("a checkpoint of nonsense: %v", err)
	}
}

func TestStampSeesEveryOtherWriter(t *testing.T) {
	path := file(t, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)")
	c := opened(t, path)
	sel := &connectors.Selection{Object: "people", Shape: shape(field("name", schema.KindString))}
	stamp := func() string {
		s, err := c.Stamp(context.Background(), sel)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := stamp()
	if stamp() != first {
		t.Error("a stamp moved by itself")
	}
	written(t, c, sel, connectors.Change{Verb: "create", Set: []connectors.Assignment{set("name", schema.String("a"))}})
	second := stamp()
	change(t, path, "UPDATE people SET name = 'b'")
	if third := stamp(); first != second || second == third {
		t.Errorf("%s %s %s", first, second, third)
	}
	written(t, c, sel, connectors.Change{Verb: "create", Set: []connectors.Assignment{set("name", schema.String("c"))}})
	change(t, path, "UPDATE people SET name = 'd'")
	written(t, c, sel, connectors.Change{Verb: "create", Set: []connectors.Assignment{set("name", schema.String("e"))}})
	if fourth := stamp(); fourth == second {
		t.Error("a writer between two writes of our own was not seen")
	}
}

func TestDecimalsAreNotRounded(t *testing.T) {
	c := opened(t, file(t, "CREATE TABLE pay (id INTEGER PRIMARY KEY, amount NUMERIC, exact DECIMAL_TEXT)"))
	sel := &connectors.Selection{Object: "pay", Shape: shape(field("amount", schema.KindDecimal), field("exact", schema.KindString))}
	long := schema.Text(schema.KindDecimal, "12345678901234567.89")
	r := written(t, c, sel,
		connectors.Change{Verb: "create", Set: []connectors.Assignment{set("amount", long)}},
		connectors.Change{Verb: "create", Set: []connectors.Assignment{set("amount", schema.Text(schema.KindDecimal, "12.50"))}})
	if kind(r[0].Err) != "refused" || r[1].Err != nil || r[1].Confirmed.Slots[0].Text() != "12.5" {
		t.Fatalf("%+v", r)
	}
}

// openedOn gives a test's own database handle the connector's abilities.
func openedOn(t *testing.T, db *sql.DB) *conn {
	t.Helper()
	c := wrap(db, func() time.Time { return time.Unix(0, 0) })
	t.Cleanup(func() { c.Close() })
	return c
}

// TestHostile is the suite of names and values that mean to break out. A
// trigger can quote what it refuses, and so can functions of SQL.
func TestHostile(t *testing.T) {
	path := file(t, "CREATE TABLE other (id TEXT)")
	for name, strict := range map[string][]string{
		"trigger": {
			"CREATE TABLE strict (id TEXT PRIMARY KEY, note TEXT)",
			"CREATE TRIGGER refuses BEFORE INSERT ON strict BEGIN SELECT RAISE(ABORT, 'constraint failed: strict.' || NEW.note); END",
		},
		"function": {
			"CREATE TABLE strict (id TEXT PRIMARY KEY, note TEXT)",
			"CREATE TRIGGER refuses BEFORE INSERT ON strict BEGIN SELECT json_extract('{}', NEW.note); END",
		},
		"unique": {
			"CREATE TABLE strict (id TEXT PRIMARY KEY, note TEXT)", "CREATE UNIQUE INDEX one ON strict (length(note) > 0)", "INSERT INTO strict VALUES ('x', 'y')",
		},
		"check": {"CREATE TABLE strict (id TEXT PRIMARY KEY, note TEXT CHECK (length(note) < 3))"},
	} {
		t.Run(name, func(t *testing.T) {
			path := path + name
			connectortest.RunHostile(t, connectortest.Hostile{
				Definition: Definition(), Settings: settings(path), Text: "TEXT", Longest: 300, Strict: strict,
				Quote: func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` },
				Mark:  func(int) string { return "?" },
				Exec: func(t testing.TB, statement string, args ...any) {
					t.Helper()
					db, err := sql.Open("sqlite", source(path, "rwc"))
					if err != nil {
						t.Fatal(err)
					}
					defer db.Close()
					if _, err := db.Exec(statement, args...); err != nil {
						t.Fatalf("%s: %v", statement, err)
					}
				},
			})
		})
	}
}
