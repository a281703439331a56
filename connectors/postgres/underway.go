package postgres

import (
	"context"
	"database/sql"
	"hash/fnv"
)

// Every transaction that writes holds a shared advisory lock on its table
// until it ends. Who wants to know that none is left asks for the exclusive
// one: also a transaction whose client is gone, and whose commit is still on
// its way through the network, holds its lock.

// family keeps these locks apart from those that other programs take.
const family = 0x53796e63

// hasLocks reports whether the server knows these locks: not all that speak
// PostgreSQL's protocol do.
func hasLocks(ctx context.Context, db *sql.DB) bool {
	known := false
	err := db.QueryRowContext(ctx, "SELECT to_regprocedure('pg_advisory_xact_lock_shared(integer,integer)') IS NOT NULL").Scan(&known)
	return err == nil && known
}

func tableKey(from string) int32 {
	h := fnv.New32a()
	h.Write([]byte(from))
	return int32(h.Sum32())
}

func enter(ctx context.Context, tx *sql.Tx, from string) error {
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock_shared($1, $2)", int32(family), tableKey(from))
	return err
}

func underWay(ctx context.Context, db *sql.DB, from string) (bool, error) {
	free := false
	err := db.QueryRowContext(ctx, "SELECT pg_try_advisory_xact_lock($1, $2)", int32(family), tableKey(from)).Scan(&free)
	return !free, err
}
