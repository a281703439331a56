package exec

import (
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/connectors/formats"
	"syncline/schema"
)

// pageSize is how many items a batch has at most.
const pageSize = 1024

// entry is one record of a listing.
type entry struct {
	id, revision string
	raw          []byte // the record as JSON, valid until the next entry; nil: there is none
	hash         uint64
	gone         bool
	err          error
}

// teller tells the entries of a listing, one after the other.
type teller interface {
	// next returns io.EOF after the last entry.
	next(ctx context.Context) (entry, error)
	// ready reports whether an entry is there without waiting.
	ready() bool
	// done says, after io.EOF, what connectors.Stream.Done says.
	done() (next connectors.Checkpoint, complete bool)
	close()
}

// listing makes a connectors.Stream of what a teller tells.
type listing struct {
	from      teller
	decoder   *decoder
	shelf     *shelf  // where the records are kept; nil: nowhere
	kept      *volume // of a full listing
	overlay   bool    // the records are newer than those on the shelf
	memory    []byte  // of the batch
	revisions []string
	first     int // number of the batch's first item
	count     int
	next      connectors.Checkpoint
	complete  bool
}

var (
	_ connectors.Stream  = (*listing)(nil)
	_ connectors.Locator = (*listing)(nil)
)

// Next implements connectors.Stream: it waits for one record, and takes what is
// there beside it.
func (l *listing) Next(ctx context.Context, b *connectors.Batch) error {
	b.Reset()
	l.memory, l.revisions, l.first = l.memory[:0], l.revisions[:0], l.count
	for len(b.Items) < pageSize && (len(b.Items) == 0 || l.from.ready()) {
		if err := ctx.Err(); err != nil {
			return err
		}
		e, err := l.from.next(ctx)
		if err == io.EOF {
			if len(b.Items) > 0 {
				return nil // it is told again with the next call
			}
			return l.end()
		}
		if err != nil {
			b.Reset()
			return err
		}
		if err := l.take(b, e); err != nil {
			return err
		}
	}
	return nil
}

func (l *listing) take(b *connectors.Batch, e entry) error {
	it := b.Add()
	it.ID, it.Hash, it.Gone, it.Index = e.id, e.hash, e.gone, l.count
	if e.raw != nil {
		at := len(l.memory)
		l.memory = append(l.memory, e.raw...)
		it.Raw = l.memory[at:]
	}
	l.revisions = append(l.revisions, e.revision)
	l.count++
	if e.err == nil && e.id == "" {
		e.err = errors.New("the id is missing")
	}
	if e.err != nil {
		it.Where = l.Where(it)
		it.Err = recordProblem("read", it.Where, e.err)
		return nil
	}
	if l.kept != nil {
		return l.kept.put(e)
	}
	if l.overlay {
		return l.shelf.overlay(l.decoder.sel, e)
	}
	return nil
}

func (l *listing) end() error {
	l.next, l.complete = l.from.done()
	if l.kept != nil {
		l.kept.complete = l.complete
		l.shelf.keep(l.kept)
		l.kept = nil
	}
	return io.EOF
}

// Where implements connectors.Locator.
func (l *listing) Where(it *connectors.Item) string {
	if it.ID != "" {
		return l.decoder.where + " record " + strconv.Quote(it.ID)
	}
	return l.decoder.where + " record number " + strconv.Itoa(it.Index+1)
}

// Decode implements connectors.Stream.
func (l *listing) Decode(it *connectors.Item, rec *schema.Record) error {
	if it.Err != nil {
		return it.Err
	}
	if err := l.decoder.decode(it.Raw, rec); err != nil {
		return recordProblem("read", l.Where(it), err)
	}
	rec.ID = it.ID
	if r := l.revisions[it.Index-l.first]; r != "" {
		rec.Revision = r
	}
	return nil
}

// Done implements connectors.Stream.
func (l *listing) Done() (connectors.Checkpoint, bool) { return l.next, l.complete }

// Close implements connectors.Stream.
func (l *listing) Close() error {
	l.from.close()
	l.kept.close()
	l.kept = nil
	return nil
}

// decoder turns records as JSON into records of a selection.
type decoder struct {
	sel     *connectors.Selection
	where   string // program and object
	binding *formats.Binding
	id      *formats.Binding // finds the id in a record; nil: the program tells it
}

// newDecoder reads the selection's paths; id is the path of the id, "" where the
// program tells it beside the record.
func newDecoder(where string, o *connectors.Object, sel *connectors.Selection) (*decoder, error) {
	layout, err := formats.Inspect(nil, formats.JSONL, 0)
	if err != nil {
		return nil, err
	}
	w := formats.Wanted{Shape: sel.Shape, Revision: sel.Revision, At: sel.At, Author: sel.Author, Trace: sel.Trace}
	if w.Revision == "" {
		w.Revision = o.Revision
	}
	if w.At == "" {
		w.At = o.At
	}
	d := &decoder{sel: sel, where: where + " " + o.Name}
	if d.binding, err = layout.Bind(w); err != nil {
		return nil, refuse("read", where, err.Error(), "")
	}
	w.ID = o.ID
	if w.ID == "" {
		w.ID = sel.ID
	}
	if w.ID != "" {
		d.id, err = layout.Bind(w)
	}
	return d, err
}

// idOf returns the id that a record holds; "" where it holds none.
func (d *decoder) idOf(raw []byte) string {
	if d.id == nil || len(raw) == 0 {
		return ""
	}
	return string(d.id.AppendID(nil, raw))
}

func (d *decoder) decode(raw []byte, rec *schema.Record) error {
	return d.binding.Decode(raw, rec)
}

// got is a record as the answer to one id.
func (d *decoder) got(e entry) connectors.Got {
	where := d.where + " record " + strconv.Quote(e.id)
	if e.err != nil {
		return connectors.Got{Err: recordProblem("get", where, e.err)}
	}
	rec := schema.NewRecord(d.sel.Shape)
	if err := d.decode(e.raw, rec); err != nil {
		return connectors.Got{Err: recordProblem("get", where, err)}
	}
	rec.ID = e.id
	if e.revision != "" {
		rec.Revision = e.revision
	}
	return connectors.Got{Presence: connectors.Live, Record: rec, Hash: e.hash}
}

// hashOf is the hash of a record: of what it holds, in whatever order the
// program wrote its members, and of the revision that is told beside it.
// Members with one of the prefixes do not count.
func hashOf(raw []byte, revision string, without func(name string) bool) (uint64, error) {
	v, err := schema.ViewJSON(raw)
	if err != nil {
		return 0, err
	}
	if v.Kind() != schema.KindObject {
		return 0, errors.New("it is not a JSON object")
	}
	if without != nil {
		var names []string
		var items []schema.Value
		for i, n := range v.Names() {
			if !without(n) {
				names, items = append(names, n), append(items, v.Items()[i])
			}
		}
		v = schema.Object(names, items)
	}
	return v.Hash(xxh3.HashString(revision)), nil
}

// recordProblem is what is wrong with one record.
func recordProblem(op, where string, err error) error {
	e := &connectors.Error{Kind: connectors.Unreadable, Op: op, Where: where, Err: err}
	var known *connectors.Error
	if errors.As(err, &known) {
		return err
	}
	var f *formats.Fault
	if errors.As(err, &f) && f.Field != "" {
		e.Field, e.Err = f.Field, errors.New(f.What)
	}
	return e
}
