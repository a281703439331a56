package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"syncline/connectors"
	"syncline/connectors/sqltable"
	"syncline/schema"
)

func dialect() *sqltable.Dialect {
	return &sqltable.Dialect{
		Name:      "sqlite",
		Quoted:    '"',
		Returning: true,
		Local:     true,
		NoColumns: " DEFAULT VALUES",
		Tables:    tables,
		Read:      read,
		Bind:      bind,
		Failure:   failure,
		Sample:    sample,
	}
}

// read returns the column without its declared type, for which the driver
// would turn texts into times and lose how they are spelled.
func read(_ *sqltable.Column, quoted string) string { return "+" + quoted }

// bind returns a value as the column stores it. A decimal that a numeric
// column would round is refused.
func bind(c *sqltable.Column, v schema.Value) (any, error) {
	switch {
	case v.State() != schema.Present:
	case v.Kind() == schema.KindInt, v.Kind() == schema.KindBool && c.Type.Kind != schema.KindString:
		return v.Int(), nil
	case v.Kind() == schema.KindTimestamp:
		return timeText(v.Time(), c.Layout), nil
	}
	if strings.HasPrefix(c.Native, "json") {
		return string(v.AppendJSON(nil)), nil
	}
	text, err := sqltable.Text(v)
	if s, ok := text.(string); ok && inexact(c, s) {
		return nil, errors.New("the column's type keeps 15 digits of a number; declare the column as TEXT")
	}
	return text, err
}

// exactDigits is how many digits of a decimal a column keeps that SQLite
// counts as numeric: it stores what is longer as a float.
const exactDigits = 15

// inexact reports whether a column would round a decimal.
func inexact(c *sqltable.Column, text string) bool {
	if c.Type.Kind != schema.KindDecimal {
		return false
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	return len(strings.Trim(digits, "0")) > exactDigits
}

// Layouts of times that are numbers.
const (
	seconds = "seconds"
	millis  = "milliseconds"
)

// timeText spells a time the way the column does.
func timeText(t time.Time, layout string) any {
	switch layout {
	case seconds:
		return t.Unix()
	case millis:
		return t.UnixMilli()
	}
	return sqltable.SpellTime(t, layout)
}

// sample looks at one value of a column of times: SQLite has no type for
// them, and texts spelled in two ways do not sort.
func sample(ctx context.Context, db *sql.DB, from string, c *sqltable.Column) error {
	quoted := `"` + strings.ReplaceAll(c.Name, `"`, `""`) + `"`
	var v any
	err := db.QueryRowContext(ctx, fmt.Sprintf("SELECT +%s FROM %s WHERE %s IS NOT NULL LIMIT 1", quoted, from, quoted)).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	switch v := v.(type) {
	case int64:
		c.Layout = seconds
		if v > 1e11 || v < -1e11 {
			c.Layout = millis
		}
	case string:
		if _, ok := sqltable.ParseTime(v); ok && len(v) > len(time.DateOnly) {
			c.Layout = v
		}
	}
	return err
}

// failure says what an error of the driver means. Its text is told where it
// names a constraint, a table or a column, and never where it may quote a value.
func failure(err error) sqltable.Failure {
	var e *driver.Error
	if !errors.As(err, &e) {
		return sqltable.Common(err)
	}
	f := sqltable.Failure{Kind: kinds[e.Code()&0xff], Hint: hints[e.Code()&0xff], Text: e.Error()}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		f.Duplicate, f.Column = true, columnIn(e.Error())
	case sqlite3.SQLITE_CONSTRAINT_NOTNULL, sqlite3.SQLITE_CONSTRAINT_DATATYPE:
		f.Column = columnIn(e.Error())
	case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
	case sqlite3.SQLITE_CONSTRAINT_TRIGGER:
		f.Text = "a trigger refused the change"
	default:
		if quotes[e.Code()&0xff] {
			f.Text = fmt.Sprintf("the database failed with error %d", e.Code())
		}
	}
	return f
}

// quotes are the kinds of errors whose text comes from a function or an
// extension, which may quote values.
var quotes = map[int]bool{sqlite3.SQLITE_ERROR: true, sqlite3.SQLITE_CONSTRAINT: true, sqlite3.SQLITE_MISMATCH: true, sqlite3.SQLITE_RANGE: true}

// columnIn finds the column in a message such as "UNIQUE constraint failed:
// people.email (2067)", "" when it names several or none.
func columnIn(message string) string {
	_, after, found := strings.Cut(message, "constraint failed: ")
	if i := strings.LastIndex(after, "constraint failed: "); i >= 0 {
		after = after[i+len("constraint failed: "):]
	}
	if i := strings.LastIndex(after, " ("); i >= 0 {
		after = after[:i]
	}
	if !found || strings.Contains(after, ",") {
		return ""
	}
	_, column, _ := strings.Cut(after, ".")
	return column
}

var kinds = map[int]connectors.ErrorKind{
	sqlite3.SQLITE_BUSY:       connectors.Limited,
	sqlite3.SQLITE_LOCKED:     connectors.Limited,
	sqlite3.SQLITE_READONLY:   connectors.Denied,
	sqlite3.SQLITE_PERM:       connectors.Denied,
	sqlite3.SQLITE_AUTH:       connectors.Denied,
	sqlite3.SQLITE_CANTOPEN:   connectors.Unavailable,
	sqlite3.SQLITE_IOERR:      connectors.Unavailable,
	sqlite3.SQLITE_FULL:       connectors.Unavailable,
	sqlite3.SQLITE_NOTADB:     connectors.Unreadable,
	sqlite3.SQLITE_CORRUPT:    connectors.Unreadable,
	sqlite3.SQLITE_CONSTRAINT: connectors.Refused,
	sqlite3.SQLITE_MISMATCH:   connectors.Refused,
	sqlite3.SQLITE_TOOBIG:     connectors.Refused,
}

var hints = map[int]string{
	sqlite3.SQLITE_BUSY:     "another program holds the database's lock; end its transaction and run again",
	sqlite3.SQLITE_READONLY: "make the file and its folder writable for this user",
	sqlite3.SQLITE_FULL:     "make room on the disk and run again",
	sqlite3.SQLITE_NOTADB:   "path has to name a SQLite database",
	sqlite3.SQLITE_CORRUPT:  "restore the file from a backup; `PRAGMA integrity_check` says what is wrong",
	sqlite3.SQLITE_CANTOPEN: "see that the file and its folder can be read by this user",
}
