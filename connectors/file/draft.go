package file

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"syncline/connectors"
	"syncline/connectors/rowfile"
)

// draft is the new file, beside the old one until it takes its name.
type draft struct {
	*os.File
	folder *folder
	target rowfile.Target
	old    *handle
	stamp  string // of the file that the session began on
}

// Begin implements rowfile.Folder.
func (f *folder) Begin(_ context.Context, t rowfile.Target) (rowfile.Target, error) {
	real, err := filepath.EvalSymlinks(t.Path)
	if err != nil {
		return t, rowfile.Problem("write", t.Shown, err)
	}
	t.Real = real
	return t, rowfile.Problem("write", t.Shown, sweep(real))
}

// Spill implements rowfile.Folder: on the disk the file is on.
func (f *folder) Spill(t rowfile.Target) (folder, pattern string) {
	return filepath.Dir(t.Real), tempPattern(t.Real)
}

// Draft implements rowfile.Folder.
func (f *folder) Draft(_ context.Context, t rowfile.Target, old rowfile.File, stamp string) (rowfile.Draft, error) {
	temp, err := os.CreateTemp(f.Spill(t))
	if err != nil {
		return nil, rowfile.Problem("write", t.Shown, err)
	}
	return &draft{File: temp, folder: f, target: t, old: old.(*handle), stamp: stamp}, nil
}

// Seal implements rowfile.Draft: the new file has the mode of the old one and,
// where this process may, its owner, and is on the disk.
func (d *draft) Seal(context.Context) error {
	keepOwner(d.File, d.old.info)
	return errors.Join(d.Chmod(d.old.info.Mode().Perm()), d.Sync(), d.Close())
}

// Publish implements rowfile.Draft.
func (d *draft) Publish(context.Context) error {
	now, err := d.folder.digest(d.target)
	if err != nil {
		return err
	}
	if real, err := filepath.EvalSymlinks(d.target.Path); now != d.stamp || err != nil || real != d.target.Real {
		return rowfile.Changed(d.target)
	}
	if err := os.Rename(d.Name(), d.target.Real); err != nil {
		return rowfile.Problem("write", d.target.Shown, err)
	}
	// A failure here leaves the new file in place, but nobody knows whether a
	// power cut would.
	if err := syncFolder(filepath.Dir(d.target.Real)); err != nil {
		return &connectors.Error{Kind: connectors.Uncertain, Op: "write", Where: d.target.Shown, Err: rowfile.Bare(err)}
	}
	return nil
}

// Remove implements rowfile.Draft.
func (d *draft) Remove() {
	d.Close()
	os.Remove(d.Name())
}

// tempPattern is what files beside path are called until they take its name.
// The process stands in it, so that what a killed one left can be told from
// what another is writing.
func tempPattern(path string) string {
	return tempPrefix(path) + strconv.Itoa(os.Getpid()) + "-*.tmp"
}

func tempPrefix(path string) string { return "." + filepath.Base(path) + ".syncline-" }

// sweep removes what killed processes left beside a file.
func sweep(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), tempPrefix(path))
		pid, _, _ := strings.Cut(rest, "-")
		n, err := strconv.Atoi(pid)
		if !ours || err != nil || !strings.HasSuffix(rest, ".tmp") || n == os.Getpid() || running(n) {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(path), e.Name())); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func running(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer p.Release()
	err = p.Signal(syscall.Signal(0))
	return !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, syscall.ESRCH)
}

// syncFolder makes the names in a folder last. Windows has no such call for a
// folder, and writes names through.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
