package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"syncline/connectors"
	"syncline/connectors/rowfile"
)

var _ rowfile.File = (*fetched)(nil)

// fetched is a state of an object, in a file of this machine.
type fetched struct {
	*os.File
	state *state
	owner *folder
}

// Close implements rowfile.File.
func (x *fetched) Close() error {
	x.owner.release(x.state)
	return nil
}

// Size implements rowfile.File.
func (x *fetched) Size() int64 { return x.state.size }

// Locked implements rowfile.File: an object is marked so by nobody.
func (x *fetched) Locked() bool { return false }

// Steady implements rowfile.File: what was fetched does not change.
func (x *fetched) Steady() bool { return true }

// Same implements rowfile.File.
func (x *fetched) Same(ctx context.Context, t rowfile.Target) bool {
	s, err := x.owner.fetch(ctx, t)
	if err != nil {
		return false
	}
	defer x.owner.release(s)
	return s.stamp == x.state.stamp
}

// parts reads one state of an object, part by part.
type parts struct {
	ctx    context.Context // io.Reader has none
	folder *folder
	target rowfile.Target
	of     *state
	at     int64
	rest   []byte
}

// Read implements io.Reader.
func (p *parts) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		if p.at >= p.of.size {
			return 0, io.EOF
		}
		var err error
		if p.rest, err = p.next(); err != nil {
			return 0, err
		}
		p.at += int64(len(p.rest))
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// next fetches one part, and proves that it is of the state that was looked at.
func (p *parts) next() ([]byte, error) {
	end := min(p.at+partSize, p.of.size)
	header := http.Header{"If-Match": {p.of.etag}, "Range": {fmt.Sprintf("bytes=%d-%d", p.at, end-1)}}
	resp, err := p.folder.store.ask(p.ctx, "read", http.MethodGet, p.target.Path, nil, header)
	if kind := connectors.KindOf(err); err != nil && (kind == connectors.Moved || kind == connectors.NotFound) {
		return nil, moving(p.target)
	}
	if err != nil {
		return nil, err
	}
	whole := resp.Status == http.StatusOK && p.at == 0 && end == p.of.size
	switch {
	case resp.Header.Get("Etag") != p.of.etag:
		return nil, moving(p.target)
	case resp.Packed || int64(len(resp.Body)) != end-p.at || resp.Status != http.StatusPartialContent && !whole:
		return nil, rowfile.Unreadable(p.target, errors.New("the store gives another part than was asked for"))
	}
	return resp.Body, nil
}

// moving is the failure of a fetch that met a writer.
func moving(t rowfile.Target) error {
	return &connectors.Error{
		Kind: connectors.Unavailable, Op: "read", Where: t.Shown, Hint: "run again when its writer is done",
		Err: errors.New("somebody wrote to the object while it was fetched"),
	}
}
