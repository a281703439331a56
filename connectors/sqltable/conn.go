package sqltable

import (
	"context"
	"database/sql"
	"sort"
	"strings"
	"sync"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// Conn is an open database with every ability the contract names. It may be
// used concurrently. Close it after its streams.
type Conn struct {
	db    *sql.DB
	d     *Dialect
	clock func() time.Time
	begin func(context.Context) (*sql.Tx, func(), error) // nil: on any connection

	mu     sync.Mutex
	tables map[string]*Table // nil until discovered
	names  []string          // of the tables, in order
	plans  map[*connectors.Selection]*plan
	stmts  map[string]*sql.Stmt
}

var (
	_ connectors.Lister  = (*Conn)(nil)
	_ connectors.Reader  = (*Conn)(nil)
	_ connectors.Getter  = (*Conn)(nil)
	_ connectors.Finder  = (*Conn)(nil)
	_ connectors.Writer  = (*Conn)(nil)
	_ connectors.Checker = (*Conn)(nil)
)

// Open returns a Conn over a database that it owns from now on. The clock
// gives the time a revision column of times is set to.
func Open(db *sql.DB, d *Dialect, clock func() time.Time) *Conn {
	return &Conn{
		db: db, d: d, clock: clock,
		plans: map[*connectors.Selection]*plan{},
		stmts: map[string]*sql.Stmt{},
	}
}

// WriteWith has every page of writes begin its transaction with begin, and
// call what comes with it afterwards. It is called before the first write.
func (c *Conn) WriteWith(begin func(context.Context) (*sql.Tx, func(), error)) { c.begin = begin }

// transaction begins a page of writes.
func (c *Conn) transaction(ctx context.Context) (*sql.Tx, func(), error) {
	if c.begin != nil {
		return c.begin(ctx)
	}
	tx, err := c.db.BeginTx(ctx, nil)
	return tx, func() {}, err
}

// Close closes the database.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.stmts {
		s.Close()
	}
	clear(c.stmts)
	return c.db.Close()
}

// Check tells whether the database answers and its catalogue can be read.
func (c *Conn) Check(ctx context.Context) error {
	if err := c.db.PingContext(ctx); err != nil {
		return c.d.Fail("open", "", err)
	}
	return c.discover(ctx)
}

// Objects lists the tables and views, by name.
func (c *Conn) Objects(ctx context.Context) ([]connectors.Object, error) {
	if err := c.discover(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	objects := make([]connectors.Object, 0, len(c.names))
	for _, n := range c.names {
		objects = append(objects, c.tables[n].Object())
	}
	return objects, nil
}

// discover reads the catalogue, once.
func (c *Conn) discover(ctx context.Context) error {
	c.mu.Lock()
	known := c.tables != nil
	c.mu.Unlock()
	if known {
		return nil
	}
	found, err := c.d.Tables(ctx, c.db)
	if err != nil {
		return c.d.Fail("read", "the catalogue", err)
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Name < found[j].Name })
	tables := make(map[string]*Table, len(found))
	names := make([]string, len(found))
	for i := range found {
		names[i] = found[i].Name
		tables[names[i]] = &found[i]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tables, c.names = tables, names
	return nil
}

// table returns a table by the name of an object. The only table of a
// database needs no name.
func (c *Conn) table(ctx context.Context, object string) (*Table, error) {
	if err := c.discover(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if object == "" && len(c.names) == 1 {
		object = c.names[0]
	}
	if t := c.tables[object]; t != nil {
		return t, nil
	}
	hint := "the database has no tables"
	if len(c.names) > 0 {
		hint = "the database has " + strings.Join(c.names[:min(len(c.names), 20)], ", ")
	}
	return nil, &connectors.Error{
		Kind: connectors.Unreadable, Op: "read", Where: object,
		Err: plain("there is no such table or view"), Hint: hint,
	}
}

// stmt returns the prepared statement of a text, made once.
func (c *Conn) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	c.mu.Lock()
	s := c.stmts[text]
	c.mu.Unlock()
	if s != nil {
		return s, nil
	}
	s, err := c.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.stmts[text]; old != nil {
		s.Close()
		return old, nil
	}
	c.stmts[text] = s
	return s, nil
}

// prepared returns the prepared statement of a text, for a transaction where
// there is one.
func (c *Conn) prepared(ctx context.Context, tx *sql.Tx, text string) (*sql.Stmt, error) {
	if tx == nil {
		return c.stmt(ctx, text)
	}
	return tx.PrepareContext(ctx, text)
}

// sample completes the columns of times that a plan uses from the data they
// hold.
func (c *Conn) sample(ctx context.Context, p *plan, shape *schema.Shape) error {
	if c.d.Sample == nil {
		return nil
	}
	times := map[int]bool{}
	for i, n := range p.slots {
		times[p.cols[n]] = shape.Field(i).Type.Kind == schema.KindTimestamp
	}
	for i := range p.table.Columns {
		col := &p.table.Columns[i]
		if !times[i] && col.Type.Kind != schema.KindTimestamp {
			continue
		}
		if err := c.d.Sample(ctx, c.db, p.from, col); err != nil {
			return c.d.Fail("read", p.table.Name, err)
		}
	}
	return nil
}
