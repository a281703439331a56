package mysql

import (
	"errors"
	"regexp"
	"strconv"

	driver "github.com/go-sql-driver/mysql"

	"syncline/connectors"
	"syncline/connectors/sqltable"
)

// failure says what an error of the server means, by its number. Its text is
// our own: the server's may quote values.
func failure(err error) sqltable.Failure {
	var e *driver.MySQLError
	switch {
	case errors.As(err, &e):
		return byNumber(e)
	case errors.Is(err, driver.ErrInvalidConn):
		return sqltable.Failure{Kind: connectors.Unavailable, Hint: reachable, Text: "the connection to the database broke"}
	}
	return sqltable.Common(err)
}

const reachable = "see that the database runs and can be reached"

var (
	column = regexp.MustCompile("(?:[Cc]olumn|Field) (?:(?:`[^`]*`\\.)*`([^`]+)`|'([^']+)')")
	key    = regexp.MustCompile(`for key '(?:[^'.]*\.)?([^']+)'$`)
)

func byNumber(e *driver.MySQLError) sqltable.Failure {
	m, ok := numbers[e.Number]
	if !ok {
		return sqltable.Failure{Kind: connectors.Failed, Text: "the database failed with error " + strconv.Itoa(int(e.Number))}
	}
	f := sqltable.Failure{Kind: m.kind, Text: m.text, Hint: m.hint, Duplicate: e.Number == duplicate || e.Number == duplicateKey}
	if f.Kind != connectors.Refused {
		return f
	}
	if f.Duplicate {
		if found := key.FindStringSubmatch(e.Message); found != nil {
			f.Text += " (key " + found[1] + ")"
		}
		return f
	}
	if all := column.FindAllStringSubmatch(e.Message, -1); len(all) > 0 {
		last := all[len(all)-1]
		f.Column = last[1] + last[2]
	}
	return f
}

const (
	duplicate    = 1062
	duplicateKey = 1586
)

type meaning struct {
	kind connectors.ErrorKind
	text string
	hint string
}

var numbers = map[uint16]meaning{
	1040:         {connectors.Limited, "the database has too many connections", ""},
	1203:         {connectors.Limited, "the user has too many connections", ""},
	1205:         {connectors.Limited, "another transaction holds a lock", ""},
	1213:         {connectors.Limited, "the transaction met another one", ""},
	1020:         {connectors.Limited, "the transaction met another one", ""},
	3572:         {connectors.Limited, "another transaction holds a lock", ""},
	1053:         {connectors.Unavailable, "the database is shutting down", reachable},
	1927:         {connectors.Unavailable, "the database ended the connection", reachable},
	1021:         {connectors.Unavailable, "the database's disk is full", "make room on the disk and run again"},
	1114:         {connectors.Unavailable, "the table is full", "make room on the disk and run again"},
	1049:         {connectors.Unavailable, "there is no such database", "correct the database's name in url"},
	1044:         {connectors.Denied, "the user may not use this database", "grant the user the right"},
	1045:         {connectors.Denied, "the database does not accept the credential", "correct the user and password in url"},
	1142:         {connectors.Denied, "the user may not do this to the table", "grant the user the right on the table"},
	1143:         {connectors.Denied, "the user may not do this to a column", "grant the user the right on the column"},
	1290:         {connectors.Denied, "the database is read-only", "connect to the primary"},
	1836:         {connectors.Denied, "the database is read-only", "connect to the primary"},
	1146:         {connectors.Unreadable, "there is no such table or view", ""},
	1054:         {connectors.Unreadable, "there is no such column", ""},
	duplicate:    {connectors.Refused, "the value is taken", ""},
	duplicateKey: {connectors.Refused, "the value is taken", ""},
	1048:         {connectors.Refused, "the column has to hold a value", ""},
	1364:         {connectors.Refused, "the column has to hold a value", ""},
	1216:         {connectors.Refused, "a reference leads to no row", ""},
	1217:         {connectors.Refused, "other rows refer to the row", ""},
	1451:         {connectors.Refused, "other rows refer to the row", ""},
	1452:         {connectors.Refused, "a reference leads to no row", ""},
	1264:         {connectors.Refused, "the number is out of the column's range", ""},
	1265:         {connectors.Refused, "the value does not fit the column's type", ""},
	1292:         {connectors.Refused, "the value does not fit the column's type", ""},
	1366:         {connectors.Refused, "the value does not fit the column's type or character set", ""},
	1406:         {connectors.Refused, "the value is too long", ""},
	1644:         {connectors.Refused, "a trigger refused the change", ""},
	3140:         {connectors.Refused, "the value is not JSON", ""},
	3819:         {connectors.Refused, "a check does not hold", ""},
	4025:         {connectors.Refused, "a check does not hold", ""},
	1906:         {connectors.Refused, "the database computes this column", ""},
	3105:         {connectors.Refused, "the database computes this column", ""},
}
