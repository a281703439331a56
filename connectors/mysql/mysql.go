// Package mysql is the connector for MySQL and MariaDB. Enter at Definition.
//
// It opens the database, reads its catalogue and gives the rest to
// connectors/sqltable. Tables of an engine without transactions are read only:
// a page could not be undone.
package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"syncline/connectors"
	"syncline/connectors/sqltable"
	"syncline/schema"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	return connectors.Definition{
		Name: "mysql",
		Doc: "Tables and views of a MySQL or MariaDB database.\n\n" +
			"Times are read and written in UTC. Tables of an engine without transactions, such as MyISAM, are read only. " +
			"A server that says nothing for ten minutes is given up.",
		Settings: []schema.Field{{
			Name: "url", Type: schema.Type{Kind: schema.KindString}, Required: true, Secret: true,
			Doc: "Where the database is: mysql://user:password@host:3306/database, or the driver's user:password@tcp(host:3306)/database.",
		}},
		Facts:      sqltable.Facts(),
		Open:       open,
		Privileges: privileges(),
	}
}

// connections bounds those open at once.
const connections = 6

func open(ctx context.Context, s connectors.Settings) (connectors.Conn, error) {
	text, err := s.Secret("url")
	if err != nil {
		return nil, err
	}
	config, err := configOf(text)
	if err != nil {
		return nil, &connectors.Error{
			Kind: connectors.Failed, Op: "open", Where: "url", Err: err,
			Hint: "write mysql://user:password@host:3306/database",
		}
	}
	connector, err := driver.NewConnector(config)
	if err != nil {
		return nil, &connectors.Error{Kind: connectors.Failed, Op: "open", Where: "url", Err: errNoAddress}
	}
	return connect(ctx, sql.OpenDB(connector), config.DBName, s.Now)
}

// connect takes a database over and reads its catalogue.
func connect(ctx context.Context, db *sql.DB, name string, clock func() time.Time) (connectors.Conn, error) {
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	d, gate := dialect(returning(ctx, db)), newTurnstile(db, name)
	d.Under = gate.under
	c := sqltable.Open(db, d, clock)
	c.WriteWith(gate.begin)
	if err := c.Check(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

var (
	errNoAddress = errors.New("it is not the address of a database")
	errBusy      = errors.New("an earlier write is still under way")
)

// A server that is there and says nothing would hold a run for ever: nothing
// tells it from one that works on a long statement but time. The address may
// say otherwise with timeout and readTimeout.
const (
	dialing = 30 * time.Second
	silence = 10 * time.Minute
)

// configOf reads an address in either form, and sets what exactness needs:
// strict values, UTC, rows found and not only rows changed.
func configOf(text string) (*driver.Config, error) {
	config, err := parse(text)
	if err != nil || config.DBName == "" {
		return nil, errNoAddress
	}
	config.Timeout, config.ReadTimeout = cmp.Or(config.Timeout, dialing), cmp.Or(config.ReadTimeout, silence)
	config.ClientFoundRows = true
	config.ParseTime = false
	config.MultiStatements = false
	config.InterpolateParams = false
	config.Logger = &driver.NopLogger{}
	if config.Params == nil {
		config.Params = map[string]string{}
	}
	config.Params["time_zone"] = "'+00:00'"
	config.Params["sql_mode"] = "CONCAT_WS(',', @@sql_mode, 'STRICT_ALL_TABLES')"
	return config, nil
}

// parse reads mysql://user:password@host:port/database, or the driver's form.
func parse(text string) (*driver.Config, error) {
	rest, isURL := strings.CutPrefix(text, "mysql://")
	if !isURL {
		rest, isURL = strings.CutPrefix(text, "mariadb://")
	}
	if !isURL {
		return driver.ParseDSN(text)
	}
	u, err := url.Parse("mysql://" + rest)
	if err != nil {
		return nil, err
	}
	config := driver.NewConfig()
	config.Net, config.Addr = "tcp", u.Host
	if u.Port() == "" {
		config.Addr = net.JoinHostPort(u.Hostname(), "3306")
	}
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.DBName = strings.TrimPrefix(u.Path, "/")
	if tls := u.Query().Get("tls"); tls != "" {
		config.TLSConfig = tls
	}
	return config, nil
}

// returning reports whether an INSERT can answer with its rows, as MariaDB's
// does since 10.5. A server that does not answer is found out by the check
// that follows.
func returning(ctx context.Context, db *sql.DB) bool {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT version()").Scan(&version); err != nil {
		return false
	}
	var major, minor int
	fmt.Sscanf(version, "%d.%d", &major, &minor)
	return strings.Contains(version, "MariaDB") && (major > 10 || major == 10 && minor >= 5)
}

func dialect(returning bool) *sqltable.Dialect {
	return &sqltable.Dialect{
		Name:      "mysql",
		Quoted:    '`',
		Lock:      " FOR UPDATE",
		Returning: returning,
		NoColumns: " () VALUES ()",
		Held:      rights,
		Tables:    tables,
		Read:      func(_ *sqltable.Column, quoted string) string { return quoted },
		Bind:      bind,
		Failure:   failure,
	}
}

// bind returns a value as the server reads it without loss.
func bind(c *sqltable.Column, v schema.Value) (any, error) {
	if v.State() == schema.Present {
		switch {
		case v.Kind() == schema.KindBool:
			return v.Int(), nil
		case v.Kind() == schema.KindTimestamp:
			return v.Time().Format("2006-01-02 15:04:05.000000"), nil
		case c.Native == "json":
			return string(v.AppendJSON(nil)), nil
		}
	}
	return sqltable.Text(v)
}
