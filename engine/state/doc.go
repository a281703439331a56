// Package state is the store.
package state
