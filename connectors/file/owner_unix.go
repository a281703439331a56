//go:build unix

package file

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a file the owner of another where this process may.
func keepOwner(file *os.File, like fs.FileInfo) {
	if st, ok := like.Sys().(*syscall.Stat_t); ok {
		file.Chown(int(st.Uid), int(st.Gid)) // only root may give files away; a file of one's own is no failure
	}
}
