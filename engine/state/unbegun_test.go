package state_test

import (
	"errors"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"syncline/engine/state"
)

// TestUnbegun holds that a state whose making was cut short is an empty one,
// and that a file of another kind is not.
func TestUnbegun(t *testing.T) {
	for _, bucket := range []string{"", "somebody else's"} {
		folder := t.TempDir()
		db, err := bbolt.Open(filepath.Join(folder, "state.db"), 0o600, nil)
		must(t, err)
		if bucket != "" {
			must(t, db.Update(func(tx *bbolt.Tx) error {
				_, err := tx.CreateBucket([]byte(bucket))
				return err
			}))
		}
		must(t, db.Close())
		s, err := state.Open(state.Options{Folder: folder, ReadOnly: true})
		if bucket != "" {
			if !errors.Is(err, state.ErrDamaged) {
				t.Errorf("a file of another kind: %v", err)
			}
			continue
		}
		must(t, err)
		must(t, s.View(func(v *state.View) error {
			return v.Links(0, func(*state.Link) error {
				t.Error("there is a link")
				return nil
			})
		}))
		must(t, s.Close())
		s, err = state.Open(state.Options{Folder: folder})
		must(t, err)
		must(t, s.Close())
	}
}
