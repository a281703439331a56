package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"syncline/connectors"
	"syncline/connectors/rowfile"
)

// folder is where the files of a system lie, and what was learned of them.
type folder struct {
	path, shown string // as opened, and as the configuration has it
	init        string
	glob        bool

	mu     sync.Mutex
	stamps map[string]stamped
}

var _ rowfile.Folder = (*folder)(nil)

// handle is an open file.
type handle struct {
	*os.File
	info fs.FileInfo // as it was when the file was opened
}

// Open implements rowfile.Folder.
func (f *folder) Open(_ context.Context, t rowfile.Target) (rowfile.File, error) {
	if err := regular(t); err != nil {
		return nil, err
	}
	file, err := os.Open(t.Path)
	if err != nil {
		return nil, rowfile.Problem("read", t.Shown, err)
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, rowfile.Unreadable(t, err)
	}
	return &handle{file, info}, nil
}

// regular refuses what is no file before it is opened: a pipe waits for its
// writer, and a device never ends.
func regular(t rowfile.Target) error {
	info, err := os.Stat(t.Path)
	if err == nil && !info.Mode().IsRegular() {
		return rowfile.Unreadable(t, errors.New("this is not a file"))
	}
	return nil // what cannot be looked at says why when it is opened
}

// Size implements rowfile.File.
func (h *handle) Size() int64 { return h.info.Size() }

// Locked implements rowfile.File.
func (h *handle) Locked() bool { return h.info.Mode().Perm()&0o222 == 0 }

// Steady implements rowfile.File: the file was not written to since it was
// opened.
func (h *handle) Steady() bool {
	now, err := h.Stat()
	return err == nil && unchanged(h.info, now)
}

// Same implements rowfile.File, as far as size and time tell.
func (h *handle) Same(_ context.Context, t rowfile.Target) bool {
	now, err := os.Stat(t.Path)
	return err == nil && os.SameFile(h.info, now) && unchanged(h.info, now)
}

func unchanged(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// Targets implements rowfile.Folder.
func (f *folder) Targets(context.Context) ([]rowfile.Target, error) {
	if !f.glob {
		t := rowfile.Target{Name: filepath.Base(f.path), Path: f.path, Real: f.path, Shown: f.shown}
		if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) && f.init != "" {
			t.Path, t.Only = f.init, "the file does not exist yet"
		}
		return []rowfile.Target{t}, nil
	}
	paths, err := filepath.Glob(f.path)
	if err != nil {
		return nil, rowfile.Refuse("open", f.shown, "the glob cannot be read", "in a glob, * and ? stand for any characters and [ ] for a choice")
	}
	if len(paths) == 0 {
		return nil, &connectors.Error{Kind: connectors.NotFound, Op: "open", Where: f.shown, Hint: "is the folder right?", Err: errors.New("no file matches")}
	}
	slices.Sort(paths)
	var out []rowfile.Target
	for _, p := range paths {
		t := rowfile.Target{Name: filepath.Base(p), Path: p, Real: p, Shown: p, Only: "its path is a glob"}
		if len(out) > 0 && slices.ContainsFunc(out, func(o rowfile.Target) bool { return o.Name == t.Name }) {
			return nil, rowfile.Refuse("open", f.shown, fmt.Sprintf("two files are called %q", t.Name), "make the glob narrower")
		}
		out = append(out, t)
	}
	return out, nil
}

// seed copies init to path when nothing is there. The copy is as private as
// init is.
func (f *folder) seed() error {
	if f.init == "" || f.glob {
		return nil
	}
	if _, err := os.Lstat(f.path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return rowfile.Problem("open", f.shown, err)
	}
	if err := regular(rowfile.Target{Path: f.init, Shown: f.init}); err != nil {
		return err
	}
	from, err := os.Open(f.init)
	if err != nil {
		return rowfile.Problem("open", f.init, err)
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return rowfile.Problem("open", f.init, err)
	}
	temp, err := os.CreateTemp(filepath.Dir(f.path), tempPattern(f.path))
	if err != nil {
		return rowfile.Problem("open", f.shown, err)
	}
	defer os.Remove(temp.Name())
	_, err = io.Copy(temp, from)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()|0o600), temp.Sync(), temp.Close())
	if err == nil {
		// A link fails when another process was first, and never replaces.
		if err = os.Link(temp.Name(), f.path); errors.Is(err, fs.ErrExist) {
			return nil
		}
	}
	if err != nil {
		return rowfile.Problem("open", f.shown, err)
	}
	return syncFolder(filepath.Dir(f.path))
}
