package postgres

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"syncline/connectors"
	"syncline/connectors/sqltable"
)

// failure says what an error of the server means, by its SQLSTATE. Its text is
// our own: the server's may quote values.
func failure(err error) sqltable.Failure {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return byState(e)
	}
	var dial *pgconn.ConnectError
	if errors.As(err, &dial) || pgconn.SafeToRetry(err) {
		return sqltable.Failure{Kind: connectors.Unavailable, Hint: reachable, Text: "the database cannot be reached"}
	}
	f := sqltable.Common(err)
	if f.Kind == connectors.Failed && lostConnection(err) {
		f.Kind, f.Hint = connectors.Unavailable, reachable
	}
	return f
}

const reachable = "see that the database runs and can be reached"

// lostConnection reports whether the server went away: pgx has no type for it.
func lostConnection(err error) bool {
	text := err.Error()
	for _, sign := range []string{"conn closed", "unexpected EOF", "connection reset", "broken pipe", "failed to receive message", "failed to write"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// byState reads the five letters of an SQLSTATE: exact ones first, then their
// class.
func byState(e *pgconn.PgError) sqltable.Failure {
	f := sqltable.Failure{Kind: connectors.Failed, Column: e.ColumnName}
	for _, n := range []int{5, 2} {
		if m, ok := states[e.Code[:min(n, len(e.Code))]]; ok {
			f.Kind, f.Text, f.Hint = m.kind, m.text, m.hint
			break
		}
	}
	if e.Code == "23505" {
		f.Duplicate = true
	}
	if f.Column == "" && f.Kind == connectors.Refused {
		f.Column = keyColumn(e.Detail)
	}
	if f.Text != "" && e.ConstraintName != "" && strings.HasPrefix(e.Code, "23") {
		f.Text += " (" + e.ConstraintName + ")"
	}
	if f.Text == "" {
		f.Text = "the database failed with " + e.Code
	}
	return f
}

// keyColumn finds the column in a detail such as `Key (email)=(…) already
// exists.`, "" when it names several or none.
func keyColumn(detail string) string {
	after, found := strings.CutPrefix(detail, "Key (")
	column, _, _ := strings.Cut(after, ")=")
	if !found || strings.ContainsAny(column, ",(") {
		return ""
	}
	return strings.Trim(column, `"`)
}

// split takes a list from the catalogue apart.
func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, "\x01")
}

type meaning struct {
	kind connectors.ErrorKind
	text string
	hint string
}

var states = map[string]meaning{
	"08":    {connectors.Unavailable, "the connection to the database broke", reachable},
	"57P01": {connectors.Unavailable, "the database is shutting down", reachable},
	"57P02": {connectors.Unavailable, "the database crashed", reachable},
	"57P03": {connectors.Unavailable, "the database is starting", reachable},
	"57014": {connectors.Limited, "the statement was cancelled or took too long", ""},
	"53300": {connectors.Limited, "the database has too many connections", ""},
	"53100": {connectors.Unavailable, "the database's disk is full", "make room on the disk and run again"},
	"53":    {connectors.Unavailable, "the database lacks resources", ""},
	"40":    {connectors.Limited, "the transaction met another one", ""},
	"55P03": {connectors.Limited, "another transaction holds a lock", ""},
	"55":    {connectors.Limited, "the object is in use", ""},
	"28":    {connectors.Denied, "the database does not accept the credential", "correct the user and password in url"},
	"3D000": {connectors.Unavailable, "there is no such database", "correct the database's name in url"},
	"42501": {connectors.Denied, "the user may not do this", "grant the user the right on the table"},
	"25006": {connectors.Denied, "the database is read-only", "connect to the primary"},
	"42P01": {connectors.Unreadable, "there is no such table or view", ""},
	"42703": {connectors.Unreadable, "there is no such column", ""},
	"22":    {connectors.Refused, "the value does not fit the column's type", ""},
	"23505": {connectors.Refused, "the value is taken", ""},
	"23502": {connectors.Refused, "the column has to hold a value", ""},
	"23503": {connectors.Refused, "a reference leads to no row, or the row is referred to", ""},
	"23514": {connectors.Refused, "a check does not hold", ""},
	"23":    {connectors.Refused, "a constraint does not hold", ""},
	"P0001": {connectors.Refused, "a trigger or function refused the change", ""},
	"42804": {connectors.Refused, "the value does not fit the column's type", ""},
	"428C9": {connectors.Refused, "the database computes this column", ""},
}
