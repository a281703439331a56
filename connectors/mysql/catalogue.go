package mysql

import (
	"context"
	"database/sql"
	"strings"

	"syncline/connectors/sqltable"
	"syncline/schema"
)

const tablesQuery = `
SELECT table_name, table_type LIKE '%VIEW%', coalesce(t.engine, ''), coalesce(e.transactions, '') = 'YES'
FROM information_schema.tables AS t
LEFT JOIN information_schema.engines AS e ON e.engine = t.engine
WHERE table_schema = database() ORDER BY table_name`

const columnsQuery = `
SELECT table_name, column_name, data_type, column_type, is_nullable = 'YES', extra,
       column_default IS NOT NULL, coalesce(character_maximum_length, 0)
FROM information_schema.columns WHERE table_schema = database() ORDER BY table_name, ordinal_position`

const keysQuery = `
SELECT s.table_name, s.index_name, s.column_name, s.nullable = 'YES', s.sub_part IS NOT NULL,
       (SELECT count(*) FROM information_schema.statistics AS o
        WHERE o.table_schema = s.table_schema AND o.table_name = s.table_name AND o.index_name = s.index_name)
FROM information_schema.statistics AS s
WHERE s.table_schema = database() AND s.non_unique = 0 ORDER BY s.table_name, s.index_name, s.seq_in_index`

const triggersQuery = `
SELECT event_object_table, action_statement FROM information_schema.triggers WHERE event_object_schema = database()`

// tables reads the tables and views of the database.
func tables(ctx context.Context, db *sql.DB) ([]sqltable.Table, error) {
	var found []sqltable.Table
	err := each(ctx, db, tablesQuery, func(rows *sql.Rows) error {
		var t sqltable.Table
		var engine string
		var safe bool
		if err := rows.Scan(&t.Name, &t.View, &engine, &safe); err != nil {
			return err
		}
		t.Parts = []string{t.Name}
		if !t.View && !safe {
			t.ReadOnly = "its engine, " + engine + ", has no transactions"
		}
		found = append(found, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	by := make(map[string]*sqltable.Table, len(found))
	for i := range found {
		by[found[i].Name] = &found[i]
	}
	if err := readColumns(ctx, db, by); err != nil {
		return nil, err
	}
	if err := readKeys(ctx, db, by); err != nil {
		return nil, err
	}
	return found, readTriggers(ctx, db, by)
}

func readColumns(ctx context.Context, db *sql.DB, by map[string]*sqltable.Table) error {
	return each(ctx, db, columnsQuery, func(rows *sql.Rows) error {
		var c sqltable.Column
		var table, full, extra string
		var nullable bool
		var length int64
		if err := rows.Scan(&table, &c.Name, &c.Native, &full, &nullable, &extra, &c.Default, &length); err != nil {
			return err
		}
		c.Native = strings.ToLower(c.Native)
		c.Type = typeOf(c.Native, full)
		c.Type.Nullable = nullable
		if length < 1<<24 {
			c.MaxLength = int(length)
		}
		extra = strings.ToLower(extra)
		c.Auto = strings.Contains(extra, "auto_increment")
		c.Renewed = strings.Contains(extra, "on update")
		c.Generated = strings.Contains(extra, "virtual") || strings.Contains(extra, "stored") || strings.Contains(extra, "persistent")
		if t := by[table]; t != nil {
			t.Columns = append(t.Columns, c)
		}
		return nil
	})
}

func readKeys(ctx context.Context, db *sql.DB, by map[string]*sqltable.Table) error {
	return each(ctx, db, keysQuery, func(rows *sql.Rows) error {
		var table, name, column string
		var nullable, prefix bool
		var size int
		if err := rows.Scan(&table, &name, &column, &nullable, &prefix, &size); err != nil {
			return err
		}
		t := by[table]
		switch {
		case t == nil:
		case name == "PRIMARY":
			t.Key = append(t.Key, column)
		case size == 1 && !nullable && !prefix:
			t.Unique = append(t.Unique, column)
		}
		return nil
	})
}

func readTriggers(ctx context.Context, db *sql.DB, by map[string]*sqltable.Table) error {
	return each(ctx, db, triggersQuery, func(rows *sql.Rows) error {
		var table, text string
		if err := rows.Scan(&table, &text); err != nil {
			return err
		}
		t := by[table]
		if t == nil {
			return nil
		}
		t.Triggers = true
		for i := range t.Columns {
			c := &t.Columns[i]
			c.Renewed = c.Renewed || sqltable.SetBy([]string{text}, c.Name)
		}
		return nil
	})
}

// each runs a query and hands over its rows.
func each(ctx context.Context, db *sql.DB, query string, row func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// typeOf reads a type by its name; full has lengths and an enum's words.
func typeOf(name, full string) schema.Type {
	switch {
	case strings.HasPrefix(full, "tinyint(1)"):
		return schema.Type{Kind: schema.KindBool}
	case name == "enum":
		return schema.Type{Kind: schema.KindEnum, Words: words(full)}
	}
	if kind, ok := kinds[name]; ok {
		return schema.Type{Kind: kind}
	}
	return schema.Type{Kind: schema.KindString}
}

var kinds = map[string]schema.Kind{
	"tinyint": schema.KindInt, "smallint": schema.KindInt, "mediumint": schema.KindInt,
	"int": schema.KindInt, "bigint": schema.KindInt, "year": schema.KindInt,
	"decimal": schema.KindDecimal, "float": schema.KindDecimal, "double": schema.KindDecimal,
	"date":     schema.KindDate,
	"datetime": schema.KindTimestamp, "timestamp": schema.KindTimestamp,
	"json": schema.KindAny,
}

// words reads the words of enum('a', 'b').
func words(full string) []string {
	var list []string
	rest := full
	for {
		_, after, found := strings.Cut(rest, "'")
		if !found {
			return list
		}
		var b strings.Builder
		i := 0
		for ; i < len(after); i++ {
			if after[i] == '\'' {
				if i+1 < len(after) && after[i+1] == '\'' {
					i++
				} else {
					break
				}
			}
			b.WriteByte(after[i])
		}
		list = append(list, b.String())
		rest = after[min(i+1, len(after)):]
	}
}
