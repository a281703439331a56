package mysql

import (
	"context"
	"database/sql"
	"hash/fnv"
	"strconv"
	"sync"

	"syncline/connectors"
)

// Every transaction that writes runs under a named lock of its database, which
// the server frees when the transaction is over and the lock released, or when
// the session ends: that of a process that was killed lasts until the server
// has carried out what was still on its way from it. Who wants to know that
// nothing is, asks whether the lock is free.

// patience is how many seconds a write waits for another one of ours.
const patience = 10

type turnstile struct {
	db   *sql.DB
	name string

	mu     sync.Mutex
	absent bool // the server has no such locks; known once one was asked for
}

func newTurnstile(db *sql.DB, database string) *turnstile {
	h := fnv.New64a()
	h.Write([]byte(database))
	return &turnstile{db: db, name: "syncline." + strconv.FormatUint(h.Sum64(), 36)}
}

// begin begins a transaction under the lock; done, called after it, frees it.
func (s *turnstile) begin(ctx context.Context) (tx *sql.Tx, done func(), err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err = s.lock(ctx, conn); err == nil {
		tx, err = conn.BeginTx(ctx, nil)
	}
	if err != nil {
		s.free(conn)
		return nil, nil, err
	}
	return tx, func() { s.free(conn) }, nil
}

func (s *turnstile) lock(ctx context.Context, conn *sql.Conn) error {
	if s.without() {
		return nil
	}
	var got sql.NullInt64
	err := conn.QueryRowContext(ctx, "SELECT GET_LOCK(?, ?)", s.name, patience).Scan(&got)
	switch {
	case err != nil && failure(err).Kind == connectors.Unavailable || ctx.Err() != nil:
		return err
	case err != nil || !got.Valid:
		s.mu.Lock()
		s.absent = true
		s.mu.Unlock()
		return nil
	case got.Int64 == 0:
		return &connectors.Error{Kind: connectors.Limited, Op: "write", Err: errBusy, Hint: "run again when it is over"}
	}
	return nil
}

// without reports whether the server has no such locks: clusters that write
// on every node have none.
func (s *turnstile) without() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.absent
}

// free gives the connection back without the lock. One that cannot be asked is
// broken, and the server frees its lock with it.
func (s *turnstile) free(conn *sql.Conn) {
	_, _ = conn.ExecContext(context.Background(), "DO RELEASE_LOCK(?)", s.name)
	conn.Close()
}

// under reports whether a transaction of ours is under way.
func (s *turnstile) under(ctx context.Context, db *sql.DB, _ string) (bool, error) {
	if s.without() {
		return false, nil
	}
	var free sql.NullInt64
	if err := db.QueryRowContext(ctx, "SELECT IS_FREE_LOCK(?)", s.name).Scan(&free); err != nil {
		if failure(err).Kind == connectors.Unavailable || ctx.Err() != nil {
			return false, err
		}
		return false, nil
	}
	return free.Valid && free.Int64 == 0, nil
}
