package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"syncline/connectors/sqltable"
	"syncline/schema"
)

// tables reads the tables and views of the file.
func tables(ctx context.Context, db *sql.DB) ([]sqltable.Table, error) {
	rows, err := db.QueryContext(ctx, `SELECT name, type FROM sqlite_schema
		WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []sqltable.Table
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, err
		}
		found = append(found, sqltable.Table{Name: name, Parts: []string{name}, View: kind == "view"})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for i := range found {
		if err := describe(ctx, db, &found[i]); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// describe completes a table with its columns and keys.
func describe(ctx context.Context, db *sql.DB, t *sqltable.Table) error {
	triggers, err := texts(ctx, db, "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE", t.Name)
	if err != nil {
		return err
	}
	t.Triggers = len(triggers) > 0
	if err := columns(ctx, db, t, triggers); err != nil {
		return err
	}
	t.Unique, err = texts(ctx, db, `SELECT c.name FROM pragma_index_list(?) AS l, pragma_index_xinfo(l.name) AS c, pragma_table_info(?) AS n
		WHERE l."unique" = 1 AND l.partial = 0 AND c.key = 1 AND n.name = c.name AND n."notnull" = 1
		GROUP BY l.name HAVING count(*) = 1`, t.Name, t.Name)
	return err
}

// columns reads the columns of a table; hidden 1 is a virtual table's own.
func columns(ctx context.Context, db *sql.DB, t *sqltable.Table, triggers []string) error {
	rows, err := db.QueryContext(ctx, `SELECT name, type, "notnull", dflt_value IS NOT NULL, pk, hidden
		FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid`, t.Name)
	if err != nil {
		return err
	}
	defer rows.Close()
	keys := map[int]string{}
	for rows.Next() {
		var c sqltable.Column
		var declared string
		var notNull bool
		var pk, hidden int
		if err := rows.Scan(&c.Name, &declared, &notNull, &c.Default, &pk, &hidden); err != nil {
			return err
		}
		c.Type = typeOf(declared)
		c.Type.Nullable = !notNull && !(pk > 0 && strings.EqualFold(declared, "INTEGER"))
		c.Native = strings.ToLower(declared)
		c.Generated = hidden > 1
		c.Renewed = sqltable.SetBy(triggers, c.Name)
		if pk > 0 {
			keys[pk] = c.Name
		}
		t.Columns = append(t.Columns, c)
	}
	for i := 1; i <= len(keys); i++ {
		t.Key = append(t.Key, keys[i])
	}
	if len(t.Key) == 1 {
		key := &t.Columns[t.Column(t.Key[0])]
		key.Auto = key.Native == "integer"
	}
	return rows.Err()
}

// texts reads one column of texts.
func texts(ctx context.Context, db *sql.DB, query string, args ...any) ([]string, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// typeOf reads a declared type by the words SQLite's users write. SQLite
// itself only knows affinities, so the more telling words come first.
func typeOf(declared string) schema.Type {
	name := strings.ToUpper(strings.TrimSpace(declared))
	name, _, _ = strings.Cut(name, "(")
	for _, w := range words {
		if strings.Contains(name, w.part) {
			return schema.Type{Kind: w.kind}
		}
	}
	return schema.Type{Kind: schema.KindAny}
}

var words = [...]struct {
	part string
	kind schema.Kind
}{
	{"BOOL", schema.KindBool},
	{"TIMESTAMP", schema.KindTimestamp},
	{"DATETIME", schema.KindTimestamp},
	{"DATE", schema.KindDate},
	{"JSON", schema.KindAny},
	{"DEC", schema.KindDecimal},
	{"NUM", schema.KindDecimal},
	{"INT", schema.KindInt},
	{"CHAR", schema.KindString},
	{"CLOB", schema.KindString},
	{"TEXT", schema.KindString},
	{"UUID", schema.KindString},
	{"REAL", schema.KindDecimal},
	{"FLOA", schema.KindDecimal},
	{"DOUB", schema.KindDecimal},
}
