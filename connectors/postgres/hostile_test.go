package postgres

import (
	"strings"
	"testing"

	"syncline/connectors/connectortest"
)

// testHostile runs the suite of names and values that mean to break out, with
// each way in which the server quotes what it refuses.
func testHostile(t *testing.T, p *place) {
	const strict = "CREATE TABLE strict (id text PRIMARY KEY, note text)"
	raises := func(using string) []string {
		return []string{strict, `CREATE FUNCTION quote() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN RAISE EXCEPTION 'refused: %', NEW.note ` + using + `; END $$`,
			"CREATE TRIGGER quotes BEFORE INSERT ON strict FOR EACH ROW EXECUTE FUNCTION quote()"}
	}
	for name, statements := range map[string][]string{
		"unique": {strict, "CREATE UNIQUE INDEX one ON strict ((length(note) > 0))", "INSERT INTO strict VALUES ('x', 'y')"},
		"check":  {"CREATE TABLE strict (id text PRIMARY KEY, note text CHECK (length(note) < 3))"},
		"type":   {"CREATE TABLE strict (id text PRIMARY KEY, note integer)"},
		"date":   {"CREATE TABLE strict (id text PRIMARY KEY, note date)"},
		"enum":   {"CREATE TYPE word AS ENUM ('a')", "CREATE TABLE strict (id text PRIMARY KEY, note word)"},
		"length": {"CREATE TABLE strict (id text PRIMARY KEY, note varchar(3))"},
		"key":    {"CREATE TABLE other (id text PRIMARY KEY)", "CREATE TABLE strict (id text PRIMARY KEY, note text REFERENCES other)"},
		"raise":  raises(""), "raise in a column": raises("USING COLUMN = NEW.note, CONSTRAINT = NEW.note, HINT = NEW.note"),
		"raise a state": raises("USING ERRCODE = '23505', DETAIL = 'Key (' || NEW.note || ')=(x)'"),
		"function":      append([]string{strict}, `CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT ' || quote_literal(NEW.note) || '::json'; RETURN NEW; END $$`, "CREATE TRIGGER fails BEFORE INSERT ON strict FOR EACH ROW EXECUTE FUNCTION fails()"),
	} {
		t.Run(name, func(t *testing.T) {
			schema, settings := p.schema(t)
			connectortest.RunHostile(t, connectortest.Hostile{
				Definition: Definition(), Settings: settings, Text: "text", Longest: 60, Strict: statements,
				Quote: func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` },
				Mark:  func(n int) string { return "$" + string(rune('0'+n)) },
				Exec: func(t testing.TB, statement string, args ...any) {
					t.Helper()
					c, err := p.db.Conn(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					defer c.Close()
					if _, err := c.ExecContext(t.Context(), "SET search_path = "+schema); err != nil {
						t.Fatal(err)
					}
					if _, err := c.ExecContext(t.Context(), statement, args...); err != nil {
						t.Fatalf("%s: %v", statement, err)
					}
				},
			})
		})
	}
}
