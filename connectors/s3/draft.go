package s3

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"net/http"
	"os"
	"strings"

	"syncline/connectors"
	"syncline/connectors/rowfile"
)

// draft is the new state of an object, on this machine until it is sent.
type draft struct {
	folder *folder
	target rowfile.Target
	of     *state // that the session began on
	file   *os.File
	size   int64
	sum    hash.Hash
}

// Begin implements rowfile.Folder: an object is where its key says.
func (f *folder) Begin(_ context.Context, t rowfile.Target) (rowfile.Target, error) { return t, nil }

// Draft implements rowfile.Folder.
func (f *folder) Draft(ctx context.Context, t rowfile.Target, old rowfile.File, stamp string) (rowfile.Draft, error) {
	of := old.(*fetched).state
	switch {
	case of.stamp != stamp:
		return nil, rowfile.Changed(t)
	case of.tags:
		return nil, &connectors.Error{
			Kind: connectors.Unsupported, Op: "write", Where: t.Shown, Hint: "take the tags away, or the write",
			Err: errors.New("the object has tags, which a new state would lose"),
		}
	}
	if err := f.prove(ctx, t, of); err != nil {
		return nil, err
	}
	file, err := scratch()
	if err != nil {
		return nil, rowfile.Problem("write", t.Shown, err)
	}
	return &draft{folder: f, target: t, of: of, file: file, sum: sha256.New()}, nil
}

// Write implements io.Writer.
func (d *draft) Write(b []byte) (int, error) {
	if d.size += int64(len(b)); d.size > d.folder.largest {
		return 0, rowfile.Refuse("write", d.target.Shown, fmt.Sprintf("the object would be larger than %d MiB (largest)", d.folder.largest>>20), "raise largest, or split the object")
	}
	d.sum.Write(b)
	return d.file.Write(b)
}

// Seal implements rowfile.Draft. Nothing lasts here that has to: until it is
// published the object is as it was.
func (d *draft) Seal(context.Context) error { return nil }

// Publish implements rowfile.Draft: one request, on the condition that the object
// is the one that the session began on.
func (d *draft) Publish(ctx context.Context) error {
	header := maps.Clone(d.of.header)
	if d.folder.conditional {
		header.Set("If-Match", d.of.etag)
	} else if err := d.folder.still(ctx, d.target, d.of); err != nil {
		return err
	}
	status, err := d.folder.store.put(ctx, d.target.Path, header, io.NewSectionReader(d.file, 0, d.size), hex.EncodeToString(d.sum.Sum(nil)), false)
	switch {
	case connectors.KindOf(err) == connectors.Moved, status == http.StatusNotFound && d.folder.conditional:
		return rowfile.Changed(d.target)
	case connectors.KindOf(err) == connectors.Uncertain:
		return &connectors.Error{
			Kind: connectors.Uncertain, Op: "write", Where: d.target.Shown, Hint: "the next run looks which of the two lies there",
			Err: fmt.Errorf("the object may have been replaced: %w", err),
		}
	}
	return err
}

// still fails unless an object is the one that a session began on.
func (f *folder) still(ctx context.Context, t rowfile.Target, of *state) error {
	now, err := f.look(ctx, t)
	if connectors.KindOf(err) == connectors.NotFound || err == nil && !now.same(of) {
		return rowfile.Changed(t)
	}
	return err
}

// Remove implements rowfile.Draft.
func (d *draft) Remove() { discard(d.file) }

// never is an ETag that no object has: it is none of an empty object, nor of any
// other that anybody made.
const never = `"00000000000000000000000000000000"`

// prove has the store refuse a write whose condition does not hold, once. What is
// sent is what lies there, so that a store which takes it has the same object.
func (f *folder) prove(ctx context.Context, t rowfile.Target, of *state) error {
	if !f.conditional || f.holds() {
		return nil
	}
	if err := f.still(ctx, t, of); err != nil {
		return err
	}
	header := maps.Clone(of.header)
	header.Set("If-Match", never)
	_, sum, _ := strings.Cut(of.stamp, ":")
	status, err := f.store.put(ctx, t.Path, header, io.NewSectionReader(of.file, 0, of.size), sum, true)
	switch {
	case status == http.StatusPreconditionFailed:
		return f.keep()
	case connectors.KindOf(err) == connectors.Moved, status == http.StatusNotFound:
		return rowfile.Changed(t)
	case connectors.KindOf(err) == connectors.Unsupported:
		return unguarded(t, "the store does not take a write with a condition (If-Match)")
	case err == nil:
		return unguarded(t, "the store ignores the condition of a write (If-Match); the object is as it was")
	}
	return err
}

func unguarded(t rowfile.Target, why string) error {
	return &connectors.Error{
		Kind: connectors.Unsupported, Op: "write", Where: t.Shown, Err: errors.New(why),
		Hint: "take the write away, or write conditional = false: an edit in the moment before a write is lost then",
	}
}

// proof is what is remembered under the bucket's name: that it held a condition.
const proof = "If-Match"

// holds reports whether the store has held a condition.
func (f *folder) holds() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.proven && f.keeper != nil {
		kept, err := f.keeper.Kept(f.store.place)
		f.proven = err == nil && kept == proof
	}
	return f.proven
}

func (f *folder) keep() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.proven = true
	if f.keeper == nil {
		return nil
	}
	return f.keeper.Keep(f.store.place, proof)
}

// seed sends init when nothing is there yet.
func (f *folder) seed(ctx context.Context) error {
	if f.init == "" || f.glob {
		return nil
	}
	t := rowfile.Target{Path: f.path, Shown: f.shown}
	if _, err := f.look(ctx, t); connectors.KindOf(err) != connectors.NotFound {
		return err
	}
	s, err := f.beginning(t)
	if err != nil {
		return err
	}
	defer f.release(s)
	_, sum, _ := strings.Cut(s.stamp, ":")
	header := http.Header{}
	if f.conditional {
		header.Set("If-None-Match", "*")
	}
	_, err = f.store.put(ctx, f.path, header, io.NewSectionReader(s.file, 0, s.size), sum, false)
	if connectors.KindOf(err) == connectors.Moved {
		return nil // another was first
	}
	return err
}
