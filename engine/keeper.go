package engine

import (
	"syncline/connectors"
	"syncline/engine/state"
	"syncline/pipelines"
)

// keeper keeps in the state what connectors have to know after a restart.
type keeper struct{ store *state.Store }

var _ connectors.Keeper = keeper{}

// Kept implements connectors.Keeper.
func (k keeper) Kept(name string) (value string, err error) {
	err = k.store.View(func(v *state.View) error {
		value = v.Kept(name)
		return nil
	})
	return value, err
}

// Keep implements connectors.Keeper.
func (k keeper) Keep(name, value string) error {
	b := k.store.NewBatch()
	b.SetKept(name, value)
	return k.store.Commit(b)
}

// rotates reports whether a system may replace what Syncline logs in with: a
// plan of it has something to keep too.
func rotates(c *pipelines.Config) bool {
	for _, s := range c.Systems {
		if s.Definition.Rotates {
			return true
		}
	}
	return false
}
