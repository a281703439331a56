//go:build unix

package state_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"syncline/engine/state"
)

func openPrivate(folder string, readOnly bool) ([]string, error) {
	s, err := state.Open(state.Options{Folder: folder, ReadOnly: readOnly})
	if err != nil {
		return nil, err
	}
	return s.Narrowed(), s.Close()
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// TestStateIsItsOwnersAlone holds the modes of the folder and its files,
// whatever the umask, and that wider ones are taken back and told.
func TestStateIsItsOwnersAlone(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	folder := filepath.Join(t.TempDir(), "new", "state")
	if told, err := openPrivate(folder, false); err != nil || len(told) > 0 {
		t.Fatalf("%v, %v", told, err)
	}
	file := filepath.Join(folder, state.FileName)
	if mode(t, folder) != 0o700 || mode(t, file) != 0o600 {
		t.Errorf("made with modes %o and %o", mode(t, folder), mode(t, file))
	}
	for path, wide := range map[string]os.FileMode{folder: 0o777, file: 0o644} {
		if err := os.Chmod(path, wide); err != nil {
			t.Fatal(err)
		}
	}
	if told, err := openPrivate(folder, true); err != nil || len(told) > 0 || mode(t, folder) != 0o777 {
		t.Errorf("reading: %v, %v, mode %o", told, err, mode(t, folder))
	}
	told, err := openPrivate(folder, false)
	if err != nil || len(told) != 2 || !strings.Contains(strings.Join(told, " "), "0777") || !strings.Contains(strings.Join(told, " "), "0644") {
		t.Errorf("wide modes: %q, %v", told, err)
	}
	if mode(t, folder) != 0o700 || mode(t, file) != 0o600 {
		t.Errorf("they stay %o and %o", mode(t, folder), mode(t, file))
	}
}

// TestStateIsNotLedElsewhere holds that nothing in the folder is followed out
// of it, nor waited for.
func TestStateIsNotLedElsewhere(t *testing.T) {
	for _, name := range []string{state.FileName, "audit.log", "audit.key", "holder.json", "spool"} {
		for kind, plant := range map[string]func(path, to string) error{
			"link": func(path, to string) error { return os.Symlink(to, path) }, "pipe": func(path, _ string) error { return syscall.Mkfifo(path, 0o600) },
		} {
			folder, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
			if err := os.WriteFile(victim, []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := plant(filepath.Join(folder, name), victim); err != nil {
				t.Fatal(err)
			}
			for _, readOnly := range []bool{false, true} {
				_, err := openPrivate(folder, readOnly)
				if refused := err != nil && strings.Contains(err.Error(), kind) && strings.Contains(err.Error(), name); !refused {
					t.Errorf("a %s called %s, reading %v: %v", kind, name, readOnly, err)
				}
			}
			if b, _ := os.ReadFile(victim); string(b) != "mine" {
				t.Errorf("through a %s called %s the victim became %q", kind, name, b)
			}
		}
	}
}

// TestStateOfAnother holds that a folder that another user could change is not
// used. It is root's to try.
func TestStateOfAnother(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	folder := t.TempDir()
	if err := os.Chown(folder, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if _, err := openPrivate(folder, false); err == nil || !strings.Contains(err.Error(), "belongs to user 65534") {
		t.Errorf("a folder of another user: %v", err)
	}
}
