package mysql

import (
	"database/sql"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	driver "github.com/go-sql-driver/mysql"

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
	server := connectortest.MariaDB(t)
	config, err := configOf(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	connector, err := driver.NewConnector(config)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
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

// database makes an empty database and returns its name and settings that
// lead to it.
func (p *place) database(t testing.TB) (string, connectors.Settings) {
	t.Helper()
	name := fmt.Sprintf("syncline_%d", p.n.Add(1))
	p.exec(t, "DROP DATABASE IF EXISTS "+name)
	p.exec(t, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4")
	t.Cleanup(func() { p.db.Exec("DROP DATABASE IF EXISTS " + name) })
	config, err := parse(p.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	config.DBName = name
	url := config.FormatDSN()
	return name, connectors.Settings{System: "crm", Secret: func(string) (string, error) { return url, nil }}
}

var columnTypes = map[schema.Kind]string{
	schema.KindString: "longtext", schema.KindInt: "bigint", schema.KindDecimal: "decimal(60,20)",
	schema.KindBool: "boolean", schema.KindDate: "date", schema.KindTimestamp: "datetime(6)",
}

// make makes a table for the conformance suite.
func (p *place) make(revision bool) func(testing.TB, []schema.Field, []connectortest.Row) connectortest.Place {
	return func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
		name, settings := p.database(t)
		table := name + ".people"
		columns := "id varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY DEFAULT uuid(), rev bigint NOT NULL DEFAULT 1, changed datetime(6) NOT NULL DEFAULT sysdate(6)"
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
			Remove: func(id string) { p.exec(t, "DELETE FROM "+table+" WHERE id = ?", id) },
		}
	}
}

// upsert is the statement that makes a row be as it is wanted.
func upsert(table string, fields []schema.Field, row connectortest.Row) (string, []any) {
	names, marks, sets, args := []string{"id"}, []string{"?"}, []string{"rev = rev + 1", "changed = sysdate(6)"}, []any{row.ID}
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
		names, marks = append(names, f.Name), append(marks, "?")
		sets = append(sets, fmt.Sprintf("%s = VALUES(%s)", f.Name, f.Name))
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) ON DUPLICATE KEY UPDATE %s", table,
		strings.Join(names, ", "), strings.Join(marks, ", "), strings.Join(sets, ", ")), args
}

// TestMariaDB shares one server among all tests that need one.
func TestMariaDB(t *testing.T) {
	p := newPlace(t)
	for _, revision := range []bool{true, false} {
		t.Run(fmt.Sprintf("conformance/revision=%v", revision), func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{
				Definition: Definition(), Make: p.make(revision), Sizes: []int{0, 1, 2000, 2001},
			})
		})
	}
	t.Run("refusals name the column", func(t *testing.T) { testRefusalsNameTheColumn(t, p) })
	t.Run("grants", func(t *testing.T) { testGrants(t, p) })
	t.Run("hostile", func(t *testing.T) { testHostile(t, p) })
	t.Run("commit on its way", func(t *testing.T) { testCommitOnItsWay(t, p) })
	t.Run("server that says nothing", func(t *testing.T) { testServerThatSaysNothing(t, p) })
	t.Run("without returning", func(t *testing.T) { testWithoutReturning(t, p) })
	t.Run("a revision the database renews", func(t *testing.T) { testRenewedRevision(t, p) })
	t.Run("an engine without transactions", func(t *testing.T) { testEngineWithoutTransactions(t, p) })
	if p.server.Own() {
		t.Run("server that dies", func(t *testing.T) { testServerThatDies(t, p) })
	}
}
