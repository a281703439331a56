// Package revision gives a configuration as it stood at a revision of the Git
// repository it lies in, as files in a folder.
//
// It reads the repository's own files through a library: no program is started,
// nothing is fetched, no hook or filter runs, and the repository is not changed.
// What the files mean is pipelines' matter. Enter at Open.
package revision

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Error says what cannot be read of a repository, and what to do.
type Error struct {
	What, Hint string
	Err        error // nil: What says all
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.What
	}
	return e.What + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Repository is the repository that a configuration lies in. It is for one
// goroutine.
type Repository struct {
	git  *git.Repository
	root string // of the work tree
	path string // of the configuration, with slashes, from the root; ".": the root itself
}

// Commit is a revision that is there.
type Commit struct {
	Name   string // as it was asked for
	Hash   string
	commit *object.Commit
}

// Open finds the repository that a path lies in. The path itself need not be
// there any more.
func Open(path string) (*Repository, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	there, rest := existing(abs)
	if real, err := filepath.EvalSymlinks(there); err == nil {
		there = real
	}
	folder := there
	if info, err := os.Stat(there); err == nil && !info.IsDir() {
		folder = filepath.Dir(there)
	}
	repo, err := git.PlainOpenWithOptions(folder, &git.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	if errors.Is(err, git.ErrRepositoryNotExists) {
		if bare(folder) {
			return nil, &Error{What: fmt.Sprintf("%s is a bare repository: it has no work tree that %s could lie in", folder, path), Hint: "Clone it, and compare there; or give two folders."}
		}
		return nil, &Error{What: fmt.Sprintf("%s lies in no Git repository", path), Hint: "Give two folders, or a path in a clone."}
	}
	if err != nil {
		return nil, &Error{What: fmt.Sprintf("the Git repository of %s cannot be read", path), Hint: "`git status` says whether Git can.", Err: err}
	}
	tree, err := repo.Worktree()
	if err != nil {
		return nil, &Error{What: fmt.Sprintf("the repository of %s is bare: it has no work tree that a path could lie in", path), Hint: "Clone it, and compare there; or give two folders."}
	}
	root := tree.Filesystem.Root()
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	rel, err := filepath.Rel(root, filepath.Join(there, rest))
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return nil, &Error{What: fmt.Sprintf("%s is not in the repository at %s", path, root), Hint: "Give a path in the repository."}
	}
	return &Repository{git: repo, root: root, path: filepath.ToSlash(rel)}, nil
}

// existing splits a path into what is there and the rest.
func existing(path string) (there, rest string) {
	there = path
	for {
		if _, err := os.Lstat(there); err == nil || filepath.Dir(there) == there {
			return there, rest
		}
		rest = filepath.Join(filepath.Base(there), rest)
		there = filepath.Dir(there)
	}
}

// bare reports whether a folder, or one around it, is a repository without a
// work tree.
func bare(folder string) bool {
	for ; ; folder = filepath.Dir(folder) {
		head, err := os.Stat(filepath.Join(folder, "HEAD"))
		objects, err2 := os.Stat(filepath.Join(folder, "objects"))
		if err == nil && err2 == nil && head.Mode().IsRegular() && objects.IsDir() {
			return true
		}
		if filepath.Dir(folder) == folder {
			return false
		}
	}
}

// Commit finds a revision by a name that Git knows: a branch, a tag, a hash or
// the beginning of one, HEAD, and what ~ and ^ say behind them.
func (r *Repository) Commit(name string) (Commit, error) {
	if strings.TrimSpace(name) == "" || strings.HasPrefix(name, "-") || len(name) > 256 {
		return Commit{}, &Error{What: fmt.Sprintf("%.40q names no revision", name), Hint: "Name a branch, a tag or a commit."}
	}
	hash, err := r.resolve(name)
	if err == nil {
		var c *object.Commit
		if c, err = r.git.CommitObject(*hash); err == nil {
			return Commit{Name: name, Hash: c.Hash.String(), commit: c}, nil
		}
	}
	e := &Error{What: fmt.Sprintf("the repository at %s has no revision %q", r.root, name), Hint: "`git rev-parse` with that name says whether Git knows it."}
	if !errors.Is(err, plumbing.ErrReferenceNotFound) && !errors.Is(err, plumbing.ErrObjectNotFound) {
		e.Err = err
	}
	if r.Shallow() {
		e.Hint = "The clone is shallow and holds the newest commits alone: fetch the history (`git fetch --unshallow`; in an action, fetch-depth: 0)."
	}
	return Commit{}, e
}

// resolve asks the library, whose reading of a revision must not end the
// process.
func (r *Repository) resolve(name string) (hash *plumbing.Hash, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("it cannot be read: %v", fault)
		}
	}()
	return r.git.ResolveRevision(plumbing.Revision(name))
}

// Shallow reports whether the repository holds a part of the history alone.
func (r *Repository) Shallow() bool {
	cut, err := r.git.Storer.Shallow()
	return err == nil && len(cut) > 0
}

// MergeBase returns the commit that two have grown from.
func (r *Repository) MergeBase(a, b Commit) (Commit, error) {
	bases, err := a.commit.MergeBase(b.commit)
	if err == nil && len(bases) > 0 {
		c := bases[0]
		return Commit{Name: a.Name + "..." + b.Name, Hash: c.Hash.String(), commit: c}, nil
	}
	e := &Error{What: fmt.Sprintf("%s and %s have no commit in common", a.Name, b.Name), Hint: "Compare them as they are, with two dots."}
	if r.Shallow() {
		e.Hint = "The clone is shallow and holds the newest commits alone: fetch the history (`git fetch --unshallow`; in an action, fetch-depth: 0)."
	}
	if err != nil && !errors.Is(err, plumbing.ErrObjectNotFound) {
		e.Err = err
	}
	return Commit{}, e
}

// shown is the configuration's path for messages.
func (r *Repository) shown() string {
	if r.path == "." {
		return "the repository's root"
	}
	return r.path
}

// isFile reports whether the configuration is one file.
func (r *Repository) isFile() bool { return strings.HasSuffix(r.path, ".hcl") }

// private are the permissions of what is written: the configuration's alone.
const (
	privateFile   fs.FileMode = 0o600
	privateFolder fs.FileMode = 0o700
)
