package postgres

import (
	"context"
	"database/sql"

	"syncline/connectors/sqltable"
)

// columnsQuery lists the columns of every table and view the user may read,
// those of the search path under their own names.
const columnsQuery = `
SELECT CASE WHEN n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(r.oid) THEN r.relname ELSE n.nspname || '.' || r.relname END,
       n.nspname, r.relname, r.relkind IN ('v', 'm'), r.relkind = 'm',
       a.attname, coalesce(b.typname, t.typname), a.attnotnull OR t.typnotnull, a.attgenerated <> '' OR a.attidentity = 'a',
       a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false), d.adbin IS NOT NULL OR a.attidentity <> '',
       CASE WHEN t.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 0 END,
       coalesce((SELECT string_agg(e.enumlabel, E'\x01' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), ''),
       coalesce((SELECT array_position(i.indkey::int2[], a.attnum) + 1 FROM pg_index i WHERE i.indrelid = r.oid AND i.indisprimary), 0),
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = r.oid AND i.indisunique AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND i.indpred IS NULL AND a.attnotnull),
       coalesce((SELECT string_agg(p.prosrc, E'\x01') FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
                 WHERE g.tgrelid = r.oid AND NOT g.tgisinternal), '')
FROM pg_class r
JOIN pg_namespace n ON n.oid = r.relnamespace
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT r.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(r.oid, 'SELECT')
ORDER BY r.oid, a.attnum`

// tables reads the tables and views of the database.
func tables(ctx context.Context, db *sql.DB) ([]sqltable.Table, error) {
	rows, err := db.QueryContext(ctx, columnsQuery)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []sqltable.Table
	keys := map[int]string{}
	for rows.Next() {
		var t sqltable.Table
		var c sqltable.Column
		var parts [2]string
		var words, triggers string
		var notNull, materialised, unique bool
		var key int
		err := rows.Scan(&t.Name, &parts[0], &parts[1], &t.View, &materialised, &c.Name, &c.Native, &notNull,
			&c.Generated, &c.Auto, &c.Default, &c.MaxLength, &words, &key, &unique, &triggers)
		if err != nil {
			return nil, err
		}
		c.Type = typeOf(c.Native, split(words))
		c.Type.Nullable = !notNull
		c.Renewed = sqltable.SetBy(split(triggers), c.Name)
		if len(found) == 0 || found[len(found)-1].Name != t.Name {
			t.Parts, t.Triggers = parts[:], triggers != ""
			found = append(found, t)
			clear(keys)
		}
		last := &found[len(found)-1]
		last.Columns = append(last.Columns, c)
		if unique {
			last.Unique = append(last.Unique, c.Name)
		}
		if key > 0 {
			keys[key] = c.Name
			last.Key = ordered(keys)
		}
	}
	return found, rows.Err()
}

// ordered returns the columns of a key by their place in it.
func ordered(keys map[int]string) []string {
	var list []string
	for i := 1; len(list) < len(keys) && i < 100; i++ {
		if k, ok := keys[i]; ok {
			list = append(list, k)
		}
	}
	return list
}
