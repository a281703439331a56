// Package postgres is the connector for PostgreSQL. Enter at Definition.
//
// It opens the database, reads its catalogue and gives the rest to
// connectors/sqltable.
package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"syncline/connectors"
	"syncline/connectors/sqltable"
	"syncline/schema"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	return connectors.Definition{
		Name: "postgres",
		Doc: "Tables and views of a PostgreSQL database.\n\n" +
			"A table of the search path goes by its name, another by schema.table. " +
			"Times are read and written in UTC. A server that says nothing for ten minutes is given up; " +
			"connect_timeout in url says how long connecting may take (else 30 seconds).",
		Settings: []schema.Field{{
			Name: "url", Type: schema.Type{Kind: schema.KindString}, Required: true, Secret: true,
			Doc: "Where the database is: postgres://user:password@host:5432/database, or key=value pairs.",
		}},
		Facts:      sqltable.Facts(),
		Open:       open,
		Privileges: privileges(),
	}
}

// connections bounds those open at once.
const connections = 6

func open(ctx context.Context, s connectors.Settings) (connectors.Conn, error) {
	url, err := s.Secret("url")
	if err != nil {
		return nil, err
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, &connectors.Error{
			Kind: connectors.Failed, Op: "open", Where: "url", Err: errors.New("it is not the address of a database"),
			Hint: "write postgres://user:password@host:5432/database",
		}
	}
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["datestyle"] = "ISO"
	config.RuntimeParams["extra_float_digits"] = "1"
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "syncline"
	}
	impatient(config, silence)
	return connect(ctx, config, s.Now)
}

// connect opens a database and reads its catalogue.
func connect(ctx context.Context, config *pgx.ConnConfig, clock func() time.Time) (connectors.Conn, error) {
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	d := dialect()
	c := sqltable.Open(db, d, clock)
	if err := c.Check(ctx); err != nil {
		c.Close()
		return nil, err
	}
	if !hasLocks(ctx, db) {
		d.Enter, d.Under = nil, nil
	}
	return c, nil
}

func dialect() *sqltable.Dialect {
	return &sqltable.Dialect{
		Name:      "postgres",
		Quoted:    '"',
		Numbered:  true,
		Lock:      " FOR UPDATE",
		Locks:     true,
		Returning: true,
		NoColumns: " DEFAULT VALUES",
		Tables:    tables,
		Read:      read,
		Bind:      bind,
		Failure:   failure,
		Enter:     enter,
		Under:     underWay,
		Held:      rights,
	}
}
