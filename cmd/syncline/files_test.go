//go:build unix

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// deviceIn is a device that a broken defence may replace without harm: one of
// the folder's own for root, else the machine's, which root alone can replace.
func deviceIn(t *testing.T, folder string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		return os.DevNull
	}
	path := filepath.Join(folder, "device")
	err := syscall.Mknod(path, syscall.S_IFCHR|0o600, 1<<8|3)
	if err != nil { // a container's root may not
		err = syscall.Mkfifo(path, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFilesAreReplacedAndNothingElse holds that what a command writes where it
// is told to replaces a file, and never what stands behind a link, a pipe or a
// device.
func TestFilesAreReplacedAndNothingElse(t *testing.T) {
	d := newDesk(t, "unlink")
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(d.folder, name) }
	pipe := at("pipe")
	for _, err := range []error{os.Symlink(victim, at("link")), os.Symlink(at("nowhere"), at("dangling")), syscall.Mkfifo(pipe, 0o600), os.Mkdir(at("folder"), 0o700)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"link", "dangling", "pipe", "folder"} {
		d.says(1, []string{"not a file"}, "plan", "-out", at(name))
	}
	device := deviceIn(t, d.folder)
	d.says(1, []string{"not a file"}, "plan", "-out", device)
	if info, err := os.Stat(device); err != nil || info.Mode().IsRegular() {
		t.Fatalf("%s is %v, %v", device, info.Mode(), err)
	}
	d.write("old.plan", "old")
	if err := os.Chmod(at("old.plan"), 0o666); err != nil {
		t.Fatal(err)
	}
	d.says(0, nil, "plan", "-out", at("old.plan"))
	if info, err := os.Stat(at("old.plan")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a plan has the mode %v, %v", info.Mode(), err)
	}
	d.says(0, nil, "run")
	for _, name := range []string{"link", "dangling", "folder"} {
		d.says(1, []string{"there already"}, "state", "backup", at(name))
	}
	if b, err := os.ReadFile(victim); string(b) != "mine" {
		t.Errorf("the victim holds %q, %v", b, err)
	}
	config := at("main.hcl")
	if err := os.Rename(config, at("real.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.txt", config); err != nil {
		t.Fatal(err)
	}
	d.says(0, []string{"main.hcl"}, "fmt")
	if to, err := os.Readlink(config); err != nil || to != "real.txt" {
		t.Errorf("after fmt the link leads to %q, %v", to, err)
	}
	d.says(0, nil, "fmt", "-check")
}

// TestModesWhateverTheUmask holds what is made to its modes.
func TestModesWhateverTheUmask(t *testing.T) {
	d := newDesk(t, "unlink")
	cmd := exec.Command("sh", "-c", `umask 0; syncline run "$1" && syncline plan -out "$1/a.plan" "$1" && syncline state backup "$1/kept" "$1"`, "sh", d.folder)
	if out, code := d.start(cmd); code != 0 {
		t.Fatalf("exit %d:\n%s", code, out)
	}
	seen := 0
	for _, root := range []string{".syncline", "kept", "a.plan"} {
		err := filepath.WalkDir(filepath.Join(d.folder, root), func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has the mode %v", path, info.Mode())
			}
			seen++
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if seen < 8 {
		t.Errorf("%d files and folders were made: the test proves nothing", seen)
	}
}

// TestWideStateIsTold holds that a run says what others could read.
func TestWideStateIsTold(t *testing.T) {
	d := newDesk(t, "unlink")
	d.says(0, nil, "run")
	if err := os.Chmod(filepath.Join(d.folder, ".syncline", "audit.log"), 0o644); err != nil {
		t.Fatal(err)
	}
	d.says(0, []string{"audit.log could be read by others (mode 0644)"}, "run")
	if out, _ := d.run("run"); strings.Contains(out, "could be read") {
		t.Errorf("it is told again:\n%s", out)
	}
}

// TestRecordsChooseNoPath holds that nothing a record holds, its id included,
// is taken for a path, a command or a part of a statement.
func TestRecordsChooseNoPath(t *testing.T) {
	d := newDesk(t, "unlink")
	evil := []string{"../../evil", "/tmp/../evil-syncline", "$(touch evil)", "`touch evil`", "; touch evil", "|touch evil", "file:evil", "exec:touch evil", "%2e%2e/evil", "C:\\evil", "'; DROP TABLE contacts; --", "~/evil", "-o evil"}
	rows := deskExport
	for _, e := range evil {
		rows += e + "," + e + "," + strings.NewReplacer(" ", "", ";", "").Replace(e) + "@example.com,," + "\n"
	}
	d.write("export.csv", rows)
	before := d.tree()
	d.says(0, nil, "run")
	d.sql("UPDATE contacts SET name = name || 'x'")
	d.says(0, nil, "run")
	for _, e := range evil {
		cmd := exec.Command("syncline", "explain", "export/"+e)
		cmd.Dir = d.folder
		d.start(cmd)
	}
	if names := d.sql("SELECT count(*) FROM contacts"); names[0] == "3" {
		t.Error("no evil record travelled: the test proves nothing")
	}
	after := slices.DeleteFunc(d.tree(), func(name string) bool { return strings.HasPrefix(name, ".syncline") })
	if !slices.Equal(before, after) {
		t.Errorf("the folder held %v and holds %v", before, after)
	}
	for _, path := range []string{"/tmp/evil", "/evil-syncline", "/evil"} {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s was made", path)
		}
	}
}

// tree lists what is in the desk's folder.
func (d *desk) tree() (names []string) {
	d.Helper()
	err := filepath.WalkDir(d.folder, func(path string, e fs.DirEntry, err error) error {
		if rel, _ := filepath.Rel(d.folder, path); rel != "." {
			names = append(names, rel)
		}
		return err
	})
	if err != nil {
		d.Error(err)
	}
	return names
}
