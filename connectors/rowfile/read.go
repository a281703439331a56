package rowfile

import (
	"context"
	"errors"
	"io"
	"strconv"

	"syncline/connectors"
	"syncline/connectors/formats"
	"syncline/schema"
)

// pageSize is how many items a batch has at most.
const pageSize = 4096

var (
	_ connectors.Lister        = (*Conn)(nil)
	_ connectors.Reader        = (*Conn)(nil)
	_ connectors.Getter        = (*Conn)(nil)
	_ connectors.Stamper       = (*Conn)(nil)
	_ connectors.Checker       = (*Conn)(nil)
	_ connectors.SessionWriter = (*Conn)(nil)
	_ connectors.Locator       = (*stream)(nil)
)

// Read implements connectors.Reader. Every listing is the whole file.
func (c *Conn) Read(ctx context.Context, sel *connectors.Selection, _ connectors.Checkpoint, _ bool) (connectors.Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t, err := c.target(ctx, "read", sel.Object)
	if err != nil {
		return nil, err
	}
	src, err := c.open(ctx, t)
	if err != nil {
		return nil, err
	}
	b, err := c.bind(src, sel)
	if err != nil {
		src.close()
		return nil, err
	}
	return &stream{src: src, binding: b, own: sel.Revision == "", splitter: formats.NewSplitter(src.rows(), src.layout)}, nil
}

type stream struct {
	src      *source
	binding  *formats.Binding
	splitter *formats.Splitter
	own      bool // whether the revision is the hash of the row
	complete bool
}

// Next implements connectors.Stream. The items are those of one block of the
// file.
func (s *stream) Next(ctx context.Context, b *connectors.Batch) error {
	b.Reset()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.take(b)
		if len(b.Items) > 0 {
			return nil
		}
		if err := s.splitter.Fill(); err == io.EOF {
			s.complete = s.proven()
			return io.EOF
		} else if err != nil {
			return Unreadable(s.src.target, err)
		}
	}
}

func (s *stream) take(b *connectors.Batch) {
	var row formats.Row
	for len(b.Items) < pageSize && s.splitter.Next(&row) {
		it := b.Add()
		it.Raw, it.Hash, it.Index = row.Raw, s.src.layout.Hash(row.Raw), row.Number
		if row.Err != nil {
			it.Where = s.Where(it)
			it.Err = &connectors.Error{Kind: connectors.Unreadable, Op: "read", Where: it.Where, Err: row.Err}
		}
	}
}

// proven reports whether what was read is all there is: the file did not move
// meanwhile, and is not one that somebody has only begun to write.
func (s *stream) proven() bool {
	begun := s.src.layout.Format.Rows() && s.src.layout.Header == nil
	return s.src.file.Steady() && !begun
}

// Where implements connectors.Locator.
func (s *stream) Where(it *connectors.Item) string {
	return where(s.src.target, it.Index)
}

func where(t Target, number int) string {
	return t.Shown + " row " + strconv.Itoa(number)
}

// Decode implements connectors.Stream.
func (s *stream) Decode(it *connectors.Item, rec *schema.Record) error {
	if it.Err != nil {
		return it.Err
	}
	if err := s.binding.Decode(it.Raw, rec); err != nil {
		return rowProblem("read", s.Where(it), err)
	}
	if s.own {
		rec.Revision = revision(it.Hash)
	}
	return nil
}

// revision is a row's hash as text.
func revision(hash uint64) string {
	var b [16]byte
	const digits = "0123456789abcdef"
	for i := range b {
		b[i] = digits[hash>>(60-4*i)&15]
	}
	return string(b[:])
}

func rowProblem(op, where string, err error) error {
	e := &connectors.Error{Kind: connectors.Unreadable, Op: op, Where: where, Err: err}
	if op == "write" {
		e.Kind = connectors.Refused
	}
	var f *formats.Fault
	if errors.As(err, &f) && f.Field != "" {
		e.Field, e.Err = f.Field, errors.New(f.What)
	}
	return e
}

// Done implements connectors.Stream.
func (s *stream) Done() (connectors.Checkpoint, bool) { return nil, s.complete }

// Close implements connectors.Stream.
func (s *stream) Close() error {
	s.src.close()
	return nil
}
