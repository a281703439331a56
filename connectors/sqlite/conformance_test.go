package sqlite

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/sqltable"
	"syncline/schema"
)

var columnTypes = map[schema.Kind]string{
	schema.KindString: "TEXT", schema.KindInt: "INTEGER", schema.KindDecimal: "TEXT",
	schema.KindBool: "BOOLEAN", schema.KindDate: "DATE", schema.KindTimestamp: "TIMESTAMP",
}

// make makes a table for the conformance suite.
func makeTable(revision bool) func(testing.TB, []schema.Field, []connectortest.Row) connectortest.Place {
	return func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
		path := filepath.Join(t.TempDir(), "people.db")
		db, err := sql.Open("sqlite", source(path, "rwc")+"&_pragma=synchronous(off)&_pragma=journal_mode(memory)")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		exec := func(text string, args ...any) {
			t.Helper()
			if _, err := db.Exec(text, args...); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
		columns := "id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))), rev INTEGER NOT NULL DEFAULT 1, changed TEXT NOT NULL DEFAULT ''"
		for _, f := range fields {
			columns += fmt.Sprintf(", %s %s", f.Name, columnTypes[f.Type.Kind])
			if !f.Type.Nullable {
				columns += " NOT NULL"
			}
		}
		exec("CREATE TABLE people (" + columns + ")")
		edit := func(row connectortest.Row) {
			text, args := upsert(fields, row)
			exec(text, args...)
		}
		for _, r := range rows {
			edit(r)
		}
		sel := connectors.Selection{Object: "people", Cursor: "changed"}
		if revision {
			sel.Revision = "rev"
		}
		return connectortest.Place{
			Settings: settings(path), Selection: sel, Edit: edit,
			Remove: func(id string) { exec("DELETE FROM people WHERE id = ?", id) },
		}
	}
}

// upsert is the statement that makes a row be as it is wanted.
func upsert(fields []schema.Field, row connectortest.Row) (string, []any) {
	names, marks, sets, args := []string{"id"}, []string{"$1"}, []string{"rev = people.rev + 1", "changed = strftime('%Y-%m-%dT%H:%M:%fZ')"}, []any{row.ID}
	for _, f := range fields {
		v, ok := row.Values[f.Name]
		if !ok {
			v = schema.NullValue()
		}
		var arg any
		if v.State() != schema.Null && v.State() != schema.Absent {
			arg, _ = bind(&sqltable.Column{}, v)
		}
		args = append(args, arg)
		names, marks = append(names, f.Name), append(marks, fmt.Sprintf("$%d", len(args)))
		sets = append(sets, fmt.Sprintf("%s = excluded.%s", f.Name, f.Name))
	}
	return fmt.Sprintf("INSERT INTO people (%s) VALUES (%s) ON CONFLICT (id) DO UPDATE SET %s",
		strings.Join(names, ", "), strings.Join(marks, ", "), strings.Join(sets, ", ")), args
}

func TestConformance(t *testing.T) {
	for _, revision := range []bool{true, false} {
		t.Run(fmt.Sprintf("revision=%v", revision), func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{
				Definition: Definition(), Make: makeTable(revision), Sizes: []int{0, 1, 2000, 2001},
			})
		})
	}
}
