package exec

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"syncline/connectors"
)

// shelf keeps the last listing of each object, for programs that cannot read a
// record by its id. A nil shelf keeps nothing.
type shelf struct {
	now   func() time.Time
	fresh time.Duration

	listing sync.Mutex // one listing for the shelf at a time
	mu      sync.Mutex
	volumes map[string]*volume // by object
}

// volume is one full listing: its records in a file without a name, and where
// each of them is.
type volume struct {
	sel      *connectors.Selection
	made     time.Time
	complete bool
	file     *os.File
	out      *bufio.Writer
	size     int64
	places   map[string]place
}

type place struct {
	at       int64
	size     int
	hash     uint64
	revision string
}

// begin starts a volume for a full listing.
func (s *shelf) begin(sel *connectors.Selection) (*volume, error) {
	if s == nil {
		return nil, nil
	}
	file, err := os.CreateTemp("", "syncline-listing-*")
	if err != nil {
		return nil, err
	}
	// Where an open file can lose its name, nothing is left when the process is
	// killed; elsewhere close removes it.
	os.Remove(file.Name())
	return &volume{sel: sel, made: s.now(), file: file, out: bufio.NewWriterSize(file, 1<<18), places: map[string]place{}}, nil
}

// put keeps a record; the last with an id counts.
func (v *volume) put(e entry) error {
	if e.gone || e.raw == nil {
		delete(v.places, e.id)
		return nil
	}
	v.places[e.id] = place{v.size, len(e.raw), e.hash, e.revision}
	n, err := v.out.Write(e.raw)
	v.size += int64(n)
	return err
}

func (v *volume) get(id string) (entry, bool, error) {
	p, ok := v.places[id]
	if !ok {
		return entry{}, false, nil
	}
	if err := v.out.Flush(); err != nil {
		return entry{}, false, err
	}
	raw := make([]byte, p.size)
	_, err := v.file.ReadAt(raw, p.at)
	return entry{id: id, revision: p.revision, raw: raw, hash: p.hash}, true, err
}

func (v *volume) close() {
	if v != nil {
		v.file.Close()
		os.Remove(v.file.Name())
	}
}

// keep puts a volume on the shelf, in the place of an older one.
func (s *shelf) keep(v *volume) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.volumes == nil {
		s.volumes = map[string]*volume{}
	}
	s.volumes[v.sel.Object].close()
	s.volumes[v.sel.Object] = v
}

// overlay takes a record of an incremental listing.
func (s *shelf) overlay(sel *connectors.Selection, e entry) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.volumes[sel.Object]; v != nil {
		return v.put(e)
	}
	return nil
}

// get answers for ids from the last listing, or from a new one where that is
// too old.
func (s *shelf) get(ctx context.Context, d *decoder, ids []string, list func() (connectors.Stream, error)) ([]connectors.Got, error) {
	s.listing.Lock()
	defer s.listing.Unlock()
	if !s.usable(d.sel) {
		if err := exhaust(ctx, list); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.volumes[d.sel.Object]
	if v == nil {
		return nil, &connectors.Error{Kind: connectors.Unavailable, Op: "get", Where: d.where, Err: errors.New("the connection was closed")}
	}
	out := make([]connectors.Got, len(ids))
	for i, id := range ids {
		e, ok, err := v.get(id)
		switch {
		case err != nil:
			return nil, err
		case ok:
			out[i] = d.got(e)
		case v.complete:
			out[i].Presence = connectors.Gone
		default:
			out[i].Err = &connectors.Error{
				Kind: connectors.Unavailable, Op: "get", Where: d.where,
				Err: errors.New("it was not in the listing, which does not say that it is complete"),
			}
		}
	}
	return out, nil
}

func (s *shelf) usable(sel *connectors.Selection) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.volumes[sel.Object]
	return v != nil && v.sel == sel && s.now().Sub(v.made) < s.fresh
}

// exhaust reads a listing to its end.
func exhaust(ctx context.Context, list func() (connectors.Stream, error)) error {
	stream, err := list()
	if err != nil {
		return err
	}
	defer stream.Close()
	var b connectors.Batch
	for err == nil {
		err = stream.Next(ctx, &b)
	}
	if err == io.EOF {
		return nil
	}
	return err
}

func (s *shelf) close() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.volumes {
		v.close()
	}
	s.volumes = nil
}
