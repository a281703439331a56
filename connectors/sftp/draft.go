package sftp

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"time"

	"github.com/pkg/sftp"

	"syncline/connectors"
	"syncline/connectors/rowfile"
)

const (
	posixRename = "posix-rename@openssh.com"
	fsync       = "fsync@openssh.com"
)

// abandoned is how old an upload must be that nobody finishes any more.
const abandoned = 24 * time.Hour

// draft is the new file on the server, beside the old one until it takes its
// name.
type draft struct {
	ctx    context.Context // of the session's writes: io.Writer has none
	folder *folder
	target rowfile.Target
	stamp  string // of the file that the session began on
	path   string
	live   *live
	file   *sftp.File
	size   int64
	mode   os.FileMode
}

// Begin implements rowfile.Folder.
func (f *folder) Begin(ctx context.Context, t rowfile.Target) (rowfile.Target, error) {
	w, err := f.server.watch(ctx)
	if err != nil {
		return t, err
	}
	_, renames := w.live.HasExtension(posixRename)
	real, err := w.live.RealPath(t.Path)
	if err = w.over("write", t.Shown, err); err != nil {
		return t, err
	}
	if !renames {
		return t, &connectors.Error{
			Kind: connectors.Unsupported, Op: "write", Where: t.Shown, Hint: "take the write away",
			Err: errors.New("the server cannot replace a file in one step (" + posixRename + ")"),
		}
	}
	t.Real = real
	return t, nil
}

func tempPrefix(real string) string { return "." + path.Base(real) + ".syncline-" }

// Draft implements rowfile.Folder: an upload under a name that nobody has.
func (f *folder) Draft(ctx context.Context, t rowfile.Target, old rowfile.File, stamp string) (rowfile.Draft, error) {
	w, err := f.server.watch(ctx)
	if err != nil {
		return nil, err
	}
	d := &draft{ctx: ctx, folder: f, target: t, stamp: stamp, live: w.live, mode: old.(*fetched).state.mode}
	d.path = path.Join(path.Dir(t.Real), tempPrefix(t.Real)+rand.Text()+".tmp")
	d.file, err = w.live.OpenFile(d.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err == nil {
		// Before the first byte of it: nobody else is to read what they could not.
		err = w.live.Chmod(d.path, d.mode)
	}
	if err = w.over("write", t.Shown, err); err != nil {
		d.Remove()
		return nil, err
	}
	return d, nil
}

// during runs a part of the upload on the connection that it began on.
func (d *draft) during(ctx context.Context, part func(*watch) error) error {
	w, err := d.folder.server.watch(ctx)
	if err != nil {
		return err
	}
	if w.live != d.live {
		w.over("", "", nil)
		return &connectors.Error{Kind: connectors.Unavailable, Op: "write", Where: d.target.Shown, Err: errors.New("the connection was lost during the upload; the file is as it was")}
	}
	return w.over("write", d.target.Shown, part(w))
}

// Write implements io.Writer.
func (d *draft) Write(b []byte) (n int, err error) {
	err = d.during(d.ctx, func(w *watch) error {
		for n < len(b) {
			k, err := d.file.Write(b[n:min(n+1<<18, len(b))])
			n += k
			if err != nil {
				return err
			}
			w.alive()
		}
		return nil
	})
	d.size += int64(n)
	return n, err
}

// Seal implements rowfile.Draft: the upload is whole, and lasting where the
// server can make it so.
func (d *draft) Seal(ctx context.Context) error {
	return d.during(ctx, func(w *watch) error {
		if _, ok := w.live.HasExtension(fsync); ok {
			if err := d.file.Sync(); err != nil {
				return err
			}
		}
		if err := d.file.Close(); err != nil {
			return err
		}
		info, err := w.live.Stat(d.path)
		if err != nil {
			return err
		}
		if info.Size() != d.size {
			return fmt.Errorf("of %d bytes the server has %d", d.size, info.Size())
		}
		d.sweep(w, info.ModTime())
		return nil
	})
}

// sweep takes away uploads that nobody finished, by the server's clock. What
// cannot be taken away stays.
func (d *draft) sweep(w *watch, now time.Time) {
	entries, err := w.live.ReadDir(path.Dir(d.path))
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), tempPrefix(d.target.Real)) && strings.HasSuffix(e.Name(), ".tmp") && !strange(e.Name()) && now.Sub(e.ModTime()) > abandoned {
			w.live.Client.Remove(path.Join(path.Dir(d.path), e.Name()))
		}
	}
}

// Publish implements rowfile.Draft: one more look at the file, and the rename.
func (d *draft) Publish(ctx context.Context) error {
	s, err := d.folder.fetch(ctx, d.target, true)
	if err != nil {
		return err
	}
	defer d.folder.release(s)
	sent := false
	err = d.during(ctx, func(w *watch) error {
		real, err := w.live.RealPath(d.target.Path)
		if err != nil {
			return err
		}
		if s.stamp != d.stamp || real != d.target.Real {
			return rowfile.Changed(d.target)
		}
		sent = true
		return w.live.PosixRename(d.path, d.target.Real)
	})
	if sent && connectors.KindOf(err) == connectors.Unavailable {
		return &connectors.Error{
			Kind: connectors.Uncertain, Op: "write", Where: d.target.Shown, Hint: "the next run looks which of the two lies there",
			Err: fmt.Errorf("the file may have been replaced: %w", err),
		}
	}
	return err
}

// Remove implements rowfile.Draft.
func (d *draft) Remove() {
	ctx, cancel := context.WithTimeout(context.Background(), d.folder.server.silence)
	defer cancel()
	w, err := d.folder.server.watch(ctx)
	if err != nil {
		return // the next session takes it away
	}
	if d.file != nil && w.live == d.live {
		d.file.Close()
	}
	w.over("", "", w.live.Client.Remove(d.path))
}
