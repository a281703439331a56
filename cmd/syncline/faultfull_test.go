package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"syncline/connectors/connectortest"
)

// TestNoRoom fills the disk that state, journal, CSV file and SQLite database
// lie on, at ever later moments of a first load and of a later run: the run
// says so, nothing half-done stays, and once there is room the next one goes
// on. Where no file system may be mounted, no file may grow instead.
func TestNoRoom(t *testing.T) {
	d := newFaultDisk(t)
	full, step := map[bool]int{}, 3
	if os.Getenv("CI") != "" {
		step = 1
	}
	for _, later := range []bool{false, true} {
		for n := 0; n < 14; n += step {
			left := 4 * n * n // KiB; a later run needs less
			if later {
				left = 3 * n
			}
			k := d.copy(later)
			failed := newRoom(t, k).run(left)
			k.finish()
			k.look()
			k.tidy()
			if failed {
				full[later]++
			}
			if t.Failed() {
				t.Fatalf("with %d KiB left, later=%v", left, later)
			}
		}
	}
	t.Logf("the disk was full in %d first loads and %d later runs", full[false], full[true])
	if full[false] == 0 || full[true] == 0 {
		t.Error("the disk was never full")
	}
}

// room is a disk that has only so much room.
type room struct {
	*killing
	mounted bool
}

// newRoom puts the folder on a disk of its own, where that is allowed.
func newRoom(t *testing.T, k *killing) *room {
	r := &room{killing: k}
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	mount := connectortest.Program(t, "mount")
	if exec.Command(mount, "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk).Run() != nil {
		return r
	}
	t.Cleanup(func() { _ = exec.Command("umount", disk).Run() })
	if err := os.CopyFS(filepath.Join(disk, "world"), os.DirFS(k.folder)); err != nil {
		t.Fatal(err)
	}
	r.mounted, k.folder = true, filepath.Join(disk, "world")
	return r
}

// run runs with so many KiB left, and makes room again. It reports whether
// that was too little.
func (r *room) run(left int) bool {
	cmd := exec.Command("sh", "-c", fmt.Sprintf("ulimit -f %d; exec syncline run %s", 2*left, r.folder))
	if r.mounted {
		filler := filepath.Join(filepath.Dir(r.folder), "filler")
		r.fill(filler, left)
		defer os.Remove(filler)
		cmd = r.start("run", r.folder)
	}
	out, err := cmd.CombinedOutput()
	said := string(out)
	switch code := cmd.ProcessState.ExitCode(); {
	case strings.Contains(said, "goroutine "):
		r.Errorf("it panics:\n%s", said)
	case code == 1 && !strings.Contains(said, "full") && !strings.Contains(said, "room") && !strings.Contains(said, "space") && !strings.Contains(said, "large"):
		r.Errorf("it does not say that there is no room:\n%s", said)
	case code != 0 && code != 1:
		r.Errorf("%v:\n%s", err, said)
	}
	return err != nil
}

// fill leaves so many KiB on the disk.
func (r *room) fill(path string, left int) {
	out, err := exec.Command("df", "-k", "--output=avail", r.folder).Output()
	if err != nil {
		r.Fatal(err)
	}
	lines := strings.Fields(string(out))
	free, err := strconv.Atoi(lines[len(lines)-1])
	if err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(path, make([]byte, max(0, free-left)<<10), 0o600); err != nil {
		r.Fatal(err)
	}
}
