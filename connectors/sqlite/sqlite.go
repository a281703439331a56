// Package sqlite is the connector for a SQLite database file. Enter at
// Definition.
//
// It opens the file, reads its catalogue and gives the rest to
// connectors/sqltable. It never changes a file's journal mode, and never makes
// a file except from `init`.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"syncline/connectors"
	"syncline/connectors/sqltable"
	"syncline/schema"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	text := schema.Type{Kind: schema.KindString}
	return connectors.Definition{
		Name: "sqlite",
		Doc: "Tables and views of a SQLite database file.\n\n" +
			"The file's journal mode stays as it is; foreign keys are enforced while Syncline writes. " +
			"Where the file does not exist, init is run as SQL to make it.",
		Settings: []schema.Field{
			{Name: "path", Type: text, Required: true, Doc: "The database file."},
			{Name: "init", Type: text, Doc: "An SQL script that makes the file where it does not exist."},
		},
		Facts:   sqltable.Facts(),
		Open:    open,
		Offline: offline,
	}
}

// place is where the settings say the database is.
type place struct {
	path, init string
}

func placeOf(s connectors.Settings) place {
	return place{path: s.Path("path"), init: s.Path("init")}
}

// offline reports whether there is a file to look into.
func offline(s connectors.Settings) bool {
	p := placeOf(s)
	return exists(p.path) || exists(p.init)
}

func exists(path string) bool {
	if path == "" {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// open opens the file, or what init says in memory where nothing may be made.
func open(ctx context.Context, s connectors.Settings) (connectors.Conn, error) {
	p := placeOf(s)
	_, err := os.Stat(p.path)
	switch {
	case err == nil:
		return openFile(ctx, p.path, s)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, trouble(p.path, err)
	case p.init == "":
		return nil, &connectors.Error{
			Kind: connectors.Unavailable, Op: "open", Where: p.path, Err: errors.New("there is no such file"),
			Hint: "correct path, or give init: an SQL script that makes the file",
		}
	case !s.Seed:
		return openMemory(ctx, p.init, s)
	}
	if err := seed(ctx, p); err != nil {
		return nil, err
	}
	return openFile(ctx, p.path, s)
}

// trouble is a failure of the file system.
func trouble(path string, err error) error {
	kind := connectors.Unavailable
	if errors.Is(err, fs.ErrPermission) {
		kind = connectors.Denied
	}
	return &connectors.Error{Kind: kind, Op: "open", Where: path, Err: err}
}

// source returns the name under which the driver opens a file: writing, if
// the file lets it, and never making one.
func source(path, mode string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()}
	q := url.Values{
		"mode":    {mode},
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(10000)", "foreign_keys(1)"},
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// connections bounds those open at once: readers beside the one writer.
const connections = 4

func openFile(ctx context.Context, path string, s connectors.Settings) (connectors.Conn, error) {
	db, err := sql.Open("sqlite", source(path, "rw"))
	if err != nil {
		return nil, trouble(path, err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	c := wrap(db, s.Now)
	if err := c.Check(ctx); err != nil {
		c.Close()
		return nil, at(path, err)
	}
	return c, nil
}

func wrap(db *sql.DB, clock func() time.Time) *conn {
	c := &conn{Conn: sqltable.Open(db, dialect(), clock), watch: &watch{db: db}}
	c.WriteWith(c.watch.begin)
	return c
}

// openMemory runs init in memory, for what only wants to look.
func openMemory(ctx context.Context, init string, s connectors.Settings) (connectors.Conn, error) {
	db, err := sql.Open("sqlite", "file::memory:?_txlock=immediate&_pragma=foreign_keys(1)")
	if err != nil {
		return nil, trouble(init, err)
	}
	db.SetMaxOpenConns(1)
	db.SetConnMaxIdleTime(0)
	db.SetConnMaxLifetime(0)
	if err := script(ctx, db, init); err != nil {
		db.Close()
		return nil, err
	}
	return sqltable.Open(db, dialect(), s.Now), nil
}

// seed makes the file from init, as private as that is. It takes its place when
// it is whole, so that an interruption leaves nothing behind that looks like a
// database.
func seed(ctx context.Context, p place) error {
	info, err := os.Stat(p.init)
	if err != nil {
		return trouble(p.init, err)
	}
	if err := os.MkdirAll(filepath.Dir(p.path), 0o755); err != nil {
		return trouble(p.path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(p.path), filepath.Base(p.path)+".*.tmp")
	if err != nil {
		return trouble(p.path, err)
	}
	f.Close()
	defer os.Remove(f.Name())
	db, err := sql.Open("sqlite", source(f.Name(), "rw"))
	if err != nil {
		return trouble(p.path, err)
	}
	db.SetMaxOpenConns(1)
	err = script(ctx, db, p.init)
	if cerr := db.Close(); err == nil && cerr != nil {
		err = trouble(p.path, cerr)
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), info.Mode().Perm()|0o600); err != nil {
		return trouble(p.path, err)
	}
	if err := os.Link(f.Name(), p.path); err != nil && !errors.Is(err, fs.ErrExist) {
		return trouble(p.path, os.Rename(f.Name(), p.path))
	}
	return nil
}

// script runs an SQL file.
func script(ctx context.Context, db *sql.DB, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return trouble(path, err)
	}
	if _, err := db.ExecContext(ctx, string(text)); err != nil {
		return &connectors.Error{
			Kind: connectors.Refused, Op: "open", Where: path, Err: err,
			Hint: "the script has to run as it is in an empty database",
		}
	}
	return nil
}

// at says which file an error is about.
func at(path string, err error) error {
	var e *connectors.Error
	if errors.As(err, &e) {
		c := *e
		c.Op, c.Where = "open", path
		return &c
	}
	return err
}

// conn is an open file that can also tell whether anybody wrote to it.
type conn struct {
	*sqltable.Conn
	watch *watch
}

var _ connectors.Stamper = (*conn)(nil)

// Stamp returns a text that changes when anybody else commits to the file. It
// can be compared while this conn is open.
func (c *conn) Stamp(ctx context.Context, _ *connectors.Selection) (string, error) {
	stamp, err := c.watch.stamp(ctx)
	if err != nil {
		return "", dialect().Fail("read", "", err)
	}
	return stamp, nil
}

// Close closes the file.
func (c *conn) Close() error {
	c.watch.close()
	return c.Conn.Close()
}
