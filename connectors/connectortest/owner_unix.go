//go:build unix

package connectortest

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
	"testing"
)

// owner is the user a private server runs as; nil is the test's own.
type owner syscall.Credential

// newOwner gives a folder to the server's own user, or to nobody, where the
// test runs as root.
func newOwner(t testing.TB, name, dir string) *owner {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			t.Fatal(err)
		}
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		t.Fatal(err)
	}
	return &owner{Uid: uint32(uid), Gid: uint32(gid)}
}

// runs makes a program run as the owner.
func (o *owner) runs(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Credential: (*syscall.Credential)(o)}
}

// gives makes a file the owner's.
func (o *owner) gives(t testing.TB, path string) {
	t.Helper()
	if o == nil {
		return
	}
	if err := os.Chown(path, int(o.Uid), int(o.Gid)); err != nil {
		t.Fatal(err)
	}
}
