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
	"syncline/connectors/formats"
)

// conn is an open system: the settings, and what was learned of its files.
type conn struct {
	path, shown string // as opened, and as the configuration has it
	init        string
	glob        bool
	format      formats.Format // None: by the ending
	charset     *formats.Charset
	delimiter   byte // 0: as the header shows
	sheet       string
	formulas    formats.Formulas

	mu      sync.Mutex
	indexes map[string]*index // by object and id path
	stamps  map[string]stamped
}

// target is one file of the system.
type target struct {
	name  string // of the object
	path  string // of the bytes to read: init's while the file is not there
	real  string // where the file is or will be
	shown string // for messages
	only  string // why it is only read; "" when it can be written
}

// Close forgets what was learned. It may be called twice.
func (c *conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.indexes {
		x.src.close()
	}
	c.indexes = nil
	return nil
}

// Check implements connectors.Checker: every file opens and is laid out as its
// format says.
func (c *conn) Check(ctx context.Context) error {
	_, err := c.Objects(ctx)
	return err
}

// Objects implements connectors.Lister.
func (c *conn) Objects(ctx context.Context) ([]connectors.Object, error) {
	targets, err := c.targets()
	if err != nil {
		return nil, err
	}
	var out []connectors.Object
	for _, t := range targets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		o, err := c.describe(t)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func (c *conn) describe(t target) (connectors.Object, error) {
	src, err := c.open(t)
	if err != nil {
		return connectors.Object{}, err
	}
	defer src.close()
	o := connectors.Object{Name: t.name, ReadOnly: t.only != "", Open: !src.layout.Format.Rows()}
	if o.Fields, err = src.layout.Fields(src.rows()); err != nil {
		return o, unreadable(t, err)
	}
	for _, f := range o.Fields {
		if f.Name == "id" {
			o.ID = "id"
		}
	}
	return o, nil
}

// targets returns the files of the system, in order of name.
func (c *conn) targets() ([]target, error) {
	if !c.glob {
		t := target{name: filepath.Base(c.path), path: c.path, real: c.path, shown: c.shown}
		if _, err := os.Stat(c.path); errors.Is(err, fs.ErrNotExist) && c.init != "" {
			t.path, t.only = c.init, "the file does not exist yet"
		}
		return []target{t}, nil
	}
	paths, err := filepath.Glob(c.path)
	if err != nil {
		return nil, refuse("open", c.shown, "the glob cannot be read", "in a glob, * and ? stand for any characters and [ ] for a choice")
	}
	if len(paths) == 0 {
		return nil, &connectors.Error{Kind: connectors.NotFound, Op: "open", Where: c.shown, Hint: "is the folder right?", Err: errors.New("no file matches")}
	}
	slices.Sort(paths)
	var out []target
	for _, p := range paths {
		t := target{name: filepath.Base(p), path: p, real: p, shown: p, only: "its path is a glob"}
		if len(out) > 0 && slices.ContainsFunc(out, func(o target) bool { return o.name == t.name }) {
			return nil, refuse("open", c.shown, fmt.Sprintf("two files are called %q", t.name), "make the glob narrower")
		}
		out = append(out, t)
	}
	return out, nil
}

// target returns the file of an object; "" is the only one there is.
func (c *conn) target(op, object string) (target, error) {
	targets, err := c.targets()
	if err != nil {
		return target{}, err
	}
	for _, t := range targets {
		if t.name == object || (object == "" && len(targets) == 1) {
			return t, nil
		}
	}
	return target{}, &connectors.Error{
		Kind: connectors.NotFound, Op: op, Where: object, Hint: "the object is called as the file is: " + targets[0].name,
		Err: errors.New("the system has no such object"),
	}
}

// seed copies init to path when nothing is there. The copy is as private as
// init is.
func (c *conn) seed() error {
	if c.init == "" || c.glob {
		return nil
	}
	if _, err := os.Lstat(c.path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o755); err != nil {
		return problem("open", c.shown, err)
	}
	if err := regular(target{path: c.init, shown: c.init}); err != nil {
		return err
	}
	from, err := os.Open(c.init)
	if err != nil {
		return problem("open", c.init, err)
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return problem("open", c.init, err)
	}
	temp, err := os.CreateTemp(filepath.Dir(c.path), tempPattern(c.path))
	if err != nil {
		return problem("open", c.shown, err)
	}
	defer os.Remove(temp.Name())
	_, err = io.Copy(temp, from)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()|0o600), temp.Sync(), temp.Close())
	if err == nil {
		// A link fails when another process was first, and never replaces.
		if err = os.Link(temp.Name(), c.path); errors.Is(err, fs.ErrExist) {
			return nil
		}
	}
	if err != nil {
		return problem("open", c.shown, err)
	}
	return syncFolder(filepath.Dir(c.path))
}

// problem gives a failure of the file system its kind and a hint.
func problem(op, where string, err error) error {
	if err == nil {
		return nil
	}
	e := &connectors.Error{Op: op, Where: where, Err: bare(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Kind, e.Hint = connectors.NotFound, "create the file, correct path, or name what it starts from with init"
	case errors.Is(err, fs.ErrPermission):
		e.Kind, e.Hint = connectors.Denied, "is the file, or its folder, readable and writable for this user?"
	case full(err):
		e.Kind, e.Hint = connectors.Unavailable, "the disk is full or the quota used up; the file is as it was"
	}
	return e
}

// bare takes the path off an error of package os: Where says it already.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func unreadable(t target, err error) error {
	return &connectors.Error{Kind: connectors.Unreadable, Op: "read", Where: t.shown, Err: err}
}
