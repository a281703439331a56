package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// cause is an error of the file system without the path, which the message
// around it names.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// replace writes a file's new content at once: whoever reads it sees the old
// or the new one. Its permissions stay, and a link to it leads to it as before.
func replace(name string, content []byte) error {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	return write(name, content, mode)
}

// write makes a file through a temporary one beside it. It replaces a file and
// nothing else: neither what stands behind a link nor a device.
func write(name string, content []byte, mode fs.FileMode) error {
	if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return failed("Name a new file, or one to be replaced.", "cannot write %s: it is a link, a folder or a device, not a file", name)
	}
	temp, err := os.CreateTemp(filepath.Dir(name), ".syncline-*")
	if err != nil {
		return failed("Check that the folder exists and may be written.", "cannot write %s: %w", name, cause(err))
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(content)
	if err == nil {
		err = temp.Sync()
	}
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Chmod(temp.Name(), mode)
	}
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	if err != nil {
		return failed("Check the space on the disk and that the folder may be written.", "cannot write %s: %w", name, cause(err))
	}
	return nil
}

// near returns paths as the user would write them: from the current folder
// where they are below it.
func near(paths []string) []string {
	here, err := os.Getwd()
	if err != nil {
		return paths
	}
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = p
		if rel, err := filepath.Rel(here, p); err == nil && filepath.IsLocal(rel) {
			out[i] = rel
		}
	}
	return out
}
