package mysql

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"syncline/connectors"
)

// privileges says how MySQL and MariaDB grant. The statements are for the
// database that the address names.
func privileges() *connectors.Privileges {
	return dialect(false).Privileges(func(object string) []string { return []string{object} }, account)
}

// account quotes user or user@host.
func account(to string) string {
	quote := func(name string) string {
		return "`" + strings.ReplaceAll(strings.ReplaceAll(name, "\x00", ""), "`", "``") + "`"
	}
	if at := strings.LastIndexByte(to, '@'); at >= 0 {
		return quote(to[:at]) + "@" + quote(to[at+1:])
	}
	return quote(to)
}

// heldQuery lists what the user may do in the database: granted for columns,
// for tables, for the database, for all. What is for more than a column is
// spread over the columns.
const heldQuery = `
SELECT table_name, privilege_type, column_name FROM information_schema.column_privileges WHERE grantee = ? AND table_schema = database()
UNION
SELECT c.table_name, g.privilege_type, CASE WHEN g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE') THEN c.column_name ELSE '' END
FROM information_schema.columns AS c
JOIN (SELECT table_name AS t, privilege_type FROM information_schema.table_privileges WHERE grantee = ? AND table_schema = database()
      UNION SELECT NULL, privilege_type FROM information_schema.schema_privileges WHERE grantee = ? AND database() LIKE table_schema
      UNION SELECT NULL, privilege_type FROM information_schema.user_privileges WHERE grantee = ?) AS g
  ON g.t IS NULL OR g.t = c.table_name
WHERE c.table_schema = database() AND g.privilege_type <> 'USAGE'
ORDER BY 1, 2, 3`

// errRoles is why a user that has a role is not judged: what a role gives is
// not among the user's own privileges.
var errRoles = errors.New("the user has an active role")

// rights hands over what the user may do.
func rights(ctx context.Context, db *sql.DB, told func(object, right, column string)) error {
	var role sql.NullString
	if err := db.QueryRowContext(ctx, "SELECT current_role()").Scan(&role); err == nil && role.Valid && role.String != "NONE" && role.String != "" {
		return &connectors.Error{Kind: connectors.Unsupported, Op: "read", Where: "the user's rights", Err: errRoles, Hint: "grant to the user itself"}
	}
	var user string
	if err := db.QueryRowContext(ctx, "SELECT current_user()").Scan(&user); err != nil {
		return err
	}
	at := strings.LastIndexByte(user, '@')
	grantee := "'" + user[:max(at, 0)] + "'@'" + user[at+1:] + "'"
	rows, err := db.QueryContext(ctx, heldQuery, grantee, grantee, grantee, grantee)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var object, right, column string
		if err := rows.Scan(&object, &right, &column); err != nil {
			return err
		}
		told(object, right, column)
	}
	return rows.Err()
}
