package mysql

import (
	"strings"
	"testing"

	"syncline/connectors/connectortest"
)

// testHostile runs the suite of names and values that mean to break out, with
// each way in which the server quotes what it refuses.
func testHostile(t *testing.T, p *place) {
	const strict = "CREATE TABLE strict (id varchar(100) PRIMARY KEY, note varchar(1000))"
	table := func(note string) []string {
		return []string{"CREATE TABLE strict (id varchar(100) PRIMARY KEY, note " + note + ")"}
	}
	for name, statements := range map[string][]string{
		"unique": {"CREATE TABLE strict (id varchar(100) PRIMARY KEY, note varchar(700) UNIQUE)",
			"CREATE TRIGGER again BEFORE INSERT ON strict FOR EACH ROW SET NEW.note = left(NEW.note, 1)", "INSERT INTO strict VALUES ('x', 'C'), ('y', 'K'), ('z', 'x')"},
		"check": table("varchar(1000) CHECK (length(note) < 3)"), "type": table("int"), "date": table("date"), "enum": table("ENUM('a')"),
		"length": table("varchar(3)"), "decimal": table("decimal(3,1)"), "json": table("json"),
		"key":                {"CREATE TABLE other (id varchar(100) PRIMARY KEY)", "CREATE TABLE strict (id varchar(100) PRIMARY KEY, note varchar(100), FOREIGN KEY (note) REFERENCES other (id))"},
		"signal":             {strict, "CREATE TRIGGER quotes BEFORE INSERT ON strict FOR EACH ROW BEGIN DECLARE said text; SET said = left(NEW.note, 100); SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = said; END"},
		"signal a number":    {strict, "CREATE TRIGGER quotes BEFORE INSERT ON strict FOR EACH ROW BEGIN DECLARE said text; SET said = left(NEW.note, 100); SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = said, MYSQL_ERRNO = 1048; END"},
		"signal a duplicate": {strict, "CREATE TRIGGER quotes BEFORE INSERT ON strict FOR EACH ROW BEGIN DECLARE said text; SET said = left(NEW.note, 100); SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = said, MYSQL_ERRNO = 1062; END"},
	} {
		t.Run(name, func(t *testing.T) {
			database, settings := p.database(t)
			connectortest.RunHostile(t, connectortest.Hostile{
				Definition: Definition(), Settings: settings, Text: "varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", Longest: 60, Strict: statements,
				Quote: func(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" },
				Mark:  func(int) string { return "?" },
				Exec: func(t testing.TB, statement string, args ...any) {
					t.Helper()
					c, err := p.db.Conn(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					defer c.Close()
					if _, err := c.ExecContext(t.Context(), "USE "+database); err != nil {
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
