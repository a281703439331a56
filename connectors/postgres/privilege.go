package postgres

import (
	"context"
	"database/sql"
	"strings"

	"syncline/connectors"
)

// privileges says how PostgreSQL grants. A schema that an object names has to
// be open besides: its USAGE comes first.
func privileges() *connectors.Privileges {
	d := dialect()
	p := d.Privileges(parts, quoted)
	columns := p.Grant
	p.Grant = func(list []connectors.Right, to string) []string {
		var out []string
		open := map[string]bool{}
		for _, r := range list {
			if at := parts(r.Object); len(at) == 2 && !open[at[0]] {
				open[at[0]] = true
				out = append(out, "GRANT USAGE ON SCHEMA "+quoted(at[0])+" TO "+quoted(to)+";")
			}
		}
		return append(out, columns(list, to)...)
	}
	return p
}

// parts splits an object as the catalogue joins it: schema.table, or a table
// of the search path.
func parts(object string) []string { return strings.SplitN(object, ".", 2) }

// quoted returns a name as it stands in a statement.
func quoted(name string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(name, "\x00", ""), `"`, `""`) + `"`
}

// heldQuery lists what the user may do, under the names of the catalogue.
const heldQuery = `
WITH r AS (
  SELECT r.oid, CASE WHEN n.nspname = ANY (current_schemas(false)) AND pg_table_is_visible(r.oid) THEN r.relname ELSE n.nspname || '.' || r.relname END AS name
  FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
  WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT r.relispartition
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%' AND has_schema_privilege(n.oid, 'USAGE')
)
SELECT r.name, p.name, a.attname FROM r, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS p(name), pg_attribute a
WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(r.oid, a.attnum, p.name)
UNION ALL
SELECT r.name, p.name, '' FROM r, unnest(ARRAY['DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p(name) WHERE has_table_privilege(r.oid, p.name)
ORDER BY 1, 2, 3`

// rights hands over what the user may do.
func rights(ctx context.Context, db *sql.DB, each func(object, right, column string)) error {
	rows, err := db.QueryContext(ctx, heldQuery)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var object, right, column string
		if err := rows.Scan(&object, &right, &column); err != nil {
			return err
		}
		each(object, right, column)
	}
	return rows.Err()
}
