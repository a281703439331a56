package s3

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/connectors/rowfile"
)

// folder is where the files of a system lie, and the states of them that were
// fetched last.
type folder struct {
	store       *store
	path        string
	shown       string
	init        string
	glob        bool
	conditional bool
	largest     int64
	keeper      connectors.Keeper

	mu     sync.Mutex
	states map[string]*state // by key
	proven bool              // the store holds conditions
}

// state is a state of an object, as it was fetched.
type state struct {
	file   *os.File
	size   int64
	etag   string
	at     string      // Last-Modified
	header http.Header // what a new state has of it
	tags   bool
	stamp  string
	users  int // that have it open, the folder itself among them
}

var _ rowfile.Folder = (*folder)(nil)

// notYet is why an object is only read that init will make.
const notYet = "the object does not exist yet"

// Targets implements rowfile.Folder.
func (f *folder) Targets(ctx context.Context) ([]rowfile.Target, error) {
	if f.glob {
		return f.matches(ctx)
	}
	t := rowfile.Target{Name: path.Base(f.path), Path: f.path, Real: f.path, Shown: f.shown}
	if f.init != "" {
		_, err := f.look(ctx, t)
		if connectors.KindOf(err) == connectors.NotFound {
			t.Path, t.Only = f.init, notYet
		} else if err != nil {
			return nil, err
		}
	}
	return []rowfile.Target{t}, nil
}

// matches are the objects of a glob.
func (f *folder) matches(ctx context.Context) ([]rowfile.Target, error) {
	keys, err := f.store.keys(ctx, f.path[:strings.IndexAny(f.path, `*?[\`)])
	if err != nil {
		return nil, err
	}
	var out []rowfile.Target
	for _, key := range keys {
		name := path.Base(key)
		fits, err := path.Match(path.Base(f.path), name)
		if err != nil {
			return nil, rowfile.Refuse("open", f.shown, "the glob cannot be read", "in a glob, * and ? stand for any characters and [ ] for a choice")
		}
		if fits && path.Dir(key) == path.Dir(f.path) && !strings.HasPrefix(name, ".") && badPath(key) == "" {
			out = append(out, rowfile.Target{Name: name, Path: key, Real: key, Shown: f.store.shown + "/" + key, Only: "its path is a glob"})
		}
	}
	if len(out) == 0 {
		return nil, &connectors.Error{Kind: connectors.NotFound, Op: "open", Where: f.shown, Hint: "is what stands before the last slash right?", Err: errors.New("no object matches")}
	}
	slices.SortFunc(out, func(a, b rowfile.Target) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// unprintable reports whether a key has a character that hides what it is, or that
// stands for one which XML could not say.
func unprintable(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }

// Open implements rowfile.Folder: the object is fetched, unless it was and its
// ETag is the same.
func (f *folder) Open(ctx context.Context, t rowfile.Target) (rowfile.File, error) {
	s, err := f.fetch(ctx, t)
	if err != nil {
		return nil, err
	}
	return &fetched{s.file, s, f}, nil
}

// Stamp implements rowfile.Folder.
func (f *folder) Stamp(ctx context.Context, t rowfile.Target) (string, error) {
	s, err := f.fetch(ctx, t)
	if err != nil {
		return "", err
	}
	defer f.release(s)
	return s.stamp, nil
}

// look asks what an object is, without its bytes.
func (f *folder) look(ctx context.Context, t rowfile.Target) (*state, error) {
	resp, err := f.store.ask(ctx, "read", http.MethodHead, t.Path, nil, nil)
	if err != nil {
		return nil, f.reason(ctx, t, resp, err)
	}
	s := &state{etag: resp.Header.Get("Etag"), at: resp.Header.Get("Last-Modified"), header: kept(resp.Header)}
	s.tags = strings.Trim(resp.Header.Get("X-Amz-Tagging-Count"), "0") != ""
	s.size, err = strconv.ParseInt(resp.Header.Get("Content-Length"), 10, 64)
	switch {
	case resp.Packed:
		return nil, rowfile.Unreadable(t, errors.New("the object is stored packed (Content-Encoding)"))
	case err != nil || s.size < 0:
		return nil, rowfile.Unreadable(t, errors.New("the store does not tell the object's size"))
	case s.size > f.largest:
		return nil, rowfile.Unreadable(t, fmt.Errorf("the object is larger than %d MiB (largest)", f.largest>>20))
	case s.etag == "" || strings.HasPrefix(s.etag, "W/"):
		return nil, rowfile.Unreadable(t, errors.New("the store does not tell the object's ETag"))
	}
	return s, nil
}

// reason asks why an object may not be looked at: the answer about its head has no
// room for it.
func (f *folder) reason(ctx context.Context, t rowfile.Target, resp *httpclient.Response, err error) error {
	if resp == nil || resp.Status != http.StatusForbidden && resp.Status != http.StatusBadRequest {
		return err
	}
	if _, why := f.store.ask(ctx, "read", http.MethodGet, t.Path, nil, http.Header{"Range": {"bytes=0-0"}}); why != nil {
		return why
	}
	return err
}

// kept are the headers of an object that its new state has as well.
func kept(h http.Header) http.Header {
	out := http.Header{}
	for name, values := range h {
		switch name {
		case "Content-Type", "Content-Disposition", "Content-Language", "Cache-Control", "Expires", "X-Amz-Storage-Class",
			"X-Amz-Website-Redirect-Location", "X-Amz-Server-Side-Encryption", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id":
			out[name] = values
		default:
			if strings.HasPrefix(name, "X-Amz-Meta-") {
				out[name] = values
			}
		}
	}
	return out
}

// same reports whether two states are one, as the store tells them apart.
func (s *state) same(o *state) bool { return s.etag == o.etag && s.size == o.size && s.at == o.at }

// fetch returns the state of a file as it is now. The caller releases it.
func (f *folder) fetch(ctx context.Context, t rowfile.Target) (*state, error) {
	if t.Only == notYet {
		return f.beginning(t)
	}
	s, err := f.look(ctx, t)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	if old := f.states[t.Path]; old != nil && old.same(s) {
		old.users++
		f.mu.Unlock()
		return old, nil
	}
	f.mu.Unlock()
	if err := s.fill(&parts{ctx: ctx, folder: f, target: t, of: s}, s.size); err != nil {
		return nil, rowfile.Problem("read", t.Shown, err)
	}
	s.users = 2
	f.mu.Lock()
	old := f.states[t.Path]
	f.states[t.Path] = s
	f.mu.Unlock()
	f.release(old)
	return s, nil
}

// beginning is the file that init names, as a state.
func (f *folder) beginning(t rowfile.Target) (*state, error) {
	from, err := os.Open(f.init)
	if err != nil {
		return nil, rowfile.Problem("read", f.init, err)
	}
	defer from.Close()
	info, err := from.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = rowfile.Unreadable(t, errors.New("init is not a file"))
	}
	s := &state{users: 1}
	if err == nil {
		s.size = info.Size()
		err = s.fill(from, s.size)
	}
	return s, rowfile.Problem("read", f.init, err)
}

// fill reads a state into a file without a name, and stamps it.
func (s *state) fill(from io.Reader, size int64) error {
	to, err := scratch()
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, sum), io.LimitReader(from, size))
	if err == nil && n != size {
		err = fmt.Errorf("of %d bytes %d came", size, n)
	}
	if err != nil {
		discard(to)
		return err
	}
	s.file, s.stamp = to, rowfile.StampOf(n, sum.Sum(nil))
	return nil
}

// scratch is a new file on this machine. Where an open file can lose its name,
// nothing is left when the process is killed; elsewhere discard removes it.
func scratch() (*os.File, error) {
	file, err := os.CreateTemp("", "syncline-s3-*")
	if err == nil {
		os.Remove(file.Name())
	}
	return file, err
}

func discard(file *os.File) {
	file.Close()
	os.Remove(file.Name())
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
		discard(s.file)
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
	f.store.http.Close()
}

// Spill implements rowfile.Folder: on this machine.
func (f *folder) Spill(rowfile.Target) (folder, pattern string) {
	return os.TempDir(), "syncline-s3-" + strconv.Itoa(os.Getpid()) + "-*"
}
