//go:build unix

package state

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Permissions of others.
const (
	others       = 0o077
	othersChange = 0o002
)

// narrow takes from others what they may do with a file or a folder, and
// refuses what it cannot take from them. What only its group may do beside the
// owner is left where this process is not the owner: such folders are given to
// containers.
func (s *Store) narrow(path string, info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	me, mode := os.Geteuid(), info.Mode().Perm()
	switch {
	case int(st.Uid) != me && st.Uid != 0:
		return fmt.Errorf("state %s belongs to user %d, who could change it, and not to user %d, who runs this: give it to them, or name another folder with engine { state = … }", path, st.Uid, me)
	case int(st.Uid) != me && mode&othersChange != 0:
		return fmt.Errorf("state %s may be changed by everybody: name a folder below it with engine { state = … }", path)
	case int(st.Uid) != me || mode&others == 0 || s.options.ReadOnly:
		return nil
	}
	if err := os.Chmod(path, mode&^others); err != nil {
		return fmt.Errorf("state %s may be read by others: %w", path, bare(err))
	}
	s.narrowed = append(s.narrowed, fmt.Sprintf("%s could be read by others (mode %04o); it is its owner's alone now", path, mode))
	return nil
}
