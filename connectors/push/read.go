package push

import (
	"context"
	"errors"
	"io"
	"slices"

	"syncline/connectors"
	"syncline/connectors/formats"
	"syncline/schema"
)

// page is how many records a batch has.
const page = 4096

// Objects implements connectors.Lister.
func (c *Conn) Objects(ctx context.Context) ([]connectors.Object, error) {
	o := connectors.Object{Name: object, Doc: "What is pushed.", ReadOnly: true, Fields: slices.Clone(c.fields)}
	if c.id.IsTop() {
		o.ID = c.id.String()
	}
	return []connectors.Object{o}, ctx.Err()
}

// Check implements connectors.Checker.
func (c *Conn) Check(ctx context.Context) error {
	s, err := c.shelf(ctx, "check")
	if err != nil {
		return err
	}
	s.close()
	return nil
}

func (c *Conn) shelf(ctx context.Context, op string) (*shelf, error) {
	if err := ctx.Err(); err != nil {
		return nil, &connectors.Error{Kind: connectors.Failed, Op: op, Err: err}
	}
	s, err := c.box.open()
	var known *connectors.Error
	if err != nil && !errors.As(err, &known) {
		err = &connectors.Error{Kind: connectors.Unavailable, Op: op, Where: c.set.Text("path"), Err: err}
	}
	return s, err
}

// reading decodes what was pushed for one selection.
func reading(sel *connectors.Selection) (*formats.Binding, error) {
	if sel.Object != "" && sel.Object != object {
		return nil, &connectors.Error{Kind: connectors.Unreadable, Op: "read", Where: sel.Object, Err: errors.New("there is no such object"), Hint: `the one there is is called "records"`}
	}
	layout, err := formats.Inspect(nil, formats.JSONL, 0)
	if err != nil {
		return nil, err
	}
	b, err := layout.Bind(formats.Wanted{Shape: sel.Shape, Revision: sel.Revision, At: sel.At, Author: sel.Author, Trace: sel.Trace})
	if err != nil {
		err = &connectors.Error{Kind: connectors.Refused, Op: "read", Err: err}
	}
	return b, err
}

// Read implements connectors.Reader: always all that was pushed.
func (c *Conn) Read(ctx context.Context, sel *connectors.Selection, _ connectors.Checkpoint, _ bool) (connectors.Stream, error) {
	b, err := reading(sel)
	if err != nil {
		return nil, err
	}
	s, err := c.shelf(ctx, "read")
	if err != nil {
		return nil, err
	}
	return &stream{shelf: s, binding: b}, nil
}

type stream struct {
	shelf   *shelf
	binding *formats.Binding
	next    int
	done    bool
}

// Next implements connectors.Stream.
func (s *stream) Next(ctx context.Context, b *connectors.Batch) error {
	b.Reset()
	for ; s.next < len(s.shelf.entries) && len(b.Items) < page; s.next++ {
		if err := ctx.Err(); err != nil {
			return &connectors.Error{Kind: connectors.Failed, Op: "read", Err: err}
		}
		e := s.shelf.entries[s.next]
		if e.gone {
			continue
		}
		it := b.Add()
		it.ID, it.Hash, it.Where = e.id, e.hash, "record "+e.id
		if it.Raw, it.Err = s.shelf.record(e); it.Err != nil {
			return &connectors.Error{Kind: connectors.Unavailable, Op: "read", Where: it.Where, Err: it.Err}
		}
	}
	if len(b.Items) == 0 {
		s.done = true
		return io.EOF
	}
	return nil
}

// Decode implements connectors.Stream.
func (s *stream) Decode(it *connectors.Item, rec *schema.Record) error {
	if it.Err != nil {
		return it.Err
	}
	if err := s.binding.Decode(it.Raw, rec); err != nil {
		return &connectors.Error{Kind: connectors.Unreadable, Op: "read", Where: it.Where, Err: err}
	}
	rec.ID = it.ID
	return nil
}

// Done implements connectors.Stream.
func (s *stream) Done() (connectors.Checkpoint, bool) { return nil, s.done }

// Close implements connectors.Stream.
func (s *stream) Close() error {
	s.shelf.close()
	return nil
}

// Get implements connectors.Getter. What was never pushed is not there.
func (c *Conn) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	b, err := reading(sel)
	if err != nil {
		return nil, err
	}
	s, err := c.shelf(ctx, "get")
	if err != nil {
		return nil, err
	}
	defer s.close()
	out := make([]connectors.Got, len(ids))
	for i, id := range ids {
		e := s.find(id)
		if e == nil || e.gone {
			out[i].Presence = connectors.Gone
			continue
		}
		rec := schema.NewRecord(sel.Shape)
		raw, err := s.record(e)
		if err == nil {
			err = b.Decode(raw, rec)
		}
		if err != nil {
			out[i].Err = &connectors.Error{Kind: connectors.Unreadable, Op: "get", Where: "record " + id, Err: err}
			continue
		}
		rec.ID = id
		out[i] = connectors.Got{Presence: connectors.Live, Record: rec, Hash: e.hash}
	}
	return out, nil
}
