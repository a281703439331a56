package revision

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// The bounds of what is written out of a repository: what a configuration does
// not read (a file has 4 MiB at most) need not be there.
const (
	maxFile  = 4 << 20
	maxFiles = 20_000
	maxBytes = 256 << 20
)

// Extract writes the configuration's folder, as it stood at a commit, into an
// empty folder, and returns the configuration's path in it. A file that is too
// large to be part of a configuration is there by its size alone.
func (r *Repository) Extract(ctx context.Context, c Commit, into string) (string, error) {
	tree, err := c.commit.Tree()
	if err != nil {
		return "", r.broken(c, err)
	}
	folder := r.path
	if r.isFile() {
		folder = path.Dir(r.path)
	}
	if folder != "." {
		tree, err = tree.Tree(folder)
		if errors.Is(err, object.ErrDirectoryNotFound) || errors.Is(err, object.ErrEntryNotFound) {
			return "", r.absent(c)
		}
		if err != nil {
			return "", r.broken(c, err)
		}
	}
	if r.isFile() {
		if _, err := tree.FindEntry(path.Base(r.path)); err != nil {
			return "", r.absent(c)
		}
	}
	root, err := os.OpenRoot(into)
	if err != nil {
		return "", err
	}
	defer root.Close()
	x := &extraction{Repository: r, root: root, commit: c}
	if err := x.walk(ctx, tree); err != nil {
		return "", err
	}
	if r.isFile() {
		return filepath.Join(into, path.Base(r.path)), nil
	}
	return into, nil
}

func (r *Repository) absent(c Commit) error {
	return &Error{What: fmt.Sprintf("%s is not in the repository at %s", r.shown(), c.Name), Hint: "Name a revision that has it; a configuration that moved is compared as two folders."}
}

func (r *Repository) broken(c Commit, err error) error {
	e := &Error{What: fmt.Sprintf("%s cannot be read as of %s", r.shown(), c.Name), Hint: "`git fsck` says what the repository lacks.", Err: err}
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		e.Hint = "The clone lacks objects: fetch without a filter, and with the history."
	}
	return e
}

// extraction is one folder being written.
type extraction struct {
	*Repository
	root   *os.Root
	commit Commit
	files  int
	bytes  int64
}

func (x *extraction) walk(ctx context.Context, tree *object.Tree) error {
	walker := object.NewTreeWalker(tree, true, nil)
	defer walker.Close()
	for {
		name, entry, err := walker.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return x.broken(x.commit, err)
		case ctx.Err() != nil:
			return ctx.Err()
		}
		if err := x.entry(name, entry); err != nil {
			return err
		}
	}
}

// entry writes what stands under a name: a folder, a file, or a link that does
// not lead out. A repository inside the repository is none of the folder's.
func (x *extraction) entry(name string, entry object.TreeEntry) error {
	switch entry.Mode {
	case filemode.Dir:
		return x.place(name, x.root.MkdirAll(filepath.FromSlash(name), privateFolder))
	case filemode.Regular, filemode.Executable, filemode.Deprecated, filemode.Symlink:
	default:
		return nil
	}
	blob, err := x.git.BlobObject(entry.Hash)
	if err != nil {
		return x.broken(x.commit, err)
	}
	if x.files++; x.files > maxFiles {
		return x.tooMuch(fmt.Sprintf("%d files", maxFiles))
	}
	if blob.Size <= maxFile {
		x.bytes += blob.Size
	}
	if x.bytes > maxBytes {
		return x.tooMuch(fmt.Sprintf("%d MiB", maxBytes>>20))
	}
	if entry.Mode == filemode.Symlink {
		return x.link(name, blob)
	}
	return x.place(name, x.file(name, blob))
}

func (x *extraction) place(name string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{What: fmt.Sprintf("%s cannot be laid out as of %s", name, x.commit.Name), Hint: "Check the space for temporary files.", Err: err}
}

func (x *extraction) tooMuch(what string) error {
	return &Error{What: fmt.Sprintf("%s holds more than %s at %s", x.shown(), what, x.commit.Name), Hint: "Keep the configuration in a folder of its own, and name that."}
}

func (x *extraction) file(name string, blob *object.Blob) error {
	f, err := x.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, privateFile)
	if err != nil {
		return err
	}
	if blob.Size > maxFile {
		return errors.Join(f.Truncate(blob.Size), f.Close())
	}
	in, err := blob.Reader()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	_, err = io.Copy(f, io.LimitReader(in, maxFile))
	return errors.Join(err, in.Close(), f.Close())
}

func (x *extraction) link(name string, blob *object.Blob) error {
	in, err := blob.Reader()
	if err != nil {
		return x.broken(x.commit, err)
	}
	target, err := io.ReadAll(io.LimitReader(in, 4096))
	if err := errors.Join(err, in.Close()); err != nil {
		return x.broken(x.commit, err)
	}
	to := filepath.FromSlash(string(target))
	if filepath.IsAbs(to) || !filepath.IsLocal(filepath.Join(filepath.Dir(filepath.FromSlash(name)), to)) {
		return nil
	}
	return x.place(name, x.root.Symlink(to, filepath.FromSlash(name)))
}
