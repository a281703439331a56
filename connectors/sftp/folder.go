package sftp

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"syncline/connectors"
	"syncline/connectors/rowfile"
)

// settledAfter is how long a file's size and time must have been seen before a
// fetch for them to prove that it has not changed since: servers count seconds.
const settledAfter = 2 * time.Second

// folder is where the files of a system lie, and the states of them that were
// fetched last.
type folder struct {
	server  *server
	path    string
	shown   string
	glob    bool
	largest int64
	now     func() time.Time

	mu     sync.Mutex
	states map[string]*state // by path
}

// state is a state of a file, as it was fetched.
type state struct {
	file  *os.File
	size  int64
	mtime int64
	mode  fs.FileMode
	seen  time.Time // when this size and time were seen first
	begun time.Time // when it was fetched
	stamp string
	users int // that have it open, the folder itself among them
}

var _ rowfile.Folder = (*folder)(nil)

// Targets implements rowfile.Folder.
func (f *folder) Targets(ctx context.Context) ([]rowfile.Target, error) {
	if !f.glob {
		return []rowfile.Target{{Name: path.Base(f.path), Path: f.path, Real: f.path, Shown: f.shown}}, nil
	}
	w, err := f.server.watch(ctx)
	if err != nil {
		return nil, err
	}
	entries, err := w.live.ReadDir(path.Dir(f.path))
	if err = w.over("open", f.shown, err); err != nil {
		return nil, err
	}
	var out []rowfile.Target
	for _, e := range entries {
		fits, err := path.Match(path.Base(f.path), e.Name())
		if err != nil {
			return nil, rowfile.Refuse("open", f.shown, "the glob cannot be read", "in a glob, * and ? stand for any characters and [ ] for a choice")
		}
		if fits && !strings.HasPrefix(e.Name(), ".") && !e.IsDir() && !strange(e.Name()) {
			at := path.Join(path.Dir(f.path), e.Name())
			out = append(out, rowfile.Target{Name: e.Name(), Path: at, Real: at, Shown: f.server.shown + " " + at, Only: "its path is a glob"})
		}
	}
	if len(out) == 0 {
		return nil, &connectors.Error{Kind: connectors.NotFound, Op: "open", Where: f.shown, Hint: "is the folder right?", Err: errors.New("no file matches")}
	}
	slices.SortFunc(out, func(a, b rowfile.Target) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// strange reports whether a name is not one of a file in this folder, or hides
// what it is: a server says what it likes.
func strange(name string) bool {
	return strings.ContainsAny(name, "/\x00") || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}

// Open implements rowfile.Folder: the file is fetched, unless it was and is
// known not to have changed.
func (f *folder) Open(ctx context.Context, t rowfile.Target) (rowfile.File, error) {
	s, err := f.fetch(ctx, t, false)
	if err != nil {
		return nil, err
	}
	return &fetched{s.file, s, f}, nil
}

// Stamp implements rowfile.Folder.
func (f *folder) Stamp(ctx context.Context, t rowfile.Target) (string, error) {
	s, err := f.fetch(ctx, t, false)
	if err != nil {
		return "", err
	}
	defer f.release(s)
	return s.stamp, nil
}

// fetch returns the state of a file as it is now. The caller releases it.
func (f *folder) fetch(ctx context.Context, t rowfile.Target, anew bool) (*state, error) {
	w, err := f.server.watch(ctx)
	if err != nil {
		return nil, err
	}
	s, err := f.known(w, t)
	if err == nil && (s.file == nil || anew) {
		s, err = f.download(w, t, s)
	}
	if err = w.over("read", t.Shown, err); err != nil {
		return nil, err
	}
	return s, nil
}

// known looks at a file: the state that was fetched, if it still is that, else
// one without a file.
func (f *folder) known(w *watch, t rowfile.Target) (*state, error) {
	now := f.now()
	info, err := w.live.Stat(t.Path)
	if err != nil {
		return nil, err
	}
	w.alive()
	if !info.Mode().IsRegular() {
		return nil, rowfile.Unreadable(t, errors.New("this is not a file"))
	}
	if info.Size() > f.largest {
		return nil, rowfile.Unreadable(t, fmt.Errorf("the file is larger than %d MiB (largest)", f.largest>>20))
	}
	next := &state{size: info.Size(), mtime: info.ModTime().Unix(), mode: info.Mode().Perm(), seen: now, begun: now}
	f.mu.Lock()
	defer f.mu.Unlock()
	old := f.states[t.Path]
	if old == nil || old.size != next.size || old.mtime != next.mtime {
		return next, nil
	}
	next.seen = old.seen
	if old.begun.Sub(old.seen) >= settledAfter {
		old.users++
		return old, nil
	}
	return next, nil
}

// download fetches a file, and proves that it was one state of it: whole, and
// of the size and time that it had before.
func (f *folder) download(w *watch, t rowfile.Target, as *state) (*state, error) {
	if as.file != nil { // it is known, and wanted anew
		f.release(as)
		as = &state{size: as.size, mtime: as.mtime, mode: as.mode, seen: as.seen, begun: f.now()}
	}
	from, err := w.live.Open(t.Path)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	to, err := os.CreateTemp("", "syncline-sftp-*")
	if err != nil {
		return nil, err
	}
	// Where an open file can lose its name, nothing is left when the process is
	// killed; elsewhere close removes it.
	os.Remove(to.Name())
	sum := sha256.New()
	n, err := io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(to, sum, w)}, struct{ io.Reader }{io.LimitReader(from, as.size+1)}, make([]byte, 1<<18))
	if err == nil {
		err = f.unmoved(w, t, as, n)
	}
	if err != nil {
		to.Close()
		os.Remove(to.Name())
		return nil, err
	}
	as.file, as.stamp, as.users = to, rowfile.StampOf(n, sum.Sum(nil)), 2
	f.mu.Lock()
	old := f.states[t.Path]
	f.states[t.Path] = as
	f.mu.Unlock()
	f.release(old)
	return as, nil
}

// Write implements io.Writer: what arrives says that the server is there.
func (w *watch) Write(b []byte) (int, error) {
	w.alive()
	return len(b), nil
}

// unmoved fails where a file changed while it was fetched.
func (f *folder) unmoved(w *watch, t rowfile.Target, as *state, n int64) error {
	after, err := w.live.Stat(t.Path)
	if err != nil {
		return err
	}
	if n != as.size || after.Size() != as.size || after.ModTime().Unix() != as.mtime {
		return &connectors.Error{
			Kind: connectors.Unavailable, Op: "read", Where: t.Shown, Hint: "run again when its writer is done",
			Err: errors.New("somebody wrote to the file while it was fetched"),
		}
	}
	return nil
}

// release gives a state back; the last one takes the file away.
func (f *folder) release(s *state) {
	if s == nil {
		return
	}
	f.mu.Lock()
	s.users--
	last := s.users == 0
	f.mu.Unlock()
	if last {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}

func (f *folder) close() {
	f.mu.Lock()
	states := f.states
	f.states = map[string]*state{}
	f.mu.Unlock()
	for _, s := range states {
		f.release(s)
	}
	f.server.mu.Lock()
	l := f.server.live
	f.server.mu.Unlock()
	if l != nil {
		f.server.lose(l)
	}
}

// Close implements rowfile.File.
func (x *fetched) Close() error {
	x.owner.release(x.state)
	return nil
}

// Size implements rowfile.File.
func (x *fetched) Size() int64 { return x.state.size }

// Locked implements rowfile.File.
func (x *fetched) Locked() bool { return x.state.mode&0o222 == 0 }

// Steady implements rowfile.File: what was fetched does not change.
func (x *fetched) Steady() bool { return true }

// Same implements rowfile.File.
func (x *fetched) Same(ctx context.Context, t rowfile.Target) bool {
	s, err := x.owner.fetch(ctx, t, false)
	if err != nil {
		return false
	}
	defer x.owner.release(s)
	return s.stamp == x.state.stamp
}

// Spill implements rowfile.Folder: on this machine.
func (f *folder) Spill(rowfile.Target) (folder, pattern string) {
	return os.TempDir(), "syncline-sftp-" + strconv.Itoa(os.Getpid()) + "-*"
}
