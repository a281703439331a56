package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// watch tells whether anybody else wrote to the file. It is the connection that
// all writes go through: `PRAGMA data_version` changes with every commit of
// another connection, and stays as it is with its own.
type watch struct {
	db *sql.DB

	mu   sync.Mutex
	conn *sql.Conn
}

// stamp returns the version, with the identity of the watch: versions of two
// connections cannot be compared.
func (w *watch) stamp(ctx context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.open(ctx); err != nil {
		return "", err
	}
	var version int64
	if err := w.conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return "", err
	}
	return fmt.Sprintf("%p-%d", w, version), nil
}

func (w *watch) open(ctx context.Context) (err error) {
	if w.conn == nil {
		w.conn, err = w.db.Conn(ctx)
	}
	return err
}

// begin begins a transaction that writes; done ends it.
func (w *watch) begin(ctx context.Context) (tx *sql.Tx, done func(), err error) {
	w.mu.Lock()
	if err = w.open(ctx); err == nil {
		tx, err = w.conn.BeginTx(ctx, nil)
	}
	if err != nil {
		w.mu.Unlock()
		return nil, nil, err
	}
	return tx, w.mu.Unlock, nil
}

func (w *watch) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn != nil {
		w.conn.Close()
	}
}
