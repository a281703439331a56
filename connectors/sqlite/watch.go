package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// watch tells whether anybody wrote to the file, this process included. It
// keeps a connection of its own that never writes: `PRAGMA data_version`
// changes with every commit of another connection.
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
	if w.conn == nil {
		c, err := w.db.Conn(ctx)
		if err != nil {
			return "", err
		}
		w.conn = c
	}
	var version int64
	if err := w.conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return "", err
	}
	return fmt.Sprintf("%p-%d", w, version), nil
}

func (w *watch) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn != nil {
		w.conn.Close()
	}
}
