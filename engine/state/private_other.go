//go:build !unix

package state

import "io/fs"

// narrow does nothing: permissions here are not in the mode.
func (s *Store) narrow(string, fs.FileInfo) error { return nil }
