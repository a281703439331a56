package postgres

import (
	"database/sql"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/sqltable"
	"syncline/schema"
)

// place makes schemas of a server, one for each test.
type place struct {
	server *connectortest.Server
	db     *sql.DB
	n      atomic.Int64
}

func newPlace(t *testing.T) *place {
	t.Helper()
	server := connectortest.Postgres(t)
	db, err := sql.Open("pgx", server.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &place{server: server, db: db}
}

// exec runs SQL as somebody else would.
func (p *place) exec(t testing.TB, text string, args ...any) {
	t.Helper()
	if _, err := p.db.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// schema makes an empty schema and returns its name and settings that have it
// as their search path.
func (p *place) schema(t testing.TB) (string, connectors.Settings) {
	t.Helper()
	name := fmt.Sprintf("syncline_%d", p.n.Add(1))
	p.exec(t, "DROP SCHEMA IF EXISTS "+name+" CASCADE")
	p.exec(t, "CREATE SCHEMA "+name)
	t.Cleanup(func() { p.db.Exec("DROP SCHEMA IF EXISTS " + name + " CASCADE") })
	sep := "?"
	if strings.Contains(p.server.URL, "?") {
		sep = "&"
	}
	url := p.server.URL + sep + "search_path=" + name
	return name, connectors.Settings{System: "crm", Secret: func(string) (string, error) { return url, nil }}
}

var columnTypes = map[schema.Kind]string{
	schema.KindString: "text", schema.KindInt: "bigint", schema.KindDecimal: "numeric",
	schema.KindBool: "boolean", schema.KindDate: "date", schema.KindTimestamp: "timestamptz",
}

// make makes a table for the conformance suite.
func (p *place) make(revision bool) func(testing.TB, []schema.Field, []connectortest.Row) connectortest.Place {
	return func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
		name, settings := p.schema(t)
		table := name + ".people"
		columns := "id text PRIMARY KEY DEFAULT gen_random_uuid()::text, rev bigint NOT NULL DEFAULT 1, changed timestamptz NOT NULL DEFAULT clock_timestamp()"
		for _, f := range fields {
			columns += fmt.Sprintf(", %s %s", f.Name, columnTypes[f.Type.Kind])
			if !f.Type.Nullable {
				columns += " NOT NULL"
			}
		}
		p.exec(t, "CREATE TABLE "+table+" ("+columns+")")
		edit := func(row connectortest.Row) {
			text, args := upsert(table, fields, row)
			p.exec(t, text, args...)
		}
		for _, r := range rows {
			edit(r)
		}
		sel := connectors.Selection{Object: "people", Cursor: "changed"}
		if revision {
			sel.Revision = "rev"
		}
		return connectortest.Place{
			Settings: settings, Selection: sel, Edit: edit,
			Remove: func(id string) { p.exec(t, "DELETE FROM "+table+" WHERE id = $1", id) },
		}
	}
}

// upsert is the statement that makes a row be as it is wanted.
func upsert(table string, fields []schema.Field, row connectortest.Row) (string, []any) {
	names, marks, sets, args := []string{"id"}, []string{"$1"}, []string{"rev = people.rev + 1", "changed = clock_timestamp()"}, []any{row.ID}
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
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (id) DO UPDATE SET %s", table,
		strings.Join(names, ", "), strings.Join(marks, ", "), strings.Join(sets, ", ")), args
}

// TestPostgres shares one server among all tests that need one. Only a server
// of the test's own is killed.
func TestPostgres(t *testing.T) {
	p := newPlace(t)
	for _, revision := range []bool{true, false} {
		t.Run(fmt.Sprintf("conformance/revision=%v", revision), func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{
				Definition: Definition(), Make: p.make(revision), NoZero: true, Sizes: []int{0, 1, 2000, 2001},
			})
		})
	}
	t.Run("refusals name the column", func(t *testing.T) { testRefusalsNameTheColumn(t, p) })
	t.Run("grants", func(t *testing.T) { testGrants(t, p) })
	t.Run("hostile", func(t *testing.T) { testHostile(t, p) })
	t.Run("two writers of one row", func(t *testing.T) { testTwoWritersOfOneRow(t, p) })
	t.Run("server that says nothing", func(t *testing.T) { testServerThatSaysNothing(t, p) })
	t.Run("commit on its way", func(t *testing.T) { testCommitOnItsWay(t, p) })
	t.Run("connection cut at commit", func(t *testing.T) { testConnectionCutAtCommit(t, p) })
	if p.server.Own() {
		t.Run("server that dies", func(t *testing.T) { testServerThatDies(t, p) })
	}
}
